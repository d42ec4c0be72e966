"""/staff/persons/<id>: what is known of a person, masked; the identity number for a reason."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.explaining import list_rounds_of
from eldercampus.enrolment.replay_queries import list_replays_of_person
from eldercampus.errors import DomainError
from eldercampus.people.models import Person
from eldercampus.people.queries import get_person, list_accounts_for, masked_id_numbers
from eldercampus.people.unmasking import unmask_id_number
from eldercampus.web.access import allow, may, require_account
from eldercampus.web.forms import Form, Required, SubmitField, TextField

pages = Blueprint("staff_persons", __name__, url_prefix="/staff/persons")


class UnmaskForm(Form):
    reason = TextField(
        _l("Why do you need the whole number?"),
        hint=_l("Reason, time and your name are kept."),
        validators=[Required(_l("Please write the reason. Others should understand it later."))],
    )
    send = SubmitField(_l("Show the whole number"))


@pages.get("/<int:person_id>")
@allow("person.see")
def show(person_id: int) -> ResponseReturnValue:
    return _page(get_person(person_id), UnmaskForm(formdata=None))


@pages.post("/<int:person_id>/id-number")
@allow("person.unmask")
def unmask(person_id: int) -> ResponseReturnValue:
    """Shows the number once, on this answer only."""
    form, number = UnmaskForm(), None
    person = get_person(person_id)
    if form.validate_on_submit():
        try:
            with transaction():
                person = get_person(person_id)
                number = unmask_id_number(
                    person,
                    form.reason.data,
                    account_id=require_account().id,
                    now=clock.now(),
                )
        except DomainError as error:
            form.refuse(error, "reason")
        person = get_person(person_id)
    return _page(person, form, number)


def _page(person: Person, form: UnmaskForm, number: str | None = None) -> ResponseReturnValue:
    today = clock.now().astimezone(clock.SHANGHAI).date()
    return render_template(
        "staff/person.html",
        person=person,
        form=form,
        masks=masked_id_numbers([person]),
        number=number,
        acting=list_accounts_for([person.id], today),
        rounds=list_rounds_of(person.id),
        replays=list_replays_of_person(person.id) if may("replay.see") else [],
    )
