"""A class is changed while somebody else fixes the list: whoever comes second finds it fixed.

The change is held up just before its lock until the list is fixed. SQLite lets one write at a time,
so nothing is to be seen there. The twin that looks before it locks must fail.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import db, transaction
from eldercampus.enrolment import deciding
from eldercampus.enrolment.class_merging import merge_classes
from eldercampus.enrolment.deciding import exempt_class, widen_class
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.seats import lock_seats
from eldercampus.errors import DomainError
from tests.enrolment import steps
from tests.world import World, build_world

pytestmark = pytest.mark.parametrize("backend", ["postgresql"])
PATIENCE_S = 20.0
Decide = Callable[..., Any]


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    built = build_world()
    steps.opened(built)
    steps.applied(built, "Zhao", "S-001 S-002")
    steps.applied(built, "Qian", "S-004")
    steps.closed(built)
    return built


def merging(world: World) -> Decide:
    return partial(merge_classes, world.round_id, world.sections["S-004"], world.sections["S-001"])


def widening(world: World) -> Decide:
    return partial(widen_class, world.round_id, world.sections["S-004"], 29)


def exempting(world: World) -> Decide:
    return partial(exempt_class, world.round_id, world.sections["S-004"])


def overtaken(app: Flask, world: World, decide: Decide, patch: pytest.MonkeyPatch) -> list[str]:
    """What became of the change: "made", or the code it was refused with."""
    at, by = steps.beacon_named(world).freezes_at, world.accounts["officer"]
    before_the_lock, fixed = threading.Event(), threading.Event()
    came_to: list[str] = []

    def held_up(term_id: int) -> None:
        before_the_lock.set()
        assert fixed.wait(PATIENCE_S)
        lock_seats(term_id)

    def change() -> None:
        with app.app_context():
            try:
                with transaction():
                    decide(reason="too few", now=at, account_id=by)
                came_to.append("made")
            except DomainError as error:
                came_to.append(error.code)
            finally:
                db.session.remove()

    db.session.rollback()
    patch.setattr(deciding, "lock_seats", held_up)
    changing = threading.Thread(target=change)
    changing.start()
    assert before_the_lock.wait(PATIENCE_S)
    with transaction():
        freeze_round(world.round_id, now=at, account_id=by)
    fixed.set()
    changing.join(PATIENCE_S)
    return came_to


@pytest.mark.parametrize("kind", [merging, widening, exempting])
def test_a_change_overtaken_by_the_freezing_is_refused(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, kind: Callable[[World], Decide]
) -> None:
    assert overtaken(app, world, kind(world), monkeypatch) == ["class_is_fixed"]


def test_a_change_that_looks_before_it_locks_is_made_all_the_same(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin without the order: what was read before the lock is believed after it."""
    seen: dict[int, Any] = {}

    def read_once(round_id: int) -> Any:
        if round_id not in seen:
            seen[round_id] = get_round_by_id(round_id)
        return seen[round_id]

    monkeypatch.setattr(deciding, "get_round_by_id", read_once)
    monkeypatch.setattr(deciding, "refuse_while_fixed", lambda _term_id: None)
    assert overtaken(app, world, merging(world), monkeypatch) == ["made"]
