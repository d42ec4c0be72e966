"""Weekly hours and the lessons that come of them. Pure: no database.

Decided once, for all pages: a lesson whose regular day is a holiday is not held on it but moved to
the end of the term, to the next free regular day of the same weekly hour after the last one; two
moved lessons take two weeks. The regular day stays known (allocation.md §1: clashes are judged by
it). A weekend day worked in exchange for a holiday (调休) gets no lesson of its own; a class that
meets on that weekday anyway has its regular lesson.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from eldercampus.catalogue.calendar import WorkingCalendar

DAY = 24 * 60
WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True)
class WeeklyHour:
    """weekday 1 (Monday) … 7; minutes since midnight, half-open."""

    weekday: int
    starts_minute: int
    ends_minute: int

    @property
    def span(self) -> tuple[int, int]:
        """Half-open minutes since the week's Monday 00:00."""
        midnight = (self.weekday - 1) * DAY
        return midnight + self.starts_minute, midnight + self.ends_minute


@dataclass(frozen=True)
class Lesson:
    """One dated lesson: its day by the timetable, and the day on which it is held."""

    number: int
    regular_on: date
    held_on: date
    starts_minute: int
    ends_minute: int


def overlap(a: Iterable[tuple[int, int]], b: Iterable[tuple[int, int]]) -> bool:
    """Whether any span of `a` meets any of `b`; half-open, so 9:00–10:30 and 10:30–12:00 do not."""
    others = sorted(b)
    if not others:
        return False
    position = 0
    for start, end in sorted(a):
        while position < len(others) and others[position][1] <= start:
            position += 1
        if position < len(others) and others[position][0] < end:
            return True
    return False


def hours_overlap(a: Collection[WeeklyHour], b: Collection[WeeklyHour]) -> bool:
    """Whether two sections with these weekly hours would meet at the same time."""
    return overlap([hour.span for hour in a], [hour.span for hour in b])


def plan_lessons(
    hours: Sequence[WeeklyHour], starts_on: date, ends_on: date, calendar: WorkingCalendar
) -> list[Lesson]:
    """The lessons of a term from starts_on to ends_on, both included, in the order held."""
    planned = [
        (held_on, hour, regular_on)
        for hour in sorted(hours)
        for regular_on, held_on in _days(hour.weekday, starts_on, ends_on, calendar)
    ]
    planned.sort(key=lambda lesson: (lesson[0], lesson[1].starts_minute))
    return [
        Lesson(number, regular_on, held_on, hour.starts_minute, hour.ends_minute)
        for number, (held_on, hour, regular_on) in enumerate(planned, 1)
    ]


def _days(
    weekday: int, starts_on: date, ends_on: date, calendar: WorkingCalendar
) -> Iterator[tuple[date, date]]:
    """(regular day, day held) of each week."""
    regular = list(_weekly(weekday, starts_on, ends_on))
    spare = regular[-1] if regular else ends_on
    for day in regular:
        if not calendar.is_holiday(day):
            yield day, day
            continue
        spare += WEEK
        while calendar.is_holiday(spare):
            spare += WEEK
        yield day, spare


def _weekly(weekday: int, starts_on: date, ends_on: date) -> Iterator[date]:
    day = starts_on + timedelta(days=(weekday - starts_on.isoweekday()) % 7)
    while day <= ends_on:
        yield day
        day += WEEK


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.isoweekday() - 1)


def span_since(monday: date, day: date, starts_minute: int, ends_minute: int) -> tuple[int, int]:
    """Half-open minutes since 00:00 of `monday`, as the round file counts sessions."""
    midnight = (day - monday).days * DAY
    return midnight + starts_minute, midnight + ends_minute
