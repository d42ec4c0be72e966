"""Reads of approvals."""

from sqlalchemy import select

from eldercampus.approvals.models import Approval
from eldercampus.db import db
from eldercampus.errors import NotFound


def get_approval(approval_id: int) -> Approval:
    """Read anew; raises approval_not_found."""
    approval = db.session.get(Approval, approval_id, populate_existing=True)
    if approval is None:
        raise NotFound("approval_not_found")
    return approval


def find_open_approval(kind: str, subject: str) -> Approval | None:
    """The one that waits for a second person, if any."""
    return db.session.scalar(
        select(Approval).where(
            Approval.kind == kind, Approval.subject == subject, Approval.state == "asked"
        )
    )


def find_latest_approval(kind: str, subject: str) -> Approval | None:
    """The last one asked for, however it was decided."""
    query = select(Approval).where(Approval.kind == kind, Approval.subject == subject)
    return db.session.scalar(query.order_by(Approval.id.desc()).limit(1))


def list_open_approvals() -> list[Approval]:
    """Everything that waits for a second person, the oldest first."""
    query = select(Approval).where(Approval.state == "asked")
    return list(db.session.scalars(query.order_by(Approval.id)))


def list_decided_approvals(limit: int = 50) -> list[Approval]:
    """What was given or refused lately, the newest first."""
    query = select(Approval).where(Approval.state != "asked")
    return list(db.session.scalars(query.order_by(Approval.decided_at.desc()).limit(limit)))
