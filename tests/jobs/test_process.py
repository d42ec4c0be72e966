"""`flask jobs run` as a process of its own: it starts, does what is due, ends when it is told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Round
from eldercampus.jobs.timetable import TIMETABLE
from eldercampus.notices.models import Notice
from eldercampus.people.signing_in import send_code
from eldercampus.tasks.models import Heartbeat, JobSlot
from eldercampus.tasks.queries import last_tick
from tests.conftest import KEY
from tests.world import PHONE, build_world

ROOT = Path(__file__).parent.parent.parent
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def campus(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """An open round whose window ended a minute ago, and a code that waits to be sent."""
    app = make_app(OUTBOX_FOLDER=str(tmp_path / "outbox"))
    with app.app_context():
        world = build_world()
        now = datetime.now(UTC)
        with transaction() as session:
            round_ = session.get_one(Round, world.round_id)
            round_.state, round_.closes_at = "open", now - timedelta(minutes=1)
            send_code(PHONE, address="::1", now=now)
        db.session.remove()
    return app


@pytest.fixture
def flask(campus: Flask, tmp_path: Path) -> Iterator[Start]:
    """flask(words): the command as a process on the campus's database."""
    environment = {
        **os.environ,
        "DATABASE_URL": campus.config["SQLALCHEMY_DATABASE_URI"],
        "OUTBOX_FOLDER": str(tmp_path / "outbox"),
        "SECRET_KEY": KEY,
        "SEALING_KEY": KEY,
    }
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_for(app: Flask, holds: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while True:
        with app.app_context():
            if holds():
                return
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.2)


def round_closed() -> bool:
    return db.session.scalars(select(Round.state)).one() == "closed"


def code_sent() -> bool:
    return db.session.scalars(select(Notice.state)).one() == "sent"


def both_tick() -> bool:
    return db.session.scalar(select(func.count()).select_from(Heartbeat)) == 2


def test_it_does_what_is_due_and_ends_when_told(
    campus: Flask, flask: Start, tmp_path: Path
) -> None:
    one, two = flask("run"), flask("run")
    for happens in (both_tick, round_closed, code_sent):
        wait_for(campus, happens)
    for process in (one, two):
        process.send_signal(signal.SIGTERM)
    for process in (one, two):
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 0, output
        assert "Traceback" not in output
    files = list((tmp_path / "outbox").glob("*-sms.txt"))
    assert sum(file.read_text(encoding="utf-8").count(PHONE) for file in files) == 1
    with campus.app_context():
        tick = last_tick()
        assert tick is not None
        assert datetime.now(UTC) - tick < timedelta(minutes=1)
        ran = db.session.scalars(select(JobSlot).where(JobSlot.note != "")).all()
        assert sorted((slot.job, slot.state, slot.note) for slot in ran) == [
            ("close_rounds", "done", "1"),
            ("deliver", "done", "1"),
        ]


def test_one_job_by_hand_and_the_timetable(campus: Flask, flask: Start) -> None:
    once = flask("once", "close_rounds")
    output, _ = once.communicate(timeout=60)
    assert (once.returncode, output) == (0, "close_rounds: 1\n")
    unknown = flask("once", "breakfast")
    output, _ = unknown.communicate(timeout=60)
    assert unknown.returncode == 1
    assert "There is no job 'breakfast'" in output
    listed = flask("list")
    output, _ = listed.communicate(timeout=60)
    assert listed.returncode == 0
    assert all(job.name in output for job in TIMETABLE)
