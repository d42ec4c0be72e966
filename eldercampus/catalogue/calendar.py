"""Working days, message hours, and the deadlines that are counted in them. Pure: no database.

A day is what its weekday says unless the calendar table names it: "holiday", or "workday" for a
weekend day worked in exchange (调休). Hours are those of Asia/Shanghai, which has no summer time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class MessageHours:
    """From when until when messages go, on and after a day."""

    valid_from: date
    opens: time
    closes: time


DEFAULT_HOURS = (MessageHours(date.min, time(8), time(20)),)


@dataclass(frozen=True)
class WorkingCalendar:
    """days: what is not as its weekday says, "holiday" or "workday". hours: oldest first."""

    days: Mapping[date, str] = field(default_factory=dict)
    hours: tuple[MessageHours, ...] = DEFAULT_HOURS

    def is_working(self, day: date) -> bool:
        kind = self.days.get(day)
        return kind == "workday" if kind else day.isoweekday() <= 5

    def is_holiday(self, day: date) -> bool:
        """A public holiday; an ordinary Sunday is none."""
        return self.days.get(day) == "holiday"

    def working_days_after(self, day: date, n: int) -> date:
        """The n-th working day after `day` (n 0: the day itself, whatever it is)."""
        for _ in range(n):
            day += _DAY
            while not self.is_working(day):
                day += _DAY
        return day

    def next_working_minute(self, moment: datetime) -> datetime:
        """`moment` within message hours of a working day, else when the next begin. UTC."""
        return self._next_open(moment, self.is_working)

    def next_message_minute(self, moment: datetime) -> datetime:
        """As next_working_minute, on any day."""
        return self._next_open(moment, lambda _day: True)

    def add_working_hours(self, moment: datetime, hours: int) -> datetime:
        """The end of a deadline of so many hours of working-day time, 24 to a working day. UTC.

        It begins at the next working minute: Friday 10:00 + 48 → Tuesday 10:00; Friday 21:00
        begins on Monday 08:00 → Wednesday 08:00 (allocation.md §8).
        """
        ends = _local(self.next_working_minute(moment))
        left = timedelta(hours=hours)
        while left:
            midnight = datetime.combine(ends.date() + _DAY, time(), SHANGHAI)
            if not self.is_working(ends.date()):
                ends = midnight
                continue
            step = min(left, midnight - ends)
            ends, left = ends + step, left - step
        return ends.astimezone(UTC)

    def _next_open(self, moment: datetime, open_on: Callable[[date], bool]) -> datetime:
        here = _local(moment)
        day = here.date()
        while True:
            hours = self._hours_on(day)
            opens = datetime.combine(day, hours.opens, SHANGHAI)
            closes = datetime.combine(day, hours.closes, SHANGHAI)
            if open_on(day) and here < closes:
                return max(here, opens).astimezone(UTC)
            day += _DAY

    def _hours_on(self, day: date) -> MessageHours:
        return max(
            (hours for hours in self.hours if hours.valid_from <= day),
            key=lambda hours: hours.valid_from,
            default=DEFAULT_HOURS[0],
        )


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(SHANGHAI)


def day_of(moment: datetime) -> date:
    """The day on a calendar in Shanghai."""
    return _local(moment).date()
