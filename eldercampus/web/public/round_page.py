"""What a round's public page shows: what is there, what is not yet, and when it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from eldercampus.allocation.explain import DrawNumber
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import (
    KeptSeats,
    count_with_minimum,
    list_kept_seats,
    sections_by_id,
)
from eldercampus.enrolment.ceremony import (
    is_beacon_late,
    is_overdue,
    is_thrown_away,
    is_void,
    last_day_of_beacon,
    last_day_of_secret,
    spare_counts_from,
)
from eldercampus.enrolment.decision_queries import list_decisions, sections_of
from eldercampus.enrolment.equal_chances import Chances, get_report
from eldercampus.enrolment.explaining import find_explanation
from eldercampus.enrolment.learners import find_drawn_person
from eldercampus.enrolment.models import ClosedSection, Round, RoundDecision, Run
from eldercampus.enrolment.round_figures import (
    Outcome,
    count_overrides,
    find_draw_number,
    list_outcomes,
)
from eldercampus.enrolment.runs import count_dry_runs, find_latest_run, list_closed
from eldercampus.language.announced import ToldChange, told_changes
from eldercampus.language.decisions import change_words
from eldercampus.language.explanation import ToldChoice, tell
from eldercampus.language.words import days_until
from eldercampus.people.sealing import unseal
from eldercampus.places.models import Town
from eldercampus.places.queries import list_towns


@dataclass(frozen=True)
class Ceremony:
    """Where the draw stands. secret: "" while the envelope is shut; beacon: the value that counts,
    "" until two have written it (or until everything is opened)."""

    secret: str
    beacon: str
    is_late: bool  # the named value's day went by without it
    days_late: int
    spare_counts: bool  # its day has come
    last_day_of_beacon: date
    is_overdue: bool  # the result should be out
    days_overdue: int
    is_void: bool
    last_day_of_secret: date


@dataclass(frozen=True)
class Given:
    """What came out, in numbers. closed: classes that are not held, with their sections."""

    outcomes: list[Outcome]
    closed: list[tuple[Section, ClosedSection]]
    overrides: dict[str, int]
    chances: Chances  # whether it mattered how people applied


@dataclass(frozen=True)
class RulesTold:
    """What the sentences about the rules need beside the rules themselves."""

    kept: list[KeptSeats]
    with_minimum: int
    seat_towns: list[Town]


@dataclass(frozen=True)
class RoundPage:
    """is_out: published; is_opened: nothing is hidden any more, for good or because the round was
    thrown away; may_download: the files give nobody's home away."""

    round: Round
    run: Run | None
    is_out: bool
    is_opened: bool
    may_download: bool
    ceremony: Ceremony
    given: Given | None
    rules: RulesTold
    decisions: list[RoundDecision]
    sections: dict[int, Section]  # those that the decisions name
    changes: list[ToldChange]  # of what was announced, after applying began
    dry_runs: int

    @staticmethod
    def told(decision: RoundDecision) -> str:
        """What the form of a class changed."""
        return change_words(decision.facts)


@dataclass(frozen=True)
class OwnLine:
    """A learner's number, and what became of each choice in the draw."""

    learner_id: str
    number: DrawNumber
    choices: Sequence[ToldChoice]


def build_page(round_: Round, now: datetime) -> RoundPage:
    run = find_latest_run(round_.id, "final")
    is_out = round_.state == "published"
    decisions = list_decisions(round_.id)[::-1] if round_.frozen_at else []
    return RoundPage(
        round=round_,
        run=run,
        is_out=is_out,
        is_opened=is_out or is_thrown_away(round_),
        may_download=is_for_everybody(round_),
        ceremony=_ceremony(round_, now),
        given=_given(round_, run) if is_out and run else None,
        rules=_rules(round_),
        decisions=decisions,
        sections=sections_of(decisions) if decisions else {},
        changes=told_changes(round_),
        dry_runs=count_dry_runs(round_.id),
    )


def is_for_everybody(round_: Round) -> bool:
    """Distances to the metre would tell of everybody where they live; bands tell less."""
    return bool(round_.rules["proximity"] == "bands")


def find_own_line(round_: Round, learner_id: str) -> OwnLine | None:
    """None: nobody with this id was in the draw. The round must be published."""
    number = find_draw_number(round_.id, learner_id)
    person_id = find_drawn_person(round_.id, learner_id)
    if number is None or person_id is None:
        return None
    explanation = find_explanation(person_id, round_.code)
    told = tell(explanation, in_public=True) if explanation else []
    return OwnLine(learner_id, number, [choice for choice in told if choice.reason])


def _ceremony(round_: Round, now: datetime) -> Ceremony:
    opened = round_.state == "published" or is_thrown_away(round_)
    sealed = round_.secret_sealed
    stands = opened or round_.beacon_confirmed_at is not None
    return Ceremony(
        secret=unseal(sealed).hex() if opened and sealed else "",
        beacon=round_.beacon if stands else "",
        is_late=is_beacon_late(round_, now),
        days_late=-days_until(round_.draws_at, now),
        spare_counts=now >= spare_counts_from(round_),
        last_day_of_beacon=last_day_of_beacon(round_),
        is_overdue=is_overdue(round_, now),
        days_overdue=-days_until(round_.publishes_at, now),
        is_void=is_void(round_, now),
        last_day_of_secret=last_day_of_secret(round_),
    )


def _given(round_: Round, run: Run) -> Given:
    closed = list_closed(run.id)
    sections = sections_by_id(one.section_id for one in closed)
    return Given(
        outcomes=list_outcomes(round_.id),
        closed=[(sections[one.section_id], one) for one in closed],
        overrides=count_overrides(round_.id),
        chances=get_report(run).of_all,
    )


def _rules(round_: Round) -> RulesTold:
    codes = round_.town_seat_towns
    return RulesTold(
        kept=list_kept_seats(round_.term_id),
        with_minimum=count_with_minimum(round_.term_id),
        seat_towns=[town for town in list_towns() if town.code in codes] if codes else [],
    )
