"""The draw as a task: what it writes, what it leaves alone, and that it is the same every time."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from eldercampus.allocation import lottery, problem, verify
from eldercampus.allocation.solve import solve
from eldercampus.db import transaction
from eldercampus.enrolment import drawing, round_steps
from eldercampus.enrolment.beacon import confirm_beacon, type_beacon
from eldercampus.enrolment.drawing import ask_draw, dry_seed, find_draw_task, run_draw
from eldercampus.enrolment.learners import find_number
from eldercampus.enrolment.models import Learner, Placement, Round, Run
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.publishing_approval import ask_publishing
from eldercampus.enrolment.rounds import cancel_round
from eldercampus.enrolment.runs import count_dry_runs, get_final_run, unpacked
from eldercampus.errors import DomainError, IllegalTransition
from eldercampus.people.sealing import unseal
from eldercampus.tasks.models import Task
from tests.enrolment import steps
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Closed; three people want S-001 with its two seats, one S-006 that needs three."""
    built = build_world()
    steps.opened(built)
    for name in ("Zhao", "Qian", "Li"):
        steps.applied(built, name, "S-001 S-003", wants=2)
    steps.applied(built, "Zhou", "S-006")
    steps.closed(built)
    return built


def test_the_seed_is_made_of_secret_roster_and_beacon(world: World, db: SQLAlchemy) -> None:
    steps.frozen(world)
    round_ = steps.drawn(world)
    run = get_final_run(world.round_id)
    assert run.result is not None
    frozen, result = json.loads(unpacked(run.input)), json.loads(unpacked(run.result))
    assert round_.secret_sealed is not None
    secret = unseal(round_.secret_sealed)
    people = {row.code: find_number(row) for row in db.session.scalars(select(Learner))}
    seed = lottery.seed("2027-spring-1", list(people), secret, steps.BEACON)
    assert (round_.state, run.seed, result["seed"]) == ("drawn", seed, seed)
    assert people == {code: lottery.number(seed, code) for code in people}
    assert result["lottery"] == {
        "commit": round_.commit,
        "secret": secret.hex(),
        "beacon": steps.BEACON,
        "source": steps.SOURCE,
    }
    assert problem.sha256_hex(unpacked(run.result)) == run.result_sha256
    assert result["input_sha256"] == run.input_sha256
    assert "seed" not in frozen
    assert verify.check(frozen, result) is None
    told = {name: part for name, part in result.items() if name != "lottery"}
    assert told == verify.run({**frozen, "seed": seed})


def test_the_summary_counts(world: World) -> None:
    steps.frozen(world)
    steps.drawn(world)
    assert get_final_run(world.round_id).summary == {
        "learners": 4,
        "placed": 3,
        "first": 2,
        "placements": 5,
        "waiting": 1,
        "sections": 6,
        "free": 6,
        "closed": [{"section": "S-006", "enrolled": 0, "minimum": 3}],
    }


def test_nothing_is_given_before_publishing(world: World, db: SQLAlchemy) -> None:
    steps.frozen(world)
    steps.drawn(world)
    assert db.session.scalar(select(func.count(Placement.id))) == 0


def test_drawing_again_changes_nothing(world: World, db: SQLAlchemy) -> None:
    """A crash after the writing: the task runs again and finds its work done."""
    steps.frozen(world)
    steps.beacon_known(world)
    task = steps.task_asked(world, "final")
    at = steps.round_of(world).draws_at
    first = run_draw(task, steps.silent, at)
    before = (get_final_run(world.round_id).result, steps.round_of(world).drawn_at)
    task = db.session.get_one(Task, task.id)
    assert run_draw(task, steps.silent, at) == first
    assert (get_final_run(world.round_id).result, steps.round_of(world).drawn_at) == before
    assert db.session.scalar(select(func.count(Run.id))) == 1


def test_two_processes_draw_the_same_task(
    world: World, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease ran out while one computed: whoever writes second finds the result there."""
    steps.frozen(world)
    steps.beacon_known(world)
    task_id = steps.task_asked(world, "final").id
    at = steps.round_of(world).draws_at
    results: list[dict[str, Any]] = []

    def overtaken(file: problem.Round, progress: drawing.Progress) -> problem.Round:
        monkeypatch.setattr(drawing, "solve", solve)
        results.append(run_draw(db.session.get_one(Task, task_id), steps.silent, at))
        return solve(file, progress)

    monkeypatch.setattr(drawing, "solve", overtaken)
    results.append(run_draw(db.session.get_one(Task, task_id), steps.silent, at))
    assert results[0] == results[1]
    assert steps.round_of(world).state == "drawn"


def test_a_round_cancelled_while_it_computes_is_not_drawn(
    world: World, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.frozen(world)
    steps.beacon_known(world)
    task = steps.task_asked(world, "final")

    def cancelled(file: problem.Round, progress: drawing.Progress) -> problem.Round:
        with transaction():
            cancel_round(world.round_id, reason="试", now=NOW, account_id=world.accounts["officer"])
        return solve(file, progress)

    monkeypatch.setattr(drawing, "solve", cancelled)
    with pytest.raises(IllegalTransition):
        run_draw(task, steps.silent, NOW)
    assert steps.round_of(world).state == "cancelled"
    assert get_final_run(world.round_id).result is None


def test_progress_is_told(world: World) -> None:
    steps.frozen(world)
    steps.beacon_known(world)
    heard: list[tuple[int, int]] = []
    run_draw(steps.task_asked(world, "final"), lambda *step: heard.append(step), NOW)
    assert heard
    assert all(0 <= done <= total for done, total in heard)
    assert heard[-1][0] == heard[-1][1]


def test_a_dry_run_is_kept_apart_and_cannot_be_published(
    world: World, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = world.accounts["officer"]
    task = steps.task_asked(world, "dry")
    told = run_draw(task, steps.silent, NOW)
    assert run_draw(db.session.get_one(Task, task.id), steps.silent, NOW) == told
    run = db.session.scalars(select(Run)).one()
    assert (run.id, run.kind, run.seed) == (told["run_id"], "dry", dry_seed("2027-spring-1"))
    assert (run.facts, run.asked_by_id) == ({"number": 1, "other_numbers": False}, officer)
    assert run.summary["closed"] == [{"section": "S-006", "enrolled": 0, "minimum": 3}]
    assert run.result is not None
    assert json.loads(unpacked(run.result))["round"] == "2027-spring-1.dry-1"
    assert "lottery" not in json.loads(unpacked(run.result))
    assert steps.round_of(world).state == "closed"
    assert db.session.scalars(select(Learner)).all() == []
    late = steps.round_of(world).publishes_at
    with pytest.raises(IllegalTransition), transaction():
        publish_round(world.round_id, now=late, account_id=officer)
    with pytest.raises(IllegalTransition), transaction():
        ask_publishing(world.round_id, now=late, account_id=officer)
    # not even with the state forced: nobody can agree to a dry run, publishing reads no such run
    with transaction():
        db.session.get_one(Round, world.round_id).state = "drawn"
    with pytest.raises(DomainError, match="round_not_drawn"), transaction():
        ask_publishing(world.round_id, now=late, account_id=officer)
    with pytest.raises(DomainError, match="approval_missing"), transaction():
        publish_round(world.round_id, now=late, account_id=officer)
    monkeypatch.setattr(round_steps, "is_publishing_approved", lambda _round: True)
    with pytest.raises(DomainError, match="round_not_frozen"), transaction():
        publish_round(world.round_id, now=late, account_id=officer)
    assert db.session.scalars(select(Placement)).all() == []


def test_dry_runs_share_their_numbers_unless_others_are_asked_for(
    world: World, db: SQLAlchemy
) -> None:
    def tried(**options: Any) -> Run:
        with transaction():
            task = ask_draw(world.round_id, kind="dry", account_id=None, now=NOW, **options)
        told = run_draw(task, steps.silent, NOW)
        with transaction():
            db.session.get_one(Task, task.id).state = "done"
        return db.session.get_one(Run, told["run_id"])

    first, second = tried(), tried()
    third = tried(other_numbers=True, chance=lambda n: bytes([9]) * n)
    fourth = tried()
    assert [run.facts["number"] for run in (first, second, third, fourth)] == [1, 2, 3, 4]
    assert first.seed == second.seed == fourth.seed == dry_seed("2027-spring-1")
    assert (third.seed, third.facts["other_numbers"]) == ("09" * 32, True)


def test_a_dry_run_is_not_made_once_the_list_is_fixed(
    world: World, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when it waited until then, nor when the list was fixed while it computed."""

    def fixed_meanwhile(file: problem.Round, progress: drawing.Progress) -> problem.Round:
        steps.frozen(world)
        return solve(file, progress)

    task_id = steps.task_asked(world, "dry").id
    monkeypatch.setattr(drawing, "solve", fixed_meanwhile)
    for _late in ("while it computed", "before it began"):
        with pytest.raises(DomainError, match="dry_run_too_late"):
            run_draw(db.session.get_one(Task, task_id), steps.silent, NOW)
        assert steps.round_of(world).state == "frozen"
        assert count_dry_runs(world.round_id) == 0


def test_one_draw_at_a_time(world: World, db: SQLAlchemy) -> None:
    task = steps.task_asked(world, "dry")
    with pytest.raises(DomainError, match="draw_waits"):
        steps.task_asked(world, "dry")
    found = find_draw_task(world.round_id)
    assert found is not None
    assert found.id == task.id
    with transaction():
        db.session.get_one(Task, task.id).state = "failed"
    assert steps.task_asked(world, "dry").id != task.id


def test_the_beacon_of_one_person_draws_nothing(world: World, db: SQLAlchemy) -> None:
    round_ = steps.frozen(world)
    officer = world.accounts["officer"]
    with transaction():
        type_beacon(world.round_id, steps.BEACON, now=round_.draws_at, account_id=officer)
    with pytest.raises(DomainError, match="beacon_same_person"), transaction():
        confirm_beacon(world.round_id, steps.BEACON, now=round_.draws_at, account_id=officer)
    with pytest.raises(DomainError, match="beacon_not_confirmed"), transaction():
        ask_draw(world.round_id, kind="final", account_id=officer, now=round_.draws_at)
    args = {"round_id": world.round_id, "kind": "final"}
    task = Task(kind="draw", args=args, asked_by_id=officer, asked_at=NOW)
    with transaction():
        db.session.add(task)
    with pytest.raises(DomainError, match="beacon_not_confirmed"):
        run_draw(task, steps.silent, round_.draws_at)
    assert steps.round_of(world).state == "frozen"


def test_a_stranger_checks_the_files(world: World, tmp_path: Path) -> None:
    """The bytes that are kept pass verify.py, run alone; one byte changed and they do not."""
    steps.frozen(world)
    steps.drawn(world)
    run = get_final_run(world.round_id)
    assert run.result is not None
    (tmp_path / "round.json").write_bytes(unpacked(run.input))
    result = json.loads(unpacked(run.result))

    def says(told: object) -> int:
        (tmp_path / "result.json").write_bytes(problem.canonical(told))
        command = [sys.executable, "-I", verify.__file__, "round.json", "result.json"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert says(result) == 0
    result["placements"][0]["section"] = "S-004"
    assert says(result) == 1
