"""What a relative does about seats is told to the person, once, in words that name the class."""

from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Placement, WaitlistEntry
from eldercampus.enrolment.offers import accept_offer, decline_offer
from eldercampus.enrolment.placements import (
    confirm_placement,
    decline_placement,
    withdraw_placement,
)
from eldercampus.enrolment.waitlists import join_section, leave_waitlist
from eldercampus.jobs.sending import deliver_due
from eldercampus.notices.models import Notice
from eldercampus.people.models import Contact, Person
from eldercampus.people.representing import represent
from eldercampus.people.signing_in import account_of_phone
from tests.enrolment.market import AFTER, Market

Deed = Callable[[Market, int], object]


def _placement(market: Market, who: str) -> int:
    mine = select(Placement.id).where(Placement.person_id == market.people[who])
    return db.session.scalars(mine).one()


def _entry(market: Market, who: str) -> int:
    mine = select(WaitlistEntry.id).where(WaitlistEntry.person_id == market.people[who])
    return db.session.scalars(mine).one()


DEEDS: dict[str, tuple[str, Deed]] = {
    "said that you will come": (
        "m",
        lambda m, by: confirm_placement(_placement(m, "m"), now=AFTER, account_id=by),
    ),
    "said that you will not come": (
        "m",
        lambda m, by: decline_placement(_placement(m, "m"), now=AFTER, account_id=by),
    ),
    "gave back your seat": (
        "n",
        lambda m, by: withdraw_placement(_placement(m, "n"), now=AFTER, account_id=by),
    ),
    "took the free seat": (
        "d",
        lambda m, by: accept_offer(m.offer("d", "X").id, now=AFTER, account_id=by),
    ),
    "do not want the free seat": (
        "d",
        lambda m, by: decline_offer(m.offer("d", "X").id, now=AFTER, account_id=by),
    ),
    "took you off the waiting list": (
        "e",
        lambda m, by: leave_waitlist(_entry(m, "e"), now=AFTER, account_id=by),
    ),
    "asked for a seat": (
        "j",
        lambda m, by: join_section(m.sections["X"], m.people["j"], now=AFTER, account_id=by),
    ),
}


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """m has a seat to confirm, n has confirmed one, d is offered the third, e waits."""
    market = Market()
    market.section("X", 3, order="d e")
    for name in ("m", "n", "o"):
        market.person(name, "X")
        market.sit(name, "X", state="awaiting" if name == "m" else "confirmed")
    for name in ("d", "e"):
        market.person(name, "X")
        market.wait(name, "X")
    market.person("j", "X")
    market.give_back("o", "X")
    return market


@pytest.mark.parametrize("words", DEEDS)
def test_a_copy_of_each_deed(market: Market, words: str) -> None:
    who, deed = DEEDS[words]
    person_id = market.people[who]
    with transaction() as session:
        session.get_one(Person, person_id).language = "en"
        session.add(Contact(person_id=person_id, kind="mobile", value="+8613800000001"))
        daughter = account_of_phone("+8613800000777", AFTER)
        represent(daughter.id, person_id, kind="relative", relation="daughter", now=AFTER)
        account_id = daughter.id
    for _ in range(2):
        with transaction():
            deed(market, account_id)
    deliver_due(AFTER)
    db.session.rollback()
    copy = db.session.scalars(select(Notice).where(Notice.kind == "done_in_your_name")).one()
    assert (copy.person_id, copy.address) == (person_id, "+8613800000001")
    assert words in copy.text
    assert "Course X" in copy.text
    assert "your daughter (phone ending in 0777)" in copy.text


def test_no_copy_where_staff_or_the_person_answer(market: Market) -> None:
    with transaction():
        own = account_of_phone("+8613800000777", AFTER)
        represent(own.id, market.people["m"], kind="self", now=AFTER)
        confirm_placement(_placement(market, "m"), now=AFTER, account_id=own.id)
        accept_offer(market.offer("d", "X").id, now=AFTER, account_id=None, through="link")
    assert not db.session.scalars(select(Notice).where(Notice.kind == "done_in_your_name")).all()
