"""Freezing: everything that decides goes into one file, whose fingerprint is published."""

from datetime import datetime
from typing import Any

from eldercampus.allocation import problem
from eldercampus.allocation.memory import collector_paused
from eldercampus.audit.chain import record
from eldercampus.db import db, insert_rows
from eldercampus.enrolment.models import Learner, Round, Run
from eldercampus.enrolment.round_file import RoundFile, gather_round
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.round_steps import take_step
from eldercampus.enrolment.runs import kept_file
from eldercampus.enrolment.seats import lock_seats
from eldercampus.errors import DomainError


def freeze_round(round_id: int, *, now: datetime, account_id: int | None) -> Run:
    """Writes the file (Run.input of the final run, no result yet) and a Learner for each applicant.

    Refused: what round_steps.hindrances names (too_early, beacon_not_named, beacon_may_exist,
    pairs_open, offers_live, late_papers_open, other_round_frozen), round_file_refused with the line
    of the check.
    """
    lock_seats(get_round_by_id(round_id).term_id)
    round_ = take_step(round_id, "freeze", now=now, account_id=account_id)
    with collector_paused():
        gathered = gather_round(round_)
        kept = kept_file(checked(gathered.content))
    round_.tag_names = gathered.tag_names
    run = Run(round_id=round_.id, kind="final", made_at=now, **kept)
    db.session.add(run)
    db.session.flush()
    _write_learners(round_, gathered)
    record(
        "round.file",
        f"round:{round_.code}",
        now=now,
        account_id=account_id,
        sha256=run.input_sha256,
        learners=len(gathered.person_ids),
    )
    return run


def checked(content: dict[str, Any]) -> dict[str, Any]:
    """The file in canonical order; raises round_file_refused with the line that names the place."""
    try:
        return problem.validate(content)
    except problem.RoundFileError as error:
        raise DomainError("round_file_refused", line=str(error)) from None


def _write_learners(round_: Round, gathered: RoundFile) -> None:
    most: int = round_.rules["draw_rounds"]
    rows = [
        {
            "round_id": round_.id,
            "person_id": gathered.person_ids[learner["id"]],
            "code": learner["id"],
            "late": False,
            **{name: learner[name] for name in ("wants", "groups", "metres")},
            "took_part": len(learner["held"]) < min(learner["wants"], most),
            "tags": gathered.tags[learner["id"]],
            "misses": learner.get("misses", 0),
        }
        for learner in gathered.content["learners"]
    ]
    insert_rows(Learner, rows)
