"""Asking for a second person's decision, and giving it."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, update

from eldercampus.approvals.models import Approval
from eldercampus.approvals.queries import find_open_approval
from eldercampus.audit.chain import record
from eldercampus.db import db, rows_changed
from eldercampus.errors import DomainError, NotFound


def ask_approval(
    kind: str, subject: str, *, account_id: int, reason: str, now: datetime, **facts: Any
) -> Approval:
    """Asks; raises approval_already_asked while one for the same thing is open.

    facts: JSON values that say what exactly is decided about; no names.
    """
    if find_open_approval(kind, subject) is not None:
        raise DomainError("approval_already_asked", kind=kind)
    approval = Approval(
        kind=kind, subject=subject, facts=facts, asked_by_id=account_id, asked_at=now, reason=reason
    )
    db.session.add(approval)
    db.session.flush()
    record(f"approval.ask.{kind}", subject, now=now, account_id=account_id, reason=reason, **facts)
    return approval


def decide_approval(
    approval_id: int,
    decision: Literal["given", "refused"],
    *,
    account_id: int,
    now: datetime,
    reason: str = "",
) -> Approval:
    """Gives or refuses. Raises same_person for the asker, approval_already_decided if too late,
    reason_missing where a refusal says not why."""
    approval = db.session.get(Approval, approval_id)
    if approval is None:
        raise NotFound("approval_not_found")
    if approval.asked_by_id == account_id:
        raise DomainError("same_person", kind=approval.kind)
    if decision == "refused" and not reason.strip():
        raise DomainError("reason_missing")
    step = (
        update(Approval)
        .where(Approval.id == approval_id, _still_open())
        .values(
            state=decision, decided_by_id=account_id, decided_at=now, decision_reason=reason.strip()
        )
    )
    if rows_changed(step) != 1:
        raise DomainError("approval_already_decided", kind=approval.kind)
    record(
        f"approval.{decision}.{approval.kind}",
        approval.subject,
        now=now,
        account_id=account_id,
        reason=reason,
    )
    return approval


def _still_open() -> ColumnElement[bool]:
    return Approval.state == "asked"
