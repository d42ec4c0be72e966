"""Writing to the audit chain and verifying it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eldercampus.audit.models import AuditEntry, AuditHead
from eldercampus.db import db, last_in_transaction

FIRST = "0" * 64


@dataclass(frozen=True)
class _Deed:
    at: datetime
    account_id: int | None
    action: str
    subject: str
    facts: dict[str, Any]


def record(
    action: str, subject: str, *, now: datetime, account_id: int | None = None, **facts: Any
) -> None:
    """Notes a deed; it is chained when the surrounding transaction() ends.

    action: "round.publish"; subject: "round:2027-spring-1"; facts: JSON values, no names, phones or
    identity numbers.
    """
    deeds: list[_Deed] = db.session().info.setdefault("deeds", [])
    deeds.append(_Deed(now, account_id, action, subject, facts))


def _digest(number: int, deed: _Deed, facts: str, previous: str) -> str:
    at = deed.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        str(number),
        at,
        str(deed.account_id or ""),
        deed.action,
        deed.subject,
        facts,
        previous,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@last_in_transaction
def _append(session: Session) -> None:
    """Last in the transaction, because the head's row lock orders all writers until the commit."""
    deeds: list[_Deed] = session.info.pop("deeds", [])
    if not deeds:
        return
    locked = session.execute(
        update(AuditHead).where(AuditHead.id == 1).values(number=AuditHead.number)
    )
    if locked.rowcount != 1:  # type: ignore[attr-defined]
        raise RuntimeError("the audit chain has no head; run the migrations")
    head = session.execute(select(AuditHead.number, AuditHead.hash)).one()
    number, previous = head.number, head.hash
    for deed in deeds:
        number += 1
        facts = json.dumps(deed.facts, ensure_ascii=False, sort_keys=True, default=str)
        digest = _digest(number, deed, facts, previous)
        session.add(
            AuditEntry(
                number=number,
                at=deed.at,
                account_id=deed.account_id,
                action=deed.action,
                subject=deed.subject,
                facts=facts,
                previous=previous,
                hash=digest,
            )
        )
        previous = digest
    session.flush()
    session.execute(update(AuditHead).values(number=number, hash=previous))


def broken_links() -> Iterator[str]:
    """Yields a line for each place where the chain does not hold; nothing where it is whole."""
    previous, expected = FIRST, 1
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)):
        deed = _Deed(entry.at, entry.account_id, entry.action, entry.subject, {})
        if entry.number != expected:
            yield f"entry {expected} is missing"
        if entry.previous != previous:
            yield f"entry {entry.number} does not follow the one before it"
        if entry.hash != _digest(entry.number, deed, entry.facts, entry.previous):
            yield f"entry {entry.number} was changed"
        previous, expected = entry.hash, entry.number + 1
    head = db.session.execute(select(AuditHead.number, AuditHead.hash)).one_or_none()
    if head is None or (head.number, head.hash) != (expected - 1, previous):
        yield "the head does not match the last entry"
