"""/apply/elsewhere: the same course at other campuses, all on the list by one button."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import sections_by_id
from eldercampus.enrolment.application_queries import draft_of
from eldercampus.enrolment.elsewhere import add_elsewhere, find_elsewhere
from eldercampus.errors import DomainError
from eldercampus.language import name_of
from eldercampus.language.words import listed, sentences
from eldercampus.web.access import allow
from eldercampus.web.forms import SubmitField
from eldercampus.web.learner.applying import OfVersion, get_applying, tell_refusal
from eldercampus.web.once import once

pages = Blueprint("elsewhere", __name__)


class ElsewhereForm(OfVersion):
    send = SubmitField(_l("Put them on my list"))


@pages.get("/apply/elsewhere/<int:section_id>")
@allow("own.apply")
def show(section_id: int) -> ResponseReturnValue:
    """Which classes that are, how far away, and which ones cannot be added, before they are."""
    at = get_applying()
    chosen = draft_of(at.application)["choices"]
    section = _on_the_list(section_id, chosen)
    return render_template(
        "learner/apply_elsewhere.html",
        person=at.person,
        application=at.application,
        form=ElsewhereForm(version=str(at.application.version)),
        section=section,
        found=find_elsewhere(at.round, at.person, chosen, section.course_id),
        most=int(at.round.rules["choices_max"]),
        back=url_for("apply.classes", _anchor=f"choice-{chosen.index(section_id) + 1}"),
    )


@pages.post("/apply/elsewhere/<int:section_id>")
@allow("own.apply")
def add(section_id: int) -> ResponseReturnValue:
    at, form = get_applying(), ElsewhereForm()
    chosen = draft_of(at.application)["choices"]
    course_id, place = _on_the_list(section_id, chosen).course_id, len(chosen) + 1

    def deed() -> str:
        found = add_elsewhere(at.application.id, course_id, version=form.shown(), now=at.now)
        flash(_done(len(found.fitting), [one.section for one in found.too_many]))
        return url_for("apply.classes", _anchor=f"choice-{place}")

    try:
        return redirect(once(str(form.key.data), at.account_id, at.now, deed), 303)
    except DomainError as error:
        return tell_refusal(error, "apply.classes")


def _on_the_list(section_id: int, chosen: list[int]) -> Section:
    section = sections_by_id([section_id]).get(section_id)
    if section is None or section_id not in chosen:
        abort(redirect(url_for("apply.classes"), 303))
    return section


def _done(added: int, too_many: list[Section]) -> str:
    where = listed(name_of(section.campus) for section in too_many)
    return sentences(
        ngettext(
            "%(num)d class is now at the end of your list.",
            "%(num)d classes are now at the end of your list.",
            added,
        ),
        _("There was no room for the classes at: %(where)s.", where=where) if where else "",
    )
