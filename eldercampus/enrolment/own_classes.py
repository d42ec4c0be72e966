"""A person's classes of a round or term, each with all that concerns them there, in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    ScalarSelect,
    Select,
    bindparam,
    case,
    func,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from eldercampus.catalogue.models import Course, Section, Session
from eldercampus.catalogue.queries import NAMED
from eldercampus.db import db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    Offer,
    Placement,
    Reason,
    Round,
    Run,
    WaitlistEntry,
)
from eldercampus.enrolment.queue_places import Line, list_lines

_PERSON = bindparam("person", type_=Integer)
_ROUND = bindparam("round", type_=Integer)
_TERM = bindparam("term", type_=Integer)
Owned = type[Placement] | type[Offer] | type[WaitlistEntry]
_LIVE: dict[Owned, tuple[str, ...]] = {
    Placement: HOLDING,
    Offer: ("live",),
    WaitlistEntry: ("waiting",),
}


@dataclass(frozen=True)
class OwnClass:
    """One class. rank: of the choice, from 1 on, None where it was asked for after the draw;
    listed: the class that was chosen, where it was put together with `section` since; other: the
    class in the way.

    placement, offer, entry: the newest of each; now, then: the place in the queue today and when
    the waiting began; seats: how many the draw gave; goes_on: the class goes on from an earlier
    stage; first_day: of the lessons that are held.
    """

    rank: int | None
    section: Section
    listed: Section | None
    reason: Reason | None
    other: Section | None
    placement: Placement | None
    offer: Offer | None
    entry: WaitlistEntry | None
    now: Line | None
    then: Line | None
    seats: int
    goes_on: bool
    first_day: date | None


def list_own_classes(round_: Round, person_id: int) -> list[OwnClass]:
    """What the person listed in the round, or got, was offered or waited for in it, the own list
    first. round_: with its term."""
    return _list(_statement(of_round=True), round_, person_id)


def list_live_classes(round_: Round, person_id: int) -> list[OwnClass]:
    """What the person listed in the round, and all seats held, live offers and places in queues of
    its term, whichever round they come from. round_: with its term."""
    return _list(_statement(of_round=False), round_, person_id)


def _list(statement: Select[Any], round_: Round, person_id: int) -> list[OwnClass]:
    named = {"person": person_id, "round": round_.id, "term": round_.term_id}
    rows = db.session.execute(statement, named).unique().all()
    others = _other_sections(round_.term_id, rows)
    lines = list_lines(round_.term, [row.WaitlistEntry for row in rows if row.WaitlistEntry])
    return [_own_class(row, others, lines) for row in rows]


def _own_class(row: Row[Any], others: dict[int | str, Section], lines: dict[int, Line]) -> OwnClass:
    choice, reason, entry, section = row.Choice, row.Reason, row.WaitlistEntry, row.Section
    listed = choice.listed_id if choice else None
    return OwnClass(
        rank=choice.rank if choice else None,
        section=section,
        listed=others[listed] if listed not in (None, section.id) else None,
        reason=reason,
        other=others.get(reason.facts.get("with", "")) if reason else None,
        placement=row.Placement,
        offer=row.Offer,
        entry=entry,
        now=lines.get(section.id),
        then=Line(entry.first_place, entry.first_length) if entry and entry.first_place else None,
        seats=row.seats,
        goes_on=row.goes_on,
        first_day=row.first_day,
    )


def _other_sections(term_id: int, rows: Sequence[Row[Any]]) -> dict[int | str, Section]:
    """Those in the way by code, those that were listed at first by id; no query where none are."""
    codes = {row.Reason.facts["with"] for row in rows if row.Reason and "with" in row.Reason.facts}
    ids = {row.Choice.listed_id for row in rows if row.Choice and row.Choice.listed_id}
    found: dict[int | str, Section] = {row.Section.code: row.Section for row in rows}
    found |= {row.Section.id: row.Section for row in rows}
    if codes <= found.keys() and ids <= found.keys():
        return found
    in_the_way = select(Section.id).where(Section.term_id == term_id, Section.code.in_(codes))
    query = select(Section).where(Section.id.in_(in_the_way) | Section.id.in_(ids))
    for section in db.session.scalars(query.options(*NAMED)).unique():
        found[section.code] = found[section.id] = section
    return found


@cache
def _statement(of_round: bool) -> Select[Any]:
    """Built once: putting it together takes longer than asking it."""
    query = (
        select(Section, Choice, Reason, Placement, Offer, WaitlistEntry, *_figures())
        .select_from(Section)
        .outerjoin(
            Choice, (Choice.section_id == Section.id) & (Choice.application_id == _applied())
        )
        .outerjoin(Reason, _told_of_section())
        .where(Section.term_id == _TERM, Section.id.in_(_named(of_round)))
    )
    for table in (Placement, Offer, WaitlistEntry):
        query = query.outerjoin(table, table.id == _newest(table, of_round))
    own_list_first = (Choice.rank.is_(None), Choice.rank, Section.id)
    return query.options(*NAMED, joinedload(Section.reserves)).order_by(*own_list_first)


def _applied() -> ScalarSelect[int]:
    query = select(Application.id)
    mine = query.where(Application.person_id == _PERSON, Application.round_id == _ROUND)
    return mine.scalar_subquery()


def _told_of_section() -> ColumnElement[bool]:
    run = select(Run.id).where(Run.round_id == _ROUND, Run.kind == "final").scalar_subquery()
    mine = (Reason.run_id == run) & (Reason.person_id == _PERSON)
    return mine & (Reason.section_id == Section.id)


def _named(of_round: bool) -> CompoundSelect[tuple[int]]:
    """Ids of the sections that anything of the person's is about."""
    listed = select(Choice.section_id).where(Choice.application_id == _applied())
    owned = [
        select(table.section_id).where(*_counting(table, table, of_round))
        for table in (Placement, Offer, WaitlistEntry)
    ]
    return union_all(*(query.correlate(None) for query in (listed, *owned)))


def _newest(table: Owned, of_round: bool) -> ScalarSelect[int]:
    one = aliased(table)
    here = (*_counting(table, one, of_round), one.section_id == Section.id)
    return select(func.max(one.id)).where(*here).correlate(Section).scalar_subquery()


def _counting(table: Owned, rows: Owned, of_round: bool) -> tuple[ColumnElement[bool], ...]:
    """The person's rows that count: all of the round, or the live ones."""
    which = rows.round_id == _ROUND if of_round else rows.state.in_(_LIVE[table])
    return rows.person_id == _PERSON, _read_last(which)


def _read_last(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition that is not looked up by an index: a person's or section's few rows are read
    first, never a whole round or all live offers of the term."""
    return case((condition, 1), else_=0) == 1


def _figures() -> tuple[ColumnElement[Any], ...]:
    """seats, goes_on, first_day of a section."""
    of_draw = (Placement.round_id == _ROUND) & (Placement.origin == "draw")
    drawn = select(func.count(Placement.id)).where(
        Placement.section_id == Section.id, _read_last(of_draw)
    )
    later = select(Course.next_course_id).where(Course.next_course_id.is_not(None))
    goes_on = Section.course_id.in_(later.correlate(None))  # read once, not for each class
    held = (Session.section_id == Section.id, Session.state == "planned")
    first_day = select(func.min(Session.held_on)).where(*held)
    return (
        drawn.correlate(Section).scalar_subquery().label("seats"),
        goes_on.label("goes_on"),
        first_day.correlate(Section).scalar_subquery().label("first_day"),
    )
