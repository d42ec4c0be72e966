"""Putting a class on the list from the class finder, also before signing in."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.applications import add_choice
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.web.access import allow, scope_for, signed_in
from eldercampus.web.learner.applying import find_or_start
from eldercampus.web.learner.whom import current_person
from eldercampus.web.picks import keep_pick

pages = Blueprint("picks", __name__)

_FINDER = ("q", "town", "community", "day", "part", "page")


@pages.post("/apply/pick")
@allow("public.see")
def add() -> ResponseReturnValue:
    """To the list of the person, or of the browser until somebody signs in; back to the finder."""
    section_id = request.form.get("section", type=int)
    if section_id is None:
        abort(400)
    if scope_for(signed_in(), "own.apply") is not None:
        _add_to_list(section_id)
    elif not keep_pick(section_id):
        flash(_("There is room for 8 classes on your list. Go on and apply first."), "mind")
    if shown := request.form.get("shown", type=int):
        return redirect(url_for("courses.show", section_id=shown), 303)
    kept: dict[str, Any] = {name: request.form[name] for name in _FINDER if request.form.get(name)}
    return redirect(url_for("courses.index", **kept), 303)


def _add_to_list(section_id: int) -> None:
    try:
        person = current_person("apply")
    except HTTPException:  # first to the page that asks for whom
        keep_pick(section_id)
        raise
    now = clock.now()
    try:
        with transaction():
            add_choice(find_or_start(person, now), section_id, now=now)
        flash(_("The class is on the list. Add another, or go on under “Apply”."))
    except DomainError as error:
        flash(sentence(error), "mind")
