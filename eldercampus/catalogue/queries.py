"""Reads of the catalogue. campus_ids: None is every campus, a set only these (the scope)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, extract, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from eldercampus.catalogue.calendar import DEFAULT_HOURS, MessageHours, WorkingCalendar
from eldercampus.catalogue.models import (
    CalendarDay,
    CalendarYear,
    Course,
    Reserve,
    Rule,
    Section,
    Session,
    Teacher,
    Term,
)
from eldercampus.catalogue.rules import RULES
from eldercampus.catalogue.timetable import monday_of, span_since
from eldercampus.db import Page, db, nearest_page
from eldercampus.errors import NotFound
from eldercampus.places.models import Campus

NAMED: tuple[ORMOption, ...] = (
    joinedload(Section.course),
    joinedload(Section.campus).joinedload(Campus.town),
    joinedload(Section.room),
    joinedload(Section.teacher),
    joinedload(Section.term),
    joinedload(Section.meetings),
)
"""What lists of a few show of a section, in one query."""
LISTED: tuple[ORMOption, ...] = (
    joinedload(Section.course, innerjoin=True),
    joinedload(Section.campus, innerjoin=True),
    joinedload(Section.meetings),
)
"""What somebody's list of classes shows: course, place and hours."""
SHOWN: tuple[ORMOption, ...] = (
    *NAMED[:-1],
    selectinload(Section.meetings),
    selectinload(Section.reserves),
)
"""What pages show of a section."""


@dataclass(frozen=True)
class KeptSeats:
    """Seats reserved for a kind of people: in so many classes, so many; unfilled as in Reserve."""

    kind: str
    unfilled: str
    sections: int
    seats: int


def list_sections(
    term_id: int | None = None,
    *,
    campus_ids: Collection[int] | None = None,
    course_id: int | None = None,
    section_ids: Collection[int] | None = None,
    state: str | None = None,
) -> list[Section]:
    """Sections with all that pages show, by term and code; each argument given narrows the list."""
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (term_id, Section.term_id == term_id),
        (campus_ids, Section.campus_id.in_(campus_ids or ())),
        (course_id, Section.course_id == course_id),
        (section_ids, Section.id.in_(section_ids or ())),
        (state, Section.state == state),
    ]
    query = select(Section).options(*SHOWN).order_by(Section.term_id, Section.code)
    conditions = [condition for given, condition in wanted if given is not None]
    return list(db.session.scalars(query.where(*conditions)))


def sections_by_id(
    section_ids: Iterable[int], options: tuple[ORMOption, ...] = NAMED
) -> dict[int, Section]:
    """With all that pages show but for reserved seats, or with SHOWN; unknown ids are left out."""
    ids = list(set(section_ids))
    if not ids:
        return {}
    found = db.session.scalars(_by_id(options), {"ids": ids}).unique()
    return {section.id: section for section in found}


@cache
def _by_id(options: tuple[ORMOption, ...]) -> Select[tuple[Section]]:
    """Built once for each: putting it together takes longer than asking it."""
    wanted = Section.id.in_(bindparam("ids", expanding=True))
    return select(Section).where(wanted).options(*options)


def browse_sections(
    *,
    term_id: int | None,
    campus_id: int | None,
    course_id: int | None,
    campus_ids: Collection[int] | None,
    page: int,
    size: int = 25,
) -> Page[Section]:
    """One page of them, with all that pages show."""
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (term_id, Section.term_id == term_id),
        (campus_id, Section.campus_id == campus_id),
        (course_id, Section.course_id == course_id),
        (campus_ids, Section.campus_id.in_(campus_ids or ())),
    ]
    matching = select(Section).where(*[rule for given, rule in wanted if given is not None])
    total = db.session.scalar(matching.with_only_columns(func.count(Section.id))) or 0
    number = nearest_page(page, size, total)
    query = matching.options(*SHOWN).order_by(Section.term_id, Section.code)
    rows = db.session.scalars(query.offset((number - 1) * size).limit(size)).all()
    return Page(rows, number, size, total)


def get_section(section_id: int, campus_ids: Collection[int] | None = None) -> Section:
    """The section with all that pages show; NotFound also outside campus_ids."""
    section = db.session.get(Section, section_id, options=SHOWN)
    if section is None or (campus_ids is not None and section.campus_id not in campus_ids):
        raise NotFound("no_section", section_id=section_id)
    return section


def list_sessions(section_id: int) -> list[Session]:
    """The section's dated lessons in the order held."""
    return list(db.session.scalars(_sessions(), {"section": section_id}))


@cache
def _sessions() -> Select[tuple[Session]]:
    of_section = Session.section_id == bindparam("section")
    return select(Session).where(of_section).order_by(Session.held_on, Session.starts_minute)


def section_times(term_id: int) -> dict[str, list[tuple[int, int]]]:
    """Regular lessons by section code, in order; every section of the term has a key.

    Half-open minutes since 00:00 of the Monday of the term's first week. Holidays do not count here
    (allocation.md §1).
    """
    term = get_term(term_id)
    monday = monday_of(term.starts_on)
    times: dict[str, list[tuple[int, int]]] = {}
    rows = db.session.execute(
        select(Section.code, Session.regular_on, Session.starts_minute, Session.ends_minute)
        .join(Session, Session.section_id == Section.id, isouter=True)
        .where(Section.term_id == term_id)
        .order_by(Section.code, Session.regular_on, Session.starts_minute)
    )
    for code, day, starts, ends in rows:
        spans = times.setdefault(code, [])
        if day is not None:
            spans.append(span_since(monday, day, starts, ends))
    return times


def list_kept_seats(term_id: int) -> list[KeptSeats]:
    """The kinds of reserved seats of a term, the most seats first; towns count as one kind."""
    query = (
        select(Reserve.kind, Reserve.unfilled, Reserve.section_id, Reserve.count.label("seats"))
        .join(Section, Section.id == Reserve.section_id)
        .where(Section.term_id == term_id)
    )
    seats: dict[tuple[str, str], int] = {}
    sections: dict[tuple[str, str], set[int]] = {}
    for kind, unfilled, section_id, count in db.session.execute(query):
        key = (kind.partition(":")[0], unfilled)
        seats[key] = seats.get(key, 0) + count
        sections.setdefault(key, set()).add(section_id)
    kept = [KeptSeats(*key, len(sections[key]), seats[key]) for key in seats]
    return sorted(kept, key=lambda one: (-one.seats, one.kind, one.unfilled))


def count_with_minimum(term_id: int) -> int:
    """Classes of the term that are not held with too few people."""
    query = select(func.count(Section.id)).where(Section.term_id == term_id, Section.minimum > 0)
    return db.session.scalar(query) or 0


def list_courses() -> list[Course]:
    """All courses by department and code."""
    return list(db.session.scalars(select(Course).order_by(Course.department, Course.code)))


def get_course(course_id: int) -> Course:
    course = db.session.get(Course, course_id)
    if course is None:
        raise NotFound("no_course", course_id=course_id)
    return course


def count_sections_by_course() -> dict[int, int]:
    """How many sections each course has, in all terms; courses without one are left out."""
    query = select(Section.course_id, func.count()).group_by(Section.course_id)
    return dict(db.session.execute(query).tuples().all())


def list_teachers() -> list[Teacher]:
    return list(db.session.scalars(select(Teacher).order_by(Teacher.name, Teacher.id)))


def list_terms() -> list[Term]:
    """All terms, the newest first."""
    return list(db.session.scalars(select(Term).order_by(Term.starts_on.desc())))


def get_term(term_id: int) -> Term:
    term = db.session.get(Term, term_id)
    if term is None:
        raise NotFound("no_term", term_id=term_id)
    return term


def find_current_term(on: date) -> Term | None:
    """The term that is running on the day, else the next to begin, else the last one."""
    terms = list_terms()
    running = [term for term in terms if term.starts_on <= on <= term.ends_on]
    coming = [term for term in reversed(terms) if term.starts_on > on]
    return next(iter([*running, *coming, *terms]), None)


def get_calendar() -> WorkingCalendar:
    """The working calendar with all days of the table and the message hours of the rules."""
    rows = db.session.execute(select(CalendarDay.on, CalendarDay.kind)).tuples()
    return WorkingCalendar(dict(rows.all()), _message_hours())


def _message_hours() -> tuple[MessageHours, ...]:
    """The district's message hours through time, oldest first."""
    names = {"message_from": "from", "message_until": "until"}
    changes: dict[date, dict[str, str]] = defaultdict(dict)
    query = select(Rule).where(Rule.name.in_(names), Rule.scope == "district")
    for row in db.session.scalars(query.order_by(Rule.valid_from, Rule.id)):
        changes[row.valid_from][row.name] = row.value
    hours = list(DEFAULT_HOURS)
    values = {name: str(RULES[name].default) for name in names}
    for valid_from in sorted(changes):
        values.update(changes[valid_from])
        opens, closes = (time.fromisoformat(values[name]) for name in names)
        hours.append(MessageHours(valid_from, opens, closes))
    return tuple(hours)


def list_calendar_years() -> list[CalendarYear]:
    return list(db.session.scalars(select(CalendarYear).order_by(CalendarYear.year)))


def find_calendar_year(year: int) -> CalendarYear | None:
    return db.session.get(CalendarYear, year)


def list_calendar_days(year: int) -> list[CalendarDay]:
    """The year's days that are not as their weekday says."""
    query = select(CalendarDay).where(extract("year", CalendarDay.on) == year)
    return list(db.session.scalars(query.order_by(CalendarDay.on)))


def find_calendar_day(day: date) -> CalendarDay | None:
    return db.session.get(CalendarDay, day)


def list_rule_rows(name: str | None = None) -> list[Rule]:
    """The history, newest first: of one rule, or of all."""
    query = select(Rule).order_by(Rule.valid_from.desc(), Rule.id.desc())
    if name is not None:
        query = query.where(Rule.name == name)
    return list(db.session.scalars(query))
