"""An account acts for a person: for oneself or as a relative, within a scope, until a date.

Asking for it stands in asking.py, giving it in giving.py.
"""

from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, or_, select

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import day_of
from eldercampus.db import db
from eldercampus.errors import NotFound
from eldercampus.notices.outbox import queue_notice
from eldercampus.people.letting_go import let_go
from eldercampus.people.models import Account, Person, Representation

SCOPES = ("apply", "answer", "see")
ASKED = "asked"
"""given_how of somebody who was entered by a relative and has not said yes yet."""

Act = Literal[
    "apply",
    "change",
    "withdraw",
    "confirm",
    "decline",
    "give_back",
    "accept",
    "refuse",
    "join",
    "leave",
    "automatic",
    "data",
]


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
    by_account_id: int | None = None,
) -> Representation:
    """Lets the account act for the person; one that stands already is renewed with these rights.

    kind: self or relative; relation: daughter, son, spouse …; given_how: web, code, paper, phone,
    or asked; by_account_id: who gives it, where that is not the account itself.
    """
    # two who give at once come one after the other, so that the second renews
    person = select(Person.id).where(Person.id == person_id).with_for_update()
    if db.session.scalar(person) is None:
        raise NotFound("person_not_found")
    row = db.session.scalar(_not_ended(account_id, person_id))
    if row is None:
        row = Representation(account_id=account_id, person_id=person_id)
        db.session.add(row)
    had = {name for name in SCOPES if getattr(row, f"may_{name}")}
    had_more = row.id is not None and not had <= set(scope)
    row.kind, row.relation, row.until_on, row.given_how = kind, relation, until_on, given_how
    row.may_apply, row.may_answer, row.may_see = (name in scope for name in SCOPES)
    row.given_at = now
    record(
        "representation.give",
        f"person:{person_id}",
        now=now,
        account_id=by_account_id or account_id,
        to=account_id,
        kind=kind,
        relation=relation,
        scope=list(scope),
        until=until_on.isoformat() if until_on else None,
        how=given_how,
    )
    db.session.flush()
    if had_more:
        let_go(row, by_account_id=by_account_id or account_id, now=now)
    return row


def end_representation(
    account_id: int, person_id: int, *, by_account_id: int, now: datetime, note: str = ""
) -> Representation:
    """The account no longer acts for the person; both are told. Raises representation_not_found.

    note: who said so, where staff end it.
    """
    row = db.session.scalar(_not_ended(account_id, person_id).with_for_update())
    if row is None:
        raise NotFound("representation_not_found")
    row.ended_at, row.ended_by_id, row.ended_note = now, by_account_id, note
    subject = f"person:{person_id}"
    record("representation.end", subject, now=now, account_id=by_account_id, of=account_id)
    db.session.flush()
    let_go(row, by_account_id=by_account_id, now=now)
    if row.kind == "relative" and row.given_how != ASKED:
        tell_both(row, "ended", now)
    return row


def end_representations_of(person_id: int, *, by_account_id: int, now: datetime) -> list[int]:
    """Nobody acts for the person any more, nobody is told; the ids of the accounts that did."""
    rows = db.session.scalars(
        select(Representation)
        .where(Representation.person_id == person_id, Representation.ended_at.is_(None))
        .with_for_update()
    ).all()
    for row in rows:
        row.ended_at, row.ended_by_id = now, by_account_id
        subject = f"person:{person_id}"
        record("representation.end", subject, now=now, account_id=by_account_id, of=row.account_id)
    db.session.flush()
    return [row.account_id for row in rows]


def tell_both(row: Representation, result: Literal["given", "ended"], now: datetime) -> None:
    """The person by their own way, the relative by the phone they sign in with."""
    subject, again = f"representation:{row.id}", now.isoformat()
    queue_notice(
        f"relation_{result}", subject=subject, person_id=row.person_id, now=now, occurrence=again
    )
    account = db.session.get_one(Account, row.account_id)
    if account.phone is not None:
        queue_notice(
            "relation_answer",
            subject=subject,
            person_id=None,
            now=now,
            occurrence=again,
            address=account.phone,
            result=result,
            language=account.language,
        )


def tell_of(
    person_id: int,
    account_id: int | None,
    act: Act,
    now: datetime,
    *,
    subject: str,
    again: object = "",
) -> None:
    """A copy to the person of what a relative did in their name; nothing where they, or staff, did
    it themselves.

    subject: what it was about ("application:3", "placement:7", "offer:9", "section:4",
    "person:12"); again: tells apart what may be done more than once (a version, a moment).
    """
    row = find_relative(person_id, account_id, now)
    if row is None:
        return
    moment = int(again.timestamp()) if isinstance(again, datetime) else again
    queue_notice(
        "done_in_your_name",
        subject=f"representation:{row.id}",
        person_id=person_id,
        now=now,
        occurrence=f"{subject}/{act}/{moment}",
        act=act,
        about=subject,
    )


def find_relative(person_id: int, account_id: int | None, now: datetime) -> Representation | None:
    """As whom the account acts for somebody else; None for oneself, and for staff."""
    if account_id is None:
        return None
    acting = _not_ended(account_id, person_id).where(Representation.kind == "relative")
    return db.session.scalar(acting.where(stands_on(day_of(now))))


def is_own(account_id: int, person_id: int | None, *, whole: bool = False) -> bool:
    """Whether the account is the person's own; whole: and may do everything."""
    own = select(Representation.id).where(
        Representation.account_id == account_id,
        Representation.person_id == person_id,
        Representation.kind == "self",
        Representation.ended_at.is_(None),
    )
    if whole:
        own = own.where(Representation.may_see, Representation.may_answer)
    return db.session.scalar(own) is not None


def stands_on(day: date) -> ColumnElement[bool]:
    """Of a Representation: it has not ended, neither by somebody nor by its date."""
    within = or_(Representation.until_on.is_(None), Representation.until_on >= day)
    return Representation.ended_at.is_(None) & within


def _not_ended(account_id: int, person_id: int) -> Select[tuple[Representation]]:
    return select(Representation).where(
        Representation.account_id == account_id,
        Representation.person_id == person_id,
        Representation.ended_at.is_(None),
    )
