"""The receipt of an application, and taking it back."""

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
from eldercampus.enrolment.models import Round
from eldercampus.errors import DomainError
from eldercampus.web.access import allow
from eldercampus.web.forms import Form, SubmitField
from eldercampus.web.learner.applying import get_handed_in, tell_refusal
from eldercampus.web.learner.whom import account, current_person
from eldercampus.web.wishes import next_dates, ranked_choices, wish_lines

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
    choices = ranked_choices(round_, person, submitted_choices(application.id))
    return render_template(
        "learner/receipt.html",
        person=person,
        application=application,
        wishes=wish_lines(choices, application.wants),
        dates=next_dates(round_, application.submitted_at or now, now),
        learner_code=learner_code(round_, person.id) if round_.key_sealed else None,
        may_change=round_.state == "open" and now < round_.closes_at,
        may_withdraw=round_.state not in ("published", "cancelled"),
    )


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
