"""A round's steps: what hinders one, and taking it exactly once.

Pages ask `hindrances` to say what is still to be done; the use cases ask the same before they act.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, or_, select, update

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.rules import rules_in_force
from eldercampus.db import db, rows_changed
from eldercampus.enrolment.ceremony import is_void, spare_in_time
from eldercampus.enrolment.late_paper_queries import count_open_late_papers
from eldercampus.enrolment.models import Application, Offer, Round
from eldercampus.enrolment.publishing_approval import is_publishing_approved
from eldercampus.enrolment.round_queries import find_fixed_round, get_round_by_id
from eldercampus.enrolment.states import ROUND, after
from eldercampus.errors import DomainError, IllegalTransition
from eldercampus.people.models import SamePersonPair
from eldercampus.places.distances import communities_without_distance

NEXT_STEP: Final = {
    "draft": "open",
    "open": "close",
    "closed": "freeze",
    "frozen": "draw",
    "drawn": "publish",
}
_MARKS: Final = {
    "open": "opened_at",
    "close": "closed_at",
    "freeze": "frozen_at",
    "draw": "drawn_at",
    "publish": "published_at",
}
_ANNOUNCED: Final = {
    "open": "opens_at",
    "close": "closes_at",
    "freeze": "freezes_at",
    "publish": "publishes_at",
}


def hindrances(round_: Round, step: str, now: datetime) -> list[DomainError]:
    """Everything that stands in the way of a step, the weightiest first; empty: it may be taken."""
    try:
        after(ROUND, "round", round_.state, step)
    except IllegalTransition as error:
        return [error]
    found = [*_too_early(round_, step, now)]
    if step in _CONDITIONS:
        found += _CONDITIONS[step](round_, now)
    return found


def take_step(round_id: int, step: str, *, now: datetime, account_id: int | None) -> Round:
    """Moves the round on, or raises the first hindrance; of two at once the second is refused."""
    round_ = get_round_by_id(round_id)
    for hindrance in hindrances(round_, step, now):
        raise hindrance
    before = round_.state
    values: dict[str, Any] = {"state": after(ROUND, "round", before, step)}
    if step in _MARKS:
        values[_MARKS[step]] = now
    moved = update(Round).where(Round.id == round_id, Round.state == before).values(values)
    if rows_changed(moved) != 1:
        raise IllegalTransition("round", before, step)
    record(f"round.{step}", f"round:{round_.code}", now=now, account_id=account_id)
    return round_


def count_open_pairs(round_id: int) -> int:
    """Pairs that may be one person, not settled yet, with an applicant of the round among them."""
    applicants = select(Application.person_id).where(
        Application.round_id == round_id, Application.state == "submitted"
    )
    query = select(func.count(SamePersonPair.id)).where(
        SamePersonPair.decision == "",
        or_(SamePersonPair.first_id.in_(applicants), SamePersonPair.second_id.in_(applicants)),
    )
    return db.session.scalar(query) or 0


def count_live_offers(term_id: int) -> int:
    """Offers of the term that are neither answered nor over."""
    query = select(func.count(Offer.id)).join(Section, Section.id == Offer.section_id)
    return db.session.scalar(query.where(Section.term_id == term_id, Offer.state == "live")) or 0


def _too_early(round_: Round, step: str, now: datetime) -> Iterator[DomainError]:
    """People were told these moments; nothing happens before them."""
    if step in _ANNOUNCED and now < (at := getattr(round_, _ANNOUNCED[step])):
        yield DomainError("too_early", at=at)


def _before_opening(round_: Round, now: datetime) -> Iterator[DomainError]:
    rules = rules_in_force(day_of(now), term_id=round_.term_id)
    if not spare_in_time(round_.draws_at, round_.publishes_at, rules):
        yield DomainError("spare_after_void")
    if missing := communities_without_distance():
        yield DomainError("places_without_point", count=len(missing))


def _before_freezing(round_: Round, now: datetime) -> Iterator[DomainError]:
    if not (round_.beacon_source and round_.beacon_where and round_.beacon_example):
        yield DomainError("beacon_not_named")
    if not (round_.spare_source and round_.spare_example):
        yield DomainError("spare_not_named")
    if now >= round_.draws_at:
        # who freezes when the value is out could still choose who takes part
        yield DomainError("beacon_may_exist", at=round_.draws_at)
    if pairs := count_open_pairs(round_.id):
        yield DomainError("pairs_open", count=pairs)
    if offers := count_live_offers(round_.term_id):
        # answered after the freezing, one would give a seat that the file does not know of
        yield DomainError("offers_live", count=offers)
    if papers := count_open_late_papers(round_.id):
        # agreed to after the freezing, one would come in time and still not be on the list
        yield DomainError("late_papers_open", count=papers)
    if other := find_fixed_round(round_.term_id, but=round_.id):
        yield DomainError("other_round_frozen", other=other.code)


def _before_drawing(round_: Round, now: datetime) -> Iterator[DomainError]:
    yield from _withheld(round_, now)
    if round_.beacon_confirmed_at is None:
        yield DomainError("beacon_not_confirmed")


def _withheld(round_: Round, now: datetime) -> Iterator[DomainError]:
    """Who may open the envelope whenever it suits could wait for a better draw, or none at all."""
    if is_void(round_, now):
        yield DomainError("secret_withheld")


def _before_publishing(round_: Round, now: datetime) -> Iterator[DomainError]:
    yield from _withheld(round_, now)
    if not is_publishing_approved(round_):
        yield DomainError("approval_missing")


_CONDITIONS: Final[dict[str, Callable[[Round, datetime], Iterator[DomainError]]]] = {
    "open": _before_opening,
    "freeze": _before_freezing,
    "draw": _before_drawing,
    "publish": _before_publishing,
}
