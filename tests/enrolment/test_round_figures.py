"""The numbers that staff and the public see of a round."""

from datetime import date, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy

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


def test_small_channels_are_put_together() -> None:
    """No number from one to four stands alone, nor can one be worked out from the others' sum."""
    web, phone, counter = (
        Outcome("web", 40, 30, 9),
        Outcome("phone", 20, 10, 7),
        Outcome("counter", 12, 6, 5),
    )
    few_applied, few_placed = Outcome("paper", 4, 0, 0), Outcome("paper", 30, 4, 20)
    few_missed, few_wait = Outcome("paper", 30, 28, 10), Outcome("paper", 30, 20, 1)
    assert joined_when_small([counter, web, phone]) == [web, phone, counter]
    assert joined_when_small([few_applied, web, phone, counter]) == [
        web,
        phone,
        Outcome("", 16, 6, 5),
    ]
    assert joined_when_small([few_placed, web, phone, counter]) == [
        web,
        phone,
        Outcome("", 42, 10, 25),
    ]
    assert joined_when_small([few_missed, web, phone])[-1] == Outcome("", 50, 38, 17)
    assert joined_when_small([few_wait, web, phone])[-1] == Outcome("", 50, 30, 8)
    assert joined_when_small([few_applied]) == [Outcome("", 4, 0, 0)]
    assert joined_when_small([few_applied, Outcome("phone", 3, 2, 1), web]) == [
        Outcome("", 47, 32, 10),  # the two of them are too few, so nothing is told apart
    ]
    assert joined_when_small([Outcome("web", 40, 40, 0), Outcome("phone", 6, 6, 0)]) == [
        Outcome("web", 40, 40, 0),
        Outcome("phone", 6, 6, 0),
    ]
    assert joined_when_small([]) == []


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
