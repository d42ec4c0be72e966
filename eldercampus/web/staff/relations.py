"""/staff/relations: relatives who ask to act for somebody, and the yes or no that came on paper or
by telephone; who acts for a person, and ending that for them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.db import transaction
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.asking import RELATIONS, Terms, terms_of
from eldercampus.people.giving import give_relation, give_to_phone, refuse_relation
from eldercampus.people.queries import get_person, list_accounts_for
from eldercampus.people.relation_queries import (
    get_acting,
    get_request,
    list_asked_of,
    list_open_requests,
    list_past_acting_for,
)
from eldercampus.people.representing import SCOPES, end_representation
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import (
    CheckboxesField,
    DateField,
    Form,
    LongTextField,
    NameField,
    PhoneField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    labelled,
)

pages = Blueprint("staff_relations", __name__, url_prefix="/staff")


class _HowForm(Form):
    """How the person said it, and who can witness it."""

    scope = CheckboxesField(_l("What may be done?"), choices=labelled("scope", SCOPES))
    until = DateField(_l("Until which day?"), hint=_l("Leave it empty if no day was named."))
    how = RadioField(
        _l("How did the person say it?"),
        choices=[
            ("paper", _l("On paper, signed"), _l("Identity card looked at, signature seen.")),
            ("phone", _l("On the telephone"), _l("We rang the number that we have for them.")),
        ],
        validators=[Required(_l("Please choose how it was said."))],
    )
    note = LongTextField(
        _l("Who saw the signature, or what was said on the telephone?"),
        hint=_l("Others should understand it later."),
        validators=[
            Required(_l("Please write who saw the signature, or what was said on the telephone."))
        ],
        most=500,
    )


class DecideForm(_HowForm):
    decision = RadioField(
        _l("What does the person say?"),
        choices=[("yes", _l("Yes, they may")), ("no", _l("No"))],
        validators=[Required(_l("Please choose yes or no."))],
    )
    send = SubmitField(_l("Save"))


class GiveForm(_HowForm):
    phone = PhoneField(
        _l("Mobile number of the relative"),
        hint=_l("With it they sign in."),
        validators=[Required(_l("Please write a mobile number."))],
        mobile=True,
        autocomplete="off",
    )
    asker = NameField(
        _l("Name of the relative"),
        validators=[Required(_l("Please write the name."))],
        width=20,
        most=30,
    )
    relation = SelectField(
        _l("Who are they to the person?"),
        choices=labelled("relation", RELATIONS),
        empty=_l("Choose"),
        validators=[Required(_l("Please choose who that is."))],
    )
    send = SubmitField(_l("Save"))


class EndForm(Form):
    note = LongTextField(
        _l("Who says so, and how?"),
        hint=_l("For example: the person herself, on the telephone, from the number we have."),
        validators=[Required(_l("Please write who says so, and how."))],
        most=500,
    )
    send = SubmitField(_l("End it now"))


class StopForm(EndForm):
    """For the person's own number."""

    send = SubmitField(_l("Stop this number"))


_AT = {
    "scope_missing": "scope",
    "until_past": "until",
    "relation_is_self": "phone",
    "asker_odd": "asker",
    "note_missing": "note",
}


def _terms(form: _HowForm, relation: str) -> Terms:
    return Terms(relation, tuple(form.scope.data), form.until.data)


@pages.get("/relations")
@allow("relation.decide")
def index() -> ResponseReturnValue:
    return render_template("staff/relations.html", wanted=list_open_requests())


@pages.get("/relations/paper")
@allow("relation.decide")
def paper() -> ResponseReturnValue:
    """The blank sheet, for a counter."""
    return render_template("staff/relation_paper.html", row=None, terms=None, phone=None)


@pages.route("/relations/<int:wanted_id>", methods=["GET", "POST"])
@allow("relation.decide")
def wanted(wanted_id: int) -> ResponseReturnValue:
    """One request: whom to ring, what they say."""
    row = get_request(wanted_id)
    terms = terms_of(row)
    form = DecideForm(data={"scope": list(terms.scope), "until": terms.until_on})
    if row.state == "asked" and form.validate_on_submit():
        try:
            _decide(wanted_id, terms.relation, form)
        except DomainError as error:
            form.refuse(error, _AT.get(error.code))
            row = get_request(wanted_id)
        else:
            flash(_("Saved. Both are told.") if form.decision.data == "yes" else _("Saved."))
            return redirect(url_for("staff_relations.index"), 303)
    return render_template("staff/relation.html", row=row, terms=terms, form=form)


def _decide(wanted_id: int, relation: str, form: DecideForm) -> None:
    how, note, now, by = form.how.data, form.note.data, clock.now(), require_account().id
    with transaction():
        if form.decision.data == "yes":
            terms = _terms(form, relation)
            give_relation(wanted_id, terms, how=how, note=note, by_account_id=by, now=now)
        else:
            refuse_relation(wanted_id, how=how, note=note, by_account_id=by, now=now)


@pages.route("/persons/<int:person_id>/relations", methods=["GET", "POST"])
@allow("relation.decide")
def of_person(person_id: int) -> ResponseReturnValue:
    """Who acts for the person; giving it to a phone, from a signed sheet or a call."""
    person, form = get_person(person_id), GiveForm(data={"scope": list(SCOPES)})
    if form.validate_on_submit():
        try:
            with transaction():
                give_to_phone(
                    person_id,
                    form.phone.data,
                    _terms(form, form.relation.data),
                    how=form.how.data,
                    note=form.note.data,
                    asker=form.asker.data,
                    by_account_id=require_account().id,
                    now=clock.now(),
                )
            flash(_("Saved. Both are told."))
            return redirect(url_for("staff_relations.of_person", person_id=person_id), 303)
        except DomainError as error:
            form.refuse(error, _AT.get(error.code))
            person = get_person(person_id)
    today = day_of(clock.now())
    return render_template(
        "staff/relations_person.html",
        person=person,
        form=form,
        acting=list_accounts_for([person_id], today),
        past=list_past_acting_for(person_id, today),
        wanted=list_asked_of([person_id]),
        terms_of=terms_of,
    )


@pages.route("/persons/<int:person_id>/relations/<int:acting_id>/end", methods=["GET", "POST"])
@allow("relation.decide")
def end(person_id: int, acting_id: int) -> ResponseReturnValue:
    """Because one of the two says so, or because the person's own phone is lost. Without a phone
    the person comes back by receipt number and code: nothing is ended there."""
    row = get_acting(acting_id, day_of(clock.now()))
    form = EndForm() if row.relation else StopForm()
    if row.person_id != person_id or not (row.relation or row.account.phone):
        raise NotFound("representation_not_found")
    if form.validate_on_submit():
        account_id, by = row.account_id, require_account().id
        with transaction():
            end_representation(
                account_id, person_id, by_account_id=by, now=clock.now(), note=form.note.data
            )
        flash(_("It is ended.") if row.relation else _("The number is stopped."))
        return redirect(url_for("staff_relations.of_person", person_id=person_id), 303)
    return render_template("staff/relation_end.html", row=row, form=form)
