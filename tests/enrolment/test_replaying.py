"""A replay shows what one fact put right would have changed, and changes nothing itself."""

import hashlib
import json
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from eldercampus.allocation import lottery, verify
from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import Reserve
from eldercampus.db import Base, transaction
from eldercampus.enrolment.correcting import HOME
from eldercampus.enrolment.models import Application, Round, Run
from eldercampus.enrolment.replay_queries import (
    get_replay,
    list_replays_of_person,
    list_replays_of_round,
    list_waiting_replays,
)
from eldercampus.enrolment.replaying import ask_replay, correctable, run_replay
from eldercampus.enrolment.runs import get_final_run, unpacked
from eldercampus.errors import DomainError, IllegalTransition, NotFound
from eldercampus.tasks.models import Task
from tests.enrolment import steps
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Drawn. S-001 (two seats, one for people with a disability if there is any): Zhao and Qian
    live up to 1 km away, Li from 3 to 6 km, Sun in between."""
    return drawn_world()


def drawn_world(**rules: Any) -> World:
    built = build_world()
    with transaction() as session:
        seats = Reserve(section_id=built.sections["S-001"], position=0, kind="disability", count=1)
        session.add(seats)
        session.add(
            Reserve(section_id=built.sections["S-006"], position=0, kind="town:330213100", count=1)
        )
    steps.opened(built)
    with transaction() as session:
        round_ = session.get_one(Round, built.round_id)
        round_.rules = {**round_.rules, **rules}
    for name in ("Zhao", "Qian", "Sun", "Li"):
        steps.applied(built, name, "S-001 S-005 S-006")
    steps.applied(built, "Zhou", "S-006")
    steps.closed(built)
    steps.frozen(built)
    steps.drawn(built)
    steps.published(built)
    return built


def asked(world: World, name: str, fact: str, **changes: Any) -> Task:
    given: dict[str, Any] = {"reason": "说自己住在东一社区", **changes}
    with transaction():
        return ask_replay(
            world.round_id,
            world.people[name],
            fact,
            account_id=world.accounts["officer"],
            now=NOW,
            **given,
        )


def replayed(world: World, name: str, fact: str, **changes: Any) -> Run:
    task = asked(world, name, fact, **changes)
    return get_replay(run_replay(task, steps.silent, NOW)["run_id"]).run


def came_out(run: Run, which: str) -> dict[str, str]:
    return {one["section"]: one[which]["code"] for one in run.summary["choices"]}


def everything(db: SQLAlchemy) -> dict[str, str]:
    """Table → fingerprint of all its rows."""
    db.session.rollback()
    return {
        table.name: hashlib.sha256(
            repr(sorted(map(repr, db.session.execute(table.select()).all()))).encode()
        ).hexdigest()
        for table in Base.metadata.sorted_tables
    }


def test_another_home_would_have_given_the_seat(world: World, db: SQLAlchemy) -> None:
    run = replayed(world, "Li", HOME, community_id=world.communities["E1"])
    assert run.facts["before"] == {"metres": {"K-01": 6000, "K-02": 12001}}
    assert run.facts["after"]["metres"]["K-01"] == 1000
    before, after = came_out(run, "before"), came_out(run, "after")
    assert before["S-001"] == "below_cutoff"
    file = json.loads(unpacked(get_final_run(world.round_id).input))
    line = next(one for one in file["learners"] if one["id"] == run.facts["learner"])
    line["metres"].update(run.facts["after"]["metres"])
    told = verify.run({**file, "seed": run.seed})
    codes = {r["section"]: r["code"] for r in told["reasons"] if r["learner"] == line["id"]}
    assert after == codes
    assert after == {"S-001": "placed", "S-005": "enough", "S-006": "closed"}
    assert get_replay(run.id).differs


def test_a_verified_tag_would_have_given_the_reserved_seat(world: World, db: SQLAlchemy) -> None:
    run = replayed(world, "Li", "tag:disability")
    assert run.facts["after"] == {"tags": ["t1"]}
    assert (came_out(run, "before")["S-001"], came_out(run, "after")["S-001"]) == (
        "below_cutoff",
        "placed",
    )
    assert run.summary["choices"][0]["after"]["facts"]["seat"] == "t1"
    assert get_replay(run.id).differs
    assert run.summary["others"]["lose"] == 1


def test_coming_late_puts_behind_the_others(world: World, db: SQLAlchemy) -> None:
    run = replayed(world, "Zhao", "time")
    codes = ("S-001", "S-005", "S-006")
    assert run.facts["after"] == {"groups": dict.fromkeys(codes, 3)}
    assert came_out(run, "before")["S-001"] == "placed"
    assert came_out(run, "after")["S-001"] == "below_cutoff"


def test_the_stage_before_comes_first(world: World, db: SQLAlchemy) -> None:
    run = replayed(world, "Li", "stage:S-005")
    assert run.facts["after"] == {"groups": {"S-005": 1}}
    assert came_out(run, "after")["S-005"] == "placed"
    result = json.loads(unpacked(run.result or b""))
    keys = [r["key"] for r in result["reasons"] if r["code"] == "placed" and "S-005" in r.values()]
    assert [0, 1] in [key[:2] for key in keys]


def test_another_town_counts_for_its_seats(world: World, db: SQLAlchemy) -> None:
    run = replayed(world, "Li", HOME, community_id=world.communities["W1"])
    assert run.facts["after"]["tags"] == ["t2"]
    back = replayed(world, "Zhou", HOME, community_id=world.communities["E1"])
    assert back.facts["after"]["tags"] == []


def test_a_round_on_metres(db: SQLAlchemy) -> None:
    world = drawn_world(proximity="metres")
    run = replayed(world, "Li", HOME, community_id=world.communities["E1"])
    assert 3900 < run.facts["before"]["metres"]["K-01"] < 4100
    assert run.facts["after"]["metres"]["K-01"] == 0
    assert came_out(run, "after")["S-001"] in ("placed", "below_cutoff")


def test_nothing_but_the_record_is_changed(world: World, db: SQLAlchemy) -> None:
    before = everything(db)
    replayed(world, "Li", "tag:disability")
    after = everything(db)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"run", "task", "audit_entry", "audit_head"}
    final = get_final_run(world.round_id)
    assert final.kind == "final"
    assert (
        verify.check(json.loads(unpacked(final.input)), json.loads(unpacked(final.result or b"")))
        is None
    )


def test_everybody_keeps_their_number_and_the_copy_another_name(
    world: World, db: SQLAlchemy
) -> None:
    run = replayed(world, "Li", "tag:disability")
    final = get_final_run(world.round_id)
    copy = json.loads(unpacked(db.session.get_one(Run, run.id).input))
    assert (copy["round"], run.seed) == ("2027-spring-1.replay", final.seed)
    assert "seed" not in copy
    frozen = json.loads(unpacked(final.input))
    ids = [learner["id"] for learner in frozen["learners"]]
    assert [learner["id"] for learner in copy["learners"]] == ids
    assert run.input_sha256 != final.input_sha256
    result = json.loads(unpacked(run.result or b""))
    assert "lottery" not in result
    for cutoff in result["cutoffs"]:
        assert cutoff["key"][-1] in {lottery.number(run.seed, one) for one in ids}


def test_a_replay_is_never_what_is_published(world: World, db: SQLAlchemy) -> None:
    final = get_final_run(world.round_id)
    kept = (final.id, final.result_sha256)
    run = replayed(world, "Li", "tag:disability")
    final = get_final_run(world.round_id)
    assert (final.id, final.result_sha256) == kept
    assert run.id != final.id
    with pytest.raises(NotFound):
        get_replay(final.id)


def test_run_again_after_a_crash_it_is_one(world: World, db: SQLAlchemy) -> None:
    task = asked(world, "Li", "tag:disability")
    first = run_replay(task, steps.silent, NOW)
    task = db.session.get_one(Task, task.id)
    assert run_replay(task, steps.silent, NOW) == first
    assert len(list_replays_of_round(world.round_id)) == 1


def test_the_record_says_who_what_and_why(world: World, db: SQLAlchemy) -> None:
    task = asked(world, "Li", "tag:disability", reason=" 证件当时没有看 ")
    assert [one.id for one in list_waiting_replays(world.round_id)] == [task.id]
    run = get_replay(run_replay(task, steps.silent, NOW)["run_id"]).run
    assert (run.facts["reason"], run.facts["fact"]) == ("证件当时没有看", "tag:disability")
    replay = list_replays_of_person(world.people["Li"])[0]
    assert replay.asked_by is not None
    assert (replay.asked_by.username, replay.run.id) == ("officer", run.id)
    assert list_replays_of_person(world.people["Zhao"]) == []
    deeds = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number.desc()))
    assert list(deeds)[:2] == ["round.replay", "round.ask_replay"]


def test_what_can_be_put_right(world: World, db: SQLAlchemy) -> None:
    round_ = steps.round_of(world)
    facts = correctable(round_, world.people["Li"]).facts
    assert {fact.name: fact.stands for fact in facts} == {
        "home": None,
        "tag:disability": False,
        "stage:S-005": False,
        "time": True,
    }


@pytest.mark.parametrize(
    ("fact", "changes", "code"),
    [
        ("tag:disability", {"reason": "  "}, "reason_missing"),
        ("home", {}, "community_missing"),
        ("home", {"community_id": "E3"}, "replay_without_difference"),
        ("home", {"community_id": 999}, "no_community"),
        ("stage:S-001", {}, "fact_unknown"),
        ("tag:town:330213100", {}, "fact_unknown"),
    ],
)
def test_refused(
    world: World, db: SQLAlchemy, fact: str, changes: dict[str, Any], code: str
) -> None:
    if isinstance(changes.get("community_id"), str):
        changes = {"community_id": world.communities[changes["community_id"]]}
    with pytest.raises(DomainError) as refused:
        asked(world, "Li", fact, **changes)
    assert refused.value.code == code
    assert db.session.scalars(select(Task).where(Task.kind == "replay")).all() == []


def test_who_took_no_part_has_none(world: World, db: SQLAlchemy) -> None:
    with pytest.raises(DomainError) as refused:
        asked(world, "Wu", "time")
    assert refused.value.code == "not_in_draw"


def test_before_the_result_is_out_there_is_none(db: SQLAlchemy) -> None:
    """A replay shows what came out; the drawn result is nobody's before the publishing."""
    world = build_world()
    steps.opened(world)
    steps.applied(world, "Li", "S-001")
    with pytest.raises(IllegalTransition):
        asked(world, "Li", "time")
    steps.closed(world)
    steps.frozen(world)
    steps.drawn(world)
    with pytest.raises(IllegalTransition):
        asked(world, "Li", "time")


def test_a_late_paper_can_be_counted_in_time(db: SQLAlchemy) -> None:
    world = build_world()
    steps.opened(world)
    for name in ("Zhao", "Qian", "Li"):
        steps.applied(world, name, "S-001")
    late = steps.round_of(world).closes_at
    with transaction() as session:
        session.execute(
            update(Application)
            .where(Application.person_id == world.people["Zhao"])
            .values(submitted_at=late)
        )
    steps.closed(world)
    steps.frozen(world)
    steps.drawn(world)
    steps.published(world)
    run = replayed(world, "Zhao", "time")
    assert (run.facts["before"], run.facts["after"]) == (
        {"groups": {"S-001": 3}},
        {"groups": {}},
    )
    assert came_out(run, "before")["S-001"] == "below_cutoff"
