"""Accounts of staff and town offices, and their roles."""

import base64
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Account, Grant
from eldercampus.people.sealing import seal
from eldercampus.people.sessions import end_sessions_of
from eldercampus.people.staff_sign_in import HASHER, recovery_hash

CAMPUS_ROLES = frozenset({"teacher", "clerk", "campus_head"})
TOWN_ROLES = frozenset({"town_officer"})
DISTRICT_ROLES = frozenset({"district_officer", "auditor"})
STAFF_ROLES = tuple(sorted(CAMPUS_ROLES | TOWN_ROLES | DISTRICT_ROLES))
LEAST_PASSWORD = 12
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
_RECOVERY_CODES = 10


@dataclass(frozen=True)
class NewAccount:
    """What is shown once: the secret for the authenticator, and codes for the day it is lost."""

    account: Account
    totp_secret: str
    totp_uri: str
    recovery_codes: tuple[str, ...]


def create_account(
    username: str,
    password: str,
    *,
    now: datetime,
    name: str = "",
    name_latin: str = "",
    language: str = "zh",
    password_hash: str | None = None,
    account_id: int | None = None,
) -> NewAccount:
    """A staff account without a role yet (see grant). account_id: who makes it.

    password_hash: one made before from the same password, where many accounts share it.
    Raises username_odd, username_taken or password_short.
    """
    if not _USERNAME.fullmatch(username):
        raise DomainError("username_odd")
    if len(password) < LEAST_PASSWORD:
        raise DomainError("password_short", least=LEAST_PASSWORD)
    if db.session.scalar(select(Account.id).where(Account.username == username)) is not None:
        raise DomainError("username_taken", username=username)
    secret = pyotp.random_base32()
    codes = tuple(_recovery_code() for _ in range(_RECOVERY_CODES))
    account = Account(
        username=username,
        password_hash=password_hash or HASHER.hash(password),
        totp_sealed=seal(secret),
        recovery_codes=[recovery_hash(code) for code in codes],
        name=name,
        name_latin=name_latin,
        language=language,
        created_at=now,
    )
    db.session.add(account)
    db.session.flush()
    record("account.create", f"account:{account.id}", now=now, account_id=account_id)
    uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="eldercampus")
    return NewAccount(account, secret, str(uri), codes)


def _recovery_code() -> str:
    """Four groups of four letters and digits, 80 bits."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def grant(
    account_id: int,
    role: str,
    *,
    now: datetime,
    campus_id: int | None = None,
    town_id: int | None = None,
    by_account_id: int | None = None,
) -> Grant:
    """Gives a role at a place; the account signs in anew. Raises role_place, grant_stands."""
    if (role in CAMPUS_ROLES, role in TOWN_ROLES) != (campus_id is not None, town_id is not None):
        raise DomainError("role_place", role=role)
    same = select(Grant.id).where(
        Grant.account_id == account_id,
        Grant.role == role,
        Grant.campus_id.is_not_distinct_from(campus_id),
        Grant.town_id.is_not_distinct_from(town_id),
    )
    if db.session.scalar(same) is not None:
        raise DomainError("grant_stands")
    given = Grant(account_id=account_id, role=role, campus_id=campus_id, town_id=town_id)
    db.session.add(given)
    db.session.flush()
    end_sessions_of(account_id, now)
    facts = {"role": role, "campus_id": campus_id, "town_id": town_id}
    record("account.grant", f"account:{account_id}", now=now, account_id=by_account_id, **facts)
    return given


def revoke(grant_id: int, *, now: datetime, by_account_id: int | None = None) -> None:
    """Takes a role back; the account signs in anew. Raises grant_not_found."""
    given = db.session.get(Grant, grant_id)
    if given is None:
        raise NotFound("grant_not_found")
    subject, role = f"account:{given.account_id}", given.role
    end_sessions_of(given.account_id, now)
    db.session.delete(given)
    record("account.revoke", subject, now=now, account_id=by_account_id, role=role)


def list_staff_accounts() -> list[Account]:
    """All that may sign in with a password, with their grants."""
    query = select(Account).where(Account.username.is_not(None), Account.ended_at.is_(None))
    return list(
        db.session.scalars(query.options(selectinload(Account.grants)).order_by(Account.id))
    )


def accounts_by_id(ids: Iterable[int | None]) -> dict[int, Account]:
    """Also those that have ended, for pages that say who did something."""
    query = select(Account).where(Account.id.in_({one for one in ids if one is not None}))
    return {account.id: account for account in db.session.scalars(query)}


def end_account(account_id: int, *, now: datetime, by_account_id: int | None = None) -> None:
    """Nobody signs in with this account again. Raises account_not_found."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound("account_not_found")
    account.ended_at = now
    end_sessions_of(account_id, now)
    record("account.end", f"account:{account_id}", now=now, account_id=by_account_id)
