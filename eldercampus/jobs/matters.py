"""What notices are about, read anew when they leave: whether they still hold, and facts in words.

subject is "offer:12", "placement:7", "application:3", "round:1" or "code:9". A batch is read in a
handful of queries, however many notices it has.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from eldercampus import clock
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.models import Session as Lesson
from eldercampus.db import Model, db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Offer,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.language import name_of, words
from eldercampus.language.hours import weekly_words
from eldercampus.language.notices import lapse_words, result_words
from eldercampus.notices.models import Notice
from eldercampus.people.models import SignInCode

Facts = dict[str, str]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Matters:
    """The rows behind a batch of notices, by id."""

    codes: dict[int, SignInCode]
    applications: dict[int, Application]
    rounds: dict[int, Round]
    placements: dict[int, Placement]
    offers: dict[int, Offer]
    sections: dict[int, Section]
    days: dict[int, tuple[date, date]]  # of the first and the last lesson, by section
    outcomes: dict[tuple[int, int], tuple[int, int]]  # (round, person) → seats held, lists


def read_matters(notices: Sequence[Notice]) -> Matters:
    """What stands in the database about them now."""
    ids: dict[str, set[int]] = {
        name: set() for name in ("code", "application", "round", "placement", "offer")
    }
    for notice in notices:
        ids[notice.subject.partition(":")[0]].add(_number(notice))
    placements, offers = _rows(Placement, ids["placement"]), _rows(Offer, ids["offer"])
    section_ids = {one.section_id for one in placements.values()}
    section_ids |= {one.section_id for one in offers.values()}
    for notice in notices:
        if notice.kind == "merged":
            section_ids |= {int(notice.facts["section"]), int(notice.facts["listed"])}
    people = {n.person_id for n in notices if n.subject.startswith("round:")}
    return Matters(
        codes=_rows(SignInCode, ids["code"]),
        applications=_rows(Application, ids["application"], joinedload(Application.round)),
        rounds=_rows(Round, ids["round"]),
        placements=placements,
        offers=offers,
        sections=_rows(
            Section,
            section_ids,
            joinedload(Section.course),
            joinedload(Section.campus),
            selectinload(Section.meetings),
        ),
        days=_days(section_ids),
        outcomes=_outcomes(ids["round"], {one for one in people if one is not None}),
    )


def _number(notice: Notice) -> int:
    return int(notice.subject.partition(":")[2])


def _rows(model: type[Row], ids: Collection[int], *options: Any) -> dict[int, Row]:
    if not ids:
        return {}
    number: Any = model.__mapper__.primary_key[0]
    rows = db.session.scalars(select(model).where(number.in_(ids)).options(*options))
    return {row.id: row for row in rows}  # type: ignore[attr-defined]


def _days(section_ids: Collection[int]) -> dict[int, tuple[date, date]]:
    if not section_ids:
        return {}
    query = (
        select(Lesson.section_id, func.min(Lesson.held_on), func.max(Lesson.held_on))
        .where(Lesson.section_id.in_(section_ids), Lesson.state == "planned")
        .group_by(Lesson.section_id)
    )
    return {section_id: (first, last) for section_id, first, last in db.session.execute(query)}


def _outcomes(
    round_ids: Collection[int], person_ids: Collection[int]
) -> dict[tuple[int, int], tuple[int, int]]:
    if not round_ids:
        return {}
    held = _counts(Placement, Placement.state.in_(HOLDING), round_ids, person_ids)
    waiting = _counts(WaitlistEntry, WaitlistEntry.state == "waiting", round_ids, person_ids)
    return {key: (held.get(key, 0), waiting.get(key, 0)) for key in {*held, *waiting}}


def _counts(
    model: type[Placement] | type[WaitlistEntry],
    condition: Any,
    round_ids: Collection[int],
    person_ids: Collection[int],
) -> dict[tuple[int, int], int]:
    query = (
        select(model.round_id, model.person_id, func.count())
        .where(condition, model.round_id.in_(round_ids), model.person_id.in_(person_ids))
        .group_by(model.round_id, model.person_id)
    )
    return {
        (round_id, person_id): count for round_id, person_id, count in db.session.execute(query)
    }


def still_holds(notice: Notice, matters: Matters, now: datetime) -> str:
    """ "" or why the notice is dropped: the matter is over, or was answered meanwhile."""
    check = CHECKS.get(notice.kind)
    return check(_number(notice), matters, now) if check else ""


def _offer_open(number: int, matters: Matters, now: datetime) -> str:
    offer = matters.offers.get(number)
    return "" if offer and offer.state == "live" and offer.ends_at >= now else "answered"


def _still_awaiting(number: int, matters: Matters, now: datetime) -> str:
    placement = matters.placements.get(number)
    due = placement and placement.state == "awaiting" and placement.confirm_by_at
    return "" if due and due > now else "answered"


def _before_first_lesson(number: int, matters: Matters, now: datetime) -> str:
    days, today = _days_of_seat(number, matters), now.astimezone(clock.SHANGHAI).date()
    return "seat_gone" if days is None else "" if days[0] > today else "over"


def _until_last_lesson(number: int, matters: Matters, now: datetime) -> str:
    days, today = _days_of_seat(number, matters), now.astimezone(clock.SHANGHAI).date()
    return "seat_gone" if days is None else "" if days[1] >= today else "over"


def _days_of_seat(number: int, matters: Matters) -> tuple[date, date] | None:
    """None once the seat is gone, or where the class has no lesson any more."""
    placement = matters.placements.get(number)
    if placement is None or placement.state not in HOLDING:
        return None
    return matters.days.get(placement.section_id)


def _code_good(number: int, matters: Matters, _now: datetime) -> str:
    code = matters.codes.get(number)
    good = code is not None and code.used_at is None and code.ends_at > clock.wall_now()
    return "" if good else "used"


CHECKS: dict[str, Callable[[int, Matters, datetime], str]] = {
    "offer_made": _offer_open,
    "confirmation_due": _still_awaiting,
    "first_lesson": _before_first_lesson,
    "class_changed": _until_last_lesson,
    "offer_changed": _offer_open,
    "sign_in_code": _code_good,
}


def facts_of(notice: Notice, matters: Matters, public_url: str) -> Facts:
    """The words that the kind's text needs beside name, school, phone and link."""
    facts = FACTS[notice.kind](notice, matters)
    if "token" in notice.facts:
        facts["link"] = f"{public_url}/offers/{notice.facts['token']}"
    if "round_page" in notice.facts:
        facts["link"] = f"{public_url}/rounds/{notice.facts['round_page']}"
    return facts


def _code(notice: Notice, _matters: Matters) -> Facts:
    return {"code": str(notice.facts["code"])}


def _application(notice: Notice, matters: Matters) -> Facts:
    application = matters.applications[_number(notice)]
    return {
        "round": name_of(application.round),
        "receipt": application.receipt or "",
        "until": words.moment_words(application.round.closes_at),
    }


def _merged(notice: Notice, matters: Matters) -> Facts:
    """listed: the class that is not held, by its course and its hours."""
    before = _section(int(notice.facts["listed"]), matters)
    listed = f"{before['section']} {before['when']}"
    return {**_section(int(notice.facts["section"]), matters), "listed": listed}


def _result(notice: Notice, matters: Matters) -> Facts:
    round_ = matters.rounds[_number(notice)]
    placed, waiting = matters.outcomes.get((round_.id, notice.person_id or 0), (0, 0))
    return {"round": name_of(round_), "result": result_words(placed, waiting)}


def _cancelled(notice: Notice, matters: Matters) -> Facts:
    return {"round": name_of(matters.rounds[_number(notice)])}


def _placement(notice: Notice, matters: Matters) -> Facts:
    placement = matters.placements[_number(notice)]
    facts = _section(placement.section_id, matters)
    if placement.confirm_by_at:
        facts["until"] = words.moment_words(placement.confirm_by_at)
    return facts


def _offer(notice: Notice, matters: Matters) -> Facts:
    offer = matters.offers[_number(notice)]
    facts = _section(offer.section_id, matters)
    facts["until"] = words.moment_words(offer.ends_at)
    facts["result"] = lapse_words(bool(notice.facts.get("still_waiting")))
    return facts


def _section(section_id: int, matters: Matters) -> Facts:
    section, days = matters.sections[section_id], matters.days.get(section_id)
    return {
        "section": name_of(section.course),
        "place": name_of(section.campus),
        "when": weekly_words(section.meetings),
        "starts": words.date_words(days[0]) if days else "",
    }


FACTS: dict[str, Callable[[Notice, Matters], Facts]] = {
    "sign_in_code": _code,
    "application_receipt": _application,
    "application_withdrawn": _application,
    "result_published": _result,
    "confirmation_due": _placement,
    "placement_lapsed": _placement,
    "merged": _merged,
    "seat_given": _placement,
    "seat_taken": _placement,
    "first_lesson": _placement,
    "offer_made": _offer,
    "offer_lapsed": _offer,
    "class_changed": _placement,
    "offer_changed": _offer,
    "round_cancelled": _cancelled,
}
