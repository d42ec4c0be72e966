"""A paper form that arrived before the close and is keyed in after it.

One types it, with the stamp and a reason; it counts once another person has agreed, exactly as if
it had been entered in time. The list is not fixed while one waits, and nothing comes in once it is:
asking, agreeing and freezing take the lock of the term's seats first, one after the other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from eldercampus.approvals.decisions import ask_approval, decide_approval
from eldercampus.approvals.models import Approval
from eldercampus.db import db
from eldercampus.enrolment.application_queries import find_application
from eldercampus.enrolment.applications import check_newest, check_stamp
from eldercampus.enrolment.choosing import Draft, check_wishes
from eldercampus.enrolment.entry import enter_application
from eldercampus.enrolment.late_paper_queries import get_late_paper
from eldercampus.enrolment.models import LatePaper, Round
from eldercampus.enrolment.paper_forms import check_form
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.seats import lock_seats
from eldercampus.errors import DomainError
from eldercampus.people.models import Person

KIND = "application.late_paper"


@dataclass(frozen=True)
class Typed:
    """What stands on the form. version: of the application that the clerk saw, None for none;
    arrived_at: its stamp; receipt: the number printed on it, "" where there is none."""

    draft: Draft
    version: int | None
    arrived_at: datetime
    receipt: str = ""


def ask_late_paper(
    round_id: int,
    person_id: int,
    typed: Typed,
    *,
    reason: str,
    now: datetime,
    account_id: int,
    campus_id: int | None = None,
) -> LatePaper:
    """Keeps it for a second person. campus_id: of the office that asks; its head may agree, and
    every district officer.

    Refused: reason_missing, late_paper_in_time (applying has not ended), list_is_fixed,
    approval_already_asked, and everything that would be refused when it is agreed to.
    """
    if not reason.strip():
        raise DomainError("reason_missing")
    round_ = _taking_round(round_id)
    _check(round_, person_id, typed, stale="stale_form")
    facts = {"round_id": round_id, "person_id": person_id, "campus_id": campus_id}
    subject = f"late_paper:{round_.code}/{person_id}"
    approval = ask_approval(
        KIND, subject, account_id=account_id, reason=reason.strip(), now=now, **facts
    )
    paper = LatePaper(
        round_id=round_id,
        person_id=person_id,
        draft=dict(typed.draft),
        version=typed.version,
        receipt=typed.receipt,
        arrived_at=typed.arrived_at,
        entered_by_id=account_id,
        entered_at=now,
        approval_id=approval.id,
    )
    db.session.add(paper)
    db.session.flush()
    return paper


def decide_late_paper(
    approval_id: int,
    decision: Literal["given", "refused"],
    *,
    now: datetime,
    account_id: int,
    reason: str = "",
) -> Approval:
    """The second person's word; agreed to, the application counts at once and the person is told.

    Refused: what decide_approval refuses; for a yes also list_is_fixed, late_paper_overtaken (the
    application was changed since), person_merged, and what the form itself is refused for by now.
    """
    approval = decide_approval(approval_id, decision, account_id=account_id, now=now, reason=reason)
    if decision == "given":
        round_ = _taking_round(get_late_paper(approval_id).round_id)
        _enter(round_, get_late_paper(approval_id), now)
    return approval


def _enter(round_: Round, paper: LatePaper, now: datetime) -> None:
    typed = _typed(paper)
    _check(round_, paper.person_id, typed, stale="late_paper_overtaken")
    application = enter_application(
        paper.round_id,
        paper.person_id,
        typed.draft,
        version=typed.version,
        channel="paper",
        clerk_id=paper.entered_by_id,
        now=now,
        arrived_at=typed.arrived_at,
        receipt=typed.receipt,
    )
    paper.application_id = application.id


def _typed(paper: LatePaper) -> Typed:
    draft: Draft = {
        "wants": paper.draft["wants"],
        "choices": list(paper.draft["choices"]),
        "accept_automatically": paper.draft["accept_automatically"],
    }
    return Typed(draft, paper.version, paper.arrived_at, paper.receipt)


def _taking_round(round_id: int) -> Round:
    """Locked first, then looked at: freezing, which locks too, has happened or waits."""
    lock_seats(get_round_by_id(round_id).term_id)
    round_ = get_round_by_id(round_id)
    if round_.state in ("draft", "open"):
        raise DomainError("late_paper_in_time")
    if round_.state != "closed":
        raise DomainError("list_is_fixed")
    return round_


def _check(round_: Round, person_id: int, typed: Typed, *, stale: str) -> None:
    """Everything that the form may be refused for; stale: the code where somebody changed the
    application since it was looked at."""
    person = db.session.get_one(Person, person_id, populate_existing=True)
    if person.merged_into_id is not None:
        raise DomainError("person_merged")
    check_stamp(round_, typed.arrived_at)
    application = find_application(round_.id, person_id)
    if (application.version if application else None) != typed.version:
        raise DomainError(stale)
    if application is not None:
        check_newest(application, typed.arrived_at)
    check_wishes(round_, person, typed.draft)
    if typed.receipt:
        check_form(typed.receipt, round_.id, person_id)
