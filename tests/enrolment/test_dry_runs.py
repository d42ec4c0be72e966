"""Reading dry runs: whom a closing touches, and what differs between two of them."""

from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.enrolment.comparing import Change, compare
from eldercampus.enrolment.deciding import exempt_class, widen_class
from eldercampus.enrolment.drawing import ask_draw, run_draw
from eldercampus.enrolment.learners import people_by_code
from eldercampus.enrolment.models import Run
from eldercampus.enrolment.reviewing import Touched, classes_at_risk
from eldercampus.enrolment.run_outcome import Closing, Outcome, outcome_of
from eldercampus.enrolment.runs import find_latest_dry_run, get_dry_run, list_dry_runs
from eldercampus.errors import NotFound
from eldercampus.tasks.models import Task
from tests.enrolment import steps
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Closed. S-006 needs three: Zhao and Wu want it first, Li last; S-002 has two seats for Qian,
    Sun and Li."""
    built = build_world()
    steps.opened(built)
    steps.applied(built, "Zhao", "S-006 S-003", wants=2)
    steps.applied(built, "Wu", "S-006")
    for name in ("Qian", "Sun"):
        steps.applied(built, name, "S-002")
    steps.applied(built, "Li", "S-002 S-003 S-006")
    steps.closed(built)
    return built


def tried(world: World, **options: Any) -> Outcome:
    with transaction():
        officer = world.accounts["officer"]
        task = ask_draw(world.round_id, kind="dry", account_id=officer, now=NOW, **options)
    run_draw(task, steps.silent, NOW)
    with transaction():
        database.session.get_one(Task, task.id).state = "done"
    latest = find_latest_dry_run(world.round_id)
    assert latest is not None
    return outcome_of(latest)


def names(world: World) -> dict[str, str]:
    """By learner id."""
    by_id = {person_id: name for name, person_id in world.people.items()}
    found = people_by_code(steps.round_of(world))
    return {code: by_id[person_id] for code, person_id in found.items()}


def test_who_is_touched_by_a_closing(world: World) -> None:
    outcome = tried(world)
    assert outcome.closed == [Closing("S-006", 2, 3)]
    (risk,) = classes_at_risk(outcome)
    called = names(world)
    by_name = {called[one.learner]: one for one in risk.touched}
    assert set(by_name) == {"Zhao", "Wu", "Li"}
    assert (by_name["Wu"].rank, by_name["Wu"].instead) == (1, [])
    assert (by_name["Zhao"].rank, by_name["Zhao"].instead) == (1, [(2, "S-003")])
    assert by_name["Li"].rank == 3
    assert risk.empty_handed == 1
    assert isinstance(risk.touched[0], Touched)
    assert not risk.touched[0].instead  # those with nothing first


def test_what_holding_a_class_changes(world: World) -> None:
    before = tried(world)
    with transaction():
        officer = world.accounts["officer"]
        where = (world.round_id, world.sections["S-006"])
        exempt_class(*where, reason="试", now=NOW, account_id=officer)
    after = tried(world)
    found, called = compare(before, after), names(world)
    assert (found.opened, found.closed, found.same_numbers) == (["S-006"], [], True)
    gaining = {called[one.learner]: one for one in found.gaining}
    assert set(gaining) == {"Zhao", "Wu"}
    assert (gaining["Wu"].before, gaining["Wu"].after) == ([], [(1, "S-006")])
    assert gaining["Zhao"].after == [(1, "S-006"), (2, "S-003")]
    assert found.losing == []
    assert found.unchanged == 3
    back = compare(after, before)
    assert (back.opened, back.closed) == ([], ["S-006"])
    assert len(back.losing) == len(found.gaining)


def test_other_numbers_are_said_to_be_chance(world: World) -> None:
    before, after = tried(world), tried(world, other_numbers=True)
    assert not compare(before, after).same_numbers
    same = compare(before, before)
    assert (same.unchanged, same.gaining, same.losing, same.elsewhere) == (5, [], [], [])


def test_more_seats_reach_further(world: World) -> None:
    before = tried(world)
    with transaction():
        officer = world.accounts["officer"]
        section_id = world.sections["S-002"]
        widen_class(world.round_id, section_id, 3, reason="试", now=NOW, account_id=officer)
    found = compare(before, tried(world))
    assert [one.after for one in found.gaining] == [[(1, "S-002")]]  # whoever missed it before
    assert before.waiting["S-002"] == 1


def outcome(**seats: str) -> Outcome:
    """Of one learner a who listed X Y Z: seats a="X Z"."""
    return Outcome(
        seed="0",
        choices=dict.fromkeys(seats, ("X", "Y", "Z")),
        seats={name: got.split() for name, got in seats.items() if got},
        closed=[],
        waiting={},
        sections=frozenset("XYZ"),
    )


@pytest.mark.parametrize(
    ("before", "after", "lot"),
    [
        ("Z", "Y Z", "gaining"),  # more seats count first
        ("X", "Y Z", "gaining"),
        ("Y", "X", "gaining"),
        ("X Z", "X Y", "gaining"),
        ("X Z", "Y Z", "losing"),  # the best one decides
        ("X", "", "losing"),
        ("X", "X", "unchanged"),
        ("", "", "unchanged"),
    ],
)
def test_what_counts_as_better(before: str, after: str, lot: str) -> None:
    found = compare(outcome(a=before), outcome(a=after))
    sizes = {name: len(getattr(found, name)) for name in ("gaining", "losing", "elsewhere")}
    sizes["unchanged"] = found.unchanged
    assert sizes == {**dict.fromkeys(sizes, 0), lot: 1}


def test_who_stands_in_one_file_only_is_counted_apart() -> None:
    found = compare(outcome(a="X", b="Y"), outcome(a="X", c=""))
    assert (found.unchanged, found.came, found.left) == (1, 1, 1)
    assert list(found.gaining) == list(found.losing) == []


def test_the_same_rank_in_another_class_is_neither() -> None:
    before = outcome(a="X")
    after = Outcome("0", {"a": ("W", "Y")}, {"a": ["W"]}, [], {}, frozenset("WYZ"))
    found = compare(before, after)
    assert found.elsewhere == [Change("a", [(1, "X")], [(1, "W")])]
    assert (found.appeared, found.gone) == (["W"], ["X"])


def test_only_numbered_runs_of_this_round_are_found(world: World, db: SQLAlchemy) -> None:
    tried(world)
    tried(world)
    assert [run.facts["number"] for run in list_dry_runs(world.round_id)] == [2, 1]
    assert get_dry_run(world.round_id, 2).facts["number"] == 2
    for round_id, number in ((world.round_id, 3), (world.round_id + 1, 1), (world.round_id, 0)):
        with pytest.raises(NotFound, match="run_not_found"):
            get_dry_run(round_id, number)
    with transaction():
        db.session.query(Run).update({"facts": {}})
    with pytest.raises(NotFound, match="run_not_found"):
        get_dry_run(world.round_id, 2)
