"""Signed safety undertakings: on paper, due by the confirmation, never a bar to applying."""

from datetime import date, datetime

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.people.models import Undertaking

KINDS = ("age", "physical")


def record_undertaking(
    person_id: int, kind: str, *, signed_on: date, witness: str, account_id: int, now: datetime
) -> Undertaking:
    """Notes a signed paper; the same one again is the same row.

    kind: "age" (80 and over) or "physical". Raises signed_later for a day that has not come yet,
    witness_missing.
    """
    if signed_on > now.date():
        raise DomainError("signed_later")
    if not witness.strip():
        raise DomainError("witness_missing")
    same = select(Undertaking).where(
        Undertaking.person_id == person_id,
        Undertaking.kind == kind,
        Undertaking.signed_on == signed_on,
    )
    if (known := db.session.scalar(same)) is not None:
        return known
    row = Undertaking(person_id=person_id, kind=kind, signed_on=signed_on, witness=witness.strip())
    db.session.add(row)
    db.session.flush()
    subject = f"person:{person_id}"
    record("undertaking.record", subject, now=now, account_id=account_id, kind=kind)
    return row


def list_undertakings(person_id: int) -> list[Undertaking]:
    """The newest first."""
    query = select(Undertaking).where(Undertaking.person_id == person_id)
    return list(db.session.scalars(query.order_by(Undertaking.signed_on.desc(), Undertaking.id)))
