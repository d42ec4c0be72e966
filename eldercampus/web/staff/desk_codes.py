"""/staff/persons/<id>/desk-code: six digits for somebody without a phone, to be read out once."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus.clock import wall_now
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import find_latest_application
from eldercampus.people.desk_codes import CHECKS, Given, give_desk_code
from eldercampus.people.models import Person
from eldercampus.people.queries import get_person
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import Form, RadioField, Required, SubmitField, labelled

pages = Blueprint("staff_desk_codes", __name__, url_prefix="/staff/persons")


class DeskCodeForm(Form):
    checked = RadioField(
        _l("How do you know who it is?"),
        hint=_l("Your answer, the time and your name are kept."),
        choices=labelled("recognised", CHECKS),
        validators=[Required(_l("Please choose how you know who it is."))],
    )
    send = SubmitField(_l("Show a code"))


@pages.get("/<int:person_id>/desk-code")
@allow("person.desk_code")
def ask(person_id: int) -> ResponseReturnValue:
    return _page(get_person(person_id), DeskCodeForm())


@pages.post("/<int:person_id>/desk-code")
@allow("person.desk_code")
def give(person_id: int) -> ResponseReturnValue:
    """Shows the code once, on this answer only; sent again, a new one that voids the first."""
    form = DeskCodeForm()
    given = _give(person_id, form) if form.validate_on_submit() else None
    return _page(get_person(person_id), form, given)


def _give(person_id: int, form: DeskCodeForm) -> Given | None:
    mine, now = require_account().id, wall_now()
    with transaction():
        given = give_desk_code(person_id, checked=form.checked.data, clerk_id=mine, now=now)
    if isinstance(given, Given):
        return given
    form.refuse(given)
    return None


def _page(person: Person, form: DeskCodeForm, given: Given | None = None) -> ResponseReturnValue:
    return render_template(
        "staff/desk_code.html",
        person=person,
        form=form,
        given=given,
        application=find_latest_application(person.id),
    )
