"""Making and changing sections: capacity within the room, no room and no teacher at two things.

Every change first takes the row lock of its term (and of the room, whose places bound capacity), so
that of two clerks at the same moment the second sees what the first did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import WorkingCalendar
from eldercampus.catalogue.clashes import refuse_clashes
from eldercampus.catalogue.models import Meeting, Reserve, Section, Term
from eldercampus.catalogue.queries import get_section
from eldercampus.catalogue.sessions import make_sessions
from eldercampus.catalogue.timetable import WeeklyHour, overlap
from eldercampus.db import db, rows_changed
from eldercampus.errors import DomainError, NotFound
from eldercampus.places.models import Room


@dataclass(frozen=True)
class ReserveSeats:
    """Seats for a kind of people; unfilled: "release" gives them to all, "keep" leaves them."""

    kind: str
    count: int
    unfilled: str = "release"


@dataclass(frozen=True)
class SectionDetails:
    """What staff decide. reserves stand in order of precedence; code "" is the next free one."""

    term_id: int
    course_id: int
    campus_id: int
    capacity: int
    meetings: Sequence[WeeklyHour]
    room_id: int | None = None
    teacher_id: int | None = None
    minimum: int = 0
    reserves: Sequence[ReserveSeats] = ()
    fill: str = "reserved_first"
    fee_yuan: int = 0
    mode: str = "in_person"
    state: str = "open"
    exempt: bool = False
    paused: bool = False
    code: str = ""


_PARTS = ("code", "meetings", "reserves")  # what is not a column of the section, or never changes
_COLUMNS = [part.name for part in fields(SectionDetails) if part.name not in _PARTS]


def create_section(
    details: SectionDetails,
    *,
    account_id: int | None,
    now: datetime,
    calendar: WorkingCalendar | None = None,
) -> Section:
    """A new section with its lessons.

    Raises DomainError: room_taken, teacher_taken (see refuse_clashes), capacity_above_room
    (places), room_elsewhere, room_missing, no_meeting, meetings_overlap, reserves_above_capacity,
    reserve_twice, minimum_above_capacity, code_taken.
    """
    _lock(details)
    _check(details, None)
    section = Section(code=_free_code(details), **_columns(details))
    db.session.add(section)
    db.session.flush()
    _write_parts(section, details)
    make_sessions(section, calendar=calendar)
    _record("section.create", section, details, account_id, now)
    return section


def change_section(
    section_id: int, details: SectionDetails, *, account_id: int | None, now: datetime
) -> Section:
    """Gives the section these details; term and code stay. Lessons follow the hours.

    Raises what create_section does, capacity_below_taken, closed_with_learners (taken): no change
    of a class drops anybody.
    """
    section = get_section(section_id)
    _lock(details)
    db.session.refresh(section, ["taken", "term_id"])
    if details.term_id != section.term_id:
        raise DomainError("section_term")
    if details.capacity < section.taken:
        raise DomainError("capacity_below_taken", taken=section.taken)
    if details.state == "closed" and section.taken:
        raise DomainError("closed_with_learners", taken=section.taken)
    _check(details, section_id)
    for name, value in _columns(details).items():
        setattr(section, name, value)
    db.session.execute(delete(Meeting).where(Meeting.section_id == section_id))
    db.session.execute(delete(Reserve).where(Reserve.section_id == section_id))
    _write_parts(section, details)
    make_sessions(section)
    _record("section.change", section, details, account_id, now)
    db.session.expire(section, ["meetings", "reserves", "room", "teacher", "course", "campus"])
    return section


def _lock(details: SectionDetails) -> None:
    """Row locks that work on every database: an UPDATE that changes nothing."""
    term = update(Term).where(Term.id == details.term_id)
    if rows_changed(term.values(seats_version=Term.seats_version)) != 1:
        raise NotFound("no_term", term_id=details.term_id)
    if details.room_id is not None:
        db.session.execute(
            update(Room).where(Room.id == details.room_id).values(places=Room.places)
        )


def _check(details: SectionDetails, section_id: int | None) -> None:
    _check_seats(details)
    _check_room(details)
    if not details.meetings:
        raise DomainError("no_meeting")
    hours = sorted(details.meetings)
    for position, hour in enumerate(hours):
        if overlap([hour.span], [other.span for other in hours[position + 1 :]]):
            raise DomainError("meetings_overlap")
    refuse_clashes(
        details.term_id,
        hours,
        room_id=details.room_id,
        teacher_id=details.teacher_id,
        besides=section_id,
    )


def _check_seats(details: SectionDetails) -> None:
    kinds = [reserve.kind for reserve in details.reserves]
    if len(set(kinds)) < len(kinds):
        raise DomainError("reserve_twice")
    reserved = sum(reserve.count for reserve in details.reserves)
    if reserved > details.capacity:
        raise DomainError("reserves_above_capacity", reserved=reserved, capacity=details.capacity)
    if details.minimum > details.capacity and not details.exempt:
        raise DomainError("minimum_above_capacity", capacity=details.capacity)


def _check_room(details: SectionDetails) -> None:
    if details.room_id is None:
        if details.mode != "online":
            raise DomainError("room_missing")
        return
    room = db.session.execute(
        select(Room.campus_id, Room.places).where(Room.id == details.room_id)
    ).one_or_none()
    if room is None or room.campus_id != details.campus_id:
        raise DomainError("room_elsewhere")
    if details.capacity > room.places:
        raise DomainError("capacity_above_room", places=room.places)


def _columns(details: SectionDetails) -> dict[str, Any]:
    return {name: getattr(details, name) for name in _COLUMNS}


def _write_parts(section: Section, details: SectionDetails) -> None:
    for hour in sorted(details.meetings):
        db.session.add(
            Meeting(
                section_id=section.id,
                weekday=hour.weekday,
                starts_minute=hour.starts_minute,
                ends_minute=hour.ends_minute,
            )
        )
    for position, reserve in enumerate(details.reserves, 1):
        db.session.add(
            Reserve(
                section_id=section.id,
                position=position,
                kind=reserve.kind,
                count=reserve.count,
                unfilled=reserve.unfilled,
            )
        )
    db.session.flush()


def _free_code(details: SectionDetails) -> str:
    """The code asked for, or the next S-001 of the term."""
    taken = set(db.session.scalars(select(Section.code).where(Section.term_id == details.term_id)))
    if details.code in taken:
        raise DomainError("code_taken", taken=details.code)
    return details.code or next_code("S-", taken, 3)


def next_code(prefix: str, taken: Iterable[str], digits: int) -> str:
    """One more than the largest number in use: S-007 after S-006."""
    used = [code.removeprefix(prefix) for code in taken if code.startswith(prefix)]
    largest = max((int(text) for text in used if text.isascii() and text.isdigit()), default=0)
    return f"{prefix}{largest + 1:0{digits}d}"


def _record(
    action: str, section: Section, details: SectionDetails, account_id: int | None, now: datetime
) -> None:
    hours = [[hour.weekday, hour.starts_minute, hour.ends_minute] for hour in details.meetings]
    record(
        action,
        f"section:{section.id}",
        now=now,
        account_id=account_id,
        hours=hours,
        reserves=[[reserve.kind, reserve.count, reserve.unfilled] for reserve in details.reserves],
        **_columns(details),
    )
