"""The demonstration's three terms and its two rounds, dated from the day of loading."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import insert, select

from eldercampus.catalogue.calendar import SHANGHAI, WorkingCalendar
from eldercampus.catalogue.models import Meeting, Section, Term
from eldercampus.catalogue.models import Session as LessonRow
from eldercampus.catalogue.timetable import WeeklyHour, plan_lessons
from eldercampus.db import db
from eldercampus.enrolment.rounds import RoundPlan

_WEEK = timedelta(weeks=1)
_SEASONS = [("春季", "Spring"), ("夏季", "Summer"), ("秋季", "Autumn"), ("冬季", "Winter")]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That moment in Shanghai, in UTC."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-(day.isoweekday() - 1) % 7)


def make_term(starts_on: date) -> Term:
    """A term of 17 weeks from that Monday; one may join until the Friday of week 5."""
    season, english = _SEASONS[(starts_on.month - 2) % 12 // 3]  # spring from February
    return Term(
        code=f"{starts_on.year}-{english.lower()}",
        name=f"{starts_on.year} 年{season}",
        name_en=f"{english} {starts_on.year}",
        starts_on=starts_on,
        ends_on=starts_on + 16 * _WEEK + timedelta(days=4),
        last_joining_on=starts_on + 4 * _WEEK + timedelta(days=4),
    )


def make_terms(loaded_on: date) -> tuple[Term, Term, Term]:
    """The one that is over, the one about to start, the one that can be applied for."""
    current = _monday_from(loaded_on + timedelta(days=10))
    following = _monday_from(current + 17 * _WEEK + timedelta(days=10))
    terms = (make_term(current - 22 * _WEEK), make_term(current), make_term(following))
    db.session.add_all(terms)
    db.session.flush()
    return terms


def plan_drawn_round(term: Term, loaded_on: date, calendar: WorkingCalendar) -> RoundPlan:
    """Published eleven days before the loading; answers are due in three working days."""
    return _plan(term, loaded_on - timedelta(days=32), calendar.working_days_after(loaded_on, 3))


def plan_open_round(term: Term, loaded_on: date, calendar: WorkingCalendar) -> RoundPlan:
    """Open since a week, for thirteen days more."""
    opened = loaded_on - timedelta(days=7)
    return _plan(term, opened, calendar.working_days_after(opened + timedelta(days=25), 5))


def _plan(term: Term, opens_on: date, confirm_by: date) -> RoundPlan:
    days = {name: opens_on + timedelta(days=n) for name, n in _DAYS.items()}
    drawn = days["draws"]
    return RoundPlan(
        code=f"{term.code}-1",
        term_id=term.id,
        name=f"{term.name}，第一批报名",
        name_en=f"{term.name_en}, first round",
        opens_at=at(opens_on, 9),
        closes_at=at(days["closes"], 20),
        freezes_at=at(days["freezes"], 12),
        draws_at=at(drawn, 21, 30),
        publishes_at=at(days["publishes"], 10),
        confirm_by_at=at(confirm_by, 16, 30),
        beacon_source=f"{drawn.month} 月 {drawn.day} 日晚开奖的双色球（演示，不是真的开奖号码）",
        beacon_source_en=f"Double Colour Ball of {drawn:%-d %B} (demonstration, not real numbers)",
    )


_DAYS = {"closes": 20, "freezes": 23, "draws": 24, "publishes": 25}


def write_lessons(term: Term, calendar: WorkingCalendar) -> None:
    """All lessons of the term's sections in one insert."""
    hours: dict[int, list[WeeklyHour]] = {}
    query = (
        select(Meeting.section_id, Meeting.weekday, Meeting.starts_minute, Meeting.ends_minute)
        .join(Section)
        .where(Section.term_id == term.id)
    )
    for section_id, *hour in db.session.execute(query):
        hours.setdefault(section_id, []).append(WeeklyHour(*hour))
    rows = [
        {
            "section_id": section_id,
            "number": lesson.number,
            "regular_on": lesson.regular_on,
            "held_on": lesson.held_on,
            "starts_minute": lesson.starts_minute,
            "ends_minute": lesson.ends_minute,
        }
        for section_id, meetings in sorted(hours.items())
        for lesson in plan_lessons(meetings, term.starts_on, term.ends_on, calendar)
    ]
    db.session.execute(insert(LessonRow), rows)
