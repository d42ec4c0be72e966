"""What the round's page for staff shows: steps, things to do, numbers, the draw that is running."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from eldercampus.approvals.models import Approval
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import sections_by_id
from eldercampus.enrolment.drawing import find_draw_task
from eldercampus.enrolment.late_paper_queries import count_open_late_papers
from eldercampus.enrolment.models import Round, Run
from eldercampus.enrolment.publishing_approval import find_publishing_approval
from eldercampus.enrolment.round_figures import (
    Demand,
    Figures,
    count_by_channel,
    count_by_day,
    count_offers_by_section,
    count_tags_to_check,
    get_figures,
    list_demand,
)
from eldercampus.enrolment.round_steps import NEXT_STEP, count_open_pairs, hindrances
from eldercampus.enrolment.runs import find_latest_run
from eldercampus.enrolment.states import GATHERING
from eldercampus.language import sentence
from eldercampus.language.words import local
from eldercampus.people.accounts import accounts_by_id
from eldercampus.people.models import Account
from eldercampus.tasks.models import UNDER_WAY, Task
from eldercampus.web.staff.step_line import step_items

_DAYS_SHOWN = 10
_SAID = ("too_early", "approval_missing")  # hindrances that the page tells in its own words
_MOST_WANTED = 8


@dataclass(frozen=True)
class Wish:
    """A section and how many want it."""

    section: Section
    demand: Demand
    closed: bool  # by the latest dry run


@dataclass(frozen=True)
class Board:
    """Everything the page shows of one round. next_step: "" where there is none; may_step: whether
    nothing stands in its way; hindrances: sentences about what does, but for the time of day, which
    the page says anyway."""

    round: Round
    steps: list[dict[str, str]]
    next_step: str
    may_step: bool
    hindrances: list[str]
    figures: Figures
    days: list[dict[str, Any]]
    channels: list[tuple[str, int]]
    wanted: list[Wish]
    at_risk: list[Wish]
    open_pairs: int
    offers: list[tuple[Section, int]]  # classes with seats that are offered and not answered
    tags: int
    late_papers: int  # forms that wait for a second person
    task: Task | None
    dry_run: Run | None
    final_run: Run | None
    approval: Approval | None  # of publishing, the latest asked for
    names: dict[int, Account]  # who asked and who decided

    @property
    def busy(self) -> bool:
        """A draw waits or runs."""
        return self.task is not None and self.task.state in UNDER_WAY

    @property
    def gathering(self) -> bool:
        """Applications can still change: dry runs and preparations make sense."""
        return self.round.state in GATHERING


def build_board(round_: Round, now: datetime) -> Board:
    next_step = NEXT_STEP.get(round_.state, "")
    errors = hindrances(round_, next_step, now) if next_step else []
    days = count_by_day(round_.id)
    approval = find_publishing_approval(round_) if round_.drawn_at else None
    dry_run = find_latest_run(round_.id, "dry")
    wanted, at_risk = _wishes(list_demand(round_), dry_run)
    return Board(
        round=round_,
        steps=step_items(round_),
        next_step=next_step,
        may_step=bool(next_step) and not errors,
        hindrances=[sentence(error) for error in errors if error.code not in _SAID],
        figures=get_figures(round_),
        days=_bars(days, now),
        channels=count_by_channel(round_.id),
        wanted=wanted,
        at_risk=at_risk,
        open_pairs=count_open_pairs(round_.id),
        offers=_offers(round_.term_id),
        tags=count_tags_to_check(round_.id),
        late_papers=count_open_late_papers(round_.id),
        task=find_draw_task(round_.id),
        dry_run=dry_run,
        final_run=find_latest_run(round_.id, "final"),
        approval=approval,
        names=accounts_by_id([approval.asked_by_id, approval.decided_by_id]) if approval else {},
    )


def _bars(days: Sequence[tuple[date, int]], now: datetime) -> list[dict[str, Any]]:
    """The last ten days on which something came, for charts.bar_chart and the table below it."""
    today = local(now).date()
    return [
        {"label": str(day.day), "day": day, "value": count, "now": day == today}
        for day, count in days[-_DAYS_SHOWN:]
    ]


def _offers(term_id: int) -> list[tuple[Section, int]]:
    counts = count_offers_by_section(term_id)
    sections = sections_by_id(counts)
    return [(sections[section_id], count) for section_id, count in counts.items()]


def _wishes(demand: list[Demand], dry_run: Run | None) -> tuple[list[Wish], list[Wish]]:
    """(most wanted, at risk): most persons for each seat; too few by the lists or the dry run."""
    closed = {entry["section"] for entry in dry_run.summary["closed"]} if dry_run else set()
    wanted = sorted(
        (one for one in demand if one.listed), key=lambda one: (-one.pressure, one.code)
    )[:_MOST_WANTED]
    at_risk = sorted(
        (one for one in demand if one.at_risk or one.code in closed),
        key=lambda one: (one.listed / max(one.minimum, 1), one.code),
    )
    sections = sections_by_id(one.section_id for one in [*wanted, *at_risk])

    def wishes(rows: list[Demand]) -> list[Wish]:
        return [Wish(sections[one.section_id], one, one.code in closed) for one in rows]

    return wishes(wanted), wishes(at_risk)
