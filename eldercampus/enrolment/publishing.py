"""Publishing: the drawn result becomes placements, queues, reasons and news, all at once.

Only the final run of a drawn round is read here, so a dry run can never be published.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update

from eldercampus.catalogue.models import Section
from eldercampus.db import db, insert_rows, rows_changed
from eldercampus.enrolment.models import (
    Application,
    Choice,
    ClosedSection,
    Cutoff,
    Learner,
    Offer,
    Placement,
    Reason,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.returning import leave_unwanted
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.round_steps import take_step
from eldercampus.enrolment.runs import file_of, get_final_run, result_of
from eldercampus.enrolment.seats import lock_seats, release_seats, settle_vacancies
from eldercampus.errors import DomainError
from eldercampus.notices.outbox import queue_notices
from eldercampus.people.models import Person


@dataclass(frozen=True)
class _Outcome:
    """The result with the rows that its ids mean."""

    round: Round
    run_id: int
    file: dict[str, Any]
    result: dict[str, Any]
    people: dict[str, int]  # person by learner id
    sections: dict[str, int]  # section by code
    withdrawn: set[int]  # persons who took their application back after the close, or died
    now: datetime


def publish_round(round_id: int, *, now: datetime, account_id: int | None) -> Round:
    """Writes what the draw gave and tells everybody. Refused: illegal_transition, too_early,
    seats_changed (a section has fewer free seats than the file counted on)."""
    lock_seats(get_round_by_id(round_id).term_id)
    round_ = take_step(round_id, "publish", now=now, account_id=account_id)
    found = _read(round_, now)
    _place(found)
    _close_sections(found)
    insert_rows(Cutoff, _cutoffs(found))
    insert_rows(Reason, _reasons(found))
    _queue(found)
    _leave_unwanted(found)
    _remember_demand(found)
    _withdraw_applications(found)
    queue_notices(
        "result_published",
        sorted(set(found.people.values()) - found.withdrawn),
        subject=f"round:{round_.id}",
        now=now,
        round=round_.code,
    )
    freed = [
        (found.sections[entry["section"]], str(entry["seat"]))
        for entry in found.result["placements"]
        if found.people[entry["learner"]] in found.withdrawn
    ]
    release_seats(freed, now=now)
    settle_vacancies(round_.term_id, now)
    return round_


def _read(round_: Round, now: datetime) -> _Outcome:
    run = get_final_run(round_.id)
    learners = select(Learner.code, Learner.person_id).where(Learner.round_id == round_.id)
    sections = select(Section.code, Section.id).where(Section.term_id == round_.term_id)
    return _Outcome(
        round=round_,
        run_id=run.id,
        file=file_of(run),
        result=result_of(run),
        people=dict(db.session.execute(learners).tuples().all()),
        sections=dict(db.session.execute(sections).tuples().all()),
        withdrawn=set(db.session.scalars(_withdrawn_by_now(round_.id))),
        now=now,
    )


def _withdrawn_by_now(round_id: int) -> Select[tuple[int]]:
    return (
        select(Application.person_id)
        .join(Person, Person.id == Application.person_id)
        .where(
            Application.round_id == round_id,
            Application.state == "submitted",
            or_(Application.withdrawn_at.is_not(None), Person.died_on.is_not(None)),
        )
    )


def _place(found: _Outcome) -> None:
    """Everybody placed takes the seat; who has withdrawn gives it back through release_seats."""
    for code, count in Counter(p["section"] for p in found.result["placements"]).items():
        step = (
            update(Section)
            .where(
                Section.id == found.sections[code],
                Section.state == "open",
                Section.taken + count <= Section.capacity,
            )
            .values(taken=Section.taken + count)
            .execution_options(synchronize_session=False)
        )
        if rows_changed(step) != 1:
            raise DomainError("seats_changed", section=code)
    insert_rows(Placement, _placements(found))


def _placements(found: _Outcome) -> Iterator[dict[str, Any]]:
    for entry in found.result["placements"]:
        person_id = found.people[entry["learner"]]
        gone = person_id in found.withdrawn
        yield {
            "round_id": found.round.id,
            "person_id": person_id,
            "section_id": found.sections[entry["section"]],
            "state": "declined" if gone else "awaiting",
            "seat": entry["seat"],
            "origin": "draw",
            "placed_at": found.now,
            "confirm_by_at": found.round.confirm_by_at,
            "ended_at": found.now if gone else None,
            "ended_why": "application_withdrawn" if gone else "",
        }


def _close_sections(found: _Outcome) -> None:
    closed = [
        {
            "run_id": found.run_id,
            "section_id": found.sections[entry["section"]],
            "enrolled": entry["enrolled"],
            "minimum": entry["minimum"],
        }
        for entry in found.result["closed"]
    ]
    insert_rows(ClosedSection, closed)
    ids = [row["section_id"] for row in closed]
    db.session.execute(update(Section).where(Section.id.in_(ids)).values(state="closed"))
    db.session.execute(
        update(WaitlistEntry)
        .where(WaitlistEntry.section_id.in_(ids), WaitlistEntry.state == "waiting")
        .values(state="closed", ended_at=found.now)
    )


def _cutoffs(found: _Outcome) -> Iterator[dict[str, Any]]:
    for entry in found.result["cutoffs"]:
        section_id = found.sections[entry["section"]]
        yield {**entry, "run_id": found.run_id, "section_id": section_id}


def _reasons(found: _Outcome) -> Iterator[dict[str, Any]]:
    """As in the result, and "closed" for a listed section that was closed before the freezing."""
    told: set[tuple[int, int]] = set()
    for entry in found.result["reasons"]:
        person_id = found.people[entry["learner"]]
        section_id = found.sections[entry["section"]]
        told.add((person_id, section_id))
        facts = {k: v for k, v in entry.items() if k not in ("learner", "section", "code")}
        yield _reason(found, person_id, section_id, entry["code"], facts)
    people = set(found.people.values())
    for person_id, section_id, minimum, _rank in db.session.execute(_listed(found.round.id)):
        if person_id in people and (person_id, section_id) not in told:
            facts = {"enrolled": 0, "minimum": minimum}
            yield _reason(found, person_id, section_id, "closed", facts)


def _reason(
    found: _Outcome, person_id: int, section_id: int, code: str, facts: dict[str, Any]
) -> dict[str, Any]:
    return {
        "run_id": found.run_id,
        "person_id": person_id,
        "section_id": section_id,
        "code": code,
        "facts": facts,
    }


def _listed(round_id: int) -> Select[Any]:
    return (
        select(Application.person_id, Choice.section_id, Section.minimum, Choice.rank)
        .join(Choice, Choice.application_id == Application.id)
        .join(Section, Section.id == Choice.section_id)
        .where(Application.round_id == round_id, Application.state == "submitted")
    )


def _queue(found: _Outcome) -> None:
    """Everybody who would still take a seat waits for it; an earlier round's place gives way, but
    for one that a seat is offered for: who has that offer waits there already."""
    ranks = {
        (person_id, section_id): rank
        for person_id, section_id, _minimum, rank in db.session.execute(_listed(found.round.id))
    }
    asked = set(db.session.execute(_live_offers(found.round.term_id)).tuples())
    rows: list[dict[str, Any]] = [
        {
            "round_id": found.round.id,
            "person_id": found.people[learner],
            "section_id": found.sections[code],
            "rank": ranks[found.people[learner], found.sections[code]],
            "late": False,
            "lapses": 0,
            "state": "waiting",
            "joined_at": found.now,
            "first_place": place,
            "first_length": len(line),
        }
        for code, line in found.result["waitlists"].items()
        for place, learner in enumerate(line, start=1)
        if found.people[learner] not in found.withdrawn
        and (found.people[learner], found.sections[code]) not in asked
    ]
    _leave_earlier_places({(row["person_id"], row["section_id"]) for row in rows}, found)
    insert_rows(WaitlistEntry, rows)


def _live_offers(term_id: int) -> Select[tuple[int, int]]:
    return (
        select(Offer.person_id, Offer.section_id)
        .join(Section, Section.id == Offer.section_id)
        .where(Section.term_id == term_id, Offer.state == "live")
    )


def _leave_earlier_places(pairs: set[tuple[int, int]], found: _Outcome) -> None:
    query = (
        select(WaitlistEntry.id, WaitlistEntry.person_id, WaitlistEntry.section_id)
        .join(Section, Section.id == WaitlistEntry.section_id)
        .where(Section.term_id == found.round.term_id, WaitlistEntry.state == "waiting")
    )
    ids = [
        entry_id
        for entry_id, person_id, section_id in db.session.execute(query)
        if (person_id, section_id) in pairs
    ]
    db.session.execute(
        update(WaitlistEntry)
        .where(WaitlistEntry.id.in_(ids))
        .values(state="left", ended_at=found.now)
    )


def _leave_unwanted(found: _Outcome) -> None:
    """Places from earlier rounds of those who have better seats since."""
    drawn = select(Placement.person_id).where(Placement.round_id == found.round.id)
    earlier = WaitlistEntry.round_id != found.round.id
    people = select(WaitlistEntry.person_id).where(earlier, WaitlistEntry.person_id.in_(drawn))
    leave_unwanted(found.round.term_id, people, found.now)


def _remember_demand(found: _Outcome) -> None:
    """For the class finder's "last time": how many listed each section, and for how many seats."""
    listed: dict[str, int] = defaultdict(int)
    for learner in found.file["learners"]:
        for code in learner["choices"]:
            listed[code] += 1
    for section in found.file["sections"]:
        db.session.execute(
            update(Section)
            .where(Section.id == found.sections[section["id"]])
            .values(last_time_applied=listed[section["id"]], last_time_seats=section["capacity"])
            .execution_options(synchronize_session=False)
        )


def _withdraw_applications(found: _Outcome) -> None:
    db.session.execute(
        update(Application)
        .where(
            Application.round_id == found.round.id,
            Application.state == "submitted",
            Application.person_id.in_(found.withdrawn),
        )
        .values(state="withdrawn", withdrawn_at=func.coalesce(Application.withdrawn_at, found.now))
        .execution_options(synchronize_session=False)
    )
