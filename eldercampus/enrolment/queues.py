"""Who waits for which section, in which order, and at what price: reads for seats and pages.

The order is worked out anew each time (allocation.md §8). A live offer counts as if it were
accepted, so that nobody is asked about two seats of which they could take only one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from eldercampus.allocation import lottery
from eldercampus.allocation.choice import Wait, misses_part, would_take
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import section_times
from eldercampus.catalogue.timetable import overlap
from eldercampus.db import db
from eldercampus.enrolment.learners import LATE_GROUP, key_distance
from eldercampus.enrolment.models import Learner, Round, Run, WaitlistEntry
from eldercampus.enrolment.queue_readings import live_offers, own_lists, seats_held
from eldercampus.people.models import Person
from eldercampus.places.distances import metres_to_campuses
from eldercampus.places.models import Campus

OPEN = "open"
ON_FILE = (
    *(Section.code, Campus.code.label("campus")),
    *(Learner.code.label("learner"), Learner.wants, Learner.tags),
    *(Learner.groups, Learner.metres, Learner.misses),
    Person.community_id,
)
FARTHEST = 2**31 - 1  # where no way is known


@dataclass(frozen=True)
class Waiting:
    """One waiting entry and how its person stands.

    section and `own_list` are section codes, rank the place in that list (from 0), `placements` the
    seats held (code → placement id),
    `wait` the price of the seat as if every live offer were accepted, `wait_now` with the seats
    held only; None: they would not take it. tags are real kinds (disability), not the file's (t1).
    """

    entry_id: int
    person_id: int
    round_id: int
    section_id: int
    section: str
    rank: int
    lapses: int
    wants: int
    own_list: tuple[str, ...]
    placements: Mapping[str, int]
    tags: frozenset[str]
    order: tuple[int, int, int, str]  # group, distance, misses, lottery
    offered: bool  # has a live offer for this very section
    wait: Wait | None
    wait_now: Wait | None

    @property
    def could_be_asked(self) -> bool:
        """Would take the seat after what is offered already, and could take it right now."""
        return self.wait is not None and self.wait_now is not None and not self.offered

    @property
    def key(self) -> tuple[int | str, ...]:
        """(level, lapses, group, distance, misses, lottery), smaller first, of one who would take
        it. Where the round's rules do not look at misses, everybody has none."""
        if self.wait is None:
            raise ValueError("no key without a wish")
        return (self.wait.level, self.lapses, *self.order)


class Timetable:
    """Which sections of a term share hours or a course, by code; lessons are read when asked."""

    def __init__(self, term_id: int) -> None:
        self._term_id = term_id
        self.clashes: Callable[[str, str], bool] = cache(self._clash)

    @cached_property
    def _times(self) -> dict[str, list[tuple[int, int]]]:
        return section_times(self._term_id)

    @cached_property
    def _courses(self) -> dict[str, int]:
        query = select(Section.code, Section.course_id).where(Section.term_id == self._term_id)
        return dict(db.session.execute(query).tuples().all())

    def _clash(self, one: str, other: str) -> bool:
        return overlap(self._times.get(one, []), self._times.get(other, []))

    def course_of(self, code: str) -> str:
        return str(self._courses[code])

    def wait(
        self, section: str, own_list: tuple[str, ...], held: Collection[str], wants: int
    ) -> Wait | None:
        """The price of `section` for somebody who holds `held`."""
        return would_take(section, own_list, held, wants, self.clashes, self.course_of)


def list_waiting(
    term_id: int, *which: ColumnElement[bool], state: str = "waiting"
) -> list[Waiting]:
    """The waiting entries of a term that fit the conditions (on WaitlistEntry), in no order.

    state: of other entries, how they would stand if they waited.
    """
    conditions = (WaitlistEntry.state == state, *which)
    people = select(WaitlistEntry.person_id).where(*conditions)
    return standing(term_id, people, db.session.execute(_entries(term_id, *conditions)).all())


def standing(term_id: int, people: Select[tuple[int]], rows: Sequence[Row[Any]]) -> list[Waiting]:
    """How people stand, or would, for the sections of the rows: id, person_id, round_id,
    section_id, late and lapses as in WaitlistEntry, with the columns ON_FILE."""
    if not rows:
        return []
    books = _Books(term_id, people, {row.round_id for row in rows})
    return [books.waiting(row) for row in rows]


def in_line(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Those who would take the seat, best first; who has a live offer for it stands among them."""
    return sorted(
        (one for one in waiting if one.wait is not None), key=lambda one: (one.key, one.person_id)
    )


def kind_of(label: str, tag_names: Mapping[str, str]) -> str:
    """The real kind behind a seat label of a round's file: t1 → disability; open stays open."""
    return tag_names.get(label, label)


def kinds_of(learner: Learner | None, round_: Round) -> frozenset[str]:
    """The kinds of reserved seats that are open to somebody in a round."""
    tags = learner.tags if learner else []
    return frozenset(kind_of(tag, round_.tag_names) for tag in tags)


def label_of(kind: str, tag_names: Mapping[str, str]) -> str:
    """The file's label for a real kind."""
    return next((label for label, name in tag_names.items() if name == kind), kind)


def _entries(term_id: int, *which: ColumnElement[bool]) -> Select[Any]:
    same_learner = (Learner.round_id == WaitlistEntry.round_id) & (
        Learner.person_id == WaitlistEntry.person_id
    )
    return (
        select(
            WaitlistEntry.id,
            WaitlistEntry.person_id,
            WaitlistEntry.round_id,
            WaitlistEntry.section_id,
            WaitlistEntry.late,
            WaitlistEntry.lapses,
            *ON_FILE,
        )
        .join(Section, Section.id == WaitlistEntry.section_id)
        .join(Campus, Campus.id == Section.campus_id)
        .join(Learner, same_learner)
        .join(Person, Person.id == WaitlistEntry.person_id)
        .where(
            Section.term_id == term_id,
            Person.died_on.is_(None),
            Person.merged_into_id.is_(None),
            *which,
        )
    )


def _drawn_rounds(round_ids: set[int]) -> Select[Any]:
    drawn = (Run.round_id == Round.id) & (Run.kind == "final") & (Run.seed != "")
    query = select(Round.id, Round.rules, Round.tag_names, Run.seed).join(Run, drawn)
    return query.where(Round.id.in_(round_ids))


class _Books:
    """What is known of the people who wait: seats, live offers, own lists, the rounds' rules."""

    def __init__(self, term_id: int, people: Select[tuple[int]], round_ids: set[int]) -> None:
        self._timetable = Timetable(term_id)
        self._rounds = {row.id: row for row in db.session.execute(_drawn_rounds(round_ids))}
        self._placements = seats_held(term_id, people)
        self._offers = live_offers(term_id, people)
        self._lists, self._joined = own_lists(people, round_ids)

    def waiting(self, row: Row[Any]) -> Waiting:
        held = self._placements[row.person_id]
        offers = self._offers[row.person_id]
        own_list = self._lists.get((row.person_id, row.round_id), ())
        rules = self._rounds[row.round_id].rules
        tag_names = self._rounds[row.round_id].tag_names
        group = LATE_GROUP if row.late else row.groups.get(row.code, 2)
        number = lottery.number(self._rounds[row.round_id].seed, row.learner)
        expected = _expected(held, offers, row.code)
        wait_now = self._wait(row, own_list, held.keys())
        return Waiting(
            entry_id=row.id,
            person_id=row.person_id,
            round_id=row.round_id,
            section_id=row.section_id,
            section=row.code,
            rank=own_list.index(row.code) if row.code in own_list else len(own_list),
            lapses=row.lapses,
            wants=row.wants,
            own_list=own_list,
            placements=held,
            tags=frozenset(kind_of(tag, tag_names) for tag in row.tags),
            order=(group, self._distance(row, rules), misses_part(row.misses), number),
            offered=row.code in offers,
            wait=self._wait(row, own_list, expected) if expected != set(held) else wait_now,
            wait_now=wait_now,
        )

    def _wait(self, row: Row[Any], own_list: tuple[str, ...], held: Collection[str]) -> Wait | None:
        """Who asked for the class after the draw wants it on top of the others, up to the rule's
        number, where it replaces none of them; a seat got in this way counts as wanted."""
        joined = self._joined.get((row.person_id, row.round_id), set())
        wants = max(row.wants, min(len(held), row.wants + len(joined.intersection(held))))
        wait = self._timetable.wait(row.code, own_list, held, wants)
        if wait is None and row.late:
            most = int(self._rounds[row.round_id].rules["courses_per_term"])
            one_more = max(wants, min(len(held) + 1, most))
            wait = self._timetable.wait(row.code, own_list, held, one_more)
        return wait

    def _distance(self, row: Row[Any], rules: Mapping[str, Any]) -> int:
        """As in the round's file; measured anew where the class has moved to another campus."""
        metres = row.metres.get(row.campus)
        if metres is None:
            metres = self._ways.get(row.community_id, {}).get(row.campus, FARTHEST)
        return key_distance(metres, rules)

    @cached_property
    def _ways(self) -> dict[int, dict[str, int]]:
        return metres_to_campuses()


def _expected(held: Mapping[str, int], offers: Mapping[str, str | None], but: str) -> set[str]:
    """The seats held once every live offer, but the one for `but`, is accepted."""
    others = {section: gives_up for section, gives_up in offers.items() if section != but}
    return (set(held) - {gone for gone in others.values() if gone}) | set(others)
