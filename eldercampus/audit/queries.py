"""Reads of the chain."""

from collections.abc import Collection

from sqlalchemy import select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import db


def last_action(subject: str, among: Collection[str]) -> str:
    """Which of these deeds was done to the subject last; "" where none was."""
    query = select(AuditEntry.action).where(
        AuditEntry.subject == subject, AuditEntry.action.in_(among)
    )
    return db.session.scalar(query.order_by(AuditEntry.number.desc()).limit(1)) or ""


def has_done(account_id: int, action: str, subject: str) -> bool:
    """Whether the account ever did this to the subject."""
    query = select(AuditEntry.number).where(
        AuditEntry.subject == subject,
        AuditEntry.action == action,
        AuditEntry.account_id == account_id,
    )
    return db.session.scalar(query.limit(1)) is not None
