"""Putting a class on the list from the class finder, also before signing in."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.applications import add_choice, check_pick
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.web.access import allow, scope_for, signed_in
from eldercampus.web.for_whom import find_representation
from eldercampus.web.learner.applying import find_or_start
from eldercampus.web.learner.whom import current_person
from eldercampus.web.numbers import whole_number
from eldercampus.web.picks import keep_pick

pages = Blueprint("picks", __name__)

_FINDER = ("q", "town", "community", "day", "part", "page")


@pages.post("/apply/pick")
@allow("public.see")
def add() -> ResponseReturnValue:
    """To the list of the person, or of the browser until somebody signs in; back to the finder."""
    section_id = request.form.get("section", type=whole_number)
    if section_id is None:
        abort(400)
    if scope_for(signed_in(), "own.apply") is None:
        _keep_until_signed_in(section_id)
    else:
        _add_to_list(section_id)
    if shown := request.form.get("shown", type=whole_number):
        return redirect(url_for("courses.show", section_id=shown), 303)
    kept: dict[str, Any] = {name: request.form[name] for name in _FINDER if request.form.get(name)}
    return redirect(url_for("courses.index", **kept), 303)


def _keep_until_signed_in(section_id: int) -> None:
    try:
        check_pick(section_id, clock.now())
    except DomainError as error:
        flash(sentence(error), "mind")
        return
    if not keep_pick(section_id):
        flash(_("There is room for 8 classes on your list. Go on and apply first."), "mind")


def _add_to_list(section_id: int) -> None:
    if find_representation() is None:  # first to the page that asks for whom
        _keep_until_signed_in(section_id)
    person, now = current_person("apply"), clock.now()
    try:
        with transaction():
            add_choice(find_or_start(person, now), section_id, now=now)
        flash(_("The class is on the list. Add another, or go on under “Apply”."))
    except DomainError as error:
        flash(sentence(error), "mind")
