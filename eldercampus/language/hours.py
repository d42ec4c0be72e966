"""When a class meets, in words."""

from collections.abc import Iterable
from datetime import time
from typing import Protocol

from eldercampus.language.words import clock_range, hours, listed, weekday_words

_DAY = 24 * 60


class Weekly(Protocol):
    """A weekly hour: weekday 1 (Monday) … 7, minutes since midnight."""

    @property
    def weekday(self) -> int: ...
    @property
    def starts_minute(self) -> int: ...
    @property
    def ends_minute(self) -> int: ...


def clock_of(minute: int) -> time:
    """540 → 9:00; the minute that ends the day is 0:00."""
    return time(*divmod(minute % _DAY, 60))


def weekly_words(meetings: Iterable[Weekly]) -> str:
    """星期二上午 9:00–10:30; several weekly hours one after the other."""
    return listed(
        clock_range(meeting.weekday, clock_of(meeting.starts_minute), clock_of(meeting.ends_minute))
        for meeting in meetings
    )


def weekdays(meetings: Iterable[Weekly]) -> str:
    """Tuesday, Thursday: the days alone, each once."""
    return listed(map(weekday_words, dict.fromkeys(meeting.weekday for meeting in meetings)))


class Timed(Protocol):
    """A lesson of one day, minutes since midnight."""

    @property
    def starts_minute(self) -> int: ...
    @property
    def ends_minute(self) -> int: ...


def hours_of(lesson: Timed) -> str:
    """9:00–10:30 on a clock of 24 hours."""
    return hours(clock_of(lesson.starts_minute), clock_of(lesson.ends_minute))
