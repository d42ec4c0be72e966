"""Two officers ask for a dry run at the same moment: one is queued, the other one is told to wait.

SQLite lets one write at a time, so nothing is to be seen there. The twin without the lock must
fail.
"""

import threading
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import db, transaction
from eldercampus.enrolment import drawing
from eldercampus.enrolment.drawing import ask_draw
from eldercampus.errors import DomainError
from eldercampus.tasks.queue import add_task
from tests.enrolment import steps
from tests.world import NOW, World, build_world

pytestmark = pytest.mark.parametrize("backend", ["postgresql"])


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    built = build_world()
    steps.opened(built)
    steps.closed(built)
    return built


def both_ask(app: Flask, world: World, patch: pytest.MonkeyPatch) -> list[str]:
    """What became of each. Who comes to the queue first waits there a second for the other one."""
    there = threading.Barrier(2)
    came_to: list[str] = []

    def held_up(*args: Any, **more: Any) -> Any:
        with suppress(threading.BrokenBarrierError):  # the other one waits for the lock
            there.wait(1)
        return add_task(*args, **more)

    def ask() -> None:
        with app.app_context():
            try:
                with transaction():
                    ask_draw(world.round_id, kind="dry", account_id=None, now=NOW)
                came_to.append("queued")
            except DomainError as error:
                came_to.append(error.code)
            finally:
                db.session.remove()

    db.session.rollback()
    patch.setattr(drawing, "add_task", held_up)
    asking = [threading.Thread(target=ask) for _ in range(2)]
    for one in asking:
        one.start()
    for one in asking:
        one.join(20)
    return sorted(came_to)


def test_of_two_who_ask_at_once_one_is_told_to_wait(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert both_ask(app, world, monkeypatch) == ["draw_waits", "queued"]


def test_without_the_lock_both_are_queued(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "lock_seats", lambda _term_id: None)
    assert both_ask(app, world, monkeypatch) == ["queued", "queued"]
