"""The draw as a task: asked for by a page, computed outside transactions, written in a short one.

A dry run draws a provisional file under another round name, and no path leads from it to
publishing. All dry runs of a round take the same seed, which is not the round's, so that two of
them differ by what staff decided in between and not by chance; staff may ask for other numbers. The
final draw takes the frozen file, the secret and the confirmed beacon.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import undefer

from eldercampus.allocation import lottery, problem
from eldercampus.allocation.memory import collector_paused
from eldercampus.allocation.solve import solve
from eldercampus.audit.chain import record
from eldercampus.db import db, transaction
from eldercampus.enrolment.ceremony import source_in_force
from eldercampus.enrolment.freezing import build_round_file, compressed, unpacked
from eldercampus.enrolment.models import Run
from eldercampus.enrolment.round_steps import get_round_by_id, hindrances, take_step
from eldercampus.errors import DomainError, IllegalTransition
from eldercampus.people.sealing import unseal
from eldercampus.tasks.models import Task
from eldercampus.tasks.queue import add_task

TASK_KIND = "draw"
_DRY_SEED = "eldercampus/dry-run/v1"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Draw:
    """A file with its seed, what the ceremony adds to the result, what a new run's row says."""

    round_id: int
    file: dict[str, Any]
    ceremony: dict[str, str] | None = None
    row: dict[str, Any] = field(default_factory=dict)


def ask_draw(
    round_id: int,
    *,
    kind: Literal["dry", "final"],
    account_id: int | None,
    now: datetime,
    other_numbers: bool = False,
    chance: Callable[[int], bytes] = secrets.token_bytes,
) -> Task:
    """Queues a draw. other_numbers: a dry run by a seed that no other has; chance(n) gives n random
    bytes. Refused: illegal_transition (dry: the round is not open or closed), beacon_not_confirmed,
    draw_waits while one of this round is queued or running."""
    round_ = get_round_by_id(round_id)
    if kind == "final":
        for hindrance in hindrances(round_, "draw", now):
            raise hindrance
    elif round_.state not in ("open", "closed"):
        raise IllegalTransition("round", round_.state, "dry_run")
    if find_draw_task(round_id, ("queued", "running")) is not None:
        raise DomainError("draw_waits")
    args: dict[str, Any] = {"round_id": round_id, "kind": kind}
    if kind == "dry":
        args["seed"] = chance(32).hex() if other_numbers else dry_seed(round_.code)
    task = add_task(TASK_KIND, asked_by_id=account_id, now=now, **args)
    subject = f"round:{round_.code}"
    record("round.ask_draw", subject, now=now, account_id=account_id, kind=kind, task=task.id)
    return task


def dry_seed(code: str) -> str:
    """The seed of a round's dry runs, 64 hex digits: nothing secret, and never that of the draw."""
    return hashlib.sha256(f"{_DRY_SEED}\n{code}".encode()).hexdigest()


def dry_name(code: str, number: int) -> str:
    """What the files of a dry run call their round: 2027-spring-1.dry-3."""
    return f"{code}.dry-{number}"


def find_draw_task(
    round_id: int, states: tuple[str, ...] = ("queued", "running", "done", "failed")
) -> Task | None:
    """The round's latest draw task in one of the states."""
    query = select(Task).where(Task.kind == TASK_KIND, Task.state.in_(states))
    tasks = db.session.scalars(query.order_by(Task.id.desc()))
    return next((task for task in tasks if task.args["round_id"] == round_id), None)


def run_draw(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
    """Does the task and gives its result {"run_id", "round", "kind"}; run again after a crash it
    gives the same. Opens the one transaction that writes itself."""
    round_id, kind = int(task.args["round_id"]), str(task.args["kind"])
    task_id, account_id, seed = task.id, task.asked_by_id, task.args.get("seed", "")
    before = _written(round_id, kind, task_id)
    if before is None:
        with collector_paused():
            draw = _dry_draw(round_id, seed) if kind == "dry" else _final_draw(round_id)
            db.session.rollback()  # no transaction stays open while it computes
            outcome = _outcome(draw, progress)
        with transaction():
            write = _write_dry if kind == "dry" else _write_final
            before = _written(round_id, kind, task_id) or write(
                draw, outcome, task_id, account_id, now
            )
    return {"run_id": before, "round": round_id, "kind": kind}


def _written(round_id: int, kind: str, task_id: int) -> int | None:
    """The run with a result that this task, or for a final draw any task, has written."""
    query = select(Run.id).where(Run.round_id == round_id, Run.kind == kind)
    query = query.where(Run.task_id == task_id if kind == "dry" else Run.result.is_not(None))
    return db.session.scalar(query)


def _dry_draw(round_id: int, seed: str) -> _Draw:
    """Dry runs of a round are numbered from 1: one waits at a time, so none has the next number."""
    code = get_round_by_id(round_id).code
    runs = select(func.count(Run.id)).where(Run.round_id == round_id, Run.kind == "dry")
    number = (db.session.scalar(runs) or 0) + 1
    file = {**build_round_file(round_id), "round": dry_name(code, number)}
    canonical = problem.canonical(file)
    row = {
        "input": compressed(canonical),
        "input_sha256": problem.sha256_hex(canonical),
        "facts": {"number": number, "other_numbers": seed != dry_seed(code)},
    }
    return _Draw(round_id, {**file, "seed": seed}, row=row)


def _final_draw(round_id: int) -> _Draw:
    round_, run = get_round_by_id(round_id), get_final_run(round_id)
    if round_.beacon_confirmed_at is None or round_.secret_sealed is None:
        raise DomainError("beacon_not_confirmed")
    file: dict[str, Any] = json.loads(unpacked(run.input))
    secret = unseal(round_.secret_sealed)
    learners = [learner["id"] for learner in file["learners"]]
    file["seed"] = lottery.seed(file["round"], learners, secret, round_.beacon)
    ceremony = {
        "commit": round_.commit,
        "secret": secret.hex(),
        "beacon": round_.beacon,
        "source": source_in_force(round_),
    }
    return _Draw(round_id, file, ceremony)


def get_final_run(round_id: int) -> Run:
    """The final run with its files; raises round_not_frozen."""
    query = select(Run).where(Run.round_id == round_id, Run.kind == "final")
    run = db.session.scalar(query.options(undefer(Run.input), undefer(Run.result)))
    if run is None:
        raise DomainError("round_not_frozen")
    return run


def _write_dry(
    draw: _Draw, outcome: dict[str, Any], task_id: int, account_id: int | None, now: datetime
) -> int:
    run = Run(
        round_id=draw.round_id,
        kind="dry",
        task_id=task_id,
        asked_by_id=account_id,
        made_at=now,
        **draw.row,
        **outcome,
    )
    db.session.add(run)
    db.session.flush()
    return run.id


def _write_final(
    draw: _Draw, outcome: dict[str, Any], task_id: int, account_id: int | None, now: datetime
) -> int:
    run = get_final_run(draw.round_id)
    done = db.session.execute(
        update(Run)
        .where(Run.id == run.id, Run.result.is_(None))
        .values(task_id=task_id, asked_by_id=account_id, **outcome)
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        return (
            run.id
        )  # another process has written it meanwhile: the same, since nothing is by chance
    round_ = take_step(draw.round_id, "draw", now=now, account_id=account_id)
    record(
        "round.result",
        f"round:{round_.code}",
        now=now,
        account_id=account_id,
        seed=draw.file["seed"],
        sha256=outcome["result_sha256"],
    )
    return run.id


def _outcome(draw: _Draw, progress: Progress) -> dict[str, Any]:
    """Draws, and makes all that is kept of it, so that writing is short."""
    try:
        result = solve(draw.file, progress)
    except problem.RoundFileError as error:
        raise DomainError("round_file_refused", line=str(error)) from None
    if draw.ceremony is not None:
        result["lottery"] = draw.ceremony
    canonical = problem.canonical(result)
    return {
        "seed": draw.file["seed"],
        "result": compressed(canonical),
        "result_sha256": problem.sha256_hex(canonical),
        "summary": summarise(draw.file, result),
    }


def summarise(file: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Counts of persons (learners, placed, first: got what they listed first, waiting), of seats
    (placements, free) and of sections; the closed ones as in the result."""
    placed = {entry["learner"] for entry in result["placements"]}
    waiting = {learner for line in result["waitlists"].values() for learner in line}
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
