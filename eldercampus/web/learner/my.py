"""/my: what came of the wishes, what to answer, where one waits and why."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.catalogue.queries import get_section
from eldercampus.db import transaction
from eldercampus.enrolment.accepting import choose_automatic, may_choose
from eldercampus.enrolment.application_queries import get_application
from eldercampus.enrolment.models import Application, Placement
from eldercampus.enrolment.placements import (
    confirm_placement,
    decline_placement,
    withdraw_placement,
)
from eldercampus.enrolment.queue_places import waiting_place
from eldercampus.enrolment.seat_queries import (
    Standing,
    find_home,
    get_entry_of,
    get_placement_of,
    metres_home,
)
from eldercampus.enrolment.waitlists import join_section, leave_waitlist
from eldercampus.errors import DomainError, NotFound
from eldercampus.language import name_of, sentence
from eldercampus.language.explanation import why
from eldercampus.language.reasons import joined, waitlist_sentence
from eldercampus.web.access import allow
from eldercampus.web.learner.whom import account, current_person

pages = Blueprint("my", __name__)


@pages.get("/my")
@allow("own.see")
def index() -> ResponseReturnValue:
    person, now = current_person("see"), clock.now()
    home = find_home(person.id, now.astimezone(clock.SHANGHAI).date())
    standing = home.standing
    sections = [one.section for one in standing.choices] if standing else []
    return render_template(
        "learner/my.html",
        now=now,
        standing=standing,
        application=home.application,
        metres=metres_home(person, sections) if sections else {},
        why=why,
        joined=joined,
        may_answer=g.representation.may_answer,
        automatic=_automatic(standing, home.application),
    )


def _automatic(standing: Standing | None, coming: Application | None) -> Application | None:
    """The application whose wish about seats that come free can be changed here: of a list that
    somebody waits on, or one that waits for its draw."""
    now = clock.now()
    waits = standing is not None and bool(standing.waiting)
    application = standing.application if standing and waits else coming
    if application is None or application.state != "submitted" or application.withdrawn_at:
        return None
    settled = application.round.state in ("open", "cancelled")
    return None if settled or not may_choose(application.round.term, now) else application


@pages.post("/my/applications/<int:application_id>/automatic")
@allow("own.answer")
def automatic(application_id: int) -> ResponseReturnValue:
    person, wish = current_person("answer"), request.form.get("wish") == "yes"
    if get_application(application_id).person_id != person.id:
        raise NotFound("application_not_found")
    try:
        with transaction():
            choose_automatic(application_id, wish, now=clock.now(), account_id=account().id)
    except DomainError as error:
        return _refused(error)
    flash(
        _("Good. If a seat comes free, we take it for you at once and tell you.")
        if wish
        else _("Good. If a seat comes free, we ask you first.")
    )
    return redirect(url_for("my.index", _anchor="automatic"), 303)


@pages.post("/my/placements/<int:placement_id>/confirm")
@allow("own.answer")
def confirm(placement_id: int) -> ResponseReturnValue:
    placement = get_placement_of(placement_id, current_person("answer").id)
    course = name_of(get_section(placement.section_id).course)
    try:
        with transaction():
            confirm_placement(placement_id, now=clock.now(), account_id=account().id)
    except DomainError as error:
        return _refused(error)
    flash(_("Good. We look forward to seeing you in %(course)s.", course=course))
    return redirect(url_for("my.index"), 303)


@pages.get("/my/placements/<int:placement_id>/leave")
@allow("own.answer")
def leave(placement_id: int) -> ResponseReturnValue:
    """Asks once more before a seat is given back."""
    placement = get_placement_of(placement_id, current_person("answer").id)
    if placement.state not in _GIVING_BACK:
        return redirect(url_for("my.index"), 303)
    section = get_section(placement.section_id)
    return render_template("learner/leave_seat.html", placement=placement, section=section)


@pages.post("/my/placements/<int:placement_id>/leave")
@allow("own.answer")
def left(placement_id: int) -> ResponseReturnValue:
    placement = get_placement_of(placement_id, current_person("answer").id)
    course = name_of(get_section(placement.section_id).course)
    try:
        with transaction():
            _give_back(get_placement_of(placement_id, placement.person_id))
    except DomainError as error:
        return _refused(error)
    flash(_("Thank you for saying so. The seat in %(course)s goes to the next.", course=course))
    return redirect(url_for("my.index"), 303)


_GIVING_BACK = {"awaiting": decline_placement, "confirmed": withdraw_placement}


def _give_back(placement: Placement) -> None:
    """Giving back twice is one; the state is looked at again under the lock."""
    give_back = _GIVING_BACK.get(placement.state)
    if give_back is not None:
        give_back(placement.id, now=clock.now(), account_id=account().id)


@pages.get("/my/waiting/<int:entry_id>/leave")
@allow("own.answer")
def leave_line(entry_id: int) -> ResponseReturnValue:
    """Asks once more before a place in a queue is given up."""
    entry = get_entry_of(entry_id, current_person("answer").id)
    if entry.state != "waiting":
        return redirect(url_for("my.index"), 303)
    section = get_section(entry.section_id)
    return render_template(
        "learner/leave_line.html",
        entry=entry,
        section=section,
        line=waiting_place(entry_id),
        waitlist_sentence=waitlist_sentence,
    )


@pages.post("/my/waiting/<int:entry_id>/leave")
@allow("own.answer")
def left_line(entry_id: int) -> ResponseReturnValue:
    entry = get_entry_of(entry_id, current_person("answer").id)
    course = name_of(get_section(entry.section_id).course)
    try:
        with transaction():
            leave_waitlist(entry_id, now=clock.now(), account_id=account().id)
    except DomainError as error:
        return _refused(error)
    flash(_("You do not wait for %(course)s any more.", course=course))
    return redirect(url_for("my.index"), 303)


@pages.post("/my/join/<int:section_id>")
@allow("own.answer")
def join(section_id: int) -> ResponseReturnValue:
    """A free seat at once, or a place on the waiting list."""
    person = current_person("apply")
    course = name_of(get_section(section_id).course)
    try:
        with transaction():
            outcome = join_section(section_id, person.id, now=clock.now(), account_id=account().id)
    except DomainError as error:
        flash(sentence(error), "mind")
        return redirect(url_for("courses.show", section_id=section_id), 303)
    told = {
        "seat": _("You have a seat in %(course)s.", course=course),
        "offer": _("A seat in %(course)s is kept for you. Please answer below.", course=course),
        "waiting": _("You are on the waiting list of %(course)s.", course=course),
    }
    flash(told[outcome.outcome])
    return redirect(url_for("my.index"), 303)


def _refused(error: DomainError) -> ResponseReturnValue:
    flash(sentence(error), "mind")
    return redirect(url_for("my.index"), 303)
