"""Working days, deadlines counted in them, and the calendar table."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.audit.chain import broken_links
from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.calendar import SHANGHAI, MessageHours, WorkingCalendar
from eldercampus.catalogue.queries import get_calendar, list_calendar_days, list_calendar_years
from eldercampus.catalogue.rules import set_rule
from eldercampus.catalogue.years import change_day, confirm_year, load_calendar_year
from eldercampus.db import transaction
from eldercampus.errors import DomainError

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PLAIN = WorkingCalendar()
# 1 May 2026 is a Friday and off until Tuesday the 5th; Saturday the 9th is worked for it.
MAY = WorkingCalendar(
    {date(2026, 5, day): "holiday" for day in range(1, 6)} | {date(2026, 5, 9): "workday"}
)


def at(day: int, hour: int, minute: int = 0, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_weekends_are_not_worked_unless_exchanged() -> None:
    assert [PLAIN.is_working(date(2026, 6, day)) for day in range(1, 8)] == [True] * 5 + [False] * 2
    assert not MAY.is_working(date(2026, 5, 4))
    assert MAY.is_working(date(2026, 5, 9))
    assert MAY.is_holiday(date(2026, 5, 2))
    assert not MAY.is_holiday(date(2026, 5, 10))


def test_working_days_are_counted_over_holidays() -> None:
    assert PLAIN.working_days_after(date(2026, 6, 5), 1) == date(2026, 6, 8)
    assert MAY.working_days_after(date(2026, 4, 30), 4) == date(2026, 5, 9)
    assert MAY.working_days_after(date(2026, 5, 2), 0) == date(2026, 5, 2)


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        (at(5, 10, month=6), at(9, 10, month=6)),  # Friday 10:00 → Tuesday 10:00
        (at(5, 21, month=6), at(10, 8, month=6)),  # Friday 21:00 → Wednesday 08:00
        (at(6, 12, month=6), at(10, 8, month=6)),  # Saturday
        (at(1, 6, month=6), at(3, 8, month=6)),  # Monday before the hours
    ],
)
def test_two_days_of_working_time(moment: datetime, ends: datetime) -> None:
    assert PLAIN.add_working_hours(moment, 48) == ends


def test_a_deadline_runs_around_a_holiday_and_counts_the_exchanged_saturday() -> None:
    assert MAY.add_working_hours(at(30, 15, month=4), 24) == at(6, 15)
    assert MAY.add_working_hours(at(8, 15), 24) == at(9, 15)
    assert MAY.add_working_hours(at(8, 15), 48) == at(11, 15)


def test_moments_come_back_in_utc_and_must_be_aware() -> None:
    assert PLAIN.next_working_minute(at(6, 9, month=6)).tzinfo is UTC
    with pytest.raises(ValueError, match="time zone"):
        PLAIN.next_message_minute(datetime(2026, 6, 1, 9))  # noqa: DTZ001  that is the point


def test_messages_wait_for_the_morning_offers_for_a_working_one() -> None:
    saturday_night = at(6, 20, month=6)
    assert PLAIN.next_message_minute(saturday_night) == at(7, 8, month=6)
    assert PLAIN.next_working_minute(saturday_night) == at(8, 8, month=6)
    assert PLAIN.next_message_minute(at(6, 19, 59, month=6)) == at(6, 19, 59, month=6)


def test_message_hours_follow_their_date() -> None:
    changed = MessageHours(date(2026, 6, 2), time(9), time(18))
    calendar = WorkingCalendar(hours=(MessageHours(date.min, time(8), time(20)), changed))
    assert calendar.next_message_minute(at(1, 7, month=6)) == at(1, 8, month=6)
    assert calendar.next_message_minute(at(1, 21, month=6)) == at(2, 9, month=6)
    assert calendar.next_message_minute(at(2, 18, month=6)) == at(3, 9, month=6)


def test_2026_is_as_the_official_notice_says(db: SQLAlchemy) -> None:
    with transaction():
        year = load_calendar_year(2026, now=NOW)
    assert not year.provisional
    days = {row.on: row.kind for row in list_calendar_days(2026)}
    spring = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]  # nine days off
    assert all(days[day] == "holiday" for day in spring)
    worked = {day for day, kind in days.items() if kind == "workday"}
    assert worked == {
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9),
        date(2026, 9, 20), date(2026, 10, 10),
    }  # fmt: skip
    assert sum(kind == "holiday" for kind in days.values()) == 33
    assert get_calendar().is_working(date(2026, 2, 28))


def test_a_year_without_its_notice_is_provisional_until_confirmed(db: SQLAlchemy) -> None:
    with transaction():
        assert load_calendar_year(2027, now=NOW).provisional
    with transaction():
        confirm_year(2027, source="国办发明电〔2026〕1 号", account_id=None, now=NOW)
    assert [(row.year, row.provisional) for row in list_calendar_years()] == [(2027, False)]
    assert {row.kind for row in list_calendar_days(2027)} == {"holiday"}


def test_the_weekend_before_a_new_year_belongs_to_it(db: SQLAlchemy) -> None:
    with transaction():
        load_calendar_year(2023, now=NOW)
    assert {date(2023, 12, 30), date(2023, 12, 31)} <= {row.on for row in list_calendar_days(2023)}


def test_staff_change_a_day_and_loading_again_puts_it_back(db: SQLAlchemy) -> None:
    day = date(2026, 6, 3)
    with transaction():
        load_calendar_year(2026, now=NOW)
        change_day(day, "holiday", name="校庆", account_id=None, now=NOW)
    assert get_calendar().is_holiday(day)
    with transaction():
        change_day(day, "ordinary", account_id=None, now=NOW)
        change_day(date(2026, 10, 1), "ordinary", account_id=None, now=NOW)
    assert get_calendar().is_working(date(2026, 10, 1))
    with transaction():
        load_calendar_year(2026, now=NOW)
    assert not get_calendar().is_working(date(2026, 10, 1))
    assert not list(broken_links())
    assert db.session.query(AuditEntry).count() == 5


def test_bad_days_and_years_are_refused(db: SQLAlchemy) -> None:
    with pytest.raises(DomainError, match="calendar_year"):
        load_calendar_year(1999, now=NOW)
    with pytest.raises(DomainError, match="calendar_kind"):
        change_day(date(2026, 1, 1), "feast", account_id=None, now=NOW)


def test_the_calendar_takes_its_hours_from_the_rules(db: SQLAlchemy) -> None:
    with transaction():
        set_rule(
            "message_until",
            "18:00",
            valid_from=date(2026, 12, 1),
            reason="冬天",
            account_id=None,
            now=NOW,
        )
    calendar = get_calendar()
    evening = datetime(2026, 11, 30, 19, tzinfo=SHANGHAI)
    assert calendar.next_message_minute(evening) == evening
    assert calendar.next_message_minute(evening + timedelta(days=1)) == datetime(
        2026, 12, 2, 8, tzinfo=SHANGHAI
    )
