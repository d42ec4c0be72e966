"""What time brings next: moments at which a round, a seat or an offer changes by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from eldercampus.db import db
from eldercampus.enrolment.models import Offer, Placement, Round
from eldercampus.enrolment.placements import lapses_at
from eldercampus.enrolment.states import FIXED, GATHERING

_AFTER = timedelta(seconds=1)  # an answer at the very end still counts


@dataclass(frozen=True)
class Event:
    """kind: round.opens_at …, offers_end, answers_end; round: its row, or None."""

    kind: str
    at: datetime
    round: Round | None = None


_MOMENTS: dict[str, tuple[InstrumentedAttribute[datetime], tuple[str, ...]]] = {
    "opens_at": (Round.opens_at, ("draft",)),
    "closes_at": (Round.closes_at, ("open",)),
    "freezes_at": (Round.freezes_at, GATHERING),
    "draws_at": (Round.draws_at, (*GATHERING, "frozen")),
    "publishes_at": (Round.publishes_at, (*GATHERING, *FIXED)),
}


def list_coming(now: datetime) -> list[Event]:
    """Events after `now`, the nearest first."""
    return sorted((e for e in _events(now) if e.at > now), key=lambda event: event.at)


def _events(now: datetime) -> Iterator[Event]:
    for name, (column, states) in _MOMENTS.items():
        for round_ in db.session.scalars(
            select(Round).where(column > now, Round.state.in_(states))
        ):
            yield Event(f"event.{name}", getattr(round_, name), round_)
    ends = select(func.min(Offer.ends_at)).where(Offer.state == "live", Offer.ends_at >= now)
    if (first := db.session.scalar(ends)) is not None:
        yield Event("event.offers_end", first + _AFTER)
    due = select(func.min(Placement.confirm_by_at)).where(Placement.state == "awaiting")
    if (confirm_by := db.session.scalar(due)) is not None:
        yield Event("event.answers_end", lapses_at(confirm_by))
