"""What notices are about, read anew when they leave, and whether they still hold.

subject is "offer:12", "placement:7", "application:3", "round:1", "code:9" or "representation:5";
facts["about"] names a second one: what was done in somebody's name, or is asked for. A batch is
read in a handful of queries, however many notices it has.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
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
from eldercampus.notices.models import Notice
from eldercampus.people.models import RelationRequest, Representation, SignInCode

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Matters:
    """The rows behind a batch of notices, by id."""

    codes: dict[int, SignInCode]
    applications: dict[int, Application]
    rounds: dict[int, Round]
    placements: dict[int, Placement]
    offers: dict[int, Offer]
    representations: dict[int, Representation]
    relations: dict[int, RelationRequest]
    sections: dict[int, Section]
    days: dict[int, tuple[date, date]]  # of the first and the last lesson, by section
    outcomes: dict[tuple[int, int], tuple[int, int]]  # (round, person) → seats held, lists


def read_matters(notices: Sequence[Notice]) -> Matters:
    """What stands in the database about them now."""
    ids: dict[str, set[int]] = defaultdict(set)
    for notice in notices:
        for kind, number in _subjects(notice):
            ids[kind].add(number)
    placements, offers = _rows(Placement, ids["placement"]), _rows(Offer, ids["offer"])
    section_ids = {one.section_id for one in placements.values()}
    section_ids |= {one.section_id for one in offers.values()} | ids["section"]
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
        representations=_rows(
            Representation,
            ids["representation"],
            joinedload(Representation.person),
            joinedload(Representation.account),
        ),
        relations=_rows(RelationRequest, ids["relation"], joinedload(RelationRequest.account)),
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


def number_of(notice: Notice) -> int:
    """The 12 of "offer:12"."""
    return int(notice.subject.partition(":")[2])


def _subjects(notice: Notice) -> Iterator[tuple[str, int]]:
    """What the notice is about, and what the deed was about that it tells of."""
    for subject in filter(None, (notice.subject, notice.facts.get("about"))):
        kind, _sep, number = subject.partition(":")
        yield kind, int(number)


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
    return check(number_of(notice), matters, now) if check else ""


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


def _still_given(number: int, matters: Matters, _now: datetime) -> str:
    row = matters.representations.get(number)
    return "" if row and row.ended_at is None else "ended"


CHECKS: dict[str, Callable[[int, Matters, datetime], str]] = {
    "offer_made": _offer_open,
    "confirmation_due": _still_awaiting,
    "first_lesson": _before_first_lesson,
    "class_changed": _until_last_lesson,
    "offer_changed": _offer_open,
    "sign_in_code": _code_good,
    "relation_code": _code_good,
    "relation_given": _still_given,
}
