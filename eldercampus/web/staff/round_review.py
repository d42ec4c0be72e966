"""What dry runs say before the list is fixed: classes at risk, whom that touches, two compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section, list_sections
from eldercampus.enrolment.comparing import compare
from eldercampus.enrolment.decision_queries import (
    ids_that_can_be_undone,
    list_decisions,
    sections_of,
)
from eldercampus.enrolment.drawing import dry_name
from eldercampus.enrolment.learners import people_by_code
from eldercampus.enrolment.models import Round, RoundDecision, Run
from eldercampus.enrolment.reviewing import classes_at_risk
from eldercampus.enrolment.round_queries import get_round
from eldercampus.enrolment.run_outcome import Outcome, outcome_of
from eldercampus.enrolment.runs import find_latest_dry_run, get_dry_run, list_dry_runs, unpacked
from eldercampus.enrolment.states import GATHERING
from eldercampus.language.decisions import change_words
from eldercampus.people.accounts import accounts_by_id
from eldercampus.people.models import Person
from eldercampus.people.queries import persons_by_id
from eldercampus.web.access import allow, may
from eldercampus.web.downloads import JSON, attachment
from eldercampus.web.numbers import whole_number

pages = Blueprint("round_review", __name__, url_prefix="/staff/rounds/<code>")

_MOST_WANTED = 8


@dataclass(frozen=True)
class Names:
    """Sections by code and persons by learner id; no persons for who may not see them."""

    sections: dict[str, Section]
    people: dict[str, Person]


@pages.get("/review")
@allow("round.see")
def review(code: str) -> ResponseReturnValue:
    round_ = get_round(code)
    run = find_latest_dry_run(round_.id)
    decisions = list_decisions(round_.id)
    outcome = outcome_of(run) if run else None
    return render_template(
        "staff/round_review.html",
        round=round_,
        run=run,
        at_risk=classes_at_risk(outcome) if outcome else [],
        crowded=_crowded(outcome) if outcome else [],
        names=_names(round_),
        outdated=bool(run and decisions and decisions[0].made_at > run.made_at),
        **_decided(round_, decisions),
    )


@pages.get("/review/<int:section_id>")
@allow("round.see")
def touched(code: str, section_id: int) -> ResponseReturnValue:
    """Everybody who listed a class that would not be held; no page for one that would."""
    round_, section = get_round(code), get_section(section_id)
    run = find_latest_dry_run(round_.id)
    outcome = outcome_of(run) if run and section.term_id == round_.term_id else None
    at_risk = classes_at_risk(outcome) if outcome else []
    found = [one for one in at_risk if one.closing.section == section.code]
    if not found:
        abort(404)
    return render_template(
        "staff/round_touched.html",
        round=round_,
        section=section,
        run=run,
        risk=found[0],
        names=_names(round_, [one.learner for one in found[0].touched]),
    )


def _decided(round_: Round, decisions: list[RoundDecision]) -> dict[str, Any]:
    sections = sections_of(decisions)
    gathering = round_.state in GATHERING
    return {
        "decisions": decisions,
        "decided_sections": sections,
        "accounts": accounts_by_id(one.account_id for one in decisions),
        "change_words": change_words,
        "undoable": ids_that_can_be_undone(decisions, sections) if gathering else set(),
        "gathering": gathering,
    }


def _crowded(outcome: Outcome) -> list[tuple[str, int]]:
    """(section, persons left waiting), the longest lines first."""
    lines = [(code, count) for code, count in outcome.waiting.items() if count]
    return sorted(lines, key=lambda line: (-line[1], line[0]))[:_MOST_WANTED]


def _names(round_: Round, learners: Iterable[str] = ()) -> Names:
    """Of all classes, and of these learners."""
    sections = {section.code: section for section in list_sections(round_.term_id)}
    wanted = set(learners)
    if not wanted or not may("person.see"):
        return Names(sections, {})
    ids = {code: n for code, n in people_by_code(round_).items() if code in wanted}
    people = persons_by_id(ids.values())
    return Names(sections, {code: people[person_id] for code, person_id in ids.items()})


@pages.get("/dry-runs")
@allow("round.see")
def dry_runs(code: str) -> ResponseReturnValue:
    round_ = get_round(code)
    runs = list_dry_runs(round_.id)
    return render_template(
        "staff/dry_runs.html",
        round=round_,
        runs=[run for run in runs if "number" in run.facts],
        accounts=accounts_by_id(run.asked_by_id for run in runs),
    )


@pages.get("/dry-runs/<int:number>/<any(round, result):part>.json")
@allow("round.check")
def dry_file(code: str, number: int, part: str) -> ResponseReturnValue:
    """For who wants to look closer; every name in it says that it is a dry run."""
    run = get_dry_run(get_round(code).id, number)
    kept = run.input if part == "round" else run.result
    if kept is None:
        abort(404)
    return attachment(unpacked(kept), f"{dry_name(code, number)}.{part}.json", JSON)


@pages.get("/compare")
@allow("round.see")
def comparison(code: str) -> ResponseReturnValue:
    round_ = get_round(code)
    first, second = _chosen_runs(round_, ("a", "b"))
    found = compare(outcome_of(first), outcome_of(second))
    changes = [*found.gaining, *found.losing, *found.elsewhere]
    return render_template(
        "staff/round_compare.html",
        round=round_,
        before=first,
        after=second,
        found=found,
        names=_names(round_, [one.learner for one in changes]),
    )


def _chosen_runs(round_: Round, names: Iterable[str]) -> list[Run]:
    numbers = [request.args.get(name, type=whole_number) for name in names]
    return [get_dry_run(round_.id, number) if number else abort(404) for number in numbers]
