"""Taking up a person whom a clerk entered: whoever has the slip and knows the birth date."""

from datetime import date, datetime, timedelta

from eldercampus.enrolment.person_queries import find_person_by_receipt
from eldercampus.errors import DomainError
from eldercampus.people.representing import represent
from eldercampus.people.throttling import count_try

_HOUR = timedelta(hours=1)


def claim_person(
    receipt: str,
    born_on: date,
    *,
    account_id: int,
    address: str,
    kind: str,
    relation: str,
    now: datetime,
) -> int | DomainError:
    """The id of the person, for whom the account acts from now on.

    Gives claim_not_found without saying which of the two was wrong, or too_many_tries; both are
    returned, not raised, so that the count of tries is kept.
    """
    may_try = (
        count_try("claim", f"account:{account_id}", most=10, window=_HOUR, now=now),
        count_try("claim_from", address, most=60, window=_HOUR, now=now),
    )
    if not all(may_try):
        return DomainError("too_many_tries")
    person = find_person_by_receipt(receipt)
    if person is None or person.born_on != born_on:
        return DomainError("claim_not_found")
    represent(account_id, person.id, kind=kind, relation=relation, given_how="code", now=now)
    return person.id
