"""Runs, the computations over a round's file: how they are kept, and all that is read of them.

Files are kept as canonical JSON, zlib-compressed.
"""

import json
import zlib
from collections.abc import Collection
from itertools import chain
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer

from eldercampus.allocation import problem
from eldercampus.db import db
from eldercampus.enrolment.models import ClosedSection, Run
from eldercampus.errors import DomainError, NotFound


def kept_file(file: dict[str, Any]) -> dict[str, Any]:
    """The columns of a Run that hold a file in canonical order; without its seed, so that the
    fingerprint is that of the file which is published. Raises round_file_refused for one so large
    that nobody could draw it again."""
    canonical = problem.canonical({name: part for name, part in file.items() if name != "seed"})
    try:
        problem.refuse_too_large(canonical)
    except problem.RoundFileError as error:
        raise DomainError("round_file_refused", line=str(error)) from None
    return {"input": _compressed(canonical), "input_sha256": problem.sha256_hex(canonical)}


def kept_result(file: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """The columns of a Run that hold what was drawn from a file with its seed."""
    canonical = problem.canonical(result)
    return {
        "seed": file["seed"],
        "result": _compressed(canonical),
        "result_sha256": problem.sha256_hex(canonical),
        "summary": summarise(file, result),
    }


def packed(content: dict[str, Any]) -> bytes:
    """Canonical and compressed, as it is kept."""
    return _compressed(problem.canonical(content))


def unpacked(kept: bytes) -> bytes:
    """The canonical bytes again."""
    return zlib.decompress(kept)


def _compressed(canonical: bytes) -> bytes:
    """As quickly as may be: draw numbers are chance, so that more pains save next to nothing."""
    return zlib.compress(canonical, 1)


def file_of(run: Run) -> dict[str, Any]:
    """What a run with its files drew from, without the seed."""
    file: dict[str, Any] = json.loads(unpacked(run.input))
    return file


def result_of(run: Run) -> dict[str, Any]:
    """What a run with its files gave; raises round_not_drawn."""
    if run.result is None:
        raise DomainError("round_not_drawn")
    result: dict[str, Any] = json.loads(unpacked(run.result))
    return result


def summarise(file: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Counts of persons (learners, placed, first: got what they listed first, waiting), of seats
    (placements, free) and of sections; the closed ones as in the result."""
    placed = {entry["learner"] for entry in result["placements"]}
    waiting = set(chain.from_iterable(result["waitlists"].values()))
    first = {
        learner["id"]: learner["choices"][0] for learner in file["learners"] if learner["choices"]
    }
    closed = {entry["section"] for entry in result["closed"]}
    offered = sum(s["capacity"] for s in file["sections"] if s["id"] not in closed)
    return {
        "learners": len(file["learners"]),
        "placed": len(placed),
        "first": sum(first.get(p["learner"]) == p["section"] for p in result["placements"]),
        "placements": len(result["placements"]),
        "waiting": len(waiting),
        "sections": len(file["sections"]),
        "free": offered - len(result["placements"]),
        "closed": result["closed"],
    }


def get_final_run(round_id: int) -> Run:
    """The final run with its files; raises round_not_frozen."""
    run = db.session.scalar(_with_files(_of_round(round_id, "final")))
    if run is None:
        raise DomainError("round_not_frozen")
    return run


def find_latest_run(round_id: int, kind: str) -> Run | None:
    """Without its files."""
    return db.session.scalar(_of_round(round_id, kind).order_by(Run.id.desc()).limit(1))


def find_drawn_id(round_id: int) -> int | None:
    """Of the final run, once it has a result."""
    query = _of_round(round_id, "final").where(Run.result.is_not(None))
    return db.session.scalar(query.with_only_columns(Run.id))


def find_id_of_task(task_id: int) -> int | None:
    """Of the run that a task has made."""
    return db.session.scalar(select(Run.id).where(Run.task_id == task_id))


def result_sha256(round_id: int) -> str:
    """Of the final run; "" where nothing was drawn."""
    query = _of_round(round_id, "final").with_only_columns(Run.result_sha256)
    return db.session.scalar(query) or ""


def draw_seeds(round_ids: Collection[int]) -> dict[int, str]:
    """The seeds of rounds that are drawn, by round id: with `lottery.number` they give the draw
    number of any learner id at any time, so that no row keeps one."""
    query = select(Run.round_id, Run.seed).where(
        Run.round_id.in_(round_ids), Run.kind == "final", Run.seed != ""
    )
    return dict(db.session.execute(query).tuples().all())


def count_dry_runs(round_id: int) -> int:
    query = _of_round(round_id, "dry").with_only_columns(func.count(Run.id))
    return db.session.scalar(query) or 0


def list_dry_runs(round_id: int) -> list[Run]:
    """Without their files, the newest first."""
    return list(db.session.scalars(_of_round(round_id, "dry").order_by(Run.id.desc())))


def get_dry_run(round_id: int, number: int) -> Run:
    """With its files; raises run_not_found, also for one from before they were numbered."""
    query = _with_files(_of_round(round_id, "dry"))
    for run in db.session.scalars(query.where(Run.facts["number"].as_integer() == number)):
        return run
    raise NotFound("run_not_found")


def find_latest_dry_run(round_id: int) -> Run | None:
    """With its files."""
    query = _with_files(_of_round(round_id, "dry"))
    return db.session.scalar(query.order_by(Run.id.desc()).limit(1))


def list_closed(run_id: int) -> list[ClosedSection]:
    """The classes that the draw closed, by section."""
    query = select(ClosedSection).where(ClosedSection.run_id == run_id)
    return list(db.session.scalars(query.order_by(ClosedSection.section_id)))


def _of_round(round_id: int, kind: str) -> Select[tuple[Run]]:
    return select(Run).where(Run.round_id == round_id, Run.kind == kind)


def _with_files(query: Select[tuple[Run]]) -> Select[tuple[Run]]:
    return query.options(undefer(Run.input), undefer(Run.result))
