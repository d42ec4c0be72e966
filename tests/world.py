"""A small district with a fixed cast, for tests that need people, places and classes.

Two towns: East (three communities with points, 1 km apart along a line) and West (one community
without a point, so that all of West is measured from its seat). Campuses stand at the first
community of East and at West's seat. The term starts on Monday 1 March 2027; NOW is a Monday
morning in the window of the round.

The cast (all 60 or older on the term's first day but for Yang, who is 59):
Zhao (f, 72), Qian (m, 68), Sun (f, 81), Li (m, 64) live in East; Zhou (f, 66) in West; Zhou and
Wu (m, 70) are a couple with one phone.

Sections: S-001 and S-004 calligraphy 1 (East Tue 9:00; West Fri 9:00), S-002 painting (East Tue
9:30, clashes with S-001), S-003 tai chi (East Thu 14:00, physical), S-005 calligraphy 2 (East Wed
9:00, no newcomers), S-006 singing (West Mon 9:00).
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from eldercampus.catalogue.models import Course, Meeting, Section, Teacher, Term
from eldercampus.catalogue.models import Session as Lesson
from eldercampus.db import Base, db, insert_rows
from eldercampus.enrolment.models import Round
from eldercampus.people.models import Account, Contact, Grant, Person, Representation
from eldercampus.places.models import Campus, Community, District, Room, Town

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
TERM_STARTS = date(2027, 3, 1)
PHONE = "+8613800000001"


@dataclass
class World:
    """Ids by name, so that a test can look rows up in its own session."""

    term_id: int = 0
    round_id: int = 0
    towns: dict[str, int] = field(default_factory=dict)
    communities: dict[str, int] = field(default_factory=dict)
    campuses: dict[str, int] = field(default_factory=dict)
    courses: dict[str, int] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kept:
    """A world and all it wrote, in an order in which it can be written again."""

    world: World
    rows: dict[type[Base], list[dict[str, Any]]]


_kept: dict[str, _Kept] = {}  # by the name of the database system
_FROM_THE_START = {"audit_head"}  # tables in which the migrations write a row


def build_world() -> World:
    """Writes the world in the current session and commits. The round 2027-spring-1 is a draft.

    Object by object it takes 186 statements. That is done once; the rows it wrote are kept and
    from then on written table by table, unless there are rows already where they would go.
    """
    if not db.session().in_transaction():  # reads before it writes, perhaps beside a live server
        db.session.connection(execution_options={"write": True})
    db.session.flush()
    system = db.session.connection().dialect.name
    kept = _kept.get(system)
    filled = _filled(list(kept.rows) if kept else _models())
    if kept and not filled:
        _write_rows(kept)
        return deepcopy(kept.world)
    world = write_world()
    if not kept and {model.__tablename__ for model in filled} <= _FROM_THE_START:
        rows = _read_rows(filled)
        db.session.rollback()  # the reading began a transaction
        if all(min(row["id"] for row in found) == 1 for found in rows.values()):
            _kept[system] = _Kept(deepcopy(world), rows)  # no rows had been there and gone
    return world


def write_world() -> World:
    """Writes the world object by object and commits."""
    world = World()
    _places(world)
    _classes(world)
    _people(world)
    _accounts(world)
    db.session.commit()
    return world


def _models() -> list[type[Base]]:
    """All, each after those it refers to."""
    by_table = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    return [by_table[table] for table in db.metadata.sorted_tables if table in by_table]


def _filled(models: list[type[Base]]) -> list[type[Base]]:
    """Those with rows, found by one statement."""
    found = db.session.execute(select(*[exists(select(1).select_from(m)) for m in models])).one()
    return [model for model, has_rows in zip(models, found, strict=True) if has_rows]


def _read_rows(before: list[type[Base]]) -> dict[type[Base], list[dict[str, Any]]]:
    rows: dict[type[Base], list[dict[str, Any]]] = {}
    for model in _filled([model for model in _models() if model not in before]):
        found = db.session.execute(select(model.__table__).order_by(*model.__table__.primary_key))
        rows[model] = [dict(row) for row in found.mappings()]
    rows[Course].sort(key=lambda row: row["next_course_id"] is not None)  # the next one first
    return rows


def _write_rows(kept: _Kept) -> None:
    for model, rows in kept.rows.items():
        insert_rows(model, rows)
    if db.session.connection().dialect.name == "postgresql":  # its sequences did not see the ids
        sequence = func.pg_get_serial_sequence
        last = {m.__tablename__: max(row["id"] for row in rows) for m, rows in kept.rows.items()}
        db.session.execute(
            select(*[func.setval(sequence(f'"{name}"', "id"), id_) for name, id_ in last.items()])
        )
    db.session.commit()


def _places(world: World) -> None:
    district = District(
        id=1,
        code="330213",
        name="试验区",
        name_en="Trial District",
        school_name="试验老年大学",
        school_name_en="Trial Elder University",
        phone="0574-0000 1234",
    )
    east = Town(code="330213001", name="东街道", name_en="East Subdistrict")
    west = Town(code="330213100", name="西镇", name_en="West Town")
    east.longitude, east.latitude = 121.40, 29.66
    west.longitude, west.latitude = 121.30, 29.66
    db.session.add_all([district, east, west])
    db.session.flush()
    world.towns = {"East": east.id, "West": west.id}
    km = 0.01034  # degrees of longitude in one kilometre at this latitude
    places = [
        ("E1", east, "330213001001", "东一社区", 121.40),
        ("E2", east, "330213001002", "东二社区", 121.40 + 2 * km),
        ("E3", east, "330213001003", "东三社区", 121.40 + 4 * km),
        ("W1", west, "330213100201", "西一村", None),
    ]
    for key, town, code, name, longitude in places:
        community = Community(
            code=code, town_id=town.id, name=name, name_en=f"{key} Community", longitude=longitude
        )
        community.latitude = None if longitude is None else 29.66
        community.point_source = "" if longitude is None else "test"
        db.session.add(community)
        db.session.flush()
        world.communities[key] = community.id
    for key, town, name, longitude in [
        ("K-01", east, "东校区", 121.40),
        ("K-02", west, "西校区", 121.30),
    ]:
        campus = Campus(
            code=key,
            kind="town_school",
            town_id=town.id,
            name=name,
            name_en=f"Campus {key}",
            longitude=longitude,
            latitude=29.66,
            point_source="test",
            address="一号路 1 号",
            phone="0574-0000 5678",
            step_free=True,
        )
        db.session.add(campus)
        db.session.flush()
        world.campuses[key] = campus.id
        for number in ("101", "102"):
            db.session.add(Room(campus_id=campus.id, name=number, places=40))
    db.session.flush()


_COURSES = [
    ("C-01", "书法 一级", "Calligraphy 1", "calligraphy", True, False),
    ("C-02", "书法 二级", "Calligraphy 2", "calligraphy", False, False),
    ("C-03", "国画", "Chinese painting", "painting", True, False),
    ("C-04", "太极拳", "Tai chi", "fitness", True, True),
    ("C-05", "声乐", "Singing", "music", True, False),
]
# code, course, campus, room's number there, weekday, starts, ends, capacity, minimum
_SECTIONS = [
    ("S-001", "C-01", "K-01", "101", 2, 540, 630, 2, 0),
    ("S-002", "C-03", "K-01", "102", 2, 570, 660, 2, 0),
    ("S-003", "C-04", "K-01", "101", 4, 840, 930, 3, 0),
    ("S-004", "C-01", "K-02", "101", 5, 540, 630, 2, 0),
    ("S-005", "C-02", "K-01", "101", 3, 540, 630, 2, 0),
    ("S-006", "C-05", "K-02", "102", 1, 540, 630, 4, 3),
]


def _classes(world: World) -> None:
    term = Term(
        code="2027-spring",
        name="2027 年春季",
        name_en="Spring 2027",
        starts_on=TERM_STARTS,
        ends_on=date(2027, 6, 25),
        last_joining_on=date(2027, 4, 2),
    )
    teacher = Teacher(name="王试名", name_latin="Wang Shiming")
    db.session.add_all([term, teacher])
    for code, name, name_en, department, newcomers, physical in _COURSES:
        course = Course(
            code=code,
            name=name,
            name_en=name_en,
            department=department,
            newcomers=newcomers,
            physical=physical,
        )
        db.session.add(course)
        db.session.flush()
        world.courses[code] = course.id
    first = db.session.get(Course, world.courses["C-01"])
    assert first is not None
    first.next_course_id = world.courses["C-02"]
    world.term_id = term.id
    for row in _SECTIONS:
        _section(world, term, teacher, *row)
    world.round_id = _round(term)


def _section(
    world: World,
    term: Term,
    teacher: Teacher,
    code: str,
    course: str,
    campus: str,
    room: str,
    weekday: int,
    starts: int,
    ends: int,
    capacity: int,
    minimum: int,
) -> None:
    campus_id = world.campuses[campus]
    room_id = db.session.query(Room.id).filter_by(campus_id=campus_id, name=room).scalar()
    section = Section(
        code=code,
        term_id=term.id,
        course_id=world.courses[course],
        campus_id=campus_id,
        room_id=room_id,
        teacher_id=teacher.id if code == "S-001" else None,
        capacity=capacity,
        minimum=minimum,
    )
    db.session.add(section)
    db.session.flush()
    world.sections[code] = section.id
    db.session.add(
        Meeting(section_id=section.id, weekday=weekday, starts_minute=starts, ends_minute=ends)
    )
    for number in range(16):
        day = TERM_STARTS + timedelta(days=weekday - 1, weeks=number)
        db.session.add(
            Lesson(
                section_id=section.id,
                number=number + 1,
                regular_on=day,
                held_on=day,
                starts_minute=starts,
                ends_minute=ends,
            )
        )


def _round(term: Term) -> int:
    enrolment = Round(
        code="2027-spring-1",
        term_id=term.id,
        name="2027 年春季，第一批报名",
        name_en="Spring 2027, first round",
        opens_at=NOW - timedelta(days=7),
        closes_at=NOW + timedelta(days=13),
        freezes_at=NOW + timedelta(days=16),
        draws_at=NOW + timedelta(days=17),
        publishes_at=NOW + timedelta(days=18),
        confirm_by_at=NOW + timedelta(days=25),
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment.id


# name, latin, sex, born, community, phone
_CAST = [
    ("Zhao", "赵示范", "Zhao Shifan", "f", date(1954, 5, 2), "E1", PHONE),
    ("Qian", "钱样例", "Qian Yangli", "m", date(1958, 8, 9), "E1", "+8613800000002"),
    ("Sun", "孙虚构", "Sun Xugou", "f", date(1945, 12, 30), "E2", "+8613800000003"),
    ("Li", "李假名", "Li Jiaming", "m", date(1962, 3, 1), "E3", "+8613800000004"),
    ("Zhou", "周模拟", "Zhou Moni", "f", date(1960, 7, 7), "W1", "+8613800000005"),
    ("Wu", "吴演示", "Wu Yanshi", "m", date(1956, 10, 1), "W1", "+8613800000005"),
    ("Yang", "杨年轻", "Yang Nianqing", "f", date(1967, 3, 2), "E1", "+8613800000006"),
]


def _people(world: World) -> None:
    for key, name, latin, sex, born, community, phone in _CAST:
        person = Person(
            name=name,
            name_latin=latin,
            sex=sex,
            born_on=born,
            community_id=world.communities[community],
            registered_at=NOW - timedelta(days=30),
        )
        db.session.add(person)
        db.session.flush()
        world.people[key] = person.id
        db.session.add(Contact(person_id=person.id, kind="mobile", value=phone))
        account = db.session.query(Account).filter_by(phone=phone).one_or_none()
        if account is None:
            account = Account(phone=phone, created_at=NOW)
            db.session.add(account)
            db.session.flush()
        world.accounts.setdefault(key, account.id)
        db.session.add(
            Representation(
                account_id=account.id,
                person_id=person.id,
                kind="self",
                given_at=NOW - timedelta(days=30),
            )
        )


# key, role, campus, town
_STAFF = [
    ("clerk", "clerk", "K-01", None),
    ("head", "campus_head", "K-01", None),
    ("west_head", "campus_head", "K-02", None),
    ("officer", "district_officer", None, None),
    ("second_officer", "district_officer", None, None),
    ("town_officer", "town_officer", None, "East"),
    ("auditor", "auditor", None, None),
]


def _accounts(world: World) -> None:
    """Staff without a usable password: tests sign them in by starting a session."""
    for key, role, campus, town in _STAFF:
        account = Account(
            username=key, password_hash="!", name=key, name_latin=key.title(), created_at=NOW
        )
        db.session.add(account)
        db.session.flush()
        world.accounts[key] = account.id
        db.session.add(
            Grant(
                account_id=account.id,
                role=role,
                campus_id=world.campuses[campus] if campus else None,
                town_id=world.towns[town] if town else None,
            )
        )
