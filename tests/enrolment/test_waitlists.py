"""Queues after the draw: the worked examples W1–W5 of allocation.md §12 through the database,
joining late, and what check_waitlists finds."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select, update

from eldercampus.allocation import lottery
from eldercampus.catalogue.models import Section
from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.enrolment.learners import find_number, learner_code
from eldercampus.enrolment.models import Learner, Offer, Placement, Round, WaitlistEntry
from eldercampus.enrolment.offers import accept_offer, decline_offer, lapse_offers_of
from eldercampus.enrolment.placements import (
    confirm_placement,
    decline_placement,
    withdraw_placement,
)
from eldercampus.enrolment.queue_places import Line, waiting_place
from eldercampus.enrolment.queues import list_waiting
from eldercampus.enrolment.seats import settle_vacancies
from eldercampus.enrolment.waitlists import (
    Joined,
    check_waitlists,
    join_section,
    leave_waitlist,
)
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Person
from tests.enrolment.market import AFTER, Market


def leave(market: Market, name: str, code: str, now: datetime = AFTER) -> None:
    with transaction():
        withdraw_placement(market.placement(name, code).id, now=now)
    market.sound(now)


def accept(market: Market, name: str, code: str, now: datetime = AFTER) -> None:
    with transaction():
        accept_offer(market.offer(name, code).id, now=now)
    market.sound(now)


def lapse(market: Market, name: str, code: str) -> datetime:
    """Lets the offer run out; the moment after."""
    later = market.offer(name, code).ends_at + timedelta(seconds=1)
    with transaction():
        assert lapse_offers_of(market.world.term_id, later) == 1
    market.sound(later)
    return later


def join(market: Market, name: str, code: str, now: datetime = AFTER) -> Joined:
    with transaction():
        joined = join_section(market.sections[code], market.people[name], now=now, account_id=None)
    market.sound(now)
    return joined


@pytest.fixture
def w1(db: SQLAlchemy) -> Market:
    """X:2 full (m, n); order of X: d c e f; d holds Y (same hour, below X), f wants a second."""
    market = Market()
    market.section("X", 2, order="d c e f")
    market.section("Y", 1)
    market.section("Z", 1, weekday=2)
    for name in "mn":
        market.person(name, "X")
        market.sit(name, "X")
    market.person("d", "X Y")
    market.sit("d", "Y")
    market.person("c", "X")
    market.person("e", "X")
    market.person("f", "Z X", wants=2)
    market.sit("f", "Z")
    for name in "dcef":
        market.wait(name, "X")
    market.sound()
    return market


class TestWorkedExamples:
    def test_w1(self, w1: Market) -> None:
        assert w1.line("X") == "d c e f"
        leave(w1, "m", "X")
        assert w1.live("X") == "d"
        accept(w1, "d", "X")
        assert w1.holders("X") == "n d"
        assert w1.holders("Y") == ""
        assert w1.placement("d", "Y").state == "withdrawn"
        leave(w1, "n", "X")
        assert w1.live("X") == "c"

    def test_w1_given_up_seat_is_offered_in_the_same_transaction(self, w1: Market) -> None:
        w1.person("g", "Y")
        w1.wait("g", "Y")
        leave(w1, "m", "X")
        accept(w1, "d", "X")
        assert w1.live("Y") == "g"

    def test_w2(self, w1: Market) -> None:
        leave(w1, "m", "X")
        later = lapse(w1, "d", "X")
        assert w1.live("X") == "c"
        accept(w1, "c", "X", later)
        assert w1.line("X") == "e d f"
        leave(w1, "c", "X", later)
        accept(w1, "e", "X", later)
        leave(w1, "e", "X", later)
        assert w1.live("X") == "d"
        lapse(w1, "d", "X")
        assert w1.line("X") == "f"
        assert w1.entry("d", "X").state == "lapsed"
        assert w1.holders("Y") == "d"

    @pytest.mark.parametrize(("leaves", "offered"), [("p", "r"), ("a", "c")])
    def test_w3(self, db: SQLAlchemy, leaves: str, offered: str) -> None:
        market = Market(tag_names={"t1": "disability"})
        market.section("X", 3, reserves=[("disability", 1, "release")], order="c r")
        for name, seat in [("p", "t1"), ("a", "open"), ("b", "open")]:
            market.person(name, "X", tags=["t1"] if seat == "t1" else [])
            market.sit(name, "X", seat)
        market.person("c", "X")
        market.person("r", "X", tags=["t1"])
        market.wait("c", "X")
        market.wait("r", "X")
        leave(market, leaves, "X")
        assert market.live("X") == offered
        assert market.offer(offered, "X").seat == ("t1" if offered == "r" else "open")

    def test_w4(self, db: SQLAlchemy) -> None:
        market = Market()
        market.section("X", 1, order="g h")
        market.section("Y", 1, order="g h")
        for name, code in [("m", "X"), ("n", "Y")]:
            market.person(name, code)
            market.sit(name, code)
        market.person("g", "X Y")
        market.person("h", "Y")
        market.wait("g", "X", "Y")
        market.wait("h", "Y")
        with transaction() as session:
            for name, code in [("m", "X"), ("n", "Y")]:
                seat = market.placement(name, code)
                seat.state, seat.ended_at = "withdrawn", AFTER
            session.execute(update(Section).where(Section.code.in_(["X", "Y"])).values(taken=0))
            settle_vacancies(market.world.term_id, AFTER)
        market.sound()
        assert (market.live("X"), market.live("Y")) == ("g", "h")

    @pytest.mark.parametrize("late", [0, 1])
    def test_w5(self, db: SQLAlchemy, late: int) -> None:
        market = Market()
        market.section("X", 1)
        market.person("m", "X")
        market.sit("m", "X")
        market.person("g", "X")
        market.wait("g", "X")
        leave(market, "m", "X")
        offer = market.offer("g", "X")
        moment = offer.ends_at + timedelta(seconds=late)
        if late:
            with pytest.raises(DomainError, match="offer_over"), transaction():
                accept_offer(offer.id, now=moment)
            assert market.holders("X") == ""
            return
        with transaction():
            assert lapse_offers_of(market.world.term_id, moment) == 0
            first = accept_offer(offer.id, now=moment).id
        with transaction():
            assert accept_offer(offer.id, now=moment + timedelta(days=1)).id == first
        market.sound()
        assert market.holders("X") == "g"


class TestLists:
    def test_a_refusal_leaves_this_list_only(self, db: SQLAlchemy) -> None:
        market = Market()
        market.section("X", 1)
        market.section("Y", 1, weekday=2)
        for code in "XY":
            market.person(f"in{code}", code)
            market.sit(f"in{code}", code)
        market.person("g", "X Y", wants=2)
        market.wait("g", "X", "Y")
        leave(market, "inX", "X")
        for _ in range(2):
            with transaction():
                decline_offer(market.offer("g", "X").id, now=AFTER)
            market.sound()
        assert (market.line("X"), market.line("Y")) == ("", "g")
        with pytest.raises(DomainError, match="offer_answered"), transaction():
            accept_offer(market.offer("g", "X").id, now=AFTER)
        leave(market, "inY", "Y")
        assert market.live("Y") == "g"

    def test_accepting_keeps_lists_above_and_leaves_those_below(self, db: SQLAlchemy) -> None:
        market = Market()
        for code in "XYZ":
            market.section(code, 1)
            market.person(f"in{code}", code)
            market.sit(f"in{code}", code)
        market.person("g", "X Y Z")
        market.wait("g", "X", "Y", "Z")
        leave(market, "inY", "Y")
        accept(market, "g", "Y")
        assert (market.line("X"), market.line("Z")) == ("g", "")
        assert market.entry("g", "Z").state == "dormant"
        leave(market, "inX", "X")
        accept(market, "g", "X")
        assert (market.holders("X"), market.holders("Y")) == ("g", "")
        leave(market, "g", "X")
        assert (market.line("Z"), market.live("Y")) == ("", "g")  # not below what is offered

    def test_two_live_offers_that_exclude_each_other(self, db: SQLAlchemy) -> None:
        """The better one may come later; accepting it takes the other offer back."""
        market = Market()
        for code in "XY":
            market.section(code, 1)
            market.person(f"in{code}", code)
            market.sit(f"in{code}", code)
        market.person("g", "X Y")
        market.wait("g", "X", "Y")
        market.person("h", "Y")
        market.wait("h", "Y")
        leave(market, "inY", "Y")
        leave(market, "inX", "X")
        assert (market.live("X"), market.live("Y")) == ("g", "g")
        accept(market, "g", "X")
        assert market.offer("g", "Y").state == "revoked"
        assert market.live("Y") == "h"

    def test_no_second_offer_below_a_live_one(self, db: SQLAlchemy) -> None:
        market = Market()
        for code in "XY":
            market.section(code, 1)
            market.person(f"in{code}", code)
            market.sit(f"in{code}", code)
        market.person("g", "X Y")
        market.wait("g", "X", "Y")
        leave(market, "inX", "X")
        leave(market, "inY", "Y")
        assert (market.live("X"), market.live("Y")) == ("g", "")
        with transaction():
            decline_offer(market.offer("g", "X").id, now=AFTER)
        market.sound()
        assert market.live("Y") == "g"

    def test_a_paused_or_closed_list_stands_still(self, w1: Market) -> None:
        for change in ({"paused": True}, {"paused": False, "state": "closed"}):
            with transaction() as session:
                section = session.get_one(Section, w1.sections["X"])
                for name, value in change.items():
                    setattr(section, name, value)
            if change["paused"]:
                leave(w1, "m", "X")
            assert w1.live("X") == ""
        with transaction() as session:
            session.get_one(Section, w1.sections["X"]).state = "open"
            settle_vacancies(w1.world.term_id, AFTER)
        assert w1.live("X") == "d"

    def test_nothing_is_given_while_a_later_file_counts_on_it(self, w1: Market) -> None:
        with transaction() as session:
            session.add(_frozen_round(session.get_one(Round, w1.world.round_id)))
        leave(w1, "m", "X")
        assert w1.live("X") == ""

    def test_the_last_joining_day(self, w1: Market) -> None:
        """Offers end by 20:00 of it (Shanghai), and none begins after."""
        noon = datetime(2027, 4, 2, 4, 0, tzinfo=UTC)
        leave(w1, "m", "X", noon)
        assert w1.offer("d", "X").ends_at == datetime(2027, 4, 2, 12, 0, tzinfo=UTC)
        evening = datetime(2027, 4, 2, 12, 0, tzinfo=UTC)
        leave(w1, "n", "X", evening)
        assert w1.live("X") == "d"

    def test_the_dead_and_the_merged_are_passed_over(self, w1: Market) -> None:
        with transaction() as session:
            session.get_one(Person, w1.people["d"]).died_on = AFTER.date()
            session.get_one(Person, w1.people["c"]).merged_into_id = w1.people["Zhao"]
        leave(w1, "m", "X")
        assert w1.live("X") == "e"

    def test_leaving_with_a_live_offer_refuses_it(self, w1: Market) -> None:
        leave(w1, "m", "X")
        for _ in range(2):
            with transaction():
                leave_waitlist(w1.entry("d", "X").id, now=AFTER, account_id=None)
            w1.sound()
        assert w1.offer("d", "X").state == "declined"
        assert w1.live("X") == "c"

    def test_leaving_and_the_place(self, w1: Market) -> None:
        assert waiting_place(w1.entry("e", "X").id) == Line(3, 4)
        with transaction():
            leave_waitlist(w1.entry("c", "X").id, now=AFTER, account_id=None)
        assert waiting_place(w1.entry("e", "X").id) == Line(2, 3)
        assert w1.entry("c", "X").state == "left"
        for call in (
            lambda: leave_waitlist(10**6, now=AFTER, account_id=None),
            lambda: waiting_place(10**6),
        ):
            with pytest.raises(NotFound):
                call()


def _frozen_round(like: Round) -> Round:
    moments = ("opens_at", "closes_at", "freezes_at", "draws_at", "publishes_at", "confirm_by_at")
    values = {name: getattr(like, name) for name in moments}
    return Round(
        code="2027-spring-2", state="frozen", term_id=like.term_id, name=like.name, **values
    )


class TestJoining:
    @pytest.fixture
    def market(self, db: SQLAlchemy) -> Market:
        market = Market()
        market.section("X", 2)
        market.section("Y", 2, course="C-X", weekday=2)
        market.section("Z", 2)
        return market

    def test_a_free_seat_is_given_at_once(self, market: Market) -> None:
        market.person("g")
        first = join(market, "g", "X")
        assert first.outcome == "seat"
        assert join(market, "g", "X").placement_id == first.placement_id
        placement = market.placement("g", "X")
        assert (placement.state, placement.origin, placement.seat) == ("confirmed", "join", "open")
        assert market.entry("g", "X").state == "placed"

    def test_late_ones_wait_in_group_3_with_the_number_of_the_draw(self, market: Market) -> None:
        for name in "mn":
            market.person(name, "X")
            market.sit(name, "X")
        market.person("l")
        market.person("g", "X")
        market.wait("g", "X")
        joined = join(market, "l", "X")
        assert joined.outcome == "waiting"
        assert join(market, "l", "X") == joined
        assert market.line("X") == "g l"  # g lives farther, but applied on time
        with transaction() as session:
            learner = session.scalars(
                select(Learner).where(Learner.person_id == market.people["l"])
            ).one()
            round_ = session.get_one(Round, market.world.round_id)
            code = learner_code(round_, market.people["l"])
            assert (learner.code, learner.late) == (code, True)
            assert find_number(learner) == lottery.number("5" * 64, code)
        leave(market, "m", "X")
        assert market.live("X") == "g"

    def test_a_seat_kept_aside_is_not_joined(self, db: SQLAlchemy) -> None:
        market = Market(tag_names={"t1": "disability"})
        market.section("X", 1, reserves=[("disability", 1, "keep")])
        market.person("g")
        assert join(market, "g", "X").outcome == "waiting"

    def test_joining_again_after_a_refusal(self, market: Market) -> None:
        for name in "mn":
            market.person(name, "X")
            market.sit(name, "X")
        market.person("g", "X")
        market.wait("g", "X")
        leave(market, "m", "X")
        with transaction():
            decline_offer(market.offer("g", "X").id, now=AFTER)
        joined = join(market, "g", "X")
        assert joined.outcome == "seat"
        assert market.entry("g", "X").late

    def test_a_better_choice_that_costs_a_seat_is_asked_first(self, market: Market) -> None:
        market.person("g", "X Z")
        market.sit("g", "Z")
        joined = join(market, "g", "X")
        assert joined.outcome == "offer"
        assert market.holders("Z") == "g"
        accept(market, "g", "X")
        assert (market.holders("X"), market.holders("Z")) == ("g", "")

    def test_one_more_up_to_the_rule(self, market: Market) -> None:
        market.section("V", 1, weekday=3)
        market.section("W", 1, weekday=4)
        market.person("g", "X")
        market.sit("g", "X")
        assert join(market, "g", "V").outcome == "seat"
        with pytest.raises(DomainError, match="enough_courses"):
            join(market, "g", "W")

    @pytest.mark.parametrize(("code", "error"), [("Y", "join_same_course"), ("Z", "join_clash")])
    def test_what_stands_in_the_way(self, market: Market, code: str, error: str) -> None:
        market.person("g", "X")
        market.sit("g", "X")
        with pytest.raises(DomainError, match=error) as caught:
            join(market, "g", code)
        assert caught.value.facts["course_en"] == "Course X"
        with transaction() as session:
            assert session.scalar(select(func.count()).select_from(WaitlistEntry)) == 0

    def test_refused(self, market: Market) -> None:
        market.person("g")
        with pytest.raises(DomainError, match="joining_over"):
            join(market, "g", "X", datetime(2027, 4, 2, 12, 0, 1, tzinfo=UTC))
        with pytest.raises(DomainError, match="too_young"):
            join(market, "Yang", "X")
        with pytest.raises(NotFound):
            join_section(10**6, market.people["g"], now=AFTER, account_id=None)
        with transaction() as session:
            session.get_one(Section, market.sections["X"]).state = "closed"
        with pytest.raises(DomainError, match="join_closed"):
            join(market, "g", "X")
        with transaction() as session:
            session.get_one(Round, market.world.round_id).state = "drawn"
        with pytest.raises(DomainError, match="joining_not_open"):
            join(market, "g", "Y")


class TestCheck:
    def test_finds_each_thing_that_does_not_hold(self, w1: Market) -> None:
        leave(w1, "m", "X")
        damages = [
            (update(Section).where(Section.code == "Y").values(taken=0), "counted"),
            (update(Section).where(Section.code == "X").values(capacity=3), "free seat"),
            (update(Offer).values(ends_at=AFTER + timedelta(days=400)), "last joining day"),
            (
                update(WaitlistEntry)
                .where(WaitlistEntry.person_id == w1.people["d"])
                .values(state="left"),
                "could not be accepted",
            ),
            (
                update(Placement)
                .where(Placement.person_id == w1.people["n"])
                .values(person_id=w1.people["e"]),
                "waits for a seat it has",
            ),
            (
                update(WaitlistEntry)
                .where(WaitlistEntry.person_id == w1.people["c"])
                .values(state="dormant"),
                "missing on the list",
            ),
        ]
        for damage, found in damages:
            database.session.execute(damage)
            assert any(found in line for line in check_waitlists(AFTER)), found
            database.session.rollback()
        w1.sound()

    @pytest.mark.parametrize(
        ("code", "found"), [("Y", "has Y at the same time"), ("Z", "has Z of the same course")]
    )
    def test_finds_two_classes_in_one_place(self, db: SQLAlchemy, code: str, found: str) -> None:
        market = Market()
        market.section("X", 1)
        market.section("Y", 1)
        market.section("Z", 1, course="C-X", weekday=2)
        market.person("g")
        market.sit("g", "X")
        market.sound()
        market.sit("g", code)
        assert [line for line in check_waitlists(AFTER) if found in line] != []

    def test_the_command(self, app: Flask) -> None:
        with app.app_context():
            market = Market()
            market.section("X", 1)
        runner = app.test_cli_runner()
        done = runner.invoke(args=["waitlist", "check"])
        assert (done.exit_code, "hold together" in done.output) == (0, True)
        with app.app_context(), transaction() as session:
            session.execute(update(Section).where(Section.code == "X").values(taken=1))
        done = runner.invoke(args=["waitlist", "check"])
        assert done.exit_code == 1
        assert "1 counted, 0 held" in done.output


REFUSALS = {"offer_over", "join_clash", "join_other_offer", "enough_courses"}


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_steps_keeps_seats_and_queues_sound(db: SQLAlchemy, seed: int) -> None:
    chance = random.Random(seed)
    market = _random_market(chance)
    now = AFTER
    for _ in range(40):
        now += timedelta(hours=chance.choice([0, 1, 30]))
        _random_step(market, chance, now)
        market.sound(now)


def _random_market(chance: random.Random) -> Market:
    market = Market(tag_names={"t1": "disability"})
    for number, code in enumerate("ABCD"):
        unfilled = chance.choice(["release", "keep"])
        reserves = [("disability", 1, unfilled)] if number % 2 else []
        market.section(code, 2, weekday=1 + number // 2, reserves=reserves)
    for number in range(10):
        name = f"p{number}"
        listed = chance.sample("ABCD", chance.randint(1, 4))
        tags = ["t1"] if chance.random() < 0.3 else []
        market.person(name, " ".join(listed), wants=chance.randint(1, 2), tags=tags)
        market.wait(name, *listed)
    with transaction():
        settle_vacancies(market.world.term_id, AFTER)
    market.sound()
    return market


def _random_step(market: Market, chance: random.Random, now: datetime) -> None:
    live = list(database.session.scalars(select(Offer.id).where(Offer.state == "live")))
    held = list(
        database.session.scalars(select(Placement.id).where(Placement.state == "confirmed"))
    )
    waiting = list(
        database.session.scalars(select(WaitlistEntry.id).where(WaitlistEntry.state == "waiting"))
    )
    step = chance.choice(["accept", "accept", "decline", "lapse", "withdraw", "join", "leave"])
    try:
        with transaction():
            if step == "lapse":
                lapse_offers_of(market.world.term_id, now)
            elif step in ("accept", "decline") and live:
                answer = accept_offer if step == "accept" else decline_offer
                answer(chance.choice(live), now=now)
            elif step == "withdraw" and held:
                withdraw_placement(chance.choice(held), now=now)
            elif step == "leave" and waiting:
                leave_waitlist(chance.choice(waiting), now=now, account_id=None)
            elif step == "join":
                person = market.people[f"p{chance.randrange(10)}"]
                section = market.sections[chance.choice("ABCD")]
                join_section(section, person, now=now, account_id=None)
    except DomainError as error:
        if error.code not in REFUSALS:
            raise
    confirm_nothing_left_over(market)


def confirm_nothing_left_over(market: Market) -> None:
    """No seat is counted that nobody holds or is asked about (also looked at by sound())."""
    for one in list_waiting(market.world.term_id):
        assert one.wait_now is not None, "waits for a seat they would not take"
    for code in "ABCD":
        people = (market.holders(code) + " " + market.live(code)).split()
        assert len(people) == len(set(people)) <= 2


def test_confirming_and_declining_an_original_seat(db: SQLAlchemy) -> None:
    market = Market()
    market.section("X", 1)
    market.person("m", "X")
    market.sit("m", "X", state="awaiting")
    market.person("g", "X")
    market.wait("g", "X")
    with transaction():
        confirm_placement(market.placement("m", "X").id, now=AFTER)
    with pytest.raises(DomainError, match="illegal"), transaction():
        decline_placement(market.placement("m", "X").id, now=AFTER)
    assert market.live("X") == ""
