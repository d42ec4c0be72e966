"""What a round's file is made of, read with Core tuples: no objects, so that 8 000 take a second.

A person who was merged into another counts as that other one everywhere.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, case, func, or_, select

from eldercampus.allocation.problem import MOST_CHOICES
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Course, Reserve, Section, Term
from eldercampus.db import db
from eldercampus.enrolment.misses import past_misses
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    Offer,
    Placement,
    Round,
)
from eldercampus.people.models import Person, Tag
from eldercampus.places.models import Campus, Community, Town

Sets = dict[int, set[Any]]


@dataclass(frozen=True)
class Readings:
    """sections by id; reserves by section id; choices by application id, best first; by person id:
    groups of section-less facts (kinds of verified tags, sections held, courses that follow on)."""

    sections: dict[int, Row[Any]]
    reserves: dict[int, list[Row[Any]]]
    seats_given: dict[int, list[str]]  # kinds of the seats taken, by section id
    applicants: Sequence[Row[Any]]  # application, person, wants, whether on time, community
    choices: dict[int, Sequence[int | None]]  # None where nothing stands at a rank
    tags: Sets
    held: Sets  # section ids
    goes_on: Sets  # course ids
    placed_before: set[int]
    misses: dict[int, int]  # none where the rule is off
    town_codes: dict[int, str]  # by community id


def read_round(round_: Round) -> Readings:
    """Everything that decides, as it stands now. round_.term must be loaded."""
    applicants = _applicants(round_)
    ids = select(Application.person_id).where(_takes_part(round_.id))
    held_rows = _held(round_.term_id)
    held = _sets((person_id, section_id) for person_id, section_id, *_ in held_rows)
    return Readings(
        sections=_sections(round_.term_id, {section for ids_ in held.values() for section in ids_}),
        reserves=_reserves(round_.term_id),
        seats_given=_seats_given(held_rows, round_.term_id),
        applicants=applicants,
        choices=_choices(round_.id),
        tags=_sets(db.session.execute(_verified_tags(ids, _day_of_proof(round_)))),
        held=held,
        goes_on=_sets(db.session.execute(_completed(ids, round_.term))),
        placed_before=_placed_before(ids),
        misses=past_misses(round_, ids),
        town_codes=_town_codes(),
    )


def _day_of_proof(round_: Round) -> date:
    """A tag counts that is valid on the announced day of freezing."""
    return day_of(round_.freezes_at)


def _takes_part(round_id: int) -> ColumnElement[bool]:
    """Withdrawals after the close act at publishing: the state is "submitted" until then."""
    return (Application.round_id == round_id) & (Application.state == "submitted")


def _applicants(round_: Round) -> Sequence[Row[Any]]:
    """Paper stamped before the close is on time, whenever it is keyed in."""
    stamped = Application.arrived_at <= round_.closes_at
    on_time = case((stamped, True), else_=Application.submitted_at < round_.closes_at)
    return db.session.execute(
        select(
            Application.id,
            Application.person_id,
            Application.wants,
            on_time.label("on_time"),
            Person.community_id,
        )
        .join(Person, Person.id == Application.person_id)
        .where(_takes_part(round_.id), Person.died_on.is_(None))
        .order_by(Application.person_id)
    ).all()


def _choices(round_id: int) -> dict[int, Sequence[int | None]]:
    """The ranks of a list stand beside each other in one row: eight times fewer rows to fetch."""
    choice, application = cast("Table", Choice.__table__).c, cast("Table", Application.__table__).c
    ranks = (
        func.max(case((choice.rank == rank, choice.section_id)))
        for rank in range(1, MOST_CHOICES + 1)
    )
    rows = db.session.execute(
        select(choice.application_id, *ranks)
        .join_from(choice.application_id.table, application.id.table)
        .where(application.round_id == round_id, application.state == "submitted")
        .group_by(choice.application_id)
    )
    return {application_id: ranked for application_id, *ranked in rows}


def _sections(term_id: int, held: Collection[int]) -> dict[int, Row[Any]]:
    """The open sections of the term, and others where somebody sits."""
    rows = db.session.execute(
        select(
            Section.id,
            Section.code,
            Section.state,
            Section.course_id,
            Section.capacity,
            Section.taken,
            Section.minimum,
            Section.exempt,
            Section.fill,
            Course.code.label("course"),
            Campus.code.label("campus"),
        )
        .join(Course, Course.id == Section.course_id)
        .join(Campus, Campus.id == Section.campus_id)
        .where(Section.term_id == term_id)
        .order_by(Section.code)
    )
    return {row.id: row for row in rows if row.state == "open" or row.id in held}


def _reserves(term_id: int) -> dict[int, list[Row[Any]]]:
    rows = db.session.execute(
        select(Reserve.section_id, Reserve.kind, Reserve.count.label("seats"), Reserve.unfilled)
        .join(Section, Section.id == Reserve.section_id)
        .where(Section.term_id == term_id)
        .order_by(Reserve.section_id, Reserve.position, Reserve.id)
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.section_id].append(row)
    return found


def _person_id() -> ColumnElement[int]:
    return func.coalesce(Person.merged_into_id, Person.id)


def _held(term_id: int) -> Sequence[Row[Any]]:
    """(person, section, seat label, round) of every seat held in the term."""
    return db.session.execute(
        select(_person_id(), Placement.section_id, Placement.seat, Placement.round_id)
        .join(Person, Person.id == Placement.person_id)
        .join(Section, Section.id == Placement.section_id)
        .where(Section.term_id == term_id, Placement.state.in_(HOLDING))
    ).all()


def _seats_given(held: Sequence[Row[Any]], term_id: int) -> dict[int, list[str]]:
    """The kinds of the seats that are held or offered; each round has names of its own for them."""
    names: dict[int, dict[str, str]] = {
        row.id: row.tag_names
        for row in db.session.execute(
            select(Round.id, Round.tag_names).where(Round.term_id == term_id)
        )
    }
    offered = db.session.execute(
        select(Offer.person_id, Offer.section_id, Offer.seat, Offer.round_id)
        .join(Section, Section.id == Offer.section_id)
        .where(Section.term_id == term_id, Offer.state == "live")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for _person, section_id, seat, round_id in [*held, *offered]:
        found[section_id].append(names.get(round_id, {}).get(seat, seat))
    return found


def _verified_tags(ids: Select[tuple[int]], on: date) -> Select[Any]:
    return (
        select(_person_id(), Tag.kind)
        .join(Person, Person.id == Tag.person_id)
        .where(
            _person_id().in_(ids),
            Tag.state == "verified",
            or_(Tag.valid_until.is_(None), Tag.valid_until >= on),
        )
    )


def _completed(ids: Select[tuple[int]], term: Term) -> Select[Any]:
    """(person, course that follows) for each section completed in the term before."""
    before = (
        select(Term.id)
        .where(Term.starts_on < term.starts_on)
        .order_by(Term.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(_person_id(), Course.next_course_id)
        .join(Placement, Placement.person_id == Person.id)
        .join(Section, Section.id == Placement.section_id)
        .join(Course, Course.id == Section.course_id)
        .where(
            _person_id().in_(ids),
            Placement.state == "completed",
            Section.term_id == before,
            Course.next_course_id.is_not(None),
        )
    )


def _placed_before(ids: Select[tuple[int]]) -> set[int]:
    query = (
        select(_person_id())
        .join(Placement, Placement.person_id == Person.id)
        .where(_person_id().in_(ids))
        .distinct()
    )
    return set(db.session.scalars(query))


def _town_codes() -> dict[int, str]:
    query = select(Community.id, Town.code).join(Town, Town.id == Community.town_id)
    return dict(db.session.execute(query).tuples().all())


def _sets(pairs: Any) -> Sets:
    found: Sets = defaultdict(set)
    for person_id, value in pairs:
        found[person_id].add(value)
    return found
