"""Free seats and who is chosen for them (allocation.md §5, §8): reads, nothing is changed."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Row, Select, exists, func, select

from eldercampus.allocation import choice
from eldercampus.catalogue.calendar import SHANGHAI, WorkingCalendar
from eldercampus.catalogue.models import Reserve, Section, Term
from eldercampus.db import db
from eldercampus.enrolment.models import HOLDING, Offer, Placement, Round, WaitlistEntry
from eldercampus.enrolment.queues import OPEN, Waiting, kind_of, label_of, list_waiting
from eldercampus.enrolment.round_queries import find_fixed_round
from eldercampus.enrolment.states import GATHERING

_LAST_HOUR = time(20, 0)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Chosen:
    """A free seat and the person it goes to. seat: the label in the file of the waiter's round."""

    waiting: Waiting
    seat: str

    @property
    def gives_up_id(self) -> int | None:
        """The placement that is given up for it, as things stand now."""
        return given_up(self.waiting)


def given_up(waiting: Waiting) -> int | None:
    """The placement that accepting now would end."""
    now = waiting.wait_now
    return waiting.placements[now.gives_up] if now and now.gives_up else None


def choose_for_vacancies(term_id: int, *which: ColumnElement[bool]) -> list[Chosen]:
    """Who gets which of the free seats of the term: one seat for each person, their best.

    which: conditions on Section, where only some sections are looked at.
    """
    rows = list(db.session.execute(_sections_with_vacancies(term_id, *which)))
    if not rows or find_fixed_round(term_id):
        return []
    free = _seats(rows)
    waiting = list_waiting(term_id, WaitlistEntry.section_id.in_([row.id for row in rows]))
    standing = [one for one in waiting if one.could_be_asked]
    entries = {(str(one.person_id), one.section): one for one in standing}
    settled = choice.settle(free, _waiters(standing))
    names = _tag_names({one.round_id for one in standing})
    return [
        Chosen(entry, label_of(kind, names[entry.round_id]))
        for person, (section, kind) in sorted(settled.items(), key=lambda one: int(one[0]))
        for entry in [entries[person, section]]
    ]


def joining_ends_at(term: Term) -> datetime:
    """The last moment of the last joining day that counts: 20:00 in Shanghai."""
    return datetime.combine(term.last_joining_on, _LAST_HOUR, SHANGHAI)


def offer_span(
    term: Term, calendar: WorkingCalendar, hours: int, now: datetime
) -> tuple[datetime, datetime] | None:
    """When an offer made now is sent and when it ends; None where it is too late for one.

    Every answer is in before a later round of the term is frozen, since its file counts the seats
    that are free then; in the last day before that nobody is asked any more.
    """
    last = joining_ends_at(term)
    sent_at = calendar.next_working_minute(now)
    freezes_at = _next_freezing(term.id)
    if sent_at >= last or (freezes_at is not None and sent_at + _DAY > freezes_at):
        return None
    ends_at = min(calendar.add_working_hours(sent_at, hours), last)
    return sent_at, ends_at if freezes_at is None else min(ends_at, freezes_at)


def _next_freezing(term_id: int) -> datetime | None:
    """When the next round of the term that takes applications, or has just closed, is frozen."""
    query = select(func.min(Round.freezes_at)).where(
        Round.term_id == term_id, Round.state.in_(GATHERING)
    )
    return db.session.scalar(query)


def _sections_with_vacancies(term_id: int, *which: ColumnElement[bool]) -> Select[Any]:
    someone_waits = exists().where(
        WaitlistEntry.section_id == Section.id, WaitlistEntry.state == "waiting"
    )
    return (
        select(Section.id, Section.code, Section.capacity, Section.taken, Section.fill)
        .where(
            Section.term_id == term_id,
            Section.state == "open",
            Section.paused.is_(False),
            Section.taken < Section.capacity,
            someone_waits,
            *which,
        )
        .order_by(Section.code)
    )


def _waiters(standing: Collection[Waiting]) -> list[choice.Waiter]:
    wishes: dict[int, list[Waiting]] = defaultdict(list)
    for one in standing:
        wishes[one.person_id].append(one)
    return [
        choice.Waiter(
            id=str(person_id),
            tags=frozenset().union(*(one.tags for one in ranked)),
            wishes=tuple(
                (one.section, one.key)
                for one in sorted(ranked, key=lambda one: (one.rank, one.round_id))
            ),
        )
        for person_id, ranked in wishes.items()
    ]


def _seats(rows: Collection[Row[Any]]) -> dict[str, choice.Seats]:
    """Holders keep their labels: each reserve is its count less the holders and offers with it."""
    section_ids = [row.id for row in rows]
    with_label = _holders_by_kind(section_ids)
    reserves: dict[int, list[choice.Reserve]] = defaultdict(list)
    query = select(Reserve.section_id, Reserve.kind, Reserve.count, Reserve.unfilled)
    query = query.where(Reserve.section_id.in_(section_ids)).order_by(Reserve.position, Reserve.id)
    for section_id, kind, count, unfilled in db.session.execute(query):
        left = max(0, count - with_label[section_id, kind])
        mode = cast(Literal["release", "keep"], unfilled)
        reserves[section_id].append(choice.Reserve(kind, left, mode))
    return {
        row.code: choice.Seats(row.capacity - row.taken, tuple(reserves[row.id]), row.fill)
        for row in rows
    }


def _holders_by_kind(section_ids: Collection[int]) -> Counter[tuple[int, str]]:
    counts: Counter[tuple[int, str]] = Counter()
    for table, active in (
        (Placement, Placement.state.in_(HOLDING)),
        (Offer, Offer.state == "live"),
    ):
        query = (
            select(table.section_id, table.seat, Round.tag_names)
            .join(Round, Round.id == table.round_id)
            .where(table.section_id.in_(section_ids), table.seat != OPEN, active)
        )
        for section_id, seat, tag_names in db.session.execute(query):
            counts[section_id, kind_of(seat, tag_names)] += 1
    return counts


def _tag_names(round_ids: set[int]) -> dict[int, dict[str, str]]:
    query = select(Round.id, Round.tag_names).where(Round.id.in_(round_ids))
    return dict(db.session.execute(query).tuples().all())
