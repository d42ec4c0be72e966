"""Sections: no clash, capacity within the room, lessons from the calendar."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.audit.chain import broken_links
from eldercampus.catalogue import clashes, sections
from eldercampus.catalogue.courses import create_teacher
from eldercampus.catalogue.models import Section, Session, Teacher
from eldercampus.catalogue.queries import get_section, list_sections, list_sessions, section_times
from eldercampus.catalogue.rooms import change_room
from eldercampus.catalogue.sections import (
    ReserveSeats,
    SectionDetails,
    change_section,
    create_section,
)
from eldercampus.catalogue.sessions import make_sessions, remake_sessions
from eldercampus.catalogue.timetable import WeeklyHour
from eldercampus.catalogue.years import change_day
from eldercampus.db import transaction
from eldercampus.errors import DomainError, NotFound
from eldercampus.places.campuses import RoomDetails
from eldercampus.places.models import Room
from tests.world import NOW, World, build_world

MONDAY = WeeklyHour(1, 840, 930)


def room_of(world: World, campus: str = "K-01", name: str = "101") -> int:
    from eldercampus.db import db

    query = select(Room.id).where(Room.campus_id == world.campuses[campus], Room.name == name)
    return db.session.execute(query).scalar_one()


def details(world: World, **changes: Any) -> SectionDetails:
    plain = SectionDetails(
        term_id=world.term_id,
        course_id=world.courses["C-03"],
        campus_id=world.campuses["K-01"],
        capacity=30,
        meetings=[MONDAY],
        room_id=room_of(world),
        minimum=10,
    )
    return replace(plain, **changes)


def create(world: World, **changes: Any) -> Section:
    return create_section(details(world, **changes), account_id=None, now=NOW)


def refusal(work: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused, transaction():
        work()
    return refused.value


def test_a_section_gets_the_next_code_its_parts_and_its_lessons(db: SQLAlchemy) -> None:
    world = build_world()
    reserves = [ReserveSeats("disability", 2), ReserveSeats("town:330213001", 5, "keep")]
    with transaction():
        section_id = create(world, reserves=reserves).id
    section = get_section(section_id)
    assert section.code == "S-007"
    assert [(reserve.kind, reserve.position) for reserve in section.reserves] == [
        ("disability", 1),
        ("town:330213001", 2),
    ]
    lessons = list_sessions(section_id)
    assert [lesson.number for lesson in lessons] == list(range(1, 18))
    assert (lessons[0].held_on, lessons[-1].held_on) == (date(2027, 3, 1), date(2027, 6, 21))
    assert not list(broken_links())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"capacity": 41, "minimum": 0}, "capacity_above_room"),
        ({"room_id": None}, "room_missing"),
        ({"campus_id": 2}, "room_elsewhere"),
        ({"room_id": 9999}, "room_elsewhere"),
        ({"meetings": []}, "no_meeting"),
        ({"meetings": [MONDAY, WeeklyHour(1, 900, 960)]}, "meetings_overlap"),
        ({"minimum": 31}, "minimum_above_capacity"),
        ({"reserves": [ReserveSeats("new", 31)]}, "reserves_above_capacity"),
        ({"reserves": [ReserveSeats("new", 1), ReserveSeats("new", 2)]}, "reserve_twice"),
        ({"code": "S-001"}, "code_taken"),
        ({"term_id": 9999}, "no_term"),
    ],
)
def test_what_cannot_be_is_refused(db: SQLAlchemy, changes: dict[str, Any], code: str) -> None:
    world = build_world()
    if "campus_id" in changes:
        changes = {"campus_id": world.campuses["K-02"]}
    assert refusal(lambda: create(world, **changes)).code == code
    assert len(list_sections()) == 6


def test_an_online_class_needs_no_room(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        section = create(world, mode="online", room_id=None, capacity=200)
    assert section.room_id is None


def test_a_room_is_taken_once(db: SQLAlchemy) -> None:
    world = build_world()
    error = refusal(lambda: create(world, meetings=[MONDAY, WeeklyHour(2, 600, 660)]))
    assert error.code == "room_taken"
    assert (error.facts["section"], error.facts["course_en"]) == ("S-001", "Calligraphy 1")
    assert error.facts["hour"] == WeeklyHour(2, 540, 630)
    with transaction():
        create(world, meetings=[WeeklyHour(2, 630, 720)])  # right after S-001
        create(world, meetings=[WeeklyHour(2, 540, 630)], room_id=room_of(world, "K-02", "102"),
               campus_id=world.campuses["K-02"])  # fmt: skip


def test_a_teacher_is_in_one_place(db: SQLAlchemy) -> None:
    world = build_world()
    teacher = db.session.scalars(select(Teacher)).one().id
    error = refusal(
        lambda: create(
            world,
            meetings=[WeeklyHour(2, 600, 690)],
            room_id=room_of(world, "K-02", "102"),
            campus_id=world.campuses["K-02"],
            teacher_id=teacher,
        )
    )
    assert (error.code, error.facts["campus"]) == ("teacher_taken", "东校区")


def test_a_class_that_is_not_held_frees_its_room(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        db.session.get_one(Section, world.sections["S-001"]).state = "closed"
        create(world, meetings=[WeeklyHour(2, 540, 600)])


def change(world: World, code: str, **changes: Any) -> Section:
    section = get_section(world.sections[code])
    plain = SectionDetails(
        term_id=section.term_id,
        course_id=section.course_id,
        campus_id=section.campus_id,
        room_id=section.room_id,
        teacher_id=section.teacher_id,
        capacity=section.capacity,
        meetings=[
            WeeklyHour(meeting.weekday, meeting.starts_minute, meeting.ends_minute)
            for meeting in section.meetings
        ],
    )
    return change_section(section.id, replace(plain, **changes), account_id=None, now=NOW)


def test_changing_a_section_does_not_clash_with_itself(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        change(world, "S-001", capacity=12, meetings=[WeeklyHour(2, 550, 640)])
    section = get_section(world.sections["S-001"])
    assert (section.capacity, section.meetings[0].starts_minute) == (12, 550)
    assert {lesson.starts_minute for lesson in list_sessions(section.id)} == {550}
    assert refusal(lambda: change(world, "S-001", meetings=[WeeklyHour(4, 900, 990)])).code == (
        "room_taken"
    )


def test_fewer_seats_than_given_ones_are_refused(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        db.session.get_one(Section, world.sections["S-001"]).taken = 2
    assert refusal(lambda: change(world, "S-001", capacity=1)).code == "capacity_below_taken"
    assert refusal(lambda: change(world, "S-001", term_id=99)).code == "no_term"
    assert get_section(world.sections["S-001"]).capacity == 2


def test_a_room_stays_as_large_as_its_classes(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        create(world)
    room_id = room_of(world)
    smaller = RoomDetails(name="101", places=29)
    error = refusal(lambda: change_room(room_id, smaller, account_id=None, now=NOW))
    assert (error.code, error.facts["section"]) == ("room_too_small", "S-007")
    with transaction():
        change_room(room_id, RoomDetails(name="101", places=30), account_id=None, now=NOW)
    assert db.session.get_one(Room, room_id).places == 30


def test_lessons_follow_the_calendar_and_keep_their_rows(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        section_id = create(world).id
        first = list_sessions(section_id)[0]
        first.state = "cancelled"
        kept = first.id
    with transaction():
        change_day(date(2027, 3, 8), "holiday", name="妇女节", account_id=None, now=NOW)
        remake_sessions(world.term_id)
    lessons = list_sessions(section_id)
    assert (lessons[0].id, lessons[0].state) == (kept, "cancelled")
    assert (lessons[-1].regular_on, lessons[-1].held_on) == (date(2027, 3, 8), date(2027, 6, 28))
    assert lessons[-1].number == 17
    with transaction():
        assert make_sessions(db.session.get_one(Section, section_id)) == 17
    assert len(list_sessions(section_id)) == 17


def test_times_are_the_regular_ones_whatever_the_calendar_says(db: SQLAlchemy) -> None:
    world = build_world()
    before = section_times(world.term_id)
    assert before["S-001"][:2] == [(1440 + 540, 1440 + 630), (8 * 1440 + 540, 8 * 1440 + 630)]
    assert set(before) == set(world.sections)
    with transaction():
        change_day(date(2027, 3, 9), "holiday", account_id=None, now=NOW)
        remake_sessions(world.term_id)
    after = section_times(world.term_id)
    assert before["S-001"] == after["S-001"][:16]
    moved = select(Session).where(Session.held_on != Session.regular_on)
    assert db.session.scalars(moved).first() is not None


def test_only_campuses_in_scope_are_read(db: SQLAlchemy) -> None:
    world = build_world()
    east = frozenset({world.campuses["K-01"]})
    assert {section.code for section in list_sections(campus_ids=east)} == {
        "S-001", "S-002", "S-003", "S-005",
    }  # fmt: skip
    assert list_sections(campus_ids=frozenset()) == []
    with pytest.raises(NotFound):
        get_section(world.sections["S-004"], east)


def race(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, room_id: int) -> list[str]:
    """Two clerks put a class into one room at one hour at the same moment; what each was told.

    Both wait for each other after looking for clashes, or give up waiting where one is locked out.
    """
    both = threading.Barrier(2)
    told: list[str] = []
    looked = clashes.refuse_clashes

    def look_and_wait(*arguments: Any, **named: Any) -> None:
        looked(*arguments, **named)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)

    monkeypatch.setattr(sections, "refuse_clashes", look_and_wait)

    def clerk() -> None:
        with app.app_context():
            try:
                with transaction():
                    create(world, room_id=room_id)
                told.append("created")
            except DomainError as error:
                told.append(error.code)
            except Exception as error:
                told.append(type(error).__name__)

    clerks = [threading.Thread(target=clerk) for _ in range(2)]
    for thread in clerks:
        thread.start()
    for thread in clerks:
        thread.join()
    return sorted(told)


def prepared(app: Flask) -> tuple[World, int]:
    with app.app_context():
        world = build_world()
        return world, room_of(world)


def test_two_clerks_at_one_moment_do_not_share_a_room(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, room_id = prepared(app)
    assert race(app, world, monkeypatch, room_id) == ["created", "room_taken"]


def test_without_the_row_lock_they_would(
    app: Flask, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite locks the whole file from the start of a write transaction")
    world, room_id = prepared(app)
    monkeypatch.setattr(sections, "_lock", lambda details: None)
    assert race(app, world, monkeypatch, room_id) != ["created", "room_taken"]


def test_teachers_are_entered_with_their_latin_name(db: SQLAlchemy) -> None:
    build_world()
    with transaction():
        teacher = create_teacher("陈老师", "Chen Laoshi", account_id=None, now=NOW)
    assert db.session.get_one(Teacher, teacher.id).name_latin == "Chen Laoshi"
