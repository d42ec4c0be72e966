"""Asking that a seat is given or taken by hand; another person decides (/staff/approvals)."""

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section
from eldercampus.db import transaction
from eldercampus.enrolment.overrides import ask_seat, ask_taking
from eldercampus.enrolment.person_queries import find_persons
from eldercampus.enrolment.seat_by_hand import Seat, check_for_anybody, check_seat
from eldercampus.enrolment.seat_queries import get_placement_in
from eldercampus.errors import DomainError
from eldercampus.people.models import Person
from eldercampus.people.queries import get_person
from eldercampus.web.access import allow
from eldercampus.web.forms import Form, LongTextField, Required, SubmitField, TextField

pages = Blueprint("overrides", __name__, url_prefix="/staff")


class WhoForm(Form):
    words = TextField(
        _l("Who is to have the seat?"),
        hint=_l("Name, birth date, phone, identity number or receipt number"),
        validators=[Required(_l("Please write something to look for."))],
    )
    send = SubmitField(_l("Find"))


class WhyForm(Form):
    reason = LongTextField(
        _l("Why?"),
        hint=_l("The second person reads it, and whoever looks into it later."),
        most=500,
        validators=[Required(_l("Please write the reason. Others should understand it later."))],
    )
    send = SubmitField(_l("Ask a second person"))


@pages.get("/sections/<int:section_id>/give")
@allow("seat.override")
def whom(section_id: int) -> ResponseReturnValue:
    section = get_section(section_id, g.scope.campuses)
    try:
        check_for_anybody(section)
    except DomainError as error:
        return render_template("staff/seat_none.html", section=section, error=error)
    return _look_for(section, WhoForm())


@pages.post("/sections/<int:section_id>/give")
@allow("seat.override")
def find(section_id: int) -> ResponseReturnValue:
    """The people who may be meant. By POST: names and numbers stay out of addresses and logs."""
    section, form, found = get_section(section_id, g.scope.campuses), WhoForm(), None
    if form.validate_on_submit():
        found = find_persons(str(form.words.data))
    return _look_for(section, form, found)


def _look_for(section: Section, form: WhoForm, found: Sequence[Person] | None = None) -> str:
    return render_template("staff/seat_whom.html", section=section, form=form, found=found)


@pages.route("/sections/<int:section_id>/give/<int:person_id>", methods=["GET", "POST"])
@allow("seat.override")
def give(section_id: int, person_id: int) -> ResponseReturnValue:
    section, person = get_section(section_id, g.scope.campuses), get_person(person_id)
    form, seat = WhyForm(), _seat(section, person_id)
    if form.validate_on_submit():
        try:
            with transaction():
                ask_seat(
                    section_id,
                    person_id,
                    reason=form.reason.data,
                    now=clock.now(),
                    account_id=g.scope.account_id,
                )
        except DomainError as error:
            form.refuse(error)
        else:
            return _asked(section_id)
        section, person = get_section(section_id), get_person(person_id)
    return render_template(
        "staff/seat_give.html",
        section=section,
        person=person,
        form=form,
        seat=seat,
        held_id=_held_id(seat),
    )


def _seat(section: Section, person_id: int) -> Seat | DomainError:
    """What could be given, or why nothing can."""
    try:
        return check_seat(section, person_id)
    except DomainError as error:
        return error


def _held_id(seat: Seat | DomainError) -> int | None:
    """The class in the way, where whoever is signed in may look at it."""
    facts = seat.facts if isinstance(seat, DomainError) else {}
    if "section_id" not in facts:
        return None
    campuses = g.scope.campuses
    seen = campuses is None or facts["campus_id"] in campuses
    return int(facts["section_id"]) if seen else None


@pages.route("/placements/<int:placement_id>/take", methods=["GET", "POST"])
@allow("seat.override")
def take(placement_id: int) -> ResponseReturnValue:
    found, form = get_placement_in(placement_id, g.scope.campuses), WhyForm()
    if form.validate_on_submit():
        try:
            with transaction():
                ask_taking(
                    placement_id,
                    reason=form.reason.data,
                    now=clock.now(),
                    account_id=g.scope.account_id,
                )
        except DomainError as error:
            form.refuse(error)
        else:
            return _asked(found.section_id)
        found = get_placement_in(placement_id, g.scope.campuses)
    return render_template("staff/seat_take.html", form=form, of=found)


def _asked(section_id: int) -> ResponseReturnValue:
    flash(_("A second person is asked. Until they agree, nothing changes."))
    return redirect(url_for("rosters.show", section_id=section_id), 303)
