"""Signing in without a phone: an account for the person themselves, and the code that a clerk reads
out after seeing or hearing who it is.

As in signing_in.py refusals are returned, not raised, so that the count of tries is kept.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.insertion import insert_once
from eldercampus.people.models import Account, DeskCode, Person, Representation
from eldercampus.people.representing import is_own
from eldercampus.people.sealing import keyed_hash
from eldercampus.people.throttling import count_try

CHECKS = ("id_card", "known", "call")
DESK_CODE_LASTS = timedelta(minutes=15)
TRIES = 5

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Given:
    """To be read out; shown to the clerk this once."""

    code: str
    ends_at: datetime


def account_without_phone(person_id: int, now: datetime) -> Account:
    """The person's own account, made now if there is none. Until a code was read out it may apply
    and no more."""
    made = insert_once(
        Account, person_id=person_id, name="", name_latin="", language="zh", created_at=now,
        totp_last_step=0, recovery_codes=[],
    )  # fmt: skip
    account = db.session.scalars(select(Account).where(Account.person_id == person_id)).one()
    if made:
        record("account.create", f"account:{account.id}", now=now, account_id=account.id)
    insert_once(
        Representation, account_id=account.id, person_id=person_id, kind="self", relation="",
        may_apply=True, may_answer=False, may_see=False, given_at=now, given_how="receipt",
    )  # fmt: skip
    return account


def give_desk_code(
    person_id: int, *, checked: str, clerk_id: int, now: datetime
) -> Given | DomainError:
    """A new code for the person; earlier ones are void. checked: how they were recognised.

    Raises person_not_found, not_recognised; gives too_many_codes.
    """
    if checked not in CHECKS:
        raise DomainError("not_recognised")
    person = db.session.get(Person, person_id)
    if person is None or person.merged_into_id or person.died_on or person.erased_at:
        raise NotFound("person_not_found")
    may_give = (
        count_try("desk_code", str(person_id), most=10, window=_DAY, now=now),
        count_try("desk_code_by", str(clerk_id), most=60, window=_HOUR, now=now),
    )
    if not all(may_give):
        return DomainError("too_many_desk_codes")
    code = f"{secrets.randbelow(1_000_000):06d}"
    given = DeskCode(person_id=person_id, code_hash=_hash(person_id, code), checked=checked)
    given.given_by_id, given.given_at, given.ends_at = clerk_id, now, now + DESK_CODE_LASTS
    db.session.add(given)
    subject = f"person:{person_id}"
    record("desk_code.give", subject, now=now, account_id=clerk_id, checked=checked)
    return Given(code, given.ends_at)


def _hash(person_id: int, code: str) -> str:
    return keyed_hash(f"desk:{person_id}:{code}")


def sign_in_with_desk_code(
    account_id: int, code: str, *, now: datetime, person_id: int | None = None
) -> Account | DomainError:
    """The account, which from now on may also see and answer; the code is used up. person_id: whom
    a phone took up with a slip; without it the account is that of somebody without a phone.

    Gives desk_code_over (none given, over, used, five tries) or desk_code_wrong.
    """
    account = db.session.get_one(Account, account_id)
    if account.person_id is not None:
        person_id = account.person_id
    elif person_id is not None and not is_own(account_id, person_id):
        person_id = None
    if person_id is None:
        return DomainError("desk_code_over")
    query = select(DeskCode).where(DeskCode.person_id == person_id)
    latest = db.session.scalar(query.order_by(DeskCode.id.desc()).limit(1).with_for_update())
    if latest is None or latest.used_at or now >= latest.ends_at or latest.tries >= TRIES:
        return DomainError("desk_code_over")
    latest.tries += 1
    if not secrets.compare_digest(latest.code_hash, _hash(person_id, code)):
        left = TRIES - latest.tries
        return DomainError("desk_code_wrong", left=left) if left else DomainError("desk_code_over")
    latest.used_at = now
    whole = update(Representation).where(
        Representation.account_id == account_id,
        Representation.person_id == person_id,
        Representation.ended_at.is_(None),
    )
    db.session.execute(whole.values(may_answer=True, may_see=True))
    subject = f"account:{account_id}"
    record("account.sign_in", subject, now=now, account_id=account_id, how=latest.checked)
    return account
