"""/staff/sections: the classes of a term, one class with its lessons, making and changing them."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.queries import (
    browse_sections,
    find_current_term,
    get_section,
    list_courses,
    list_sessions,
    list_terms,
)
from eldercampus.catalogue.sections import SectionDetails, create_section
from eldercampus.db import transaction
from eldercampus.enrolment.class_changes import details_of
from eldercampus.enrolment.class_form import list_gathering_rounds, save_class
from eldercampus.errors import DomainError
from eldercampus.places.queries import list_campuses
from eldercampus.web.access import allow, require_account
from eldercampus.web.numbers import whole_number
from eldercampus.web.once import once
from eldercampus.web.staff.section_form import (
    FIELDS,
    SectionForm,
    answers_of,
    offer_choices,
    read_details,
)

pages = Blueprint("staff_sections", __name__, url_prefix="/staff/sections")


def _campus_ids() -> frozenset[int] | None:
    """The asker's campuses; None for the whole district."""
    return None if g.scope.district else g.scope.campus_ids


@pages.get("")
@allow("catalogue.see")
def index() -> ResponseReturnValue:
    terms = list_terms()
    current = find_current_term(day_of(clock.now()))
    wanted = {
        name: request.args.get(name, type=whole_number)
        for name in ("term_id", "campus_id", "course_id")
    }
    if wanted["term_id"] is None and current is not None:
        wanted["term_id"] = current.id
    return render_template(
        "staff/sections.html",
        found=browse_sections(
            term_id=wanted["term_id"],
            campus_id=wanted["campus_id"],
            course_id=wanted["course_id"],
            campus_ids=_campus_ids(),
            page=request.args.get("page", 1, type=whole_number),
        ),
        terms=terms,
        campuses=list_campuses(_campus_ids()),
        courses=list_courses(),
        wanted=wanted,
    )


@pages.get("/<int:section_id>")
@allow("catalogue.see")
def show(section_id: int) -> ResponseReturnValue:
    section = get_section(section_id, _campus_ids())
    return render_template(
        "staff/section.html",
        section=section,
        sessions=list_sessions(section_id),
        today=day_of(clock.now()),
    )


@pages.route("/new", methods=["GET", "POST"])
@allow("catalogue.edit")
def new() -> ResponseReturnValue:
    form = SectionForm(data=_first_answers())
    offer_choices(form, g.scope)
    del form.reason
    if form.validate_on_submit() and (details := read_details(form)):
        now, mine = clock.now(), require_account().id

        def create() -> str:
            section = create_section(details, account_id=mine, now=now)
            return url_for("staff_sections.show", section_id=section.id)

        try:
            to = once(form.key.data, mine, now, create)
        except DomainError as error:
            form.refuse(error, FIELDS.get(error.code))
        else:
            flash(_("The class is there, with its lessons."))
            return redirect(to, 303)
    return render_template("staff/section_form.html", form=form, section=None)


@pages.route("/<int:section_id>/edit", methods=["GET", "POST"])
@allow("catalogue.edit")
def edit(section_id: int) -> ResponseReturnValue:
    section = get_section(section_id, _campus_ids())
    form = SectionForm(data=answers_of(details_of(section)))
    offer_choices(form, g.scope)
    if not list_gathering_rounds(section.term_id):
        del form.reason
    if form.validate_on_submit() and (details := read_details(form)):
        try:
            with transaction():
                _save(section_id, details, form)
        except DomainError as error:
            form.refuse(error, FIELDS.get(error.code))
            section = get_section(section_id, _campus_ids())
        else:
            flash(_("Saved."))
            return redirect(url_for("staff_sections.show", section_id=section_id), 303)
    return render_template("staff/section_form.html", form=form, section=section)


def _save(section_id: int, details: SectionDetails, form: SectionForm) -> None:
    reason = form.reason.data or "" if form.reason else ""
    account_id = require_account().id
    save_class(section_id, details, reason=reason, account_id=account_id, now=clock.now())


def _first_answers() -> dict[str, Any]:
    term = find_current_term(day_of(clock.now()))
    return {
        "term": term.id if term else None,
        "course": request.args.get("course_id", type=whole_number),
        "mode": "in_person",
        "fill": "reserved_first",
        "state": "open",
        "minimum": 10,
        "fee": 0,
    }
