"""What a person who stood twice in a round has in its queues afterwards: one place in each."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

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

_LONGEST_LIST = 8  # a list has no more places (Choice.rank)


def move_places(stays: int, goes: int, newer: Collection[int], now: datetime) -> None:
    """Seats, offers, queue places and what the queues know of both go to who stays.

    newer: rounds in which the application of who goes is the one that counts. Both persons'
    applications must be settled already, their terms' seats locked.
    """
    for model in (Placement, Offer):
        db.session.execute(update(model).where(model.person_id == goes).values(person_id=stays))
    _join_learners(stays, goes, newer)
    _move_history(Learner, "round_id", stays, goes)
    _move_history(Reason, "run_id", stays, goes)
    _join_entries(stays, goes, now)
    _join_lists(stays, goes)


def _join_learners(stays: int, goes: int, newer: Collection[int]) -> None:
    """The row of who stays learns the ways, kinds and groups of the other: queue places that move
    rest on them."""
    query = select(Learner).where(Learner.person_id.in_((stays, goes)))
    rows: dict[int, dict[int, Learner]] = defaultdict(dict)
    for row in db.session.scalars(query.execution_options(populate_existing=True)):
        rows[row.round_id][row.person_id] = row
    for round_id, pair in rows.items():
        if len(pair) < 2:
            continue
        kept, other = pair[stays], pair[goes]
        kept.metres = {**other.metres, **kept.metres}
        kept.tags = sorted({*kept.tags, *other.tags})
        kept.groups = {
            code: min(known[code] for known in (kept.groups, other.groups) if code in known)
            for code in {**kept.groups, **other.groups}
        }
        kept.misses = max(kept.misses, other.misses)
        if round_id in newer:
            kept.wants = other.wants


def _join_entries(stays: int, goes: int, now: datetime) -> None:
    """Who waited twice for a class waits once, where a seat is offered already; who holds a seat
    there does not wait for it."""
    seats = select(Placement.section_id).where(
        Placement.person_id == stays, Placement.state.in_(HOLDING)
    )
    seated = set(db.session.scalars(seats))
    asked = select(Offer.entry_id).where(Offer.person_id == stays, Offer.state == "live")
    offered = set(db.session.scalars(asked))
    places: dict[int, list[WaitlistEntry]] = defaultdict(list)
    for entry in _waiting((stays, goes)):
        places[entry.section_id].append(entry)
    for section_id, entries in places.items():
        if section_id in seated:
            _leave(entries, now)
        elif len(entries) > 1:
            entries.sort(key=lambda one: (one.id not in offered, one.person_id != stays))
            kept, other = entries
            kept.lapses = max(kept.lapses, other.lapses)
            kept.late = kept.late and other.late
            _leave([other], now)
    db.session.flush()
    rest = update(WaitlistEntry).where(WaitlistEntry.person_id == goes)
    db.session.execute(rest.values(person_id=stays))


def _join_lists(stays: int, goes: int) -> None:
    """In published rounds the own list goes on with what the other list had and that still counts;
    each place in a queue gets the rank of its section there."""
    waiting: dict[int, list[WaitlistEntry]] = defaultdict(list)
    for entry in _waiting((stays,)):
        waiting[entry.round_id].append(entry)
    for round_id, entries in waiting.items():
        own = _join_choices(round_id, stays, goes, {entry.section_id for entry in entries})
        for entry in sorted(entries, key=lambda one: (one.rank, one.id)):
            if not own or entry.section_id in own:
                entry.rank = own.index(entry.section_id) + 1 if own else entry.rank
            else:  # joined later; or the list is full: then like somebody who joined later
                own.append(entry.section_id)
                entry.rank, entry.late = len(own), True
    db.session.flush()


def _join_choices(round_id: int, stays: int, goes: int, waited: Collection[int]) -> list[int]:
    """The section ids of the own list, lengthened; empty where the person did not apply."""
    applications = dict(
        db.session.execute(
            select(Application.person_id, Application.id)
            .join(Round, Round.id == Application.round_id)
            .where(Application.round_id == round_id, Round.state == "published")
            .where(Application.person_id.in_((stays, goes)))
        )
        .tuples()
        .all()
    )
    if stays not in applications:
        return []
    own = _listed(applications[stays])
    held = select(Placement.section_id).where(
        Placement.person_id == stays, Placement.state.in_(HOLDING)
    )
    wanted = {*waited, *db.session.scalars(held)}
    others = _listed(applications[goes]) if goes in applications else []
    more = [one for one in others if one in wanted and one not in own][: _LONGEST_LIST - len(own)]
    db.session.add_all(
        Choice(application_id=applications[stays], section_id=section_id, rank=rank)
        for rank, section_id in enumerate(more, start=len(own) + 1)
    )
    return own + more


def _listed(application_id: int) -> list[int]:
    query = select(Choice.section_id).where(Choice.application_id == application_id)
    return list(db.session.scalars(query.order_by(Choice.rank)))


def _waiting(person_ids: Collection[int]) -> list[WaitlistEntry]:
    query = select(WaitlistEntry).where(
        WaitlistEntry.person_id.in_(person_ids), WaitlistEntry.state == "waiting"
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _leave(entries: Iterable[WaitlistEntry], now: datetime) -> None:
    for entry in entries:
        entry.state, entry.ended_at = "left", now


def _move_history(model: Any, per: str, stays: int, goes: int) -> None:
    """Rows of rounds in which only the later entry stood; where both did, history stays."""
    db.session.flush()
    column = getattr(model, per)
    own = select(column).where(model.person_id == stays)
    rest = update(model).where(model.person_id == goes, column.not_in(own))
    db.session.execute(rest.values(person_id=stays).execution_options(synchronize_session=False))
