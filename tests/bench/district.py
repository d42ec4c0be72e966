"""A district of any size in a database, written in bulk: for measuring from database to database.

A quarter of the classes keep seats for kinds of people, four in five need ten learners, all share
forty hours of the week; each person lists eight classes, the liked ones more often.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
from sqlalchemy import Column, Table

from eldercampus.catalogue.models import Course, Meeting, Reserve, Section, Session, Term
from eldercampus.db import Base, db, transaction
from eldercampus.enrolment.models import Application, Choice, Round
from eldercampus.enrolment.rounds import RoundPlan, close_round, open_round, plan_round
from eldercampus.people.models import Account, Person, Tag
from eldercampus.places.models import Campus, Community, District, Town
from tests.bench.rounds import CHOICES, HOURS, LESSONS, SEATS, WEEKDAYS, choices, classes
from tests.world import NOW, TERM_STARTS

CODE = "2027-spring-1"
TOWNS, COMMUNITIES = 12, 336
OFFICERS = (1, 2)
_ANNOUNCED = {
    "beacon_source": "双色球",
    "beacon_source_en": "a lottery",
    "beacon_where": "网站",
    "beacon_where_en": "a website",
    "beacon_example": "01 02 03 04 05 06 + 07",
    "spare_source": "大乐透",
    "spare_source_en": "another lottery",
    "spare_example": "01 02 03 04 05 + 06 07",
}


def fill(learners: int, seed: int = 1) -> None:
    """Writes the district and takes its round, with so many applications, until it is closed."""
    rng = np.random.default_rng(seed)
    sections = classes(learners)
    with transaction():
        campuses = max(TOWNS, min(60, learners // 500))
        _write_places(rng, campuses)
        _write_classes(rng, sections, campuses)
        round_ = plan_round(_plan(), now=NOW, account_id=None)
        db.session.flush()
        open_round(round_.id, now=round_.opens_at)
        _write_people(rng, learners)
        _write_applications(rng, learners, sections, round_)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")  # the servers of tests have no autovacuum
            connection.commit()
    with transaction():
        close_round(round_.id, now=round_.closes_at)


def _plan() -> RoundPlan:
    moments = ("opens", "closes", "freezes", "draws", "publishes", "confirm_by")
    told: dict[str, Any] = _ANNOUNCED | {
        f"{name}_at": NOW + timedelta(days=n) for n, name in enumerate(moments)
    }
    return RoundPlan(code=CODE, term_id=1, name="一", name_en="One", **told)


def _write_places(rng: np.random.Generator, campuses: int) -> None:
    names = {"name": "区", "school_name": "校", "phone": "0574-0000 1234"}
    write(District, 1, id=1, code="330213", **names)
    towns = list(range(1, TOWNS + 1))
    points = {"point_source": "made"}
    write(
        Town,
        TOWNS,
        id=towns,
        code=[f"330213{n:03}" for n in towns],
        name=[f"镇{n}" for n in towns],
        **_near(rng, TOWNS),
        **points,
    )
    write(
        Community,
        COMMUNITIES,
        id=list(range(1, COMMUNITIES + 1)),
        code=[f"330213{n:06}" for n in range(COMMUNITIES)],
        town_id=[n % TOWNS + 1 for n in range(COMMUNITIES)],
        name="村",
        **_near(rng, COMMUNITIES),
        **points,
    )
    write(
        Campus,
        campuses,
        id=list(range(1, campuses + 1)),
        code=[f"K-{n:02}" for n in range(campuses)],
        kind="town_school",
        town_id=[n % TOWNS + 1 for n in range(campuses)],
        name=[f"校区{n}" for n in range(campuses)],
        address="路 1 号",
        phone="0574-0000 5678",
        step_free=True,
        **_near(rng, campuses),
        **points,
    )
    accounts = {"username": [f"officer{n}" for n in OFFICERS], "password_hash": "!"}
    write(Account, 2, id=list(OFFICERS), created_at=NOW, **accounts)


def _near(rng: np.random.Generator, count: int) -> dict[str, list[float]]:
    """Points within some twenty kilometres."""
    return {
        "longitude": (121.4 + rng.uniform(-0.2, 0.2, count)).tolist(),
        "latitude": (29.66 + rng.uniform(-0.2, 0.2, count)).tolist(),
    }


def _write_classes(rng: np.random.Generator, sections: int, campuses: int) -> None:
    ids = list(range(1, sections + 1))
    courses = max(sections // 5, 1)
    write(Term, 1, id=1, code="2027-spring", name="春", starts_on=TERM_STARTS, **_DATES)
    numbers = list(range(1, courses + 1))
    write(Course, courses, id=numbers, code=[f"C-{n:04}" for n in numbers], name="课", **_ART)
    write(
        Section,
        sections,
        id=ids,
        code=[f"S-{n:05}" for n in ids],
        term_id=1,
        course_id=rng.integers(1, courses, sections, endpoint=True).tolist(),
        campus_id=(np.arange(sections) % campuses + 1).tolist(),
        capacity=SEATS,
        minimum=[10 if n % 5 else 0 for n in ids],
        fill=["open_first" if n % 2 else "reserved_first" for n in ids],
    )
    with_reserve = [n for n in ids if n % 4 == 0]
    kinds = (("disability", 2, "release"), ("new", 4, "keep"))
    for position, (kind, count, unfilled) in enumerate(kinds):
        places = {"position": position, "kind": kind, "count": count, "unfilled": unfilled}
        write(Reserve, len(with_reserve), section_id=with_reserve, **places)
    _write_lessons(ids)


_ART = {"name_en": "Art", "department": "painting"}
_DATES = {
    "ends_on": TERM_STARTS + timedelta(days=116),
    "last_joining_on": TERM_STARTS + timedelta(days=32),
}


def _write_lessons(ids: Sequence[int]) -> None:
    starts = [480 + n // WEEKDAYS % HOURS * 60 for n in ids]
    hours = {"starts_minute": starts, "ends_minute": [start + 90 for start in starts]}
    write(Meeting, len(ids), section_id=ids, weekday=[n % WEEKDAYS + 1 for n in ids], **hours)
    for week in range(LESSONS):
        days = [TERM_STARTS + timedelta(days=n % WEEKDAYS, weeks=week) for n in ids]
        write(Session, len(ids), section_id=ids, number=week + 1, **_held(days), **hours)


def _held(days: list[date]) -> dict[str, list[date]]:
    return {"regular_on": days, "held_on": days}


def _write_people(rng: np.random.Generator, count: int) -> None:
    first_day = date(1937, 1, 1)
    write(
        Person,
        count,
        id=list(range(1, count + 1)),
        name=[f"学员{n}" for n in range(count)],
        sex="f",
        born_on=[first_day + timedelta(days=n) for n in rng.integers(0, 7300, count).tolist()],
        community_id=rng.integers(1, COMMUNITIES, count, endpoint=True).tolist(),
        registered_at=NOW,
    )
    tagged = list(range(1, count + 1, 12))
    write(Tag, len(tagged), person_id=tagged, kind="disability", state="verified")


def _write_applications(rng: np.random.Generator, count: int, sections: int, round_: Round) -> None:
    ids = list(range(1, count + 1))
    at = round_.opens_at + timedelta(hours=1)
    write(
        Application,
        count,
        id=ids,
        round_id=round_.id,
        person_id=ids,
        state="submitted",
        wants=rng.choice([1, 2], count, p=[0.6, 0.4]).tolist(),
        receipt=[f"R-{n}" for n in ids],
        created_at=at,
        changed_at=at,
        submitted_at=at,
    )
    write(
        Choice,
        count * CHOICES,
        application_id=np.repeat(ids, CHOICES).tolist(),
        section_id=choices(rng, count, sections).ravel().tolist(),
        rank=np.tile(np.arange(1, CHOICES + 1), count).tolist(),
    )


def write(model: type[Base], count: int, /, **values: Any) -> None:
    """So many rows; a value that is no list stands in each of them, and defaults are filled in."""
    table = cast("Table", model.__table__)
    told = {
        name: _bound(table.columns[name], value if isinstance(value, list) else [value] * count)
        for name, value in values.items()
    }
    for column in table.columns:
        if column.name not in told and column.default is not None:
            told[column.name] = _bound(column, [_default(column)]) * count
    rows = zip(*told.values(), strict=True)
    connection = db.session.connection()
    cursor = cast("Any", connection.connection.cursor())
    names = ", ".join(f'"{name}"' for name in told)
    if connection.dialect.name == "postgresql":
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(told))
        cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


def _bound(column: Column[Any], values: list[Any]) -> list[Any]:
    """As the driver takes them."""
    dialect = db.engine.dialect
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if bind is None else [bind(one) for one in values]
