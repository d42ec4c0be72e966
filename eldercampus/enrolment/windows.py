"""The round that visitors should hear of, read lean: most public pages ask for it."""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Select, select

from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Term
from eldercampus.catalogue.queries import find_current_term
from eldercampus.db import db
from eldercampus.enrolment.models import Round

_ORDER = {"open": 0, "closed": 1, "frozen": 1, "drawn": 1, "draft": 2, "published": 3}


class _Dated(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def publishes_at(self) -> datetime: ...


class _Round(NamedTuple):
    """The round's part of a window."""

    id: int
    state: str
    opens_at: datetime
    closes_at: datetime
    publishes_at: datetime
    last_joining_on: date


class Window(NamedTuple):
    """The term whose classes are shown, and its round of interest; both may be missing.

    name and name_en: the term's.
    """

    now: datetime
    term_id: int | None = None
    name: str = ""
    name_en: str = ""
    round: _Round | None = None

    @property
    def is_open(self) -> bool:
        """Whether people can apply now."""
        return (
            self.round is not None
            and self.round.state == "open"
            and self.now < self.round.closes_at
        )

    @property
    def may_join(self) -> bool:
        """From publishing to the last joining day."""
        return (
            self.round is not None
            and self.round.state == "published"
            and day_of(self.now) <= self.round.last_joining_on
        )


def interest(round_: _Dated) -> tuple[int, float]:
    """The less, the more visitors want to hear of it: the open round, else one under way, else the
    next one to open, else the last that was published."""
    past = round_.state == "published"
    when = round_.publishes_at if past else round_.opens_at
    return _ORDER[round_.state], (-1 if past else 1) * when.timestamp()


def find_window(now: datetime) -> Window:
    """With the current term where there is no round. One query, two then."""
    rows = [tuple(row) for row in db.session.execute(_rounds())]
    if rows:
        rounds = {_Round._make(row[3:]): row[:3] for row in rows}
        nearest = min(rounds, key=interest)
        term_id, name, name_en = rounds[nearest]
        return Window(now, term_id, name, name_en, nearest)
    term = find_current_term(day_of(now))
    return Window(now, term.id, term.name, term.name_en) if term else Window(now)


@cache
def _rounds() -> Select[Any]:
    round_, term = Round.__table__.c, Term.__table__.c
    columns = (round_[name] for name in _Round._fields[:-1])
    return (
        select(term.id, term.name, term.name_en, *columns, term.last_joining_on)
        .join_from(Round.__table__, Term.__table__, term.id == round_.term_id)
        .where(round_.state != "cancelled")
    )
