"""Doing tasks: claimed by a lease, progress in commits of its own, given up after three tries."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update

from eldercampus.db import db, transaction
from eldercampus.tasks.models import Task

LEASE = timedelta(seconds=60)
ATTEMPTS = 3
_STEP = timedelta(seconds=1)  # progress is written at most this often

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]
Work = Callable[[Task, Progress, datetime], dict[str, Any]]


def run_next_task(kinds: Mapping[str, Work], *, holder: str, clock: Clock, now: Clock) -> bool:
    """Claims and does one task; False where nothing waits.

    clock: the wall clock, for leases; now: what the work takes as the present (the clock of a
    demonstration may run ahead). A failure is kept in the row, and raised for whoever logs it.
    """
    task_id = _claim(tuple(kinds), holder, clock())
    if task_id is None:
        return False
    task = db.session.get_one(Task, task_id)
    progress = _Progress(task_id, holder, clock)
    try:
        result = kinds[task.kind](task, progress, now())
    except Exception as error:
        db.session.rollback()
        _finish(task_id, holder, clock(), "failed", error=f"{type(error).__name__}: {error}")
        raise
    db.session.rollback()
    _finish(task_id, holder, clock(), "done", result=result)
    return True


def _claim(kinds: tuple[str, ...], holder: str, at: datetime) -> int | None:
    """The oldest task that nobody has, or whose holder has gone silent."""
    with transaction() as session:
        free = or_(Task.state == "queued", (Task.state == "running") & (Task.lease_until < at))
        worn = (Task.state == "running") & (Task.lease_until < at) & (Task.attempts >= ATTEMPTS)
        session.execute(
            update(Task).where(worn).values(state="failed", error="gone silent", finished_at=at)
        )
        task_id = session.scalar(
            select(Task.id).where(Task.kind.in_(kinds), free).order_by(Task.id).limit(1)
        )
        claimed = session.execute(
            update(Task)
            .where(Task.id == task_id, free)
            .values(
                state="running",
                lease_holder=holder,
                lease_until=at + LEASE,
                attempts=Task.attempts + 1,
            )
        )
        return task_id if _rows(claimed) == 1 else None


def _finish(task_id: int, holder: str, at: datetime, state: str, **values: Any) -> None:
    """Nothing where another process has taken the task over meanwhile."""
    with transaction() as session:
        session.execute(
            update(Task)
            .where(Task.id == task_id, Task.state == "running", Task.lease_holder == holder)
            .values(state=state, finished_at=at, lease_until=None, **values)
        )


class _Progress:
    """Called with (done, total); writes and renews the lease, but not more often than needed."""

    def __init__(self, task_id: int, holder: str, clock: Clock) -> None:
        self._task_id, self._holder, self._clock = task_id, holder, clock
        self._written = clock()

    def __call__(self, done: int, total: int) -> None:
        at = self._clock()
        if at - self._written < _STEP:
            return
        self._written = at
        with transaction() as session:
            session.execute(
                update(Task)
                .where(Task.id == self._task_id, Task.lease_holder == self._holder)
                .values(done=done, total=total, lease_until=at + LEASE)
            )


def _rows(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount
