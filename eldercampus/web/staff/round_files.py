"""The files of a draw for auditors, also where distances count to the metre."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from eldercampus.enrolment.ceremony import is_thrown_away
from eldercampus.enrolment.round_queries import get_round
from eldercampus.enrolment.runs import get_final_run, unpacked
from eldercampus.web.access import allow
from eldercampus.web.downloads import JSON, attachment

pages = Blueprint("round_files", __name__)


@pages.get("/staff/rounds/<code>/round.json")
@allow("round.check")
def round_file(code: str) -> ResponseReturnValue:
    """From the freezing on; without the seed, so that its bytes have the published fingerprint."""
    round_ = get_round(code)
    if round_.frozen_at is None:
        abort(404)
    return attachment(unpacked(get_final_run(round_.id).input), "round.json", JSON)


@pages.get("/staff/rounds/<code>/result.json")
@allow("round.check")
def result_file(code: str) -> ResponseReturnValue:
    """When the results are out, or everything was opened by cancelling: the secret is in it."""
    round_ = get_round(code)
    is_opened = round_.state == "published" or is_thrown_away(round_)
    result = get_final_run(round_.id).result if is_opened else None
    if result is None:
        abort(404)
    return attachment(unpacked(result), "result.json", JSON)
