"""The signed-in browser: what its cookie carries, and how Flask-Login finds the account behind it.

The cookie holds a token; whether it is worth anything stands in a row (people/sessions.py).
"""

from dataclasses import dataclass, replace

from flask import Request, abort, g, session
from sqlalchemy.exc import SQLAlchemyError

from eldercampus.clock import wall_now
from eldercampus.db import db
from eldercampus.extensions import login
from eldercampus.people.kept_forms import claim_kept_form
from eldercampus.people.models import Account
from eldercampus.people.sessions import (
    account_of_session,
    choose_person,
    end_session,
    find_session,
    start_session,
)

KEPT = "kept_form"  # the name in the cookie of what was typed: see web/kept_forms.py
_TOKEN = "signed_in"  # noqa: S105 - the name in the cookie
_OF_THE_VISITOR_BEFORE = ("csrf_token", "sign_in_phone", "demo_code", _TOKEN)


@dataclass(frozen=True)
class BrowserSession:
    """This request's session: its cookie's token, for whom it asks, once that was chosen, and
    whether it began without a code and so is for the application alone."""

    token: str
    person_id: int | None
    only_apply: bool = False


def init_browser_session() -> None:
    login.request_loader(_load)


def _load(_request: Request) -> Account | None:
    """The account, with its grants, on its own: a later rollback does not empty it."""
    token = session.get(_TOKEN)
    if not isinstance(token, str) or g.get("database_is_away"):
        return None
    try:
        found = find_session(token, wall_now())
    except SQLAlchemyError:
        g.database_is_away = True  # the error page asks again who is signed in
        abort(503)
    if found is None:
        return None
    g.browser_session = BrowserSession(token, found.person_id, found.only_apply)
    account = found.account
    for row in (found, *account.grants, account):
        db.session.expunge(row)
    return account


def browser_session() -> BrowserSession | None:
    """None while nobody is signed in. The guard has loaded it before any view runs."""
    found: BrowserSession | None = g.get("browser_session")
    return found


def only_apply() -> bool:
    """Whether this session is for the application alone."""
    current = browser_session()
    return current is not None and current.only_apply


def account_before() -> int | None:
    """Whose session this browser had, when it has ended; None for a browser without one."""
    token = session.get(_TOKEN)
    return account_of_session(token) if isinstance(token, str) else None


def begin(account: Account, *, only_apply: bool = False) -> None:
    """Signs this browser in, inside the caller's transaction. Its cookie gets a new token; what the
    visitor had chosen before (classes, say) stays, and what they had typed becomes theirs; of
    somebody else, who was signed in here before, nothing stays."""
    now = wall_now()
    if account_before() not in (None, account.id):
        _forget_all_but(_TOKEN, KEPT)
    if isinstance(old := session.get(_TOKEN), str):
        end_session(old, now)
    if isinstance(kept := session.get(KEPT), str):
        claim_kept_form(kept, account.id, now)
    for name in _OF_THE_VISITOR_BEFORE:
        session.pop(name, None)
    session[_TOKEN] = start_session(account, now, only_apply=only_apply)
    session.permanent = account.phone is not None


def _forget_all_but(*names: str) -> None:
    for name in set(session) - set(names):
        session.pop(name)


def end() -> None:
    """Signs this browser out, inside the caller's transaction, and forgets all it carried."""
    if isinstance(token := session.get(_TOKEN), str):
        end_session(token, wall_now())
    session.clear()
    g.pop("browser_session", None)


def choose(person_id: int) -> None:
    """From now on this browser asks for this person; inside the caller's transaction."""
    current = browser_session()
    if current is not None:
        choose_person(current.token, person_id, wall_now())
        g.browser_session = replace(current, person_id=person_id)
