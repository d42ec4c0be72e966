"""/my/reasons: every choice with its reason; /my/rounds/CODE/slip.pdf: the same on paper."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.enrolment.explaining import find_explanation, find_place
from eldercampus.enrolment.seat_queries import find_drawn_round
from eldercampus.language.draw_numbers import number_sentences
from eldercampus.language.explanation import next_steps, tell
from eldercampus.language.reasons import joined
from eldercampus.web.access import allow
from eldercampus.web.learner.whom import current_person
from eldercampus.web.slips import slip_response

pages = Blueprint("results", __name__)


@pages.get("/my/reasons")
@allow("own.see")
def reasons() -> ResponseReturnValue:
    """Of the newest round that the person had a part in."""
    person, now = current_person("see"), clock.now()
    round_ = find_drawn_round(person.id, now.astimezone(clock.SHANGHAI).date())
    if round_ is None:
        return redirect(url_for("my.index"), 303)
    found = find_explanation(person.id, round_.code)
    return render_template(
        "learner/reasons.html",
        round=round_,
        explanation=found,
        choices=tell(found) if found else [],
        steps=next_steps(found, now) if found else [],
        number=number_sentences(found.number, find_place(found)) if found else [],
        joined=joined,
    )


@pages.get("/my/rounds/<code>/slip.pdf")
@allow("own.see")
def slip(code: str) -> ResponseReturnValue:
    person = current_person("see")
    found = find_explanation(person.id, code)
    if found is None:
        abort(404)
    return slip_response([(person, found)], f"{code}-{_id(found.learner)}")


def _id(learner: object) -> str:
    return str(getattr(learner, "code", "slip"))
