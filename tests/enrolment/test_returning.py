"""Whoever loses a seat waits again for what they had listed (allocation.md §8), and for nothing
that they left, refused or let lapse."""

from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.catalogue.models import Section
from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.enrolment.models import (
    Application,
    Choice,
    Learner,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.offers import lapse_offers_of
from eldercampus.enrolment.placements import decline_placement, lapse_placements
from eldercampus.enrolment.waitlists import check_waitlists
from tests.enrolment import steps
from tests.enrolment.market import AFTER, Market, final_run
from tests.world import NOW, World, build_world


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """W, X, Y, Z on four days, full of others; g listed all, wants two, and sits in W and X."""
    market = Market()
    for weekday, code in enumerate("WXYZ", start=1):
        market.section(code, 2, weekday=weekday, order="g h")
        market.person(f"in{code}", code)
        market.sit(f"in{code}", code)
    market.person("g", "W X Y Z", wants=2)
    market.sit("g", "W", state="awaiting")
    market.sit("g", "X")
    for code in "YZ":
        market.person(f"also{code}", code)
        market.sit(f"also{code}", code)
    market.person("h", "Y")
    market.wait("h", "Y")
    market.sound()
    return market


def lines(market: Market) -> str:
    """The sections in whose line g stands."""
    return " ".join(code for code in "WXYZ" if "g" in market.line(code).split())


def test_giving_a_seat_back(market: Market) -> None:
    assert lines(market) == ""
    market.give_back("g", "X")
    market.sound()
    assert lines(market) == "Y Z"
    assert market.line("Y") == "h g"  # g would have a second class
    assert not market.entry("g", "Y").late
    market.give_back("inZ", "Z")
    assert market.live("Z") == "g"


def test_both_seats(market: Market) -> None:
    with transaction():
        decline_placement(market.placement("g", "W").id, now=AFTER)
    market.give_back("g", "X")
    market.sound()
    assert lines(market) == "Y Z"
    assert market.line("Y") == "g h"


def test_a_seat_that_ran_out(market: Market) -> None:
    with transaction():
        assert lapse_placements(AFTER + timedelta(days=30), at_most=9) == 1
    market.sound()
    assert lines(market) == "Y Z"


def test_what_was_left_refused_or_lapsed_off_stays_so(market: Market) -> None:
    market.give_back("g", "X")
    market.leave_line("g", "Y")
    market.give_back("inZ", "Z")
    market.answer("g", "Z", "decline")
    with transaction():
        decline_placement(market.placement("g", "W").id, now=AFTER)
    market.sound()
    assert lines(market) == ""


def test_lapsed_off(market: Market) -> None:
    market.give_back("g", "X")
    for name in ("inZ", "alsoZ"):
        if market.live("Z") == "":
            market.give_back(name, "Z")
        with transaction():
            later = market.offer("g", "Z").ends_at + timedelta(seconds=1)
            assert lapse_offers_of(market.world.term_id, later) == 1
    assert market.entry("g", "Z").state == "lapsed"
    with transaction():
        decline_placement(market.placement("g", "W").id, now=AFTER)
    assert lines(market) == "Y"


def test_a_list_below_an_accepted_seat(market: Market) -> None:
    """Accepting leaves Z, ranked below; losing what was accepted leads back, lapses and all."""
    market.give_back("g", "X")
    with transaction():
        market.entry("g", "Z").lapses = 1
    market.leave_line("h", "Y")
    market.give_back("inY", "Y")
    market.answer("g", "Y", "accept")
    market.sound()
    assert lines(market) == ""
    assert market.entry("g", "Z").state == "dormant"
    market.give_back("g", "Y")
    market.sound()
    assert lines(market) == "Z"
    assert market.entry("g", "Z").lapses == 1


def test_a_seat_given_up_for_a_better_one(db: SQLAlchemy) -> None:
    """d gave Y up for X; without X, d would take Y again."""
    market = Market()
    for code in "XY":
        market.section(code, 1)
    market.person("m", "X")
    market.sit("m", "X")
    market.person("d", "X Y")
    market.sit("d", "Y")
    market.wait("d", "X")
    market.person("e", "Y")
    market.wait("e", "Y")
    market.give_back("m", "X")
    market.answer("d", "X", "accept")
    market.answer("e", "Y", "accept")
    assert market.line("Y") == ""
    market.give_back("d", "X")
    market.sound()
    assert (market.line("X"), market.line("Y")) == ("", "d")


def test_closed_sections_and_withdrawn_applications_do_not_come_back(market: Market) -> None:
    with transaction() as session:
        session.get_one(Section, market.sections["Z"]).state = "closed"
    market.give_back("g", "X")
    assert lines(market) == "Y"
    market.leave_line("g", "Y")
    with transaction() as session:
        session.get_one(Section, market.sections["Z"]).state = "open"
        query = select(Application).where(Application.person_id == market.people["g"])
        session.scalars(query).one().state = "withdrawn"
    with transaction():
        decline_placement(market.placement("g", "W").id, now=AFTER)
    assert lines(market) == ""


def test_from_the_draw_on(db: SQLAlchemy) -> None:
    """Zhao is drawn for two of three; the list of the third knows her only once one is lost."""
    world = build_world()
    steps.opened(world)
    steps.applied(world, "Zhao", "S-001 S-003 S-006", wants=2)
    for name in ("Qian", "Sun", "Li", "Zhou"):
        steps.applied(world, name, "S-006")
    with transaction() as session:
        session.get_one(Section, world.sections["S-006"]).capacity = 3
    for step in (steps.closed, steps.frozen, steps.drawn):
        step(world)
    at = steps.published(world).published_at
    assert at is not None
    zhao = world.people["Zhao"]
    waits = select(WaitlistEntry.section_id).where(
        WaitlistEntry.person_id == zhao, WaitlistEntry.state == "waiting"
    )
    seats = select(Placement.id).where(
        Placement.person_id == zhao, Placement.section_id == world.sections["S-003"]
    )
    assert list(database.session.scalars(waits)) == []
    placement_id = database.session.scalars(seats).one()
    database.session.rollback()
    with transaction():
        decline_placement(placement_id, now=at)
    assert list(database.session.scalars(waits)) == [world.sections["S-006"]]
    assert check_waitlists(at) == []


def test_places_of_an_earlier_round_sleep_once_drawn_for_more(db: SQLAlchemy) -> None:
    """Zhao waits for S-001 since an earlier round; the later draw gives her S-002 at its hour."""
    world = build_world()
    steps.opened(world)
    zhao = world.people["Zhao"]
    entry_id = waits_since_an_earlier_round(world, "Zhao", "S-001")
    steps.applied(world, "Zhao", "S-002")
    for step in (steps.closed, steps.frozen, steps.drawn):
        step(world)
    at = steps.published(world).published_at
    assert at is not None
    assert database.session.get_one(WaitlistEntry, entry_id).state == "dormant"
    placement_id = database.session.scalars(
        select(Placement.id).where(Placement.person_id == zhao)
    ).one()
    database.session.rollback()
    with transaction():
        decline_placement(placement_id, now=at)
    assert database.session.get_one(WaitlistEntry, entry_id).state == "waiting"
    assert check_waitlists(at) == []


def waits_since_an_earlier_round(world: World, name: str, code: str) -> int:
    """The id of the place; the section is full."""
    person_id, section_id = world.people[name], world.sections[code]
    with transaction() as session:
        later = session.get_one(Round, world.round_id)
        moments = ("opens_at", "closes_at", "freezes_at", "draws_at", "publishes_at")
        before = timedelta(days=90)
        earlier = Round(
            code="2027-spring-0",
            term_id=later.term_id,
            name="0",
            state="published",
            rules=later.rules,
            published_at=later.publishes_at - before,
            confirm_by_at=later.confirm_by_at - before,
            **{moment: getattr(later, moment) - before for moment in moments},
        )
        session.add(earlier)
        session.flush()
        session.add(final_run(earlier.id))
        section = session.get_one(Section, section_id)
        section.capacity = section.taken = 1
        where = {"round_id": earlier.id, "section_id": section_id}
        session.add(Placement(person_id=world.people["Qian"], placed_at=NOW, **where))
        session.add(
            Learner(
                round_id=earlier.id,
                person_id=person_id,
                code="L-000000000001",
                metres={"K-01": 0, "K-02": 0},
            )
        )
        session.add(
            Application(
                round_id=earlier.id,
                person_id=person_id,
                state="submitted",
                created_at=NOW,
                changed_at=NOW,
                submitted_at=NOW,
                choices=[Choice(section_id=section_id, rank=1)],
            )
        )
        entry = WaitlistEntry(person_id=person_id, rank=1, joined_at=NOW, **where)
        session.add(entry)
        session.flush()
        return entry.id
