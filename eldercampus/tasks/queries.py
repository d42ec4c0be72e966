"""Reads of tasks."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from eldercampus.db import db
from eldercampus.errors import NotFound
from eldercampus.tasks.models import UNDER_WAY, Heartbeat, JobSlot, Task


def get_task(task_id: int) -> Task:
    task = db.session.get(Task, task_id)
    if task is None:
        raise NotFound("task_not_found")
    return task


def list_recent_tasks(limit: int = 20) -> list[Task]:
    """The newest first."""
    return list(db.session.scalars(select(Task).order_by(Task.id.desc()).limit(limit)))


def list_tasks(kind: str, states: Collection[str], round_id: int) -> list[Task]:
    """Those of a kind about a round, the newest first."""
    about = Task.args["round_id"].as_integer() == round_id
    query = select(Task).where(Task.kind == kind, Task.state.in_(states), about)
    return list(db.session.scalars(query.order_by(Task.id.desc())))


def last_tick() -> datetime | None:
    """When any jobs process ticked last, by the wall clock."""
    return db.session.scalar(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1))


def list_job_runs(limit: int = 20) -> list[JobSlot]:
    """Job runs that did something or failed, the newest first."""
    query = select(JobSlot).where((JobSlot.note != "") | (JobSlot.state == "failed"))
    return list(db.session.scalars(query.order_by(JobSlot.finished_at.desc()).limit(limit)))


def count_tasks_under_way() -> int:
    """Tasks that wait or run."""
    query = select(func.count(Task.id)).where(Task.state.in_(UNDER_WAY))
    return db.session.scalar(query) or 0
