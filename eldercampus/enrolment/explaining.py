"""What became of each choice of a person in a published round, and what followed: facts for the
page, the printed slip and the phone script, which all say the same (allocation.md §9)."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import contains_eager

from eldercampus.allocation import lottery
from eldercampus.allocation.explain import DrawNumber
from eldercampus.db import db
from eldercampus.enrolment.learners import list_numbers
from eldercampus.enrolment.models import Application, Learner, Round, Run
from eldercampus.enrolment.own_classes import OwnClass, list_own_classes
from eldercampus.enrolment.queues import kinds_of
from eldercampus.enrolment.remembered import remembered


@dataclass(frozen=True)
class Explanation:
    """A person's part in a round. number: the draw number, 64 hex digits; kinds: of reserved seats
    that the person could have had (disability, town:…); choices: the own list, best first, then
    what came after the draw."""

    round: Round
    application: Application
    learner: Learner | None
    number: str | None
    kinds: frozenset[str]
    choices: list[OwnClass]


def find_explanation(person_id: int, code: str) -> Explanation | None:
    """None unless the round is published and the person handed in an application in it.

    Two queries, however many choices; a third where another class stands in the way of one.
    """
    found = db.session.execute(_part(), {"person": person_id, "code": code}).one_or_none()
    if found is None:
        return None
    application, learner, seed = found
    return Explanation(
        round=application.round,
        application=application,
        learner=learner,
        number=lottery.number(seed, learner.code) if learner and seed else None,
        kinds=kinds_of(learner, application.round),
        choices=list_own_classes(application.round, person_id),
    )


@cache
def _part() -> Select[tuple[Application, Learner, str]]:
    """Built once: putting it together takes longer than asking it."""
    return (
        select(Application, Learner, Run.seed)
        .join(Application.round)
        .join(Round.term)
        .outerjoin(Learner, _of_applicant())
        .outerjoin(Run, (Run.round_id == Round.id) & (Run.kind == "final"))
        .where(Application.person_id == bindparam("person"), Application.submitted_at.is_not(None))
        .where(Round.code == bindparam("code"), Round.state == "published")
        .options(contains_eager(Application.round).contains_eager(Round.term))
    )


def find_place(found: Explanation) -> DrawNumber | None:
    """The person's number and its place in the draw; None: they were not in it.

    All numbers of a draw are fixed for ever: the process works them out once.
    """
    learner, number = found.learner, found.number
    if learner is None or number is None or learner.late:
        return None
    memory = remembered("draw numbers")
    if learner.round_id not in memory:
        memory[learner.round_id] = list_numbers(learner.round_id)
    numbers = memory[learner.round_id]
    return DrawNumber(number, bisect_left(numbers, number) + 1, len(numbers))


def list_rounds_of(person_id: int) -> list[Round]:
    """The published rounds that the person handed an application in for, the newest first."""
    query = (
        select(Round)
        .join(Application, Application.round_id == Round.id)
        .where(Application.person_id == person_id, Application.submitted_at.is_not(None))
        .where(Round.state == "published")
        .order_by(Round.publishes_at.desc(), Round.id.desc())
    )
    return list(db.session.scalars(query))


def _of_applicant() -> ColumnElement[bool]:
    same_person = Learner.person_id == Application.person_id
    return same_person & (Learner.round_id == Application.round_id)
