"""Two windows, one button: officers who act on one round at the same moment."""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from flask import Flask

from eldercampus.approvals import decisions
from eldercampus.db import db, transaction
from eldercampus.enrolment import publishing, publishing_approval
from eldercampus.enrolment.overrides import ask_seat
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.publishing_approval import ask_publishing
from eldercampus.enrolment.rounds import cancel_round
from eldercampus.errors import DomainError
from tests.enrolment import steps
from tests.world import World, build_world

Act = Callable[[], Any]


@pytest.fixture
def world(app: Flask) -> World:
    """Drawn."""
    with app.app_context():
        built = build_world()
        steps.opened(built)
        for name in ("Zhao", "Qian", "Li"):
            steps.applied(built, name, "S-001 S-003")
        for take in (steps.closed, steps.frozen, steps.drawn):
            take(built)
        db.session.remove()
    return built


def race(app: Flask, acts: Sequence[Act]) -> list[str]:
    """What each was told, sorted: done, a code, or the name of what broke the page."""
    told: list[str] = []
    together = threading.Barrier(len(acts))

    def click(act: Act) -> None:
        with app.app_context():
            together.wait()
            try:
                with transaction():
                    act()
                told.append("done")
            except DomainError as error:
                told.append(error.code)
            except Exception as error:
                told.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def slowly(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """The function takes a while, so that all the others come in between."""
    real = getattr(module, name)

    def slow(*args: Any, **values: Any) -> Any:
        time.sleep(0.3)
        found = real(*args, **values)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(module, name, slow)


def ask_four_times(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    slowly(monkeypatch, decisions, "find_open_approval")
    with app.app_context():
        at = steps.round_of(world).publishes_at
    officers = [world.accounts[name] for name in ("officer", "second_officer")] * 2
    asking: list[Act] = [
        partial(ask_publishing, world.round_id, now=at, account_id=by) for by in officers
    ]
    return race(app, asking)


def test_of_four_who_ask_at_once_one_has_asked(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ask_four_times(app, world, monkeypatch)
    assert told == ["approval_already_asked"] * 3 + ["done"]


def test_the_twin_without_the_lock_breaks_a_page(
    app: Flask, world: World, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite lets one transaction write at a time anyway."""
    monkeypatch.setattr(publishing_approval, "lock_seats", lambda term_id: None)
    told = ask_four_times(app, world, monkeypatch)
    broken = ["IntegrityError"] * 3 if backend == "postgresql" else ["approval_already_asked"] * 3
    assert told == sorted([*broken, "done"])


def test_a_round_is_cancelled_at_the_moment_it_comes_out(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is first, the other is told so; neither waits for what the other has."""
    slowly(monkeypatch, publishing, "take_step")
    officer = world.accounts["officer"]
    with app.app_context():
        steps.approved(world)
        at = steps.round_of(world).publishes_at
        db.session.remove()
    told = race(
        app,
        [
            lambda: publish_round(world.round_id, now=at, account_id=None),
            lambda: cancel_round(world.round_id, reason="台风", now=at, account_id=officer),
        ],
    )
    assert told == ["done", "illegal_transition"]


def test_a_seat_by_hand_is_asked_for_once(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, decisions, "find_open_approval")
    officer = world.accounts["officer"]
    with app.app_context():
        steps.published(world)
        at = steps.round_of(world).publishes_at
        section_id, person_id = world.sections["S-002"], world.people["Wu"]
        db.session.remove()

    def ask() -> None:
        ask_seat(section_id, person_id, reason="漏了", now=at, account_id=officer)

    assert race(app, [ask] * 3) == ["approval_already_asked"] * 2 + ["done"]
