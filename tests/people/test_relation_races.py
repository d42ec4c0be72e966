"""The same asked for several times at once: one outcome, the same answer to each.

SQLite lets one write at a time, so nothing is to be seen there.
"""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.db import db, transaction
from eldercampus.people import asking, calendar_feeds
from eldercampus.people.asking import Terms, ask_relation, withdraw_request
from eldercampus.people.calendar_feeds import make_feed
from eldercampus.people.giving import give_relation, refuse_relation
from eldercampus.people.models import CalendarFeed, RelationRequest
from tests.world import NOW, World, build_world

pytestmark = pytest.mark.parametrize("backend", ["postgresql"])
TIMES = 3


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def at_once(app: Flask, deed: Callable[[], object], times: int = TIMES) -> list[str]:
    """What became of each."""
    there, outcomes = threading.Barrier(times), []

    def run() -> None:
        with app.app_context():
            there.wait(10)
            try:
                with transaction():
                    deed()
                outcomes.append("done")
            except Exception as error:  # whatever it is, a person would have seen a broken page
                outcomes.append(type(error).__name__)
            finally:
                db.session.remove()

    runs = [threading.Thread(target=run) for _ in range(times)]
    for one in runs:
        one.start()
    for one in runs:
        one.join(20)
    return outcomes


def slowly(patch: pytest.MonkeyPatch, module: object) -> None:
    """Each waits a moment between what it read and what it writes."""
    inner = module.record  # type: ignore[attr-defined]

    def late(*args: object, **facts: object) -> object:
        threading.Event().wait(0.2)
        return inner(*args, **facts)

    patch.setattr(module, "record", late)


@pytest.mark.parametrize("known", [True, False])
def test_asking_at_once_has_the_same_answer_for_known_and_unknown(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    account, person = world.accounts["Qian"], world.people["Zhao"] if known else None
    slowly(monkeypatch, asking)
    db.session.rollback()

    def ask() -> None:
        terms = Terms("daughter")
        ask_relation(account, person, terms, named="赵示范", asker="钱小样", now=NOW)

    assert at_once(app, ask) == ["done"] * TIMES
    asked = db.session.scalars(select(RelationRequest.person_id)).all()
    assert asked.count(world.people["Zhao"]) == int(known)
    assert len(asked) == TIMES


def test_a_calendar_made_at_once_is_one(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, account = world.people["Zhao"], world.accounts["Zhao"]
    slowly(monkeypatch, calendar_feeds)
    db.session.rollback()
    made = at_once(app, lambda: make_feed(person, now=NOW, account_id=account))
    assert made == ["done"] * TIMES
    assert len(db.session.scalars(select(CalendarFeed)).all()) == 1


@pytest.mark.parametrize("decided", ["given", "refused"])
def test_what_was_decided_meanwhile_is_not_withdrawn(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, decided: str
) -> None:
    account, by = world.accounts["Qian"], world.accounts["Zhao"]
    with transaction():
        request_id = ask_relation(
            account, world.people["Zhao"], Terms("son"), named="赵", asker="钱小样", now=NOW
        ).id

    def decide() -> None:
        if decided == "given":
            give_relation(request_id, Terms("son"), how="web", by_account_id=by, now=NOW)
        else:
            refuse_relation(request_id, how="web", by_account_id=by, now=NOW)

    read, outcomes = asking.get_request_of, list[str]()
    deciding = threading.Thread(target=lambda: outcomes.extend(at_once(app, decide, 1)))

    def read_then_decide(request_id: int, account_id: int) -> RelationRequest:
        row = read(request_id, account_id)
        if not deciding.ident:
            deciding.start()
            deciding.join(20)
        return row

    monkeypatch.setattr(asking, "get_request_of", read_then_decide)
    with transaction():
        withdraw_request(request_id, account_id=account, now=NOW)
    assert outcomes == ["done"]
    assert db.session.get_one(RelationRequest, request_id).state == decided
