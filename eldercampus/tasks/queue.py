"""Asking for long work."""

from datetime import datetime
from typing import Any

from eldercampus.db import db
from eldercampus.tasks.models import Task


def add_task(kind: str, /, *, asked_by_id: int | None, now: datetime, **args: Any) -> Task:
    """Queues a task for the jobs process. args: JSON values."""
    task = Task(kind=kind, args=args, asked_by_id=asked_by_id, asked_at=now)
    db.session.add(task)
    db.session.flush()
    return task
