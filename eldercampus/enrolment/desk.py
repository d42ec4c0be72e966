"""What lies on the desk of a campus, or of the district, today."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from eldercampus.catalogue.models import Course, Section, Session
from eldercampus.db import db
from eldercampus.enrolment.models import Offer, Round
from eldercampus.places.models import Campus

SOON = timedelta(hours=24)
_A_FEW_MINUTES = timedelta(minutes=5)


@dataclass(frozen=True)
class Named:
    """A name in both languages."""

    name: str
    name_en: str


@dataclass(frozen=True)
class LessonToday:
    """A lesson held today; hours in minutes since midnight; taken: seats given or offered."""

    section_id: int
    course: Named
    campus: Named
    starts_minute: int
    ends_minute: int
    taken: int


def list_lessons_on(day: date, campus_ids: Collection[int] | None) -> list[LessonToday]:
    """In order of their hours; campus_ids: None is every campus."""
    query = (
        select(
            Section.id,
            Course.name,
            Course.name_en,
            Campus.name,
            Campus.name_en,
            Session.starts_minute,
            Session.ends_minute,
            Section.taken,
        )
        .select_from(Session)
        .join(Section, Section.id == Session.section_id)
        .join(Course, Course.id == Section.course_id)
        .join(Campus, Campus.id == Section.campus_id)
        .where(Session.held_on == day, Session.state == "planned")
        .order_by(Session.starts_minute, Section.code)
    )
    if campus_ids is not None:
        query = query.where(Section.campus_id.in_(campus_ids))
    return [
        LessonToday(row[0], Named(row[1], row[2]), Named(row[3], row[4]), *row[5:])
        for row in db.session.execute(query)
    ]


def count_offers_ending(now: datetime, campus_ids: Collection[int] | None) -> int:
    """Live offers that run out within a day."""
    query = (
        select(func.count(Offer.id))
        .join(Section, Section.id == Offer.section_id)
        .where(Offer.state == "live", Offer.ends_at <= now + SOON)
    )
    if campus_ids is not None:
        query = query.where(Section.campus_id.in_(campus_ids))
    return db.session.scalar(query) or 0


def list_overdue_results(now: datetime) -> list[Round]:
    """Drawn rounds whose result should have come out some minutes ago: nobody has agreed to it, or
    the clock could not publish it."""
    late = (Round.state == "drawn", Round.publishes_at <= now - _A_FEW_MINUTES)
    return list(db.session.scalars(select(Round).where(*late).order_by(Round.publishes_at)))
