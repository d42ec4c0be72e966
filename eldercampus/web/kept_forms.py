"""Nothing typed is lost: a form that came after the session had ended, or from a page that was too
old, is kept (people/kept_forms.py), and stands filled in on its page once one is back.

It works for each Form by itself: a form says its name when it is printed (forms/form.py), and when
it is made for a page of which something was kept, it takes that. Nothing is done by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import flash, g, has_request_context, request, session
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from wtforms.fields.core import UnboundField

from eldercampus.clock import wall_now
from eldercampus.db import transaction
from eldercampus.people.kept_forms import Typed, find_kept_form, forget_kept_form, keep_form
from eldercampus.web.browser_session import KEPT, account_before
from eldercampus.web.paths import page_before

FORM = "_form"  # the hidden field with the form's name
WHOM = "whom"  # the one with whom its page is about: for_whom.py

_FORMS: dict[str, list[type]] = {}

Fields = ImmutableMultiDict[str, str]


def know_form(form: type) -> None:
    """Forms of one name (there may be several) keep what any of them keeps."""
    _FORMS.setdefault(form.__name__, []).append(form)


@dataclass(frozen=True)
class Kept:
    """page: where the form stands, None where the browser does not say; typed: whether there was
    something to keep, and it is kept."""

    page: str | None
    typed: bool


def keep_typed() -> Kept:
    """Keeps the form of this request. Only from a page of ours: nobody else's page can put words
    into a form of ours that way."""
    page, name = page_before(), request.form.get(FORM, "")
    fields = tuple(_to_keep(name)) if page else ()
    if page is None or not any(text for _name, text in fields):
        return Kept(page, typed=False)
    with transaction():
        token = keep_form(
            Typed(page, name, fields, request.form.get(WHOM, "")),
            account_id=_account_id() or account_before(),
            address=request.remote_addr or "",
            now=wall_now(),
        )
        before = session.get(KEPT)
        if token is not None and before is not None:
            forget_kept_form(before)
    if token is not None:
        session[KEPT] = token
    return Kept(page, typed=token is not None)


def _to_keep(name: str) -> Iterator[tuple[str, str]]:
    """The answers of a form of that name: no buttons, passwords, codes or files."""
    known = {field: kept for form in _FORMS.get(name, ()) for field, kept in _fields(form)}
    for field, text in request.form.items(multi=True):
        if known.get(field.partition("-")[0]) or known.get(field):
            yield field, text


def _fields(form: type) -> Iterator[tuple[str, bool]]:
    for name in dir(form):
        field = getattr(form, name, None)
        if isinstance(field, UnboundField):
            yield name, getattr(field.field_class, "kept", True)


def _account_id() -> int | None:
    return int(current_user.id) if current_user.is_authenticated else None


def fields_kept(form: type) -> Fields | None:
    """What was kept for a form on the page that is asked for; says so once above the page."""
    if not has_request_context() or request.method != "GET" or KEPT not in session:
        return None
    typed = _typed()
    if typed is None or typed.form != form.__name__ or not _is_here(typed):
        return None
    if "told_of_kept" not in g:
        g.told_of_kept = True
        flash(
            _(
                "What you had typed stands below again. It has not been sent yet: "
                "please look at it, and send it."
            )
        )
    return ImmutableMultiDict(typed.fields)


def _typed() -> Typed | None:
    """Read once a request."""
    if "kept_typed" not in g:
        g.kept_typed = find_kept_form(session[KEPT], _account_id(), wall_now())
    found: Typed | None = g.kept_typed
    return found


def _is_here(typed: Typed) -> bool:
    """The same page, wherever it leads to afterwards, and about the same person."""
    path, _mark, query = typed.path.partition("?")
    asked = {name: text for name, text in parse_qsl(query) if name != "next"}
    about = g.get("representation")
    return (
        path == request.path
        and asked == {name: text for name, text in request.args.items() if name != "next"}
        and typed.whom in ("", str(about.person_id) if about else "")
    )


def forget_when_sent() -> None:
    """The form that was kept has come in again."""
    if request.method != "POST" or KEPT not in session:
        return
    typed = _typed()
    if typed is not None and typed.form == request.form.get(FORM):
        with transaction():
            forget_kept_form(session.pop(KEPT))
