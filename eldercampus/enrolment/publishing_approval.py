"""Whether a second district officer has agreed that a result comes out.

The approval names the result by its fingerprint, so that it holds for what was looked at only.
"""

from eldercampus.approvals.models import Approval
from eldercampus.approvals.queries import find_latest_approval
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.runs import result_sha256

KIND = "round.publish"


def find_publishing_approval(round_: Round) -> Approval | None:
    """The latest one for this round's publishing, asked, given or refused."""
    return find_latest_approval(KIND, subject_of(round_))


def is_publishing_approved(round_: Round) -> bool:
    """Whether a second officer has given their word for the result as it stands."""
    latest = find_publishing_approval(round_)
    if latest is None or latest.state != "given":
        return False
    return bool(latest.facts["sha256"] == result_sha256(round_.id))


def subject_of(round_: Round) -> str:
    return f"round:{round_.code}"
