"""Giving and freeing seats. Every seat of a term changes hands under one row lock, in one order.

`Section.taken` counts held placements and live offers; a conditional UPDATE and a CHECK keep it
within the capacity even if somebody forgot the lock.
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update

from eldercampus.audit.chain import record
from eldercampus.catalogue.models import Section, Term
from eldercampus.catalogue.queries import get_calendar
from eldercampus.db import db, rows_changed
from eldercampus.enrolment.models import HOLDING, Offer, Placement, Round
from eldercampus.enrolment.returning import return_to_lists
from eldercampus.enrolment.vacancies import Chosen, choose_for_vacancies, offer_span
from eldercampus.errors import DomainError, NotFound
from eldercampus.notices.outbox import queue_notice
from eldercampus.people.models import Person

_TOKEN_BYTES = 15  # 120 bits; 20 letters in the link


def lock_seats(term_id: int) -> None:
    """First statement of every use case about seats: whoever comes second waits for the commit."""
    step = update(Term).where(Term.id == term_id).values(seats_version=Term.seats_version + 1)
    if rows_changed(step) != 1:
        raise NotFound("term_not_found")


def give_seat(
    *,
    round_id: int,
    person_id: int,
    section_id: int,
    seat: str,
    origin: str,
    now: datetime,
    offered: bool = False,
) -> Placement:
    """A confirmed placement on a free seat, or (offered) on the seat that a live offer held.

    seat: the label, open or a kind of the round's file. Raises no_seat_free.
    """
    if not offered:
        take_seat(section_id)
    placement = Placement(
        round_id=round_id,
        person_id=person_id,
        section_id=section_id,
        state="confirmed",
        seat=seat,
        origin=origin,
        placed_at=now,
    )
    db.session.add(placement)
    db.session.flush()
    queue_notice(
        "seat_given",
        subject=f"placement:{placement.id}",
        person_id=person_id,
        now=now,
        section=section_id,
    )
    return placement


def take_seat(section_id: int) -> None:
    """Counts one seat more as taken; raises no_seat_free where there is none."""
    step = (
        update(Section)
        .where(Section.id == section_id, Section.taken < Section.capacity)
        .values(taken=Section.taken + 1)
    )
    if rows_changed(step) != 1:
        raise DomainError("no_seat_free")


def release_seats(freed: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """The one way seats (section id, label) become free: whoever comes next on the lists is offered
    them at once, everybody who waits the best of them only. Who lost one waits again for what else
    they had listed. Called when the placements or offers on them have ended already."""
    for term_id in free_seats(freed, now=now):
        settle_vacancies(term_id, now)


def free_seats(freed: Iterable[tuple[int, str]], *, now: datetime) -> list[int]:
    """The first half of it, for the clock alone: it frees more than one transaction should hold and
    settles all of them at the end. Gives the terms."""
    db.session.flush()
    seats = sorted(freed)
    counts = Counter(section_id for section_id, _ in seats)
    query = select(Section.term_id).where(Section.id.in_(counts)).distinct()
    term_ids = sorted(db.session.scalars(query))
    for term_id in term_ids:
        lock_seats(term_id)
    for section_id, count in counts.items():
        step = (
            update(Section)
            .where(Section.id == section_id, Section.taken >= count)
            .values(taken=Section.taken - count)
        )
        if rows_changed(step) != 1:
            raise RuntimeError(f"section {section_id} has fewer than {count} seats taken")
    for section_id, label in seats:
        record("seat.release", f"section:{section_id}", now=now, seat=label)
    lost = select(Placement.person_id).where(
        Placement.section_id.in_(counts), Placement.state.not_in(HOLDING)
    )
    for term_id in term_ids:
        return_to_lists(term_id, lost, now)
    return term_ids


def settle_vacancies(term_id: int, now: datetime) -> list[Offer]:
    """Offers every free seat of the term to whom it belongs; gives the new offers.

    At first everybody gets their best offer only; what is left then may be a second seat for
    somebody who wants two, asked about as if they took the first.
    """
    offers: list[Offer] = []
    while made := settle_some(term_id, now):
        offers += made
    return offers


def settle_some(term_id: int, now: datetime, at_most: int | None = None) -> list[Offer]:
    """One turn of it, with so many offers: asked for again until there are none."""
    lock_seats(term_id)
    db.session.flush()
    return make_offers(term_id, choose_for_vacancies(term_id)[:at_most], now)


def make_offers(term_id: int, chosen: Iterable[Chosen], now: datetime) -> list[Offer]:
    """Live offers with their notices; none where it is too late in the term."""
    chosen = list(chosen)
    if not chosen:
        return []
    term = db.session.get_one(Term, term_id)
    hours = _offer_hours(chosen)
    calendar = get_calendar()
    spans = {some: offer_span(term, calendar, some, now) for some in set(hours.values())}
    offers = []
    for one in chosen:
        span = spans[hours[one.waiting.entry_id]]
        if span is not None:
            offers.append(_make_offer(one, *span, now))
    return offers


def _offer_hours(chosen: Iterable[Chosen]) -> dict[int, int]:
    """Hours to answer, by entry id: by the rules of its round, longer where news is a letter."""
    waiting = [one.waiting for one in chosen]
    rules = dict(
        db.session.execute(
            select(Round.id, Round.rules).where(Round.id.in_({one.round_id for one in waiting}))
        )
        .tuples()
        .all()
    )
    by_letter = set(
        db.session.scalars(
            select(Person.id).where(
                Person.id.in_({one.person_id for one in waiting}), Person.news == "letter"
            )
        )
    )
    return {
        one.entry_id: rules[one.round_id][
            "offer_hours_letter" if one.person_id in by_letter else "offer_hours"
        ]
        for one in waiting
    }


def _make_offer(one: Chosen, sent_at: datetime, ends_at: datetime, now: datetime) -> Offer:
    waiting = one.waiting
    take_seat(waiting.section_id)
    offer = Offer(
        round_id=waiting.round_id,
        person_id=waiting.person_id,
        section_id=waiting.section_id,
        entry_id=waiting.entry_id,
        seat=one.seat,
        gives_up_id=one.gives_up_id,
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        made_at=now,
        ends_at=ends_at,
    )
    db.session.add(offer)
    db.session.flush()
    subject = f"offer:{offer.id}"
    record("offer.make", subject, now=now, section=waiting.section_id, seat=one.seat)
    queue_notice(
        "offer_made",
        subject=subject,
        person_id=waiting.person_id,
        now=now,
        due_at=sent_at,
        section=waiting.section_id,
        token=offer.token,
    )
    return offer
