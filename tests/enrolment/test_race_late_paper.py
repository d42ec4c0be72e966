"""A late form and the fixing of the list at the same moment: the form is on the list, or it is
refused, or the list waits for it. It is never left behind, and never comes in afterwards."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eldercampus.db import db, transaction
from eldercampus.enrolment import applications, freezing, late_papers, round_steps
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.late_paper_queries import count_open_late_papers
from eldercampus.enrolment.late_papers import Typed, ask_late_paper, decide_late_paper
from eldercampus.enrolment.models import Application, LatePaper, Learner
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.errors import DomainError
from tests.enrolment import steps
from tests.world import World, build_world

AHEAD_S = 0.15
SLOW_S = 0.4
Act = Callable[[], Any]


@pytest.fixture
def world(app: Flask) -> World:
    """Closed, and everything named that the freezing needs. Qian has applied."""
    with app.app_context():
        built = build_world()
        steps.opened(built)
        steps.applied(built, "Qian", "S-001")
        steps.closed(built)
        steps.beacon_named(built)
        db.session.remove()
    return built


def in_turn(app: Flask, *acts: Act) -> list[str]:
    """Each begins a moment after the one before, while that one is still at it. What each was told:
    done, a code, or the name of what broke the page."""
    told = ["" for _ in acts]

    def run(number: int, act: Act) -> None:
        time.sleep(number * AHEAD_S)
        with app.app_context():
            try:
                with transaction():
                    act()
                told[number] = "done"
            except DomainError as error:
                told[number] = error.code
            except Exception as error:
                told[number] = type(error).__name__
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def slowly(patch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """The function goes on a while after it has looked."""
    real = getattr(module, name)

    def slow(*args: Any, **values: Any) -> Any:
        found = real(*args, **values)
        time.sleep(SLOW_S)
        return found

    patch.setattr(module, name, slow)


def both_slow(patch: pytest.MonkeyPatch) -> None:
    slowly(patch, freezing, "take_step")
    slowly(patch, late_papers, "_check")


def moment(app: Flask, world: World) -> datetime:
    with app.app_context():
        at = steps.round_of(world).freezes_at
        db.session.remove()
    return at


def freeze(world: World, at: datetime) -> Act:
    return lambda: freeze_round(world.round_id, now=at, account_id=world.accounts["officer"])


def ask(world: World, at: datetime) -> Act:
    draft: Draft = {
        "wants": 1,
        "choices": [world.sections["S-003"]],
        "accept_automatically": False,
    }

    def act() -> None:
        stamp = get_round_by_id(world.round_id).closes_at - timedelta(hours=1)
        ask_late_paper(
            world.round_id,
            world.people["Zhao"],
            Typed(draft, None, stamp),
            reason="信封压在箱底",
            now=at,
            account_id=world.accounts["clerk"],
        )

    return act


def give(app: Flask, world: World, at: datetime) -> Act:
    """Of a form that waits already."""
    with app.app_context():
        with transaction():
            ask(world, at)()
        approval_id = db.session.scalars(select(LatePaper.approval_id)).one()
        db.session.remove()
    second = world.accounts["second_officer"]
    return lambda: decide_late_paper(approval_id, "given", now=at, account_id=second)


def wrongs(app: Flask, world: World) -> set[str]:
    """What must never be: "left behind" by a list that is fixed, "came afterwards"."""
    with app.app_context():
        found = set()
        if steps.round_of(world).state == "frozen":
            on_the_list = set(db.session.scalars(select(Learner.person_id)))
            counting = select(Application.person_id).where(Application.state == "submitted")
            if count_open_late_papers(world.round_id):
                found.add("left behind")
            if set(db.session.scalars(counting)) - on_the_list:
                found.add("came afterwards")
        db.session.remove()
    return found


def test_asked_for_first_the_list_waits(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = moment(app, world)
    both_slow(monkeypatch)
    assert in_turn(app, ask(world, at), freeze(world, at)) == ["done", "late_papers_open"]
    assert wrongs(app, world) == set()


def test_asked_for_while_the_list_is_fixed_it_is_refused(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = moment(app, world)
    both_slow(monkeypatch)
    assert in_turn(app, freeze(world, at), ask(world, at)) == ["done", "list_is_fixed"]
    assert wrongs(app, world) == set()


def test_agreed_to_first_it_is_on_the_list(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = moment(app, world)
    giving = give(app, world, at)
    both_slow(monkeypatch)
    assert in_turn(app, giving, freeze(world, at)) == ["done", "done"]
    assert wrongs(app, world) == set()
    with app.app_context():
        assert world.people["Zhao"] in db.session.scalars(select(Learner.person_id)).all()


def test_a_freezing_that_comes_before_the_agreement_is_hindered(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = moment(app, world)
    giving = give(app, world, at)
    both_slow(monkeypatch)
    assert in_turn(app, freeze(world, at), giving) == ["late_papers_open", "done"]
    assert wrongs(app, world) == set()


# the twins, each with a guard off


def test_without_the_lock_a_form_is_left_behind(
    app: Flask, world: World, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite lets one transaction write at a time anyway."""
    at = moment(app, world)
    both_slow(monkeypatch)
    monkeypatch.setattr(late_papers, "lock_seats", lambda _term_id: None)
    in_turn(app, ask(world, at), freeze(world, at))
    assert wrongs(app, world) == ({"left behind"} if backend == "postgresql" else set())


def test_without_the_hindrance_a_form_is_left_behind(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = moment(app, world)
    giving = give(app, world, at)
    both_slow(monkeypatch)
    monkeypatch.setattr(round_steps, "count_open_late_papers", lambda _round_id: 0)
    assert in_turn(app, freeze(world, at), giving) == ["done", "list_is_fixed"]
    assert wrongs(app, world) == {"left behind"}


def test_without_a_look_at_the_round_it_comes_afterwards(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = moment(app, world)
    giving = give(app, world, at)
    both_slow(monkeypatch)

    def unlooked(round_id: int, *_rest: Any) -> Any:
        return get_round_by_id(round_id)

    monkeypatch.setattr(round_steps, "count_open_late_papers", lambda _round_id: 0)
    monkeypatch.setattr(late_papers, "_taking_round", unlooked)
    monkeypatch.setattr(applications, "_taking_round", unlooked)
    assert in_turn(app, freeze(world, at), giving) == ["done", "done"]
    assert wrongs(app, world) == {"came afterwards"}
