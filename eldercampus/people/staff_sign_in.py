"""Signing in with user name, password and a changing code: staff and town offices.

As in signing_in.py refusals are returned, so that the count of tries is kept.
"""

from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from eldercampus.audit.chain import record
from eldercampus.db import db, rows_changed
from eldercampus.errors import DomainError
from eldercampus.people.models import Account
from eldercampus.people.sealing import keyed_hash, unseal
from eldercampus.people.throttling import count_try

STEP_S = 30
DEMONSTRATION_PASSWORD = "fenghua-demo-2026"  # noqa: S105 - shown on the demonstration's page
WINDOW = timedelta(minutes=15)
# OWASP's first recommendation: 46 MiB, one pass, one lane
HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
# Compared with when there is no such account, so that the answer takes as long.
_NOBODY = (
    "$argon2id$v=19$m=47104,t=1,p=1$/oCMvtZFL2zebiLi3OPUlQ"
    "$Wfx91XK3yVBM3BxwSIf+RHw13AqxGCGWWPJ04YA7++U"
)


def sign_in_staff(
    username: str, password: str, code: str, *, address: str, now: datetime
) -> Account | DomainError:
    """The account with its grants. code: the authenticator's six digits, or a recovery code.

    Gives too_many_tries, or sign_in_failed without saying what was wrong.
    """
    may_try = (
        count_try("staff", username, most=10, window=WINDOW, now=now),
        count_try("staff_from", address, most=100, window=WINDOW, now=now),
    )
    if not all(may_try):
        return DomainError("too_many_tries")
    account = db.session.scalar(
        select(Account)
        .where(Account.username == username, Account.ended_at.is_(None))
        .options(selectinload(Account.grants))
        .with_for_update()
    )
    right = _password_is(account, password)
    if account is None or not right or not _code_is(account, code, now):
        record("account.sign_in_failed", "account:?", now=now)
        return DomainError("sign_in_failed")
    record("account.sign_in", f"account:{account.id}", now=now, account_id=account.id)
    return account


def _password_is(account: Account | None, password: str) -> bool:
    known = account.password_hash if account else None
    try:
        HASHER.verify(known or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def _code_is(account: Account, code: str, now: datetime) -> bool:
    return _totp_is(account, code, now) or _recovery_is(account, code)


def _totp_is(account: Account, code: str, now: datetime) -> bool:
    """One step before and after are taken too; a step that was used is not, nor an earlier one."""
    if account.totp_sealed is None:
        return False
    totp = pyotp.TOTP(unseal(account.totp_sealed).decode(), interval=STEP_S)
    step = int(now.timestamp()) // STEP_S
    for candidate in (step - 1, step, step + 1):
        if candidate > account.totp_last_step and totp.verify(code, for_time=candidate * STEP_S):
            used = update(Account).where(
                Account.id == account.id, Account.totp_last_step < candidate
            )
            return rows_changed(used.values(totp_last_step=candidate)) == 1
    return False


def recovery_hash(code: str) -> str:
    """Case, blanks and hyphens do not matter."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return keyed_hash(f"recovery:{plain}")


def _recovery_is(account: Account, code: str) -> bool:
    wanted = recovery_hash(code)
    if wanted not in account.recovery_codes:
        return False
    account.recovery_codes = [known for known in account.recovery_codes if known != wanted]
    return True


def totp_now(account: Account, now: datetime) -> str:
    """What the account's authenticator shows; for the demonstration's sign-in page only."""
    if account.totp_sealed is None:
        return ""
    secret = unseal(account.totp_sealed).decode()
    return str(pyotp.TOTP(secret, interval=STEP_S).at(int(now.timestamp())))
