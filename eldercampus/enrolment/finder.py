"""Finding a class: by words, department, day, stage and mode, the nearest first.

Lists are long and much visited: they are read as lean rows, by statements that are built once for
each kind of question.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Any, NamedTuple

from sqlalchemy import func, select

from eldercampus.catalogue.timetable import WeeklyHour
from eldercampus.db import Page, db, nearest_page
from eldercampus.enrolment.finder_statements import (
    Shape,
    campus_statement,
    class_statement,
    list_statement,
)
from eldercampus.enrolment.models import Application, Choice
from eldercampus.errors import NotFound
from eldercampus.places.distances import Point, haversine_m

PARTS_OF_DAY = {"morning": (0, 720), "afternoon": (720, 1080), "evening": (1080, 1440)}
"""Minutes since midnight in which a lesson begins, half-open."""
STAGES = {1: (1, 1), 2: (2, 2), 3: (3, 99)}
"""From stage to stage; the third stands for all that follow."""
MODES = ("in_person", "online", "hybrid")
MOST_WORDS = 6


class Word(NamedTuple):
    """A word that was typed, in small letters, and the departments whose name it is part of."""

    text: str
    departments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What a visitor looks for; empty parts ask for nothing. near: from where they count."""

    words: tuple[Word, ...] = ()
    department: str = ""
    weekday: int | None = None
    part: str = ""
    stage: int | None = None
    mode: str = ""
    near: Point | None = None


class ClassFacts(NamedTuple):
    """What a visitor is told of a class, the same for everybody.

    lessons, first_on and last_on: of the dated lessons; capacity and taken: seats; stage: its place
    in a row of courses.
    """

    id: int
    state: str
    term_id: int
    capacity: int
    taken: int
    fee_yuan: int
    mode: str
    last_time_applied: int | None
    last_time_seats: int | None
    course: str
    course_en: str
    description: str
    description_en: str
    stage: int
    newcomers: bool
    physical: bool
    campus_id: int
    campus: str
    campus_en: str
    address: str
    address_en: str
    phone: str
    bus: str
    bus_en: str
    step_free: bool
    access_note: str
    access_note_en: str
    room: str | None
    room_en: str | None
    teacher: str | None
    teacher_latin: str | None
    lessons: int
    first_on: date | None
    last_on: date | None
    meetings: tuple[WeeklyHour, ...]


class FoundClass(NamedTuple):
    """metres: from where the visitor counts; None where that is not known, and if only online."""

    facts: ClassFacts
    metres: int | None


class FoundCampus(NamedTuple):
    """A campus with the number of classes there that fit; metres as in FoundClass."""

    id: int
    code: str
    name: str
    name_en: str
    phone: str
    bus: str
    bus_en: str
    step_free: bool
    access_note: str
    access_note_en: str
    longitude: float
    latitude: float
    classes: int
    metres: int | None


def read_words(typed: str) -> list[str]:
    """The words of what was typed, as they are looked for."""
    return unicodedata.normalize("NFKC", typed).lower().split()[:MOST_WORDS]


def find_classes(term_id: int, wanted: Wanted, *, page: int, size: int = 20) -> Page[FoundClass]:
    """One page of the open classes of a term, the nearest first, else by name. One query; a second
    for a page that does not exist."""
    found = _read(term_id, wanted, page, size)
    if not found.rows and found.total == 0 and page > 1:
        total = _read(term_id, wanted, 1, size).total
        return _read(term_id, wanted, nearest_page(page, size, total), size)
    return found


def find_all_classes(term_id: int, wanted: Wanted) -> list[FoundClass]:
    """All of them, in the same order. One query."""
    return list(_read(term_id, wanted, 1, None).rows)


def _read(term_id: int, wanted: Wanted, page: int, size: int | None) -> Page[FoundClass]:
    statement = list_statement(_shape(wanted), size is not None)
    number = max(page, 1)
    limits = {} if size is None else {"size": size, "offset": (number - 1) * size}
    rows = db.session.execute(statement, {**_values(term_id, wanted), **limits}).all()
    total = rows[0].total if rows else 0
    return Page([_found(row, wanted.near) for row in rows], number, size or max(total, 1), total)


def find_campuses(term_id: int, wanted: Wanted) -> list[FoundCampus]:
    """Where the open classes that fit are held, the nearest first, else by code; those on the
    screen only are left out. One query."""
    statement = campus_statement(_shape(wanted))
    found = [
        FoundCampus._make([*row, _metres(wanted.near, row.longitude, row.latitude)])
        for row in db.session.execute(statement, _values(term_id, wanted))
    ]
    return sorted(found, key=lambda campus: (campus.metres or 0, campus.code))


def count_listed(round_id: int) -> dict[int, int]:
    """Section id → how many have handed in a list with it; reads all lists of the round."""
    query = (
        select(Choice.section_id, func.count())
        .join(Application, Application.id == Choice.application_id)
        .where(Application.round_id == round_id, Application.state == "submitted")
        .group_by(Choice.section_id)
    )
    return dict(db.session.execute(query).tuples().all())


def get_class(section_id: int, near: Point | None = None) -> FoundClass:
    """One class with what its page says; raises NotFound, also for one that is only planned."""
    row = db.session.execute(class_statement(), {"section": section_id}).one_or_none()
    if row is None:
        raise NotFound("section_not_found")
    return _found(row, near)


def _found(row: Any, near: Point | None) -> FoundClass:
    *facts, hours, _total, longitude, latitude = row
    known = ClassFacts._make([*facts, _meetings(hours)])
    near = None if known.mode == "online" else near
    return FoundClass(known, _metres(near, longitude, latitude))


def _meetings(hours: str | None) -> tuple[WeeklyHour, ...]:
    """From "2-540-630 4-540-630"."""
    each = (one.split("-") for one in (hours or "").split())
    return tuple(sorted(WeeklyHour(*map(int, parts)) for parts in each))


def _metres(near: Point | None, longitude: float, latitude: float) -> int | None:
    if near is None:
        return None
    return haversine_m(near.longitude, near.latitude, longitude, latitude)


def _shape(wanted: Wanted) -> Shape:
    return Shape(
        words=len(wanted.words),
        department=bool(wanted.department),
        weekday=wanted.weekday is not None,
        part=wanted.part in PARTS_OF_DAY,
        stage=wanted.stage in STAGES,
        mode=bool(wanted.mode),
        near=wanted.near is not None,
    )


def _values(term_id: int, wanted: Wanted) -> dict[str, Any]:
    """What the statement of this shape asks for, by name."""
    values: dict[str, Any] = {"term": term_id, **_word_values(wanted.words)}
    if wanted.department:
        values["department"] = wanted.department
    if wanted.weekday is not None:
        values["weekday"] = wanted.weekday
    if wanted.part in PARTS_OF_DAY:
        values["starts"], values["ends"] = PARTS_OF_DAY[wanted.part]
    if wanted.stage in STAGES:
        values["stage"], values["last_stage"] = STAGES[wanted.stage]
    if wanted.mode:
        values["mode"] = wanted.mode
    if wanted.near is not None:
        values["longitude"], values["latitude"] = wanted.near.longitude, wanted.near.latitude
        values["shrink"] = cos(radians(wanted.near.latitude)) ** 2
    return values


def _word_values(words: Iterable[Word]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for number, word in enumerate(words):
        plain = word.text.replace("/", "//").replace("%", "/%").replace("_", "/_")
        values[f"word_{number}"] = f"%{plain}%"
        anywhere = "%" if len(plain) > 1 else ""  # one letter only begins a name
        values[f"initials_{number}"] = f"{anywhere}{plain}%"
        values[f"pinyin_{number}"] = f"{anywhere} {plain}%"
        values[f"departments_{number}"] = list(word.departments)
    return values
