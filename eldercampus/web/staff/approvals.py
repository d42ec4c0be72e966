"""/staff/approvals: what waits for a second person, and giving one's word or refusing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.approvals.models import Approval
from eldercampus.approvals.queries import (
    get_approval,
    list_decided_approvals,
    list_open_approvals,
)
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section, sections_by_id
from eldercampus.db import transaction
from eldercampus.enrolment.late_papers import KIND as LATE_PAPER
from eldercampus.enrolment.late_papers import decide_late_paper
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.overrides import GIVE, TAKE, decide_override
from eldercampus.enrolment.publishing_approval import KIND as PUBLISH
from eldercampus.enrolment.publishing_approval import decide_publishing
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.runs import find_latest_run
from eldercampus.errors import DomainError
from eldercampus.people.accounts import accounts_by_id
from eldercampus.people.models import Account, Person
from eldercampus.people.queries import persons_by_id
from eldercampus.web.access import Scope, allow, scope_for, signed_in
from eldercampus.web.forms import Form, LongTextField, RadioField, Required, SubmitField
from eldercampus.web.staff.late_papers import find_late_form

pages = Blueprint("approvals", __name__, url_prefix="/staff/approvals")

_DEEDS: dict[str, Callable[..., Any]] = {
    PUBLISH: decide_publishing,
    LATE_PAPER: decide_late_paper,
    GIVE: decide_override,
    TAKE: decide_override,
}


@dataclass(frozen=True)
class Asked:
    """What the rows of these approvals are about, by id."""

    accounts: dict[int, Account]
    sections: dict[int, Section]
    people: dict[int, Person]
    rounds: dict[int, Round]


class DecisionForm(Form):
    decision = RadioField(
        _l("Do you agree?"),
        choices=[("given", _l("Yes, I agree")), ("refused", _l("No"))],
        validators=[Required(_l("Please say whether you agree."))],
    )
    reason = LongTextField(_l("Why?"), hint=_l("Needed for a no. Who asked reads it."), most=500)
    send = SubmitField(_l("Keep my answer"))


@pages.get("")
@allow("approval.see")
def index() -> ResponseReturnValue:
    waiting = _seen(list_open_approvals(), g.scope)
    decided = _seen(list_decided_approvals(), g.scope)
    mine = g.scope.account_id
    return render_template(
        "staff/approvals.html",
        to_decide=[one for one in waiting if one.asked_by_id != mine],
        own=[one for one in waiting if one.asked_by_id == mine],
        decided=decided,
        about=_about([*waiting, *decided]),
    )


@pages.get("/<int:approval_id>")
@allow("approval.see")
def show(approval_id: int) -> ResponseReturnValue:
    return _page(_get(approval_id), DecisionForm())


@pages.post("/<int:approval_id>")
@allow("approval.decide")
def answer(approval_id: int) -> ResponseReturnValue:
    approval, form = _get(approval_id), DecisionForm()
    if form.validate_on_submit():
        try:
            _decide(approval, form)
        except DomainError as error:
            form.refuse(error, "reason" if error.code == "reason_missing" else None)
            approval = _get(approval_id)
        else:
            flash(_("Your answer is kept."))
            return redirect(url_for("approvals.index"), 303)
    return _page(approval, form)


def _decide(approval: Approval, form: DecisionForm) -> None:
    decide, approval_id = _DEEDS[approval.kind], approval.id
    with transaction():
        decide(
            approval_id,
            form.decision.data,
            now=clock.now(),
            account_id=g.scope.account_id,
            reason=form.reason.data or "",
        )


def _page(approval: Approval, form: DecisionForm) -> str:
    facts, about = approval.facts, _about([approval])
    due = any(round_.publishes_at <= clock.now() for round_ in about.rounds.values())
    return render_template(
        "staff/approval.html",
        approval=approval,
        form=form,
        about=about,
        due=due,
        late=find_late_form(approval) if approval.kind == LATE_PAPER else None,
        section=get_section(facts["section_id"]) if "section_id" in facts else None,
        run=find_latest_run(facts["round_id"], "final") if "round_id" in facts else None,
        mine=approval.asked_by_id == g.scope.account_id,
    )


def count_to_decide() -> int:
    """How many wait for whoever is signed in."""
    scope = scope_for(signed_in(), "approval.decide")
    if scope is None:
        return 0
    waiting = _seen(list_open_approvals(), scope)
    return sum(1 for one in waiting if one.asked_by_id != scope.account_id)


def _get(approval_id: int) -> Approval:
    """Of one's own office only: others are not found."""
    found = _seen([get_approval(approval_id)], g.scope)
    if not found:
        abort(404)
    return found[0]


def _seen(approvals: Iterable[Approval], scope: Scope) -> list[Approval]:
    """A round's results are the district's; a seat is its campus's, too."""
    return [
        one for one in approvals if scope.district or one.facts.get("campus_id") in scope.campus_ids
    ]


def _about(approvals: list[Approval]) -> Asked:
    facts = [one.facts for one in approvals]
    askers = [one.asked_by_id for one in approvals]
    return Asked(
        accounts=accounts_by_id([*askers, *(one.decided_by_id for one in approvals)]),
        sections=sections_by_id(one["section_id"] for one in facts if "section_id" in one),
        people=persons_by_id(one["person_id"] for one in facts if "person_id" in one),
        rounds={n: get_round_by_id(n) for n in {f["round_id"] for f in facts if "round_id" in f}},
    )
