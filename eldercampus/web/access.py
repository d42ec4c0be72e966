"""Who may do what: one policy table, and the guard that asks it before every view.

Each view names its action with @allow("…"). A route without one is closed to everybody and fails
tests/web/test_routes.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from eldercampus.people.models import Account
from eldercampus.web.browser_session import only_apply
from eldercampus.web.kept_forms import Kept, forget_when_sent, keep_typed

View = TypeVar("View", bound=Callable[..., object])

# action → role → where it holds. "anyone" needs no sign-in; own: the persons the account stands
# for; campus, town: those of the grant; district: all.
POLICY: dict[str, dict[str, str]] = {
    "public.see": {"anyone": "district"},
    "sign_in": {"anyone": "district"},
    "demo.phone": {"anyone": "district"},
    "offer.answer_by_link": {"anyone": "own"},  # the token is the right
    "calendar.read_by_link": {"anyone": "own"},  # so it is here
    "account.use": {
        "learner": "own",
        "monitor": "own",
        "teacher": "own",
        "clerk": "own",
        "campus_head": "own",
        "town_officer": "own",
        "district_officer": "own",
        "auditor": "own",
    },
    "own.apply": {"learner": "own"},
    "own.see": {"learner": "own"},
    "own.reach": {"learner": "own"},  # where news goes
    "own.answer": {"learner": "own"},
    "own.enter": {"learner": "own"},  # persons whom the account is to act for
    "staff.see": {
        "clerk": "campus",
        "campus_head": "campus",
        "district_officer": "district",
        "auditor": "district",
    },
    "catalogue.see": {
        "clerk": "campus",
        "campus_head": "campus",
        "district_officer": "district",
        "auditor": "district",
    },
    "catalogue.edit": {"campus_head": "campus", "district_officer": "district"},
    "courses.edit": {"district_officer": "district"},
    "places.see": {
        "clerk": "campus",
        "campus_head": "campus",
        "district_officer": "district",
        "auditor": "district",
    },
    "places.edit": {"district_officer": "district"},
    "rules.see": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
        "auditor": "district",
        "town_officer": "district",
    },
    "rules.edit": {"district_officer": "district"},
    "person.see": {"clerk": "district", "campus_head": "district", "district_officer": "district"},
    "person.settle": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
    },
    "person.unmask": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
    },
    "person.desk_code": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
    },
    "relation.decide": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
    },
    "data.decide": {"campus_head": "district", "district_officer": "district"},
    "person.record_death": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
    },
    "tag.check": {"clerk": "district", "campus_head": "district", "district_officer": "district"},
    "person.enter": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
    },
    "application.see": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
    },
    "application.enter": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
    },
    "roster.see": {
        "teacher": "own",
        "clerk": "campus",
        "campus_head": "campus",
        "district_officer": "district",
    },
    "seat.answer": {"clerk": "campus", "campus_head": "campus", "district_officer": "district"},
    "round.see": {
        "clerk": "district",
        "campus_head": "district",
        "district_officer": "district",
        "auditor": "district",
    },
    "round.run": {"district_officer": "district"},
    "round.beacon": {"district_officer": "district", "auditor": "district"},
    "round.check": {"district_officer": "district", "auditor": "district"},
    "approval.see": {
        "campus_head": "campus",
        "district_officer": "district",
        "auditor": "district",
    },
    "approval.decide": {"campus_head": "campus", "district_officer": "district"},
    "seat.override": {"campus_head": "campus", "district_officer": "district"},
    "replay.ask": {"district_officer": "district"},
    "replay.see": {"district_officer": "district", "auditor": "district"},
    "clock.see": {"campus_head": "district", "district_officer": "district", "auditor": "district"},
    "clock.move": {"clerk": "district", "campus_head": "district", "district_officer": "district"},
    "town.see": {"town_officer": "town", "district_officer": "district", "auditor": "district"},
    "district.see": {"district_officer": "district", "auditor": "district"},
}


@dataclass(frozen=True)
class Scope:
    """Where the asker's right holds. Queries take it as an argument and filter by it."""

    district: bool = False
    campus_ids: frozenset[int] = frozenset()
    town_ids: frozenset[int] = frozenset()
    account_id: int | None = None

    @property
    def campuses(self) -> frozenset[int] | None:
        """The campuses as queries take them; None is every campus."""
        return None if self.district else self.campus_ids


def allow(action: str) -> Callable[[View], View]:
    """Declares the action of a view."""
    if action not in POLICY:
        raise KeyError(f"no action {action!r} in the policy table")

    def mark(view: View) -> View:
        view.access_action = action  # type: ignore[attr-defined]
        return view

    return mark


def scope_for(account: Account | None, action: str) -> Scope | None:
    """Where `account` may do `action`; None where nowhere. Needs account.grants loaded.

    Who signs in by phone, or with receipt number and birth date, is a learner without a grant.
    """
    rules = POLICY[action]
    if "anyone" in rules:
        return Scope(district=True, account_id=account.id if account else None)
    if account is None:
        return None
    roles = [(grant.role, grant.campus_id, grant.town_id) for grant in account.grants]
    if account.username is None:
        roles.append(("learner", None, None))
    held = [(rules[role], campus, town) for role, campus, town in roles if role in rules]
    if not held:
        return None
    return Scope(
        district=any(kind == "district" for kind, _, _ in held),
        campus_ids=frozenset(campus for kind, campus, _ in held if kind == "campus" and campus),
        town_ids=frozenset(town for kind, _, town in held if kind == "town" and town),
        account_id=account.id,
    )


def signed_in() -> Account | None:
    """The account behind this request: the object itself, never the proxy."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def require_account() -> Account:
    """The account behind a page that only signed-in people reach."""
    account = signed_in()
    if account is None:
        abort(403)
    return account


def scope_here(action: str) -> Scope | None:
    """As scope_for, for who is signed in on this browser: without a code it is for the application
    alone."""
    account = signed_in()
    if only_apply() and "anyone" not in POLICY[action] and action != "own.apply":
        return None
    return scope_for(account, action)


def may(action: str) -> bool:
    """For templates: whether to show a link or button."""
    return scope_here(action) is not None


def guard() -> Response | None:
    """Runs before every request: deny by default."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    action = getattr(view, "access_action", None)
    if action is None:
        abort(403)
    g.scope = scope_here(action)
    if g.scope is not None:
        forget_when_sent()
        return None
    account = signed_in()
    if account is None:
        return _to_sign_in("sign_in.phone" if "learner" in POLICY[action] else "sign_in.staff")
    if scope_for(account, action) is None:
        abort(403)
    return ask_for_desk_code()


def ask_for_desk_code() -> Response:
    """Receipt number and birth date are enough to apply; for this page a clerk reads out a code."""
    return _to_sign_in("without_phone.code")


def _to_sign_in(endpoint: str) -> Response:
    """And afterwards on to the page; what was typed is kept meanwhile."""
    if request.method == "GET":
        return redirect(url_for(endpoint, next=request.full_path.rstrip("?")), 303)
    kept = keep_typed()
    if signed_in() is None:
        flash(_("You are not signed in, or not any more."), "mind")
    flash(_told(kept), "mind")
    return redirect(url_for(endpoint, next=kept.page), 303)


def _told(kept: Kept) -> str:
    if kept.typed:
        return _(
            "What you typed is kept, but not sent yet. "
            "Once you are in, the page stands there again, filled in."
        )
    return _("What you just pressed was not done. Once you are in, please press it again.")


def init_access(app: Flask) -> None:
    app.before_request(guard)
    app.jinja_env.globals["may"] = may
