"""The roster of a section: who sits in it, and its lessons."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from eldercampus.catalogue.models import Section, Session
from eldercampus.db import db
from eldercampus.enrolment.models import HOLDING, Placement
from eldercampus.people.eligibility import age_on
from eldercampus.people.models import Contact, Person, Undertaking
from eldercampus.places.models import Community


@dataclass(frozen=True)
class Seated:
    """One line of a roster. age: on the term's first day; phone: "" where none is known.

    remarks are codes: awaiting, new, from_waitlist, joined, undertaking_signed, undertaking_due.
    """

    number: int
    placement_id: int
    person_id: int
    name: str
    name_latin: str
    sex: str
    age: int
    community: str
    community_en: str
    phone: str
    state: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """Lessons held before today, those to come, and the day of the next one."""

    held: int
    to_come: int
    next_on: date | None


def list_roster(section: Section, *, undertaking_age: int) -> list[Seated]:
    """Everybody who holds a seat, in the order the seats were given. Four queries.

    section: with course and term. undertaking_age: from that age on a signed undertaking is due, as
    in physical courses at any age.
    """
    rows = db.session.execute(
        select(
            Placement.id,
            Placement.state,
            Placement.origin,
            Person.id.label("person_id"),
            Person.name,
            Person.name_latin,
            Person.sex,
            Person.born_on,
            Community.name.label("community"),
            Community.name_en.label("community_en"),
        )
        .join(Person, Person.id == Placement.person_id)
        .join(Community, Community.id == Person.community_id)
        .where(Placement.section_id == section.id, Placement.state.in_(HOLDING))
        .order_by(Placement.placed_at, Placement.id)
    ).all()
    ids = [row.person_id for row in rows]
    phones = _phones(ids)
    known = _known_before(ids, section.term_id)
    signed = _signed(ids)
    return [
        _seated(number, row, section, undertaking_age, known, signed[row.person_id], phones)
        for number, row in enumerate(rows, start=1)
    ]


def _seated(
    number: int,
    row: Row[Any],
    section: Section,
    undertaking_age: int,
    known: Collection[int],
    signed: Collection[str],
    phones: Mapping[int, str],
) -> Seated:
    age = age_on(row.born_on, section.term.starts_on)
    due = "age" if age >= undertaking_age else "physical" if section.course.physical else ""
    return Seated(
        number=number,
        placement_id=row.id,
        person_id=row.person_id,
        name=row.name,
        name_latin=row.name_latin,
        sex=row.sex,
        age=age,
        community=row.community,
        community_en=row.community_en,
        phone=phones.get(row.person_id, ""),
        state=row.state,
        remarks=_remarks(row.state, row.origin, row.person_id in known, due, signed),
    )


def progress_of(sessions: Sequence[Session], today: date) -> Progress:
    """How far the lessons have come."""
    planned = [session for session in sessions if session.state == "planned"]
    to_come = sorted(session.held_on for session in planned if session.held_on >= today)
    return Progress(len(planned) - len(to_come), len(to_come), to_come[0] if to_come else None)


def _remarks(
    state: str, origin: str, known: bool, due: str, signed: Collection[str]
) -> tuple[str, ...]:
    remarks = []
    if state == "awaiting":
        remarks.append("awaiting")
    if not known:
        remarks.append("new")
    if origin in ("offer", "join"):
        remarks.append("from_waitlist" if origin == "offer" else "joined")
    if origin == "staff":
        remarks.append("by_hand")
    if due:
        remarks.append("undertaking_signed" if due in signed else "undertaking_due")
    return tuple(remarks)


def _phones(person_ids: Collection[int]) -> Mapping[int, str]:
    """The first phone of each person, mobiles before landlines."""
    query = (
        select(Contact.person_id, Contact.value)
        .where(Contact.person_id.in_(person_ids), Contact.kind.in_(("mobile", "landline")))
        .order_by(Contact.kind, Contact.position, Contact.id)
    )
    phones: dict[int, str] = {}
    for person_id, value in db.session.execute(query):
        phones[person_id] = phones.get(person_id) or value
    return phones


def _known_before(person_ids: Collection[int], term_id: int) -> set[int]:
    """Who had a seat in another term."""
    other = aliased(Section)
    query = (
        select(Placement.person_id)
        .join(other, other.id == Placement.section_id)
        .where(
            Placement.person_id.in_(person_ids),
            other.term_id != term_id,
            Placement.state.in_(("confirmed", "completed")),
        )
    )
    return set(db.session.scalars(query))


def _signed(person_ids: Collection[int]) -> Mapping[int, set[str]]:
    signed: dict[int, set[str]] = defaultdict(set)
    query = select(Undertaking.person_id, Undertaking.kind).where(
        Undertaking.person_id.in_(person_ids)
    )
    for person_id, kind in db.session.execute(query):
        signed[person_id].add(kind)
    return signed
