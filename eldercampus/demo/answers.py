"""What people answered after the demonstration's draw: most come, some do not, seats move on."""

import random
from datetime import datetime, timedelta

from sqlalchemy import select, update

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Offer, Placement, Round
from eldercampus.enrolment.offers import accept_offer, decline_offer, lapse_offers_of
from eldercampus.enrolment.seats import release_seats

_COME, _DECLINE = 0.6, 0.05


def give_answers(chance: random.Random, term_id: int, now: datetime) -> None:
    """Three waves: soon after publishing, a week later, last night; the last offers are live."""
    round_id, published_at = db.session.execute(
        select(Round.id, Round.publishes_at).where(Round.term_id == term_id)
    ).one()
    _confirm(chance, round_id)
    for days in (9, 4, 1):
        moment = max(now - timedelta(days=days), published_at + timedelta(hours=1))
        _decline(chance, round_id, moment)
        with transaction():
            lapse_offers_of(term_id, moment)
        if days > 1:
            _answer_offers(chance, moment + timedelta(hours=20))
    with transaction():
        lapse_offers_of(term_id, now)


def _awaiting(round_id: int) -> list[int]:
    query = select(Placement.id).where(
        Placement.round_id == round_id, Placement.state == "awaiting"
    )
    return list(db.session.scalars(query.order_by(Placement.id)))


def _confirm(chance: random.Random, round_id: int) -> None:
    """Thousands of answers at once: the rows as confirm_placement leaves them."""
    ids = [one for one in _awaiting(round_id) if chance.random() < _COME]
    with transaction():
        db.session.execute(update(Placement), [{"id": one, "state": "confirmed"} for one in ids])


def _decline(chance: random.Random, round_id: int, moment: datetime) -> None:
    """The rows as decline_placement leaves them; their seats are freed together."""
    ids = [one for one in _awaiting(round_id) if chance.random() < _DECLINE]
    with transaction():
        rows = db.session.execute(
            select(Placement.section_id, Placement.seat).where(Placement.id.in_(ids))
        ).all()
        db.session.execute(
            update(Placement),
            [{"id": one, "state": "declined", "ended_at": moment} for one in ids],
        )
        release_seats([(row.section_id, row.seat) for row in rows], now=moment)


def _answer_offers(chance: random.Random, moment: datetime) -> None:
    """Half accept, one in eight declines, the others do not answer."""
    live = db.session.scalars(
        select(Offer.id).where(Offer.state == "live", Offer.ends_at > moment).order_by(Offer.id)
    )
    for offer_id in list(live):
        luck = chance.random()
        if luck < 0.5:
            with transaction():
                accept_offer(offer_id, account_id=None, through="phone", now=moment)
        elif luck < 0.62:
            with transaction():
                decline_offer(offer_id, account_id=None, through="phone", now=moment)
