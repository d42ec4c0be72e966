"""/my/family, the senior's side: answering who asks, giving without being asked, changing it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.asking import Terms, terms_of
from eldercampus.people.giving import (
    change_relation,
    check_oneself,
    give_relation,
    give_to_phone,
    refuse_relation,
)
from eldercampus.people.models import Person, RelationRequest
from eldercampus.people.queries import get_person
from eldercampus.people.relation_queries import get_request
from eldercampus.web.access import allow, require_account
from eldercampus.web.learner.family import my_acting, own_ids
from eldercampus.web.learner.relation_forms import AnswerForm, ChangeForm, GiveForm, ScopeForm

pages = Blueprint("family_giving", __name__, url_prefix="/my/family")

_AT = {"scope_missing": "scope", "until_past": "until", "relation_is_self": "phone"}


def _read(form: ScopeForm, relation: str) -> Terms:
    return Terms(relation, tuple(form.scope.data), form.until.data)


def _get_wanted(wanted_id: int) -> RelationRequest:
    """A request about oneself. Raises request_not_found for everybody else's."""
    row = get_request(wanted_id)
    if row.person_id not in own_ids():
        raise NotFound("request_not_found")
    return row


@pages.route("/wanted/<int:wanted_id>", methods=["GET", "POST"])
@allow("own.see")
def wanted(wanted_id: int) -> ResponseReturnValue:
    """Somebody asks to act for me: yes, in part, or no."""
    row = _get_wanted(wanted_id)
    if row.state != "asked":
        return redirect(url_for("family.index"), 303)
    terms = terms_of(row)
    form = AnswerForm(data={"scope": list(terms.scope), "until": terms.until_on})
    if form.validate_on_submit():
        try:
            _answer(row, form)
            return redirect(url_for("family.index"), 303)
        except DomainError as error:
            form.refuse(error, _AT.get(error.code))
            row = _get_wanted(wanted_id)
    return render_template("learner/family_wanted.html", row=row, form=form)


def _answer(row: RelationRequest, form: AnswerForm) -> None:
    wanted_id, relation, now, mine = row.id, row.relation, clock.now(), require_account().id
    with transaction():
        check_oneself(mine, _get_wanted(wanted_id).person_id or 0)
        if form.decision.data == "no":
            refuse_relation(wanted_id, how="web", by_account_id=mine, now=now)
        else:
            terms = _read(form, relation)
            give_relation(wanted_id, terms, how="web", by_account_id=mine, now=now)
    if form.decision.data == "no":
        flash(_("You said no. Nobody gets to see or do anything."))
    else:
        flash(_("You said yes. You can end it here on any day."))


@pages.route("/give/<int:person_id>", methods=["GET", "POST"])
@allow("own.see")
def give(person_id: int) -> ResponseReturnValue:
    """Letting somebody act for me, without being asked."""
    person = _own_person(person_id)
    form = GiveForm(data={"scope": ["apply", "answer", "see"]})
    if form.validate_on_submit():
        mine = require_account().id
        try:
            with transaction():
                check_oneself(mine, person_id)
                terms = _read(form, form.relation.data)
                phone = form.phone.data
                give_to_phone(
                    person_id, phone, terms, how="web", by_account_id=mine, now=clock.now()
                )
            flash(_("Saved. They see it when they sign in with that phone."))
            return redirect(url_for("family.index"), 303)
        except DomainError as error:
            form.refuse(error, _AT.get(error.code))
            person = _own_person(person_id)
    return render_template("learner/family_give.html", person=person, form=form)


def _own_person(person_id: int) -> Person:
    if person_id not in own_ids():
        raise NotFound("person_not_found")
    return get_person(person_id)


@pages.route("/acting/<int:acting_id>", methods=["GET", "POST"])
@allow("own.see")
def acting(acting_id: int) -> ResponseReturnValue:
    """What was given, for both; the person may change it, both may end it."""
    row, theirs = my_acting(acting_id)
    terms = terms_of(row)
    form = ChangeForm(data={"scope": list(terms.scope), "until": terms.until_on})
    if theirs and form.validate_on_submit():
        mine, now = require_account().id, clock.now()
        try:
            with transaction():
                check_oneself(mine, my_acting(acting_id)[0].person_id)
                wish = _read(form, terms.relation)
                change_relation(acting_id, wish, how="web", by_account_id=mine, now=now)
            flash(_("Saved."))
            return redirect(url_for("family.index"), 303)
        except DomainError as error:
            form.refuse(error, _AT.get(error.code))
            row, theirs = my_acting(acting_id)
    return render_template(
        "learner/family_acting.html", row=row, theirs=theirs, form=form, terms=terms
    )
