"""/staff/persons/<id>/rounds/<code>: what to say when somebody rings about their result, word for
word as it stands on their page and slip."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.enrolment.explaining import (
    Explanation,
    find_explanation,
    find_place,
    list_rounds_of,
)
from eldercampus.language.draw_numbers import number_sentences
from eldercampus.language.explanation import next_steps, tell
from eldercampus.language.reasons import joined
from eldercampus.people.queries import get_person
from eldercampus.web.access import allow, scope_for, signed_in
from eldercampus.web.slips import slip_response

pages = Blueprint("staff_explanations", __name__, url_prefix="/staff/persons/<int:person_id>")


@pages.get("/rounds")
@allow("person.see")
def newest(person_id: int) -> ResponseReturnValue:
    """On to the newest result, for links that know no round."""
    rounds = list_rounds_of(get_person(person_id).id)
    if not rounds:
        flash(_("There is no result of this person yet."))
        return redirect(url_for("staff_persons.show", person_id=person_id), 303)
    return redirect(url_for(".show", person_id=person_id, code=rounds[0].code), 303)


@pages.get("/rounds/<code>")
@allow("person.see")
def show(person_id: int, code: str) -> ResponseReturnValue:
    person, found, now = get_person(person_id), _explanation(person_id, code), clock.now()
    return render_template(
        "staff/explanation.html",
        person=person,
        explanation=found,
        told=list(zip(found.choices, tell(found), strict=True)),
        steps=next_steps(found, now),
        in_reach=_in_reach(found),
        number=number_sentences(found.number, find_place(found)),
        joined=joined,
    )


@pages.get("/rounds/<code>/slip.pdf")
@allow("person.see")
def slip(person_id: int, code: str) -> ResponseReturnValue:
    person, found = get_person(person_id), _explanation(person_id, code)
    name = found.learner.code if found.learner else "slip"
    return slip_response([(person, found)], f"{code}-{name}")


def _explanation(person_id: int, code: str) -> Explanation:
    found = find_explanation(person_id, code)
    if found is None:
        abort(404)
    return found


def _in_reach(found: Explanation) -> set[int]:
    """Ids of the sections for which this clerk may note an answer."""
    scope = scope_for(signed_in(), "seat.answer")
    if scope is None:
        return set()
    sections = [choice.section for choice in found.choices]
    return {one.id for one in sections if scope.campuses is None or one.campus_id in scope.campuses}
