"""/rounds: how seats were given, for anyone to check; no name, phone or receipt number."""

from importlib.resources import files
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.allocation.explain import short_number
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import sections_by_id
from eldercampus.db import Page, nearest_page
from eldercampus.enrolment.ceremony import is_overdue, is_thrown_away
from eldercampus.enrolment.learners import count_drawn, find_learner_id
from eldercampus.enrolment.models import Cutoff
from eldercampus.enrolment.round_figures import count_sections_with_cutoffs, list_cutoffs
from eldercampus.enrolment.round_queries import get_public_round, list_public_rounds
from eldercampus.enrolment.runs import get_final_run, unpacked
from eldercampus.language.cutoffs import key_words
from eldercampus.language.draw_numbers import order_sentence
from eldercampus.web.access import allow
from eldercampus.web.downloads import JSON, attachment
from eldercampus.web.forms import Form, TextField
from eldercampus.web.numbers import whole_number
from eldercampus.web.public.round_page import build_page, find_own_line, is_for_everybody

pages = Blueprint("rounds", __name__)

_SECTIONS_ON_A_PAGE = 25


class NumberForm(Form):
    """Sent by GET: a learner id is public, and its page can be passed on."""

    id = TextField(
        _l("Learner id"),
        hint=_l("It stands on your result, and begins with L-. It is not the receipt number."),
        width=20,
        most=60,
    )


@pages.get("/rounds")
@allow("public.see")
def index() -> ResponseReturnValue:
    rounds = list_public_rounds()
    return render_template(
        "public/rounds.html", rounds=rounds, now=clock.now(), is_overdue=is_overdue
    )


@pages.get("/rounds/<code>")
@allow("public.see")
def show(code: str) -> ResponseReturnValue:
    round_, now = get_public_round(code), clock.now()
    page = build_page(round_, now)
    form = NumberForm(formdata=request.args, meta={"csrf": False})
    typed = (form.id.data or "") if page.is_out else ""
    learner_id = find_learner_id(typed)
    return render_template(
        "public/round.html",
        round=round_,
        page=page,
        learners=count_drawn(round_.id),
        lookup=form,
        typed=typed,
        learner_id=learner_id,
        own=find_own_line(round_, learner_id) if learner_id else None,
        short_number=short_number,
        order_sentence=order_sentence(),
    )


@pages.get("/rounds/<code>/cutoffs")
@allow("public.see")
def cutoffs(code: str) -> ResponseReturnValue:
    """The last person who got a seat in each class."""
    round_ = get_public_round(code)
    if round_.state != "published":
        abort(404)
    run = get_final_run(round_.id)
    size, total = _SECTIONS_ON_A_PAGE, count_sections_with_cutoffs(run.id)
    number = nearest_page(request.args.get("page", 1, type=whole_number), size, total)
    found = list_cutoffs(run.id, offset=(number - 1) * size, limit=size)
    return render_template(
        "public/round_cutoffs.html",
        round=round_,
        key_words=key_words,
        page=Page(_classes(found), number, size, total),
    )


def _classes(found: dict[int, list[Cutoff]]) -> list[tuple[Section, list[list[Cutoff]]]]:
    """Each class with the cutoffs of each round of the draw."""
    sections = sections_by_id(found)
    return [
        (sections[section_id], [list(same) for _, same in groupby(rows, attrgetter("round"))])
        for section_id, rows in found.items()
    ]


@pages.get("/rounds/<code>/round.json")
@allow("public.see")
def round_file(code: str) -> ResponseReturnValue:
    """From the freezing on; without the seed, so that its bytes have the published fingerprint."""
    round_ = get_public_round(code)
    if round_.frozen_at is None or not is_for_everybody(round_):
        abort(404)
    return attachment(unpacked(get_final_run(round_.id).input), "round.json", JSON)


@pages.get("/rounds/<code>/result.json")
@allow("public.see")
def result_file(code: str) -> ResponseReturnValue:
    """When everything is opened: also what was drawn and thrown away."""
    round_ = get_public_round(code)
    opened = round_.state == "published" or is_thrown_away(round_)
    if not opened or not is_for_everybody(round_):
        abort(404)
    result = get_final_run(round_.id).result
    if result is None:
        abort(404)
    return attachment(unpacked(result), "result.json", JSON)


@pages.get("/rounds/<code>/verify.py")
@allow("public.see")
def verifier(code: str) -> ResponseReturnValue:
    get_public_round(code)
    program = files("eldercampus.allocation").joinpath("verify.py").read_bytes()
    return attachment(program, "verify.py", "text/x-python")
