"""/apply: where the person stands, and the ranked list.

Each step is kept at once. What the round no longer allows leads back to /apply with a sentence.
"""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import (
    draft_of,
    find_latest_application,
    find_open_application,
)
from eldercampus.enrolment.applications import (
    add_choice,
    check_pick,
    discard_draft,
    save_draft,
    start_application,
)
from eldercampus.enrolment.choosing import moved
from eldercampus.enrolment.models import Application, Round
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.people.models import Person
from eldercampus.web.access import allow
from eldercampus.web.learner.applying import (
    Applying,
    OfVersion,
    find_or_start,
    get_applying,
    next_page,
    onward,
    read_again,
    tell_refusal,
)
from eldercampus.web.learner.whom import current_person
from eldercampus.web.numbers import whole_number
from eldercampus.web.once import once
from eldercampus.web.picks import forget_picks, picked
from eldercampus.web.wishes import Choice, ranked_choices, removed_choice

pages = Blueprint("apply", __name__)


class RankForm(OfVersion):
    """The buttons are printed by macros/rank.html."""


@pages.get("/apply")
@allow("own.apply")
def start() -> ResponseReturnValue:
    """Where the person stands: nothing yet, a draft, handed in, withdrawn; or the round is over.
    Who has picked classes and not begun is at the list already."""
    now, person = clock.now(), current_person("apply")
    round_, application = find_open_application(person.id, now)
    if round_ is None:
        application = find_latest_application(person.id)
    elif application is None and picked():
        return redirect(url_for("apply.classes"), 303)
    return _where_it_stands(round_, person, application)


def _where_it_stands(
    round_: Round | None, person: Person, application: Application | None
) -> ResponseReturnValue:
    draft = draft_of(application) if application else None
    over = round_ is None and application is not None and application.state == "draft"
    return render_template(
        "learner/apply_start.html",
        person=person,
        round=round_,
        application=application,
        draft=draft,
        go_on=next_page(draft, person) if round_ and draft else "",
        choices=_readable(application, person, draft["choices"]) if over and draft else [],
        picks=len(picked()),
    )


def _readable(application: Application | None, person: Person, listed: list[int]) -> list[Choice]:
    """What stood on a list that was not handed in: it stays readable."""
    return ranked_choices(application.round, person, listed) if application else []


@pages.post("/apply")
@allow("own.apply")
def begin() -> ResponseReturnValue:
    """Starts the application, with the classes picked before signing in."""
    now, person = clock.now(), current_person("apply")
    try:
        _begin(person, now)
    except DomainError as error:
        return tell_refusal(error, "apply.start")
    return redirect(url_for("apply.classes"), 303)


def _begin(person: Person, now: datetime) -> None:
    """What was picked goes on the list; what cannot is told."""
    kept = _still_open(now)
    with transaction():
        round_, application = find_open_application(person.id, now)
        if round_ is None:
            raise DomainError("no_open_round")
        if application is None:
            most = int(round_.rules["choices_max"])
            start_application(
                round_.id, person.id, channel="web", clerk_id=None, now=now, choices=kept[:most]
            )
            kept = kept[most:]
    for section_id in kept:
        _add(section_id, person, now)
    forget_picks()


def _still_open(now: datetime) -> list[int]:
    found = []
    for section_id in picked():
        try:
            check_pick(section_id, now)
            found.append(section_id)
        except DomainError as error:
            flash(sentence(error), "mind")
    return found


def _add(section_id: int, person: Person, now: datetime) -> None:
    try:
        with transaction():
            add_choice(find_or_start(person, now), section_id, now=now)
    except DomainError as error:
        if error.code != "section_twice":
            flash(sentence(error), "mind")


@pages.get("/apply/classes")
@allow("own.apply")
def classes() -> ResponseReturnValue:
    """The ranked list."""
    at = get_applying(picked())
    listed = draft_of(at.application)["choices"]
    choices = ranked_choices(at.round, at.person, listed)
    room = int(at.round.rules["choices_max"]) - len(choices)
    return render_template(
        "learner/apply_classes.html",
        person=at.person,
        application=at.application,
        form=RankForm(version=str(at.application.version)),
        choices=choices,
        removed=_removed(listed) if room > 0 else None,
        room=room,
    )


def _removed(listed: list[int]) -> Choice | None:
    """The class that the button before took off the list, and where it stood: for undoing that."""
    section_id = request.args.get("removed", 0, type=whole_number)
    place = request.args.get("place", 1, type=whole_number)
    return removed_choice(section_id, place) if section_id and section_id not in listed else None


@pages.post("/apply/classes")
@allow("own.apply")
def rank() -> ResponseReturnValue:
    """One class up, down, off or back; the list is kept at once. Or on to the next question."""
    form = RankForm()
    at = get_applying(picked())
    if not at.begun:
        _begin(at.person, at.now)
        at = read_again(at)
    way, _sep, value = request.form.get("move", "").partition(":")
    if not way:
        if draft_of(at.application)["choices"]:
            return onward(at)
        return tell_refusal(DomainError("no_choice"), "apply.classes")
    try:
        key = f"{form.key.data}:{way}"[:64]
        to = once(key, at.account_id, at.now, lambda: _move(at, way, value, form.shown()))
        return redirect(to, 303)
    except DomainError as error:
        return tell_refusal(error, "apply.classes")


def _move(at: Applying, way: str, value: str, version: int) -> str:
    """Keeps the new order, if it is one; the address of the row that was moved, or, after a row was
    taken off, of the list with a way to undo that."""
    draft = draft_of(at.application)
    before = draft["choices"]
    section_id, place = _which(value)
    draft["choices"] = after = moved(before, way, section_id, place)
    if after != before:
        save_draft(at.application.id, draft, version=version, now=at.now)
    if section_id in after:
        return url_for("apply.classes", _anchor=f"choice-{after.index(section_id) + 1}")
    if section_id in before:
        place = before.index(section_id) + 1
        return url_for("apply.classes", removed=section_id, place=place, _anchor="removed")
    return url_for("apply.classes", _anchor="choice-1")


def _which(value: str) -> tuple[int, int]:
    """The section and, after a colon, a place; 0 for what is no number."""
    section, _sep, place = value.partition(":")
    try:
        return whole_number(section), whole_number(place or "0")
    except ValueError:
        return 0, 0


@pages.post("/apply/discard")
@allow("own.apply")
def discard() -> ResponseReturnValue:
    """Gives up changes that were not handed in."""
    at = get_applying()
    with transaction():
        discard_draft(at.application.id, now=at.now)
    return redirect(url_for("apply.start"), 303)
