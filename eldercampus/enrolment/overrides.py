"""Seats given and taken by hand after the draw: a reason, a second person, and nobody displaced.

One asks, another agrees; only then anything happens, and only if everything still holds then. A
seat is given where one is free that nobody who waits could take, or as one more within the room's
places. A seat that is taken goes to the waiting list like every other.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from eldercampus.approvals.decisions import ask_approval, decide_approval
from eldercampus.approvals.models import Approval
from eldercampus.audit.chain import record
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section
from eldercampus.db import db
from eldercampus.enrolment.models import HOLDING, Override, Placement, WaitlistEntry
from eldercampus.enrolment.offers import drop_what_no_longer_fits, end_entry
from eldercampus.enrolment.queues import OPEN
from eldercampus.enrolment.seat_by_hand import BY_HAND, Seat, check_seat
from eldercampus.enrolment.seats import give_seat, lock_seats, release_seats
from eldercampus.enrolment.states import PLACEMENT, after
from eldercampus.errors import DomainError, NotFound
from eldercampus.notices.outbox import drop_notices, queue_notice

GIVE, TAKE = "seat.give", "seat.take"
Decision = Literal["given", "refused"]


def ask_seat(
    section_id: int, person_id: int, *, reason: str, now: datetime, account_id: int
) -> Approval:
    """Asks for a seat for somebody. Refused: reason_missing, approval_already_asked, and what
    seat_by_hand.check_seat refuses."""
    section = _locked(section_id)
    check_seat(section, person_id)
    facts = {"section_id": section_id, "person_id": person_id, "campus_id": section.campus_id}
    return _ask(GIVE, f"seat:{section_id}/{person_id}", reason, now, account_id, facts)


def ask_taking(placement_id: int, *, reason: str, now: datetime, account_id: int) -> Approval:
    """Asks that somebody loses their seat. Refused: reason_missing, approval_already_asked,
    override_seat_ended."""
    placement, section = _held(placement_id)
    facts = {
        "placement_id": placement_id,
        "section_id": section.id,
        "person_id": placement.person_id,
        "campus_id": section.campus_id,
    }
    return _ask(TAKE, f"placement:{placement_id}", reason, now, account_id, facts)


def decide_override(
    approval_id: int, decision: Decision, *, now: datetime, account_id: int, reason: str = ""
) -> Approval:
    """The second person's word; agreed to, the seat is given, or taken and offered to the next, at
    once. Refused: what decide_approval refuses, and what check_seat (for giving) refuses by now, or
    override_seat_ended: then nothing at all has happened."""
    approval = decide_approval(approval_id, decision, account_id=account_id, now=now, reason=reason)
    if decision == "given":
        act = {GIVE: _give, TAKE: _take}[approval.kind]
        act(approval, now, account_id)
    return approval


def _ask(
    kind: str, subject: str, reason: str, now: datetime, account_id: int, facts: dict[str, Any]
) -> Approval:
    if not reason.strip():
        raise DomainError("reason_missing")
    why = reason.strip()
    return ask_approval(kind, subject, account_id=account_id, reason=why, now=now, **facts)


def _give(approval: Approval, now: datetime, account_id: int) -> None:
    person_id = int(approval.facts["person_id"])
    section = _locked(int(approval.facts["section_id"]))
    seat = check_seat(section, person_id)
    if seat.one_more:
        section.capacity += 1
        db.session.flush()
    placement = give_seat(
        round_id=seat.round_id,
        person_id=person_id,
        section_id=section.id,
        seat=OPEN,
        origin="staff",
        now=now,
    )
    _leave_the_line(section.id, person_id, now)
    freed = drop_what_no_longer_fits(section.term_id, person_id, now)
    release_seats(freed, now=now)
    _note(approval, "give", placement, now, account_id, seat)


def _take(approval: Approval, now: datetime, account_id: int) -> None:
    placement, section = _held(int(approval.facts["placement_id"]))
    placement.state = after(PLACEMENT, "placement", placement.state, "remove")
    placement.ended_at, placement.ended_why = now, BY_HAND
    subject = f"placement:{placement.id}"
    drop_notices(subject, why=placement.state)
    queue_notice(
        "seat_taken",
        subject=subject,
        person_id=placement.person_id,
        now=now,
        section=section.id,
    )
    release_seats([(section.id, placement.seat)], now=now)
    _note(approval, "take", placement, now, account_id)


def _note(
    approval: Approval,
    kind: str,
    placement: Placement,
    now: datetime,
    account_id: int,
    seat: Seat | None = None,
) -> None:
    row = Override(
        round_id=placement.round_id,
        kind=kind,
        person_id=placement.person_id,
        section_id=placement.section_id,
        placement_id=placement.id,
        approval_id=approval.id,
        made_at=now,
    )
    db.session.add(row)
    facts: dict[str, Any] = {"section": placement.section_id, "approval": approval.id}
    if seat is not None:
        facts["one_more"] = seat.one_more
    subject = f"placement:{placement.id}"
    record(f"override.{kind}", subject, now=now, account_id=account_id, **facts)


def _leave_the_line(section_id: int, person_id: int, now: datetime) -> None:
    query = select(WaitlistEntry.id).where(
        WaitlistEntry.section_id == section_id,
        WaitlistEntry.person_id == person_id,
        WaitlistEntry.state == "waiting",
    )
    for entry_id in db.session.scalars(query).all():
        end_entry(entry_id, "placed", now)


def _locked(section_id: int) -> Section:
    lock_seats(get_section(section_id).term_id)
    section = get_section(section_id)
    db.session.refresh(section, ["state", "capacity", "taken"])
    return section


def _held(placement_id: int) -> tuple[Placement, Section]:
    """A seat that is held, with its term's seats locked."""
    section_id = db.session.scalar(select(Placement.section_id).where(Placement.id == placement_id))
    if section_id is None:
        raise NotFound("placement_not_found")
    section = _locked(section_id)
    placement = db.session.get_one(Placement, placement_id, populate_existing=True)
    if placement.state not in HOLDING:
        raise DomainError("override_seat_ended")
    return placement, section
