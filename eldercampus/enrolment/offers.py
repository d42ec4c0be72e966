"""Answers to offers. The same answer twice is one; a moment after the end is too late."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from eldercampus.audit.chain import record
from eldercampus.catalogue.models import Section, Term
from eldercampus.db import db
from eldercampus.enrolment.models import Offer, Placement, WaitlistEntry
from eldercampus.enrolment.queues import Waiting, list_waiting
from eldercampus.enrolment.returning import GIVEN_UP_FOR, return_to_lists
from eldercampus.enrolment.seats import (
    free_seats,
    give_seat,
    lock_seats,
    release_seats,
    settle_vacancies,
)
from eldercampus.enrolment.states import OFFER, PLACEMENT, after
from eldercampus.enrolment.vacancies import given_up, joining_ends_at
from eldercampus.errors import DomainError, NotFound
from eldercampus.notices.outbox import drop_notices, queue_notice
from eldercampus.people.models import Person
from eldercampus.people.representing import tell_of

_SECOND = timedelta(seconds=1)
_LAPSES = 2  # the second offer that runs out takes the person off the list


def accept_offer(
    offer_id: int, *, now: datetime, account_id: int | None = None, through: str = "web"
) -> Placement:
    """The seat is the person's; a seat given up for it is a vacancy in the same transaction.

    Refused: offer_answered (answered otherwise before), offer_over (lapsed, revoked, past its
    end), offer_unfit (they could not take it any more). through: web, link, phone or counter.
    """
    offer, term_id = _locked_offer(offer_id)
    if offer.state == "accepted":
        return _placement_of(offer)
    _check_live(offer, now)
    waiting = _waiting_of(offer, term_id)
    if waiting is None or waiting.wait_now is None:
        raise DomainError("offer_unfit")
    freed = _give_up(given_up(waiting), waiting.section, now)
    _answer(offer, "accept", now, account_id, through)
    tell_of(offer.person_id, account_id, "accept", now, subject=f"offer:{offer.id}")
    placement = give_seat(
        round_id=offer.round_id,
        person_id=offer.person_id,
        section_id=offer.section_id,
        seat=offer.seat,
        origin="offer",
        now=now,
        offered=True,
    )
    end_entry(offer.entry_id, "placed", now)
    freed += drop_what_no_longer_fits(term_id, waiting.person_id, now)
    release_seats(freed, now=now)
    return placement


def decline_offer(
    offer_id: int, *, now: datetime, account_id: int | None = None, through: str = "web"
) -> Offer:
    """The seat goes to the next; the person leaves this list and keeps all others."""
    offer, _ = _locked_offer(offer_id)
    if offer.state == "declined":
        return offer
    _check_live(offer, now)
    _answer(offer, "decline", now, account_id, through)
    tell_of(offer.person_id, account_id, "refuse", now, subject=f"offer:{offer.id}")
    end_entry(offer.entry_id, "refused", now)
    release_seats([(offer.section_id, offer.seat)], now=now)
    return offer


def extend_offer(
    offer_id: int, ends_at: datetime, *, now: datetime, account_id: int | None
) -> Offer:
    """Gives more time, at most to the end of the last joining day; the offer stays live.

    Refused: offer_over, for one past its end.
    """
    offer, term_id = _locked_offer(offer_id)
    offer.state = after(OFFER, "offer", offer.state, "extend")
    if is_over(offer.ends_at, now):
        raise DomainError("offer_over", ends_at=offer.ends_at)
    last = joining_ends_at(db.session.get_one(Term, term_id))
    offer.ends_at = max(offer.ends_at, min(ends_at, last))
    record("offer.extend", f"offer:{offer.id}", now=now, account_id=account_id)
    return offer


def lapse_offers(now: datetime, *, at_most: int) -> int:
    """Ends offers that ran out; gives how many. Those made together run out together: the clock
    asks again until none is left, then settles their seats together."""
    terms = select(Section.term_id).join(Offer, Offer.section_id == Section.id)
    due = terms.where(*_run_out(now)).order_by(Section.term_id).limit(1)
    term_id = db.session.scalar(due)
    if term_id is None:
        return 0
    freed = _end_run_out(term_id, now, at_most)
    free_seats(freed, now=now)
    return len(freed)


def lapse_offers_of(term_id: int, now: datetime) -> int:
    """All that ran out in one term, their seats settled at once; gives how many."""
    freed = _end_run_out(term_id, now)
    release_seats(freed, now=now)
    return len(freed)


def _end_run_out(term_id: int, now: datetime, at_most: int | None = None) -> list[tuple[int, str]]:
    """Gives the seats of the offers."""
    lock_seats(term_id)
    offers = db.session.scalars(
        select(Offer)
        .join(Section, Section.id == Offer.section_id)
        .where(Section.term_id == term_id, *_run_out(now))
        .order_by(Offer.id)
        .limit(at_most)
        .execution_options(populate_existing=True)
    ).all()
    for offer in offers:
        _lapse(offer, now)
    return [(offer.section_id, offer.seat) for offer in offers]


def _run_out(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Offer.state == "live", Offer.ends_at <= now - _SECOND)


def is_over(ends_at: datetime, now: datetime) -> bool:
    """An answer within the second of the end still counts; the next second does not."""
    return now >= ends_at + _SECOND


def drop_what_no_longer_fits(term_id: int, person_id: int, now: datetime) -> list[tuple[int, str]]:
    """After a person gained a seat: lists of what they would not take from now on are left (until
    they lose a seat), live offers that they could not accept any more are revoked; gives the seats
    of those."""
    db.session.flush()
    freed = []
    for one in list_waiting(term_id, WaitlistEntry.person_id == person_id):
        if one.wait_now is not None:
            continue
        if one.offered:
            freed.append(_revoke(one, now))
        end_entry(one.entry_id, "dormant", now)
    if return_to_lists(term_id, select(Person.id).where(Person.id == person_id), now):
        settle_vacancies(term_id, now)
    return freed


def end_entry(entry_id: int, state: str, now: datetime) -> None:
    """Takes a waiting entry off its list; one that has ended stays as it is."""
    entry = db.session.get_one(WaitlistEntry, entry_id, populate_existing=True)
    if entry.state == "waiting":
        entry.state = state
        entry.ended_at = now


def _locked_offer(offer_id: int) -> tuple[Offer, int]:
    query = select(Section.term_id).join(Offer, Offer.section_id == Section.id)
    term_id = db.session.scalar(query.where(Offer.id == offer_id))
    if term_id is None:
        raise NotFound("offer_not_found")
    lock_seats(term_id)
    return db.session.get_one(Offer, offer_id, populate_existing=True), term_id


def _check_live(offer: Offer, now: datetime) -> None:
    if offer.state in ("accepted", "declined"):
        raise DomainError("offer_answered", state=offer.state)
    if offer.state != "live" or is_over(offer.ends_at, now):
        raise DomainError("offer_over", ends_at=offer.ends_at)


def _waiting_of(offer: Offer, term_id: int) -> Waiting | None:
    found = list_waiting(term_id, WaitlistEntry.id == offer.entry_id)
    return found[0] if found else None


def _placement_of(offer: Offer) -> Placement:
    """The placement that accepting made; later ones in the same section come after it."""
    query = (
        select(Placement)
        .where(
            Placement.person_id == offer.person_id,
            Placement.section_id == offer.section_id,
            Placement.origin == "offer",
            Placement.placed_at >= offer.made_at,
        )
        .order_by(Placement.id)
        .limit(1)
    )
    return db.session.scalars(query).one()


def _give_up(placement_id: int | None, section: str, now: datetime) -> list[tuple[int, str]]:
    if placement_id is None:
        return []
    placement = db.session.get_one(Placement, placement_id, populate_existing=True)
    step = "decline" if placement.state == "awaiting" else "withdraw"
    placement.state = after(PLACEMENT, "placement", placement.state, step)
    placement.ended_at = now
    placement.ended_why = GIVEN_UP_FOR + section
    return [(placement.section_id, placement.seat)]


def _answer(
    offer: Offer, step: str, now: datetime, account_id: int | None = None, through: str = ""
) -> None:
    offer.state = after(OFFER, "offer", offer.state, step)
    offer.answered_at = now
    offer.answered_by_id = account_id
    offer.answered_through = through
    drop_notices(f"offer:{offer.id}", why=offer.state)
    record(f"offer.{step}", f"offer:{offer.id}", now=now, account_id=account_id, through=through)


def _lapse(offer: Offer, now: datetime) -> None:
    """Whoever has left the list meanwhile is told nothing."""
    _answer(offer, "lapse", now)
    entry = db.session.get_one(WaitlistEntry, offer.entry_id, populate_existing=True)
    if entry.state != "waiting":
        return
    entry.lapses += 1
    if entry.lapses >= _LAPSES:
        end_entry(entry.id, "lapsed", now)
    queue_notice(
        "offer_lapsed",
        subject=f"offer:{offer.id}",
        person_id=offer.person_id,
        now=now,
        section=offer.section_id,
        still_waiting=entry.lapses < _LAPSES,
    )


def _revoke(waiting: Waiting, now: datetime) -> tuple[int, str]:
    query = select(Offer).where(
        Offer.person_id == waiting.person_id,
        Offer.section_id == waiting.section_id,
        Offer.state == "live",
    )
    offer = db.session.scalars(query.execution_options(populate_existing=True)).one()
    _answer(offer, "revoke", now)
    return (offer.section_id, offer.seat)
