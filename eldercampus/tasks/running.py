"""Doing tasks: claimed by a lease, progress in commits of its own, given up after three tries.

While a task is done, a thread beside it renews the lease: compiling the engine, or one long step,
may take longer than a lease, and who is at work has not gone silent.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from eldercampus.db import db, rows_changed, transaction
from eldercampus.tasks.models import Task

LEASE = timedelta(seconds=60)
ATTEMPTS = 3
_STEP = timedelta(seconds=1)  # progress is written at most this often
_RENEWED = LEASE / 4

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]
Work = Callable[[Task, Progress, datetime], dict[str, Any]]


def run_next_task(kinds: Mapping[str, Work], *, holder: str, clock: Clock, now: Clock) -> bool:
    """Claims and does one task; False where nothing waits.

    clock: the wall clock, for leases; now: what the work and the page about it take as the present
    (the clock of a demonstration may run ahead). A failure is kept in the row, and raised for
    whoever logs it.
    """
    task_id = _claim(tuple(kinds), holder, clock(), now())
    if task_id is None:
        return False
    task = db.session.get_one(Task, task_id)
    progress = _Progress(task_id, holder, clock)
    try:
        with _alive(task_id, holder, clock):
            result = kinds[task.kind](task, progress, now())
    except Exception as error:
        db.session.rollback()
        _finish(task_id, holder, now(), "failed", error=f"{type(error).__name__}: {error}")
        raise
    db.session.rollback()
    _finish(task_id, holder, now(), "done", result=result)
    return True


def _claim(kinds: tuple[str, ...], holder: str, at: datetime, now: datetime) -> int | None:
    """The oldest task that nobody has, or whose holder has gone silent."""
    with transaction() as session:
        free = or_(Task.state == "queued", (Task.state == "running") & (Task.lease_until < at))
        worn = (Task.state == "running") & (Task.lease_until < at) & (Task.attempts >= ATTEMPTS)
        session.execute(
            update(Task).where(worn).values(state="failed", error="gone silent", finished_at=now)
        )
        task_id = session.scalar(
            select(Task.id).where(Task.kind.in_(kinds), free).order_by(Task.id).limit(1)
        )
        claimed = (
            update(Task)
            .where(Task.id == task_id, free)
            .values(
                state="running",
                lease_holder=holder,
                lease_until=at + LEASE,
                attempts=Task.attempts + 1,
            )
        )
        return task_id if rows_changed(claimed) == 1 else None


@contextmanager
def _alive(task_id: int, holder: str, clock: Clock) -> Iterator[None]:
    """Renews the lease for as long as this process is at the task."""
    over = Event()
    renewing = Thread(target=_renew, args=(db.engine, task_id, holder, clock, over), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()


def _renew(engine: Engine, task_id: int, holder: str, clock: Clock, over: Event) -> None:
    """A connection of its own: the task's may be in the middle of something."""
    mine = (Task.id == task_id, Task.state == "running", Task.lease_holder == holder)
    while not over.wait(_RENEWED.total_seconds()):
        try:
            with engine.connect().execution_options(write=True) as connection, connection.begin():
                connection.execute(update(Task).where(*mine).values(lease_until=clock() + LEASE))
        except SQLAlchemyError:  # the database is away or busy: the next time, then
            continue


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
