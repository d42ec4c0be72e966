"""Putting a class on the list from the class finder and taking it off again, also before signing
in; and back to the finder."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import (
    draft_of,
    find_application,
    find_open_round,
)
from eldercampus.enrolment.applications import add_choice, check_pick, save_draft
from eldercampus.enrolment.choosing import moved
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.people.models import Person
from eldercampus.web.access import allow, scope_for, signed_in
from eldercampus.web.for_whom import find_representation
from eldercampus.web.learner.applying import find_or_start
from eldercampus.web.learner.whom import current_person
from eldercampus.web.numbers import whole_number
from eldercampus.web.picks import drop_pick, keep_pick

pages = Blueprint("picks", __name__)

_FINDER = (
    *("q", "department", "town", "community", "campus", "day", "part", "stage", "mode"),
    *("page", "all"),
)


@pages.post("/apply/pick")
@allow("public.see")
def change() -> ResponseReturnValue:
    """On to the list or off it, of the person or of the browser until somebody signs in."""
    add = request.form.get("section", type=whole_number)
    drop = request.form.get("drop", type=whole_number)
    section_id = drop if add is None else add
    if section_id is None:
        abort(400)
    try:
        (_put if add is not None else _take_off)(section_id, clock.now())
    except DomainError as error:
        flash(sentence(error), "mind")
        return redirect(_page_again(None), 303)
    return redirect(_page_again(section_id), 303)


def _page_again(section_id: int | None) -> str:
    """The finder as it was, at the class; at its top, where the reason stands, after a refusal."""
    kept: dict[str, Any] = {name: request.form[name] for name in _FINDER if name in request.form}
    if shown := request.form.get("shown", type=whole_number):
        return url_for("courses.show", section_id=shown, **kept)
    anchor = None if section_id is None else f"class-{section_id}"
    return url_for("courses.index", **kept, _anchor=anchor)


def _is_known() -> bool:
    """Whether the list is that of a person, not of the browser."""
    return scope_for(signed_in(), "own.apply") is not None


def _put(section_id: int, now: datetime) -> None:
    if not _is_known() or find_representation() is None:
        _keep_until_signed_in(section_id, now)
    if not _is_known():
        return
    person = current_person("apply")  # leads to the page that asks for whom, if that is not said
    with transaction():
        add_choice(find_or_start(person, now), section_id, now=now)


def _keep_until_signed_in(section_id: int, now: datetime) -> None:
    check_pick(section_id, now)
    round_ = find_open_round(now)
    most = int(round_.rules["choices_max"]) if round_ else 0
    if not keep_pick(section_id, most):
        raise DomainError("too_many_choices", most=most)


def _take_off(section_id: int, now: datetime) -> None:
    drop_pick(section_id)
    if _is_known() and find_representation() is not None:
        _take_off_draft(current_person("apply"), section_id, now)


def _take_off_draft(person: Person, section_id: int, now: datetime) -> None:
    with transaction():
        round_ = find_open_round(now)
        application = find_application(round_.id, person.id) if round_ else None
        draft = draft_of(application) if application else None
        if application is None or draft is None or section_id not in draft["choices"]:
            return
        draft["choices"] = moved(draft["choices"], "drop", section_id)
        save_draft(application.id, draft, version=application.version, now=now)
