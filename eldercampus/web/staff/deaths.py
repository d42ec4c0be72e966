"""/staff/persons/<id>/death: recording that somebody has died, or that it was somebody else."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.deaths import record_death, take_death_back
from eldercampus.errors import DomainError
from eldercampus.people.queries import get_person
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import DateField, Form, Required, SubmitField, YesField

pages = Blueprint("staff_deaths", __name__, url_prefix="/staff/persons")


class DeathForm(Form):
    died = DateField(
        _l("On which day did the person die?"),
        validators=[Required(_l("Please write the day."))],
    )
    sure = YesField(
        _l("I have looked at name and birth date: it is this person"),
        validators=[Required(_l("Please look at name and birth date, and say that it is so."))],
    )
    send = SubmitField(_l("Record the death"))


@pages.route("/<int:person_id>/death", methods=["GET", "POST"])
@allow("person.record_death")
def death(person_id: int) -> ResponseReturnValue:
    form, person = DeathForm(), get_person(person_id)
    if form.validate_on_submit():
        now, mine = clock.now(), require_account().id
        try:
            with transaction():
                record_death(person_id, form.died.data, now=now, account_id=mine)
            flash(_("It is recorded. No message goes to this person any more."))
            return redirect(url_for("staff_persons.show", person_id=person_id), 303)
        except DomainError as error:
            form.refuse(error, "died")
            person = get_person(person_id)
    return render_template("staff/death.html", form=form, person=person)


@pages.post("/<int:person_id>/death/taken-back")
@allow("person.record_death")
def take_back(person_id: int) -> ResponseReturnValue:
    with transaction():
        take_death_back(person_id, now=clock.now(), account_id=require_account().id)
    flash(_("The day of death is taken away. Seats given back do not return by themselves."))
    return redirect(url_for("staff_persons.show", person_id=person_id), 303)
