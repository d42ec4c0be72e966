"""Settling a pair that may be one person, with all that both hold in rounds."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, union, update

from eldercampus.audit.chain import record
from eldercampus.catalogue.models import Course, Section
from eldercampus.db import db
from eldercampus.enrolment.applications import handed_in_at
from eldercampus.enrolment.merged_places import move_places
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    LatePaper,
    Learner,
    Offer,
    PaperForm,
    Placement,
    Round,
)
from eldercampus.enrolment.returning import leave_unwanted, return_to_lists
from eldercampus.enrolment.seats import lock_seats, settle_vacancies
from eldercampus.enrolment.states import FIXED
from eldercampus.errors import DomainError
from eldercampus.people.duplicates import Decision, get_open_pair, settle_pair
from eldercampus.people.models import Person

# what an application says, apart from whose and in which round it is
_CONTENT = (
    *("state", "draft", "wants", "accept_automatically", "receipt", "channel", "clerk_id"),
    *("created_at", "changed_at", "submitted_at", "arrived_at", "withdrawn_at"),
)


def settle_same_persons(
    pair_id: int,
    decision: Decision,
    reason: str,
    *,
    account_id: int,
    now: datetime,
    keeps_phone: bool = False,
) -> None:
    """Decides a pair. After "same" the earlier entry has everything: contacts, who acts for it,
    tags, applications, seats and places in queues; the phone that signs in as the later one only
    where keeps_phone says so, or nobody else signs in and staff did not enter the earlier.

    Where both applied in one round the application handed in last counts, the other is withdrawn;
    what is waited for or held stays on the list of a published round.
    Raises as people.duplicates.settle_pair, merge_while_drawing (both stand in a file that is
    frozen), merge_same_class (both hold or are offered a seat in one class).
    """
    pair = get_open_pair(pair_id)
    both = (pair.first_id, pair.second_id)
    terms = _terms_of(both) if decision == "same" else []
    for term_id in terms:
        lock_seats(term_id)  # freezing locks them too: what is read now stays true
    if decision == "same":
        _refuse_while_drawing(both)
        _refuse_two_seats_in_one_class(both)
    merged = settle_pair(
        pair_id, decision, reason, account_id=account_id, now=now, keeps_phone=keeps_phone
    )
    if merged is None:
        return
    stays, goes = merged
    newer = _merge_applications(stays, goes, account_id, now)
    move_places(stays, goes, newer, now)
    _move_forms(stays, goes)
    for term_id in terms:
        _tidy_queues(term_id, stays, now)


def _move_forms(stays: int, goes: int) -> None:
    """Forms printed for the other entry, and late ones that a second person has still to see."""
    for model in (PaperForm, LatePaper):
        moved = update(model).where(model.person_id == goes).values(person_id=stays)
        db.session.execute(moved)


def _tidy_queues(term_id: int, person_id: int, now: datetime) -> None:
    """With the seats of both, one place may not be wanted any more, or another one again."""
    person = select(Person.id).where(Person.id == person_id)
    leave_unwanted(term_id, person, now)
    return_to_lists(term_id, person, now)
    settle_vacancies(term_id, now)


def _refuse_while_drawing(both: tuple[int, int]) -> None:
    query = (
        select(Application.id)
        .join(Round, Round.id == Application.round_id)
        .where(Application.person_id.in_(both), Round.state.in_(FIXED))
        .where(Application.submitted_at.is_not(None))
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise DomainError("merge_while_drawing")


def _terms_of(both: tuple[int, int]) -> list[int]:
    """In order of their ids, so that two who lock several never wait for each other."""
    rounds = [
        select(model.round_id).where(model.person_id.in_(both))
        for model in (Application, Learner, Placement, LatePaper)
    ]
    query = select(Round.term_id).where(Round.id.in_(union(*rounds)))
    return sorted(set(db.session.scalars(query)))


def _refuse_two_seats_in_one_class(both: tuple[int, int]) -> None:
    seats = select(Placement.person_id, Placement.section_id).where(Placement.state.in_(HOLDING))
    offers = select(Offer.person_id, Offer.section_id).where(Offer.state == "live")
    held: dict[int, set[int]] = {person_id: set() for person_id in both}
    for query, model in ((seats, Placement), (offers, Offer)):
        for person_id, section_id in db.session.execute(query.where(model.person_id.in_(both))):
            held[person_id].add(section_id)
    shared = held[both[0]] & held[both[1]]
    if shared:
        name = select(Course.name).join(Section).where(Section.id == min(shared))
        raise DomainError("merge_same_class", course=db.session.scalar(name))


def _merge_applications(stays: int, goes: int, account_id: int, now: datetime) -> set[int]:
    """One application per person and round: the one that counts ends up with who stays. Gives the
    rounds in which that is the other's."""
    newer = set()
    rows = db.session.scalars(
        select(Application).where(Application.person_id.in_((stays, goes))).with_for_update()
    ).all()
    own = {row.round_id: row for row in rows if row.person_id == stays}
    for other in (row for row in rows if row.person_id == goes):
        rival = own.get(other.round_id)
        if rival is None:
            other.person_id = stays
            newer.add(other.round_id)
            continue
        if _counts_for(other) > _counts_for(rival):
            _swap(rival, other)
            newer.add(other.round_id)
        if other.state == "submitted":
            other.state, other.withdrawn_at = "withdrawn", now
            other.version += 1
            facts = {"because": "same_person", "as": rival.id}
            subject = f"application:{other.id}"
            record("application.withdraw", subject, now=now, account_id=account_id, **facts)
    db.session.flush()
    return newer


def _counts_for(application: Application) -> tuple[bool, datetime]:
    """What is handed in, and not taken back, beats what is not; of two, the later."""
    at = handed_in_at(application)
    if application.state == "submitted" and application.withdrawn_at is None and at is not None:
        return True, at
    return False, application.changed_at


def _swap(one: Application, other: Application) -> None:
    """Exchanges what two applications of a round say: no person may have two rows, not even in
    passing, so the words move and the rows stay."""
    ours = {name: getattr(one, name) for name in _CONTENT}
    theirs = {name: getattr(other, name) for name in _CONTENT}
    choices = {row.id: _choices_of(row.id) for row in (one, other)}
    db.session.execute(delete(Choice).where(Choice.application_id.in_((one.id, other.id))))
    one.receipt = other.receipt = None
    db.session.flush()
    for row, content in ((one, theirs), (other, ours)):
        for name, value in content.items():
            setattr(row, name, value)
        row.version += 1
    for to, source in ((one.id, other.id), (other.id, one.id)):
        if choices[source]:
            rows = [{**choice, "application_id": to} for choice in choices[source]]
            db.session.execute(insert(Choice), rows)
    db.session.flush()


def _choices_of(application_id: int) -> list[dict[str, Any]]:
    query = select(Choice.section_id, Choice.rank).where(Choice.application_id == application_id)
    return [
        {"section_id": section_id, "rank": rank} for section_id, rank in db.session.execute(query)
    ]
