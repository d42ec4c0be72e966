"""Two officers before a result comes out, and then the clock."""

from datetime import timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.approvals.models import Approval
from eldercampus.audit.models import AuditEntry
from eldercampus.db import transaction
from eldercampus.enrolment.models import Placement, Run
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.publishing_approval import (
    ask_publishing,
    decide_publishing,
    is_publishing_approved,
)
from eldercampus.enrolment.rounds import cancel_round
from eldercampus.errors import DomainError, IllegalTransition
from eldercampus.jobs import work
from tests.enrolment import steps
from tests.world import World, build_world

SECOND = timedelta(seconds=1)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Drawn, and nobody asked yet."""
    built = build_world()
    steps.opened(built)
    for name in ("Zhao", "Qian", "Li"):
        steps.applied(built, name, "S-001 S-003")
    for take in (steps.closed, steps.frozen, steps.drawn):
        take(built)
    return built


def ask(world: World, **values: Any) -> int:
    at = steps.round_of(world).draws_at
    with transaction():
        officer = world.accounts["officer"]
        return ask_publishing(world.round_id, now=at, account_id=officer, **values).id


def decide(world: World, approval_id: int, decision: Any, who: str = "second_officer") -> Approval:
    at = steps.round_of(world).draws_at
    with transaction():
        return decide_publishing(
            approval_id, decision, now=at, account_id=world.accounts[who], reason="数不对"
        )


def test_the_clock_publishes_what_two_agreed_to(world: World, db: SQLAlchemy) -> None:
    at = steps.round_of(world).publishes_at
    assert work.publish_rounds(at) == 0
    approval_id = ask(world, reason="都看过了")
    assert work.publish_rounds(at) == 0
    approval = decide(world, approval_id, "given")
    run = db.session.scalars(select(Run)).one()
    assert approval.facts == {"round_id": world.round_id, "sha256": run.result_sha256}
    assert work.publish_rounds(at - SECOND) == 0
    assert steps.round_of(world).state == "drawn"
    assert [work.publish_rounds(at), work.publish_rounds(at)] == [1, 0]
    assert steps.round_of(world).state == "published"
    assert len(db.session.scalars(select(Placement)).all()) == 3
    deeds = select(AuditEntry.action).where(AuditEntry.action.startswith("approval."))
    actions = db.session.scalars(deeds.order_by(AuditEntry.number)).all()
    assert actions == ["approval.ask.round.publish", "approval.given.round.publish"]


def test_late_approval_publishes_at_once(world: World) -> None:
    at = steps.round_of(world).publishes_at + timedelta(hours=2)
    decide(world, ask(world), "given")
    assert work.publish_rounds(at) == 1
    assert steps.round_of(world).published_at == at


def test_nobody_agrees_with_themselves(world: World) -> None:
    approval_id = ask(world)
    with pytest.raises(DomainError, match="same_person"):
        decide(world, approval_id, "given", who="officer")
    assert not is_publishing_approved(steps.round_of(world))
    at = steps.round_of(world).publishes_at
    with pytest.raises(DomainError, match="approval_missing"), transaction():
        publish_round(world.round_id, now=at, account_id=world.accounts["officer"])


def test_a_refusal_says_why_and_leaves_room_to_ask_again(world: World, db: SQLAlchemy) -> None:
    first = ask(world)
    with pytest.raises(DomainError, match="approval_already_asked"):
        ask(world)
    second, now = world.accounts["second_officer"], steps.round_of(world).draws_at
    with pytest.raises(DomainError, match="reason_missing"), transaction():
        decide_publishing(first, "refused", now=now, account_id=second, reason=" ")
    decide(world, first, "refused")
    assert db.session.get_one(Approval, first).decision_reason == "数不对"
    assert not is_publishing_approved(steps.round_of(world))
    with pytest.raises(DomainError, match="approval_already_decided"):
        decide(world, first, "given")
    again = ask(world)
    decide(world, again, "given")
    assert is_publishing_approved(steps.round_of(world))
    with pytest.raises(DomainError, match="approval_given_already"):
        ask(world)


def test_the_word_holds_for_one_result_only(world: World, db: SQLAlchemy) -> None:
    """Nothing changes a result once it is drawn; should it happen, it does not come out."""
    open_id = ask(world)
    with transaction():
        db.session.scalars(select(Run)).one().result_sha256 = "f" * 64
    with pytest.raises(DomainError, match="result_changed"):
        decide(world, open_id, "given")
    with transaction():
        db.session.get_one(Approval, open_id).facts = {
            "round_id": world.round_id,
            "sha256": "f" * 64,
        }
    decide(world, open_id, "given")
    assert is_publishing_approved(steps.round_of(world))
    with transaction():
        db.session.scalars(select(Run)).one().result_sha256 = "e" * 64
    assert work.publish_rounds(steps.round_of(world).publishes_at) == 0


def test_what_was_asked_about_a_cancelled_round_can_only_be_refused(world: World) -> None:
    approval_id = ask(world)
    with transaction():
        officer, now = world.accounts["officer"], steps.round_of(world).draws_at
        cancel_round(world.round_id, reason="台风", now=now, account_id=officer)
    with pytest.raises(IllegalTransition):
        decide(world, approval_id, "given")
    assert decide(world, approval_id, "refused").state == "refused"


def test_nothing_is_asked_about_a_round_that_is_not_drawn(db: SQLAlchemy) -> None:
    built = build_world()
    steps.opened(built)
    with pytest.raises(IllegalTransition):
        ask(built)
