"""Two entries of one person, with what both hold in rounds."""

from datetime import timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import Section
from eldercampus.db import transaction
from eldercampus.enrolment import merging
from eldercampus.enrolment.merging import settle_same_persons
from eldercampus.enrolment.models import (
    Application,
    Choice,
    Learner,
    PaperForm,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.offers import lapse_offers_of
from eldercampus.errors import DomainError
from eldercampus.people.duplicates import Decision
from eldercampus.people.models import Person, SamePersonPair
from tests.enrolment.market import AFTER, RULE_VALUES, Market, final_run
from tests.enrolment.steps import applied
from tests.world import NOW, World, build_world

EARLIER, LATER = "Zhao", "Qian"  # as entered in the cast


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    world = build_world()
    with transaction() as session:
        session.get_one(Round, world.round_id).state = "open"
    return world


def _settle(world: World, decision: Decision = "same") -> None:
    first, second = sorted((world.people[EARLIER], world.people[LATER]))
    with transaction() as session:
        pair = SamePersonPair(first_id=first, second_id=second, why="birth_phone")
        session.add(pair)
        session.flush()
        pair_id = pair.id
    with transaction():
        officer = world.accounts["officer"]
        settle_same_persons(pair_id, decision, "one card", account_id=officer, now=NOW)


def _applications(
    db: SQLAlchemy, world: World, key: str
) -> list[tuple[str, str | None, list[int]]]:
    """(state, receipt, sections in order) of a person."""
    mine = select(Application).where(Application.person_id == world.people[key])
    listed = select(Choice.section_id).order_by(Choice.rank)
    return [
        (
            row.state,
            row.receipt,
            list(db.session.scalars(listed.where(Choice.application_id == row.id))),
        )
        for row in db.session.scalars(mine.order_by(Application.id))
    ]


def test_different_persons_keep_what_they_have(db: SQLAlchemy, world: World) -> None:
    applied(world, EARLIER, "S-001")
    applied(world, LATER, "S-002")
    _settle(world, "different")
    assert [state for state, *_ in _applications(db, world, EARLIER)] == ["submitted"]
    assert [state for state, *_ in _applications(db, world, LATER)] == ["submitted"]


def test_a_single_application_moves(db: SQLAlchemy, world: World) -> None:
    applied(world, LATER, "S-002 S-003", receipt="R-2")
    _settle(world)
    sections = [world.sections["S-002"], world.sections["S-003"]]
    assert _applications(db, world, EARLIER) == [("submitted", "R-2", sections)]
    assert _applications(db, world, LATER) == []


@pytest.mark.parametrize("newer", [EARLIER, LATER])
def test_of_two_applications_the_newer_counts(db: SQLAlchemy, world: World, newer: str) -> None:
    sections = {EARLIER: "S-001 S-003", LATER: "S-002"}
    for key, receipt in ((EARLIER, "R-1"), (LATER, "R-2")):
        handed_in = NOW - timedelta(days=1 if key == newer else 2)
        applied(world, key, sections[key], receipt=receipt, submitted_at=handed_in)
    _settle(world)
    (counts,), (gone,) = (_applications(db, world, key) for key in (EARLIER, LATER))
    older = LATER if newer == EARLIER else EARLIER
    of = {EARLIER: "R-1", LATER: "R-2"}
    ids = {key: [world.sections[code] for code in codes.split()] for key, codes in sections.items()}
    assert counts == ("submitted", of[newer], ids[newer])
    assert gone == ("withdrawn", of[older], ids[older])
    noted = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "application.withdraw")
    )
    assert "same_person" in noted.one().facts


def test_what_was_handed_in_beats_a_newer_draft(db: SQLAlchemy, world: World) -> None:
    draft: dict[str, Any] = {"state": "draft", "submitted_at": None, "receipt": None}
    applied(world, EARLIER, "", changed_at=NOW, draft={"wants": 1, "choices": []}, **draft)
    applied(world, LATER, "S-002", receipt="R-2")
    _settle(world)
    (counts,), (gone,) = (_applications(db, world, key) for key in (EARLIER, LATER))
    assert counts == ("submitted", "R-2", [world.sections["S-002"]])
    assert gone == ("draft", None, [])


@pytest.mark.parametrize("state", ["frozen", "drawn"])
def test_nobody_is_merged_while_a_round_is_drawn(db: SQLAlchemy, world: World, state: str) -> None:
    applied(world, LATER, "S-002")
    with transaction() as session:
        session.get_one(Round, world.round_id).state = state
    with pytest.raises(DomainError, match="merge_while_drawing"):
        _settle(world)
    assert db.session.get_one(Person, world.people[LATER]).merged_into_id is None


def test_an_application_taken_back_after_the_close_does_not_count(
    db: SQLAlchemy, world: World
) -> None:
    applied(world, EARLIER, "S-001", receipt="R-1", submitted_at=NOW - timedelta(days=7))
    applied(world, LATER, "S-002", receipt="R-2", withdrawn_at=NOW)
    with transaction() as session:
        session.get_one(Round, world.round_id).state = "closed"
    _settle(world)
    (counts,), (gone,) = (_applications(db, world, key) for key in (EARLIER, LATER))
    assert counts == ("submitted", "R-1", [world.sections["S-001"]])
    assert gone[:2] == ("withdrawn", "R-2")
    mine = select(Application.withdrawn_at).where(Application.person_id == world.people[EARLIER])
    assert db.session.scalars(mine).one() is None


def test_late_paper_counts_by_its_stamp(db: SQLAlchemy, world: World) -> None:
    stamp: dict[str, Any] = {"channel": "paper", "arrived_at": NOW - timedelta(days=3)}
    applied(world, EARLIER, "S-001", receipt="R-1", submitted_at=NOW, **stamp)
    applied(world, LATER, "S-002", receipt="R-2", submitted_at=NOW - timedelta(days=1))
    _settle(world)
    ((_, receipt, _),) = _applications(db, world, EARLIER)
    assert receipt == "R-2"


def _published(db: SQLAlchemy, world: World, *rows: Any) -> None:
    for key in (EARLIER, LATER):
        applied(world, key, "S-001 S-003 S-006", wants=3)
    with transaction() as session:
        round_ = session.get_one(Round, world.round_id)
        round_.state, round_.rules = "published", dict(RULE_VALUES)
        session.execute(update(Section).values(paused=True))
        session.add_all([final_run(round_.id), *rows])


def _placed(world: World, key: str, section: str) -> Placement:
    return Placement(
        round_id=world.round_id,
        person_id=world.people[key],
        section_id=world.sections[section],
        state="confirmed",
        placed_at=NOW,
    )


def _waits(world: World, key: str, section: str) -> WaitlistEntry:
    return WaitlistEntry(
        round_id=world.round_id,
        person_id=world.people[key],
        section_id=world.sections[section],
        rank=1,
        joined_at=NOW,
    )


def test_seats_and_queue_places_move(db: SQLAlchemy, world: World) -> None:
    _published(
        db,
        world,
        _placed(world, LATER, "S-001"),
        _waits(world, EARLIER, "S-001"),
        _waits(world, EARLIER, "S-006"),
        _waits(world, LATER, "S-006"),
        _waits(world, LATER, "S-003"),
        Learner(
            round_id=world.round_id, person_id=world.people[LATER], code="L-000000000002", wants=3
        ),
    )
    _settle(world)
    stays = world.people[EARLIER]
    assert db.session.scalars(select(Placement.person_id)).one() == stays
    assert db.session.scalars(select(Learner.person_id)).one() == stays
    waiting = db.session.scalars(
        select(WaitlistEntry.section_id).where(
            WaitlistEntry.person_id == stays, WaitlistEntry.state == "waiting"
        )
    )
    assert set(waiting) == {world.sections["S-003"], world.sections["S-006"]}


def test_two_seats_in_one_class_are_settled_by_people(db: SQLAlchemy, world: World) -> None:
    _published(db, world, _placed(world, EARLIER, "S-001"), _placed(world, LATER, "S-001"))
    with pytest.raises(DomainError, match="merge_same_class") as refused:
        _settle(world)
    assert refused.value.facts == {"course": "书法 一级"}
    assert db.session.get_one(Person, world.people[LATER]).merged_into_id is None


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """X:1 and Y:1, both full; a waits for X, then b for both: b's entry is the later one."""
    market = Market({"t1": "disability"})
    market.section("X", 1, order="b a")
    market.section("Y", 1, weekday=2, reserves=[("disability", 1, "keep")])
    for code in "XY":
        market.person(f"in{code}", code)
        market.sit(f"in{code}", code, "t1" if code == "Y" else "open")
    market.person("a", "X")
    market.wait("a", "X")
    market.person("b", "Y X", tags=["t1"])
    market.wait("b", "X", "Y")
    return market


def _one_person(market: Market) -> None:
    """a and b are settled as the same; a stays."""
    with transaction() as session:
        pair = SamePersonPair(first_id=market.people["a"], second_id=market.people["b"], why="x")
        session.add(pair)
        session.flush()
        pair_id = pair.id
    with transaction():
        officer = market.world.accounts["officer"]
        settle_same_persons(pair_id, "same", "one card", account_id=officer, now=AFTER)


def test_who_stays_waits_with_the_ways_and_kinds_of_both(market: Market) -> None:
    _one_person(market)
    assert market.line("X") == market.line("Y") == "a"
    market.give_back("inY", "Y")  # kept for people with a disability: only b was known as one
    assert market.live("Y") == "a"
    market.sound()
    market.answer("a", "Y", "accept")
    assert market.holders("Y") == "a"
    market.sound()


def test_the_place_with_the_offer_stays(market: Market) -> None:
    """It can be accepted, and running out harms no other offer."""
    market.give_back("inX", "X")
    assert market.live("X") == "b"
    _one_person(market)
    assert market.live("X") == "a"
    assert market.line("X") == "a"
    market.sound()
    market.answer("a", "X", "accept")
    assert market.holders("X") == "a"
    market.sound()


def test_an_offer_that_moved_runs_out_like_any_other(db: SQLAlchemy, market: Market) -> None:
    with transaction():
        db.session.execute(update(WaitlistEntry).values(lapses=1))
    market.give_back("inX", "X")
    _one_person(market)
    with transaction():
        assert lapse_offers_of(market.world.term_id, AFTER + timedelta(days=7)) == 1
    assert market.line("X") == market.live("X") == ""


def test_a_list_with_no_room_left_goes_on_as_joined_later(db: SQLAlchemy) -> None:
    market = Market()
    codes = [f"Q{number}" for number in range(9)]
    for code in codes:
        market.section(code, 1)
        market.person(f"in{code}", code)
        market.sit(f"in{code}", code)
    market.person("a", " ".join(codes[:8]))
    market.wait("a", *codes[:8])
    market.person("b", codes[8])
    market.wait("b", codes[8])
    _one_person(market)
    assert market.line(codes[8]) == "a"
    entry = market.entry("a", codes[8])
    assert (entry.rank, entry.late) == (9, True)
    market.sound()


def test_the_seats_are_locked_before_the_round_is_looked_at(
    db: SQLAlchemy, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Freezing, which takes the same lock, ends just before: what it froze is respected."""
    applied(world, LATER, "S-002")

    def frozen_meanwhile(_term_id: int) -> None:
        db.session.get_one(Round, world.round_id).state = "frozen"
        db.session.flush()

    monkeypatch.setattr(merging, "lock_seats", frozen_meanwhile)
    with pytest.raises(DomainError, match="merge_while_drawing"):
        _settle(world)


def test_what_the_one_would_not_take_with_the_seats_of_the_other_is_dormant(
    db: SQLAlchemy,
) -> None:
    """a waits for X, their second choice; b sits in Y at the same hour, their first."""
    market = Market()
    market.section("X", 1)
    market.section("Y", 1)
    market.person("inX", "X")
    market.sit("inX", "X")
    market.person("a", "Y X")
    market.wait("a", "X")
    market.person("b", "Y")
    market.sit("b", "Y")
    _one_person(market)
    assert market.entry("a", "X").state == "dormant"
    market.sound()
    market.give_back("a", "Y")
    assert market.line("X") == "a"
    market.sound()


def test_forms_printed_for_the_other_entry_follow(db: SQLAlchemy, world: World) -> None:
    at = {"round_id": world.round_id, "printed_at": NOW, "printed_by_id": world.accounts["clerk"]}
    with transaction() as session:
        session.add(PaperForm(receipt="AAAA-BBBB", person_id=world.people[LATER], **at))
    _settle(world)
    assert db.session.scalars(select(PaperForm.person_id)).all() == [world.people[EARLIER]]
