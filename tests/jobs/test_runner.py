"""Slots: each claimed once, taken over from the silent; one failure stops no other job."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.jobs import runner
from eldercampus.jobs.runner import LEASE, claim, run_job, tick
from eldercampus.jobs.timetable import BY_NAME, TIMETABLE, Daily, Every, Job
from eldercampus.tasks.models import JobSlot
from eldercampus.tasks.queries import last_tick, list_job_runs
from eldercampus.tasks.queue import add_task
from tests.web.visiting import stop_clock
from tests.world import NOW

SECOND = timedelta(seconds=1)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """wall(moment): stops the machine's clock and the campus's there."""

    def stop(moment: datetime) -> None:
        stop_clock(monkeypatch, moment)
        monkeypatch.setattr(clock, "wall_now", lambda: moment)

    stop(NOW)
    return stop


def timetable(monkeypatch: pytest.MonkeyPatch, *jobs: Job) -> None:
    monkeypatch.setattr(runner, "TIMETABLE", jobs)


def slots(db: SQLAlchemy) -> list[JobSlot]:
    db.session.rollback()
    return list(db.session.scalars(select(JobSlot).order_by(JobSlot.job, JobSlot.slot)))


def test_slots_by_seconds_and_by_day() -> None:
    moment = datetime(2026, 11, 23, 0, 59, 59, 999999, tzinfo=UTC)  # 8:59:59 in Shanghai
    assert Every(30).slot(moment) == datetime(2026, 11, 23, 0, 59, 30, tzinfo=UTC)
    assert Every(30).slot(moment + timedelta(microseconds=1)).minute == 0
    nine = BY_NAME["confirmation_due"].when
    assert isinstance(nine, Daily)
    assert nine.slot(moment) == datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert nine.slot(moment + SECOND) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert nine.slot(datetime(2027, 3, 1, 0, tzinfo=UTC)) == datetime(2027, 2, 28, 1, tzinfo=UTC)
    assert nine.slot(datetime(2028, 3, 1, 0, tzinfo=UTC)) == datetime(2028, 2, 29, 1, tzinfo=UTC)


def test_a_slot_has_one_holder(db: SQLAlchemy) -> None:
    assert claim("deliver", NOW, "one", NOW)
    assert not claim("deliver", NOW, "two", NOW)
    assert not claim("deliver", NOW, "one", NOW)
    assert claim("deliver", NOW + SECOND, "two", NOW)
    assert claim("open_rounds", NOW, "two", NOW)


def test_of_two_who_saw_no_row_one_gets_it(db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_yet(*_: object) -> None:
        """Both look before either writes."""

    monkeypatch.setattr(db.session, "get", nothing_yet)
    assert [claim("deliver", NOW, holder, NOW) for holder in ("one", "two")] == [True, False]


def test_a_silent_holder_is_followed_after_its_lease(db: SQLAlchemy) -> None:
    claim("deliver", NOW, "one", NOW)
    assert not claim("deliver", NOW, "two", NOW + LEASE)
    assert claim("deliver", NOW, "two", NOW + LEASE + SECOND)
    assert not claim("deliver", NOW, "three", NOW + LEASE + SECOND)


def test_a_tick_runs_each_due_slot_once(
    db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch, wall: Callable[[datetime], None]
) -> None:
    ran: list[tuple[str, datetime]] = []

    def note(name: str, every: int) -> Job:
        def work(now: datetime) -> int:
            ran.append((name, now))
            return 0

        return Job(name, Every(every), work, "")

    timetable(monkeypatch, note("often", 5), note("seldom", 60))
    for seconds in (0, 2, 4, 5, 7, 60, 60):
        wall(NOW + seconds * SECOND)
        tick()
    assert [(name, (now - NOW).seconds) for name, now in ran] == [
        ("often", 0),
        ("seldom", 0),
        ("often", 5),
        ("often", 60),
        ("seldom", 60),
    ]
    assert last_tick() == NOW + 60 * SECOND


def test_after_three_hours_of_silence_each_job_runs_once(
    db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch, wall: Callable[[datetime], None]
) -> None:
    ran: list[datetime] = []

    def work(now: datetime) -> int:
        ran.append(now)
        return len(ran)

    timetable(monkeypatch, Job("deliver", Every(30), work, ""))
    later = NOW + timedelta(hours=3)
    for moment in (NOW, later, later + SECOND):
        wall(moment)
        tick()
    assert ran == [NOW, later]
    assert [run.note for run in list_job_runs()] == ["2", "1"]


def test_a_clock_put_back_stops_no_job(
    db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch, wall: Callable[[datetime], None]
) -> None:
    ran: list[datetime] = []

    def work(now: datetime) -> int:
        ran.append(now)
        return 0

    timetable(monkeypatch, Job("open_rounds", Every(5), work, ""))
    before = [NOW + 5 * n * SECOND for n in range(-720, 1, 120)]  # an hour
    for moment in before:
        wall(moment)
        tick()
    assert ran == before
    for moment in before:
        wall(moment)
        tick()
        tick()
    assert ran == before + before[1:]  # the slot in which it was put back had been done


def test_a_failing_job_stops_no_other(
    db: SQLAlchemy,
    monkeypatch: pytest.MonkeyPatch,
    wall: Callable[[datetime], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(now: datetime) -> int:
        with transaction() as session:
            session.add(JobSlot(job="half", slot=NOW, holder="x", lease_until=NOW))
            session.flush()
            raise ValueError("no")

    timetable(
        monkeypatch,
        Job("deliver", Every(5), fail, ""),
        Job("open_rounds", Every(5), lambda now: 3, ""),
    )
    tick()
    assert [(row.job, row.state, row.note) for row in slots(db)] == [
        ("deliver", "failed", "ValueError"),
        ("open_rounds", "done", "3"),
    ]
    assert "job deliver failed" in caplog.text
    with pytest.raises(ValueError, match="no"):
        run_job(Job("deliver", Every(5), fail, ""), None, NOW)  # by hand: whoever asked sees it


def test_old_slots_with_nothing_done_make_room(
    db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch, wall: Callable[[datetime], None]
) -> None:
    counts = iter([1, 0, 0])
    timetable(monkeypatch, Job("deliver", Every(5), lambda now: next(counts), ""))
    for moment in (NOW, NOW + 5 * SECOND, NOW + timedelta(hours=2)):
        wall(moment)
        tick()
    assert [row.slot for row in slots(db)] == [NOW, NOW + timedelta(hours=2)]


def test_messages_run_beside_the_clock() -> None:
    assert [job.name for job in TIMETABLE if job.beside] == ["deliver"]
    assert len(BY_NAME) == len(TIMETABLE)


def test_a_task_that_fails_is_logged_and_the_rest_goes_on(
    db: SQLAlchemy, wall: Callable[[datetime], None], caplog: pytest.LogCaptureFixture
) -> None:
    with transaction():
        task = add_task("draw", asked_by_id=None, now=NOW, round_id=1, kind="dry")
        task_id = task.id
    runner.do_tasks()
    db.session.rollback()
    assert db.session.get_one(type(task), task_id).state == "failed"
    assert "a task failed" in caplog.text
