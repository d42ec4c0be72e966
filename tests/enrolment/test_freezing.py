"""What goes into the frozen file, and what does not (allocation.md §1)."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.allocation import problem, strict_json
from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import Reserve, Section, Term
from eldercampus.db import transaction
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.learners import find_number, learner_code
from eldercampus.enrolment.models import (
    Application,
    Learner,
    Offer,
    Placement,
    Round,
    Run,
    WaitlistEntry,
)
from eldercampus.enrolment.offers import decline_offer
from eldercampus.enrolment.round_file import build_round_file
from eldercampus.enrolment.runs import unpacked
from eldercampus.errors import DomainError
from eldercampus.people.models import Person, SamePersonPair, Tag
from tests.enrolment import steps
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """The round is open."""
    built = build_world()
    steps.opened(built)
    return built


def learner_of(world: World, name: str) -> dict[str, Any]:
    """The person's entry in the file as things stand."""
    code = learner_code(steps.round_of(world), world.people[name])
    entries = [one for one in build_round_file(world.round_id)["learners"] if one["id"] == code]
    assert len(entries) == 1
    return dict(entries[0])


def section_of(world: World, code: str) -> dict[str, Any]:
    sections = build_round_file(world.round_id)["sections"]
    return dict(next(one for one in sections if one["id"] == code))


def add(*rows: object) -> None:
    with transaction() as session:
        session.add_all(rows)


def other_round(world: World, db: SQLAlchemy, **values: Any) -> Round:
    """Another round of the term, published before."""
    at = NOW - timedelta(days=60)
    moments = ("opens", "closes", "freezes", "draws", "publishes", "confirm_by")
    round_ = Round(
        **{
            "code": "2027-spring-0",
            "term_id": world.term_id,
            "name": "早一批",
            "state": "published",
            "tag_names": {"t1": "low_income"},
            **{f"{name}_at": at + timedelta(days=n) for n, name in enumerate(moments)},
            **values,
        }
    )
    add(round_)
    return round_


def seat(world: World, round_id: int, name: str, code: str, **values: Any) -> Placement:
    """A seat that somebody holds, counted as taken."""
    with transaction() as session:
        placement = Placement(
            **{
                "round_id": round_id,
                "person_id": world.people[name],
                "section_id": world.sections[code],
                "state": "confirmed",
                "placed_at": NOW,
                **values,
            }
        )
        session.add(placement)
        if placement.state in ("confirmed", "awaiting"):
            session.get_one(Section, world.sections[code]).taken += 1
    return placement


def test_the_whole_file_of_a_small_round(world: World) -> None:
    steps.applied(world, "Zhao", "S-001 S-004", wants=2)
    steps.applied(world, "Li", "S-006")
    content = build_round_file(world.round_id)
    assert problem.canonical(content) == problem.canonical(problem.validate(content))
    assert content["format"] == "eldercampus.round.v1"
    assert content["round"] == "2027-spring-1"
    assert content["rules"] == {
        "rounds": 3,
        "proximity": "bands",
        "bands_m": [1000, 3000, 6000, 12000],
    }
    assert "seed" not in content
    assert sorted(one["id"] for one in content["sections"]) == sorted(world.sections)
    section = section_of(world, "S-001")
    sessions = section.pop("sessions")
    assert section == {
        "id": "S-001",
        "course": "C-01",
        "campus": "K-01",
        "capacity": 2,
        "minimum": 0,
        "exempt": False,
        "seats": [],
        "fill": "reserved_first",
    }
    tuesday = 24 * 60
    assert sessions[:2] == [
        [tuesday + 540, tuesday + 630],
        [8 * tuesday + 540, 8 * tuesday + 630],
    ]
    assert len(sessions) == 16
    zhao = learner_of(world, "Zhao")
    assert zhao.pop("id").startswith("L-")
    # she lives at the first campus, and 9.7 km from the other
    assert zhao == {
        "wants": 2,
        "choices": ["S-001", "S-004"],
        "tags": [],
        "metres": {"K-01": 1000, "K-02": 12000},
        "groups": {},
        "held": [],
    }
    assert problem.validate(content)["learners"]


def test_only_what_was_handed_in_takes_part(world: World, db: SQLAlchemy) -> None:
    steps.applied(world, "Zhao", "S-001")
    steps.applied(world, "Qian", "S-001", state="draft", submitted_at=None, receipt=None)
    steps.applied(world, "Sun", "S-001", state="withdrawn", withdrawn_at=NOW)
    steps.applied(world, "Li", "S-001")
    steps.applied(world, "Zhou", "S-001")
    with transaction():
        db.session.get_one(Person, world.people["Zhou"]).died_on = NOW.date()
    steps.closed(world)
    with transaction():  # taken back after the close: it acts at publishing
        mine = select(Application).where(Application.person_id == world.people["Li"])
        db.session.scalars(mine).one().withdrawn_at = NOW + timedelta(days=14)
    taking_part = {one["id"] for one in build_round_file(world.round_id)["learners"]}
    round_ = steps.round_of(world)
    assert taking_part == {learner_code(round_, world.people[name]) for name in ("Zhao", "Li")}


def test_distances_are_the_limits_of_their_bands(world: World, db: SQLAlchemy) -> None:
    steps.applied(world, "Sun", "S-001")  # 2 km away: the second band
    steps.applied(world, "Zhou", "S-001 S-004")  # West is measured from its seat
    assert learner_of(world, "Sun")["metres"] == {"K-01": 3000}
    assert learner_of(world, "Zhou")["metres"] == {"K-01": 12000, "K-02": 1000}
    with transaction():
        round_ = db.session.get_one(Round, world.round_id)
        round_.rules = {**round_.rules, "bands_m": [1000, 3000]}
    assert learner_of(world, "Zhou")["metres"] == {"K-01": 3001, "K-02": 1000}
    with transaction():
        round_ = db.session.get_one(Round, world.round_id)
        round_.rules = {**round_.rules, "proximity": "metres"}
    assert 1990 < learner_of(world, "Sun")["metres"]["K-01"] < 2010
    assert build_round_file(world.round_id)["rules"] == {"rounds": 3, "proximity": "metres"}


def test_groups(world: World, db: SQLAlchemy) -> None:
    """Who completed stage 1 in the term before comes first for stage 2."""
    for code, starts in (("2026-autumn", date(2026, 9, 1)), ("2026-spring", date(2026, 3, 2))):
        add(
            Term(
                code=code,
                name=code,
                starts_on=starts,
                ends_on=starts + timedelta(days=100),
                last_joining_on=starts,
            )
        )
    terms = dict(db.session.execute(select(Term.code, Term.id)).tuples().all())
    done: dict[str, int] = {}
    for code, term_id in terms.items():
        section = Section(
            code="S-900",
            term_id=term_id,
            course_id=world.courses["C-01"],
            campus_id=world.campuses["K-01"],
            capacity=5,
        )
        add(section)
        done[code] = section.id
    world.sections |= done
    for name, code, state in (
        ("Zhao", "2026-autumn", "completed"),
        ("Qian", "2026-spring", "completed"),
        ("Li", "2026-autumn", "withdrawn"),
    ):
        seat(world, world.round_id, name, code, state=state)
        steps.applied(world, name, "S-005 S-001")
    closes = steps.round_of(world).closes_at
    late: dict[str, Any] = {"submitted_at": closes + timedelta(hours=1)}
    stamped = {"arrived_at": closes - timedelta(hours=1), **late}
    steps.applied(world, "Zhou", "S-001", channel="paper", **stamped)
    steps.applied(world, "Wu", "S-001", channel="counter", **late)
    steps.applied(world, "Sun", "S-001", channel="paper", **late)  # nobody says when it came
    names = ("Zhao", "Qian", "Li", "Zhou", "Wu", "Sun")
    groups = {name: learner_of(world, name)["groups"] for name in names}
    assert groups == {
        "Zhao": {"S-005": 1},
        "Qian": {},
        "Li": {},
        "Zhou": {},
        "Wu": {"S-001": 3},
        "Sun": {"S-001": 3},
    }


def test_tags_are_verified_valid_or_computed_and_named_t(world: World, db: SQLAlchemy) -> None:
    for position, kind in enumerate(["disability", "new", "town:330213001", "low_income"]):
        add(
            Reserve(
                section_id=world.sections["S-003" if position < 3 else "S-004"],
                position=position,
                kind=kind,
                count=1,
            )
        )
    proof_day = steps.round_of(world).freezes_at.date()
    for name, kind, state, until in (
        ("Zhao", "disability", "verified", proof_day),
        ("Zhao", "low_income", "claimed", None),
        ("Qian", "disability", "verified", proof_day - timedelta(days=1)),
        ("Zhou", "low_income", "verified", None),
    ):
        add(Tag(person_id=world.people[name], kind=kind, state=state, valid_until=until))
    seat(world, world.round_id, "Qian", "S-006", state="declined")
    for name in ("Zhao", "Qian", "Zhou"):
        steps.applied(world, name, "S-003")
    names = {"t1": "disability", "t2": "low_income", "t3": "new", "t4": "town:330213001"}
    assert learner_of(world, "Zhao")["tags"] == ["t1", "t3", "t4"]
    assert learner_of(world, "Qian")["tags"] == ["t4"]
    assert learner_of(world, "Zhou")["tags"] == ["t3"]  # S-003 keeps no seat for t2
    assert [one["kind"] for one in section_of(world, "S-003")["seats"]] == ["t1", "t3", "t4"]
    steps.closed(world)
    assert steps.frozen(world).tag_names == names
    zhou = select(Learner.tags).where(Learner.person_id == world.people["Zhou"])
    assert db.session.scalars(zhou).one() == ["t2", "t3"]  # for classes joined later


def test_seats_taken_before_count(world: World, db: SQLAlchemy) -> None:
    """Holders keep their seats and labels; a section in which somebody sits is exempt."""
    earlier = other_round(world, db)
    add(
        Reserve(section_id=world.sections["S-003"], position=1, kind="low_income", count=1),
        Reserve(section_id=world.sections["S-003"], position=2, kind="disability", count=1),
        Reserve(section_id=world.sections["S-006"], position=1, kind="new", count=4),
    )
    seat(world, earlier.id, "Qian", "S-003", seat="t1")
    seat(world, earlier.id, "Sun", "S-006", state="awaiting")
    steps.applied(world, "Qian", "S-001")
    steps.applied(world, "Sun", "S-001", wants=2)
    tai_chi, singing = section_of(world, "S-003"), section_of(world, "S-006")
    assert (tai_chi["capacity"], tai_chi["exempt"]) == (2, True)
    assert tai_chi["seats"] == [
        {"kind": "t1", "count": 0, "unfilled": "release"},
        {"kind": "t2", "count": 1, "unfilled": "release"},
    ]
    # a released seat went to someone else: the reserve shrinks to what is free
    assert (singing["capacity"], singing["exempt"]) == (3, True)
    assert singing["seats"] == [{"kind": "t3", "count": 3, "unfilled": "release"}]
    assert section_of(world, "S-001")["exempt"] is False
    qian, sun = learner_of(world, "Qian"), learner_of(world, "Sun")
    assert (qian["held"], qian["wants"]) == (["S-003"], 2)  # one more than is held
    assert (sun["held"], sun["wants"]) == (["S-006"], 2)  # at most two a term
    steps.closed(world)
    steps.frozen(world)


def test_a_merged_person_keeps_the_history(world: World, db: SQLAlchemy) -> None:
    earlier = other_round(world, db)
    add(Reserve(section_id=world.sections["S-002"], position=1, kind="new", count=1))
    seat(world, earlier.id, "Qian", "S-003")
    with transaction():
        db.session.get_one(Person, world.people["Qian"]).merged_into_id = world.people["Zhao"]
    steps.applied(world, "Zhao", "S-001")
    zhao = learner_of(world, "Zhao")
    assert zhao["held"] == ["S-003"]
    assert zhao["tags"] == []  # not new any more


def test_a_section_closed_after_the_wish_leaves_the_list(world: World, db: SQLAlchemy) -> None:
    steps.applied(world, "Zhao", "S-002 S-001")
    with transaction():
        db.session.get_one(Section, world.sections["S-002"]).state = "closed"
    content = build_round_file(world.round_id)
    assert "S-002" not in {one["id"] for one in content["sections"]}
    assert learner_of(world, "Zhao")["choices"] == ["S-001"]


def test_freezing_writes_the_file_and_the_learners(world: World, db: SQLAlchemy) -> None:
    steps.applied(world, "Zhao", "S-001", wants=2)
    steps.applied(world, "Li", "S-006")
    steps.closed(world)
    round_ = steps.frozen(world)
    run = db.session.scalars(select(Run)).one()
    assert (round_.state, round_.frozen_at) == ("frozen", round_.freezes_at)
    assert (run.kind, run.seed, run.result) == ("final", "", None)
    canonical = unpacked(run.input)
    assert problem.sha256_hex(canonical) == run.input_sha256
    content = problem.parse(canonical)
    assert problem.canonical(content) == canonical
    learners = {row.code: row for row in db.session.scalars(select(Learner))}
    assert sorted(learners) == sorted(one["id"] for one in content["learners"])
    for entry in content["learners"]:
        row = learners[entry["id"]]
        assert row.code == learner_code(round_, row.person_id)
        assert (row.wants, row.tags, row.groups, row.metres) == tuple(
            entry[name] for name in ("wants", "tags", "groups", "metres")
        )
        assert (row.late, find_number(row)) == (False, None)


def test_the_file_tells_no_names_numbers_or_receipts(world: World) -> None:
    steps.applied(world, "Zhao", "S-001")
    text = json.dumps(build_round_file(world.round_id), ensure_ascii=False)
    for secret in ("赵", "Zhao", "138", "R-Zhao", "330213001"):
        assert secret not in text


class Undone(Exception):
    """Ends a transaction without effect."""


def freeze_and_undo(world: World, at: datetime) -> None:
    freeze_round(world.round_id, now=at, account_id=None)
    raise Undone


def refused(world: World, at: datetime) -> DomainError:
    with pytest.raises(DomainError) as caught, transaction():
        freeze_round(world.round_id, now=at, account_id=world.accounts["officer"])
    return caught.value


def test_freezing_waits_for_the_pairs_of_applicants(world: World, db: SQLAlchemy) -> None:
    people = sorted(world.people[name] for name in ("Zhao", "Qian", "Sun"))
    pair = SamePersonPair(first_id=people[0], second_id=people[1], why="name_birth")
    steps.applied(world, "Sun", "S-001")
    steps.closed(world)
    add(pair)
    steps.beacon_named(world)
    at = steps.round_of(world).freezes_at
    with pytest.raises(Undone), transaction():
        freeze_and_undo(world, at)  # nobody of the pair applies: it may stay open
    with transaction():
        db.session.get_one(SamePersonPair, pair.id).second_id = people[2]
    error = refused(world, at)
    assert (error.code, error.facts) == ("pairs_open", {"count": 1})
    assert steps.round_of(world).state == "closed"
    assert db.session.scalars(select(Run)).all() == []
    with transaction():
        db.session.get_one(SamePersonPair, pair.id).decision = "different"
    steps.frozen(world)
    frozen = select(AuditEntry).where(AuditEntry.action == "round.freeze")
    assert len(db.session.scalars(frozen).all()) == 1  # what was undone left no trace


def test_freezing_refuses_what_would_break_the_ceremony(world: World, db: SQLAlchemy) -> None:
    steps.closed(world)
    round_ = steps.round_of(world)
    at, draws_at = round_.freezes_at, round_.draws_at
    assert refused(world, at).code == "beacon_not_named"
    steps.beacon_named(world, spare_source="")
    assert refused(world, at).code == "spare_not_named"
    steps.beacon_named(world)
    assert refused(world, draws_at).code == "beacon_may_exist"
    other = other_round(world, db, state="frozen")
    error = refused(world, at)
    assert (error.code, error.facts) == ("other_round_frozen", {"other": other.code})


def offered(world: World, round_id: int, name: str, code: str) -> Offer:
    """A live offer of an earlier round, its seat counted as taken."""
    section_id, person_id = world.sections[code], world.people[name]
    entry = WaitlistEntry(
        round_id=round_id, person_id=person_id, section_id=section_id, rank=1, joined_at=NOW
    )
    add(entry)
    with transaction() as session:
        offer = Offer(
            round_id=round_id,
            person_id=person_id,
            section_id=section_id,
            entry_id=entry.id,
            seat="open",
            token="t",
            made_at=NOW,
            ends_at=NOW + timedelta(days=90),
        )
        session.add(offer)
        session.get_one(Section, section_id).taken += 1
    return offer


def test_freezing_waits_until_offers_of_the_term_are_over(world: World, db: SQLAlchemy) -> None:
    """Accepted after the freezing, one would give a seat that the file does not know of."""
    offer = offered(world, other_round(world, db).id, "Qian", "S-003")
    steps.closed(world)
    steps.beacon_named(world)
    error = refused(world, steps.round_of(world).freezes_at)
    assert (error.code, error.facts) == ("offers_live", {"count": 1})
    with transaction():
        decline_offer(offer.id, now=NOW)
    assert steps.frozen(world).state == "frozen"


@pytest.mark.parametrize("state", ["open", "closed"])
def test_kept_seats_stop_no_freezing(world: World, db: SQLAlchemy, state: str) -> None:
    """Seats were reserved, to be kept, after others had been given: what is free is kept."""
    earlier = other_round(world, db)
    row = {"section_id": world.sections["S-003"], "unfilled": "keep"}
    add(Reserve(position=1, kind="disability", count=2, **row))
    add(Reserve(position=2, kind="low_income", count=1, **row))
    add(Reserve(position=3, kind="new", count=1, **{**row, "unfilled": "release"}))
    for name in ("Qian", "Sun"):
        seat(world, earlier.id, name, "S-003")
    steps.applied(world, "Qian", "S-001")
    with transaction():
        db.session.get_one(Section, world.sections["S-003"]).state = state
    counts = [one["count"] for one in section_of(world, "S-003")["seats"]]
    assert counts == ([1, 0, 0] if state == "open" else [])
    steps.closed(world)
    assert steps.frozen(world).state == "frozen"


def test_a_file_that_is_partly_wrong_names_the_place(world: World, db: SQLAlchemy) -> None:
    steps.closed(world)
    with transaction():
        db.session.get_one(Section, world.sections["S-006"]).minimum = 5
    steps.beacon_named(world)
    error = refused(world, steps.round_of(world).freezes_at)
    assert error.code == "round_file_refused"
    assert error.facts["line"] == "sections[5].minimum: 5 is above the capacity 4"


def test_a_file_that_nobody_could_draw_again_is_not_fixed(
    world: World, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are those of the command that strangers draw it with."""
    steps.closed(world)
    steps.beacon_named(world)
    monkeypatch.setattr(strict_json, "MAX_BYTES", 100)
    error = refused(world, steps.round_of(world).freezes_at)
    assert (error.code, error.facts) == (
        "round_file_refused",
        {"line": "file: longer than 100 bytes"},
    )


def test_nobody_takes_part(world: World) -> None:
    steps.closed(world)
    assert steps.frozen(world).frozen_at is not None
