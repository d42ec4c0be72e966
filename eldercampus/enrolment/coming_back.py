"""Coming back without a phone: receipt number and birth date lead to one's application."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.enrolment.models import Application
from eldercampus.enrolment.receipts import find_receipt
from eldercampus.errors import DomainError
from eldercampus.people.desk_codes import account_without_phone
from eldercampus.people.models import Account, Person
from eldercampus.people.throttling import count_try

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def come_back(receipt: str, born_on: date, *, address: str, now: datetime) -> Account | DomainError:
    """The account of the person whose application bears the number; its session is to be for
    applying only.

    Gives receipt_not_found without saying which of the two was wrong, too_many_receipts, or
    account_ended; returned, not raised, so that the count of tries is kept.
    """
    number = find_receipt(receipt) or ""
    if not _within_caps(number, address, now):
        return DomainError("too_many_receipts")
    query = (
        select(Person.id)
        .join(Application, Application.person_id == Person.id)
        .where(Application.receipt == number, Person.born_on == born_on)
        .where(Person.merged_into_id.is_(None), Person.died_on.is_(None))
        .where(Person.erased_at.is_(None))
    )
    person_id = db.session.scalar(query)
    if person_id is None:
        return DomainError("receipt_not_found")
    account = account_without_phone(person_id, now)
    if account.ended_at is not None:
        return DomainError("account_ended")
    subject = f"account:{account.id}"
    record("account.sign_in", subject, now=now, account_id=account.id, how="receipt")
    return account


def _within_caps(receipt: str, address: str, now: datetime) -> bool:
    """All are counted. Few a day for one number: a birth date could be guessed."""
    caps = (
        count_try("receipt", receipt or address, most=10, window=_HOUR, now=now),
        count_try("receipt", receipt or address, most=20, window=_DAY, now=now),
        count_try("receipt_from", address, most=60, window=_HOUR, now=now),
        count_try("receipt_all", "", most=2_000, window=_HOUR, now=now),
    )
    return all(caps)
