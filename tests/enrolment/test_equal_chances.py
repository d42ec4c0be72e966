"""Web, phone, counter and paper have the same chances; a draw that were unfair would be seen."""

import random
from collections.abc import Iterable
from math import isclose

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import transaction
from eldercampus.enrolment.equal_chances import (
    Candidate,
    compare,
    compare_campuses,
    list_candidates,
)
from eldercampus.enrolment.models import Application
from eldercampus.enrolment.runs import get_final_run
from tests.enrolment import steps
from tests.web.visiting import counted_queries
from tests.world import World, build_world

CHANNELS = ("web", "phone", "counter", "paper")
NONE: frozenset[str] = frozenset()


def _draw(seed: int, *, last: str = "") -> list[Candidate]:
    """Forty groups of people of whom the lottery seats some; who came by the way `last` is moved
    behind the others."""
    chance = random.Random(seed)
    found = []
    for group in range(40):
        people = [chance.choices(CHANNELS, (5, 2, 2, 1 + group % 4))[0] for _ in range(25)]
        numbers = {i: (channel == last, chance.random()) for i, channel in enumerate(people)}
        seated = set(sorted(numbers, key=numbers.__getitem__)[: chance.randint(3, 20)])
        cell = (group, NONE, (0, 2, 1))
        found += [Candidate(cell, group % 3, way, i in seated) for i, way in enumerate(people)]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_a_fair_draw_stays_within_chance(seed: int) -> None:
    chances = compare(_draw(seed))
    assert chances.shares[0].channel == "web"
    assert {share.channel for share in chances.shares} == set(CHANNELS)
    assert chances.verdict in ("chance", "rare")
    assert isclose(
        sum(share.given for share in chances.shares),
        sum(share.expected for share in chances.shares),
    )


def test_of_many_fair_draws_few_are_off() -> None:
    far = [share.deviations or 0.0 for seed in range(100) for share in compare(_draw(seed)).shares]
    assert sum(abs(one) > 2 for one in far) < 0.08 * len(far)
    spread = sum(one * one for one in far) / len(far)
    assert 0.85 < spread < 1.15


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("last", CHANNELS)
def test_a_way_that_is_moved_to_the_end_is_seen(seed: int, last: str) -> None:
    chances = compare(_draw(seed, last=last))
    share = next(share for share in chances.shares if share.channel == last)
    assert share.verdict == chances.verdict == "more"
    assert (share.deviations or 0.0) < -3.5
    assert "more" in {one.verdict for one in compare_campuses(_draw(seed, last=last)).values()}


def _people(cell: int, **ways: tuple[int, int]) -> Iterable[Candidate]:
    """way=(candidates, of them with a seat)."""
    for way, (all_of_them, seated) in ways.items():
        for i in range(all_of_them):
            yield Candidate((cell, NONE, (0, 2, 0)), 1, way, i < seated)


def test_expected_and_variance_by_hand() -> None:
    """Twelve seats for forty: ten on paper would get three."""
    chances = compare([*_people(1, web=(30, 7), paper=(10, 5)), *_people(2, web=(9, 9))])
    paper = next(share for share in chances.shares if share.channel == "paper")
    assert (paper.candidates, paper.given) == (10, 5)
    assert isclose(paper.expected, 3.0)
    assert isclose(paper.variance, 12 * 0.25 * 0.75 * 28 / 39)
    assert [share.candidates for share in chances.shares] == [30, 10]  # no contest, no comparison


def test_what_tells_of_a_few_is_put_together() -> None:
    rows = [*_people(1, web=(60, 30), counter=(40, 20), phone=(3, 1), paper=(4, 4))]
    chances = compare(rows)
    assert {share.channel for share in chances.shares} == set(CHANNELS)
    web, others = chances.shown
    assert (web.channel, web.candidates, web.given) == ("web", 60, 30)
    assert (others.channel, others.candidates, others.given) == ("", 47, 25)
    assert compare(_people(1, web=(60, 30), paper=(40, 20))).shown[1].channel == "paper"


def test_what_is_put_together_hides_nothing_from_the_verdict() -> None:
    chances = compare(_people(1, web=(90, 60), counter=(60, 30), paper=(12, 0)))
    assert "paper" not in {share.channel for share in chances.shown}
    assert chances.verdict == "more"


def test_too_few() -> None:
    assert compare(_people(1, web=(3, 3), paper=(2, 2))).verdict == "too_few"
    assert compare([]).verdict == "too_few"
    assert compare([]).shares == []


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Three want the two seats of S-001 first, another wants S-006, which is not held for want of
    people, and S-001 second."""
    built = build_world()
    steps.opened(built)
    steps.applied(built, "Zhao", "S-001")
    steps.applied(built, "Qian", "S-001 S-003", channel="paper")
    steps.applied(built, "Sun", "S-003", channel="phone")
    steps.applied(built, "Li", "S-006 S-001", channel="counter")
    steps.applied(built, "Wu", "S-001", state="draft", submitted_at=None)
    steps.closed(built)
    steps.frozen(built)
    steps.drawn(built)
    return built


def test_candidates_of_a_draw(world: World) -> None:
    """Li's first class is closed, so that S-001 is the first that counts."""
    steps.published(world)
    found = list_candidates(get_final_run(world.round_id))
    s1, s3 = world.sections["S-001"], world.sections["S-003"]
    told = sorted((one.cell[0], one.channel) for one in found)
    assert told == [(s1, "counter"), (s1, "paper"), (s1, "web"), (s3, "phone")]
    assert sum(one.placed for one in found if one.cell[0] == s1) == 2
    assert {one.campus_id for one in found} == {world.campuses["K-01"]}
    near = {one.cell[2] for one in found if one.channel in ("web", "paper")}
    assert near == {(0, 2, 0)}  # both live beside the campus
    assert next(one.cell[2] for one in found if one.channel == "counter")[2] > 0


def test_as_many_queries_for_more_people(app: Flask, world: World) -> None:
    steps.published(world)
    run = get_final_run(world.round_id)
    with counted_queries(app) as asked:
        list_candidates(run)
    assert len(asked) == 5
    with transaction() as session:  # who moved to another way afterwards changes only the label
        session.query(Application).filter_by(channel="paper").update({"channel": "web"})
    assert {one.channel for one in list_candidates(run)} == {"web", "phone", "counter"}
