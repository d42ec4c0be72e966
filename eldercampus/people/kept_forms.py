"""What somebody typed into a page that was not taken in, because their session had ended or the
page was too old: kept sealed for a week, so that it stands there again once they are back.

Only the browser's cookie holds the token, and only the account whose session it was gets it back.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from eldercampus.db import db
from eldercampus.people.models import KeptForm
from eldercampus.people.sealing import keyed_hash, seal, unseal
from eldercampus.people.throttling import count_try

KEPT_FOR = timedelta(days=7)
# where nobody had been signed in: until then whoever signs in next in this browser is taken for
# the one who typed
NEXT_SIGN_IN_WITHIN = timedelta(days=1)
MOST_BYTES = 64 * 1024
MOST_BYTES_OF_STRANGERS = 8 * 1024  # without a session: anybody may send that
LONGEST_PATH = 200

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Typed:
    """path: the page with the form (/whom/add?next=/apply); form: its name; fields: name, text;
    whom: the id of the person whom the page was about, or ""."""

    path: str
    form: str
    fields: tuple[tuple[str, str], ...]
    whom: str = ""


def keep_form(typed: Typed, *, account_id: int | None, address: str, now: datetime) -> str | None:
    """Keeps it and gives the token for the cookie; None where it is too large, or came too often
    from one address. account_id: whose session had ended."""
    kept = {"form": typed.form, "fields": typed.fields, "whom": typed.whom}
    plain = json.dumps(kept, ensure_ascii=False).encode()
    most = MOST_BYTES_OF_STRANGERS if account_id is None else MOST_BYTES
    if len(plain) > most or len(typed.path) > LONGEST_PATH:
        return None
    caps = (
        count_try("kept", address, most=60, window=_HOUR, now=now),
        count_try("kept_all", "", most=2_000, window=_HOUR, now=now),
    )
    if not all(caps):
        return None
    token = secrets.token_urlsafe(24)
    row = KeptForm(token_hash=_hash(token), account_id=account_id, path=typed.path, kept_at=now)
    row.sealed = seal(plain)
    db.session.add(row)
    return token


def _hash(token: str) -> str:
    return keyed_hash(f"kept:{token}")


def find_kept_form(token: str, account_id: int | None, now: datetime) -> Typed | None:
    """What was kept for this browser and this account (None: nobody signed in); else None."""
    query = select(KeptForm.path, KeptForm.sealed, KeptForm.account_id)
    row = db.session.execute(
        query.where(KeptForm.token_hash == _hash(token), KeptForm.kept_at > now - KEPT_FOR)
    ).one_or_none()
    if row is None or row.account_id != account_id:
        return None
    plain = json.loads(unseal(row.sealed))
    fields = tuple((name, text) for name, text in plain["fields"])
    return Typed(row.path, plain["form"], fields, plain["whom"])


def claim_kept_form(token: str, account_id: int, now: datetime) -> None:
    """The browser's next sign-in: what nobody's session had sent is theirs."""
    unclaimed = update(KeptForm).where(
        KeptForm.token_hash == _hash(token),
        KeptForm.account_id.is_(None),
        KeptForm.kept_at > now - NEXT_SIGN_IN_WITHIN,
    )
    db.session.execute(unclaimed.values(account_id=account_id))


def forget_kept_form(token: str) -> None:
    db.session.execute(delete(KeptForm).where(KeptForm.token_hash == _hash(token)))
