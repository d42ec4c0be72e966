"""Offers: when they are sent and end, what is told to whom, and answers that come twice or late."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.audit.chain import broken_links
from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import CalendarDay
from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.enrolment.models import Offer, Round
from eldercampus.enrolment.offers import (
    accept_offer,
    decline_offer,
    extend_offer,
    is_over,
    lapse_offers_of,
)
from eldercampus.enrolment.seat_queries import find_given_up
from eldercampus.enrolment.waitlists import check_waitlists
from eldercampus.errors import DomainError, IllegalTransition, NotFound
from eldercampus.notices.models import Notice
from eldercampus.people.models import Person
from tests.enrolment.market import AFTER, Market


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """n sits in X, g and h wait for it in this order."""
    market = Market()
    market.section("X", 1, order="g h")
    market.person("n", "X")
    market.sit("n", "X")
    for name in "gh":
        market.person(name, "X")
        market.wait(name, "X")
    return market


def shanghai(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def notices(kind: str) -> list[Notice]:
    query = select(Notice).where(Notice.kind == kind).order_by(Notice.id)
    return list(database.session.scalars(query))


@pytest.mark.parametrize(
    ("made", "sent", "ends"),
    [
        (shanghai(18, 10), shanghai(18, 10), shanghai(22, 10)),  # Friday → Tuesday
        (shanghai(18, 21), shanghai(21, 8), shanghai(23, 8)),  # Friday night → Wednesday
        (shanghai(14, 7, 30), shanghai(14, 8), shanghai(16, 8)),
        (shanghai(19, 12), shanghai(21, 8), shanghai(23, 8)),  # Saturday
    ],
)
def test_sent_at_the_first_working_minute(
    market: Market, made: datetime, sent: datetime, ends: datetime
) -> None:
    market.give_back("n", "X", made)
    offer = market.offer("g", "X")
    assert (offer.made_at, offer.ends_at) == (made, ends)
    (notice,) = notices("offer_made")
    assert notice.due_at == sent
    assert notice.subject == f"offer:{offer.id}"
    assert notice.facts == {"section": market.sections["X"], "token": offer.token}


def test_holidays_and_days_worked_in_exchange(market: Market) -> None:
    with transaction() as session:
        session.add(CalendarDay(on=date(2026, 12, 21), kind="holiday"))
        session.add(CalendarDay(on=date(2026, 12, 19), kind="workday"))
    market.give_back("n", "X", shanghai(18, 10))
    assert market.offer("g", "X").ends_at == shanghai(22, 10)


@pytest.mark.parametrize(
    ("freezes_at", "ends"),
    [
        (shanghai(17, 12), shanghai(17, 12)),  # cut: the answer is in before the list is fixed
        (shanghai(30, 12), shanghai(18, 10)),  # far enough away
        (shanghai(17, 9, 59), None),  # the last day: the seat counts as free in the new round
    ],
)
def test_answers_are_in_before_the_next_round_is_frozen(
    market: Market, freezes_at: datetime, ends: datetime | None
) -> None:
    later = next_round(market, freezes_at)
    market.give_back("n", "X", shanghai(16, 10))
    offers = list(database.session.scalars(select(Offer).where(Offer.state == "live")))
    assert [offer.ends_at for offer in offers] == ([ends] if ends else [])
    assert database.session.get_one(Round, later).state == "closed"
    assert check_waitlists(shanghai(16, 10)) == []


def next_round(market: Market, freezes_at: datetime) -> int:
    """A second round of the term that has just closed."""
    first = database.session.get_one(Round, market.world.round_id)
    moments = {
        name: getattr(first, name)
        for name in ("opens_at", "closes_at", "draws_at", "publishes_at", "confirm_by_at")
    }
    with transaction() as session:
        later = Round(
            code="2027-spring-2",
            term_id=market.world.term_id,
            name="第二批",
            state="closed",
            freezes_at=freezes_at,
            **moments,
        )
        session.add(later)
        session.flush()
        return later.id


def test_letters_take_longer(market: Market) -> None:
    with transaction() as session:
        session.get_one(Person, market.people["g"]).news = "letter"
    market.give_back("n", "X", shanghai(14, 10))
    assert market.offer("g", "X").ends_at == shanghai(18, 10)


def test_what_is_told(market: Market) -> None:
    market.give_back("n", "X")
    later = market.offer("g", "X").ends_at + timedelta(seconds=1)
    with transaction():
        lapse_offers_of(market.world.term_id, later)
    (lapsed,) = notices("offer_lapsed")
    assert lapsed.person_id == market.people["g"]
    assert lapsed.facts == {"section": market.sections["X"], "still_waiting": True}
    first, second = notices("offer_made")
    assert (first.state, second.state) == ("dropped", "queued")
    market.answer("h", "X", "accept", later)
    (given,) = notices("seat_given")
    placement = market.placement("h", "X")
    assert (given.person_id, given.subject) == (market.people["h"], f"placement:{placement.id}")
    assert notices("offer_made")[1].state == "dropped"  # answered before it left
    market.give_back("h", "X", later)
    again = market.offer("g", "X").ends_at + timedelta(seconds=1)
    with transaction():
        assert lapse_offers_of(market.world.term_id, again) == 1
        assert lapse_offers_of(market.world.term_id, again) == 0
    assert notices("offer_lapsed")[1].facts["still_waiting"] is False
    market.sound(again)


def test_the_same_answer_twice_is_one(market: Market) -> None:
    market.give_back("n", "X")
    offer_id = market.offer("g", "X").id
    for _click in range(2):
        with transaction():
            decline_offer(offer_id, now=AFTER, account_id=None)
    market.sound()
    other = market.offer("h", "X").id
    ids = set()
    for _click in range(2):
        with transaction():
            ids.add(accept_offer(other, now=AFTER).id)
    assert len(ids) == 1
    market.sound()
    with pytest.raises(DomainError, match="offer_answered"), transaction():
        decline_offer(other, now=AFTER)


def test_answered_by_whom_and_how_is_kept_and_chained(market: Market) -> None:
    market.give_back("n", "X")
    clerk = market.world.accounts["clerk"]
    with transaction():
        accept_offer(market.offer("g", "X").id, now=AFTER, account_id=clerk, through="phone")
    offer = market.offer("g", "X")
    assert (offer.answered_by_id, offer.answered_through) == (clerk, "phone")
    deeds = list(database.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
    assert deeds == ["placement.withdraw", "seat.release", "offer.make", "offer.accept"]
    assert list(broken_links()) == []


def test_more_time(market: Market) -> None:
    market.give_back("n", "X")
    offer = market.offer("g", "X")
    before = offer.ends_at
    with transaction():
        extend_offer(offer.id, before + timedelta(days=1), now=AFTER, account_id=None)
    assert market.offer("g", "X").ends_at == before + timedelta(days=1)
    with transaction():
        extend_offer(offer.id, before, now=AFTER, account_id=None)  # never less
        extend_offer(offer.id, before + timedelta(days=400), now=AFTER, account_id=None)
    assert market.offer("g", "X").ends_at == datetime(2027, 4, 2, 12, 0, tzinfo=UTC)
    market.answer("g", "X", "decline")
    with pytest.raises(IllegalTransition), transaction():
        extend_offer(offer.id, before, now=AFTER, account_id=None)


def test_no_more_time_after_the_end(market: Market) -> None:
    market.give_back("n", "X")
    offer = market.offer("g", "X")
    late = offer.ends_at + timedelta(hours=1)
    with pytest.raises(DomainError, match="offer_over"), transaction():
        extend_offer(offer.id, late + timedelta(days=2), now=late, account_id=None)


def test_leaving_the_list_after_the_end(market: Market) -> None:
    """The offer has lapsed by then; the person is off the list, and hears of it once."""
    market.give_back("n", "X")
    late = market.offer("g", "X").ends_at + timedelta(seconds=1)
    market.leave_line("g", "X", late)
    market.sound(late)
    assert market.offer("g", "X").state == "lapsed"
    assert market.entry("g", "X").state == "left"
    assert market.live("X") == "h"
    assert notices("offer_lapsed") == []


def test_one_ended_place_holds_up_no_other_offer(market: Market) -> None:
    """Whatever ended g's place while the offer lived: it runs out, and so do those of others."""
    market.section("Y", 1, weekday=2)
    market.person("m", "Y")
    market.sit("m", "Y")
    market.person("k", "Y")
    market.wait("k", "Y")
    market.give_back("n", "X")
    market.give_back("m", "Y")
    with transaction():
        place = market.entry("g", "X")
        place.state, place.lapses = "left", 1
    later = market.offer("g", "X").ends_at + timedelta(seconds=1)
    with transaction():
        assert lapse_offers_of(market.world.term_id, later) == 2
    market.sound(later)
    assert (market.entry("g", "X").state, market.offer("g", "X").state) == ("left", "lapsed")
    assert market.live("X") == "h"


def test_the_price_is_what_accepting_costs_now(market: Market) -> None:
    """Both offers were free when they were made; taking Y makes Y the price of X."""
    for code in "AB":
        market.section(code, 1, weekday=2)
        market.person(f"in{code}", code)
        market.sit(f"in{code}", code)
    market.person("k", "A B")
    market.wait("k", "A", "B")
    market.give_back("inB", "B")
    market.give_back("inA", "A")
    assert find_given_up(market.offer("k", "A")) is None
    market.answer("k", "B", "accept")
    given_up = find_given_up(market.offer("k", "A"))
    assert given_up is not None
    assert given_up.code == "B"
    market.answer("k", "A", "accept")
    assert market.placement("k", "B").state == "withdrawn"
    assert find_given_up(market.offer("k", "A")) is None


def test_nobody_is_asked_about_a_seat_they_could_not_take(db: SQLAlchemy) -> None:
    """g would swap Z for Y, and X is of Z's course: no offer for X until Z is given up."""
    market = swap_market()
    market.give_back("inY", "Y")
    market.give_back("inX", "X")
    assert (market.live("Y"), market.live("X")) == ("g", "")
    market.sound()
    market.answer("g", "Y", "accept")
    assert market.live("X") == "g"
    market.sound()


def test_a_seat_that_clashes_is_not_given_at_once(db: SQLAlchemy) -> None:
    market = swap_market()
    market.give_back("inY", "Y")
    market.give_back("inX", "X")
    market.leave_line("g", "X")
    assert market.join("g", "X").outcome == "waiting"
    market.answer("g", "Y", "decline")
    market.sound()
    assert (market.holders("X"), market.holders("Z")) == ("", "g")


def swap_market() -> Market:
    """g sits in Z; Y, ranked above, is at its hour, and X, ranked below, is of its course."""
    market = Market()
    market.section("Y", 1)
    market.section("Z", 1, course="C-S")
    market.section("X", 1, weekday=2, course="C-S")
    for code in "YX":
        market.person(f"in{code}", code)
        market.sit(f"in{code}", code)
    market.person("g", "Y Z X", wants=2)
    market.sit("g", "Z")
    market.wait("g", "Y", "X")
    return market


def test_an_offer_that_can_no_longer_be_taken(market: Market) -> None:
    """Should a person's seats change on another way, accepting is refused and nothing moves."""
    market.section("Y", 1)
    market.give_back("n", "X")
    market.sit("g", "Y")
    with pytest.raises(DomainError, match="offer_unfit"), transaction():
        accept_offer(market.offer("g", "X").id, now=AFTER)
    assert market.offer("g", "X").state == "live"


def test_the_second_of_the_end_still_counts() -> None:
    ends_at = datetime(2026, 12, 16, 12, 0, tzinfo=UTC)
    assert not is_over(ends_at, ends_at + timedelta(microseconds=999_999))
    assert is_over(ends_at, ends_at + timedelta(seconds=1))


def test_unknown_offers(market: Market) -> None:
    for answer in (accept_offer, decline_offer):
        with pytest.raises(NotFound):
            answer(10**6, now=AFTER)


def test_links_are_hard_to_guess(market: Market) -> None:
    market.give_back("n", "X")
    market.answer("g", "X", "decline")
    tokens = set(database.session.scalars(select(Offer.token)))
    assert len(tokens) == 2
    assert all(len(token) == 20 for token in tokens)
