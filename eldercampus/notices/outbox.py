"""Queueing notices, in the transaction of what they tell about."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from eldercampus.db import db, insert_rows
from eldercampus.notices.kinds import KINDS
from eldercampus.notices.models import Notice


def queue_notice(
    kind: str,
    *,
    subject: str,
    person_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
    occurrence: str = "",
    address: str = "",
    **facts: Any,
) -> Notice | None:
    """Queues one notice; the same again (kind, subject, person, occurrence) is not queued twice.

    facts: JSON values the text needs; names are read anew at sending. address: only where the
    notice is not for a person's own contacts (sign-in codes). Returns None where it stands.
    """
    if kind not in KINDS:
        raise KeyError(f"no notice kind {kind!r}")
    same = select(Notice.id).where(
        Notice.kind == kind,
        Notice.subject == subject,
        Notice.person_id == person_id,
        Notice.occurrence == occurrence,
    )
    if db.session.scalar(same) is not None:
        return None
    notice = Notice(
        kind=kind,
        subject=subject,
        person_id=person_id,
        occurrence=occurrence,
        address=address,
        facts=facts,
        queued_at=now,
        due_at=due_at or now,
    )
    db.session.add(notice)
    return notice


def queue_notices(
    kind: str, person_ids: Iterable[int], *, subject: str, now: datetime, **facts: Any
) -> None:
    """The same notice to many people in one statement; nobody was told of the matter yet."""
    if kind not in KINDS:
        raise KeyError(f"no notice kind {kind!r}")
    rows = [
        {
            "kind": kind,
            "subject": subject,
            "person_id": person_id,
            "facts": facts,
            "queued_at": now,
            "due_at": now,
        }
        for person_id in person_ids
    ]
    insert_rows(Notice, rows)


def drop_notices(*subjects: str, why: str, kind: str | None = None) -> None:
    """Takes queued notices about these subjects back because they no longer hold."""
    query = update(Notice).where(Notice.subject.in_(subjects), Notice.state == "queued")
    if kind is not None:
        query = query.where(Notice.kind == kind)
    # rows already read are not compared one by one: a clock that lapses thousands would stand
    step = query.values(state="dropped", why=why).execution_options(synchronize_session=False)
    db.session.execute(step)


def drop_notices_to(person_id: int, *, why: str) -> None:
    """Takes back everything queued for a person whom nothing is to reach any more."""
    query = update(Notice).where(Notice.person_id == person_id, Notice.state == "queued")
    step = query.values(state="dropped", why=why).execution_options(synchronize_session=False)
    db.session.execute(step)
