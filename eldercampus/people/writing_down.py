"""Whose hand writes down where a person's news goes. The person's own numbers are theirs: a
relative adds to them, and takes none away."""

from dataclasses import dataclass
from datetime import datetime

from eldercampus.db import db
from eldercampus.people.models import Account, Contact
from eldercampus.people.representing import find_relative, is_own


@dataclass(frozen=True)
class Hand:
    """mark: the account that a number written by it is marked with; None for the person and for
    staff, whose word counts. relation: as what a relative writes; may_answer: and whether what
    offers seats may go to them."""

    mark: int | None = None
    relation: str = "own"
    may_answer: bool = True

    @property
    def is_trusted(self) -> bool:
        return self.mark is None

    def wrote(self, contact: Contact) -> bool:
        return self.is_trusted or contact.added_by_id == self.mark


def hand_of(person_id: int, account_id: int | None, now: datetime) -> Hand:
    """account_id: None for what the system does. Who came with a slip alone is not trusted yet."""
    if account_id is None or is_own(account_id, person_id, whole=True):
        return Hand()
    account = db.session.get_one(Account, account_id)
    if account.username is not None:
        return Hand()
    row = find_relative(person_id, account_id, now)
    if row is None:
        return Hand(account_id, "relative", may_answer=False)
    return Hand(account_id, row.relation or "relative", row.may_answer)
