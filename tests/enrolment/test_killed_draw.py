"""R2 for the draw: killed at every statement and before every commit, the end is the same."""

import os
import signal
import warnings
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from eldercampus.allocation.problem import canonical, sha256_hex
from eldercampus.allocation.solve import solve
from eldercampus.audit.chain import broken_links
from eldercampus.audit.models import AuditEntry
from eldercampus.db import db
from eldercampus.enrolment.drawing import run_draw
from eldercampus.enrolment.models import Round, Run
from eldercampus.enrolment.runs import file_of, result_of
from eldercampus.tasks.models import Task
from tests.enrolment import steps
from tests.world import World, build_world

DEEDS = ("round.draw", "round.result")
MOST = 100


def about_to_draw() -> tuple[World, int]:
    """Frozen, the beacon known, the draw asked for: the id of its task."""
    world = build_world()
    steps.opened(world)
    for name, sections in (("Zhao", "S-001"), ("Qian", "S-001 S-002"), ("Wu", "S-006")):
        steps.applied(world, name, sections)
    for take in (steps.closed, steps.frozen, steps.beacon_known):
        take(world)
    return world, steps.task_asked(world, "final").id


def draw(world: World, task_id: int) -> int:
    task = db.session.get_one(Task, task_id)
    found: int = run_draw(task, steps.silent, steps.round_of(world).draws_at)["run_id"]
    return found


def stands(world: World) -> tuple[Any, ...]:
    """All that a draw writes: the round's state, its runs, what the audit chain says of it."""
    db.session.rollback()
    round_ = db.session.get_one(Round, world.round_id)
    runs = db.session.execute(select(Run.kind, Run.result_sha256, Run.seed, Run.task_id)).all()
    deeds = select(func.count()).where(AuditEntry.action.in_(DEEDS))
    said = (round_.state, round_.drawn_at, list(runs), db.session.scalar(deeds))
    assert list(broken_links()) == []
    db.session.remove()
    db.engine.dispose()  # a child must not speak on its parent's connection
    return said


def is_killed(app: Flask, moment: int, work: Callable[[], object]) -> bool:
    """Does the work in a child that dies at so many-th statement or commit, if it gets there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours holds a lock now
        child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                _die_at(moment)
                work()
                os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _die_at(moment: int) -> None:
    count = 0

    def step(*_given: Any) -> None:
        nonlocal count
        count += 1
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(db.engine, name, step)


def test_killed_anywhere_the_draw_ends_as_it_would_have(app: Flask) -> None:
    with app.app_context():
        world, task_id = about_to_draw()
        before = stands(world)
        killed = 0
        while is_killed(app, killed + 1, lambda: draw(world, task_id)):
            killed += 1
            assert stands(world) == before, killed
            assert killed < MOST
        assert killed > 10
        after = stands(world)
        assert draw(world, task_id) == draw(world, task_id)
        assert stands(world) == after
    state, drawn_at, runs, deeds = after
    assert (state, drawn_at is None, deeds) == ("drawn", False, 2)
    assert [(kind, task) for kind, _, _, task in runs] == [("final", task_id)]
    assert [sha256 for _, sha256, _, _ in runs] == [undisturbed(app)]


def undisturbed(app: Flask) -> str:
    """The fingerprint of the result that the same file and seed give to whoever draws again."""
    with app.app_context():
        run = db.session.scalars(select(Run)).one()
        again = solve({**file_of(run), "seed": run.seed})
        return sha256_hex(canonical({**again, "lottery": result_of(run)["lottery"]}))
