"""/staff/pairs: two entries that may be one person, side by side, settled before a freezing."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.merging import settle_same_persons
from eldercampus.enrolment.person_queries import count_applications
from eldercampus.errors import DomainError
from eldercampus.people.duplicates import get_open_pair, list_open_pairs
from eldercampus.people.queries import list_accounts_for, list_persons, masked_id_numbers
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import Form, LongTextField, RadioField, Required, SubmitField, YesField

pages = Blueprint("staff_pairs", __name__, url_prefix="/staff/pairs")


class PairForm(Form):
    decision = RadioField(
        _l("Are they one person?"),
        choices=[
            ("same", _l("One person"), _l("The earlier entry stays and gets all that both have.")),
            ("different", _l("Two persons"), _l("Both stay as they are.")),
        ],
        validators=[Required(_l("Please say whether they are one person."))],
    )
    reason = LongTextField(
        _l("How do you know?"),
        hint=_l("For example: rang both, or saw the identity card."),
        validators=[Required(_l("Please write the reason. Others should understand it later."))],
    )
    keeps_phone = YesField(_l("The phone that signs in as the later entry is the same person's"))
    send = SubmitField(_l("Settle"))


@pages.get("")
@allow("person.settle")
def index() -> ResponseReturnValue:
    pairs = list_open_pairs()
    persons = list_persons({one for pair in pairs for one in (pair.first_id, pair.second_id)})
    return render_template("staff/pairs.html", pairs=pairs, persons=persons)


@pages.route("/<int:pair_id>", methods=["GET", "POST"])
@allow("person.settle")
def show(pair_id: int) -> ResponseReturnValue:
    form = PairForm()
    try:
        pair = get_open_pair(pair_id)
        if form.validate_on_submit():
            return _settle(pair_id, form)
    except DomainError as error:
        if error.code == "pair_not_found":
            raise
        if error.code == "pair_already_settled":
            flash(_("Somebody has settled this pair already."))
            return redirect(url_for("staff_pairs.index"), 303)
        form.refuse(error)
    return _page(pair.first_id, pair.second_id, why=pair.why, form=form)


def _settle(pair_id: int, form: PairForm) -> ResponseReturnValue:
    with transaction():
        settle_same_persons(
            pair_id,
            form.decision.data,
            form.reason.data,
            account_id=require_account().id,
            now=clock.now(),
            keeps_phone=form.keeps_phone.data,
        )
    flash(_("The pair is settled."))
    return redirect(url_for("staff_pairs.index"), 303)


def _page(*ids: int, why: str, form: PairForm) -> ResponseReturnValue:
    today = clock.now().astimezone(clock.SHANGHAI).date()
    persons = list_persons(ids)
    acting = list_accounts_for(ids, today)
    return render_template(
        "staff/pair.html",
        form=form,
        why=why,
        persons=[persons[one] for one in ids],
        masks=masked_id_numbers(list(persons.values())),
        acting={one: [row for row in acting if row.person_id == one] for one in ids},
        applications=count_applications(ids),
    )
