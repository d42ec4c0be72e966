"""/apply: from the first class on the list to handing in, for the person the account stands for.

Each step is kept at once. What the round no longer allows leads back to /apply with a sentence.
"""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import (
    draft_of,
    find_application,
    find_latest_application,
    find_open_round,
)
from eldercampus.enrolment.applications import (
    add_choice,
    discard_draft,
    save_draft,
    submit_application,
)
from eldercampus.enrolment.choosing import moved
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.people.queries import get_person
from eldercampus.web.access import allow
from eldercampus.web.forms import Form, RadioField, Required, SubmitField
from eldercampus.web.learner.applying import Applying, find_or_start, get_applying, tell_refusal
from eldercampus.web.learner.whom import current_person
from eldercampus.web.numbers import whole_number
from eldercampus.web.once import once
from eldercampus.web.picks import forget_picks, picked
from eldercampus.web.wishes import person_answers, ranked_choices, wants_words, wish_answers

pages = Blueprint("apply", __name__)


class _OfVersion(Form):
    """Says which version of the draft the page showed."""

    version = HiddenField()

    def shown(self) -> int:
        """-1, which never fits, where the form says nothing."""
        return request.form.get("version", -1, type=whole_number)


class RankForm(_OfVersion):
    """The buttons are printed by macros/rank.html."""


class WantsForm(_OfVersion):
    wants = RadioField(
        _l("How many courses would you like?"),
        hint=_l(
            "Everyone is given a first course before anyone is given a second. "
            "Saying two does not make the first less likely."
        ),
        validators=[Required(_l("Please choose how many courses you would like."))],
    )
    send = SubmitField(_l("Next"))


class CheckForm(_OfVersion):
    send = SubmitField(_l("Hand in the application"))


@pages.get("/apply")
@allow("own.apply")
def start() -> ResponseReturnValue:
    """Where the person stands: nothing yet, a draft, handed in, withdrawn; or the round is over."""
    now, person = clock.now(), current_person("apply")
    round_ = find_open_round(now)
    if round_ is not None:
        application = find_application(round_.id, person.id)
    else:
        application = find_latest_application(person.id)
    draft = draft_of(application) if application else None
    return render_template(
        "learner/apply_start.html",
        person=person,
        round=round_,
        application=application,
        listed=len(draft["choices"]) if draft else 0,
        picks=len(picked()),
    )


@pages.post("/apply")
@allow("own.apply")
def begin() -> ResponseReturnValue:
    """Starts the application, with the classes picked before signing in."""
    now, person = clock.now(), current_person("apply")
    try:
        with transaction():
            application_id = find_or_start(person, now)
    except DomainError as error:
        return tell_refusal(error, "apply.start")
    for section_id in picked():
        _try_to_add(application_id, section_id, now)
    forget_picks()
    return redirect(url_for("apply.classes"), 303)


def _try_to_add(application_id: int, section_id: int, now: datetime) -> None:
    try:
        with transaction():
            add_choice(application_id, section_id, now=now)
    except DomainError as error:
        if error.code != "section_twice":
            flash(sentence(error), "mind")


@pages.get("/apply/classes")
@allow("own.apply")
def classes() -> ResponseReturnValue:
    """The ranked list."""
    at = get_applying()
    choices = ranked_choices(at.round, at.person, draft_of(at.application)["choices"])
    return render_template(
        "learner/apply_classes.html",
        person=at.person,
        form=RankForm(version=str(at.application.version)),
        choices=choices,
        room=int(at.round.rules["choices_max"]) - len(choices),
    )


@pages.post("/apply/classes")
@allow("own.apply")
def rank() -> ResponseReturnValue:
    """One class up, down or off; the list is kept at once. Or on to the next question."""
    at, form = get_applying(), RankForm()
    way, _sep, value = request.form.get("move", "").partition(":")
    if not way:
        if draft_of(at.application)["choices"]:
            return redirect(url_for("apply.wants"), 303)
        return tell_refusal(DomainError("no_choice"), "apply.classes")
    try:
        key = f"{form.key.data}:{way}"[:64]
        to = once(key, at.account_id, at.now, lambda: _move(at, way, value, form.shown()))
        return redirect(to, 303)
    except DomainError as error:
        return tell_refusal(error, "apply.classes")


def _move(at: Applying, way: str, value: str, version: int) -> str:
    """Keeps the new order, if it is one; the address of the row that was moved."""
    draft = draft_of(at.application)
    before = draft["choices"]
    section_id = next((one for one in before if str(one) == value), 0)
    draft["choices"] = moved(before, way, section_id)
    if draft["choices"] != before:
        save_draft(at.application.id, draft, version=version, now=at.now)
    place = draft["choices"].index(section_id) + 1 if section_id in draft["choices"] else 1
    return url_for("apply.classes", _anchor=f"choice-{place}")


@pages.route("/apply/wants", methods=["GET", "POST"])
@allow("own.apply")
def wants() -> ResponseReturnValue:
    """How many courses."""
    at, form = get_applying(), WantsForm()
    most = int(at.round.rules["courses_per_term"])
    form.wants.choices = [(str(n), wants_words(n).capitalize()) for n in range(1, most + 1)]
    draft = draft_of(at.application)
    if form.validate_on_submit():
        draft["wants"] = int(form.wants.data)
        try:
            with transaction():
                save_draft(at.application.id, draft, version=form.shown(), now=at.now)
            return redirect(url_for("apply.check"), 303)
        except DomainError as error:
            return tell_refusal(error, "apply.wants")
    if not form.is_submitted():
        form.wants.data = str(draft["wants"]) if draft["wants"] else None
        form.version.data = str(at.application.version)
    return render_template("learner/apply_wants.html", person=at.person, form=form)


@pages.get("/apply/check")
@allow("own.apply")
def check() -> ResponseReturnValue:
    """All answers on one page, before the application is handed in."""
    at = get_applying()
    draft = draft_of(at.application)
    if not draft["choices"]:
        return redirect(url_for("apply.classes"), 303)
    if draft["wants"] is None:
        return redirect(url_for("apply.wants"), 303)
    choices = ranked_choices(at.round, at.person, draft["choices"])
    links = (url_for("apply.classes"), url_for("apply.wants"))
    return render_template(
        "learner/apply_check.html",
        person=at.person,
        form=CheckForm(version=str(at.application.version)),
        round=at.round,
        wishes=wish_answers(choices, draft["wants"], *links),
        answers=person_answers(get_person(at.person.id), at.now),
        remarks=[(choice, line) for choice in choices for line in choice.remarks if line.mind],
    )


@pages.post("/apply/check")
@allow("own.apply")
def hand_in() -> ResponseReturnValue:
    """Once, however often the button is pressed."""
    at, form = get_applying(), CheckForm()

    def deed() -> str:
        submit_application(
            at.application.id, now=at.now, account_id=at.account_id, version=form.shown()
        )
        return url_for("receipt.show")

    try:
        return redirect(once(str(form.key.data), at.account_id, at.now, deed), 303)
    except DomainError as error:
        return tell_refusal(error, "apply.check")


@pages.post("/apply/discard")
@allow("own.apply")
def discard() -> ResponseReturnValue:
    """Gives up changes that were not handed in."""
    at = get_applying()
    with transaction():
        discard_draft(at.application.id, now=at.now)
    return redirect(url_for("apply.start"), 303)
