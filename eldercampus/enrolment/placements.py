"""What becomes of a seat that was given: coming, not coming, no answer, leaving later."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import SHANGHAI
from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.models import Placement
from eldercampus.enrolment.seats import free_seats, lock_seats, release_seats
from eldercampus.enrolment.states import PLACEMENT, after
from eldercampus.errors import NotFound
from eldercampus.notices.outbox import drop_notices, queue_notice
from eldercampus.people.representing import Act, tell_of

_MIDNIGHT = time(0, 0)


def confirm_placement(
    placement_id: int, *, now: datetime, account_id: int | None = None, through: str = "web"
) -> Placement:
    """The person comes. Counts as long as the seat is theirs, also after the date asked for."""
    placement = _locked_placement(placement_id)
    if placement.state != "confirmed":
        _step(placement, "confirm", now, account_id, through)
        _drop_reminders([placement], "confirmed")
        _tell_of(placement, account_id, "confirm", now)
    return placement


def decline_placement(
    placement_id: int, *, now: datetime, account_id: int | None = None, through: str = "web"
) -> Placement:
    """The person does not come; the seat goes to the next. Saying so twice has one effect."""
    return _end_by_answer(placement_id, "decline", "declined", now, account_id, through)


def withdraw_placement(
    placement_id: int, *, now: datetime, account_id: int | None = None, through: str = "web"
) -> Placement:
    """Gives back a seat that was confirmed before."""
    return _end_by_answer(placement_id, "withdraw", "withdrawn", now, account_id, through)


def lapse_placements(now: datetime, *, at_most: int) -> int:
    """Frees seats nobody answered for by the end of the day asked for (Shanghai) and tells the
    people; gives how many. Those of a whole round fall due at one midnight: the clock asks again
    until none is left, then settles them together."""
    today = datetime.combine(now.astimezone(SHANGHAI).date(), _MIDNIGHT, SHANGHAI)
    due = (Placement.state == "awaiting", Placement.confirm_by_at < today)
    terms = select(Section.term_id).join(Placement, Placement.section_id == Section.id).where(*due)
    term_id = db.session.scalar(terms.order_by(Section.term_id).limit(1))
    if term_id is None:
        return 0
    lock_seats(term_id)
    placements = db.session.scalars(
        select(Placement)
        .join(Section, Section.id == Placement.section_id)
        .where(Section.term_id == term_id, *due)
        .order_by(Placement.id)
        .limit(at_most)
        .execution_options(populate_existing=True)
    ).all()
    _drop_reminders(placements, "lapsed")
    for placement in placements:
        _lapse(placement, now)
    free_seats([(one.section_id, one.seat) for one in placements], now=now)
    return len(placements)


def lapses_at(confirm_by_at: datetime) -> datetime:
    """The midnight in Shanghai after which an unanswered seat is freed."""
    day = confirm_by_at.astimezone(SHANGHAI).date() + timedelta(days=1)
    return datetime.combine(day, _MIDNIGHT, SHANGHAI)


def _end_by_answer(
    placement_id: int, step: str, state: str, now: datetime, account_id: int | None, through: str
) -> Placement:
    placement = _locked_placement(placement_id)
    if placement.state != state:
        _step(placement, step, now, account_id, through)
        _drop_reminders([placement], state)
        _tell_of(placement, account_id, "decline" if step == "decline" else "give_back", now)
        placement.ended_at = now
        release_seats([(placement.section_id, placement.seat)], now=now)
    return placement


def _lapse(placement: Placement, now: datetime) -> None:
    _step(placement, "lapse", now, None, "")
    placement.ended_at = now
    queue_notice(
        "placement_lapsed",
        subject=f"placement:{placement.id}",
        person_id=placement.person_id,
        now=now,
        section=placement.section_id,
    )


def _step(
    placement: Placement, step: str, now: datetime, account_id: int | None, through: str
) -> None:
    placement.state = after(PLACEMENT, "placement", placement.state, step)
    subject = f"placement:{placement.id}"
    record(f"placement.{step}", subject, now=now, account_id=account_id, through=through)


def _tell_of(placement: Placement, account_id: int | None, act: Act, now: datetime) -> None:
    tell_of(placement.person_id, account_id, act, now, subject=f"placement:{placement.id}")


def _drop_reminders(placements: Iterable[Placement], why: str) -> None:
    drop_notices(*(f"placement:{one.id}" for one in placements), why=why, kind="confirmation_due")


def _locked_placement(placement_id: int) -> Placement:
    query = select(Section.term_id).join(Placement, Placement.section_id == Section.id)
    term_id = db.session.scalar(query.where(Placement.id == placement_id))
    if term_id is None:
        raise NotFound("placement_not_found")
    lock_seats(term_id)
    return db.session.get_one(Placement, placement_id, populate_existing=True)
