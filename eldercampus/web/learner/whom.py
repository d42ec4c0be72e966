"""/whom: for whom somebody is here, where a phone stands for several persons."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.errors import NotFound
from eldercampus.people.models import Person, Representation
from eldercampus.people.queries import (
    RepresentationScope,
    get_person_for,
    list_representations_of,
)
from eldercampus.web import browser_session
from eldercampus.web.access import allow, require_account
from eldercampus.web.paths import safe_path

pages = Blueprint("whom", __name__)


account = require_account
"""Who is signed in; the guard lets nobody else reach these pages."""


def onward(default: str = "/my") -> str:
    """Where the visitor was going."""
    return safe_path(request.args.get("next"), default)


def represented() -> list[Representation]:
    """Whom the account stands for today, with .person, community and town; read once a request."""
    if "represented" not in g:
        today = clock.now().astimezone(clock.SHANGHAI).date()
        g.represented = list_representations_of(require_account().id, today)
    found: list[Representation] = g.represented
    return found


def current_person(scope: RepresentationScope = "see") -> Person:
    """For whom this page is, with community and town.

    Where nobody is entered yet, or one of several has to be chosen, the visitor is sent to /whom
    and comes back. Raises NotFound where the account may not do this for the person.
    """
    rows = represented()
    chosen = browser_session.browser_session()
    wanted = chosen.person_id if chosen else None
    row = next((one for one in rows if one.person_id == wanted), None)
    if row is None and len(rows) == 1:
        row = rows[0]
    if row is None:
        here = request.full_path.rstrip("?") if request.method == "GET" else None
        abort(redirect(url_for("whom.choose", next=here), 303))
    if not getattr(row, f"may_{scope}"):
        raise NotFound("person_not_found")
    g.person, g.representation = row.person, row
    return row.person


@pages.get("/whom")
@allow("own.see")
def choose() -> ResponseReturnValue:
    return render_template("whom/choose.html", rows=represented(), onward=onward())


@pages.post("/whom")
@allow("own.see")
def chosen() -> ResponseReturnValue:
    today = clock.now().astimezone(clock.SHANGHAI).date()
    person_id = request.form.get("person", 0, type=int)
    with transaction():
        person = get_person_for(require_account().id, person_id, "see", today)
        browser_session.choose(person.id)
    return redirect(onward(), 303)
