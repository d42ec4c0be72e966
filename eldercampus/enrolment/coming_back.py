"""Coming back without a phone: receipt number and birth date lead to one's application."""

from datetime import date, datetime

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.enrolment.models import Application
from eldercampus.enrolment.receipt_tries import may_try_receipt
from eldercampus.enrolment.receipts import find_receipt
from eldercampus.errors import DomainError
from eldercampus.people.desk_codes import account_without_phone
from eldercampus.people.models import Account, Person


def come_back(receipt: str, born_on: date, *, address: str, now: datetime) -> Account | DomainError:
    """The account of the person whose application bears the number; its session is to be for
    applying only.

    Gives receipt_not_found without saying which of the two was wrong, too_many_receipts, or
    account_ended; returned, not raised, so that the count of tries is kept.
    """
    number = find_receipt(receipt) or ""
    if not may_try_receipt(number, address, now):
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
