"""What becomes of a seat that was given: coming, not coming, no answer, leaving later."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import SHANGHAI
from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.models import Placement
from eldercampus.enrolment.seats import lock_seats, release_seats
from eldercampus.enrolment.states import PLACEMENT, after
from eldercampus.errors import NotFound
from eldercampus.notices.outbox import drop_notices, queue_notice

_MIDNIGHT = time(0, 0)


def confirm_placement(
    placement_id: int, *, now: datetime, account_id: int | None = None, through: str = "web"
) -> Placement:
    """The person comes. Counts as long as the seat is theirs, also after the date asked for."""
    placement = _locked_placement(placement_id)
    if placement.state != "confirmed":
        _step(placement, "confirm", now, account_id, through)
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


def lapse_placements(now: datetime) -> int:
    """Frees the seats nobody answered for by the end of the day asked for (Shanghai); tells the
    people; gives how many."""
    today = datetime.combine(now.astimezone(SHANGHAI).date(), _MIDNIGHT, SHANGHAI)
    due = (Placement.state == "awaiting", Placement.confirm_by_at < today)
    terms = select(Section.term_id).join(Placement, Placement.section_id == Section.id).where(*due)
    lapsed = 0
    for term_id in sorted(set(db.session.scalars(terms))):
        lock_seats(term_id)
        placements = db.session.scalars(
            select(Placement)
            .join(Section, Section.id == Placement.section_id)
            .where(Section.term_id == term_id, *due)
            .order_by(Placement.id)
            .execution_options(populate_existing=True)
        ).all()
        for placement in placements:
            _lapse(placement, now)
        release_seats([(one.section_id, one.seat) for one in placements], now=now)
        lapsed += len(placements)
    return lapsed


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
    drop_notices(subject, why=placement.state, kind="confirmation_due")
    record(f"placement.{step}", subject, now=now, account_id=account_id, through=through)


def _locked_placement(placement_id: int) -> Placement:
    query = select(Section.term_id).join(Placement, Placement.section_id == Section.id)
    term_id = db.session.scalar(query.where(Placement.id == placement_id))
    if term_id is None:
        raise NotFound("placement_not_found")
    lock_seats(term_id)
    return db.session.get_one(Placement, placement_id, populate_existing=True)
