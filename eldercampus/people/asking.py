"""A relative asks to act for somebody who is entered already.

Whether such a person is known must not be found out by asking: a request is written in any case,
and looks the same from outside. Giving it stands in giving.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import day_of
from eldercampus.db import db, rows_changed
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Account, Contact, Person, RelationRequest, Representation
from eldercampus.people.representing import SCOPES, is_own
from eldercampus.people.throttling import count_try

RELATIONS = ("daughter", "son", "spouse", "grandchild", "in_law", "relative", "neighbour")
LONGEST_NAME = 30
ANSWERED_WITHIN = timedelta(days=90)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_PLAIN_NAME = re.compile(r"[^\W\d_]+(?:[ ·'’.-]+[^\W\d_]+)*\.?")


@dataclass(frozen=True)
class Terms:
    """What is asked for, or given: who the relative is, what they may do, until when."""

    relation: str
    scope: Sequence[str] = SCOPES
    until_on: date | None = None

    def check(self, now: datetime) -> None:
        """Raises relation_missing, scope_missing or until_past."""
        if self.relation not in RELATIONS:
            raise DomainError("relation_missing")
        if not set(self.scope) & set(SCOPES):
            raise DomainError("scope_missing")
        if self.until_on is not None and self.until_on < day_of(now):
            raise DomainError("until_past")


def may_ask(account_id: int, address: str, now: datetime) -> bool:
    """Counts one question after somebody; address: where the asker sits."""
    counts = (
        count_try("ask", f"account:{account_id}", most=10, window=_HOUR, now=now),
        count_try("ask", f"account:{account_id}", most=30, window=_DAY, now=now),
        count_try("ask_from", address, most=60, window=_HOUR, now=now),
    )
    return all(counts)


def find_asked_for(name: str, born_on: date, phone: str) -> int | None:
    """Who has this name, birth date and phone of their own; the earliest entry."""
    query = (
        select(Person.id)
        .join(Contact, Contact.person_id == Person.id)
        .where(Person.name == name, Person.born_on == born_on)
        .where(Contact.value == phone, Contact.whose == "own")
        .where(Person.merged_into_id.is_(None), Person.died_on.is_(None))
        .order_by(Person.id)
        .limit(1)
    )
    return db.session.scalar(query)


def ask_relation(
    account_id: int,
    person_id: int | None,
    terms: Terms,
    *,
    named: str,
    asker: str,
    now: datetime,
) -> RelationRequest:
    """Asks; person_id: None where nobody was found. named: whom the relative wrote down.

    A request for the same person that is open stays on the relative's page and counts no more.
    Raises the codes of Terms.check, or asker_odd.
    """
    terms.check(now)
    check_asker(asker)
    if is_own(account_id, person_id):
        person_id = None  # nobody is their own relative
    # sent several times at once, one waits for the other: the answer is the same as for nobody
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    earlier = update(RelationRequest).where(
        RelationRequest.account_id == account_id,
        RelationRequest.person_id == person_id,
        RelationRequest.state == "asked",
    )
    db.session.execute(earlier.values(person_id=None))
    request = RelationRequest(
        account_id=account_id, person_id=person_id, named=named, asker=asker, asked_at=now
    )
    write_terms(request, terms)
    db.session.add(request)
    db.session.flush()
    subject = f"relation:{request.id}"
    record("relation.ask", subject, now=now, account_id=account_id, scope=list(terms.scope))
    return request


def check_asker(name: str) -> None:
    """Raises asker_odd: the name goes into a message, so it is a name and nothing else."""
    if len(name) > LONGEST_NAME or not _PLAIN_NAME.fullmatch(name):
        raise DomainError("asker_odd")


def withdraw_request(request_id: int, *, account_id: int, now: datetime) -> None:
    """The relative asks no more; twice has one effect, and what was decided meanwhile stays.
    Raises request_not_found."""
    request = get_request_of(request_id, account_id)
    still_asked = update(RelationRequest).where(
        RelationRequest.id == request.id, RelationRequest.state == "asked"
    )
    if rows_changed(still_asked.values(state="withdrawn", decided_at=now)):
        record("relation.withdraw", f"relation:{request_id}", now=now, account_id=account_id)


def withdraw_requests_about(person_id: int, *, now: datetime, account_id: int) -> None:
    """Nobody is asked any more about somebody who has died, or is erased."""
    open_ones = select(RelationRequest).where(
        RelationRequest.person_id == person_id, RelationRequest.state == "asked"
    )
    for request in db.session.scalars(open_ones):
        request.state, request.decided_at = "withdrawn", now
        record("relation.withdraw", f"relation:{request.id}", now=now, account_id=account_id)


def end_old_requests(now: datetime) -> None:
    """What nobody answered for a quarter of a year is over; whom it named is forgotten, also where
    that was nobody."""
    old = update(RelationRequest).where(RelationRequest.asked_at < now - ANSWERED_WITHIN)
    unanswered = old.where(RelationRequest.state == "asked")
    db.session.execute(unanswered.values(state="withdrawn", decided_at=now))
    unnamed = old.where(RelationRequest.state == "withdrawn", RelationRequest.named != "")
    db.session.execute(unnamed.values(named=""))


def get_request_of(request_id: int, account_id: int) -> RelationRequest:
    """The account's own request. Raises request_not_found."""
    query = select(RelationRequest).where(
        RelationRequest.id == request_id, RelationRequest.account_id == account_id
    )
    request = db.session.scalar(query.execution_options(populate_existing=True))
    if request is None:
        raise NotFound("request_not_found")
    return request


def write_terms(row: RelationRequest, terms: Terms) -> None:
    row.relation, row.until_on = terms.relation, terms.until_on
    row.may_apply, row.may_answer, row.may_see = (name in terms.scope for name in SCOPES)


def terms_of(row: RelationRequest | Representation) -> Terms:
    """As they stand in a request, or in what was given."""
    may = (row.may_apply, row.may_answer, row.may_see)
    scope = tuple(name for name, given in zip(SCOPES, may, strict=True) if given)
    return Terms(row.relation, scope, row.until_on)
