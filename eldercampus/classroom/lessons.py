"""The lessons of one person: of the seats held, and of those given back, which take place without
them. For the pages and for the calendar of their phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, func, select

from eldercampus.catalogue.calendar import SHANGHAI, day_of
from eldercampus.catalogue.models import Course, Section, Session, Teacher, Term
from eldercampus.db import db
from eldercampus.enrolment.models import HOLDING, Placement
from eldercampus.places.models import Campus, Room


@dataclass(frozen=True)
class Named:
    """A name in both languages, as name_of() reads it."""

    name: str
    name_en: str = ""


@dataclass(frozen=True)
class OwnLesson:
    """One dated lesson. uid: the same for ever; sequence: grows with each change; taken_place: not
    cancelled, and the person's; moved: not held on the timetable's own day."""

    uid: str
    sequence: int
    section_id: int
    number: int
    course: Named
    campus: Named
    address: Named
    room: Named | None
    teacher: Named | None
    phone: str
    starts_at: datetime
    ends_at: datetime
    taken_place: bool
    moved: bool
    note: str

    @property
    def held_on(self) -> date:
        return day_of(self.starts_at)


def list_lessons(person_id: int, since: date) -> list[OwnLesson]:
    """All lessons of the seats held, in terms that end on `since` or later, in order; one query."""
    return [_lesson(row) for row in _rows(person_id, since) if row.held]


def list_calendar(person_id: int, since: date) -> list[OwnLesson]:
    """The same, with the lessons after a seat was given back, as not taking place."""
    return [_lesson(row) for row in _rows(person_id, since) if row.held or _is_after(row)]


def _rows(person_id: int, since: date) -> Sequence[Row[Any]]:
    return db.session.execute(_lessons(), {"person": person_id, "since": since}).all()


def _is_after(row: Row[Any]) -> bool:
    """Whether the lesson is later than the last seat that was given back."""
    return bool(row.held_on >= day_of(row.ended_at))


@cache
def _lessons() -> Select[Any]:
    """Built once: putting it together takes longer than asking it."""
    seats = _seats()
    return (
        select(
            *(Session.regular_on, Session.held_on, Session.starts_minute, Session.ends_minute),
            *(Session.number, Session.state, Session.note, Session.version),
            *(Section.id, Section.code, Term.code.label("term"), Course.name, Course.name_en),
            *(Campus.name.label("campus"), Campus.name_en.label("campus_en"), Campus.phone),
            *(Campus.address, Campus.address_en),
            *(Room.name.label("room"), Room.name_en.label("room_en")),
            *(Teacher.name.label("teacher"), Teacher.name_latin.label("teacher_en")),
            *(seats.c.held, seats.c.ended, seats.c.ended_at),
        )
        .join(Section, Section.id == Session.section_id)
        .join(seats, seats.c.section_id == Section.id)
        .join(Term, Term.id == Section.term_id)
        .join(Course, Course.id == Section.course_id)
        .join(Campus, Campus.id == Section.campus_id)
        .outerjoin(Room, Room.id == Section.room_id)
        .outerjoin(Teacher, Teacher.id == Section.teacher_id)
        .where(Term.ends_on >= bindparam("since"))
        .order_by(Session.held_on, Session.starts_minute, Section.code)
    )


def _seats() -> Any:
    """By section: whether a seat is held, how many have ended, when the last of them did."""
    holding = case((Placement.state.in_((*HOLDING, "completed")), 1), else_=0)
    return (
        select(
            Placement.section_id,
            func.max(holding).label("held"),
            func.sum(1 - holding).label("ended"),
            func.max(Placement.ended_at).label("ended_at"),
        )
        .where(Placement.person_id == bindparam("person"))
        .group_by(Placement.section_id)
        .subquery()
    )


def _lesson(row: Row[Any]) -> OwnLesson:
    changes_of_seat = 2 * row.ended - (0 if row.held else 1)
    return OwnLesson(
        uid=f"{row.term}.{row.code}.{row.regular_on:%Y%m%d}.{row.starts_minute}@eldercampus",
        sequence=row.version - 1 + changes_of_seat,
        section_id=row.id,
        number=row.number,
        course=Named(row.name, row.name_en),
        campus=Named(row.campus, row.campus_en),
        address=Named(row.address, row.address_en),
        room=Named(row.room, row.room_en) if row.room else None,
        teacher=Named(row.teacher, row.teacher_en) if row.teacher else None,
        phone=row.phone,
        starts_at=_moment(row.held_on, row.starts_minute),
        ends_at=_moment(row.held_on, row.ends_minute),
        taken_place=bool(row.held and row.state == "planned"),
        moved=row.held_on != row.regular_on,
        note=row.note,
    )


def _moment(day: date, minute: int) -> datetime:
    """Half-open hours may end at midnight."""
    return datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minute)
