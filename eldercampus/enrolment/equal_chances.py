"""Whether it mattered how people applied: seats by channel, beside what equal chances would give.

Compared are people whom only the lottery told apart: the same first class, the same kept seats
open to them, the same group and band (and past misses, where they count). Of n such people k get
the seat; were the channel of no account, a channel with m of them would get m·k/n on average,
spread as in a draw without putting back (Cochran, Mantel and Haenszel, summed over all groups).

Only first classes count. Who comes to their second was refused by their first, so their number in
the lottery is no longer like any other.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

from sqlalchemy import Select, select

from eldercampus.allocation.memory import collector_paused
from eldercampus.catalogue.models import Reserve, Section
from eldercampus.db import db
from eldercampus.enrolment.models import (
    Application,
    Choice,
    ClosedSection,
    Learner,
    Reason,
    Round,
    Run,
)
from eldercampus.enrolment.queues import kind_of
from eldercampus.enrolment.remembered import remembered
from eldercampus.enrolment.round_figures import Outcome, joined_when_small

USUAL, RARE = 2.0, 3.5
"""So many standard deviations are left to chance; more than so many, with four channels, come by
chance once in five hundred draws."""

Cell = tuple[int, frozenset[str], tuple[int, ...]]
"""The section, the kept seats open to the person there, and the key of allocation.md §3 but for the
lottery: level, group, band."""
Verdict = Literal["too_few", "chance", "rare", "more"]


@dataclass(frozen=True)
class Candidate:
    """Somebody who asked for their first class: where, how they applied, whether they got in."""

    cell: Cell
    campus_id: int
    channel: str
    placed: bool


@dataclass(frozen=True)
class Share:
    """Of one channel, "" for several put together: how many the lottery decided about,
    how many of them got the seat, and how many would with equal chances."""

    channel: str
    candidates: int
    given: int
    expected: float
    variance: float

    @property
    def deviations(self) -> float | None:
        """More seats than expected, in standard deviations; None where nothing was left open."""
        return (self.given - self.expected) / sqrt(self.variance) if self.variance > 0 else None

    @property
    def verdict(self) -> Verdict:
        far = self.deviations
        if far is None:
            return "too_few"
        return "chance" if abs(far) <= USUAL else "rare" if abs(far) <= RARE else "more"


@dataclass(frozen=True)
class Chances:
    """shares: by channel, the busiest first; verdict: the worst of theirs. shown: the same for
    everybody's eyes, where channels that would tell about a few people are put together: a way that
    got almost nothing would hide there, so that the verdict does not rest on it."""

    shares: list[Share]
    shown: list[Share]

    @property
    def verdict(self) -> Verdict:
        return max(
            (share.verdict for share in self.shares),
            key=("too_few", "chance", "rare", "more").index,
            default="too_few",
        )

    @property
    def candidates(self) -> int:
        return sum(share.candidates for share in self.shares)


@dataclass(frozen=True)
class Report:
    """of_all; by_campus: campus id → the same for the classes there."""

    of_all: Chances
    by_campus: dict[int, Chances]


def get_report(run: Run) -> Report:
    """Of a published draw. What came out is fixed for ever: the process works it out once."""
    memory = remembered("equal chances")
    if run.id not in memory:
        with collector_paused():
            candidates = list_candidates(run)
        memory[run.id] = Report(compare(candidates), compare_campuses(candidates))
    report: Report = memory[run.id]
    return report


def compare(candidates: Iterable[Candidate]) -> Chances:
    rows = list(candidates)
    shares = _shares(rows, lambda one: one.channel)
    kept = {one.channel for one in joined_when_small(map(_outcome, shares)) if one.channel}
    alone = len(kept) == len(shares)
    shown = (
        shares if alone else _shares(rows, lambda one: one.channel if one.channel in kept else "")
    )
    return Chances(shares, shown)


def compare_campuses(candidates: Iterable[Candidate]) -> dict[int, Chances]:
    """Campus id → the same for the classes there."""
    found: dict[int, list[Candidate]] = defaultdict(list)
    for one in candidates:
        found[one.campus_id].append(one)
    return {campus_id: compare(rows) for campus_id, rows in sorted(found.items())}


def _outcome(share: Share) -> Outcome:
    return Outcome(share.channel, share.candidates, share.given, share.candidates - share.given)


def _shares(rows: Iterable[Candidate], channel_of: Callable[[Candidate], str]) -> list[Share]:
    """Sums over the cells in which the lottery had something to decide between channels."""
    cells: dict[Cell, dict[str, Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
    for one in rows:
        cells[one.cell][channel_of(one)][one.placed] += 1
    found: dict[str, Share] = {}
    for channels in cells.values():
        for share in _of_cell(channels):
            before = found.get(share.channel, Share(share.channel, 0, 0, 0.0, 0.0))
            found[share.channel] = replace(
                before,
                candidates=before.candidates + share.candidates,
                given=before.given + share.given,
                expected=before.expected + share.expected,
                variance=before.variance + share.variance,
            )
    return sorted(found.values(), key=lambda one: (not one.channel, -one.candidates, one.channel))


def _of_cell(channels: Mapping[str, Counter[bool]]) -> Iterable[Share]:
    all_of_them = sum(count.total() for count in channels.values())
    given = sum(count[True] for count in channels.values())
    if len(channels) < 2 or given in (0, all_of_them):
        return
    spread = given * (all_of_them - given) / (all_of_them - 1)
    for channel, count in channels.items():
        part = count.total() / all_of_them
        yield Share(channel, count.total(), count[True], part * given, part * (1 - part) * spread)


def list_candidates(run: Run) -> list[Candidate]:
    """Everybody whose first class, of those that are held, decided about them in the first round of
    the draw.

    Plain lists put together here, five queries for any number of people: SQLite takes seconds to
    join them. The round must be published.
    """
    kinds, sections = _kinds(run.round_id), _sections(run.round_id)
    fates = _fates(run.id)
    closed = set(db.session.scalars(_closed(run.id)))
    found: dict[int, Candidate] = {}
    settled: set[int] = set()
    for person_id, section_id, channel in db.session.execute(_choices(run.round_id)):
        if person_id in settled or section_id in closed:
            continue
        settled.add(person_id)
        fate = fates.get((person_id, section_id))
        if fate is not None and person_id in kinds:
            placed, standing = fate
            campus_id, kept = sections[section_id]
            cell = (section_id, kinds[person_id] & kept, standing)
            found[person_id] = Candidate(cell, campus_id, channel, placed)
    return list(found.values())


def _choices(round_id: int) -> Select[tuple[int, int, str]]:
    """Each list from its best choice on."""
    return (
        select(Application.person_id, Choice.section_id, Application.channel)
        .join(Choice, Choice.application_id == Application.id)
        .where(Application.round_id == round_id)
        .order_by(Application.id, Choice.rank)
    )


def _fates(run_id: int) -> dict[tuple[int, int], tuple[bool, tuple[int, ...]]]:
    """(person id, section id) → whether they got the seat, and their key but for the lottery."""
    query = select(Reason.person_id, Reason.section_id, Reason.code, Reason.facts).where(
        Reason.run_id == run_id, Reason.code.in_(("placed", "below_cutoff"))
    )
    return {
        (person_id, section_id): (code == "placed", tuple(facts["key"][:-1]))
        for person_id, section_id, code, facts in db.session.execute(query)
        if facts["round"] == 1
    }


def _closed(run_id: int) -> Select[tuple[int]]:
    return select(ClosedSection.section_id).where(ClosedSection.run_id == run_id)


def _kinds(round_id: int) -> dict[int, frozenset[str]]:
    """Who was in the draw, and the kinds of kept seats open to them."""
    query = select(Learner.person_id, Learner.tags, Round.tag_names)
    query = query.join(Round, Round.id == Learner.round_id)
    rows = db.session.execute(query.where(Learner.round_id == round_id, Learner.late.is_(False)))
    return {
        person_id: frozenset(kind_of(tag, names) for tag in tags) for person_id, tags, names in rows
    }


def _sections(round_id: int) -> dict[int, tuple[int, frozenset[str]]]:
    """Section id → its campus and the kinds that it keeps seats for."""
    query = (
        select(Section.id, Section.campus_id, Reserve.kind)
        .join(Round, Round.term_id == Section.term_id)
        .outerjoin(Reserve, Reserve.section_id == Section.id)
        .where(Round.id == round_id)
    )
    found: dict[int, tuple[int, frozenset[str]]] = {}
    for section_id, campus_id, kind in db.session.execute(query):
        kept = found[section_id][1] if section_id in found else frozenset()
        found[section_id] = (campus_id, kept | {kind} if kind else kept)
    return found
