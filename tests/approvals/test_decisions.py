"""The second person: never the asker, a refusal says why, and of two who decide one is first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import true, update
from sqlalchemy.exc import IntegrityError

from eldercampus.approvals import decisions
from eldercampus.approvals.decisions import ask_approval, decide_approval
from eldercampus.approvals.models import Approval
from eldercampus.approvals.queries import (
    find_latest_approval,
    find_open_approval,
    list_decided_approvals,
    list_open_approvals,
)
from eldercampus.audit.models import AuditEntry
from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.errors import DomainError, NotFound
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def asked(world: World, subject: str = "seat:1/2") -> int:
    with transaction():
        head = world.accounts["head"]
        return ask_approval(
            "seat.give", subject, account_id=head, reason="试", now=NOW, section_id=1
        ).id


def test_asked_then_given_then_listed(world: World, db: SQLAlchemy) -> None:
    first, second = asked(world), asked(world, "seat:1/3")
    assert [one.id for one in list_open_approvals()] == [first, second]
    with transaction():
        officer = world.accounts["officer"]
        decide_approval(first, "given", account_id=officer, now=NOW, reason=" 好 ")
    assert [one.id for one in list_open_approvals()] == [second]
    assert [(one.id, one.decision_reason) for one in list_decided_approvals()] == [(first, "好")]
    assert find_open_approval("seat.give", "seat:1/2") is None
    latest = find_latest_approval("seat.give", "seat:1/2")
    assert latest is not None
    assert (latest.state, latest.facts) == ("given", {"section_id": 1})
    again = asked(world)
    latest = find_latest_approval("seat.give", "seat:1/2")
    assert latest is not None
    assert latest.id == again
    with pytest.raises(NotFound), transaction():
        decide_approval(99, "given", account_id=officer, now=NOW)


def test_the_database_keeps_the_asker_out_too(world: World, db: SQLAlchemy) -> None:
    approval_id = asked(world)
    step = update(Approval).where(Approval.id == approval_id)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(step.values(decided_by_id=Approval.asked_by_id))


def both_decide(app: Flask, world: World, approval_id: int) -> list[str]:
    """What two officers are told who press at the same moment, one yes, one no."""
    together = Barrier(2)

    def decide(who: str, decision: Any) -> str:
        with app.app_context():
            together.wait(timeout=10)
            try:
                with transaction():
                    account_id = world.accounts[who]
                    decide_approval(
                        approval_id, decision, account_id=account_id, now=NOW, reason="试"
                    )
            except DomainError as error:
                return error.code
            finally:
                database.session.remove()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(decide, ("officer", "second_officer"), ("given", "refused"))
        return sorted(answers)


def test_of_two_at_the_same_moment_one_decides(app: Flask, world: World, db: SQLAlchemy) -> None:
    for number in range(5):
        approval_id = asked(world, f"seat:1/{number}")
        assert both_decide(app, world, approval_id) == ["approval_already_decided", "done"]
    db.session.rollback()
    count = len([one for one in db.session.query(AuditEntry.action) if "seat.give" in one[0]])
    assert count == 10  # five asked, five decided


def test_without_the_guard_both_would(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "_still_open", true)
    assert both_decide(app, world, asked(world)) == ["done", "done"]
