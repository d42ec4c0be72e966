"""The numbers that staff and the public see of a round."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st

from eldercampus.catalogue.models import Section
from eldercampus.db import transaction
from eldercampus.enrolment.models import Placement, WaitlistEntry
from eldercampus.enrolment.round_figures import (
    Figures,
    Outcome,
    count_by_channel,
    count_by_day,
    count_tags_to_check,
    find_draw_number,
    get_figures,
    joined_when_small,
    list_demand,
    list_outcomes,
)
from eldercampus.people.models import Tag
from tests.enrolment import steps
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Open; two lists from the web, one on paper on another day, one draft, one withdrawn."""
    built = build_world()
    steps.opened(built)
    steps.applied(built, "Zhao", "S-001 S-006", wants=2)
    steps.applied(built, "Qian", "S-001")
    late_evening = NOW - timedelta(days=5, hours=-14)  # in Shanghai it is the next day already
    steps.applied(built, "Sun", "S-001", channel="paper", submitted_at=late_evening)
    steps.applied(built, "Li", "", state="draft", submitted_at=None, receipt=None)
    steps.applied(built, "Zhou", "S-006", state="withdrawn", withdrawn_at=NOW)
    return built


def test_figures(world: World) -> None:
    assert get_figures(steps.round_of(world)) == Figures(submitted=3, drafts=1, seats=15, wanted=4)


def test_days_are_those_of_shanghai(world: World) -> None:
    assert count_by_day(world.round_id) == [(date(2026, 11, 17), 2), (date(2026, 11, 19), 1)]


def test_channels(world: World) -> None:
    assert count_by_channel(world.round_id) == [("web", 2), ("paper", 1)]


def test_demand(world: World, db: SQLAlchemy) -> None:
    demand = {one.code: one for one in list_demand(steps.round_of(world))}
    assert (demand["S-001"].listed, demand["S-001"].pressure) == (3, 1.5)
    assert (demand["S-002"].listed, demand["S-002"].at_risk) == (0, False)
    assert (demand["S-006"].listed, demand["S-006"].at_risk) == (1, True)
    with transaction():
        db.session.get_one(Section, world.sections["S-006"]).exempt = True
        db.session.get_one(Section, world.sections["S-002"]).state = "closed"
    demand = {one.code: one for one in list_demand(steps.round_of(world))}
    assert demand["S-006"].at_risk is False
    assert "S-002" not in demand


def test_tags_to_check_are_those_of_applicants(world: World, db: SQLAlchemy) -> None:
    with transaction():
        for name, state in (("Zhao", "claimed"), ("Qian", "verified"), ("Wu", "claimed")):
            tag = Tag(person_id=world.people[name], kind="disability", state=state)
            db.session.add(tag)
    assert count_tags_to_check(world.round_id) == 1


WEB, PHONE, COUNTER = (
    Outcome("web", 40, 30, 20),
    Outcome("phone", 20, 10, 5),
    Outcome("counter", 12, 6, 6),
)


@pytest.mark.parametrize(
    "few",
    [
        Outcome("paper", 4, 2, 2),
        Outcome("paper", 30, 4, 26),  # few have a seat
        Outcome("paper", 30, 28, 10),  # few have none
        Outcome("paper", 30, 20, 1),  # few wait
        Outcome("paper", 30, 5, 28),  # few do not wait
        Outcome("paper", 40, 30, 12),  # two at least have a seat and wait
        Outcome("paper", 40, 30, 8),  # two at least have neither
        Outcome("paper", 6, 0, 6),  # nobody has a seat, so none of those who are known to be here
        Outcome("paper", 19, 19, 6),
        Outcome("paper", 19, 12, 0),
    ],
)
def test_a_channel_that_tells_about_a_few_does_not_stand_alone(few: Outcome) -> None:
    assert joined_when_small([COUNTER, WEB, PHONE]) == [WEB, PHONE, COUNTER]
    joined = joined_when_small([few, COUNTER, WEB, PHONE])
    assert few not in joined
    assert joined[-1].channel == ""
    assert joined_when_small([few]) == [Outcome("", few.applied, few.placed, few.waiting)]


def test_nobody_and_everybody_are_told_of_many() -> None:
    assert joined_when_small([Outcome("web", 40, 40, 0)]) == [Outcome("web", 40, 40, 0)]
    assert joined_when_small([]) == []


@st.composite
def outcomes(draw: st.DrawFn) -> list[Outcome]:
    """Each of the four channels, of nobody to some dozens, or left out."""
    made = []
    for channel in ("web", "phone", "counter", "paper"):
        applied = draw(st.integers(0, 60))
        placed, waiting = draw(st.integers(0, applied)), draw(st.integers(0, applied))
        made.append(Outcome(channel, applied, placed, waiting))
    return [one for one in made if one.applied]


@given(outcomes())
def test_no_number_that_can_be_worked_out_is_of_a_few(found: list[Outcome]) -> None:
    """From the lines, and from their sum less any of them, which is the sum of the others."""
    shown = joined_when_small(found)
    for name in ("applied", "placed", "waiting"):
        assert sum(getattr(one, name) for one in shown) == sum(getattr(one, name) for one in found)
    if len(shown) < 2:
        return
    for size in range(1, len(shown)):
        for some in combinations(shown, size):
            applied, placed, waiting = (
                sum(getattr(one, name) for one in some) for name in ("applied", "placed", "waiting")
            )
            for number in (applied, placed, waiting, applied - placed, applied - waiting):
                assert not 0 < number < 5
    for one in shown:
        assert not 0 < abs(one.placed + one.waiting - one.applied) < 5
        assert one.applied >= 20 or 0 < one.placed < one.applied
        assert one.applied >= 20 or 0 < one.waiting < one.applied


def test_outcomes_and_numbers_of_the_drawn(world: World) -> None:
    steps.closed(world)
    steps.frozen(world)
    steps.drawn(world)
    steps.published(world)
    assert list_outcomes(world.round_id) == [Outcome("", 3, 2, 1)]
    with transaction() as session:  # somebody with a seat gets into another line afterwards
        placed = session.query(Placement).order_by(Placement.id).first()
        assert placed is not None
        entry = WaitlistEntry(
            round_id=world.round_id,
            person_id=placed.person_id,
            section_id=world.sections["S-004"],
            rank=9,
            joined_at=NOW,
        )
        session.add(entry)
    assert list_outcomes(world.round_id) == [Outcome("", 3, 2, 1)]
    assert find_draw_number(world.round_id, "L-000000000000") is None
