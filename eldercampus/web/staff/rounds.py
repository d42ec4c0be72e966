"""/staff/rounds: planning a round and moving it from step to step."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.catalogue.queries import list_terms
from eldercampus.db import transaction
from eldercampus.enrolment.beacon import (
    confirm_beacon,
    note_difference,
    type_beacon,
    type_spare,
)
from eldercampus.enrolment.ceremony import last_day_of_beacon
from eldercampus.enrolment.drawing import ask_draw
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.publishing_approval import ask_publishing
from eldercampus.enrolment.round_defaults import likely_term, usual_plan
from eldercampus.enrolment.round_figures import get_figures
from eldercampus.enrolment.round_queries import get_round, list_rounds
from eldercampus.enrolment.rounds import (
    cancel_round,
    change_round,
    close_round,
    open_round,
    plan_round,
)
from eldercampus.errors import DomainError, NotFound
from eldercampus.language import sentence
from eldercampus.web.access import allow
from eldercampus.web.numbers import whole_number
from eldercampus.web.staff.round_beacon import build_beacon_board
from eldercampus.web.staff.round_board import build_board
from eldercampus.web.staff.round_forms import (
    BeaconForm,
    CancelForm,
    RemarkForm,
    SpareForm,
)
from eldercampus.web.staff.round_plan_form import RoundForm, values_of

pages = Blueprint("staff_rounds", __name__)

_STEPS: dict[str, Callable[..., Any]] = {
    "open": open_round,
    "close": close_round,
    "publish": publish_round,
}


@pages.get("/staff/rounds")
@allow("round.see")
def index() -> ResponseReturnValue:
    return render_template("staff/rounds.html", rounds=list_rounds())


@pages.route("/staff/rounds/plan", methods=["GET", "POST"])
@allow("round.run")
def plan() -> ResponseReturnValue:
    today = clock.now().astimezone(clock.SHANGHAI).date()
    terms = list_terms()
    term = next((one for one in terms if one.id == _asked_term()), likely_term(today))
    form = RoundForm(data={"term": str(term.id), **usual_plan(term, today)} if term else {})
    form.offer(terms)
    if form.validate_on_submit():
        try:
            with transaction():
                round_ = plan_round(form.plan(), now=clock.now(), account_id=g.scope.account_id)
            flash(_("The round is planned. It opens by itself."))
            return redirect(url_for("staff_rounds.show", code=round_.code), 303)
        except DomainError as error:
            form.refuse_plan(error)
    others = [one for one in terms if one is not term and one.starts_on > today]
    return render_template("staff/round_plan.html", form=form, round=None, other_terms=others)


def _asked_term() -> int | None:
    return request.args.get("term", type=whole_number)


@pages.route("/staff/rounds/<code>/plan", methods=["GET", "POST"])
@allow("round.run")
def change(code: str) -> ResponseReturnValue:
    round_ = get_round(code)
    form = RoundForm(data=values_of(round_))
    form.offer(list_terms())
    if form.validate_on_submit():
        try:
            with transaction():
                change_round(round_.id, form.plan(), now=clock.now(), account_id=g.scope.account_id)
            flash(_("The changes are kept."))
            return redirect(url_for("staff_rounds.show", code=form.code.data), 303)
        except DomainError as error:
            form.refuse_plan(error)
            round_ = get_round(code)
    return render_template("staff/round_plan.html", form=form, round=round_, other_terms=[])


@pages.get("/staff/rounds/<code>")
@allow("round.see")
def show(code: str) -> ResponseReturnValue:
    return _show(get_round(code), BeaconForm())


def _show(round_: Round, form: BeaconForm | RemarkForm) -> ResponseReturnValue:
    """form: the one that was sent; which one the page asks for hangs on the round's state."""
    now = clock.now()
    beacon = form if isinstance(form, BeaconForm) else BeaconForm(formdata=None)
    beacon.show(round_.spare_example if round_.spare_why else round_.beacon_example)
    return render_template(
        "staff/round.html",
        board=build_board(round_, now),
        beacon=build_beacon_board(round_, now, g.scope.account_id),
        round=round_,
        form=form,
        beacon_form=beacon,
        remark=form if isinstance(form, RemarkForm) else RemarkForm(formdata=None),
        now=now,
    )


@pages.post("/staff/rounds/<code>/steps/<step>")
@allow("round.run")
def take(code: str, step: str) -> ResponseReturnValue:
    if step not in _STEPS:
        abort(404)

    def taken(round_: Round, now: datetime) -> None:
        _STEPS[step](round_.id, now=now, account_id=g.scope.account_id)

    return _act(code, taken, _("Done."))


@pages.post("/staff/rounds/<code>/draw")
@allow("round.run")
def draw(code: str) -> ResponseReturnValue:
    """Asks for a dry run, one with other numbers, or the final draw; the jobs process does it."""
    wanted = request.form.get("kind")
    kind: Literal["dry", "final"] = "final" if wanted == "final" else "dry"
    other = wanted == "other"

    def asked(round_: Round, now: datetime) -> None:
        account_id = g.scope.account_id
        ask_draw(round_.id, kind=kind, other_numbers=other, account_id=account_id, now=now)

    return _act(code, asked, _("The draw is on its way. Load this page again in a minute."))


@pages.post("/staff/rounds/<code>/publishing")
@allow("round.run")
def ask(code: str) -> ResponseReturnValue:
    """Asks a second officer to let the results come out; they answer at /staff/approvals."""
    form = RemarkForm()
    if not form.validate_on_submit():
        return _show(get_round(code), form)
    remark = form.reason.data or ""

    def asked(round_: Round, now: datetime) -> None:
        ask_publishing(round_.id, reason=remark, now=now, account_id=g.scope.account_id)

    return _act(code, asked, _("A second officer is asked."))


def _act(code: str, act: Callable[[Round, datetime], None], done: str) -> ResponseReturnValue:
    """Does it once, says so or why not, and goes back to the round's page."""
    round_ = get_round(code)
    try:
        with transaction():
            act(round_, clock.now())
        flash(done)
    except NotFound:
        raise
    except DomainError as error:
        flash(sentence(error), "mind")
    return redirect(url_for("staff_rounds.show", code=code), 303)


@pages.post("/staff/rounds/<code>/beacon/<step>")
@allow("round.beacon")
def beacon(code: str, step: str) -> ResponseReturnValue:
    """step: "type" by the first person, "confirm" by the second, who types it too."""
    use_case = {"type": type_beacon, "confirm": confirm_beacon}.get(step)
    if use_case is None:
        abort(404)
    round_, form = get_round(code), BeaconForm()
    if form.validate_on_submit():
        try:
            with transaction():
                use_case(
                    round_.id, form.beacon.data, now=clock.now(), account_id=g.scope.account_id
                )
            flash(_("The number from outside is kept."))
            return redirect(url_for("staff_rounds.show", code=code), 303)
        except DomainError as error:
            form.refuse(error, "beacon")
            _tell_the_first(error, round_.id)
            round_ = get_round(code)
    return _show(round_, form)


def _tell_the_first(error: DomainError, round_id: int) -> None:
    """Who wrote the value first sees on this page that a second person found another one."""
    if error.code == "beacon_differs":
        with transaction():
            note_difference(round_id, now=clock.now(), account_id=g.scope.account_id)


@pages.route("/staff/rounds/<code>/beacon/spare", methods=["GET", "POST"])
@allow("round.beacon")
def spare(code: str) -> ResponseReturnValue:
    """Takes the replacement value, with the reason that everybody reads."""
    round_ = get_round(code)
    if round_.state != "frozen" or round_.beacon_confirmed_at is not None:
        return redirect(url_for("staff_rounds.show", code=code), 303)
    form = SpareForm(data={"why": round_.spare_why})
    form.show(round_.spare_example)
    if form.validate_on_submit():
        try:
            with transaction():
                _type_spare(round_, form)
            flash(_("The number from outside is kept."))
            return redirect(url_for("staff_rounds.show", code=code), 303)
        except DomainError as error:
            form.refuse(error, "beacon")
            round_ = get_round(code)
    last_day = last_day_of_beacon(round_)
    return render_template("staff/round_spare.html", form=form, round=round_, last_day=last_day)


def _type_spare(round_: Round, form: SpareForm) -> None:
    type_spare(
        round_.id,
        form.beacon.data,
        why=form.why.data,
        now=clock.now(),
        account_id=g.scope.account_id,
    )


@pages.route("/staff/rounds/<code>/cancel", methods=["GET", "POST"])
@allow("round.run")
def cancel(code: str) -> ResponseReturnValue:
    """Asks for the reason, then shows how many it hits; only the second page's button does it."""
    round_, form = get_round(code), CancelForm()
    if round_.state in ("published", "cancelled"):
        flash(_too_late_to_cancel(round_), "mind")
        return redirect(url_for("staff_rounds.show", code=code), 303)
    if not form.validate_on_submit():
        return _ask_why(form, round_)
    if not form.send.data:
        return _ask_once_more(form, round_)
    try:
        with transaction():
            cancel_round(
                round_.id,
                reason=form.reason.data,
                now=clock.now(),
                account_id=g.scope.account_id,
            )
    except DomainError as error:
        form.refuse(error)
        return _ask_why(form, get_round(code))
    flash(_("The round is cancelled."))
    return redirect(url_for("staff_rounds.show", code=code), 303)


def _too_late_to_cancel(round_: Round) -> str:
    if round_.state == "published":
        return _("The results are out. This round cannot be cancelled any more.")
    return _("This round is cancelled already.")


def _ask_why(form: CancelForm, round_: Round) -> str:
    return render_template("staff/round_cancel.html", form=form, round=round_)


def _ask_once_more(form: CancelForm, round_: Round) -> str:
    submitted = get_figures(round_).submitted
    return render_template(
        "staff/round_cancel_check.html", form=form, round=round_, submitted=submitted
    )
