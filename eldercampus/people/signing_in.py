"""Signing in with a phone and a one-time code: seniors and family.

Anybody may apply, so an unknown phone gets an account at its first sign-in; known and unknown
numbers meet the same answers in the same time. What counts tries must be committed, also when the
answer is no: refusals are returned, not raised. Codes sent for another purpose sign nobody in.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, delete, select, update

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import day_of
from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.notices.outbox import queue_notice
from eldercampus.people.insertion import insert_once
from eldercampus.people.models import Account, Contact, Grant, Person, Representation, SignInCode
from eldercampus.people.representing import stands_on
from eldercampus.people.sealing import keyed_hash
from eldercampus.people.sessions import end_sessions_of
from eldercampus.people.throttling import count_try

PURPOSE = "sign_in"
CODE_LASTS = timedelta(minutes=10)
PAUSE = timedelta(seconds=60)
TRIES = 5
NUMBERS_ARE_RECYCLED_AFTER = timedelta(days=180)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Sent:
    """A code is under way; only a demonstration shows it."""

    code: str
    ends_at: datetime


def send_code(phone: str, *, address: str, now: datetime) -> Sent | DomainError:
    """Sends a new code to the phone (E.164); earlier ones are void. address: where the asker sits.

    Gives code_sent_recently (within 60 s; the one sent holds) or too_many_codes.
    """
    latest = db.session.scalar(_latest(phone))
    if latest is not None and latest.used_at is None and now < latest.sent_at + PAUSE:
        return DomainError("code_sent_recently")
    if not _within_caps(phone, address, now):
        return DomainError("too_many_codes")
    code = f"{secrets.randbelow(1_000_000):06d}"
    sent = SignInCode(
        phone=phone, code_hash=_hash(phone, code), sent_at=now, ends_at=now + CODE_LASTS
    )
    db.session.add(sent)
    db.session.flush()
    queue_notice(
        "sign_in_code",
        subject=f"code:{sent.id}",
        occurrence=now.isoformat(),
        person_id=None,
        now=now,
        address=phone,
        code=code,
    )
    return Sent(code, sent.ends_at)


def _within_caps(phone: str, address: str, now: datetime) -> bool:
    """All are counted, so that none can be tried out through another."""
    caps = (
        count_try("code", phone, most=5, window=_HOUR, now=now),
        count_try("code", phone, most=10, window=_DAY, now=now),
        count_try("code_from", address, most=60, window=_HOUR, now=now),
        count_try("code_all", "", most=5_000, window=_HOUR, now=now),
    )
    return all(caps)


def _latest(phone: str) -> Select[tuple[SignInCode]]:
    return (
        select(SignInCode)
        .where(SignInCode.phone == phone, SignInCode.purpose == PURPOSE)
        .order_by(SignInCode.id.desc())
        .limit(1)
    )


def _hash(phone: str, code: str) -> str:
    return keyed_hash(f"code:{phone}:{code}")


def sign_in_with_code(
    phone: str,
    code: str,
    *,
    now: datetime,
    born_on: date | None = None,
    new_owner: bool = False,
) -> Account | DomainError:
    """The phone's account, made now if it is new; the code is used up.

    Gives code_over, code_wrong, account_ended, and for an account that stands for somebody and was
    not used for 180 days birth_date_needed or birth_date_other: phone numbers are given to other
    people. new_owner: whoever has it now says that they are such a one, and begins anew.
    """
    sent = _check_code(phone, code, now)
    if isinstance(sent, DomainError):
        return sent
    account = account_of_phone(phone, now)
    if account.ended_at is not None:
        return DomainError("account_ended")
    refusal = _recycled(account, born_on, now)
    if refusal is not None and not new_owner:
        return refusal
    if refusal is not None:
        _begin_anew(account, now)
    sent.used_at = now
    record("account.sign_in", f"account:{account.id}", now=now, account_id=account.id)
    return account


def _check_code(phone: str, code: str, now: datetime) -> SignInCode | DomainError:
    """The row of the right code; a try is counted."""
    latest = db.session.scalar(_latest(phone).with_for_update())
    if latest is None or latest.used_at or now >= latest.ends_at or latest.tries >= TRIES:
        return DomainError("code_over")
    latest.tries += 1
    if not secrets.compare_digest(latest.code_hash, _hash(phone, code)):
        left = TRIES - latest.tries
        return DomainError("code_wrong", left=left) if left else DomainError("code_over")
    return latest


def account_of_phone(phone: str, now: datetime) -> Account:
    """The account that signs in with the phone, made now if there is none."""
    if insert_once(
        Account, phone=phone, name="", name_latin="", language="zh", created_at=now,
        totp_last_step=0, recovery_codes=[],
    ):  # fmt: skip
        account = db.session.scalars(select(Account).where(Account.phone == phone)).one()
        record("account.create", f"account:{account.id}", now=now, account_id=account.id)
        return account
    return db.session.scalars(select(Account).where(Account.phone == phone)).one()


def _recycled(account: Account, born_on: date | None, now: datetime) -> DomainError | None:
    last = account.last_sign_in_at or account.created_at
    if now < last + NUMBERS_ARE_RECYCLED_AFTER:
        return None
    query = (
        select(Person.born_on)
        .join(Representation, Representation.person_id == Person.id)
        .where(Representation.account_id == account.id, stands_on(day_of(now)))
    )
    birthdays = set(db.session.scalars(query))
    if not birthdays or born_on in birthdays:
        return None
    return DomainError("birth_date_needed" if born_on is None else "birth_date_other")


def _begin_anew(account: Account, now: datetime) -> None:
    """The number is somebody else's now: they act for nobody yet and hold no role. The persons
    stay; they come back with receipt number and birth date, or at a counter. Nothing goes to the
    number any more: news takes the next way that they have."""
    _forget_number(account, now)
    standing = update(Representation).where(
        Representation.account_id == account.id, Representation.ended_at.is_(None)
    )
    db.session.execute(standing.values(ended_at=now))
    db.session.execute(delete(Grant).where(Grant.account_id == account.id))
    account.name = account.name_latin = ""
    end_sessions_of(account.id, now)
    record("account.begin_anew", f"account:{account.id}", now=now, account_id=account.id)


def _forget_number(account: Account, now: datetime) -> None:
    """Takes it from the contacts of those whom the account ever stood for."""
    ever = select(Representation.person_id).where(Representation.account_id == account.id)
    theirs = Contact.person_id.in_(ever) & (Contact.value == account.phone)
    person_ids = sorted(set(db.session.scalars(select(Contact.person_id).where(theirs))))
    db.session.execute(delete(Contact).where(theirs))
    for person_id in person_ids:
        record("person.change", f"person:{person_id}", now=now, fields=["contacts"])


def change_phone(account_id: int, phone: str, *, now: datetime) -> None:
    """The account has another phone from now on and signs in anew. Raises phone_taken."""
    taken = select(Account.id).where(Account.phone == phone, Account.id != account_id)
    if db.session.scalar(taken) is not None:
        raise DomainError("phone_taken")
    mine = update(Account).where(Account.id == account_id, Account.phone.is_not(None))
    db.session.execute(mine.values(phone=phone))
    end_sessions_of(account_id, now)
    record("account.change_phone", f"account:{account_id}", now=now, account_id=account_id)
