"""Settling a pair that may be one person, with all that both hold in rounds."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from eldercampus.audit.chain import record
from eldercampus.catalogue.models import Course, Section
from eldercampus.db import db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    Learner,
    Offer,
    Placement,
    Reason,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.seats import lock_seats
from eldercampus.errors import DomainError
from eldercampus.people.duplicates import Decision, get_open_pair, settle_pair

_BEING_DRAWN = ("frozen", "drawn")
# what an application says, apart from whose and in which round it is
_CONTENT = (
    *("state", "draft", "wants", "accept_automatically", "receipt", "channel", "clerk_id"),
    *("created_at", "changed_at", "submitted_at", "withdrawn_at"),
)


def settle_same_persons(
    pair_id: int, decision: Decision, reason: str, *, account_id: int, now: datetime
) -> None:
    """Decides a pair. After "same" the earlier entry has everything: contacts, who acts for it,
    tags, applications, seats and places in queues.

    Where both applied in one round the application handed in last counts, the other is withdrawn.
    Raises as people.duplicates.settle_pair, merge_while_drawing (both stand in a file that is
    frozen), merge_same_class (both hold or are offered a seat in one class).
    """
    pair = get_open_pair(pair_id)
    both = (pair.first_id, pair.second_id)
    if decision == "same":
        _refuse_while_drawing(both)
        for term_id in _terms_of(both):
            lock_seats(term_id)
        _refuse_two_seats_in_one_class(both)
    merged = settle_pair(pair_id, decision, reason, account_id=account_id, now=now)
    if merged is None:
        return
    stays, goes = merged
    _merge_applications(stays, goes, account_id, now)
    _move_queue_places(stays, goes, now)
    for model in (Placement, Offer):
        db.session.execute(update(model).where(model.person_id == goes).values(person_id=stays))
    for history, per in ((Learner, "round_id"), (Reason, "run_id")):
        _move_history(history, per, stays, goes)


def _refuse_while_drawing(both: tuple[int, int]) -> None:
    query = (
        select(Application.id)
        .join(Round, Round.id == Application.round_id)
        .where(Application.person_id.in_(both), Round.state.in_(_BEING_DRAWN))
        .where(Application.submitted_at.is_not(None))
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise DomainError("merge_while_drawing")


def _terms_of(both: tuple[int, int]) -> list[int]:
    """In order of their ids, so that two who lock several never wait for each other."""
    query = (
        select(Round.term_id)
        .join(Application, Application.round_id == Round.id)
        .where(Application.person_id.in_(both))
    )
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


def _merge_applications(stays: int, goes: int, account_id: int, now: datetime) -> None:
    """One application per person and round: the one that counts ends up with who stays."""
    rows = db.session.scalars(
        select(Application).where(Application.person_id.in_((stays, goes))).with_for_update()
    ).all()
    own = {row.round_id: row for row in rows if row.person_id == stays}
    for other in (row for row in rows if row.person_id == goes):
        rival = own.get(other.round_id)
        if rival is None:
            other.person_id = stays
            continue
        if _counts_for(other) > _counts_for(rival):
            _swap(rival, other)
        if other.state == "submitted":
            other.state, other.withdrawn_at = "withdrawn", now
            other.version += 1
            facts = {"because": "same_person", "as": rival.id}
            subject = f"application:{other.id}"
            record("application.withdraw", subject, now=now, account_id=account_id, **facts)


def _counts_for(application: Application) -> tuple[bool, datetime]:
    """What is handed in beats what is not; of two, the later."""
    handed_in = application.state == "submitted"
    return handed_in, application.submitted_at if handed_in and application.submitted_at else (
        application.changed_at
    )


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


def _move_queue_places(stays: int, goes: int, now: datetime) -> None:
    """Who waited twice for a class waits once; who holds a seat there does not wait for it."""
    waiting = select(WaitlistEntry).where(
        WaitlistEntry.person_id.in_((stays, goes)), WaitlistEntry.state == "waiting"
    )
    entries = db.session.scalars(waiting).all()
    own = {entry.section_id for entry in entries if entry.person_id == stays}
    seats = select(Placement.section_id).where(
        Placement.person_id.in_((stays, goes)), Placement.state.in_(HOLDING)
    )
    seated = set(db.session.scalars(seats))
    for entry in entries:
        twice = entry.person_id == goes and entry.section_id in own
        if twice or entry.section_id in seated:
            entry.state, entry.ended_at = "left", now
    db.session.flush()
    rest = update(WaitlistEntry).where(WaitlistEntry.person_id == goes)
    db.session.execute(rest.values(person_id=stays))


def _move_history(model: Any, per: str, stays: int, goes: int) -> None:
    """Rows of rounds in which only the later entry stood; where both did, history stays."""
    column = getattr(model, per)
    own = select(column).where(model.person_id == stays)
    rest = update(model).where(model.person_id == goes, column.not_in(own))
    db.session.execute(rest.values(person_id=stays).execution_options(synchronize_session=False))
