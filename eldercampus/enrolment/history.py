"""A person's past with us: applications, seats, and what others did in their name."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, bindparam, literal, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from eldercampus.catalogue.models import Course, Section, Term
from eldercampus.db import db
from eldercampus.enrolment.models import Application, Offer, Placement, Round
from eldercampus.notices.queries import list_notices_of
from eldercampus.people.models import Account, Representation

_MOST_DEEDS = 50


@dataclass(frozen=True)
class PastTerm:
    """A term with the person's applications (with .round) and seats (with .section), oldest
    first."""

    term: Term
    applications: list[Application]
    seats: list[Placement]

    @property
    def was_drawn(self) -> bool:
        """Whether an application of the person came to its result."""
        return any(
            application.submitted_at is not None
            and application.withdrawn_at is None
            and application.round.state == "published"
            for application in self.applications
        )


@dataclass(frozen=True)
class Deed:
    """What a relative did in the person's name. act: see people.representing.Act; relation, phone:
    of the relative; name, name_en: of the class or round that it was about."""

    at: datetime
    act: str
    relation: str
    phone: str | None
    name: str
    name_en: str


def list_past_terms(person_id: int) -> list[PastTerm]:
    """Every term that the person had a part in, the newest first; two queries."""
    applications, seats, terms = defaultdict(list), defaultdict(list), {}
    own = {"person": person_id}
    for application in db.session.scalars(_applications(), own):
        applications[application.round.term_id].append(application)
        terms[application.round.term_id] = application.round.term
    for seat in db.session.scalars(_seats(), own):
        seats[seat.section.term_id].append(seat)
        terms[seat.section.term_id] = seat.section.term
    newest = sorted(terms.values(), key=lambda term: (term.starts_on, term.id), reverse=True)
    return [PastTerm(term, applications[term.id], seats[term.id]) for term in newest]


@cache
def _applications() -> Select[tuple[Application]]:
    """Built once, as the next: putting it together takes longer than asking it."""
    return (
        select(Application)
        .join(Application.round)
        .join(Round.term)
        .where(Application.person_id == bindparam("person"))
        .options(contains_eager(Application.round).contains_eager(Round.term))
        .order_by(Round.opens_at, Application.id)
    )


@cache
def _seats() -> Select[tuple[Placement]]:
    section = joinedload(Placement.section, innerjoin=True)
    return (
        select(Placement)
        .where(Placement.person_id == bindparam("person"))
        .options(
            section.joinedload(Section.term, innerjoin=True),
            section.joinedload(Section.course, innerjoin=True),
            section.joinedload(Section.campus, innerjoin=True),
        )
        .order_by(Placement.placed_at, Placement.id)
    )


def list_deeds(person_id: int) -> list[Deed]:
    """The newest first, as the person was told of them; one query where there are none."""
    told = list_notices_of("done_in_your_name", person_id, _MOST_DEEDS)
    if not told:
        return []
    helpers = _helpers({notice.subject for notice in told})
    names = {
        f"{row.kind}:{row.id}": row
        for row in db.session.execute(_named({str(notice.facts["about"]) for notice in told}))
    }
    return [
        Deed(
            at=notice.queued_at,
            act=str(notice.facts["act"]),
            relation=helper.relation,
            phone=helper.phone,
            name=about.name if (about := names.get(str(notice.facts["about"]))) else "",
            name_en=about.name_en if about else "",
        )
        for notice in told
        if (helper := helpers.get(notice.subject)) is not None
    ]


def _helpers(subjects: Collection[str]) -> dict[str, Row[Any]]:
    """relation and phone by subject, representation:ID."""
    query = select(Representation.id, Representation.relation, Account.phone).join(
        Account, Account.id == Representation.account_id
    )
    rows = db.session.execute(query.where(Representation.id.in_(_ids(subjects, "representation"))))
    return {f"representation:{row.id}": row for row in rows}


def _ids(subjects: Collection[str], kind: str) -> set[int]:
    parts = (subject.partition(":") for subject in subjects)
    return {int(number) for name, _colon, number in parts if name == kind}


def _named(subjects: Collection[str]) -> CompoundSelect[Any]:
    """kind, id, name and name_en of what subjects are about: a class, or a round."""
    queries: list[Select[Any]] = [
        select(literal("application").label("kind"), Application.id, Round.name, Round.name_en)
        .join(Round, Round.id == Application.round_id)
        .where(Application.id.in_(_ids(subjects, "application"))),
        select(literal("section"), Section.id, Course.name, Course.name_en)
        .join(Course, Course.id == Section.course_id)
        .where(Section.id.in_(_ids(subjects, "section"))),
    ]
    for kind, table in (("placement", Placement), ("offer", Offer)):
        owned: Any = table
        queries.append(
            select(literal(kind), owned.id, Course.name, Course.name_en)
            .join(Section, Section.id == owned.section_id)
            .join(Course, Course.id == Section.course_id)
            .where(owned.id.in_(_ids(subjects, kind)))
        )
    return union_all(*queries)
