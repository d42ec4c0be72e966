"""Reminders: who is told of what is coming. Each person is told once of each thing."""

from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from eldercampus.catalogue.calendar import SHANGHAI
from eldercampus.catalogue.models import Session as Lesson
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import HOLDING, Placement
from eldercampus.notices.outbox import queue_notice

_CONFIRM_AHEAD = timedelta(days=2)
_LESSON_AHEAD = timedelta(days=3)


def confirmations_due(now: datetime) -> int:
    """Everyone whose answer is due within two days and who has not given it."""
    query = (
        select(Placement.id, Placement.person_id)
        .where(
            Placement.state == "awaiting",
            Placement.confirm_by_at > now,
            Placement.confirm_by_at <= now + _CONFIRM_AHEAD,
        )
        .order_by(Placement.id)
    )
    with transaction():
        told = [
            queue_notice(
                "confirmation_due",
                subject=f"placement:{placement_id}",
                person_id=person_id,
                now=now,
            )
            for placement_id, person_id in db.session.execute(query)
        ]
    return sum(notice is not None for notice in told)


def first_lessons(now: datetime) -> int:
    """Everyone whose class begins within three days, and who was not told yet."""
    today = now.astimezone(SHANGHAI).date()
    first = (
        select(Lesson.section_id, func.min(Lesson.held_on).label("on"))
        .where(Lesson.state == "planned")
        .group_by(Lesson.section_id)
        .subquery()
    )
    query = (
        select(Placement.id, Placement.person_id, first.c.on)
        .join(first, first.c.section_id == Placement.section_id)
        .where(
            Placement.state.in_(HOLDING),
            first.c.on > today,
            first.c.on <= today + _LESSON_AHEAD,
        )
        .order_by(Placement.id)
    )
    with transaction():
        told = [
            queue_notice(
                "first_lesson",
                subject=f"placement:{placement_id}",
                person_id=person_id,
                now=now,
                ends_at=datetime.combine(on, time(12), SHANGHAI).isoformat(),
            )
            for placement_id, person_id, on in db.session.execute(query)
        ]
    return sum(notice is not None for notice in told)
