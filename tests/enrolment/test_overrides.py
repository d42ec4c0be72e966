"""Seats given and taken by hand: two persons, nobody displaced, nothing half done."""

from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from eldercampus.approvals.models import Approval
from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import Section
from eldercampus.db import transaction
from eldercampus.enrolment.models import Offer, Override, Placement, Round
from eldercampus.enrolment.overrides import ask_seat, ask_taking, decide_override
from eldercampus.errors import DomainError
from eldercampus.notices.models import Notice
from eldercampus.people.models import Person
from eldercampus.places.models import Room
from tests.enrolment.market import AFTER, Market


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """X has two seats, m sits in one and nobody waits; Y (another day) is full, d waits for it."""
    market = Market()
    market.section("X", 2, weekday=1)
    market.section("Y", 1, weekday=2, order="d e")
    for name, lists in (("m", "X"), ("n", "Y"), ("d", "Y"), ("e", "")):
        market.person(name, lists)
    market.person("newcomer")
    market.sit("m", "X")
    market.sit("n", "Y")
    market.wait("d", "Y")
    return market


def ask(market: Market, name: str, code: str, reason: str = "录错了", who: str = "head") -> int:
    with transaction():
        return ask_seat(
            market.sections[code],
            market.people[name],
            reason=reason,
            now=AFTER,
            account_id=market.world.accounts[who],
        ).id


def ask_back(market: Market, name: str, code: str) -> int:
    placement_id = market.placement(name, code).id
    with transaction():
        head = market.world.accounts["head"]
        return ask_taking(placement_id, reason="重复", now=AFTER, account_id=head).id


def decide(
    market: Market, approval_id: int, decision: Any = "given", who: str = "officer", why: str = ""
) -> None:
    account_id = market.world.accounts[who]
    with transaction():
        decide_override(approval_id, decision, now=AFTER, account_id=account_id, reason=why)


def capacity(db: SQLAlchemy, market: Market, code: str) -> tuple[int, int]:
    """(taken, capacity)."""
    db.session.rollback()
    section = db.session.get_one(Section, market.sections[code])
    return section.taken, section.capacity


def room_for(db: SQLAlchemy, market: Market, code: str, places: int) -> None:
    with transaction() as session:
        section = session.get_one(Section, market.sections[code])
        room = Room(campus_id=section.campus_id, name="1", places=places)
        session.add(room)
        session.flush()
        section.room_id = room.id


def state_of(db: SQLAlchemy, approval_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Approval, approval_id).state


def test_a_free_seat_is_given_when_another_person_agrees(db: SQLAlchemy, market: Market) -> None:
    approval_id = ask(market, "newcomer", "X")
    assert market.holders("X") == "m"
    with pytest.raises(DomainError, match="same_person"):
        decide(market, approval_id, who="head")
    decide(market, approval_id)
    assert market.holders("X") == "m newcomer"
    assert capacity(db, market, "X") == (2, 2)
    placement = market.placement("newcomer", "X")
    assert (placement.state, placement.origin, placement.seat) == ("confirmed", "staff", "open")
    row = db.session.scalars(select(Override)).one()
    assert (row.kind, row.placement_id, row.approval_id) == ("give", placement.id, approval_id)
    assert row.round_id == market.world.round_id
    told = select(Notice.person_id).where(Notice.kind == "seat_given")
    assert db.session.scalars(told).all() == [market.people["newcomer"]]
    deeds = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert {"approval.ask.seat.give", "approval.given.seat.give", "override.give"} <= set(deeds)
    market.sound()


def test_a_refusal_gives_nothing(db: SQLAlchemy, market: Market) -> None:
    approval_id = ask(market, "newcomer", "X")
    with pytest.raises(DomainError, match="reason_missing"):
        decide(market, approval_id, "refused")
    decide(market, approval_id, "refused", why="不必")
    assert market.holders("X") == "m"
    assert db.session.scalar(select(func.count(Override.id))) == 0
    assert ask(market, "newcomer", "X") != approval_id


def test_where_others_wait_the_class_gets_one_seat_more(db: SQLAlchemy, market: Market) -> None:
    room_for(db, market, "Y", 2)
    decide(market, ask(market, "newcomer", "Y"))
    assert market.holders("Y") == "n newcomer"
    assert capacity(db, market, "Y") == (2, 2)
    assert market.line("Y") == "d"  # still first for the next seat that becomes free
    market.sound()


def test_a_full_room_sends_nobody_away(db: SQLAlchemy, market: Market) -> None:
    room_for(db, market, "Y", 1)
    with pytest.raises(DomainError, match="override_no_room"):
        ask(market, "newcomer", "Y")
    assert market.holders("Y") == "n"


def test_a_free_seat_that_is_somebodys_is_not_given_away(db: SQLAlchemy, market: Market) -> None:
    """The list is paused, so the seat stands free; it belongs to d all the same."""
    room_for(db, market, "Y", 1)
    with transaction() as session:
        session.get_one(Section, market.sections["Y"]).paused = True
    market.give_back("n", "Y")
    assert capacity(db, market, "Y") == (0, 1)
    with pytest.raises(DomainError, match="override_no_room"):
        ask(market, "newcomer", "Y")
    decide(market, ask(market, "d", "Y"))  # d may have it: nobody stands before
    assert (market.holders("Y"), market.line("Y")) == ("d", "")
    market.sound()


def test_who_waits_elsewhere_for_the_same_hour_stops_waiting(
    db: SQLAlchemy, market: Market
) -> None:
    market.section("Z", 2, weekday=2)
    decide(market, ask(market, "d", "Z"))
    assert market.holders("Z") == "d"
    assert market.line("Y") in ("", "d")
    market.sound()


def test_what_does_not_go_together_is_refused(db: SQLAlchemy, market: Market) -> None:
    market.section("same", 2, weekday=4, course="C-X")
    market.section("clash", 2, weekday=1)
    market.section("more", 2, weekday=5)
    market.section("most", 2, weekday=6)

    def refused(name: str, code: str) -> str:
        with pytest.raises(DomainError) as error:
            ask(market, name, code)
        return error.value.code

    assert refused("m", "X") == "override_has_seat"
    assert refused("m", "same") == "override_same_course"
    assert refused("m", "clash") == "override_clash"
    decide(market, ask(market, "m", "more"))
    assert refused("m", "most") == "override_enough"
    market.give_back("n", "Y")
    assert market.live("Y") == "d"
    assert refused("d", "Y") == "override_has_offer"
    with transaction() as session:
        session.get_one(Person, market.people["newcomer"]).died_on = AFTER.date()
    assert refused("newcomer", "X") == "override_gone"
    with pytest.raises(DomainError, match="reason_missing"):
        ask(market, "e", "X", reason=" ")


def test_not_before_the_results_nor_beside_a_fixed_list(db: SQLAlchemy, market: Market) -> None:
    def becomes(state: str) -> None:
        with transaction() as session:
            session.get_one(Round, market.world.round_id).state = state

    becomes("drawn")
    with pytest.raises(DomainError, match="override_before_results"):
        ask(market, "newcomer", "X")
    becomes("published")
    approval_id = ask(market, "newcomer", "X")
    with transaction() as session:
        first = session.get_one(Round, market.world.round_id)
        moments = ("opens_at", "closes_at", "freezes_at", "draws_at", "publishes_at")
        values = {name: getattr(first, name) for name in (*moments, "confirm_by_at")}
        session.add(
            Round(code="second", term_id=first.term_id, name="二", state="frozen", **values)
        )
    with pytest.raises(DomainError, match="override_at_rest"):
        decide(market, approval_id)
    assert state_of(db, approval_id) == "asked"


def test_what_no_longer_holds_changes_nothing(db: SQLAlchemy, market: Market) -> None:
    """Between asking and agreeing the last seat went to somebody else, and the room is full."""
    room_for(db, market, "X", 2)
    approval_id = ask(market, "newcomer", "X")
    assert market.join("e", "X").outcome == "seat"
    with pytest.raises(DomainError, match="override_no_room"):
        decide(market, approval_id)
    assert state_of(db, approval_id) == "asked"
    assert market.holders("X") == "m e"
    assert db.session.scalar(select(func.count(Override.id))) == 0
    market.give_back("e", "X")
    decide(market, approval_id)
    assert market.holders("X") == "m newcomer"


def test_a_seat_is_taken_and_goes_to_the_next(db: SQLAlchemy, market: Market) -> None:
    approval_id = ask_back(market, "n", "Y")
    assert market.holders("Y") == "n"
    with pytest.raises(DomainError, match="approval_already_asked"):
        ask_back(market, "n", "Y")
    decide(market, approval_id)
    assert (market.holders("Y"), market.live("Y")) == ("", "d")
    placement = market.placement("n", "Y")
    assert (placement.state, placement.ended_at) == ("removed", AFTER)
    row = db.session.scalars(select(Override)).one()
    assert (row.kind, row.placement_id) == ("take", placement.id)
    told = select(Notice.person_id).where(Notice.kind == "seat_taken")
    assert db.session.scalars(told).all() == [market.people["n"]]
    assert "n" not in market.line("Y").split()  # not back on the list for the seat just lost
    market.sound()


def test_a_seat_given_back_meanwhile_cannot_be_taken(db: SQLAlchemy, market: Market) -> None:
    approval_id = ask_back(market, "n", "Y")
    market.give_back("n", "Y")
    with pytest.raises(DomainError, match="override_seat_ended"):
        decide(market, approval_id)
    assert state_of(db, approval_id) == "asked"
    decide(market, approval_id, "refused", why="自己退了")
    placement_id = market.placement("n", "Y").id
    with pytest.raises(DomainError, match="override_seat_ended"), transaction():
        ask_taking(placement_id, reason="试", now=AFTER, account_id=market.world.accounts["head"])


def test_of_two_who_decide_one_comes_first(db: SQLAlchemy, market: Market) -> None:
    approval_id = ask(market, "newcomer", "X")
    decide(market, approval_id, who="officer")
    with pytest.raises(DomainError, match="approval_already_decided"):
        decide(market, approval_id, "refused", who="second_officer", why="晚了")
    assert state_of(db, approval_id) == "given"
    assert db.session.scalar(select(func.count(Placement.id))) == 3
    assert db.session.scalar(select(func.count(Offer.id))) == 0
