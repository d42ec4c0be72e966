"""Dates, times, distances and money as they stand on the pages, in both languages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from eldercampus.language import words


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    app = Flask("eldercampus")
    Babel(app, default_locale="zh")
    with app.test_request_context():
        yield


def both(word: object, *values: object) -> tuple[str, str]:
    assert callable(word)
    said = []
    for locale in ("zh", "en"):
        with force_locale(locale):
            said.append(word(*values))
    return said[0], said[1]


CLOSES = datetime(2026, 12, 6, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai


def test_moments() -> None:
    assert both(words.moment_words, CLOSES) == (
        "12 月 6 日（星期日）晚上 8 点",
        "Sunday 6 December, 20:00",
    )
    assert both(words.moment_words, datetime(2026, 12, 18, 8, 30, tzinfo=UTC)) == (
        "12 月 18 日（星期五）下午 4 点半",
        "Friday 18 December, 16:30",
    )


def test_the_day_is_that_of_shanghai() -> None:
    late = datetime(2026, 12, 31, 16, 5, tzinfo=UTC)
    assert both(words.date_words, late) == ("1 月 1 日（星期五）", "Friday 1 January")
    with pytest.raises(ValueError, match="time zone"):
        words.date_words(datetime(2026, 12, 31, 16, 5))  # noqa: DTZ001


def test_dates() -> None:
    assert both(words.date_words, date(2027, 3, 1), True) == (
        "2027 年 3 月 1 日（星期一）",
        "Monday 1 March 2027",
    )
    assert both(words.short_date, date(2027, 3, 4)) == ("3 月 4 日", "4 March")
    assert both(words.calendar_date, date(1952, 3, 27)) == ("1952 年 3 月 27 日", "27 March 1952")


@pytest.mark.parametrize(
    ("clock", "chinese", "english"),
    [
        (time(10), "上午 10 点", "10:00"),
        (time(8, 30), "上午 8 点半", "8:30"),
        (time(12), "中午 12 点", "12 noon"),
        (time(12, 30), "中午 12 点半", "12:30"),
        (time(13), "下午 1 点", "13:00"),
        (time(16, 50), "下午 4 点 50 分", "16:50"),
        (time(18), "晚上 6 点", "18:00"),
        (time(23, 59), "晚上 11 点 59 分", "23:59"),
        (time(0), "凌晨 0 点", "midnight"),
        (time(4, 5), "凌晨 4 点 5 分", "4:05"),
    ],
)
def test_times(clock: time, chinese: str, english: str) -> None:
    assert both(words.time_words, clock) == (chinese, english)


def test_weekly_lessons() -> None:
    assert both(words.clock_range, 2, time(9), time(10, 30)) == (
        "星期二上午 9:00–10:30",
        "Tuesdays 9:00–10:30",
    )
    assert both(words.clock_range, 4, time(14), time(15, 30)) == (
        "星期四下午 2:00–3:30",
        "Thursdays 14:00–15:30",
    )
    assert both(words.clock_range, 7, time(11), time(12, 30))[0] == "星期日上午 11:00–12:30"


@pytest.mark.parametrize(
    ("now", "chinese", "english"),
    [
        (datetime(2026, 11, 23, 1, tzinfo=UTC), "还有 13 天", "13 days left"),
        (datetime(2026, 12, 5, 15, 59, tzinfo=UTC), "还有 1 天", "1 day left"),
        (datetime(2026, 12, 5, 16, 0, tzinfo=UTC), "就在今天", "today"),
        (datetime(2026, 12, 6, 12, 1, tzinfo=UTC), "已经过了", "over"),
    ],
)
def test_days_left(now: datetime, chinese: str, english: str) -> None:
    assert both(words.days_left, CLOSES, now) == (chinese, english)


@pytest.mark.parametrize(
    ("metres", "chinese", "english"),
    [
        (None, "不知道多远", "distance not known"),
        (0, "不到 100 米", "less than 100 m"),
        (99, "不到 100 米", "less than 100 m"),
        (412, "400 米", "400 m"),
        (974, "950 米", "950 m"),
        (975, "1.0 公里", "1.0 km"),
        (1849, "1.8 公里", "1.8 km"),
        (1850, "1.9 公里", "1.9 km"),
        (23456, "23.5 公里", "23.5 km"),
    ],
)
def test_distances(metres: int | None, chinese: str, english: str) -> None:
    assert both(words.distance_words, metres) == (chinese, english)


def test_money_numbers_and_phones() -> None:
    assert both(words.yuan, 120) == ("120 元", "120 yuan")
    assert both(words.yuan, Decimal("12.5")) == ("12.50 元", "12.50 yuan")
    assert both(words.yuan, 0) == ("免费", "free")
    assert both(words.percent, 0.614) == ("61 %", "61 %")
    assert both(words.choice_words, 2) == ("第二志愿", "Second choice")
    assert both(words.choice_words, 9) == ("第 9 志愿", "Choice 9")
    assert both(words.listed, ["溪口", "大堰"]) == ("溪口、大堰", "溪口, 大堰")
    assert words.phone_words("+8613812345678") == "138 1234 5678"
    assert words.phone_words("+8657488880021") == "0574-8888 0021"
    assert words.phone_words("none") == "none"


@pytest.mark.parametrize(
    ("number", "english"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (23, "23rd"),
        (111, "111th"),
    ],
)
def test_ordinals(number: int, english: str) -> None:
    assert both(words.ordinal, number) == (f"第 {number}", english)


@pytest.mark.parametrize(
    ("seats", "applicants", "odds"),
    [
        (30, 121, (1, 4)),
        (25, 148, (1, 6)),
        (20, 30, (2, 3)),
        (24, 11, (1, 1)),
        (24, 24, (1, 1)),
        (29, 30, (29, 30)),
        (2999, 3000, (99, 100)),
        (9, 10, (9, 10)),
        (10, 1000, (1, 100)),
        (0, 9, (0, 1)),
        (0, 0, (0, 1)),
        (1, 0, (1, 1)),
    ],
)
def test_odds(seats: int, applicants: int, odds: tuple[int, int]) -> None:
    assert words.odds(seats, applicants) == odds


def test_odds_in_words() -> None:
    assert both(words.odds_words, 30, 121) == (
        "每 4 个人报名，1 个人有座位。",
        "Of every 4 people who applied, 1 got a seat.",
    )
    assert both(words.odds_words, 0, 9)[0] == "没有座位。"
