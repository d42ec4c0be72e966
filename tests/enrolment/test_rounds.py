"""A round's life: each step from the state before it and no other, and only when it is time."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.allocation import lottery
from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import Rule
from eldercampus.catalogue.rules import RULES, set_rule
from eldercampus.db import transaction
from eldercampus.enrolment.announced import MOMENTS
from eldercampus.enrolment.drawing import ask_draw
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.round_queries import (
    get_round,
    list_public_rounds,
    list_rounds_to_close,
    list_rounds_to_open,
)
from eldercampus.enrolment.round_steps import hindrances
from eldercampus.enrolment.rounds import (
    RoundPlan,
    cancel_round,
    change_round,
    close_round,
    open_round,
    plan_round,
)
from eldercampus.enrolment.states import ROUND, ROUND_STATES
from eldercampus.errors import DomainError, IllegalTransition, NotFound
from eldercampus.notices.models import Notice
from eldercampus.people.sealing import unseal
from eldercampus.places.models import Town
from tests.enrolment import steps
from tests.world import NOW, World, build_world

SECOND = timedelta(seconds=1)
LONG_AFTER = NOW + timedelta(days=365)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def refusal(act: Callable[[], object]) -> DomainError:
    """What a use case refuses with, in a transaction that leaves nothing behind."""
    with pytest.raises(DomainError) as caught, transaction():
        act()
    return caught.value


def plan(world: World, **changes: Any) -> RoundPlan:
    moments = {name: NOW + timedelta(days=days + 1) for days, name in enumerate(MOMENTS)}
    return RoundPlan(
        **{
            "code": "2027-spring-2",
            "term_id": world.term_id,
            "name": "第二批",
            "name_en": "Second round",
            **moments,
            **changes,
        }
    )


def test_planning(world: World) -> None:
    officer = world.accounts["officer"]
    with transaction():
        plan_round(plan(world), now=NOW, account_id=officer)
    assert get_round("2027-spring-2").state == "draft"

    def planned(**changes: Any) -> DomainError:
        return refusal(lambda: plan_round(plan(world, **changes), now=NOW, account_id=officer))

    assert planned().code == "round_code_taken"
    assert planned(code="Spring 2").code == "round_code_wrong"
    assert planned(code="x" * 41).code == "round_code_wrong"
    assert planned(code="b", term_id=99).code == "round_code_wrong"
    assert planned(code="bb", term_id=99).code == "term_not_found"
    early = planned(code="c-1", publishes_at=NOW)
    assert (early.code, early.facts) == ("moments_out_of_order", {"which": "publishes_at"})
    past = {name: moment - timedelta(days=30) for name, moment in _moments(plan(world)).items()}
    assert planned(code="c-1", **past).code == "closes_in_past"
    assert [row.code for row in list_public_rounds()] == []


def _moments(planned: RoundPlan) -> dict[str, Any]:
    return {name: getattr(planned, name) for name in MOMENTS}


def test_a_draft_changes_freely_an_announced_date_only_to_a_later_one(world: World) -> None:
    officer = world.accounts["officer"]
    with transaction():
        round_id = plan_round(plan(world), now=NOW, account_id=officer).id
        earlier = plan(world, code="2027-2", opens_at=NOW + SECOND)
        change_round(round_id, earlier, now=NOW, account_id=officer)
    with transaction():
        open_round(round_id, now=NOW + SECOND, account_id=officer)

    def changed(**changes: Any) -> DomainError:
        wish = replace(earlier, **changes)
        return refusal(lambda: change_round(round_id, wish, now=NOW, account_id=officer))

    assert changed(closes_at=earlier.closes_at - SECOND).facts == {"which": "closes_at"}
    assert changed(opens_at=earlier.opens_at + SECOND).code == "moment_moved_forward"
    assert changed(publishes_at=earlier.closes_at).code == "moments_out_of_order"
    later = replace(earlier, draws_at=earlier.draws_at + SECOND, beacon_source=steps.SOURCE)
    with transaction():
        change_round(round_id, later, now=NOW, account_id=officer)
        close_round(round_id, now=earlier.closes_at)
    assert changed(closes_at=earlier.closes_at + SECOND).code == "moment_moved_forward"
    with transaction():
        cancel_round(round_id, reason="洪水", now=NOW, account_id=officer)
    assert isinstance(changed(), IllegalTransition)


def change(world: World, now: datetime, **changes: Any) -> None:
    round_ = steps.round_of(world)
    wish = RoundPlan(
        **{part.name: getattr(round_, part.name) for part in fields(RoundPlan)} | changes
    )
    with transaction():
        change_round(world.round_id, wish, now=now, account_id=world.accounts["officer"])


def change_refused(world: World, now: datetime, **changes: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        change(world, now, **changes)
    return caught.value


def test_what_was_announced_and_changed_is_kept(world: World) -> None:
    steps.opened(world)
    steps.beacon_named(world)
    round_ = steps.round_of(world)
    day, before = timedelta(days=1), round_.publishes_at
    change(world, NOW, name="新名字")
    assert steps.round_of(world).changes == []
    change(world, NOW, publishes_at=before + day, beacon_where="新网站", spare_example="0")
    change(world, NOW + day, beacon_where="网站", beacon_where_en="a website")
    kept = steps.round_of(world).changes
    assert [(one["at"], one["what"]) for one in kept] == [
        (NOW.isoformat(), "publishes_at"),
        (NOW.isoformat(), "beacon_where"),
        (NOW.isoformat(), "spare_example"),
        ((NOW + day).isoformat(), "beacon_where"),
    ]
    moved, _first, example, second = kept
    assert moved["before"] == before.astimezone(UTC).isoformat()
    assert moved["after"] == (before + day).astimezone(UTC).isoformat()
    assert (example["before"], example["after"]) == (steps.NAMED["spare_example"], "0")
    assert second["before"] == {"zh": "新网站", "en": steps.NAMED["beacon_where_en"]}
    assert second["after"] == {"zh": "网站", "en": "a website"}


def test_once_the_value_may_be_known_only_another_one_moves_its_day(world: World) -> None:
    """Else who runs the round could look at the value first, and fix the list afterwards."""
    steps.opened(world)
    steps.closed(world)
    steps.beacon_named(world)
    named = steps.round_of(world)
    day, known = timedelta(days=1), named.draws_at
    later = {
        "draws_at": known + 2 * day,
        "publishes_at": known + 3 * day,
        "confirm_by_at": named.confirm_by_at + 3 * day,
    }

    def refused(**changes: Any) -> DomainError:
        return change_refused(world, known, **{**later, **changes})

    assert (refused().code, refused().facts) == ("beacon_must_be_new", {"at": known})
    assert refused(beacon_source=f" {steps.SOURCE}").code == "beacon_must_be_new"
    assert refused(beacon_source="").code == "beacon_must_be_new"
    change(world, known, beacon_source="大乐透")  # and back to the known one, with another day
    assert refused(beacon_source=steps.SOURCE).code == "beacon_must_be_new"
    assert refused().code == "beacon_must_be_new"
    change(world, known, **later, beacon_source="排列五")
    change(world, known, draws_at=known + 2 * day + SECOND)
    told = [one["what"] for one in steps.round_of(world).changes]
    assert told == [
        *("beacon_source", "draws_at", "publishes_at", "confirm_by_at", "beacon_source"),
        "draws_at",
    ]


def test_a_day_that_moves_lies_ahead(world: World) -> None:
    steps.opened(world)
    steps.closed(world)
    at = steps.beacon_named(world).draws_at
    late = change_refused(world, at + 2 * SECOND, draws_at=at + SECOND, beacon_source="大乐透")
    assert (late.code, late.facts) == ("closes_in_past", {"which": "draws_at"})


def test_a_spare_that_comes_when_the_draw_is_void_is_no_spare(world: World) -> None:
    on, officer = NOW.date() - timedelta(days=30), world.accounts["officer"]
    round_ = steps.round_of(world)
    between = (round_.publishes_at.date() - round_.draws_at.date()).days
    with transaction() as session:
        row = {"scope": "district", "valid_from": on, "reason": "试"}
        session.add(Rule(name="secret_patience_days", value=2, **row))
        session.add(Rule(name="beacon_patience_days", value=2 + between, **row))
    late = refusal(lambda: open_round(world.round_id, now=round_.opens_at, account_id=officer))
    assert late.code == "spare_after_void"
    with transaction() as session:
        fits = session.scalars(select(Rule).where(Rule.name == "beacon_patience_days")).one()
        fits.value = 1 + between
    steps.opened(world)
    moved = change_refused(world, NOW, draws_at=round_.draws_at + timedelta(hours=20))
    assert moved.code == "spare_after_void"


def test_who_applied_is_told_that_the_round_is_called_off(world: World, db: SQLAlchemy) -> None:
    steps.opened(world)
    steps.applied(world, "Zhao", "S-001")
    steps.applied(world, "Li", "S-001", withdrawn_at=NOW)
    steps.applied(world, "Sun", "S-001", state="draft", submitted_at=None, receipt=None)
    with transaction():
        officer = world.accounts["officer"]
        cancel_round(world.round_id, reason="洪水", now=NOW, account_id=officer)
    told = db.session.scalars(select(Notice).where(Notice.kind == "round_cancelled")).one()
    assert (told.person_id, told.subject) == (world.people["Zhao"], f"round:{world.round_id}")
    assert told.facts == {"round_page": steps.round_of(world).code}


def test_opening_copies_the_rules_and_makes_the_lottery(world: World, db: SQLAlchemy) -> None:
    on = NOW.date()
    with transaction():
        set_rule("courses_per_term", 3, valid_from=on, reason="试", account_id=None, now=NOW)
    with transaction():
        open_round(world.round_id, now=NOW)
    round_ = steps.round_of(world)
    assert round_.rules == {name: spec.default for name, spec in RULES.items()} | {
        "courses_per_term": 3
    }
    assert round_.secret_sealed is not None
    assert round_.key_sealed is not None
    secret, key = unseal(round_.secret_sealed), unseal(round_.key_sealed)
    assert len(secret) == len(key) == 32
    assert secret != key
    assert lottery.commit(secret) == round_.commit
    assert lottery.commit(key) == round_.key_sha256
    assert round_.town_seat_towns == ["330213100"]  # West: its one community has no point
    told = db.session.scalars(select(AuditEntry.facts).where(AuditEntry.action == "round.commit"))
    assert round_.commit in told.one()
    assert secret.hex() not in repr(db.session.scalars(select(AuditEntry.facts)).all())


def test_opening_waits_for_places_with_points(world: World, db: SQLAlchemy) -> None:
    with transaction():
        db.session.get_one(Town, world.towns["West"]).longitude = None
        db.session.get_one(Town, world.towns["West"]).latitude = None
    error = refusal(lambda: open_round(world.round_id, now=NOW))
    assert (error.code, error.facts) == ("places_without_point", {"count": 1})


def test_nothing_happens_before_its_announced_moment(world: World) -> None:
    officer = world.accounts["officer"]
    round_ = steps.round_of(world)
    moments = {name: getattr(round_, name) for name in MOMENTS}
    early = refusal(lambda: open_round(world.round_id, now=moments["opens_at"] - SECOND))
    assert (early.code, early.facts) == ("too_early", {"at": moments["opens_at"]})
    assert list_rounds_to_open(moments["opens_at"] - SECOND) == []
    assert list_rounds_to_open(moments["opens_at"]) == [world.round_id]
    steps.opened(world)
    assert list_rounds_to_open(LONG_AFTER) == []
    assert list_rounds_to_close(moments["closes_at"] - SECOND) == []
    assert list_rounds_to_close(moments["closes_at"]) == [world.round_id]
    early = refusal(lambda: close_round(world.round_id, now=moments["closes_at"] - SECOND))
    assert early.facts == {"at": moments["closes_at"]}
    steps.closed(world)
    assert list_rounds_to_close(LONG_AFTER) == []
    steps.beacon_named(world)
    early = refusal(
        lambda: freeze_round(world.round_id, now=moments["freezes_at"] - SECOND, account_id=officer)
    )
    assert early.facts == {"at": moments["freezes_at"]}
    steps.frozen(world)
    steps.drawn(world)
    early = refusal(
        lambda: publish_round(
            world.round_id, now=moments["publishes_at"] - SECOND, account_id=officer
        )
    )
    assert early.facts == {"at": moments["publishes_at"]}
    assert steps.published(world).state == "published"


@pytest.mark.parametrize("state", ROUND_STATES)
def test_every_other_step_is_refused(world: World, db: SQLAlchemy, state: str) -> None:
    officer = world.accounts["officer"]
    with transaction():
        db.session.get_one(Round, world.round_id).state = state
    acts: dict[str, Callable[[], object]] = {
        "open": lambda: open_round(world.round_id, now=LONG_AFTER),
        "close": lambda: close_round(world.round_id, now=LONG_AFTER),
        "freeze": lambda: freeze_round(world.round_id, now=LONG_AFTER, account_id=officer),
        "draw": lambda: ask_draw(world.round_id, kind="final", account_id=officer, now=LONG_AFTER),
        "publish": lambda: publish_round(world.round_id, now=LONG_AFTER, account_id=officer),
        "cancel": lambda: cancel_round(
            world.round_id, reason="试", now=LONG_AFTER, account_id=officer
        ),
    }
    for step, act in acts.items():
        if state not in ROUND[step]:
            assert isinstance(refusal(act), IllegalTransition), step
            assert steps.round_of(world).state == state
    if state not in ("open", "closed"):
        dry = refusal(
            lambda: ask_draw(world.round_id, kind="dry", account_id=officer, now=LONG_AFTER)
        )
        assert isinstance(dry, IllegalTransition)


def test_of_two_who_close_at_once_one_is_refused(world: World, db: SQLAlchemy) -> None:
    steps.opened(world)
    stale = steps.round_of(world)
    assert hindrances(stale, "close", LONG_AFTER) == []
    steps.closed(world)
    assert isinstance(
        refusal(lambda: close_round(world.round_id, now=LONG_AFTER)), IllegalTransition
    )


def test_cancelling_needs_a_reason_and_is_for_good(world: World) -> None:
    officer = world.accounts["officer"]
    steps.opened(world)
    blank = refusal(lambda: cancel_round(world.round_id, reason="  ", now=NOW, account_id=officer))
    assert blank.code == "reason_missing"
    with transaction():
        cancel_round(world.round_id, reason=" 台风 ", now=NOW, account_id=officer)
    round_ = steps.round_of(world)
    assert (round_.state, round_.cancelled_reason) == ("cancelled", "台风")
    assert [row.code for row in list_public_rounds()] == ["2027-spring-1"]


def test_a_round_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        get_round("1999-autumn-1")
    assert isinstance(refusal(lambda: close_round(99, now=NOW)), NotFound)
