"""Publishing takes two district officers: one asks, another gives their word or refuses.

The approval names the result by its fingerprint, so that it holds for what was looked at only.
"""

from datetime import datetime
from typing import Literal

from eldercampus.approvals.decisions import ask_approval, decide_approval
from eldercampus.approvals.models import Approval
from eldercampus.approvals.queries import find_latest_approval, get_approval
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.runs import result_sha256
from eldercampus.enrolment.seats import lock_seats
from eldercampus.errors import DomainError, IllegalTransition

KIND = "round.publish"


def ask_publishing(round_id: int, *, now: datetime, account_id: int, reason: str = "") -> Approval:
    """Asks for a second officer. Refused: illegal_transition and round_not_drawn where there is no
    result of the draw, approval_already_asked, approval_given_already."""
    round_ = _drawn(round_id, "ask_publishing")
    if not result_sha256(round_id):
        raise DomainError("round_not_drawn")
    if is_publishing_approved(round_):
        raise DomainError("approval_given_already")
    return ask_approval(
        KIND,
        _subject(round_),
        account_id=account_id,
        reason=reason.strip(),
        now=now,
        round_id=round_id,
        sha256=result_sha256(round_id),
    )


def decide_publishing(
    approval_id: int,
    decision: Literal["given", "refused"],
    *,
    now: datetime,
    account_id: int,
    reason: str = "",
) -> Approval:
    """The second officer's word. Refused: what decide_approval refuses; for a yes also
    illegal_transition once the round is cancelled, result_changed where it was asked about another
    result."""
    facts = get_approval(approval_id).facts
    if decision == "given":
        round_ = _drawn(int(facts["round_id"]), "decide_publishing")
        if facts["sha256"] != result_sha256(round_.id):
            raise DomainError("result_changed")
    return decide_approval(approval_id, decision, account_id=account_id, now=now, reason=reason)


def find_publishing_approval(round_: Round) -> Approval | None:
    """The latest one for this round's publishing, asked, given or refused."""
    return find_latest_approval(KIND, _subject(round_))


def is_publishing_approved(round_: Round) -> bool:
    """Whether a second officer has given their word for the result as it stands."""
    latest = find_publishing_approval(round_)
    if latest is None or latest.state != "given":
        return False
    return bool(latest.facts["sha256"] == result_sha256(round_.id))


def _drawn(round_id: int, step: str) -> Round:
    """Locked first, then looked at: of two who ask at once the second reads what the first did."""
    lock_seats(get_round_by_id(round_id).term_id)
    round_ = get_round_by_id(round_id)
    if round_.state != "drawn":
        raise IllegalTransition("round", round_.state, step)
    return round_


def _subject(round_: Round) -> str:
    return f"round:{round_.code}"
