"""Reading paper forms that were keyed in after the close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from eldercampus.approvals.models import Approval
from eldercampus.db import db
from eldercampus.enrolment.models import LatePaper, Round
from eldercampus.errors import NotFound


@dataclass(frozen=True)
class LatePaperRow:
    """A form, the request for a second person, and the round."""

    paper: LatePaper
    approval: Approval
    round: Round


def count_open_late_papers(round_id: int) -> int:
    """Forms that wait for a second person."""
    query = (
        select(func.count(LatePaper.id))
        .join(Approval, Approval.id == LatePaper.approval_id)
        .where(LatePaper.round_id == round_id, Approval.state == "asked")
    )
    return db.session.scalar(query) or 0


def list_late_papers(since: datetime) -> list[LatePaperRow]:
    """Those that wait, the oldest first, then those decided since that moment, the newest first."""
    query = (
        select(LatePaper, Approval, Round)
        .join(Approval, Approval.id == LatePaper.approval_id)
        .join(Round, Round.id == LatePaper.round_id)
        .where(or_(Approval.state == "asked", Approval.decided_at >= since))
        .order_by(LatePaper.id)
    )
    rows = [LatePaperRow(*row) for row in db.session.execute(query).tuples()]
    waiting = [row for row in rows if row.approval.state == "asked"]
    decided = [row for row in rows if row.approval.state != "asked"]
    return [*waiting, *sorted(decided, key=_decided_at, reverse=True)]


def _decided_at(row: LatePaperRow) -> float:
    at = row.approval.decided_at
    return at.timestamp() if at is not None else 0.0


def get_late_paper(approval_id: int) -> LatePaper:
    """What the request is about, read anew; raises NotFound."""
    query = select(LatePaper).where(LatePaper.approval_id == approval_id)
    paper = db.session.scalar(query.execution_options(populate_existing=True))
    if paper is None:
        raise NotFound("late_paper_not_found")
    return paper


def late_papers_by_approval(approval_ids: Sequence[int]) -> dict[int, LatePaper]:
    query = select(LatePaper).where(LatePaper.approval_id.in_(approval_ids))
    return {paper.approval_id: paper for paper in db.session.scalars(query)}
