"""Seeing an identity number in the clear: with a reason, and on record."""

from datetime import datetime

from eldercampus.audit.chain import record
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Person
from eldercampus.people.queries import id_number_of


def unmask_id_number(person: Person, reason: str, *, account_id: int, now: datetime) -> str:
    """The number. Raises reason_missing, or identity_not_given."""
    if not reason.strip():
        raise DomainError("reason_missing")
    number = id_number_of(person)
    if number is None:
        raise NotFound("identity_not_given")
    subject = f"person:{person.id}"
    record("person.unmask", subject, now=now, account_id=account_id, reason=reason)
    return number
