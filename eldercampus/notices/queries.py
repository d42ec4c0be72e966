"""Reads of the outbox."""

from sqlalchemy import func, select

from eldercampus.db import Page, db, nearest_page
from eldercampus.notices.kinds import KINDS
from eldercampus.notices.models import Notice

_GONE = ("sent", "delivered")
_TO_BE_SEEN = ("queued", "claimed", *_GONE, "failed", "in_doubt")
_SECRET = [kind for kind, rules in KINDS.items() if rules.erase_after_sending]


def list_sent(address: str | None = None, limit: int = 20) -> list[Notice]:
    """Messages that left, the newest first; with an address those that went there."""
    query = select(Notice).where(Notice.state.in_(_GONE), Notice.text != "")
    if address is not None:
        query = query.where(Notice.address == address)
    return list(
        db.session.scalars(query.order_by(Notice.sent_at.desc(), Notice.id.desc()).limit(limit))
    )


def list_messages(person_id: int, *, page: int, size: int = 20) -> Page[Notice]:
    """What was sent to a person, is on its way or could not be sent, the newest first; codes and
    what was taken back before it left are left out."""
    mine = select(Notice).where(
        Notice.person_id == person_id,
        Notice.state.in_(_TO_BE_SEEN),
        Notice.kind.not_in(_SECRET),
    )
    total = db.session.scalar(mine.with_only_columns(func.count(Notice.id))) or 0
    number = nearest_page(page, size, total)
    newest = (func.coalesce(Notice.sent_at, Notice.due_at).desc(), Notice.id.desc())
    rows = db.session.scalars(mine.order_by(*newest).offset((number - 1) * size).limit(size)).all()
    return Page(rows, number, size, total)


def list_notices_of(kind: str, person_id: int, limit: int) -> list[Notice]:
    """Of one kind to one person, whatever became of them, the newest first."""
    query = select(Notice).where(Notice.kind == kind, Notice.person_id == person_id)
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(limit)))


def count_by_state() -> dict[str, int]:
    """How many notices stand in each state."""
    query = select(Notice.state, func.count()).group_by(Notice.state)
    return dict(db.session.execute(query).tuples().all())
