"""Taking up a person whom a clerk entered: whoever has the slip and knows the birth date.

A slip can be found, and whoever helps somebody has it in hand. So it opens the application and no
more, until a clerk has read out a code; and it never makes the person of a relative.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from eldercampus.catalogue.calendar import day_of
from eldercampus.db import db
from eldercampus.enrolment.receipt_tries import may_try_receipt
from eldercampus.enrolment.receipts import find_person_by_slip, find_receipt
from eldercampus.errors import DomainError
from eldercampus.notices.outbox import queue_notice
from eldercampus.people.models import Account, Contact, Person, RelationRequest, Representation
from eldercampus.people.representing import SCOPES, is_own, represent, stands_on
from eldercampus.people.throttling import count_try

_HOUR = timedelta(hours=1)


def claim_person(
    receipt: str, born_on: date, *, account_id: int, address: str, now: datetime
) -> int | DomainError:
    """The id of the person, as whom the account is here from now on; the person is told.

    From the phone that staff wrote down as the person's own it may do everything, from another one
    only apply. Gives claim_not_found, also to who is, was or asked to be a relative; claim_taken
    where the person signed in before, was not entered by staff, or has a relative and this is not
    their own phone; too_many_tries or too_many_receipts. All are returned, not raised, so that the
    count of tries is kept.
    """
    if not count_try("claim", f"account:{account_id}", most=10, window=_HOUR, now=now):
        return DomainError("too_many_tries")
    if not may_try_receipt(find_receipt(receipt) or "", address, now):
        return DomainError("too_many_receipts")
    person_id = find_person_by_slip(receipt, born_on)
    if person_id is None or _is_relative(account_id, person_id):
        return DomainError("claim_not_found")
    person = db.session.get_one(Person, person_id, with_for_update=True)
    if is_own(account_id, person_id):
        return person_id  # sent twice
    from_own_phone = _is_own_phone(account_id, person_id)
    if person.registered_by == "web" or _is_taken(person_id, from_own_phone, now):
        return DomainError("claim_taken")
    _take_up(account_id, person_id, SCOPES if from_own_phone else ("apply",), now)
    return person_id


def _take_up(account_id: int, person_id: int, scope: tuple[str, ...], now: datetime) -> None:
    row = represent(account_id, person_id, kind="self", given_how="receipt", scope=scope, now=now)
    subject = f"representation:{row.id}"
    queue_notice("slip_used", subject=subject, person_id=person_id, now=now)


def _is_relative(account_id: int, person_id: int) -> bool:
    """Whoever acts or acted for the person as a relative, or asked to, is not the person."""
    acted = select(Representation.id).where(
        Representation.account_id == account_id,
        Representation.person_id == person_id,
        Representation.kind == "relative",
    )
    asked = select(RelationRequest.id).where(
        RelationRequest.account_id == account_id, RelationRequest.person_id == person_id
    )
    return db.session.scalar(select(or_(acted.exists(), asked.exists()))) is True


def _is_taken(person_id: int, from_own_phone: bool, now: datetime) -> bool:
    """Somebody is or was here as the person; or a relative acts, and this is another phone."""
    own = Representation.kind == "self"
    acting = own if from_own_phone else or_(own, stands_on(day_of(now)))
    taken = select(Representation.id).where(Representation.person_id == person_id, acting)
    return db.session.scalar(taken.limit(1)) is not None


def _is_own_phone(account_id: int, person_id: int) -> bool:
    """Whether staff wrote the phone of this account down as the person's own."""
    query = (
        select(Contact.id)
        .join(Account, Account.phone == Contact.value)
        .where(Account.id == account_id, Contact.person_id == person_id)
        .where(Contact.whose == "own", Contact.added_by_id.is_(None))
    )
    return db.session.scalar(query.limit(1)) is not None
