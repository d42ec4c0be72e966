"""A round's life: each step from the state before it and no other, and only when it is time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.allocation import lottery
from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.rules import RULES, set_rule
from eldercampus.db import transaction
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
    MOMENTS,
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
