"""Tags: what somebody claims, and what a clerk has seen."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy import select, update

from eldercampus.audit.chain import record
from eldercampus.db import db, rows_changed
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Tag


def decide_tag(
    tag_id: int,
    decision: Literal["verified", "refused"],
    *,
    evidence: str,
    valid_until: date | None,
    account_id: int,
    now: datetime,
) -> None:
    """A clerk has looked at a claim. Only verified tags count in a draw (design.md §3).

    evidence: what was seen, or why it was refused. Raises tag_not_found, tag_already_decided,
    evidence_missing, valid_until_past.
    """
    if not evidence.strip():
        raise DomainError("evidence_missing")
    if decision == "verified" and valid_until is not None and valid_until < now.date():
        raise DomainError("valid_until_past")
    if db.session.scalar(select(Tag.id).where(Tag.id == tag_id)) is None:
        raise NotFound("tag_not_found")
    decided = update(Tag).where(Tag.id == tag_id, Tag.state == "claimed")
    step = decided.values(
        state=decision,
        evidence=evidence,
        valid_until=valid_until,
        clerk_id=account_id,
        decided_at=now,
    )
    if rows_changed(step) != 1:
        raise DomainError("tag_already_decided")
    record(f"tag.{decision}", f"tag:{tag_id}", now=now, account_id=account_id)
