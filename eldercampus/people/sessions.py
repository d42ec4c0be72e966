"""Signed-in browsers as rows. The cookie holds a random token, the row its hash.

Moments here are those of the clock on the wall, also while a demonstration's clock runs ahead.
"""

import secrets
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import contains_eager

from eldercampus.db import db
from eldercampus.people.models import Account, WebSession
from eldercampus.people.sealing import keyed_hash

STAFF_LASTS = timedelta(hours=12)  # one working day
LEARNER_LASTS = timedelta(days=30)  # what was begun can be finished without a new code; also on a
# computer that others use: there the cookie ends with the browser


def _hash(token: str) -> str:
    return keyed_hash(f"session:{token}")


def start_session(account: Account, now: datetime, *, only_apply: bool = False) -> str:
    """Signs the account in on one browser and gives the token for its cookie. only_apply: without
    a code, so for the application alone."""
    token = secrets.token_urlsafe(32)
    row = WebSession(token_hash=_hash(token), account_id=account.id, started_at=now, seen_at=now)
    row.only_apply = only_apply
    db.session.add(row)
    signed = update(Account).where(Account.id == account.id).values(last_sign_in_at=now)
    db.session.execute(signed)
    return token


def find_session(token: str, now: datetime) -> WebSession | None:
    """The live session with its .account and the account's .grants; None once it is over."""
    found = db.session.scalars(_live(), {"hash": _hash(token)}).unique().one_or_none()
    if found is None:
        return None
    lasts = STAFF_LASTS if found.account.username else LEARNER_LASTS
    return found if now < found.started_at + lasts else None


@cache
def _live() -> Select[tuple[WebSession]]:
    """Built once: every page begins with it."""
    return (
        select(WebSession)
        .join(WebSession.account)
        .where(WebSession.token_hash == bindparam("hash"), WebSession.ended_at.is_(None))
        .where(Account.ended_at.is_(None))
        .options(contains_eager(WebSession.account).joinedload(Account.grants))
    )


def account_of_session(token: str) -> int | None:
    """Whose session it is or was; None for one that was never there or is cleared away."""
    query = select(WebSession.account_id).where(WebSession.token_hash == _hash(token))
    return db.session.scalar(query)


def end_session(token: str, now: datetime) -> None:
    """Signs this browser out; its cookie is worth nothing from now on."""
    mine = update(WebSession).where(WebSession.token_hash == _hash(token))
    db.session.execute(mine.where(WebSession.ended_at.is_(None)).values(ended_at=now))


def end_sessions_of(account_id: int, now: datetime) -> None:
    """Signs the account out everywhere: after a change of role, phone or password."""
    all_of_them = update(WebSession).where(WebSession.account_id == account_id)
    db.session.execute(all_of_them.where(WebSession.ended_at.is_(None)).values(ended_at=now))


def choose_person(token: str, person_id: int | None, now: datetime) -> None:
    """For whom this browser asks from now on."""
    mine = update(WebSession).where(WebSession.token_hash == _hash(token))
    db.session.execute(mine.values(person_id=person_id, seen_at=now))
