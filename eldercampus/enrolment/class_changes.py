"""Changing a class while people apply for it, or sit in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section
from eldercampus.catalogue.sections import ReserveSeats, SectionDetails, change_section
from eldercampus.catalogue.timetable import WeeklyHour
from eldercampus.db import db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    Offer,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.round_queries import find_fixed_round
from eldercampus.enrolment.seats import lock_seats, settle_vacancies
from eldercampus.enrolment.states import FIXED
from eldercampus.errors import DomainError
from eldercampus.notices.outbox import drop_notices, queue_notice

_COUNTED = (*FIXED, "published")
_IN_THE_DRAW = (
    *("course_id", "campus_id", "capacity", "minimum", "fill", "state", "exempt"),
    *("meetings", "reserves"),
)


def change_class(
    section_id: int, details: SectionDetails, *, account_id: int | None, now: datetime
) -> None:
    """Gives the section these details; seats that this adds go to the waiting list at once.

    Raises what catalogue.sections.change_section does, and class_is_fixed (round, round_en) while a
    round of the term is frozen and not yet published, where the draw rests on what would change;
    campus_is_fixed once people were drawn for this class by their way to its campus.
    """
    lock_seats(details.term_id)
    before = details_of(get_section(section_id))
    if details.campus_id != before.campus_id and _people_count_on(section_id):
        raise DomainError("campus_is_fixed")
    if any(getattr(details, part) != getattr(before, part) for part in _IN_THE_DRAW):
        refuse_while_fixed(details.term_id)
    change_section(section_id, details, account_id=account_id, now=now)
    if sorted(details.meetings) != sorted(before.meetings):
        _tell_new_hours(section_id, now)
    settle_vacancies(details.term_id, now)


def details_of(section: Section) -> SectionDetails:
    """The section as it is; it must be loaded with meetings and reserves."""
    return SectionDetails(
        term_id=section.term_id,
        course_id=section.course_id,
        campus_id=section.campus_id,
        room_id=section.room_id,
        teacher_id=section.teacher_id,
        capacity=section.capacity,
        minimum=section.minimum,
        meetings=[
            WeeklyHour(row.weekday, row.starts_minute, row.ends_minute) for row in section.meetings
        ],
        reserves=[ReserveSeats(row.kind, row.count, row.unfilled) for row in section.reserves],
        fill=section.fill,
        fee_yuan=section.fee_yuan,
        mode=section.mode,
        state=section.state,
        exempt=section.exempt,
        paused=section.paused,
        code=section.code,
    )


def _tell_new_hours(section_id: int, now: datetime) -> None:
    """To those who sit in the class or are asked whether they want to. Who waits reads the hours
    when a seat is free. What was not sent yet about earlier hours stays unsaid."""
    sits = (Placement.section_id == section_id, Placement.state.in_(HOLDING))
    for seat in db.session.scalars(select(Placement).where(*sits).order_by(Placement.id)):
        _tell("class_changed", f"placement:{seat.id}", seat.person_id, now)
    asked = (Offer.section_id == section_id, Offer.state == "live")
    for offer in db.session.scalars(select(Offer).where(*asked).order_by(Offer.id)):
        _tell("offer_changed", f"offer:{offer.id}", offer.person_id, now, token=offer.token)


def _tell(kind: str, subject: str, person_id: int, now: datetime, **facts: Any) -> None:
    drop_notices(subject, why="replaced", kind=kind)
    change = now.isoformat()
    queue_notice(kind, subject=subject, person_id=person_id, now=now, occurrence=change, **facts)


def _people_count_on(section_id: int) -> bool:
    """Whether anybody has listed the class in a round that was frozen, waits for it or sits in it:
    they chose it for where it is, and stand in line by their way there."""
    listed = (
        select(Choice.id)
        .join(Application, Application.id == Choice.application_id)
        .join(Round, Round.id == Application.round_id)
        .where(Choice.section_id == section_id, Application.state == "submitted")
        .where(Round.state.in_(_COUNTED))
    )
    waits = select(WaitlistEntry.id).where(
        WaitlistEntry.section_id == section_id, WaitlistEntry.state == "waiting"
    )
    sits = select(Placement.id).where(
        Placement.section_id == section_id, Placement.state.in_(HOLDING)
    )
    asked = select(or_(listed.exists(), waits.exists(), sits.exists()))
    return bool(db.session.scalar(asked))


def refuse_while_fixed(term_id: int) -> None:
    """Raises class_is_fixed (round, round_en) while a draw rests on the classes of the term."""
    if round_ := find_fixed_round(term_id):
        raise DomainError("class_is_fixed", round=round_.name, round_en=round_.name_en)
