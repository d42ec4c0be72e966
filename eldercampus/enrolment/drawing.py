"""The draw as a task: asked for by a page, computed outside transactions, written in a short one.

A dry run draws a provisional file under another round name, and no path leads from it to
publishing. All dry runs of a round take the same seed, which is not the round's, so that two of
them differ by what staff decided in between and not by chance; staff may ask for other numbers. The
final draw takes the frozen file, the secret and the confirmed beacon.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import update

from eldercampus.allocation import lottery
from eldercampus.allocation.memory import collector_paused
from eldercampus.allocation.solve import solve
from eldercampus.audit.chain import record
from eldercampus.db import db, rows_changed, transaction
from eldercampus.enrolment.ceremony import source_in_force
from eldercampus.enrolment.models import Round, Run
from eldercampus.enrolment.round_file import build_round_file
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.round_steps import hindrances, take_step
from eldercampus.enrolment.runs import (
    count_dry_runs,
    file_of,
    find_drawn_id,
    find_id_of_task,
    get_final_run,
    kept_file,
    kept_result,
)
from eldercampus.enrolment.seats import lock_seats
from eldercampus.enrolment.states import GATHERING
from eldercampus.errors import DomainError, IllegalTransition
from eldercampus.people.sealing import unseal
from eldercampus.tasks.models import UNDER_WAY, Task
from eldercampus.tasks.queries import list_tasks
from eldercampus.tasks.queue import add_task

TASK_KIND = "draw"
_DRY_SEED = "eldercampus/dry-run/v1"
Progress = Callable[[int, int], None]
Made = TypeVar("Made")


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
    round_ = _locked(round_id)  # of two who ask at once, the second finds the first one's task
    if kind == "final":
        for hindrance in hindrances(round_, "draw", now):
            raise hindrance
    elif round_.state not in GATHERING:
        raise IllegalTransition("round", round_.state, "dry_run")
    if list_tasks(TASK_KIND, UNDER_WAY, round_id):
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


def find_draw_task(round_id: int) -> Task | None:
    """The round's latest draw task, whatever became of it."""
    tasks = list_tasks(TASK_KIND, ("queued", "running", "done", "failed"), round_id)
    return next(iter(tasks), None)


def run_draw(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
    """Does the task and gives its result {"run_id", "round", "kind"}; run again after a crash it
    gives the same. Opens the one transaction that writes itself."""
    round_id, kind = task.args["round_id"], task.args["kind"]
    run = run_dry if kind == "dry" else run_final
    return {"run_id": run(task, progress, now), "round": round_id, "kind": kind}


def run_dry(task: Task, progress: Progress, now: datetime) -> int:
    """Dry runs of a round are numbered from 1: one waits at a time, so none has the next number.

    Raises dry_run_too_late where the list was fixed after it was asked for: what comes after that
    is the draw itself.
    """
    task_id, account_id = task.id, task.asked_by_id
    round_id, seed = task.args["round_id"], task.args["seed"]

    def drawn() -> Run:
        code = _trying(get_round_by_id(round_id)).code
        number = count_dry_runs(round_id) + 1
        file = {**build_round_file(round_id), "round": dry_name(code, number), "seed": seed}
        result = solved(file, progress)
        return Run(
            round_id=round_id,
            kind="dry",
            task_id=task_id,
            asked_by_id=account_id,
            made_at=now,
            facts={"number": number, "other_numbers": seed != dry_seed(code)},
            **kept_file(file),
            **kept_result(file, result),
        )

    def write(run: Run) -> None:
        _trying(_locked(round_id))
        db.session.add(run)

    return once(lambda: find_id_of_task(task_id), drawn, write)


def _locked(round_id: int) -> Round:
    """The round as it stands while nobody else can move it on."""
    lock_seats(get_round_by_id(round_id).term_id)
    return get_round_by_id(round_id)


def _trying(round_: Round) -> Round:
    if round_.state not in GATHERING:
        raise DomainError("dry_run_too_late")
    return round_


def run_final(task: Task, progress: Progress, now: datetime) -> int:
    """Fills in the run that the freezing has left without a result, and takes the round's step."""
    asked = {"task_id": task.id, "asked_by_id": task.asked_by_id}
    round_id = task.args["round_id"]

    def drawn() -> dict[str, Any]:
        file, ceremony = _opened(round_id)
        return asked | kept_result(file, {**solved(file, progress), "lottery": ceremony})

    return once(lambda: find_drawn_id(round_id), drawn, lambda kept: _fill_in(round_id, kept, now))


def once(
    find: Callable[[], int | None], compute: Callable[[], Made], write: Callable[[Made], None]
) -> int:
    """The id of a task's run: found where an earlier try has written it, else computed outside
    transactions and written in a short one."""
    run_id = find()
    if run_id is None:
        with collector_paused():
            made = compute()
        with transaction() as session:
            if find() is None:
                write(made)
                session.flush()
            run_id = find()
    if run_id is None:
        raise RuntimeError("a run was written and is not there")
    return run_id


def solved(file: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The result; no transaction stays open while it computes."""
    db.session.rollback()
    return solve(file, progress)


def _opened(round_id: int) -> tuple[dict[str, Any], dict[str, str]]:
    """The frozen file with its seed, and what the ceremony adds to the result."""
    round_, file = get_round_by_id(round_id), file_of(get_final_run(round_id))
    if round_.beacon_confirmed_at is None or round_.secret_sealed is None:
        raise DomainError("beacon_not_confirmed")
    secret = unseal(round_.secret_sealed)
    learners = [learner["id"] for learner in file["learners"]]
    file["seed"] = lottery.seed(file["round"], learners, secret, round_.beacon)
    ceremony = {
        "commit": round_.commit,
        "secret": secret.hex(),
        "beacon": round_.beacon,
        "source": source_in_force(round_),
    }
    return file, ceremony


def _fill_in(round_id: int, kept: dict[str, Any], now: datetime) -> None:
    """Nothing where another process has written it: the same, since nothing is by chance."""
    _locked(round_id)
    empty = (Run.round_id == round_id, Run.kind == "final", Run.result.is_(None))
    if rows_changed(update(Run).where(*empty).values(**kept)) != 1:
        return
    by = kept["asked_by_id"]
    subject = f"round:{take_step(round_id, 'draw', now=now, account_id=by).code}"
    told = {"seed": kept["seed"], "sha256": kept["result_sha256"]}
    record("round.result", subject, now=now, account_id=by, **told)
