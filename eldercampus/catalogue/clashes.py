"""Who has the room, or the teacher, at these hours. Asked inside the term's row lock."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from eldercampus.catalogue.models import Meeting, Section
from eldercampus.catalogue.timetable import WeeklyHour
from eldercampus.db import db
from eldercampus.errors import DomainError


def refuse_clashes(
    term_id: int,
    hours: Sequence[WeeklyHour],
    *,
    room_id: int | None,
    teacher_id: int | None,
    besides: int | None = None,
) -> None:
    """Raises DomainError where another section of the term, not closed, meets at such an hour.

    room_taken or teacher_taken: section (its code), course, course_en, campus, campus_en, and the
    hour (a WeeklyHour) in the way.
    """
    if room_id is not None:
        _refuse("room_taken", term_id, hours, Section.room_id == room_id, besides)
    if teacher_id is not None:
        _refuse("teacher_taken", term_id, hours, Section.teacher_id == teacher_id, besides)


def _refuse(
    code: str,
    term_id: int,
    hours: Sequence[WeeklyHour],
    held: ColumnElement[bool],
    besides: int | None,
) -> None:
    same_hour = or_(
        *(
            and_(
                Meeting.weekday == hour.weekday,
                Meeting.starts_minute < hour.ends_minute,
                Meeting.ends_minute > hour.starts_minute,
            )
            for hour in hours
        )
    )
    query = (
        select(Section, Meeting)
        .join(Meeting, Meeting.section_id == Section.id)
        .options(joinedload(Section.course), joinedload(Section.campus))
        .where(Section.term_id == term_id, Section.state != "closed", held, same_hour)
        .where(Section.id != (besides or 0))
        .order_by(Section.code)
        .limit(1)
    )
    found = db.session.execute(query).first()
    if found is None:
        return
    section, meeting = found
    raise DomainError(
        code,
        section=section.code,
        course=section.course.name,
        course_en=section.course.name_en,
        campus=section.campus.name,
        campus_en=section.campus.name_en,
        hour=WeeklyHour(meeting.weekday, meeting.starts_minute, meeting.ends_minute),
    )
