"""The receipt of an application: on the page, in large type on paper, its dates; taking it back."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import submitted_choices
from eldercampus.enrolment.applications import withdraw_application
from eldercampus.enrolment.learners import learner_code
from eldercampus.enrolment.models import Application, Round
from eldercampus.errors import DomainError
from eldercampus.paper.receipt import receipt_pdf
from eldercampus.people.models import Person
from eldercampus.people.news import load_ways
from eldercampus.web.access import allow
from eldercampus.web.downloads import attachment
from eldercampus.web.forms import Form, SubmitField
from eldercampus.web.learner.applying import get_handed_in, tell_refusal
from eldercampus.web.learner.dates_file import dates_file
from eldercampus.web.learner.whom import account, current_person
from eldercampus.web.round_dates import next_dates
from eldercampus.web.slips import sender_to
from eldercampus.web.wishes import ranked_choices, wish_lines

pages = Blueprint("receipt", __name__)


class WithdrawForm(Form):
    """Which state of the round the page was written for: after the close it cannot be undone."""

    state = HiddenField()
    send = SubmitField(_l("Take the application back"))


@pages.get("/apply/receipt")
@allow("own.apply")
def show() -> ResponseReturnValue:
    now, person = clock.now(), current_person("apply")
    application = get_handed_in(person)
    round_ = application.round
    return render_template(
        "learner/receipt.html",
        person=person,
        application=application,
        wishes=_wishes(application, person),
        dates=next_dates(
            round_, _to_be_told(person, round_, now), application.submitted_at or now, now
        ),
        learner_code=_code(application),
        may_change=round_.state == "open" and now < round_.closes_at,
        may_withdraw=round_.state not in ("published", "cancelled"),
    )


def _to_be_told(person: Person, round_: Round, now: datetime) -> Person:
    """With the ways in which the result comes, as long as it is to come."""
    return load_ways(person) if now < round_.publishes_at else person


def _code(application: Application) -> str:
    """Under which the person stands in the draw; "" before the round was opened."""
    round_ = application.round
    return learner_code(round_, application.person_id) if round_.key_sealed else ""


def _wishes(application: Application, person: Person) -> list[tuple[str, str]]:
    choices = ranked_choices(application.round, person, submitted_choices(application.id))
    return wish_lines(choices, application.wants, application.accept_automatically)


@pages.get("/apply/receipt.pdf")
@allow("own.apply")
def paper() -> ResponseReturnValue:
    """The same on A4 in large type, to print or to take along."""
    now, person = clock.now(), current_person("apply")
    application = get_handed_in(person)
    if application.withdrawn_at is not None:
        return redirect(url_for("receipt.show"), 303)
    round_, came = application.round, application.submitted_at or now
    pdf = receipt_pdf(
        person,
        application,
        _wishes(application, person),
        next_dates(round_, _to_be_told(person, round_, now), came, now, on_paper=True),
        sender_to(person),
        code=_code(application),
        now=now,
    )
    return attachment(pdf, "receipt.pdf", "application/pdf")


@pages.get("/apply/dates.ics")
@allow("own.apply")
def dates() -> ResponseReturnValue:
    """The dates of the round, for the calendar of a telephone."""
    now, person = clock.now(), current_person("apply")
    round_, sender = get_handed_in(person).round, sender_to(person)
    file = dates_file(round_, load_ways(person), sender, now)
    return attachment(file, "dates.ics", "text/calendar")


@pages.route("/apply/withdraw", methods=["GET", "POST"])
@allow("own.apply")
def withdraw() -> ResponseReturnValue:
    """Asks once more, then takes the application back; asks anew where the round has gone on."""
    now, person, form = clock.now(), current_person("apply"), WithdrawForm()
    application = get_handed_in(person)
    state = _state(application.round, now)
    if form.is_submitted() and (form.state.data, state) == ("open", "closed"):
        form.refuse(DomainError("round_went_on"))
    elif form.validate_on_submit():
        try:
            with transaction():
                withdraw_application(application.id, now=now, account_id=account().id)
            return redirect(url_for("apply.start"), 303)
        except DomainError as error:
            return tell_refusal(error, "apply.start")
    form.state.data = state
    return render_template(
        "learner/withdraw.html", person=person, round=application.round, form=form
    )


def _state(round_: Round, now: datetime) -> str:
    """open as long as applying can be taken up again, by the date too."""
    return "open" if round_.state == "open" and now < round_.closes_at else "closed"
