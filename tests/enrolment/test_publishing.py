"""Publishing: every number of the result stands in the tables, and nothing else does."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from eldercampus.audit.chain import broken_links
from eldercampus.catalogue.models import Reserve, Section
from eldercampus.db import transaction
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
from eldercampus.enrolment.offers import accept_offer
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.runs import get_final_run, unpacked
from eldercampus.errors import DomainError
from eldercampus.notices.models import Notice
from eldercampus.people.models import Person
from tests.enrolment import steps
from tests.enrolment.market import final_run
from tests.world import NOW, World, build_world

CAST = ("Zhao", "Qian", "Sun", "Li", "Zhou", "Wu")


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Drawn: six want S-001 (two seats, one of them for West), two want S-006 that needs three."""
    built = build_world()
    with transaction():
        db.session.add(
            Reserve(section_id=built.sections["S-001"], position=1, kind="town:330213100", count=1)
        )
    steps.opened(built)
    for name in CAST:
        steps.applied(built, name, "S-001 S-003", wants=2)
    with transaction():
        db.session.get_one(Section, built.sections["S-003"]).capacity = 1
    steps.closed(built)
    steps.frozen(built)
    steps.drawn(built)
    return built


def result_of(world: World) -> dict[str, Any]:
    run = get_final_run(world.round_id)
    assert run.result is not None
    return dict(json.loads(unpacked(run.result)))


def names_of(world: World, db: SQLAlchemy) -> tuple[dict[int, str], dict[int, str]]:
    """(learner id by person id, section code by id)."""
    learners = dict(db.session.execute(select(Learner.person_id, Learner.code)).tuples().all())
    return learners, {section_id: code for code, section_id in world.sections.items()}


def test_placements_are_those_of_the_result(world: World, db: SQLAlchemy) -> None:
    round_ = steps.published(world)
    result = result_of(world)
    learners, sections = names_of(world, db)
    placements = db.session.scalars(select(Placement)).all()
    stored = {(learners[p.person_id], sections[p.section_id], p.seat) for p in placements}
    drawn = {(p["learner"], p["section"], p["seat"]) for p in result["placements"]}
    assert stored == drawn
    assert len(drawn) == len(placements) == 3
    assert "t1" in {p.seat for p in placements}
    for placement in placements:
        assert (placement.state, placement.origin) == ("awaiting", "draw")
        assert placement.confirm_by_at == round_.confirm_by_at
    counts = Counter(sections[p.section_id] for p in placements)
    for section in db.session.scalars(select(Section)):
        assert section.taken == counts[section.code]
    assert (round_.state, round_.published_at) == ("published", round_.publishes_at)


def in_any_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_cutoffs_closings_queues_and_reasons_too(world: World, db: SQLAlchemy) -> None:
    steps.published(world)
    result = result_of(world)
    learners, sections = names_of(world, db)
    cutoffs = [
        {
            "section": sections[row.section_id],
            "round": row.round,
            "seat": row.seat,
            "key": row.key,
            "refused": row.refused,
        }
        for row in db.session.scalars(select(Cutoff))
    ]
    assert in_any_order(cutoffs) == in_any_order(result["cutoffs"])
    closed = [
        {
            "section": sections[row.section_id],
            "enrolled": row.enrolled,
            "minimum": row.minimum,
        }
        for row in db.session.scalars(select(ClosedSection))
    ]
    assert closed == result["closed"] == [{"section": "S-006", "enrolled": 0, "minimum": 3}]
    states = dict(db.session.execute(select(Section.code, Section.state)).tuples().all())
    assert [code for code, state in states.items() if state == "closed"] == ["S-006"]
    reasons = [
        {
            "learner": learners[row.person_id],
            "section": sections[row.section_id],
            "code": row.code,
            **row.facts,
        }
        for row in db.session.scalars(select(Reason))
    ]
    assert in_any_order(reasons) == in_any_order(result["reasons"])
    assert len(reasons) == 12
    assert {reason["code"] for reason in reasons} >= {"placed", "below_cutoff"}
    assert any("waitlist" in reason for reason in reasons)
    queues: dict[str, set[str]] = {code: set() for code in result["waitlists"]}
    for entry in db.session.scalars(select(WaitlistEntry)):
        queues[sections[entry.section_id]].add(learners[entry.person_id])
        assert (entry.state, entry.late) == ("waiting", False)
        assert entry.rank == (1 if sections[entry.section_id] == "S-001" else 2)
    assert queues == {code: set(line) for code, line in result["waitlists"].items()}


def test_everybody_is_told_once(world: World, db: SQLAlchemy) -> None:
    steps.published(world)
    query = select(Notice).where(Notice.kind == "result_published")
    notices = db.session.scalars(query).all()
    assert sorted(n.person_id or 0 for n in notices) == sorted(world.people[n] for n in CAST)
    assert {notice.subject for notice in notices} == {f"round:{world.round_id}"}
    assert {notice.state for notice in notices} == {"queued"}


def test_a_second_time_is_refused(world: World, db: SQLAlchemy) -> None:
    at = steps.published(world).publishes_at
    with pytest.raises(DomainError, match="illegal_transition"), transaction():
        publish_round(world.round_id, now=at, account_id=world.accounts["officer"])
    assert db.session.scalar(select(func.count(Placement.id))) == 3
    assert list(broken_links()) == []


def test_who_withdrew_after_the_close_makes_room(world: World, db: SQLAlchemy) -> None:
    """The seat goes through release_seats: the next on the list is offered it at once."""
    result = result_of(world)
    learners, _ = names_of(world, db)
    people = {code: person_id for person_id, code in learners.items()}
    winner = next(p["learner"] for p in result["placements"] if p["seat"] == "open")
    gone = people[winner]
    theirs = select(Application).where(Application.person_id == gone)
    after_close = steps.round_of(world).freezes_at
    with transaction():
        db.session.scalars(theirs).one().withdrawn_at = after_close
    steps.published(world)
    assert db.session.scalars(theirs).one().state == "withdrawn"
    placement = db.session.scalars(select(Placement).where(Placement.person_id == gone)).all()
    assert {(p.state, p.ended_why) for p in placement} == {("declined", "application_withdrawn")}
    waiting = select(WaitlistEntry).where(WaitlistEntry.person_id == gone)
    assert db.session.scalars(waiting).all() == []
    told = select(Notice).where(Notice.kind == "result_published", Notice.person_id == gone)
    assert db.session.scalars(told).all() == []
    offers = db.session.scalars(select(Offer)).all()
    assert offers
    assert gone not in {offer.person_id for offer in offers}
    for section in db.session.scalars(select(Section)):
        assert section.taken <= section.capacity


def test_who_has_died_since_is_not_placed_and_not_told(world: World, db: SQLAlchemy) -> None:
    result = result_of(world)
    learners, _ = names_of(world, db)
    people = {code: person_id for person_id, code in learners.items()}
    gone = people[next(p["learner"] for p in result["placements"] if p["seat"] == "open")]
    with transaction():
        db.session.get_one(Person, gone).died_on = NOW.date()
    at = steps.published(world).publishes_at
    row = db.session.scalars(select(Application).where(Application.person_id == gone)).one()
    assert (row.state, row.withdrawn_at) == ("withdrawn", at)
    placements = db.session.scalars(select(Placement).where(Placement.person_id == gone)).all()
    assert {one.state for one in placements} == {"declined"}
    for model in (WaitlistEntry, Offer, Notice):
        theirs = select(func.count(model.id)).where(model.person_id == gone)
        assert db.session.scalar(theirs) == 0
    assert db.session.scalars(select(Offer)).all()  # the seat went on


def test_a_seat_that_is_offered_stays_offered(world: World, db: SQLAlchemy) -> None:
    """Rounds frozen before this hindered freezing: who has an offer keeps the place it rests on."""
    waits = result_of(world)["waitlists"]["S-003"][0]
    learners, _ = names_of(world, db)
    person_id = next(one for one, code in learners.items() if code == waits)
    earlier = _second_round(db, steps.round_of(world))
    row = {"person_id": person_id, "section_id": world.sections["S-003"], "round_id": earlier.id}
    with transaction():
        entry = WaitlistEntry(rank=1, joined_at=NOW, **row)
        db.session.add(entry)
        db.session.add(final_run(earlier.id))
        db.session.add(Learner(round_id=earlier.id, person_id=person_id, code="L-earlier"))
        application = {"round_id": earlier.id, "person_id": person_id, "state": "submitted"}
        moments = dict.fromkeys(("created_at", "changed_at", "submitted_at"), NOW)
        listed = [Choice(section_id=row["section_id"], rank=1)]
        db.session.add(Application(choices=listed, **application, **moments))
        section = db.session.get_one(Section, world.sections["S-003"])
        section.capacity, section.taken = 2, 1
        db.session.flush()
        offer = Offer(entry_id=entry.id, seat="open", token="t", made_at=NOW, **row)
        offer.ends_at = NOW + timedelta(days=90)
        db.session.add(offer)
        earlier.state, earlier.rules = "published", steps.round_of(world).rules
    at = steps.published(world).publishes_at
    query = select(WaitlistEntry).where(
        WaitlistEntry.person_id == person_id,
        WaitlistEntry.section_id == world.sections["S-003"],
        WaitlistEntry.state == "waiting",
    )
    assert [one.id for one in db.session.scalars(query)] == [entry.id]
    with transaction():
        accept_offer(offer.id, now=at)


def test_a_list_named_a_section_that_was_closed_before_the_freezing(db: SQLAlchemy) -> None:
    built = build_world()
    steps.opened(built)
    steps.applied(built, "Zhao", "S-002 S-001")
    steps.closed(built)
    with transaction():
        db.session.get_one(Section, built.sections["S-002"]).state = "closed"
    steps.frozen(built)
    steps.drawn(built)
    steps.published(built)
    reasons = {row.section_id: (row.code, row.facts) for row in db.session.scalars(select(Reason))}
    assert reasons[built.sections["S-002"]] == ("closed", {"enrolled": 0, "minimum": 0})
    assert reasons[built.sections["S-001"]][0] == "placed"


def test_seats_that_went_elsewhere_stop_everything(world: World, db: SQLAlchemy) -> None:
    """A guard that should never act: the file counted on seats that are no longer free."""
    steps.approved(world)
    with transaction():
        db.session.get_one(Section, world.sections["S-003"]).capacity = 0
    at = steps.round_of(world).publishes_at
    with pytest.raises(DomainError, match="seats_changed"), transaction():
        publish_round(world.round_id, now=at, account_id=None)
    assert steps.round_of(world).state == "drawn"
    assert db.session.scalars(select(Placement)).all() == []
    assert db.session.scalars(select(Notice)).all() == []


def test_a_second_round_of_the_term_counts_what_is_held(world: World, db: SQLAlchemy) -> None:
    """Waiting in the first round gives way to waiting in the second; labels keep their meaning."""
    first = steps.published(world)
    waited = {
        (entry.person_id, entry.section_id)
        for entry in db.session.scalars(
            select(WaitlistEntry).where(WaitlistEntry.state == "waiting")
        )
    }
    second = _second_round(db, first)
    world.round_id = second.id
    steps.opened(world, secret=2)
    for name in ("Zhao", "Qian", "Sun"):
        steps.applied(world, name, "S-001 S-002", receipt=f"second-{name}")
    steps.closed(world)
    assert steps.frozen(world).tag_names == first.tag_names
    steps.drawn(world)
    steps.published(world)
    pairs = Counter(
        (entry.person_id, entry.section_id)
        for entry in db.session.scalars(
            select(WaitlistEntry).where(WaitlistEntry.state == "waiting")
        )
    )
    assert set(pairs.values()) == {1}
    assert waited <= set(pairs)
    taken = dict(db.session.execute(select(Section.id, Section.taken)).tuples().all())
    held = Counter(db.session.scalars(select(Placement.section_id)))
    held.update(db.session.scalars(select(Offer.section_id).where(Offer.state == "live")))
    assert {section: n for section, n in taken.items() if n} == dict(held)


def _second_round(db: SQLAlchemy, first: Round) -> Round:
    moments = ("opens_at", "closes_at", "freezes_at", "draws_at", "publishes_at", "confirm_by_at")
    later = first.publishes_at - first.opens_at
    second = Round(
        code="2027-spring-2",
        term_id=first.term_id,
        name="第二批",
        **{name: getattr(first, name) + later for name in moments},
    )
    with transaction():
        db.session.add(second)
    return second
