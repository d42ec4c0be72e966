"""Dry runs as staff read them: which there are, and what came out for whom.

The files know learner ids only; who they are is worked out anew from the round's sealed key, since
before the freezing nobody is written down as a learner.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from eldercampus.db import db
from eldercampus.enrolment.freezing import unpacked
from eldercampus.enrolment.learners import code_under
from eldercampus.enrolment.models import Application, Round, Run
from eldercampus.errors import NotFound
from eldercampus.people.sealing import unseal


@dataclass(frozen=True)
class Closing:
    """A class that the draw closed: how many would have sat there, how many it needs."""

    section: str
    enrolled: int
    minimum: int


@dataclass(frozen=True)
class Outcome:
    """A run by learner id and section code. choices: each list, best first; seats: what each
    learner got, best ranked first; waiting: persons left waiting, by section; seed: in hex."""

    seed: str
    choices: Mapping[str, Sequence[str]]
    seats: Mapping[str, Sequence[str]]
    closed: Sequence[Closing]
    waiting: Mapping[str, int]
    sections: frozenset[str]

    def ranks(self, learner: str) -> list[int]:
        """The places on the learner's own list that came true, best first; 1 is the best."""
        listed = list(self.choices.get(learner, ()))
        return [listed.index(section) + 1 for section in self.seats.get(learner, ())]


def list_dry_runs(round_id: int) -> list[Run]:
    """Without their files, the newest first."""
    return list(db.session.scalars(_dry_runs(round_id).order_by(Run.id.desc())))


def get_dry_run(round_id: int, number: int) -> Run:
    """With its files; raises run_not_found, also for one from before they were numbered."""
    query = _dry_runs(round_id).options(undefer(Run.input), undefer(Run.result))
    for run in db.session.scalars(query.where(Run.facts["number"].as_integer() == number)):
        return run
    raise NotFound("run_not_found")


def find_latest_dry_run(round_id: int) -> Run | None:
    """With its files."""
    query = _dry_runs(round_id).options(undefer(Run.input), undefer(Run.result))
    return db.session.scalar(query.order_by(Run.id.desc()).limit(1))


def outcome_of(run: Run) -> Outcome:
    """What stands in the run's files; they must be loaded."""
    if run.result is None:
        raise NotFound("run_not_found")
    file, result = json.loads(unpacked(run.input)), json.loads(unpacked(run.result))
    choices = {learner["id"]: learner["choices"] for learner in file["learners"]}
    seats: dict[str, list[str]] = defaultdict(list)
    for entry in result["placements"]:
        seats[entry["learner"]].append(entry["section"])
    for learner, sections in seats.items():
        sections.sort(key=choices[learner].index)
    return Outcome(
        seed=run.seed,
        choices=choices,
        seats=dict(seats),
        closed=[Closing(**entry) for entry in result["closed"]],
        waiting=Counter({code: len(line) for code, line in result["waitlists"].items()}),
        sections=frozenset(section["id"] for section in file["sections"]),
    )


def people_by_code(round_: Round) -> dict[str, int]:
    """Person ids by learner id, for all who have applied in the round, whatever became of it."""
    if round_.key_sealed is None:
        return {}
    key = unseal(round_.key_sealed)
    ids = db.session.scalars(select(Application.person_id).where(Application.round_id == round_.id))
    return {code_under(key, person_id): person_id for person_id in ids}


def _dry_runs(round_id: int) -> Select[tuple[Run]]:
    return select(Run).where(Run.round_id == round_id, Run.kind == "dry", Run.result.is_not(None))
