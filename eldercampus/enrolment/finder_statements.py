"""The statements of the class finder, one for each shape of question; values are bound later.

Nearness is judged on a plane (degrees of longitude shrunk to those of latitude): over a district
the order is the same as on the sphere.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Join,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)

from eldercampus.catalogue.models import Course, Meeting, Section, Session, Teacher
from eldercampus.places.models import Campus, Room

_section, _course = Section.__table__, Course.__table__
_campus, _room, _teacher = Campus.__table__, Room.__table__, Teacher.__table__
_meeting, _session = Meeting.__table__, Session.__table__


class Shape(NamedTuple):
    """Which conditions a question has; words: how many."""

    words: int = 0
    department: bool = False
    weekday: bool = False
    part: bool = False
    stage: bool = False
    mode: bool = False
    near: bool = False


@lru_cache(maxsize=256)
def list_statement(shape: Shape, paged: bool) -> Select[Any]:
    """The facts of the classes that fit, in order; total: how many there are on all pages."""
    order = _order(shape)
    fitting = (
        select(_section.c.id, func.count().over().label("total"))
        .select_from(_where_held())
        .where(*_conditions(shape))
    )
    if paged:
        fitting = fitting.order_by(*order).limit(bindparam("size")).offset(bindparam("offset"))
    listed = fitting.subquery("fitting")
    query = _facts(listed.c.total).join(listed, listed.c.id == _section.c.id)
    return query.order_by(*order)


@lru_cache(maxsize=256)
def campus_statement(shape: Shape) -> Select[Any]:
    """The campuses of the classes that fit, with the number of these."""
    columns = [
        _campus.c[name]
        for name in (
            *("id", "code", "name", "name_en", "phone", "bus", "bus_en", "step_free"),
            *("access_note", "access_note_en", "longitude", "latitude"),
        )
    ]
    return (
        select(*columns, func.count().label("classes"))
        .select_from(_where_held())
        .where(*_conditions(shape), _section.c.mode != "online")
        .group_by(*columns)
    )


@lru_cache(maxsize=1)
def class_statement() -> Select[Any]:
    """The facts of one class that is no longer only planned."""
    wanted = (_section.c.id == bindparam("section"), _section.c.state != "planned")
    return _facts(cast(1, _section.c.id.type).label("total")).where(*wanted)


def _where_held() -> Join:
    return _section.join(_campus, _campus.c.id == _section.c.campus_id).join(
        _course, _course.c.id == _section.c.course_id
    )


def _facts(total: ColumnElement[int]) -> Select[Any]:
    """The columns of finder.ClassFacts, then hours, total and the place."""
    held = (_of_section(_session), _session.c.state == "planned")
    lessons = select(func.count()).where(*held)
    hours = func.aggregate_strings(
        cast(_meeting.c.weekday, String)
        + "-"
        + cast(_meeting.c.starts_minute, String)
        + "-"
        + cast(_meeting.c.ends_minute, String),
        " ",
    )
    s, c, k = _section.c, _course.c, _campus.c
    return select(
        *(s.id, s.state, s.term_id, s.capacity, s.taken, s.fee_yuan, s.mode),
        *(s.last_time_applied, s.last_time_seats),
        *(c.name, c.name_en, c.description, c.description_en, c.stage, c.newcomers, c.physical),
        *(k.id, k.name, k.name_en, k.address, k.address_en, k.phone, k.bus, k.bus_en),
        *(k.step_free, k.access_note, k.access_note_en),
        *(_room.c.name, _room.c.name_en, _teacher.c.name, _teacher.c.name_latin),
        lessons.scalar_subquery(),
        select(func.min(_session.c.held_on)).where(*held).scalar_subquery(),
        select(func.max(_session.c.held_on)).where(*held).scalar_subquery(),
        select(hours).where(_of_section(_meeting)).scalar_subquery(),
        total,
        k.longitude,
        k.latitude,
    ).select_from(
        _where_held()
        .outerjoin(_room, _room.c.id == s.room_id)
        .outerjoin(_teacher, _teacher.c.id == s.teacher_id)
    )


def _of_section(table: FromClause) -> ColumnElement[bool]:
    return table.c.section_id == _section.c.id


def _order(shape: Shape) -> list[ColumnElement[Any]]:
    by_name: list[ColumnElement[Any]] = [_course.c.initials, _course.c.code, _section.c.code]
    if not shape.near:
        return by_name
    east = _campus.c.longitude - bindparam("longitude")
    north = _campus.c.latitude - bindparam("latitude")
    far = east * east * bindparam("shrink") + north * north
    return [case((_section.c.mode == "online", 1), else_=0), far, *by_name]


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    found = [_section.c.term_id == bindparam("term"), _section.c.state == "open"]
    found += [_says(number) for number in range(shape.words)]
    if shape.department:
        found.append(_course.c.department == bindparam("department"))
    if shape.stage:
        found.append(_course.c.stage.between(bindparam("stage"), bindparam("last_stage")))
    if shape.mode:
        found.append(_section.c.mode == bindparam("mode"))
    if shape.weekday or shape.part:
        found.append(_meets(shape))
    return found


def _meets(shape: Shape) -> ColumnElement[bool]:
    hours = [_of_section(_meeting)]
    if shape.weekday:
        hours.append(_meeting.c.weekday == bindparam("weekday"))
    if shape.part:
        hours.append(_meeting.c.starts_minute >= bindparam("starts"))
        hours.append(_meeting.c.starts_minute < bindparam("ends"))
    return exists().where(and_(*hours))


def _says(number: int) -> ColumnElement[bool]:
    """In the course's name, its pinyin or the initials of that, its English name, its department's
    name, or the campus's name."""
    word = bindparam(f"word_{number}", type_=String)
    initials = bindparam(f"initials_{number}", type_=String)
    pinyin = bindparam(f"pinyin_{number}", type_=String)
    names = (_course.c.name, _course.c.name_en, _campus.c.name, _campus.c.name_en)
    return or_(
        *(func.lower(column).like(word, escape="/") for column in names),
        _course.c.initials.like(initials, escape="/"),
        _course.c.pinyin.like(pinyin, escape="/"),
        _course.c.department.in_(bindparam(f"departments_{number}", expanding=True)),
    )
