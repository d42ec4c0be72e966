"""Reads for pages about seats: what a person has, waits for and was told; an offer by its link."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eldercampus.catalogue.models import Section, Session, Term
from eldercampus.catalogue.queries import SHOWN, list_sections, sections_by_id
from eldercampus.db import db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    Learner,
    Offer,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.queues import list_waiting
from eldercampus.errors import NotFound
from eldercampus.people.models import Person
from eldercampus.places.distances import haversine_m, points_in_use


@dataclass(frozen=True)
class Standing:
    """What a person has in a term after its draw.

    sections: all that are named here, by id; listed: section ids of the person's own list, best
    first; round: the one whose rules count.
    """

    round: Round
    learner: Learner | None
    placements: list[Placement]
    offers: list[Offer]
    entries: list[WaitlistEntry]
    listed: list[int]
    sections: Mapping[int, Section]
    first_days: Mapping[int, date]


def find_standing(person_id: int, on: date) -> Standing | None:
    """The newest published round, of a term not over, that the person had a part in."""
    part: list[ColumnElement[bool]] = [
        exists().where(of_round == Round.id, of_person == person_id)
        for of_round, of_person in (
            (Learner.round_id, Learner.person_id),
            (Placement.round_id, Placement.person_id),
            (WaitlistEntry.round_id, WaitlistEntry.person_id),
        )
    ]
    query = (
        select(Round)
        .join(Term, Term.id == Round.term_id)
        .where(Round.state == "published", Term.ends_on >= on, or_(*part))
        .options(joinedload(Round.term))
        .order_by(Round.published_at.desc(), Round.id.desc())
        .limit(1)
    )
    round_ = db.session.scalars(query).first()
    return _standing(person_id, round_) if round_ else None


def _standing(person_id: int, round_: Round) -> Standing:
    placements = _held(person_id, round_.term_id)
    offers = _offered(person_id, round_.term_id)
    entries = _waited_for(person_id, round_.term_id)
    listed = _listed(person_id, round_.id)
    named = {*listed, *(one.section_id for one in placements)}
    named.update([*(one.section_id for one in offers), *(one.section_id for one in entries)])
    sections = sections_by_id(named, SHOWN)
    of_person = (Learner.round_id == round_.id) & (Learner.person_id == person_id)
    learner = db.session.scalars(select(Learner).where(of_person)).first()
    return Standing(
        round=round_,
        learner=learner,
        placements=placements,
        offers=offers,
        entries=entries,
        listed=listed,
        sections=sections,
        first_days=first_days(sections),
    )


def _of_term(term_id: int) -> Select[tuple[int]]:
    return select(Section.id).where(Section.term_id == term_id)


def _held(person_id: int, term_id: int) -> list[Placement]:
    """The seats held, those to be answered first."""
    query = select(Placement).where(
        Placement.person_id == person_id,
        Placement.section_id.in_(_of_term(term_id)),
        Placement.state.in_(HOLDING),
    )
    return list(db.session.scalars(query.order_by(Placement.state, Placement.id)))


def _offered(person_id: int, term_id: int) -> list[Offer]:
    """The live offers, the one that ends first first."""
    query = select(Offer).where(
        Offer.person_id == person_id,
        Offer.section_id.in_(_of_term(term_id)),
        Offer.state == "live",
    )
    return list(db.session.scalars(query.order_by(Offer.ends_at, Offer.id)))


def _waited_for(person_id: int, term_id: int) -> list[WaitlistEntry]:
    """The places in queues, as they stand on the person's own list."""
    query = select(WaitlistEntry).where(
        WaitlistEntry.person_id == person_id,
        WaitlistEntry.section_id.in_(_of_term(term_id)),
        WaitlistEntry.state == "waiting",
    )
    return list(db.session.scalars(query.order_by(WaitlistEntry.rank, WaitlistEntry.id)))


def _listed(person_id: int, round_id: int) -> list[int]:
    query = (
        select(Choice.section_id)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.person_id == person_id, Application.round_id == round_id)
    )
    return list(db.session.scalars(query.order_by(Choice.rank)))


def first_days(section_ids: Iterable[int]) -> dict[int, date]:
    """The day of the first lesson that is held, by section id."""
    query = (
        select(Session.section_id, func.min(Session.held_on))
        .where(Session.section_id.in_(list(section_ids)), Session.state == "planned")
        .group_by(Session.section_id)
    )
    return dict(db.session.execute(query).tuples().all())


def metres_home(person: Person, sections: Iterable[Section]) -> dict[int, int]:
    """The straight way from the point of the person's community, by section id; empty where that
    point is not known. Campuses must be loaded."""
    home = points_in_use().get(person.community_id)
    if home is None:
        return {}
    return {
        section.id: haversine_m(
            home.longitude, home.latitude, section.campus.longitude, section.campus.latitude
        )
        for section in sections
    }


def get_placement_of(placement_id: int, person_id: int) -> Placement:
    """One's own placement; NotFound for anybody else's."""
    placement = db.session.get(Placement, placement_id)
    if placement is None or placement.person_id != person_id:
        raise NotFound("placement_not_found")
    return placement


def get_entry_of(entry_id: int, person_id: int) -> WaitlistEntry:
    """One's own place in a queue; NotFound for anybody else's."""
    entry = db.session.get(WaitlistEntry, entry_id)
    if entry is None or entry.person_id != person_id:
        raise NotFound("entry_not_found")
    return entry


def get_offer_by_token(token: str) -> Offer:
    """The offer that a link opens, with its person; NotFound for any other token."""
    query = select(Offer).where(Offer.token == token).options(joinedload(Offer.person))
    offer = db.session.scalars(query).one_or_none()
    if offer is None:
        raise NotFound("offer_not_found")
    return offer


def is_waiting(entry_id: int) -> bool:
    query = select(WaitlistEntry.state).where(WaitlistEntry.id == entry_id)
    return db.session.scalar(query) == "waiting"


def find_given_up(offer: Offer) -> Section | None:
    """The class that accepting now would cost."""
    term_id = db.session.scalars(
        select(Section.term_id).where(Section.id == offer.section_id)
    ).one()
    for waiting in list_waiting(term_id, WaitlistEntry.id == offer.entry_id):
        if waiting.wait_now is not None and waiting.wait_now.gives_up is not None:
            query = select(Section.id).where(
                Section.term_id == term_id, Section.code == waiting.wait_now.gives_up
            )
            return list_sections(section_ids=list(db.session.scalars(query)))[0]
    return None


def list_held_sections(person_id: int, term_id: int) -> list[Section]:
    """The classes a person sits in."""
    query = select(Placement.section_id).where(
        Placement.person_id == person_id, Placement.state.in_(HOLDING)
    )
    ids = list(db.session.scalars(query))
    return list_sections(term_id, section_ids=ids) if ids else []


def list_live_offers(section_id: int) -> list[Offer]:
    """With their persons, the one that ends first first."""
    query = select(Offer).where(Offer.section_id == section_id, Offer.state == "live")
    query = query.options(joinedload(Offer.person)).order_by(Offer.ends_at, Offer.id)
    return list(db.session.scalars(query))


def rules_of(round_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    query = select(Round.id, Round.rules).where(Round.id.in_(set(round_ids)))
    return dict(db.session.execute(query).tuples().all())


def get_placement_in(placement_id: int, campus_ids: Collection[int] | None) -> Placement:
    """A placement with its person, section, course and campus; NotFound outside the campuses."""
    query = (
        select(Placement)
        .join(Placement.section)
        .where(Placement.id == placement_id, _within(campus_ids))
        .options(
            joinedload(Placement.person),
            contains_eager(Placement.section).options(*_SHOWN),
        )
    )
    placement = db.session.scalars(query).unique().one_or_none()
    if placement is None:
        raise NotFound("placement_not_found")
    return placement


def get_offer_in(offer_id: int, campus_ids: Collection[int] | None) -> Offer:
    """An offer with its person, section, course and campus; NotFound outside the campuses."""
    query = (
        select(Offer)
        .join(Offer.section)
        .where(Offer.id == offer_id, _within(campus_ids))
        .options(joinedload(Offer.person), contains_eager(Offer.section).options(*_SHOWN))
    )
    offer = db.session.scalars(query).unique().one_or_none()
    if offer is None:
        raise NotFound("offer_not_found")
    return offer


_SHOWN = (
    joinedload(Section.course),
    joinedload(Section.campus),
    selectinload(Section.meetings),
)


def _within(campus_ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if campus_ids is None else Section.campus_id.in_(campus_ids)
