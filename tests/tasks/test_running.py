"""Tasks: claimed by a lease, taken over from the silent, given up after three tries."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import transaction
from eldercampus.errors import NotFound
from eldercampus.tasks import running
from eldercampus.tasks.models import Task
from eldercampus.tasks.queries import get_task, list_recent_tasks
from eldercampus.tasks.queue import add_task
from eldercampus.tasks.running import ATTEMPTS, LEASE, Progress, Work, run_next_task
from tests.world import NOW

AHEAD = NOW + timedelta(days=3)  # what the demonstration's clock says


class Killed(BaseException):
    """The process ends here."""


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def on(self, **time: int) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(kind: str = "count", **args: Any) -> int:
    with transaction():
        return add_task(kind, asked_by_id=None, now=NOW, **args).id


def run(work: Work, clock: Callable[[], datetime], holder: str = "me") -> bool:
    return run_next_task({"count": work}, holder=holder, clock=clock, now=lambda: AHEAD)


def look(db: SQLAlchemy, task_id: int) -> Task:
    db.session.rollback()
    return get_task(task_id)


def test_a_task_is_done_once_with_its_result(db: SQLAlchemy, clock: Clock) -> None:
    task_id = ask(to=3)

    def count(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
        assert now == AHEAD
        return {"sum": sum(range(task.args["to"] + 1))}

    assert run(count, clock)
    assert not run(count, clock)
    done = look(db, task_id)
    assert (done.state, done.result, done.finished_at) == ("done", {"sum": 6}, AHEAD)
    assert (done.attempts, done.lease_until) == (1, None)


def test_the_oldest_of_a_known_kind_comes_first(db: SQLAlchemy, clock: Clock) -> None:
    ask("other")
    first, second = ask(), ask()
    order = []

    def note(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
        order.append(task.id)
        return {}

    while run(note, clock):
        pass
    assert order == [first, second]
    assert [task.state for task in list_recent_tasks()] == ["done", "done", "queued"]


def test_progress_is_kept_in_commits_of_its_own_and_renews_the_lease(
    db: SQLAlchemy, clock: Clock
) -> None:
    task_id = ask()
    seen = []

    def work(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
        for done in (1, 2, 3):
            clock.on(seconds=40)
            progress(done, 3)
            progress(99, 99)  # too soon after the last: not written
            kept = look(db, task_id)
            seen.append((kept.done, kept.total, kept.lease_until == clock() + LEASE))
            assert not run(work, clock, "other")  # nobody takes it meanwhile
        return {}

    assert run(work, clock)
    assert seen == [(1, 3, True), (2, 3, True), (3, 3, True)]


def test_a_failure_is_kept_and_raised(db: SQLAlchemy, clock: Clock) -> None:
    task_id = ask()

    def fail(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
        raise ValueError("no such round")

    with pytest.raises(ValueError, match="no such round"):
        run(fail, clock)
    failed = look(db, task_id)
    assert (failed.state, failed.error) == ("failed", "ValueError: no such round")
    assert not run(fail, clock)


def test_a_silent_holder_loses_the_task_after_its_lease(db: SQLAlchemy, clock: Clock) -> None:
    task_id = ask()

    def die(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
        raise Killed

    with pytest.raises(Killed):
        run(die, clock)
    clock.on(seconds=60)
    assert not run(lambda *_: {"by": "other"}, clock, "other")
    clock.on(seconds=1)
    assert run(lambda *_: {"by": "other"}, clock, "other")
    assert look(db, task_id).result == {"by": "other"}


def test_who_was_overtaken_writes_nothing(db: SQLAlchemy, clock: Clock) -> None:
    task_id = ask()

    def slow(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
        clock.on(minutes=5)
        assert run(lambda *_: {"by": "other"}, clock, "other")
        progress(1, 1)
        return {"by": "slow"}

    run(slow, clock)
    kept = look(db, task_id)
    assert (kept.result, kept.done, kept.attempts) == ({"by": "other"}, 0, 2)


def test_three_silent_holders_are_enough(db: SQLAlchemy, clock: Clock) -> None:
    task_id = ask()

    def die(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
        raise Killed

    for _ in range(ATTEMPTS):
        with pytest.raises(Killed):
            run(die, clock)
        clock.on(minutes=2)
    assert not run(die, clock)
    given_up = look(db, task_id)
    assert (given_up.state, given_up.error) == ("failed", "gone silent")
    assert given_up.attempts == ATTEMPTS


def test_an_unknown_task_is_not_found(db: SQLAlchemy) -> None:
    with pytest.raises(NotFound):
        get_task(1)


@pytest.mark.parametrize("renewed", [timedelta(milliseconds=5), timedelta(hours=1)])
def test_nobody_takes_over_from_who_is_still_at_it(
    db: SQLAlchemy, clock: Clock, monkeypatch: pytest.MonkeyPatch, renewed: timedelta
) -> None:
    """A long step that tells no progress. Without the renewing (the second case) it is taken."""
    monkeypatch.setattr(running, "_RENEWED", renewed)
    task_id = ask()
    begun: list[str] = []

    def slow(_task: Task, _progress: Progress, _now: datetime) -> dict[str, Any]:
        begun.append("one")
        clock.on(seconds=50)
        until = time.monotonic() + (2 if renewed < LEASE else 0.1)
        while look(db, task_id).lease_until != clock.at + LEASE and time.monotonic() < until:
            time.sleep(0.005)
        clock.on(seconds=50)
        return {"taken": run(other, clock, holder="other")}

    def other(_task: Task, _progress: Progress, _now: datetime) -> dict[str, Any]:
        begun.append("other")
        return {}

    run(slow, clock)
    assert begun == (["one"] if renewed < LEASE else ["one", "other"])
