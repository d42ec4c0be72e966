"""Reads of the outbox."""

from sqlalchemy import func, select

from eldercampus.db import db
from eldercampus.notices.models import Notice

_GONE = ("sent", "delivered")


def list_sent(address: str | None = None, limit: int = 20) -> list[Notice]:
    """Messages that left, the newest first; with an address those that went there."""
    query = select(Notice).where(Notice.state.in_(_GONE), Notice.text != "")
    if address is not None:
        query = query.where(Notice.address == address)
    return list(
        db.session.scalars(query.order_by(Notice.sent_at.desc(), Notice.id.desc()).limit(limit))
    )


def count_by_state() -> dict[str, int]:
    """How many notices stand in each state."""
    query = select(Notice.state, func.count()).group_by(Notice.state)
    return dict(db.session.execute(query).tuples().all())
