"""/staff/data-requests: who asks that their data be put right or erased; the answer."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.db import transaction
from eldercampus.enrolment.erasing import erase, find_hindrances
from eldercampus.errors import DomainError
from eldercampus.people.correcting import Identity, correct_identity
from eldercampus.people.data_requests import (
    answer_data_request,
    ask_correction,
    ask_erasure,
    get_data_request,
    is_asker,
    list_open_data_requests,
)
from eldercampus.people.models import DataRequest
from eldercampus.people.queries import get_person
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import (
    DateField,
    Form,
    IdentityField,
    LongTextField,
    NameField,
    RadioField,
    Required,
    SubmitField,
)
from eldercampus.web.forms.persons import SEXES

pages = Blueprint("staff_data_requests", __name__, url_prefix="/staff")


class AnswerForm(Form):
    decision = RadioField(
        _l("What came of it?"),
        choices=[("done", _l("It is done")), ("refused", _l("It cannot be done"))],
        validators=[Required(_l("Please choose what came of it."))],
    )
    answer = LongTextField(
        _l("What was done, or why not"),
        hint=_l("Who asked reads this on their page."),
    )
    send = SubmitField(_l("Save"))


class WriteDownForm(Form):
    kind = RadioField(
        _l("What does the person ask for?"),
        choices=[
            ("correct", _l("Something put right")),
            ("erase", _l("Everything erased")),
        ],
        validators=[Required(_l("Please choose what they ask for."))],
    )
    text = LongTextField(_l("What they said, and how you know who it is"), most=1000)
    send = SubmitField(_l("Write it down"))


class IdentityForm(Form):
    name = NameField(
        _l("Name"),
        hint=_l("As on the identity card."),
        validators=[Required(_l("Please write the name."))],
        width=20,
    )
    sex = RadioField(
        _l("Woman or man?"),
        choices=SEXES,
        inline=True,
        validators=[Required(_l("Please choose woman or man."))],
    )
    born = DateField(_l("Birth date"), validators=[Required(_l("Please write the birth date."))])
    id_number = IdentityField(
        _l("Identity number (you may leave it out)"),
        hint=_l("Left out, the number that we have stays."),
    )
    send = SubmitField(_l("Save"))


@pages.get("/data-requests")
@allow("data.decide")
def index() -> ResponseReturnValue:
    rows, today = list_open_data_requests(), day_of(clock.now())
    days = {row.id: (today - day_of(row.asked_at)).days for row in rows}
    return render_template("staff/data_requests.html", rows=rows, days=days)


@pages.route("/data-requests/<int:data_request_id>", methods=["GET", "POST"])
@allow("data.decide")
def show(data_request_id: int) -> ResponseReturnValue:
    form, row = AnswerForm(), get_data_request(data_request_id)
    if form.validate_on_submit():
        try:
            with transaction():
                _answer(row.kind, data_request_id, form)
            flash(_("It is answered."))
            return redirect(url_for("staff_data_requests.index"), 303)
        except DomainError as error:
            form.refuse(error, "answer" if error.code == "reason_missing" else None)
        row = get_data_request(data_request_id)
    return _page(row, form)


def _answer(kind: str, data_request_id: int, form: AnswerForm) -> None:
    now, mine = clock.now(), require_account().id
    if kind == "erase" and form.decision.data == "done":
        erase(data_request_id, account_id=mine, now=now)
    else:
        said = form.answer.data or ""
        answer_data_request(data_request_id, form.decision.data, said, account_id=mine, now=now)


def _page(row: DataRequest, form: AnswerForm) -> ResponseReturnValue:
    hindrances = []
    if row.kind == "erase" and row.state == "asked":
        hindrances = find_hindrances(row.person_id, day_of(clock.now()))
    return render_template(
        "staff/data_request.html",
        row=row,
        form=form,
        person=row.person,
        hindrances=hindrances,
        is_mine=is_asker(row, require_account().id),
    )


@pages.route("/persons/<int:person_id>/data-request", methods=["GET", "POST"])
@allow("person.enter")
def write_down(person_id: int) -> ResponseReturnValue:
    """What somebody says at the counter or on the telephone."""
    form, person = WriteDownForm(), get_person(person_id)
    if form.validate_on_submit():
        now, mine, said = clock.now(), require_account().id, form.text.data or ""
        try:
            with transaction():
                if form.kind.data == "erase":
                    ask_erasure(person_id, account_id=mine, now=now, by_staff=True, text=said)
                else:
                    ask_correction(person_id, said, account_id=mine, now=now)
            flash(_("It is written down, and stands among the requests about data."))
            return redirect(url_for("staff_persons.show", person_id=person_id), 303)
        except DomainError as error:
            form.refuse(error, "text")
        person = get_person(person_id)
    return render_template("staff/data_write_down.html", form=form, person=person)


@pages.route("/persons/<int:person_id>/identity", methods=["GET", "POST"])
@allow("data.decide")
def identity(person_id: int) -> ResponseReturnValue:
    """Name, birth date, sex and identity number, after a look at the card."""
    person = get_person(person_id)
    form = IdentityForm(data={"name": person.name, "sex": person.sex, "born": person.born_on})
    if form.validate_on_submit():
        card = Identity(
            form.name.data,
            form.sex.data,
            form.born.data,
            person.name_latin if form.name.data == person.name else "",
            form.id_number.data,
        )
        try:
            with transaction():
                correct_identity(person_id, card, account_id=require_account().id, now=clock.now())
            flash(_("Saved."))
            return redirect(url_for("staff_persons.show", person_id=person_id), 303)
        except DomainError as error:
            form.refuse(error, "id_number" if error.code.startswith("identity") else "born.year")
        person = get_person(person_id)
    return render_template("staff/data_identity.html", form=form, person=person)
