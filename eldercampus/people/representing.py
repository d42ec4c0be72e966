"""An account acts for a person: for oneself or as a relative, within a scope, until a date."""

from datetime import date, datetime

from sqlalchemy import Select, select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import NotFound
from eldercampus.people.models import Person, Representation

SCOPES = ("apply", "answer", "see")


def represent(
    account_id: int,
    person_id: int,
    *,
    kind: str,
    now: datetime,
    relation: str = "",
    scope: tuple[str, ...] = SCOPES,
    until_on: date | None = None,
    given_how: str = "web",
) -> Representation:
    """Lets the account act for the person; one that stands already is renewed with these rights.

    kind: self or relative; relation: daughter, son, spouse …; given_how: web, code, paper, phone.
    """
    if db.session.scalar(select(Person.id).where(Person.id == person_id)) is None:
        raise NotFound("person_not_found")
    row = db.session.scalar(_standing(account_id, person_id))
    if row is None:
        row = Representation(account_id=account_id, person_id=person_id, given_at=now)
        db.session.add(row)
    row.kind, row.relation, row.until_on, row.given_how = kind, relation, until_on, given_how
    row.may_apply, row.may_answer, row.may_see = (name in scope for name in SCOPES)
    record(
        "representation.give",
        f"person:{person_id}",
        now=now,
        account_id=account_id,
        kind=kind,
        relation=relation,
        scope=list(scope),
        how=given_how,
    )
    db.session.flush()
    return row


def end_representation(
    account_id: int, person_id: int, *, by_account_id: int, now: datetime
) -> None:
    """The account no longer acts for the person. Raises representation_not_found."""
    row = db.session.scalar(_standing(account_id, person_id))
    if row is None:
        raise NotFound("representation_not_found")
    row.ended_at = now
    subject = f"person:{person_id}"
    record("representation.end", subject, now=now, account_id=by_account_id, of=account_id)


def _standing(account_id: int, person_id: int) -> Select[tuple[Representation]]:
    return select(Representation).where(
        Representation.account_id == account_id,
        Representation.person_id == person_id,
        Representation.ended_at.is_(None),
    )
