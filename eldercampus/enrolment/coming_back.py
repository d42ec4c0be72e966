"""Coming back without a phone: receipt number and birth date lead to one's application."""

from datetime import date, datetime

from eldercampus.audit.chain import record
from eldercampus.enrolment.receipt_tries import may_try_receipt
from eldercampus.enrolment.receipts import find_person_by_slip, find_receipt
from eldercampus.errors import DomainError
from eldercampus.people.desk_codes import account_without_phone
from eldercampus.people.models import Account


def come_back(receipt: str, born_on: date, *, address: str, now: datetime) -> Account | DomainError:
    """The account of the person whose application bears the number; its session is to be for
    applying only.

    Gives receipt_not_found without saying which of the two was wrong, too_many_receipts, or
    account_ended; returned, not raised, so that the count of tries is kept.
    """
    if not may_try_receipt(find_receipt(receipt) or "", address, now):
        return DomainError("too_many_receipts")
    person_id = find_person_by_slip(receipt, born_on)
    if person_id is None:
        return DomainError("receipt_not_found")
    account = account_without_phone(person_id, now)
    if account.ended_at is not None:
        return DomainError("account_ended")
    subject = f"account:{account.id}"
    record("account.sign_in", subject, now=now, account_id=account.id, how="receipt")
    return account
