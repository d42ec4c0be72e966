"""/staff/applications: looking for an application, reading it, its slip, taking it back."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import (
    Search,
    get_application,
    list_applications,
    submitted_choices,
)
from eldercampus.enrolment.applications import withdraw_application
from eldercampus.enrolment.learners import learner_code
from eldercampus.enrolment.models import Application
from eldercampus.errors import DomainError, NotFound
from eldercampus.language import sentence
from eldercampus.people.accounts import accounts_by_id
from eldercampus.people.models import CHANNELS
from eldercampus.people.news import load_ways
from eldercampus.people.queries import get_person
from eldercampus.web.access import allow, signed_in
from eldercampus.web.forms import Form, SelectField, SubmitField, TextField, labelled
from eldercampus.web.numbers import whole_number
from eldercampus.web.round_dates import next_dates
from eldercampus.web.sealed_cookie import keep_sealed, read_sealed
from eldercampus.web.wishes import (
    Choice,
    person_answers,
    ranked_choices,
    wish_answers,
    wish_lines,
)

pages = Blueprint("staff_applications", __name__)

_STATES = ("draft", "submitted", "withdrawn")
_KEPT = "application_search"


class SearchForm(Form):
    words = TextField(_l("Name or receipt number"))
    state = SelectField(
        _l("State"),
        choices=labelled("application", _STATES),
        empty=_l("Any"),
    )
    channel = SelectField(
        _l("How it came"),
        choices=labelled("channel", CHANNELS),
        empty=_l("Any"),
    )
    send = SubmitField(_l("Find"))


@pages.get("/staff/applications")
@allow("application.see")
def index() -> ResponseReturnValue:
    kept: dict[str, Any] = read_sealed(_KEPT)
    found = list_applications(Search(**kept), page=request.args.get("page", 1, type=whole_number))
    return render_template("staff/applications.html", form=SearchForm(data=kept), found=found)


@pages.post("/staff/applications")
@allow("application.see")
def search() -> ResponseReturnValue:
    """The words are kept in the browser's cookie: names stay out of addresses and logs."""
    form = SearchForm()
    if form.validate_on_submit():
        fields = (form.words, form.state, form.channel)
        keep_sealed(_KEPT, {field.name: field.data for field in fields if field.data})
        return redirect(url_for("staff_applications.index"), 303)
    found = list_applications(Search(), page=1)
    return render_template("staff/applications.html", form=form, found=found)


@pages.get("/staff/applications/<int:application_id>")
@allow("application.see")
def show(application_id: int) -> ResponseReturnValue:
    application = get_application(application_id)
    round_ = application.round
    return render_template(
        "staff/application.html",
        application=application,
        clerk=accounts_by_id([application.clerk_id]).get(application.clerk_id or 0),
        wishes=wish_answers(_choices(application), application.wants),
        answers=person_answers(get_person(application.person_id), clock.now()),
        may_enter=round_.state == "open" and clock.now() < round_.closes_at,
        may_withdraw=_may_withdraw(application),
    )


@pages.get("/staff/applications/<int:application_id>/slip")
@allow("application.see")
def slip(application_id: int) -> ResponseReturnValue:
    """What the person takes home; one A4 sheet."""
    application = get_application(application_id)
    if application.state != "submitted":
        abort(404)
    round_, person = application.round, application.person
    return render_template(
        "staff/slip.html",
        application=application,
        round=round_,
        person=person,
        wishes=wish_lines(_choices(application), application.wants),
        dates=next_dates(
            round_,
            load_ways(person),
            application.submitted_at or clock.now(),
            clock.now(),
            on_paper=True,
        ),
        learner_code=learner_code(round_, person.id) if round_.key_sealed else None,
    )


@pages.post("/staff/applications/<int:application_id>/withdraw")
@allow("application.enter")
def withdraw(application_id: int) -> ResponseReturnValue:
    """In the person's name: they stand at the counter, rang or wrote."""
    account = signed_in()
    try:
        with transaction():
            withdraw_application(
                application_id, now=clock.now(), account_id=account.id if account else None
            )
        flash(_("The application is taken back."))
    except NotFound:
        raise
    except DomainError as error:
        flash(sentence(error), "mind")
    return redirect(url_for("staff_applications.show", application_id=application_id), 303)


def _choices(application: Application) -> list[Choice]:
    """What was handed in; nothing for a draft, or a round whose rules are not there yet."""
    chosen = submitted_choices(application.id)
    if not chosen:
        return []
    return ranked_choices(application.round, application.person, chosen)


def _may_withdraw(application: Application) -> bool:
    return (
        application.state == "submitted"
        and application.withdrawn_at is None
        and application.round.state not in ("published", "cancelled")
    )
