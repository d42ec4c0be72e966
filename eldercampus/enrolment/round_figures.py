"""Numbers about a round, for the staff's page and the public one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select

from eldercampus.allocation.explain import DrawNumber, draw_number
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.models import (
    Application,
    Choice,
    Cutoff,
    Learner,
    Offer,
    Override,
    Placement,
    Reason,
    Round,
    Run,
)
from eldercampus.enrolment.runs import draw_seeds
from eldercampus.people.models import Person, Tag

FEWEST_SHOWN = 5  # smaller groups could point to a person
FEWEST_ALIKE = 20  # in smaller ones nobody and everybody do so, too


@dataclass(frozen=True)
class Figures:
    """Applications handed in, drafts that never were, free seats of open sections, seats wished."""

    submitted: int
    drafts: int
    seats: int
    wanted: int


@dataclass(frozen=True)
class Demand:
    """How many listed a section, for how many free seats; exempt: never closed by the draw."""

    section_id: int
    code: str
    seats: int
    minimum: int
    exempt: bool
    listed: int

    @property
    def pressure(self) -> float:
        """Persons for each seat."""
        return self.listed / self.seats if self.seats else float(self.listed)

    @property
    def at_risk(self) -> bool:
        """Fewer list it than it needs, so that the draw would close it."""
        return not self.exempt and self.listed < self.minimum


@dataclass(frozen=True)
class Outcome:
    """Persons by channel of entry; "" stands for channels that are too small to show alone."""

    channel: str
    applied: int
    placed: int
    waiting: int


def get_figures(round_: Round) -> Figures:
    states = dict(
        db.session.execute(
            select(Application.state, func.count())
            .where(Application.round_id == round_.id)
            .group_by(Application.state)
        )
        .tuples()
        .all()
    )
    seats = select(func.sum(Section.capacity - Section.taken)).where(
        Section.term_id == round_.term_id, Section.state == "open"
    )
    wanted = select(func.sum(Application.wants)).where(*_handed_in(round_.id))
    return Figures(
        submitted=states.get("submitted", 0),
        drafts=states.get("draft", 0),
        seats=db.session.scalar(seats) or 0,
        wanted=db.session.scalar(wanted) or 0,
    )


def count_by_day(round_id: int) -> list[tuple[date, int]]:
    """Applications handed in, by the day in Shanghai of their last version, oldest first."""
    moments = db.session.scalars(select(Application.submitted_at).where(*_handed_in(round_id)))
    days = Counter(day_of(moment) for moment in moments if moment)
    return sorted(days.items())


def count_by_channel(round_id: int) -> list[tuple[str, int]]:
    """(channel, applications handed in), the busiest first."""
    query = (
        select(Application.channel, func.count())
        .where(*_handed_in(round_id))
        .group_by(Application.channel)
    )
    rows = db.session.execute(query).tuples().all()
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def count_offers_by_section(term_id: int) -> dict[int, int]:
    """Section id → live offers, for sections that have any, by code."""
    query = (
        select(Section.id, func.count(Offer.id))
        .join(Offer, Offer.section_id == Section.id)
        .where(Section.term_id == term_id, Offer.state == "live")
        .group_by(Section.id, Section.code)
        .order_by(Section.code)
    )
    return dict(db.session.execute(query).tuples().all())


def list_demand(round_: Round) -> list[Demand]:
    """Every open section of the term, by code."""
    listed = (
        select(Choice.section_id, func.count().label("listed"))
        .join(Application, Application.id == Choice.application_id)
        .where(*_handed_in(round_.id))
        .group_by(Choice.section_id)
        .subquery()
    )
    query = (
        select(
            Section.id,
            Section.code,
            Section.capacity - Section.taken,
            Section.minimum,
            Section.exempt | (Section.taken > 0),
            func.coalesce(listed.c.listed, 0),
        )
        .outerjoin(listed, listed.c.section_id == Section.id)
        .where(Section.term_id == round_.term_id, Section.state == "open")
        .order_by(Section.code)
    )
    return [Demand(*row) for row in db.session.execute(query)]


def count_tags_to_check(round_id: int) -> int:
    """Claims of the round's applicants that no clerk has looked at."""
    query = (
        select(func.count(Tag.id))
        .join(Person, Person.id == Tag.person_id)
        .join(Application, Application.person_id == Person.id)
        .where(*_handed_in(round_id), Tag.state == "claimed")
    )
    return db.session.scalar(query) or 0


def find_draw_number(round_id: int, code: str) -> DrawNumber | None:
    """A learner's number and its place among all who were in the draw; None: not among them."""
    seeds = draw_seeds([round_id])
    drawn = select(Learner.code).where(Learner.round_id == round_id, Learner.late.is_(False))
    if not seeds or db.session.scalar(drawn.where(Learner.code == code)) is None:
        return None
    return draw_number(seeds[round_id], db.session.scalars(drawn).all(), code)


def count_drawn(round_id: int) -> int:
    """Who stands on the fixed list."""
    query = select(func.count()).where(Learner.round_id == round_id, Learner.late.is_(False))
    return db.session.scalar(query) or 0


def list_outcomes(round_id: int) -> list[Outcome]:
    """What became of those who were in the draw, by channel; small channels are put together.

    As the draw left it: who joined a list or got a seat later does not count. Three plain lists put
    together here: SQLite takes seconds to join them.
    """
    same_person = (Learner.person_id == Application.person_id) & (
        Learner.round_id == Application.round_id
    )
    drawn = select(Application.channel, Application.person_id).join(Learner, same_person)
    drawn = drawn.where(Application.round_id == round_id, Learner.late.is_(False))
    placed = select(Placement.person_id).where(
        Placement.round_id == round_id, Placement.origin == "draw"
    )
    waiting = (
        select(Reason.person_id.distinct())
        .join(Run, Run.id == Reason.run_id)
        .where(Run.round_id == round_id, Run.kind == "final")
        .where(Reason.facts["waitlist"].as_integer().is_not(None))
    )
    with_seat, in_line = set(db.session.scalars(placed)), set(db.session.scalars(waiting))
    people: dict[str, set[int]] = defaultdict(set)
    for channel, person_id in db.session.execute(drawn):
        people[channel].add(person_id)
    return joined_when_small(
        Outcome(channel, len(ids), len(ids & with_seat), len(ids & in_line))
        for channel, ids in people.items()
    )


def count_overrides(round_id: int) -> dict[str, int]:
    """How many seats were given and taken by hand after the draw."""
    query = (
        select(Override.kind, func.count())
        .where(Override.round_id == round_id)
        .group_by(Override.kind)
    )
    found = dict(db.session.execute(query).tuples().all())
    return {"give": found.get("give", 0), "take": found.get("take", 0)}


def joined_when_small(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The busiest channel first; those that tell about a few as one, with the next larger ones
    until it does not: so that nothing hidden can be worked out from the sum of all."""
    shown = sorted(outcomes, key=lambda one: (-one.applied, one.channel))
    small = [one for one in shown if _is_small(one)]
    shown = [one for one in shown if one not in small]
    while shown and small and _is_small(_sum(small)):
        small.append(shown.pop())
    return [*shown, _sum(small)] if small else shown


def _is_small(one: Outcome) -> bool:
    """Whether one to four people stand in a number, or can be worked out by subtraction: who has no
    seat, who does not wait, who has both or neither; or whether a number says of each in a small
    group how they fared, since it is nobody or everybody."""
    missed, at_rest = one.applied - one.placed, one.applied - one.waiting
    numbers = (one.applied, one.placed, one.waiting, missed, at_rest, abs(one.waiting - missed))
    if any(0 < number < FEWEST_SHOWN for number in numbers):
        return True
    return one.applied < FEWEST_ALIKE and 0 in (one.placed, missed, one.waiting, at_rest)


def _sum(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(
        "",
        sum(one.applied for one in outcomes),
        sum(one.placed for one in outcomes),
        sum(one.waiting for one in outcomes),
    )


def _handed_in(round_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Application.round_id == round_id, Application.state == "submitted")


def count_sections_with_cutoffs(run_id: int) -> int:
    query = select(func.count(Cutoff.section_id.distinct())).where(Cutoff.run_id == run_id)
    return db.session.scalar(query) or 0


def list_cutoffs(run_id: int, *, offset: int, limit: int) -> dict[int, list[Cutoff]]:
    """The cutoffs of so many sections by section id, in the order of section codes."""
    page: Select[tuple[int]] = (
        select(Section.id)
        .where(Section.id.in_(select(Cutoff.section_id).where(Cutoff.run_id == run_id)))
        .order_by(Section.code)
        .offset(offset)
        .limit(limit)
    )
    found: dict[int, list[Cutoff]] = {section_id: [] for section_id in db.session.scalars(page)}
    query = select(Cutoff).where(Cutoff.run_id == run_id, Cutoff.section_id.in_(found))
    for cutoff in db.session.scalars(query.order_by(Cutoff.round, Cutoff.seat)):
        found[cutoff.section_id].append(cutoff)
    return found
