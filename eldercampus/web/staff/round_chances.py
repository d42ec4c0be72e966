"""/staff/rounds/CODE/chances: whether it mattered how people applied."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from eldercampus.enrolment.equal_chances import get_report
from eldercampus.enrolment.round_queries import get_round
from eldercampus.enrolment.runs import get_final_run
from eldercampus.places.queries import list_campuses
from eldercampus.web.access import allow

pages = Blueprint("round_chances", __name__)


@pages.get("/staff/rounds/<code>/chances")
@allow("round.check")
def show(code: str) -> ResponseReturnValue:
    """Once the results are out."""
    round_ = get_round(code)
    if round_.state != "published":
        abort(404)
    report = get_report(get_final_run(round_.id))
    return render_template(
        "staff/round_chances.html",
        round=round_,
        report=report,
        campuses=[one for one in list_campuses() if one.id in report.by_campus],
    )
