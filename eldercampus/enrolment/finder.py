"""Finding a class: by words, weekday and part of the day, the nearest first."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from eldercampus.catalogue.models import Course, Meeting, Section, Session
from eldercampus.db import Page, db, nearest_page
from eldercampus.enrolment.models import Application, Choice
from eldercampus.errors import NotFound
from eldercampus.places.distances import Point, haversine_m
from eldercampus.places.models import Campus

PARTS_OF_DAY = {"morning": (0, 720), "afternoon": (720, 1080), "evening": (1080, 1440)}
"""Minutes since midnight in which a lesson begins, half-open."""


@dataclass(frozen=True)
class Wanted:
    """What a visitor looks for; empty parts ask for nothing. near: where they live, if known."""

    words: str = ""
    weekday: int | None = None
    part: str = ""
    near: Point | None = None


@dataclass(frozen=True)
class FoundClass:
    """A section with course, campus, teacher and meetings, and what its card says.

    lessons, first_on and last_on: of the dated lessons; applied: how many list it in the round so
    far; metres: from where the visitor lives, None where that is not known.
    """

    section: Section
    lessons: int
    first_on: date | None
    last_on: date | None
    applied: int
    metres: int | None


def find_classes(
    term_id: int, wanted: Wanted, *, round_id: int | None, page: int, size: int = 20
) -> Page[FoundClass]:
    """One page of the open classes of a term, the nearest first, else by name. Two queries."""
    query = select(Section.id, Campus.longitude, Campus.latitude).join(Section.campus)
    query = query.join(Section.course).order_by(Course.initials, Course.code, Section.code)
    matching = db.session.execute(
        query.where(Section.term_id == term_id, Section.state == "open", *_conditions(wanted))
    ).all()
    ranked = [(_metres(wanted.near, row.longitude, row.latitude), row.id) for row in matching]
    ranked.sort(key=lambda pair: pair[0] or 0)
    number = nearest_page(page, size, len(ranked))
    shown = ranked[(number - 1) * size : number * size]
    known = _cards([section_id for _, section_id in shown], round_id)
    classes = [_found(known[section_id], metres) for metres, section_id in shown]
    return Page(classes, number, size, len(ranked))


def get_class(section_id: int, *, round_id: int | None, near: Point | None = None) -> FoundClass:
    """One class with what its page says; raises NotFound, also for one that is only planned."""
    row = _cards([section_id], round_id).get(section_id)
    if row is None or row.Section.state == "planned":
        raise NotFound("section_not_found")
    campus = row.Section.campus
    return _found(row, _metres(near, campus.longitude, campus.latitude))


def _metres(near: Point | None, longitude: float, latitude: float) -> int | None:
    if near is None:
        return None
    return haversine_m(near.longitude, near.latitude, longitude, latitude)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    words = unicodedata.normalize("NFKC", wanted.words).lower().split()
    found: list[ColumnElement[bool]] = [_says(word) for word in words]
    meeting = []
    if wanted.weekday is not None:
        meeting.append(Meeting.weekday == wanted.weekday)
    if wanted.part in PARTS_OF_DAY:
        start, end = PARTS_OF_DAY[wanted.part]
        meeting += [Meeting.starts_minute >= start, Meeting.starts_minute < end]
    if meeting:
        found.append(Section.meetings.any(and_(*meeting)))
    return found


def _says(word: str) -> ColumnElement[bool]:
    """In the course's name, its pinyin initials, its English name, or the campus's name."""
    return or_(
        *(
            func.lower(column).contains(word, autoescape=True)
            for column in (Course.name, Course.name_en, Campus.name, Campus.name_en)
        ),
        Course.initials.startswith(word, autoescape=True),
    )


def _cards(section_ids: Sequence[int], round_id: int | None) -> dict[int, Any]:
    rows = db.session.execute(_card_query(round_id).where(Section.id.in_(section_ids))).unique()
    return {row.Section.id: row for row in rows}


def _card_query(round_id: int | None) -> Select[Any]:
    lessons = select(func.count()).where(Session.section_id == Section.id)
    lessons = lessons.where(Session.state == "planned")
    applied = (
        select(func.count())
        .select_from(Choice)
        .join(Application, Application.id == Choice.application_id)
        .where(Choice.section_id == Section.id, Application.state == "submitted")
        .where(Application.round_id == round_id)
    )
    dates = select(Session.held_on).where(Session.section_id == Section.id)
    return select(
        Section,
        lessons.scalar_subquery().label("lessons"),
        dates.with_only_columns(func.min(Session.held_on)).scalar_subquery().label("first_on"),
        dates.with_only_columns(func.max(Session.held_on)).scalar_subquery().label("last_on"),
        applied.scalar_subquery().label("applied"),
    ).options(
        joinedload(Section.course, innerjoin=True),
        joinedload(Section.campus, innerjoin=True),
        joinedload(Section.room),
        joinedload(Section.teacher),
        joinedload(Section.meetings),
    )


def _found(row: Any, metres: int | None) -> FoundClass:
    return FoundClass(row.Section, row.lessons, row.first_on, row.last_on, row.applied, metres)
