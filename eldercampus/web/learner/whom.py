"""/whom: for whom somebody is here, where a phone stands for several persons."""

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eldercampus.db import transaction
from eldercampus.errors import NotFound
from eldercampus.people.asking import terms_of
from eldercampus.people.models import Person, Representation
from eldercampus.people.queries import RepresentationScope
from eldercampus.web import browser_session
from eldercampus.web.access import allow, ask_for_desk_code, require_account
from eldercampus.web.for_whom import (
    find_representation,
    is_by_slip,
    represented,
    show_for,
    was_shown_for,
)
from eldercampus.web.kept_forms import keep_typed
from eldercampus.web.numbers import whole_number
from eldercampus.web.paths import safe_path

pages = Blueprint("whom", __name__)


account = require_account
"""Who is signed in; the guard lets nobody else reach these pages."""


def onward(default: str = "/my") -> str:
    """Where the visitor was going."""
    return safe_path(request.args.get("next"), default)


def current_person(scope: RepresentationScope = "see") -> Person:
    """For whom this page is, with community and town.

    Where nobody is entered yet, or one of several has to be chosen, the visitor is sent to /whom
    and comes back. A form from a page about somebody else has no effect: see for_whom.py. Where the
    account may not do this for the person, a page says what it may, and how to get more.
    """
    row = find_representation()
    if row is None:
        here = request.full_path.rstrip("?") if request.method == "GET" else None
        abort(redirect(url_for("whom.choose", next=here), 303))
    if request.method == "POST" and not was_shown_for(row.person):
        abort(_told_of_the_change())
    if scope != "apply" and (browser_session.only_apply() or is_by_slip(row)):
        abort(ask_for_desk_code())
    if not getattr(row, f"may_{scope}"):
        abort(_told_what_is_given(row, scope))
    return show_for(row)


def _told_what_is_given(row: Representation, wanted: RepresentationScope) -> Response:
    show_for(row)
    given = terms_of(row).scope
    page = render_template("whom/not_given.html", row=row, wanted=wanted, given=given)
    return make_response(page, 403)


def _told_of_the_change() -> Response:
    """What was sent is not done; a page about who was chosen since. What was typed stands on its
    own page again once one has changed back."""
    keep_typed()
    flash(
        _(
            "In another window you changed to somebody else. What you just sent was not done. "
            "Below you see for whom you are here now."
        ),
        "mind",
    )
    page = "my.index" if request.path.startswith("/my") else "apply.start"
    return redirect(url_for(page), 303)


@pages.get("/whom")
@allow("own.see")
def choose() -> ResponseReturnValue:
    return render_template("whom/choose.html", rows=represented(), onward=onward())


@pages.post("/whom")
@allow("own.see")
def chosen() -> ResponseReturnValue:
    person_id = request.form.get("person", 0, type=whole_number)
    if person_id not in {row.person_id for row in represented()}:
        raise NotFound("person_not_found")
    with transaction():
        browser_session.choose(person_id)
    return redirect(onward(), 303)
