"""Answering for somebody who rang or came to the counter."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.offers import accept_offer, decline_offer
from eldercampus.enrolment.placements import (
    confirm_placement,
    decline_placement,
    withdraw_placement,
)
from eldercampus.enrolment.seat_queries import find_given_up, get_offer_in, get_placement_in
from eldercampus.errors import DomainError
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import Form, RadioField, Required, SubmitField

pages = Blueprint("staff_seats", __name__, url_prefix="/staff")

Deed = Callable[..., Any]
_YES = ("yes", _l("Yes, they will come"))
_NO = ("no", _l("No, they will not come"))
_BACK = ("back", _l("They give the seat back"))


class AnswerForm(Form):
    answer = RadioField(
        _l("What did they say?"), validators=[Required(_l("Please choose what they said."))]
    )
    through = RadioField(
        _l("How did they tell us?"),
        choices=[("phone", _l("by phone")), ("counter", _l("at the counter"))],
        validators=[Required(_l("Please choose how they told us."))],
        inline=True,
    )
    send = SubmitField(_l("Save the answer"))


@pages.route("/placements/<int:placement_id>", methods=["GET", "POST"])
@allow("seat.answer")
def placement(placement_id: int) -> ResponseReturnValue:
    """Coming, not coming, or giving back a seat that was confirmed."""
    found = get_placement_in(placement_id, g.scope.campuses)
    choices = {"awaiting": [_YES, _NO], "confirmed": [_BACK]}.get(found.state, [])
    deeds: dict[str, Deed] = {
        "yes": confirm_placement,
        "no": decline_placement,
        "back": withdraw_placement,
    }
    form = AnswerForm()
    form.answer.choices = choices
    if form.validate_on_submit():
        if _done(form, deeds[form.answer.data], placement_id):
            return redirect(url_for("rosters.show", section_id=found.section_id), 303)
        found = get_placement_in(placement_id, g.scope.campuses)
    return render_template("staff/answer.html", form=form, of=found, open=bool(choices))


@pages.route("/offers/<int:offer_id>", methods=["GET", "POST"])
@allow("seat.answer")
def offer(offer_id: int) -> ResponseReturnValue:
    """Taking or refusing a seat that is offered."""
    found = get_offer_in(offer_id, g.scope.campuses)
    form = AnswerForm()
    form.answer.choices = [_YES, _NO]
    deeds: dict[str, Deed] = {"yes": accept_offer, "no": decline_offer}
    if form.validate_on_submit():
        if _done(form, deeds[form.answer.data], offer_id):
            return redirect(url_for("rosters.waitlist", section_id=found.section_id), 303)
        found = get_offer_in(offer_id, g.scope.campuses)
    return render_template(
        "staff/answer.html",
        form=form,
        of=found,
        open=found.state == "live",
        ends_at=found.ends_at,
        given_up=find_given_up(found),
    )


def _done(form: AnswerForm, deed: Deed, subject_id: int) -> bool:
    """Whether the answer was taken in; otherwise the form says why not."""
    now: datetime = clock.now()
    try:
        with transaction():
            deed(subject_id, now=now, account_id=require_account().id, through=form.through.data)
    except DomainError as error:
        form.refuse(error, None)
        return False
    flash(_("Saved."))
    return True
