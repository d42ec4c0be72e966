"""/staff/clock and /staff/tasks: what the jobs did, and moving the demonstration's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus import clock
from eldercampus.audit.models import AuditEntry
from eldercampus.db import db, transaction
from eldercampus.places.queries import get_district
from eldercampus.tasks.models import Heartbeat, JobSlot, Task
from tests.web.visiting import ENGLISH, build_open_world, sign_in, text_of
from tests.world import NOW, World, build_world

SILENT = "Nothing is running:"


@pytest.fixture
def world(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> World:
    world = build_open_world(app, monkeypatch)
    sign_in(app, client, world.accounts["officer"])
    return world


def tick(app: Flask, at: datetime) -> None:
    with app.app_context(), transaction() as session:
        session.merge(Heartbeat(holder="here", at=at))


def test_what_comes_and_what_was_done(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context(), transaction() as session:
        for job, state, note in [("deliver", "done", "12"), ("close_rounds", "failed", "KeyError")]:
            session.add(
                JobSlot(
                    job=job,
                    slot=NOW,
                    holder="here",
                    lease_until=NOW,
                    state=state,
                    note=note,
                    finished_at=NOW,
                )
            )
    text = text_of(client.get("/staff/clock", headers=ENGLISH))
    assert "It is Monday 23 November" in text
    assert "Applying ends: Spring 2027, first round" in text
    assert "Messages sent" in text
    assert "failed: KeyError" in text
    assert "Move the clock" not in text  # no demonstration


def test_a_silent_clock_is_said(app: Flask, client: FlaskClient, world: World) -> None:
    assert SILENT in text_of(client.get("/staff/clock", headers=ENGLISH))
    tick(app, datetime.now(UTC))
    assert SILENT not in text_of(client.get("/staff/clock", headers=ENGLISH))
    tick(app, datetime.now(UTC) - timedelta(seconds=61))
    assert SILENT in text_of(client.get("/staff/clock", headers=ENGLISH))


def test_chinese_comes_without_english(client: FlaskClient, world: World) -> None:
    text = text_of(client.get("/staff/clock"))
    assert "接下来的事" in text
    assert not any(letter.isascii() and letter.isalpha() for letter in text)


@pytest.mark.parametrize("who", ["clerk", "town_officer", "Zhao"])
def test_others_do_not_see_it(app: Flask, client: FlaskClient, world: World, who: str) -> None:
    sign_in(app, client, world.accounts[who])
    assert client.get("/staff/clock").status_code == 403


def test_without_a_demonstration_the_clock_stands(
    app: Flask, client: FlaskClient, world: World
) -> None:
    assert client.post("/staff/clock").status_code == 404
    with app.app_context():
        assert get_district().clock_shift_s == 0


def test_the_clock_goes_to_the_next_event_or_morning(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["DEMO"] = True
    wall = NOW

    def shifted() -> datetime:
        return wall + timedelta(seconds=get_district().clock_shift_s)

    monkeypatch.setattr(clock, "now", shifted)
    mornings = []
    for _ in range(14):
        assert client.post("/staff/clock").status_code == 303
        with app.app_context():
            mornings.append(shifted() - timedelta(seconds=1))
    first = datetime.fromisoformat("2026-11-24T09:05:00+08:00")
    assert mornings[0] == first
    assert mornings == sorted(mornings)
    closes = NOW + timedelta(days=13)
    assert closes in mornings  # 10:00, after the morning of that day
    with app.app_context():
        deeds = db.session.query(AuditEntry).filter_by(action="demo.clock").count()
    assert deeds == 14
    assert "Move the clock" in text_of(client.get("/staff/clock", headers=ENGLISH))


def test_a_demonstration_runs_ahead_by_its_shift(app: Flask) -> None:
    app.config["DEMO"] = True
    with app.app_context():
        build_world()
        with transaction():
            get_district().clock_shift_s = 3600
        ahead = clock.now() - datetime.now(UTC)
        assert timedelta(minutes=59) < ahead <= timedelta(hours=1)
        app.config["DEMO"] = False
        assert clock.now() - datetime.now(UTC) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "queued"}, ["waits its turn", "Look again"]),
        ({"state": "running", "done": 3, "total": 9}, ["at work", "3 of 9"]),
        ({"state": "done", "finished_at": NOW}, ["done", "Back to the round"]),
        ({"state": "failed", "error": "ValueError: no"}, ["It did not work:", "ValueError: no"]),
        (
            {"state": "failed", "error": "DomainError: dry_run_too_late"},
            ["It did not work: The list was fixed before this dry run began"],
        ),
    ],
)
def test_a_task_says_how_far_it_is(
    app: Flask, client: FlaskClient, world: World, values: dict[str, object], words: list[str]
) -> None:
    with app.app_context(), transaction() as session:
        task = Task(kind="draw", args={"round_id": world.round_id}, asked_at=NOW, **values)
        session.add(task)
        session.flush()
        number = task.id
    text = text_of(client.get(f"/staff/tasks/{number}", headers=ENGLISH))
    assert all(word in text for word in words), text
    assert client.get("/staff/tasks/999").status_code == 404


def test_readyz_tells_the_last_tick(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/readyz").get_json()
    assert (answer["status"], answer["last_tick"]) == ("ok", None)
    tick(app, NOW)
    assert client.get("/readyz").get_json()["last_tick"] == NOW.isoformat()
