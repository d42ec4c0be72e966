"""/staff/paper-forms: forms to apply on paper, each with a number of its own.

Sending the page makes the numbers; their PDF can be fetched again and again.
"""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.enrolment.application_queries import find_open_round
from eldercampus.enrolment.entry import list_classes_of_term
from eldercampus.enrolment.paper_forms import (
    MOST_AT_ONCE,
    list_forms_for,
    list_printed_with,
    list_printings,
    print_form_for,
    print_forms,
)
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.errors import DomainError
from eldercampus.language import LOCALES
from eldercampus.paper.application_form import Sheets, forms_pdf
from eldercampus.people.accounts import accounts_by_id
from eldercampus.people.models import Person
from eldercampus.people.queries import get_person
from eldercampus.places.queries import get_campus
from eldercampus.web.access import allow, require_account
from eldercampus.web.context import campus_phone
from eldercampus.web.downloads import attachment
from eldercampus.web.forms import Form, NumberField, NumberRange, Required, SubmitField
from eldercampus.web.once import once
from eldercampus.web.slips import sender_by

pages = Blueprint("paper_forms", __name__, url_prefix="/staff/paper-forms")


class BlankForm(Form):
    count = NumberField(
        _l("How many blank forms?"),
        hint=_l("At most %(most)d at once.", most=MOST_AT_ONCE),
        width=3,
        validators=[
            Required(_l("Please write how many forms.")),
            NumberRange(
                1, MOST_AT_ONCE, _l("Please write a number from 1 to %(most)d.", most=MOST_AT_ONCE)
            ),
        ],
    )
    send = SubmitField(_l("Make the forms"))


class NamedForm(Form):
    send = SubmitField(_l("Make the form"))


@pages.get("")
@allow("application.enter")
def index() -> ResponseReturnValue:
    return _index(BlankForm())


@pages.post("")
@allow("application.enter")
def make() -> ResponseReturnValue:
    form, round_ = BlankForm(), find_open_round(clock.now())
    if round_ is not None and form.validate_on_submit():
        try:
            _make(form, round_.id)
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("paper_forms.index"), 303)
    return _index(form)


def _make(form: BlankForm, round_id: int) -> None:
    """Once, however often the page is sent."""
    account_id, now, count = require_account().id, clock.now(), form.count.data

    def deed() -> str:
        print_forms(round_id, count, now=now, account_id=account_id)
        return url_for("paper_forms.index")

    once(str(form.key.data), account_id, now, deed)
    flash(
        ngettext(
            "%(num)d form is ready. Please print it.",
            "%(num)d forms are ready. Please print them.",
            count,
        )
    )


def _index(form: BlankForm) -> str:
    round_ = find_open_round(clock.now())
    printings = list_printings(round_.id) if round_ else []
    return render_template(
        "staff/paper_forms.html",
        form=form,
        round=round_,
        printings=printings,
        accounts=accounts_by_id(one.printed_by_id for one in printings),
    )


@pages.route("/for/<int:person_id>", methods=["GET", "POST"])
@allow("application.enter")
def named(person_id: int) -> ResponseReturnValue:
    """A form with somebody's name on it, to take along or to send."""
    form, now = NamedForm(), clock.now()
    get_person(person_id)
    round_ = find_open_round(now)
    if round_ is not None and form.validate_on_submit():
        account_id, round_id = require_account().id, round_.id

        def deed() -> str:
            print_form_for(round_id, person_id, now=now, account_id=account_id)
            return url_for("paper_forms.named", person_id=person_id)

        try:
            return redirect(once(str(form.key.data), account_id, now, deed), 303)
        except DomainError as error:
            form.refuse(error)
    return _named(form, person_id)


def _named(form: NamedForm, person_id: int) -> str:
    round_ = find_open_round(clock.now())
    forms = list_forms_for(person_id)
    printed = [one for one in forms if round_ and one.round_id == round_.id]
    if printed:
        form.send.label.text = _("Make another form")
    return render_template(
        "staff/paper_form_for.html",
        form=form,
        person=get_person(person_id),
        round=round_,
        printed=printed,
    )


@pages.get("/<int:form_id>/pdf")
@allow("application.enter")
def pdf(form_id: int) -> ResponseReturnValue:
    """Everything printed together with this form; ?lang=en in English, ?classes=1 with the list of
    classes at the end."""
    forms = list_printed_with(form_id)
    round_ = get_round_by_id(forms[0].round_id)
    person = get_person(forms[0].person_id) if forms[0].person_id else None
    sheets = Sheets(round_, [one.receipt for one in forms], person)
    return _pdf(sheets, f"paper-forms-{form_id}", classes=request.args.get("classes") == "1")


@pages.get("/classes/pdf")
@allow("application.enter")
def classes() -> ResponseReturnValue:
    """The list of classes alone, to be copied for the blank forms."""
    round_ = find_open_round(clock.now())
    if round_ is None:
        abort(404)
    return _pdf(Sheets(round_, ()), "classes", classes=True)


def _pdf(sheets: Sheets, name: str, *, classes: bool) -> Response:
    chosen = request.args.get("lang", "")
    with force_locale(chosen if chosen in LOCALES else LOCALES[0]):
        listed = list_classes_of_term(sheets.round.term_id) if classes else []
        whole = Sheets(sheets.round, sheets.numbers, sheets.person, listed)
        content = forms_pdf(whole, sender_by(_phone(sheets.person)), now=clock.now())
    return attachment(content, f"{name}.pdf", "application/pdf")


def _phone(person: Person | None) -> str | None:
    """Of the person's campus, else of the campus whose clerk prints."""
    if person is not None:
        return campus_phone(person)
    campus_ids = [one.campus_id for one in require_account().grants if one.campus_id is not None]
    return get_campus(campus_ids[0]).phone if campus_ids else None
