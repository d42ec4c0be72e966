"""/my/data: what is kept about the person; to look at, take along and have erased."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.db import transaction
from eldercampus.enrolment.erasing import find_hindrances
from eldercampus.enrolment.own_data import build_own_file
from eldercampus.errors import DomainError, NotFound
from eldercampus.language import sentence
from eldercampus.people.correcting import withdraw_sensitive
from eldercampus.people.data_requests import (
    ask_correction,
    ask_erasure,
    list_requests_of,
    withdraw_data_request,
)
from eldercampus.people.models import Person
from eldercampus.people.news import load_ways
from eldercampus.people.own_data import list_consents, list_looks
from eldercampus.people.queries import masked_id_numbers
from eldercampus.people.undertakings import list_undertakings
from eldercampus.web.access import allow
from eldercampus.web.downloads import JSON, attachment
from eldercampus.web.learner.my_data_forms import CorrectForm, EraseForm, SensitiveForm
from eldercampus.web.learner.whom import account, current_person

pages = Blueprint("my_data", __name__, url_prefix="/my/data")


def is_self() -> bool:
    """Whether this is the person's own account, and not a relative's."""
    return bool(g.representation.kind == "self")


def read_again() -> Person:
    """For the page after a refusal: what was read before it is forgotten."""
    g.pop("represented", None)
    return current_person("see")


def back() -> Response:
    return redirect(url_for("my_data.index"), 303)


@pages.get("")
@allow("own.see")
def index() -> ResponseReturnValue:
    person = load_ways(current_person("see"))
    return render_template(
        "learner/data.html",
        person=person,
        number=masked_id_numbers([person])[person.id],
        undertakings=list_undertakings(person.id),
        consents=list_consents(person.id),
        requests=list_requests_of(person.id),
        looks=list_looks(person.id),
        is_self=is_self(),
        mine=g.representation.account_id,
        may_change=g.representation.may_apply,
    )


@pages.get("/file.json")
@allow("own.see")
def file() -> ResponseReturnValue:
    """A relative gets the identity number masked, and no link that answers for the person."""
    person, mine = current_person("see"), g.representation
    links = is_self() or mine.may_answer
    content = build_own_file(person, whole_number=is_self(), with_links=links)
    return attachment(content, "my-data.json", JSON)


@pages.route("/correct", methods=["GET", "POST"])
@allow("own.reach")
def correct() -> ResponseReturnValue:
    person, form = current_person("see"), CorrectForm()
    if form.validate_on_submit():
        try:
            with transaction():
                now, mine = clock.now(), account().id
                ask_correction(person.id, form.text.data, account_id=mine, now=now)
            flash(_("We look at it. The answer stands here, and you can ring us at any time."))
            return back()
        except DomainError as error:
            form.refuse(error, "text")
            read_again()
    return render_template("learner/data_correct.html", form=form)


@pages.route("/sensitive", methods=["GET", "POST"])
@allow("own.reach")
def sensitive() -> ResponseReturnValue:
    """At once; a relative sees that only the person can."""
    person, form = current_person("see"), SensitiveForm()
    if form.validate_on_submit():
        try:
            with transaction():
                withdraw_sensitive(person.id, account_id=account().id, now=clock.now())
            flash(_("Identity number and certificates are erased."))
            return back()
        except DomainError as error:
            form.refuse(error)
            read_again()
    return render_template("learner/data_sensitive.html", form=form, is_self=is_self())


@pages.route("/erase", methods=["GET", "POST"])
@allow("own.reach")
def erase() -> ResponseReturnValue:
    """Asks staff; a relative sees that only the person can."""
    person, form, now = current_person("see"), EraseForm(), clock.now()
    hindrances = find_hindrances(person.id, day_of(now))
    if form.validate_on_submit():
        try:
            with transaction():
                ask_erasure(person.id, account_id=account().id, now=now)
            flash(_("We erase it within 15 working days. Until then you can take this back here."))
            return back()
        except DomainError as error:
            form.refuse(error)
            read_again()
    return render_template(
        "learner/data_erase.html", form=form, hindrances=hindrances, is_self=is_self()
    )


@pages.post("/requests/<int:request_id>/withdraw")
@allow("own.reach")
def withdraw(request_id: int) -> ResponseReturnValue:
    """Not the person's own by a relative, who is not shown the button either."""
    person = current_person("see")
    try:
        with transaction():
            withdraw_data_request(person.id, request_id, account_id=account().id, now=clock.now())
        flash(_("It is taken back."))
    except NotFound:
        raise
    except DomainError as error:
        flash(sentence(error), "mind")
    return back()
