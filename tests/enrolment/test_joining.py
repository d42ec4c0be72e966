"""Asking for a class after the draw: what the wish means for the other classes and lists, which
seats are open to those who come late, and where the class stands on their own list."""

from datetime import date

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from eldercampus.catalogue.models import Section
from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.enrolment.models import Learner, WaitlistEntry
from eldercampus.enrolment.queues import list_waiting
from eldercampus.enrolment.seats import settle_vacancies
from eldercampus.errors import DomainError
from eldercampus.people.models import Tag
from tests.enrolment.market import AFTER, Market

EAST = "town:330213001"  # where everybody lives


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """X, Y, Z on three days, full of others; g sits in Y and waits for X above it; h waits too."""
    market = Market()
    for weekday, code in enumerate("XYZ", start=1):
        market.section(code, 1, weekday=weekday, order="g h")
    for code in "XZ":
        market.person(f"in{code}", code)
        market.sit(f"in{code}", code)
    market.person("g", "X Y")
    market.sit("g", "Y")
    market.wait("g", "X")
    market.person("h", "X")
    market.wait("h", "X")
    return market


def wanted(market: Market, name: str) -> int:
    query = select(Learner.wants).where(Learner.person_id == market.people[name])
    return database.session.scalars(query).one()


def test_asking_for_one_more_changes_no_other_list(market: Market) -> None:
    assert market.line("X") == "g h"
    assert market.join("g", "Z").outcome == "waiting"
    assert (market.line("X"), market.line("Z")) == ("g h", "g")
    assert wanted(market, "g") == 1
    market.leave_line("g", "Z")
    market.give_back("inX", "X")
    market.answer("g", "X", "accept")
    assert (market.holders("X"), market.holders("Y")) == ("g", "")
    market.sound()


def test_one_more_is_kept_beside_a_better_class(market: Market) -> None:
    """The class on top was wished for: X above it takes the place of one class, as before."""
    market.join("g", "Z")
    market.give_back("inZ", "Z")
    market.answer("g", "Z", "accept")
    assert (market.holders("Y"), market.holders("Z")) == ("g", "g")
    market.sound()
    assert market.line("X") == "h g"  # she would have two classes
    market.give_back("g", "Z")
    assert market.line("X") == "g h"
    market.sound()


def test_asking_again_for_a_better_class_is_a_swap(market: Market) -> None:
    market.leave_line("g", "X")
    assert market.join("g", "X").outcome == "waiting"
    (waiting,) = list_waiting(market.world.term_id, WaitlistEntry.person_id == market.people["g"])
    assert waiting.wait is not None
    assert (waiting.wait.level, waiting.wait.gives_up) == (0, "Y")


def test_a_swap_is_possible_with_all_the_courses_of_the_rule(market: Market) -> None:
    market.section("A", 1, weekday=4)
    market.section("B", 1, weekday=5)
    market.section("C", 1, weekday=6)
    market.person("inA", "A")
    market.sit("inA", "A")
    market.person("k", "A B C", wants=2)
    market.sit("k", "B")
    market.sit("k", "C")
    assert market.join("k", "A").outcome == "waiting"
    market.give_back("inA", "A")
    market.answer("k", "A", "accept")
    assert (market.holders("B"), market.holders("C")) == ("k", "")
    with pytest.raises(DomainError, match="enough_courses"):
        market.join("k", "Y")
    market.sound()


@pytest.mark.parametrize(
    ("valid_until", "state", "outcome"),
    [
        (None, "verified", "seat"),
        (date(2030, 1, 1), "verified", "seat"),
        (date(2026, 1, 1), "verified", "waiting"),
        (None, "claimed", "waiting"),
    ],
)
def test_late_ones_have_their_verified_kinds(
    db: SQLAlchemy, valid_until: date | None, state: str, outcome: str
) -> None:
    market = Market(tag_names={"t1": "low_income", "t2": "disability"})
    market.section("X", 1, reserves=[("disability", 1, "keep")])
    market.person("k")
    with transaction() as session:
        tag = Tag(person_id=market.people["k"], kind="disability", state=state)
        tag.valid_until = valid_until
        session.add(tag)
    assert market.join("k", "X").outcome == outcome
    market.sound()


def test_late_ones_are_of_their_town_and_new(db: SQLAlchemy) -> None:
    market = Market(tag_names={"t1": EAST, "t2": "new", "t3": "town:330213100"})
    market.section("X", 2, weekday=1)
    market.section("Y", 2, weekday=2)
    market.person("k")
    market.person("old")
    market.sit("old", "Y")
    for name in ("k", "old"):
        market.join(name, "X")
    query = select(Learner.tags).where(Learner.person_id == market.people["k"])
    assert database.session.scalars(query).one() == ["t1", "t2"]
    query = select(Learner.tags).where(Learner.person_id == market.people["old"])
    assert database.session.scalars(query).one() == ["t1"]


def test_the_newest_wish_decides_the_place_on_the_own_list(db: SQLAlchemy) -> None:
    """X, then Y, then X again: Y is the better one now, and both come free."""
    market = Market()
    for code in "XY":
        market.section(code, 1)
        market.person(f"in{code}", code)
        market.sit(f"in{code}", code)
    market.person("k")
    market.join("k", "X")
    market.join("k", "Y")
    market.leave_line("k", "X")
    market.join("k", "X")
    found = {one.section: (one.rank, one.own_list) for one in list_waiting(market.world.term_id)}
    assert found == {"Y": (0, ("Y", "X")), "X": (1, ("Y", "X"))}
    free_both(market)
    assert (market.live("X"), market.live("Y")) == ("", "k")


def free_both(market: Market) -> None:
    with transaction() as session:
        for code in "XY":
            seat = market.placement(f"in{code}", code)
            seat.state, seat.ended_at = "withdrawn", AFTER
        session.execute(update(Section).where(Section.code.in_(["X", "Y"])).values(taken=0))
        settle_vacancies(market.world.term_id, AFTER)
    market.sound()
