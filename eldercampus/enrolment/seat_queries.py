"""Reads for pages about seats: what a person has, waits for and was told; an offer by its link."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Row, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from eldercampus.catalogue.models import Section, Session, Term
from eldercampus.catalogue.queries import NAMED
from eldercampus.db import db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Learner,
    Offer,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.own_classes import OwnClass, list_live_classes
from eldercampus.enrolment.queues import kinds_of, list_waiting
from eldercampus.enrolment.remembered import remembered
from eldercampus.errors import NotFound
from eldercampus.people.models import Person
from eldercampus.places.distances import find_point, haversine_m

_SHOWN = (
    joinedload(Section.course),
    joinedload(Section.campus),
    joinedload(Section.room),
    joinedload(Section.teacher),
    joinedload(Section.term),
    joinedload(Section.meetings),
)


@dataclass(frozen=True)
class Standing:
    """What a person has in a term after its draw. round: the newest published one that they had a
    part in, with its term; choices: see list_live_classes."""

    round: Round
    learner: Learner | None
    application: Application | None
    choices: list[OwnClass]

    @property
    def kinds(self) -> frozenset[str]:
        """Of reserved seats that the person could have had."""
        return kinds_of(self.learner, self.round)

    def offered(self, now: datetime) -> list[tuple[OwnClass, Offer]]:
        """With the offers that can be answered, the one that ends first first."""
        found = [(one, one.offer) for one in self.choices if one.offer and one.offer.ends_at >= now]
        return sorted(found, key=lambda pair: (pair[1].ends_at, pair[1].id))

    def run_out(self, now: datetime) -> list[tuple[OwnClass, Offer]]:
        """With the offers that the clock has yet to end."""
        return [(one, one.offer) for one in self.choices if one.offer and one.offer.ends_at < now]

    @property
    def held(self) -> list[tuple[OwnClass, Placement]]:
        """With the seats held, those to be answered first."""
        found = [(one, one.placement) for one in self.choices if one.placement is not None]
        return sorted(found, key=lambda pair: (pair[1].state, pair[1].id))

    @property
    def waiting(self) -> list[tuple[OwnClass, WaitlistEntry]]:
        """With the places in queues, as they stand on the own list; without those that a seat is
        offered for."""
        found = [(one, one.entry) for one in self.choices if one.entry and not one.offer]
        return sorted(found, key=lambda pair: (pair[1].rank, pair[1].id))

    @property
    def unused(self) -> list[OwnClass]:
        """Choices that came to nothing: neither a seat nor a place in a queue."""
        return [one for one in self.choices if not (one.placement or one.entry)]


@dataclass(frozen=True)
class Home:
    """What /my is about. application: the newest one, where its round is not decided yet."""

    standing: Standing | None
    application: Application | None


def find_home(person_id: int, on: date) -> Home:
    """Two queries, however many choices."""
    rows = db.session.execute(_parts(), {"person": person_id, "on": on}).all()
    newest = next((row for row in rows if row.Application), None)
    under_way = newest is not None and newest.Round.state != "published"
    return Home(
        standing=next((_standing(person_id, row) for row in rows if row.drawn), None),
        application=newest.Application if newest and under_way else None,
    )


def find_drawn_round(person_id: int, on: date) -> Round | None:
    """The newest published round, of a term not over, that the person had a part in."""
    rows = db.session.execute(_parts(), {"person": person_id, "on": on})
    return next((row.Round for row in rows if row.drawn), None)


@cache
def _parts() -> Select[Any]:
    """The rounds of terms not over that the person has a part in, the newest first, with it; drawn:
    it is one after the draw."""
    person, on = bindparam("person", type_=Integer), bindparam("on", type_=Date)
    had_a_part = (
        Round.id.in_(select(table.round_id).where(table.person_id == person).correlate(None))
        for table in (Learner, Placement, WaitlistEntry)
    )
    drawn = (Round.state == "published") & or_(*had_a_part)
    return (
        select(Round, Application, Learner, drawn.label("drawn"))
        .join(Round.term)
        .outerjoin(
            Application, (Application.round_id == Round.id) & (Application.person_id == person)
        )
        .outerjoin(Learner, (Learner.round_id == Round.id) & (Learner.person_id == person))
        .where(Term.ends_on >= on, Application.id.is_not(None) | drawn)
        .options(contains_eager(Round.term), contains_eager(Application.round))
        .order_by(Round.opens_at.desc(), Round.id.desc())
    )


def _standing(person_id: int, row: Row[Any]) -> Standing:
    return Standing(
        round=row.Round,
        learner=row.Learner,
        application=row.Application,
        choices=list_live_classes(row.Round, person_id),
    )


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
    home = find_point(person.community_id)
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


def get_offer_of(offer_id: int, person_id: int) -> Offer:
    """One's own offer, with what pages show of it; NotFound for anybody else's."""
    offer = _find_offer(Offer.id, offer_id)
    if offer is None or offer.person_id != person_id:
        raise NotFound("offer_not_found")
    return offer


def get_offer_by_token(token: str) -> Offer:
    """The offer that a link opens, with what pages show of it; NotFound for any other token."""
    offer = _find_offer(Offer.token, token)
    if offer is None:
        raise NotFound("offer_not_found")
    return offer


def _find_offer(by: InstrumentedAttribute[Any], value: int | str) -> Offer | None:
    """With its person, its section and its place in the queue."""
    return db.session.scalars(_offer(by), {"value": value}).unique().one_or_none()


@cache
def _offer(by: InstrumentedAttribute[Any]) -> Select[tuple[Offer]]:
    return (
        select(Offer)
        .join(Offer.section)
        .where(by == bindparam("value"))
        .options(
            contains_eager(Offer.section).options(*_SHOWN),
            joinedload(Offer.person),
            joinedload(Offer.entry),
        )
    )


def find_given_up(offer: Offer) -> Section | None:
    """The class that accepting now would cost. offer: with its section and that one's term."""
    section = offer.section
    held = {one.code: one for one in list_held_sections(offer.person_id, section.term_id)}
    if not held:
        return None  # as most of those who wait
    memory, version = remembered("given up"), section.term.seats_version
    if memory.get(offer.id, (None, None))[0] != version:
        memory[offer.id] = (version, _code_given_up(section.term_id, offer.entry_id))
    return held.get(memory[offer.id][1])


def _code_given_up(term_id: int, entry_id: int) -> str | None:
    waiting = list_waiting(term_id, WaitlistEntry.id == entry_id)
    return next((one.wait_now.gives_up for one in waiting if one.wait_now), None)


def list_held_sections(person_id: int, term_id: int) -> list[Section]:
    """The classes a person sits in, with all that pages show."""
    query = (
        select(Section)
        .join(Placement, Placement.section_id == Section.id)
        .where(Placement.person_id == person_id, Placement.state.in_(HOLDING))
        .where(Section.term_id == term_id)
        .options(*NAMED)
        .order_by(Section.code)
    )
    return list(db.session.scalars(query).unique())


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


def _within(campus_ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if campus_ids is None else Section.campus_id.in_(campus_ids)
