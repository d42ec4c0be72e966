"""The demonstration's three terms and its two rounds, dated from the day of loading."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, insert, select

from eldercampus.catalogue.calendar import SHANGHAI, WorkingCalendar
from eldercampus.catalogue.models import Meeting, Section, Term
from eldercampus.catalogue.models import Session as LessonRow
from eldercampus.catalogue.timetable import WeeklyHour, monday_of, plan_lessons
from eldercampus.db import db
from eldercampus.enrolment.models import Choice
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
    """Published on the Friday of the week before last; answers are due in three working days."""
    opened = monday_of(loaded_on) - 5 * _WEEK
    return _plan(term, opened, calendar.working_days_after(loaded_on, 3))


def plan_open_round(term: Term, loaded_on: date, calendar: WorkingCalendar) -> RoundPlan:
    """Open since the Monday of last week, until the Sunday of next week."""
    opened = monday_of(loaded_on) - _WEEK
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
        beacon_source=f"当晚全国开奖的双色球第 {_issue(drawn)} 期",
        beacon_source_en=f"the national Double Colour Ball of that evening, issue {_issue(drawn)}",
        beacon_where="中国福利彩票网站（www.cwl.gov.cn）",
        beacon_where_en="the website of the China Welfare Lottery (www.cwl.gov.cn)",
        beacon_example="01 02 03 04 05 06 + 07",
        spare_source="大乐透，看中国体育彩票网站（www.lottery.gov.cn）",
        spare_source_en="Super Lotto (www.lottery.gov.cn)",
        spare_example="01 02 03 04 05 + 06 07",
    )


def _issue(drawn: date) -> str:
    """2026142: the year, and the how-manyth draw of three a week (Tuesday, Thursday, Sunday) it is;
    an example, since the real lottery rests over some holidays."""
    days = (date(drawn.year, 1, 1) + timedelta(days=n) for n in range(drawn.timetuple().tm_yday))
    return f"{drawn.year}{sum(day.isoweekday() in (2, 4, 7) for day in days):03d}"


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


def remember_last_time(before_id: int, term_id: int) -> None:
    """Notes for each section how many listed the same course at the same campus the term before."""
    query = (
        select(Section.course_id, Section.campus_id, Section.capacity, func.count(Choice.id))
        .join(Choice, Choice.section_id == Section.id)
        .where(Section.term_id == before_id)
        .group_by(Section.id, Section.course_id, Section.campus_id, Section.capacity)
        .order_by(Section.id.desc())
    )
    known = {(row[0], row[1]): (row[2], row[3]) for row in db.session.execute(query)}
    for section in db.session.scalars(select(Section).where(Section.term_id == term_id)):
        if (last := known.get((section.course_id, section.campus_id))) is not None:
            section.last_time_seats, section.last_time_applied = last
