"""What became of each choice of a person in a published round, and what followed: facts for the
page, the printed slip and the phone script, which all say the same (allocation.md §9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eldercampus.allocation.explain import DrawNumber
from eldercampus.catalogue.models import Course, Section
from eldercampus.catalogue.queries import SHOWN, sections_by_id
from eldercampus.db import db
from eldercampus.enrolment.learners import find_number
from eldercampus.enrolment.models import (
    Application,
    Choice,
    Learner,
    Offer,
    Placement,
    Reason,
    Round,
    Run,
    WaitlistEntry,
)
from eldercampus.enrolment.queues import Waiting, in_line, kind_of, list_waiting
from eldercampus.enrolment.round_figures import find_draw_number
from eldercampus.enrolment.waitlists import Line

Row = TypeVar("Row", Placement, Offer, WaitlistEntry)


@dataclass(frozen=True)
class ChoiceResult:
    """One choice. rank: from 1 on, None for a class asked for after the draw; listed: the class
    that was chosen, where it was put together with `section` since; other: the class in the way.

    placement, offer, entry: the person's newest of each here, whatever its state; now, then: the
    place in the queue today and at the draw; seats: how many the draw gave; goes_on: the class goes
    on from an earlier stage.
    """

    rank: int | None
    section: Section
    listed: Section | None
    reason: Reason | None
    other: Section | None
    placement: Placement | None
    offer: Offer | None
    entry: WaitlistEntry | None
    now: Line | None
    then: Line | None
    seats: int
    goes_on: bool


@dataclass(frozen=True)
class Explanation:
    """A person's part in a round. number: the draw number; kinds: of reserved seats that the person
    could have had (disability, town:…)."""

    round: Round
    application: Application
    learner: Learner | None
    number: str | None
    kinds: frozenset[str]
    choices: list[ChoiceResult]


def find_explanation(person_id: int, code: str) -> Explanation | None:
    """None unless the round is published and the person handed in an application in it.

    The number of queries does not grow with the choices.
    """
    query = (
        select(Application)
        .join(Application.round)
        .where(Application.person_id == person_id, Application.submitted_at.is_not(None))
        .where(Round.code == code, Round.state == "published")
        .options(joinedload(Application.round).joinedload(Round.term))
    )
    application = db.session.scalar(query)
    return _explanation(application) if application is not None else None


def find_place(found: Explanation) -> DrawNumber | None:
    """The person's number and its place in the draw; None: they were not in it."""
    return find_draw_number(found.round.id, found.learner.code) if found.learner else None


def list_rounds_of(person_id: int) -> list[Round]:
    """The published rounds that the person handed an application in for, the newest first."""
    query = (
        select(Round)
        .join(Application, Application.round_id == Round.id)
        .where(Application.person_id == person_id, Application.submitted_at.is_not(None))
        .where(Round.state == "published")
        .order_by(Round.publishes_at.desc(), Round.id.desc())
    )
    return list(db.session.scalars(query))


def list_lines(term_id: int, entries: Iterable[WaitlistEntry]) -> dict[int, Line]:
    """The place in each queue as things stand now, by section id."""
    waiting = [entry for entry in entries if entry.state == "waiting"]
    if not waiting:
        return {}
    ids = {entry.section_id for entry in waiting}
    queues: dict[int, list[Waiting]] = defaultdict(list)
    for one in in_line(list_waiting(term_id, WaitlistEntry.section_id.in_(ids))):
        queues[one.section_id].append(one)
    return {entry.section_id: _line(entry.id, queues[entry.section_id]) for entry in waiting}


def _line(entry_id: int, queue: list[Waiting]) -> Line:
    place = next((n for n, one in enumerate(queue, start=1) if one.entry_id == entry_id), None)
    return Line(place, len(queue))


def _explanation(application: Application) -> Explanation:
    round_, person_id = application.round, application.person_id
    learner = db.session.scalar(
        select(Learner).where(Learner.round_id == round_.id, Learner.person_id == person_id)
    )
    return Explanation(
        round=round_,
        application=application,
        learner=learner,
        number=find_number(learner),
        kinds=frozenset(kind_of(tag, round_.tag_names) for tag in learner.tags)
        if learner
        else frozenset(),
        choices=_Books(round_, person_id, application.id).choices(),
    )


class _Books:
    """Everything that a person listed, got, was offered or waits for in a round."""

    def __init__(self, round_: Round, person_id: int, application_id: int) -> None:
        self._listed = _choices(application_id)
        self._placements = _newest(Placement, round_.id, person_id)
        self._offers = _newest(Offer, round_.id, person_id)
        self._entries = _newest(WaitlistEntry, round_.id, person_id)
        self._reasons = _reasons(round_.id, person_id)
        ids = self._section_ids()
        self._sections = _sections(round_.term_id, ids, self._listed, self._reasons.values())
        self._by_code = {section.code: section for section in self._sections.values()}
        self._now = list_lines(round_.term_id, self._entries.values())
        self._then = _places_then(self._reasons, _lengths_then(round_.id, ids))
        self._seats = _seats_drawn(round_.id, ids)
        self._next_stages = _next_stages(self._sections.values())

    def _section_ids(self) -> list[int]:
        """Own list first, then what came after the draw."""
        later = [*self._placements, *self._offers, *self._entries]
        return list(dict.fromkeys([*self._listed, *sorted(later)]))

    def choices(self) -> list[ChoiceResult]:
        return [self._choice(section_id) for section_id in self._section_ids()]

    def _choice(self, section_id: int) -> ChoiceResult:
        choice, reason = self._listed.get(section_id), self._reasons.get(section_id)
        listed = choice.listed_id if choice else None
        return ChoiceResult(
            rank=choice.rank if choice else None,
            section=self._sections[section_id],
            listed=self._sections[listed] if listed not in (None, section_id) else None,
            reason=reason,
            other=self._by_code.get(reason.facts.get("with", "")) if reason else None,
            placement=self._placements.get(section_id),
            offer=self._offers.get(section_id),
            entry=self._entries.get(section_id),
            now=self._now.get(section_id),
            then=self._then.get(section_id),
            seats=self._seats.get(section_id, 0),
            goes_on=self._sections[section_id].course_id in self._next_stages,
        )


def _choices(application_id: int) -> dict[int, Choice]:
    """By section id, best first."""
    query = select(Choice).where(Choice.application_id == application_id).order_by(Choice.rank)
    return {choice.section_id: choice for choice in db.session.scalars(query)}


def _newest(table: type[Row], round_id: int, person_id: int) -> dict[int, Row]:
    """By section id."""
    query = select(table).where(table.round_id == round_id, table.person_id == person_id)
    return {row.section_id: row for row in db.session.scalars(query.order_by(table.id))}


def _reasons(round_id: int, person_id: int) -> dict[int, Reason]:
    query = (
        select(Reason)
        .join(Run, Run.id == Reason.run_id)
        .where(Reason.person_id == person_id, Run.round_id == round_id, Run.kind == "final")
    )
    return {reason.section_id: reason for reason in db.session.scalars(query)}


def _sections(
    term_id: int, ids: Iterable[int], listed: Mapping[int, Choice], reasons: Iterable[Reason]
) -> dict[int, Section]:
    """With those that were listed at first, and those that stand in the way."""
    codes = [reason.facts["with"] for reason in reasons if "with" in reason.facts]
    query = select(Section.id).where(Section.term_id == term_id, Section.code.in_(codes))
    wanted = {*ids, *db.session.scalars(query)}
    wanted.update(one.listed_id for one in listed.values() if one.listed_id is not None)
    return sections_by_id(wanted, SHOWN)


def _lengths_then(round_id: int, ids: Collection[int]) -> dict[int, int]:
    """How many stood in each queue at the draw: the last place that a reason names."""
    place = func.max(Reason.facts["waitlist"].as_integer())
    query = (
        select(Reason.section_id, place)
        .join(Run, Run.id == Reason.run_id)
        .where(Run.round_id == round_id, Run.kind == "final", Reason.section_id.in_(ids))
        .group_by(Reason.section_id)
    )
    return {section_id: last for section_id, last in db.session.execute(query) if last}


def _places_then(reasons: Mapping[int, Reason], lengths: Mapping[int, int]) -> dict[int, Line]:
    return {
        section_id: Line(reason.facts["waitlist"], lengths[section_id])
        for section_id, reason in reasons.items()
        if "waitlist" in reason.facts and section_id in lengths
    }


def _seats_drawn(round_id: int, ids: Collection[int]) -> dict[int, int]:
    query = (
        select(Placement.section_id, func.count())
        .where(Placement.round_id == round_id, Placement.origin == "draw")
        .where(Placement.section_id.in_(ids))
        .group_by(Placement.section_id)
    )
    return dict(db.session.execute(query).tuples().all())


def _next_stages(sections: Iterable[Section]) -> set[Any]:
    """Ids of those courses that are the next stage of another."""
    ids = {section.course_id for section in sections}
    query = select(Course.next_course_id).where(Course.next_course_id.in_(ids))
    return set(db.session.scalars(query))
