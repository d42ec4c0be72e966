"""A replay for a complaint: the draw once more over a copy of the frozen file in which staff put
one fact right, to see whether the result would have differed.

Nothing is changed by it. The learner ids and the seed stay, so everybody keeps their draw number.
The copy's round has a name of its own, and no path leads from a replay to publishing.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.enrolment.comparing import compare
from eldercampus.enrolment.correcting import (
    HOME,
    PARTS,
    Fact,
    corrected,
    list_facts,
    reserved_labels,
)
from eldercampus.enrolment.drawing import Progress, once, solved
from eldercampus.enrolment.freezing import checked
from eldercampus.enrolment.models import Learner, Round, Run
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.run_outcome import outcome_of
from eldercampus.enrolment.runs import (
    file_of,
    find_id_of_task,
    get_final_run,
    kept_file,
    kept_result,
    result_of,
)
from eldercampus.errors import DomainError, IllegalTransition
from eldercampus.tasks.models import Task
from eldercampus.tasks.queue import add_task

TASK_KIND = "replay"
SUFFIX = ".replay"


class Correctable(NamedTuple):
    """A person's line in a round's file, what can be put right in it, and the kinds of seats that
    are kept in the classes on its list."""

    line: dict[str, Any]
    facts: list[Fact]
    reserved: set[str]


def correctable(round_: Round, person_id: int) -> Correctable:
    """Raises illegal_transition before the publishing, since a replay tells of the result, and
    not_in_draw where the file lacks the person."""
    if round_.state != "published":
        raise IllegalTransition("round", round_.state, "replay")
    code = db.session.scalar(
        select(Learner.code).where(Learner.round_id == round_.id, Learner.person_id == person_id)
    )
    file = file_of(get_final_run(round_.id))
    line = next((one for one in file["learners"] if one["id"] == code), None)
    if line is None:
        raise DomainError("not_in_draw")
    reserved = reserved_labels(file, line)
    return Correctable(line, list_facts(round_, line, reserved), reserved)


def ask_replay(
    round_id: int,
    person_id: int,
    fact: str,
    *,
    community_id: int | None = None,
    reason: str,
    account_id: int,
    now: datetime,
) -> Task:
    """Queues a replay. fact: one of correctable(); community_id: where the person really lived.

    Raises what correctable and corrected raise, reason_missing, fact_unknown, community_missing.
    """
    round_ = get_round_by_id(round_id)
    if not reason.strip():
        raise DomainError("reason_missing")
    line, facts, reserved = correctable(round_, person_id)
    chosen = next((one for one in facts if one.name == fact), None)
    if chosen is None:
        raise DomainError("fact_unknown")
    if fact == HOME and community_id is None:
        raise DomainError("community_missing")
    after = corrected(round_, line, chosen, community_id, reserved)
    changed = [name for name in PARTS if line[name] != after[name]]
    task = add_task(
        TASK_KIND,
        asked_by_id=account_id,
        now=now,
        round_id=round_id,
        person_id=person_id,
        learner=line["id"],
        fact=fact,
        stood=chosen.stands,
        community_id=community_id if fact == HOME else None,
        reason=reason.strip(),
        tags=line["tags"],
        before={name: line[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    told = {"learner": line["id"], "fact": fact, "task": task.id}
    record("round.ask_replay", f"round:{round_.code}", now=now, account_id=account_id, **told)
    return task


def run_replay(task: Task, progress: Progress, now: datetime) -> dict[str, Any]:
    """Does the task and gives its result {"run_id", "round"}; run again after a crash it gives the
    same. Opens the one transaction that writes itself."""
    args, task_id, account_id = dict(task.args), task.id, task.asked_by_id
    round_id = args.pop("round_id")

    def drawn() -> Run:
        final = get_final_run(round_id)
        file = _copy(final, args)
        db.session.expunge(final)  # its files are still looked at when nothing is open any more
        result = solved(file, progress)
        run = Run(
            round_id=round_id,
            kind="replay",
            task_id=task_id,
            asked_by_id=account_id,
            made_at=now,
            facts=args,
            **kept_file(file),
            **kept_result(file, result),
        )
        run.summary = {**run.summary, **_difference(final, run, args["learner"])}
        return run

    run_id = once(lambda: find_id_of_task(task_id), drawn, _write)
    return {"run_id": run_id, "round": round_id}


def _copy(final: Run, args: dict[str, Any]) -> dict[str, Any]:
    """The frozen file under another name, with the one line put right."""
    file = file_of(final)
    line = next(one for one in file["learners"] if one["id"] == args["learner"])
    line.update(args["after"])
    return checked({**file, "round": file["round"] + SUFFIX, "seed": final.seed})


def _write(run: Run) -> None:
    db.session.add(run)
    db.session.flush()
    told = {"learner": run.facts["learner"], "run": run.id, "sha256": run.result_sha256}
    about, by = f"round:{get_round_by_id(run.round_id).code}", run.asked_by_id
    record("round.replay", about, now=run.made_at, account_id=by, **told)


def _difference(final: Run, run: Run, learner: str) -> dict[str, Any]:
    """For this learner each choice before and after, as in the reasons of both results, with the
    number of seats given and of persons waiting; how many others gain and lose (see comparing)."""
    then, now = _told(final, learner), _told(run, learner)
    found = compare(outcome_of(final), outcome_of(run))
    others = {
        word: sum(change.learner != learner for change in changes)
        for word, changes in (("gain", found.gaining), ("lose", found.losing))
    }
    return {
        "choices": [{"section": code, "before": then[code], "after": now[code]} for code in then],
        "others": others,
        "opened": list(found.opened),
        "shut": list(found.closed),
    }


def _told(run: Run, learner: str) -> dict[str, dict[str, Any]]:
    """By section, in the order of the learner's list."""
    result = result_of(run)
    given = [entry["section"] for entry in result["placements"]]
    return {
        entry["section"]: {
            "code": entry["code"],
            "facts": {
                name: part
                for name, part in entry.items()
                if name not in ("learner", "section", "code")
            },
            "seats": given.count(entry["section"]),
            "waiting": len(result["waitlists"].get(entry["section"], ())),
        }
        for entry in result["reasons"]
        if entry["learner"] == learner
    }
