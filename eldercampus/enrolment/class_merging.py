"""Two classes of one course become one before the draw, so that neither is too small."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from eldercampus.catalogue.models import Section
from eldercampus.db import db, insert_rows
from eldercampus.enrolment.deciding import class_of, gathering, note_decision
from eldercampus.enrolment.models import (
    Application,
    Choice,
    Round,
    RoundDecision,
    WaitlistEntry,
)
from eldercampus.enrolment.states import GATHERING
from eldercampus.errors import DomainError
from eldercampus.notices.outbox import queue_notice
from eldercampus.people.models import Person


def merge_classes(
    round_id: int, section_id: int, into_id: int, *, reason: str, now: datetime, account_id: int
) -> RoundDecision:
    """Everybody who listed the class has listed the other one instead, at the better of both ranks,
    and is told. The class is closed for good.

    Refused: merge_while_open, merge_with_itself, merge_other_course, merge_has_people (somebody
    sits in the class or waits for it), merge_listed_beside (round, round_en: somebody listed it in
    another round that gathers), reason_missing, what `gathering` and `class_of` refuse.
    """
    round_ = gathering(round_id)
    if round_.state == "open":
        raise DomainError("merge_while_open")
    section, into = class_of(round_, section_id), class_of(round_, into_id)
    _check(section, into)
    if beside := _find_round_beside(round_, section_id):
        raise DomainError("merge_listed_beside", round=beside.name, round_en=beside.name_en)
    decision = note_decision(round_, "merge", section_id, reason, now, account_id, into_id=into_id)
    told = list_moving(round_id, section_id)
    _move_choices(round_id, section_id, into_id)
    section.state, section.merged_into_id = "closed", into_id
    for application_id, person_id in told:
        queue_notice(
            "merged",
            subject=f"application:{application_id}",
            person_id=person_id,
            now=now,
            occurrence=str(section_id),
            listed=section_id,
            section=into_id,
        )
    return decision


def _check(section: Section, into: Section) -> None:
    if section.id == into.id:
        raise DomainError("merge_with_itself")
    if section.course_id != into.course_id:
        raise DomainError("merge_other_course")
    waiting = select(func.count(WaitlistEntry.id)).where(
        WaitlistEntry.section_id == section.id, WaitlistEntry.state == "waiting"
    )
    if section.taken or db.session.scalar(waiting):
        raise DomainError("merge_has_people")


def list_moving(round_id: int, section_id: int) -> list[tuple[int, int]]:
    """(application, person) of those who have listed the class and are told of a merge: handed in,
    not taken back, alive."""
    query = (
        select(Application.id, Application.person_id)
        .join(Choice, Choice.application_id == Application.id)
        .join(Person, Person.id == Application.person_id)
        .where(
            Application.round_id == round_id,
            Application.state == "submitted",
            Application.withdrawn_at.is_(None),
            Person.died_on.is_(None),
            Choice.section_id == section_id,
        )
        .order_by(Application.id)
    )
    return list(db.session.execute(query).tuples())


def _find_round_beside(round_: Round, section_id: int) -> Round | None:
    """Another round whose applicants' lists would name a class that is gone."""
    query = (
        select(Round)
        .join(Application, Application.round_id == Round.id)
        .join(Choice, Choice.application_id == Application.id)
        .where(
            Round.id != round_.id,
            Round.state.in_(GATHERING),
            Application.state == "submitted",
            Application.withdrawn_at.is_(None),
            Choice.section_id == section_id,
        )
    )
    return db.session.scalar(query.limit(1))


def _move_choices(round_id: int, section_id: int, into_id: int) -> None:
    """Writes the lists anew that hold the class; a form opened before the merge is out of date."""
    touched = (
        select(Choice.application_id)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.round_id == round_id, Choice.section_id == section_id)
    )
    ids = list(db.session.scalars(touched))
    query = select(Choice.application_id, Choice.section_id, Choice.listed_id)
    lists: dict[int, list[Row[Any]]] = defaultdict(list)
    in_order = query.order_by(Choice.application_id, Choice.rank)
    for row in db.session.execute(in_order.where(Choice.application_id.in_(ids))):
        lists[row.application_id].append(row)
    rows = [row for listed in lists.values() for row in _merged(listed, section_id, into_id)]
    unseen = {"synchronize_session": False}
    db.session.execute(
        delete(Choice).where(Choice.application_id.in_(ids)).execution_options(**unseen)
    )
    insert_rows(Choice, rows)
    step = update(Application).where(Application.id.in_(ids))
    db.session.execute(step.values(version=Application.version + 1).execution_options(**unseen))


def _merged(listed: Iterable[Row[Any]], section_id: int, into_id: int) -> Iterator[dict[str, Any]]:
    """One list, best first, with the one class in the other's place and no class twice. What the
    person had listed is kept beside what it has become, through several merges too."""
    seen: set[int] = set()
    for row in listed:
        moved = row.section_id == section_id
        now_listed = into_id if moved else row.section_id
        if now_listed in seen:
            continue
        seen.add(now_listed)
        yield {
            "application_id": row.application_id,
            "section_id": now_listed,
            "rank": len(seen),
            "listed_id": row.listed_id or (section_id if moved else None),
        }
