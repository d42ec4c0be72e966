"""/rounds: how seats were given, for anyone to check; no name, phone or receipt number."""

from importlib.resources import files
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import list_sections
from eldercampus.enrolment.drawing import get_final_run
from eldercampus.enrolment.freezing import unpacked
from eldercampus.enrolment.models import Cutoff, Round
from eldercampus.enrolment.round_figures import (
    count_sections_with_cutoffs,
    find_draw_number,
    find_latest_run,
    list_cutoffs,
    list_outcomes,
)
from eldercampus.enrolment.round_queries import get_public_round, list_public_rounds
from eldercampus.people.sealing import unseal
from eldercampus.places.queries import list_towns
from eldercampus.web.access import allow
from eldercampus.web.downloads import JSON, attachment
from eldercampus.web.forms import Form, TextField
from eldercampus.web.numbers import whole_number

pages = Blueprint("rounds", __name__)

_SECTIONS_ON_A_PAGE = 25


class NumberForm(Form):
    """Sent by GET: a learner id is public, and its page can be passed on."""

    id = TextField(
        _l("Learner id"),
        hint=_l("It stands on your result, and begins with L-. It is not the receipt number."),
        width=20,
        most=20,
    )


@pages.get("/rounds")
@allow("public.see")
def index() -> ResponseReturnValue:
    return render_template("public/rounds.html", rounds=list_public_rounds())


@pages.get("/rounds/<code>")
@allow("public.see")
def show(code: str) -> ResponseReturnValue:
    round_ = get_public_round(code)
    run = find_latest_run(round_.id, "final")
    is_out = round_.state == "published"
    form = NumberForm(formdata=request.args, meta={"csrf": False})
    asked = _learner_id(form.id.data) if is_out else ""
    return render_template(
        "public/round.html",
        round=round_,
        run=run,
        is_out=is_out,
        secret=unseal(round_.secret_sealed).hex() if is_out and round_.secret_sealed else "",
        lookup=form,
        asked=asked,
        number=find_draw_number(round_.id, asked) if asked else None,
        outcomes=list_outcomes(round_.id) if is_out else [],
        seat_towns=[town for town in list_towns() if town.code in round_.town_seat_towns],
        may_download=is_out and _is_for_everybody(round_),
        now=clock.now(),
    )


def _learner_id(typed: str | None) -> str:
    """L- in front and small letters behind, however it was typed."""
    text = (typed or "").strip()
    return "L-" + text[2:].lower() if text[:2].upper() == "L-" else text.lower()


@pages.get("/rounds/<code>/cutoffs")
@allow("public.see")
def cutoffs(code: str) -> ResponseReturnValue:
    """The last person who got a seat in each class."""
    round_ = _published(code)
    run = get_final_run(round_.id)
    total = count_sections_with_cutoffs(run.id)
    number_of_pages = max(1, -(-total // _SECTIONS_ON_A_PAGE))
    number = min(max(request.args.get("page", 1, type=whole_number), 1), number_of_pages)
    first = (number - 1) * _SECTIONS_ON_A_PAGE
    found = list_cutoffs(run.id, offset=first, limit=_SECTIONS_ON_A_PAGE)
    return render_template(
        "public/round_cutoffs.html",
        round=round_,
        rows=_cutoff_rows(found, {s.id: s for s in list_sections(section_ids=found)}),
        page={
            "number": number,
            "pages": number_of_pages,
            "total": total,
            "first": first + 1,
            "last": first + len(found),
        },
    )


def _cutoff_rows(
    found: dict[int, list[Cutoff]], sections: dict[int, Section]
) -> list[dict[str, Any]]:
    return [
        {"section": sections[section_id], "cutoff": cutoff}
        for section_id, cutoffs_ in found.items()
        for cutoff in cutoffs_
    ]


@pages.get("/rounds/<code>/round.json")
@allow("public.see")
def round_file(code: str) -> ResponseReturnValue:
    """The frozen file without its seed: its bytes have the published fingerprint."""
    return attachment(unpacked(get_final_run(_downloadable(code).id).input), "round.json", JSON)


@pages.get("/rounds/<code>/result.json")
@allow("public.see")
def result_file(code: str) -> ResponseReturnValue:
    run = get_final_run(_downloadable(code).id)
    if run.result is None:
        abort(404)
    return attachment(unpacked(run.result), "result.json", JSON)


@pages.get("/rounds/<code>/verify.py")
@allow("public.see")
def verifier(code: str) -> ResponseReturnValue:
    get_public_round(code)
    program = files("eldercampus.allocation").joinpath("verify.py").read_bytes()
    return attachment(program, "verify.py", "text/x-python")


def _published(code: str) -> Round:
    round_ = get_public_round(code)
    if round_.state != "published":
        abort(404)
    return round_


def _downloadable(code: str) -> Round:
    round_ = _published(code)
    if not _is_for_everybody(round_):
        abort(404)
    return round_


def _is_for_everybody(round_: Round) -> bool:
    """Distances to the metre would give homes away; with bands they do not."""
    return bool(round_.rules["proximity"] == "bands")
