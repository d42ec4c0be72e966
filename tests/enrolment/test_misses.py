"""Past misses: the rule is off unless it is switched on, and then moves file, draw and queues."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.rules import set_rule
from eldercampus.db import transaction
from eldercampus.enrolment.learners import learner_code
from eldercampus.enrolment.misses import past_misses
from eldercampus.enrolment.models import Application, Learner, Placement, Round
from eldercampus.enrolment.round_file import build_round_file
from eldercampus.enrolment.waitlists import join_section
from eldercampus.people.models import Person
from tests.enrolment import steps
from tests.enrolment.market import AFTER, Market
from tests.world import NOW, World, build_world

MOMENTS = ("opens", "closes", "freezes", "draws", "publishes", "confirm_by")


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def opened(world: World, misses: str | None) -> None:
    """misses: the value the district gives the rule; None leaves the default."""
    if misses is not None:
        on = day_of(steps.round_of(world).opens_at)
        with transaction():
            set_rule(
                "misses",
                misses,
                valid_from=on,
                reason="the district's wish",
                account_id=None,
                now=steps.round_of(world).opens_at,
            )
    steps.opened(world)


def earlier_round(world: World, published_at: datetime, number: int = 0) -> Round:
    at = published_at - timedelta(days=10)
    with transaction() as session:
        round_ = Round(
            code=f"2026-spring-{number}",
            term_id=world.term_id,
            name="早一批",
            state="published",
            published_at=published_at,
            **{f"{name}_at": at + timedelta(days=n) for n, name in enumerate(MOMENTS)},
        )
        session.add(round_)
        session.flush()
        return round_


def took_part(world: World, round_: Round, name: str, **values: Any) -> None:
    """values: of the application, but for late, which is the learner's."""
    late = values.pop("late", False)
    person_id, at = world.people[name], round_.opens_at
    application = {"state": "submitted", "wants": 1, **values}
    with transaction() as session:
        session.add(
            Application(
                round_id=round_.id,
                person_id=person_id,
                created_at=at,
                **{"changed_at": at, "submitted_at": at, **application},
            )
        )
        code = f"L-{person_id:012x}"
        session.add(Learner(round_id=round_.id, person_id=person_id, code=code, late=late))


def got_a_seat(
    world: World, round_: Round, name: str, origin: str, state: str, code: str = "S-006"
) -> None:
    with transaction() as session:
        session.add(
            Placement(
                round_id=round_.id,
                person_id=world.people[name],
                section_id=world.sections[code],
                origin=origin,
                state=state,
                placed_at=round_.publishes_at,
            )
        )


def misses_of(world: World, *names: str) -> list[int]:
    people = select(Person.id)
    found = past_misses(steps.round_of(world), people)
    return [found.get(world.people[name], 0) for name in names]


def learners(world: World) -> dict[str, dict[str, Any]]:
    """Entries of the file by name."""
    round_ = steps.round_of(world)
    names = {learner_code(round_, person_id): name for name, person_id in world.people.items()}
    return {names[one["id"]]: one for one in build_round_file(world.round_id)["learners"]}


def placed(world: World) -> Iterator[str]:
    ids = {person_id: name for name, person_id in world.people.items()}
    with transaction() as session:
        rows = session.scalars(
            select(Placement.person_id).where(Placement.round_id == world.round_id)
        ).all()
    return (ids[person_id] for person_id in rows)


@pytest.mark.parametrize("value", [None, "off", "on"])
def test_the_file_tells_misses_only_if_they_count(
    world: World, db: SQLAlchemy, value: str | None
) -> None:
    took_part(world, earlier_round(world, NOW - timedelta(days=60)), "Zhao")
    opened(world, value)
    steps.applied(world, "Zhao", "S-001")
    steps.applied(world, "Qian", "S-001")
    rules = build_round_file(world.round_id)["rules"]
    assert rules.get("misses") == (True if value == "on" else None)
    told = {name: one.get("misses") for name, one in learners(world).items()}
    assert told == ({"Zhao": 1, "Qian": 0} if value == "on" else {"Zhao": None, "Qian": None})
    steps.closed(world)
    steps.frozen(world)
    kept = db.session.scalars(select(Learner.misses).where(Learner.round_id == world.round_id))
    assert sorted(kept) == ([0, 1] if value == "on" else [0, 0])


@pytest.mark.parametrize("name", ["Zhao", "Qian"])
def test_of_two_who_live_alike_the_one_who_missed_comes_first(world: World, name: str) -> None:
    took_part(world, earlier_round(world, NOW - timedelta(days=60)), name)
    opened(world, "on")
    with transaction() as session:
        session.get_one(Section, world.sections["S-001"]).capacity = 1
    steps.applied(world, "Zhao", "S-001")
    steps.applied(world, "Qian", "S-001")
    steps.closed(world)
    steps.frozen(world)
    steps.drawn(world)
    steps.published(world)
    assert list(placed(world)) == [name]


def test_with_the_rule_off_the_numbers_decide_whoever_missed(world: World) -> None:
    """The twin of the test above: one name of the two would fail there without the rule."""
    took_part(world, earlier_round(world, NOW - timedelta(days=60)), "Zhao")
    took_part(world, earlier_round(world, NOW - timedelta(days=50), 1), "Zhao")
    opened(world, "off")
    with transaction() as session:
        session.get_one(Section, world.sections["S-001"]).capacity = 1
    steps.applied(world, "Zhao", "S-001")
    steps.applied(world, "Qian", "S-001")
    steps.closed(world)
    steps.frozen(world)
    steps.drawn(world)
    steps.published(world)
    assert list(placed(world)) == ["Qian"]


def test_what_a_miss_is(world: World) -> None:
    first = earlier_round(world, NOW - timedelta(days=60))
    second = earlier_round(world, NOW - timedelta(days=30), 1)
    for round_ in (first, second):
        took_part(world, round_, "Zhao")
    took_part(world, first, "Qian")  # had a seat in the draw and gave it back
    got_a_seat(world, first, "Qian", "draw", "declined")
    took_part(world, first, "Sun")  # got one only later, from the queue
    got_a_seat(world, first, "Sun", "offer", "confirmed")
    took_part(world, first, "Li", wants=0)
    took_part(world, first, "Zhou", late=True)
    took_part(world, first, "Wu", state="withdrawn", withdrawn_at=first.closes_at)
    opened(world, "on")
    assert misses_of(world, *world.people) == [2, 0, 1, 0, 0, 0, 0]


def test_who_held_all_they_may_have_missed_nothing(world: World) -> None:
    """Of three who want two seats one goes without; Zhao, who has two classes, could get none."""
    before = earlier_round(world, NOW - timedelta(days=60))
    for code in ("S-005", "S-006"):
        got_a_seat(world, before, "Zhao", "draw", "confirmed", code)
    opened(world, "on")
    with transaction() as session:
        session.get_one(Section, world.sections["S-001"]).minimum = 0
    for name in ("Zhao", "Qian", "Sun", "Li"):
        steps.applied(world, name, "S-001")
    steps.closed(world)
    steps.frozen(world)
    steps.drawn(world)
    published_at = steps.published(world).publishes_at
    later = earlier_round(world, published_at + timedelta(days=20), 1)
    later.rules = {"misses": "on"}
    later.freezes_at = published_at + timedelta(days=10)
    misses = past_misses(later, select(Person.id))
    assert world.people["Zhao"] not in misses
    assert list(misses.values()) == [1]


@pytest.mark.parametrize(
    ("published_at", "expected"),
    [
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), 0),  # the last minute of the year in Shanghai
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), 1),
        (NOW - timedelta(days=1), 1),
    ],
)
def test_a_new_year_forgets(world: World, published_at: datetime, expected: int) -> None:
    took_part(world, earlier_round(world, published_at), "Zhao")
    opened(world, "on")
    assert misses_of(world, "Zhao") == [expected]


def test_merged_persons_are_one(world: World) -> None:
    """Two applications of one round are one miss; a seat under the other name is no miss."""
    first = earlier_round(world, NOW - timedelta(days=60))
    second = earlier_round(world, NOW - timedelta(days=30), 1)
    for name in ("Zhao", "Qian"):
        took_part(world, first, name)
        took_part(world, second, name)
    got_a_seat(world, second, "Qian", "draw", "confirmed")
    with transaction() as session:
        session.get_one(Person, world.people["Qian"]).merged_into_id = world.people["Zhao"]
    opened(world, "on")
    assert misses_of(world, "Zhao", "Qian") == [1, 0]


def test_who_comes_after_the_draw_has_the_misses_of_that_day(world: World, db: SQLAlchemy) -> None:
    """Not those of rounds that were published since, nor of the round itself."""
    took_part(world, earlier_round(world, NOW - timedelta(days=60)), "Li")
    opened(world, "on")
    steps.applied(world, "Zhao", "S-001")
    steps.closed(world)
    frozen_at = steps.frozen(world).freezes_at
    took_part(world, earlier_round(world, frozen_at + timedelta(hours=1), 1), "Li")
    steps.drawn(world)
    steps.published(world)
    with transaction():
        at = steps.round_of(world).publishes_at
        join_section(world.sections["S-003"], world.people["Li"], now=at, account_id=None)
    query = select(Learner.misses).where(
        Learner.person_id == world.people["Li"], Learner.round_id == world.round_id
    )
    assert db.session.scalars(query).one() == 1


def test_queues_ask_for_misses_after_the_way(db: SQLAlchemy) -> None:
    """near is nearer; of those who live alike, who missed more comes first, up to seven."""
    market = Market()
    market.section("X", 1, order="near")
    market.person("holder", "X")
    market.sit("holder", "X")
    for name in ("a", "b", "c", "d", "near"):
        market.person(name, "X")
        market.wait(name, "X")
    assert market.line("X") == "near a b c d"
    with transaction() as session:
        for name, misses in (("b", 7), ("c", 1), ("d", 9)):
            query = select(Learner).where(Learner.person_id == market.people[name])
            session.scalars(query).one().misses = misses
    assert market.line("X") == "near b d c a"
    market.give_back("holder", "X", AFTER)
    assert market.live("X") == "near"
    market.answer("near", "X", "decline")
    assert market.live("X") == "b"
