"""Fixing a round's list for good: what is still open is shown first, then it is asked once more."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.decision_queries import list_decisions
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.models import Round, Run
from eldercampus.enrolment.round_figures import count_drawn
from eldercampus.enrolment.round_queries import get_round
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.web.access import allow
from eldercampus.web.staff.round_board import build_board

pages = Blueprint("round_freezing", __name__)


@pages.get("/staff/rounds/<code>/freeze")
@allow("round.run")
def check(code: str) -> ResponseReturnValue:
    round_, now = get_round(code), clock.now()
    if round_.state != "closed":
        return redirect(url_for("staff_rounds.show", code=code), 303)
    board = build_board(round_, now)
    return render_template(
        "staff/round_freeze.html",
        round=round_,
        board=board,
        untried=_decided_since(round_, board.dry_run),
    )


def _decided_since(round_: Round, dry_run: Run | None) -> int:
    """Decisions that the latest dry run does not know of."""
    decisions = list_decisions(round_.id)
    return sum(1 for one in decisions if dry_run is None or one.made_at > dry_run.made_at)


@pages.post("/staff/rounds/<code>/freeze")
@allow("round.run")
def freeze(code: str) -> ResponseReturnValue:
    round_ = get_round(code)
    try:
        with transaction():
            freeze_round(round_.id, now=clock.now(), account_id=g.scope.account_id)
    except DomainError as error:
        flash(sentence(error), "mind")
    else:
        flash(
            ngettext(
                "The list is fixed, with %(num)d person on it. "
                "Its fingerprint stands on the public page now.",
                "The list is fixed, with %(num)d people on it. "
                "Its fingerprint stands on the public page now.",
                count_drawn(round_.id),
            )
        )
    return redirect(url_for("staff_rounds.show", code=code), 303)
