"""The ticker: each due slot of a job is claimed by inserting its row, then run.

APScheduler is the clock only. Any number of processes may run; whoever inserts the row (job, slot)
first does the work, and a slot whose holder has gone silent is taken over after its lease.
"""

import logging
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from eldercampus import clock
from eldercampus.db import db, rows_changed, transaction
from eldercampus.jobs import work
from eldercampus.jobs.holder import holder_name
from eldercampus.jobs.timetable import TIMETABLE, Job
from eldercampus.tasks.models import Heartbeat, JobSlot
from eldercampus.tasks.running import run_next_task

TICK_S = 2.0
LEASE = timedelta(seconds=60)
_KEPT = timedelta(hours=1)
_log = logging.getLogger(__name__)


def run_forever(app: Flask) -> None:
    """Ticks until SIGTERM or SIGINT.

    Tasks and messages have threads of their own: no draw, no slow gateway delays the clock.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that takes long is no news
    scheduler = BlockingScheduler(timezone=UTC)
    options = {"seconds": TICK_S, "misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    for step in (tick, send, do_tasks):
        scheduler.add_job(
            _in_context, "interval", (app, step), next_run_time=datetime.now(UTC), **options
        )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()


def _in_context(app: Flask, step: Callable[[], None]) -> None:
    """The database may be away for a while: the next tick tries again."""
    with app.app_context():
        try:
            step()
        except SQLAlchemyError:
            _log.exception("the database did not answer")


def tick() -> None:
    """Runs every job whose slot is due and unclaimed, in the order of the timetable."""
    now = clock.now()
    with transaction() as session:
        session.merge(Heartbeat(holder=holder_name(), at=clock.wall_now()))
        # slots that have yet to come: the machine's clock was put back, and they come again
        session.execute(delete(JobSlot).where(JobSlot.slot > now + LEASE))
    _run_due([job for job in TIMETABLE if not job.beside])


def send() -> None:
    """The same for the jobs that run beside the others."""
    _run_due([job for job in TIMETABLE if job.beside])


def _run_due(jobs: Sequence[Job]) -> None:
    wall, holder, now = clock.wall_now(), holder_name(), clock.now()
    for job in jobs:
        slot = job.when.slot(now)
        if claim(job.name, slot, holder, wall):
            run_job(job, slot, now)


def claim(job: str, slot: datetime, holder: str, wall: datetime) -> bool:
    """Whether this process has the slot now: it is new, or whoever had it has gone silent."""
    row = db.session.get(JobSlot, (job, slot))
    if row is not None:
        gone = row.state == "running" and row.lease_until < wall
        return gone and _take_over(job, slot, holder, wall)
    try:
        with transaction() as session:
            session.add(JobSlot(job=job, slot=slot, holder=holder, lease_until=wall + LEASE))
    except IntegrityError:
        return False
    return True


def _take_over(job: str, slot: datetime, holder: str, wall: datetime) -> bool:
    with transaction():
        step = (
            update(JobSlot)
            .where(
                JobSlot.job == job,
                JobSlot.slot == slot,
                JobSlot.state == "running",
                JobSlot.lease_until < wall,
            )
            .values(holder=holder, lease_until=wall + LEASE)
        )
        return rows_changed(step) == 1


def run_job(job: Job, slot: datetime | None, now: datetime) -> int:
    """Does the work; with a slot the outcome is kept there. A failure stops no other job."""
    state, note, count = "done", "", 0
    try:
        count = job.run(now)
        note = str(count) if count else ""
    except Exception as error:
        db.session.rollback()
        _log.exception("job %s failed", job.name)
        if slot is None:
            raise
        state, note = "failed", type(error).__name__
    if slot is not None:
        _close(job.name, slot, state, note)
    return count


def _close(job: str, slot: datetime, state: str, note: str) -> None:
    """Keeps what was done; old slots where nothing was to do make room."""
    with transaction() as session:
        this = (JobSlot.job == job, JobSlot.slot == slot, JobSlot.holder == holder_name())
        values = {"state": state, "note": note, "finished_at": clock.wall_now()}
        session.execute(update(JobSlot).where(*this).values(**values))
        session.execute(
            delete(JobSlot).where(
                JobSlot.job == job,
                JobSlot.slot < slot - _KEPT,
                JobSlot.state == "done",
                JobSlot.note == "",
            )
        )


def do_tasks() -> None:
    """Does waiting tasks one after the other."""
    holder = holder_name()
    try:
        while run_next_task(work.TASKS, holder=holder, clock=clock.wall_now, now=clock.now):
            pass
    except SQLAlchemyError:
        raise
    except Exception:
        _log.exception("a task failed")
