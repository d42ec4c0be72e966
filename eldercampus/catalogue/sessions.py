"""The dated lessons of sections, made from weekly hours, term and calendar."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from eldercampus.catalogue.calendar import WorkingCalendar
from eldercampus.catalogue.models import Meeting, Section, Session, Term
from eldercampus.catalogue.queries import get_calendar, get_term
from eldercampus.catalogue.timetable import Lesson, WeeklyHour, plan_lessons
from eldercampus.db import db


def make_sessions(section: Section, *, calendar: WorkingCalendar | None = None) -> int:
    """Writes the section's lessons from its hours, its term and the calendar; returns how many.

    A lesson that is there already keeps its row (and a cancelled one its state); those that the
    timetable no longer has are removed.
    """
    return _make(get_term(section.term_id), [section.id], calendar or get_calendar())


def remake_sessions(term_id: int) -> int:
    """Plans all lessons of the term anew, after the calendar changed; returns how many."""
    ids = db.session.scalars(select(Section.id).where(Section.term_id == term_id)).all()
    return _make(get_term(term_id), ids, get_calendar())


def remake_sessions_from(today: date) -> int:
    """The same for every term that is not over by `today`."""
    terms = db.session.scalars(select(Term.id).where(Term.ends_on >= today))
    return sum(remake_sessions(term_id) for term_id in terms.all())


def _make(term: Term, section_ids: Collection[int], calendar: WorkingCalendar) -> int:
    hours: dict[int, list[WeeklyHour]] = defaultdict(list)
    query = select(Meeting).where(Meeting.section_id.in_(section_ids))
    for meeting in db.session.scalars(query):
        hours[meeting.section_id].append(
            WeeklyHour(meeting.weekday, meeting.starts_minute, meeting.ends_minute)
        )
    rows: dict[int, dict[tuple[date, int], Session]] = defaultdict(dict)
    for row in db.session.scalars(select(Session).where(Session.section_id.in_(section_ids))):
        rows[row.section_id][row.regular_on, row.starts_minute] = row
    count = 0
    for section_id in section_ids:
        lessons = plan_lessons(hours[section_id], term.starts_on, term.ends_on, calendar)
        _write_lessons(section_id, lessons, rows[section_id])
        count += len(lessons)
    db.session.flush()
    return count


def _write_lessons(
    section_id: int, lessons: list[Lesson], kept: dict[tuple[date, int], Session]
) -> None:
    for lesson in lessons:
        row = kept.pop((lesson.regular_on, lesson.starts_minute), None)
        if row is None:
            row = Session(
                section_id=section_id,
                regular_on=lesson.regular_on,
                starts_minute=lesson.starts_minute,
            )
            db.session.add(row)
        row.number, row.held_on = lesson.number, lesson.held_on
        row.ends_minute = lesson.ends_minute
    for row in kept.values():
        db.session.delete(row)
