"""Giving and freeing seats; original placements answered, given back and run out."""

from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from eldercampus.catalogue.models import Section, Term
from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.enrolment.models import Learner, Round
from eldercampus.enrolment.placements import (
    confirm_placement,
    decline_placement,
    lapse_placements,
    lapses_at,
    withdraw_placement,
)
from eldercampus.enrolment.seats import (
    lock_seats,
    release_seats,
    settle_vacancies,
    take_seat,
)
from eldercampus.errors import DomainError, IllegalTransition, NotFound
from eldercampus.notices.models import Notice
from tests.enrolment.market import AFTER, Market
from tests.world import NOW


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """X:2 and Y:1 full of people who have not answered yet; g waits for both, h for X."""
    market = Market()
    market.section("X", 2, order="g h")
    market.section("Y", 1, weekday=2)
    for name, code in [("a", "X"), ("b", "X"), ("c", "Y")]:
        market.person(name, code)
        market.sit(name, code, state="awaiting")
    market.person("g", "X Y", wants=2)
    market.person("h", "X")
    market.wait("g", "X", "Y")
    market.wait("h", "X")
    return market


def taken(code: str) -> int:
    return database.session.scalars(select(Section.taken).where(Section.code == code)).one()


def test_the_database_keeps_taken_within_the_capacity(market: Market) -> None:
    with pytest.raises(DomainError, match="no_seat_free"), transaction():
        take_seat(market.sections["X"])
    for beyond in (3, -1):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(update(Section).where(Section.code == "X").values(taken=beyond))


def test_a_seat_that_was_not_taken_cannot_become_free(market: Market) -> None:
    market.section("Z", 1, weekday=3)
    with pytest.raises(RuntimeError, match="fewer than 1 seats taken"), transaction():
        release_seats([(market.sections["Z"], "open")], now=AFTER)


def test_the_lock_counts_up_and_knows_its_term(market: Market) -> None:
    before = database.session.scalars(select(Term.seats_version)).one()
    with transaction():
        lock_seats(market.world.term_id)
    assert database.session.scalars(select(Term.seats_version)).one() == before + 1
    with pytest.raises(NotFound), transaction():
        lock_seats(10**6)


def test_several_seats_at_once_are_settled_together(market: Market) -> None:
    """g gets the best of two vacancies only, h the other seat; see W4 too."""
    with transaction():
        for name, code in [("a", "X"), ("b", "X")]:
            market.placement(name, code).state = "declined"
        release_seats([(market.sections["X"], "open")] * 2, now=AFTER)
    market.sound()
    assert market.live("X") == "g h"
    assert taken("X") == 2


def test_settling_again_changes_nothing(market: Market) -> None:
    with transaction():
        decline_placement(market.placement("a", "X").id, now=AFTER)
        assert settle_vacancies(market.world.term_id, AFTER) == []
    assert market.live("X") == "g"


def test_labels_mean_the_same_kind_in_every_round(db: SQLAlchemy) -> None:
    """A seat given as t1 in an earlier round keeps its kind, whatever t1 is called in the next."""
    market = Market(tag_names={"t1": "low_income", "t2": "disability"})
    market.section("X", 2, reserves=[("disability", 1, "keep")], order="g r")
    with transaction() as session:
        old = session.get_one(Round, market.world.round_id)
        moments = ("opens_at", "closes_at", "freezes_at", "draws_at", "publishes_at")
        earlier = Round(
            code="2027-spring-0",
            term_id=old.term_id,
            name="0",
            state="published",
            confirm_by_at=old.confirm_by_at,
            rules=old.rules,
            tag_names={"t1": "disability"},
            **{name: getattr(old, name) for name in moments},
        )
        session.add(earlier)
        session.flush()
        earlier_id = earlier.id
    for name in "pq":
        market.person(name, "X")
        market.sit(name, "X", "t1" if name == "p" else "open")
    with transaction():
        market.placement("p", "X").round_id = earlier_id
    market.person("g", "X")
    market.person("r", "X", tags=["t2"])
    market.wait("g", "X")
    market.wait("r", "X")
    market.give_back("p", "X")
    assert market.live("X") == "r"
    assert market.offer("r", "X").seat == "t2"
    market.give_back("q", "X")
    assert market.live("X") == "r g"


def test_confirming_twice_is_one(market: Market) -> None:
    for _click in range(2):
        with transaction():
            confirm_placement(market.placement("a", "X").id, now=AFTER)
    assert market.placement("a", "X").state == "confirmed"
    with pytest.raises(IllegalTransition), transaction():
        decline_placement(market.placement("a", "X").id, now=AFTER)
    with pytest.raises(NotFound), transaction():
        confirm_placement(10**6, now=AFTER)


def test_giving_back_twice_is_one(market: Market) -> None:
    with pytest.raises(IllegalTransition), transaction():
        withdraw_placement(market.placement("a", "X").id, now=AFTER)
    for _click in range(2):
        with transaction():
            decline_placement(market.placement("a", "X").id, now=AFTER)
        market.sound()
    assert market.placement("a", "X").state == "declined"
    assert (taken("X"), market.live("X")) == (2, "g")


def test_seats_nobody_answered_for_run_out_with_the_day(market: Market) -> None:
    confirm_by_at = NOW + timedelta(days=25)  # Friday 10:00
    midnight = lapses_at(confirm_by_at)
    assert midnight == confirm_by_at + timedelta(hours=14)
    with transaction():
        confirm_placement(market.placement("a", "X").id, now=AFTER)
        assert lapse_placements(midnight - timedelta(seconds=1), at_most=9) == 0
    with transaction():
        assert lapse_placements(midnight, at_most=9) == 2
        assert lapse_placements(midnight, at_most=9) == 0
        settle_vacancies(market.world.term_id, midnight)
    market.sound(midnight)
    assert (market.holders("X"), market.holders("Y")) == ("a", "")
    assert (market.live("X"), market.live("Y")) == ("g", "g")  # both: she wants two
    told = select(Notice.person_id).where(Notice.kind == "placement_lapsed")
    assert set(database.session.scalars(told)) == {market.people["b"], market.people["c"]}


def test_a_class_that_moved_measures_the_way_anew(market: Market) -> None:
    with transaction() as session:
        section = session.get_one(Section, market.sections["X"])
        section.campus_id = market.world.campuses["K-02"]
        learner = session.scalars(
            select(Learner).where(Learner.person_id == market.people["h"])
        ).one()
        learner.metres = {**learner.metres, "K-02": 1}
    assert market.line("X") == "h g"
