"""/staff/persons/<id>/undertakings: safety undertakings that were signed on paper."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.people.queries import get_person
from eldercampus.people.undertakings import list_undertakings, record_undertaking
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import DateField, Form, RadioField, Required, SubmitField, TextField

pages = Blueprint("staff_undertakings", __name__, url_prefix="/staff/persons")

_FIELDS = {"signed_later": "signed_on", "witness_missing": "witness"}


class UndertakingForm(Form):
    kind = RadioField(
        _l("What was signed?"),
        choices=[
            ("age", _l("Safety undertaking for people of 80 and over")),
            ("physical", _l("Safety undertaking for physical courses")),
        ],
        validators=[Required(_l("Please say which undertaking it is."))],
    )
    signed_on = DateField(
        _l("Signed on"), validators=[Required(_l("Please write the day on the paper."))]
    )
    witness = TextField(
        _l("Who was there?"),
        hint=_l("The name of the member of staff or relative who saw it signed."),
        validators=[Required(_l("Please write who saw it signed."))],
        most=60,
    )
    send = SubmitField(_l("Save"))


@pages.route("/<int:person_id>/undertakings", methods=["GET", "POST"])
@allow("person.enter")
def index(person_id: int) -> ResponseReturnValue:
    person = get_person(person_id)
    form = UndertakingForm()
    if form.validate_on_submit():
        try:
            with transaction():
                record_undertaking(
                    person_id,
                    form.kind.data,
                    signed_on=form.signed_on.data,
                    witness=form.witness.data,
                    account_id=require_account().id,
                    now=clock.now(),
                )
        except DomainError as error:
            form.refuse(error, _FIELDS.get(error.code))
            person = get_person(person_id)
        else:
            flash(_("Saved."))
            return redirect(url_for("staff_undertakings.index", person_id=person_id), 303)
    return render_template(
        "staff/undertakings.html",
        person=person,
        form=form,
        signed=list_undertakings(person_id),
        title=_("Safety undertakings"),
        back_to=url_for("staff_persons.show", person_id=person_id),
    )
