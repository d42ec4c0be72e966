"""Taking up a person whom a clerk entered: whoever has the slip and knows the birth date."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from eldercampus.catalogue.calendar import day_of
from eldercampus.db import db
from eldercampus.enrolment.person_queries import find_person_by_receipt
from eldercampus.errors import DomainError
from eldercampus.people.models import Account, Contact, Representation
from eldercampus.people.representing import represent, stands_on
from eldercampus.people.throttling import count_try

_HOUR = timedelta(hours=1)


def claim_person(
    receipt: str, born_on: date, *, account_id: int, address: str, now: datetime
) -> int | DomainError:
    """The id of the person, as whom the account is here from now on.

    Gives claim_not_found without saying which of the two was wrong, claim_taken where somebody acts
    for the person and this phone is not the person's own, or too_many_tries; all are returned, not
    raised, so that the count of tries is kept.
    """
    may_try = (
        count_try("claim", f"account:{account_id}", most=10, window=_HOUR, now=now),
        count_try("claim_from", address, most=60, window=_HOUR, now=now),
    )
    if not all(may_try):
        return DomainError("too_many_tries")
    person_id = find_claimed(receipt, born_on)
    if person_id is None:
        return DomainError("claim_not_found")
    if not _may_claim(account_id, person_id, now):
        return DomainError("claim_taken")
    represent(account_id, person_id, kind="self", given_how="receipt", now=now)
    return person_id


def find_claimed(receipt: str, born_on: date) -> int | None:
    """Whose the slip is, if the birth date fits."""
    person = find_person_by_receipt(receipt)
    if person is None or person.born_on != born_on or person.died_on is not None:
        return None
    return person.id


def _may_claim(account_id: int, person_id: int, now: datetime) -> bool:
    """While nobody acts for the person; where relatives do, from the person's own phone."""
    acting = select(Representation).where(
        Representation.person_id == person_id, stands_on(day_of(now)), Representation.may_see
    )
    rows = db.session.scalars(acting).all()
    if any(row.kind == "self" and row.account_id != account_id for row in rows):
        return False
    own_phone = (
        select(Contact.id)
        .join(Account, Account.phone == Contact.value)
        .where(Account.id == account_id, Contact.person_id == person_id)
        .where(Contact.whose == "own", Contact.added_by_id.is_(None))
    )
    return not rows or db.session.scalar(own_phone.limit(1)) is not None
