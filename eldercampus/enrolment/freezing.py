"""Freezing: everything that decides goes into one file, whose fingerprint is published."""

import zlib
from datetime import datetime
from typing import Any

from eldercampus.allocation import problem
from eldercampus.allocation.memory import collector_paused
from eldercampus.audit.chain import record
from eldercampus.db import db, insert_rows
from eldercampus.enrolment.models import Learner, Round, Run
from eldercampus.enrolment.round_file import RoundFile, build_round_file, gather_round
from eldercampus.enrolment.round_steps import get_round_by_id, take_step
from eldercampus.enrolment.seats import lock_seats
from eldercampus.errors import DomainError

__all__ = ["build_round_file", "checked", "compressed", "freeze_round", "packed", "unpacked"]


def freeze_round(round_id: int, *, now: datetime, account_id: int | None) -> Run:
    """Writes the file (Run.input of the final run, no result yet) and a Learner for each applicant.

    Refused: what round_steps.hindrances names (too_early, beacon_not_named, beacon_may_exist,
    pairs_open, offers_live, other_round_frozen), round_file_refused with the line of the check.
    """
    lock_seats(get_round_by_id(round_id).term_id)
    round_ = take_step(round_id, "freeze", now=now, account_id=account_id)
    with collector_paused():
        gathered = gather_round(round_)
        canonical = problem.canonical(checked(gathered.content))
    round_.tag_names = gathered.tag_names
    run = Run(
        round_id=round_.id,
        kind="final",
        made_at=now,
        input=compressed(canonical),
        input_sha256=problem.sha256_hex(canonical),
    )
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


def packed(content: dict[str, Any]) -> bytes:
    """Canonical and compressed, as it is kept."""
    return compressed(problem.canonical(content))


def compressed(canonical: bytes) -> bytes:
    """As quickly as may be: draw numbers are chance, so that more pains save next to nothing."""
    return zlib.compress(canonical, 1)


def unpacked(kept: bytes) -> bytes:
    """The canonical bytes again."""
    return zlib.decompress(kept)


def _write_learners(round_: Round, gathered: RoundFile) -> None:
    rows = [
        {
            "round_id": round_.id,
            "person_id": gathered.person_ids[learner["id"]],
            "code": learner["id"],
            "late": False,
            **{name: learner[name] for name in ("wants", "tags", "groups", "metres")},
            "misses": learner.get("misses", 0),
        }
        for learner in gathered.content["learners"]
    ]
    insert_rows(Learner, rows)
