"""Dates, times, distances and money in words, in the current locale.

All moments are shown in Asia/Shanghai. Chinese says the part of the day (下午 2:00); English counts
to 24.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import phonenumbers
from flask_babel import LazyString, get_locale, gettext, ngettext, pgettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

SHANGHAI = ZoneInfo("Asia/Shanghai")

_MONTHS = (
    _l("January"), _l("February"), _l("March"), _l("April"), _l("May"), _l("June"),
    _l("July"), _l("August"), _l("September"), _l("October"), _l("November"), _l("December"),
)  # fmt: skip
_WEEKDAYS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"),
    _l("Sunday"),
)  # fmt: skip
_EVERY = (
    _l("Mondays"), _l("Tuesdays"), _l("Wednesdays"), _l("Thursdays"), _l("Fridays"),
    _l("Saturdays"), _l("Sundays"),
)  # fmt: skip
_CHOICES = (
    _l("First choice"), _l("Second choice"), _l("Third choice"), _l("Fourth choice"),
    _l("Fifth choice"), _l("Sixth choice"), _l("Seventh choice"), _l("Eighth choice"),
)  # fmt: skip
# From this hour on, until the next.
_PARTS: tuple[tuple[int, LazyString], ...] = (
    (18, _l("%(clock)s in the evening")),
    (13, _l("%(clock)s in the afternoon")),
    (12, _l("%(clock)s midday")),
    (5, _l("%(clock)s in the morning")),
    (0, _l("%(clock)s at night")),
)


def _chinese() -> bool:
    return str(get_locale() or "zh").startswith("zh")


def local(moment: datetime) -> datetime:
    """The moment on a clock in Shanghai; it must be aware."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(SHANGHAI)


def _day(when: date | datetime) -> date:
    return local(when).date() if isinstance(when, datetime) else when


def _clock(when: time | datetime) -> time:
    return local(when).time() if isinstance(when, datetime) else when


def weekday_words(weekday: int) -> str:
    """星期二, Tuesday; weekday 1 is Monday, 7 Sunday (ISO)."""
    return str(_WEEKDAYS[weekday - 1])


def date_words(when: date | datetime, year: bool = False) -> str:
    """12 月 6 日（星期日）, Sunday 6 December; with the year where it is not plain."""
    day = _day(when)
    written = calendar_date(day) if year else short_date(day)
    return gettext("%(weekday)s %(day)s", weekday=weekday_words(day.isoweekday()), day=written)


def short_date(when: date | datetime) -> str:
    """3 月 4 日, 4 March."""
    day = _day(when)
    return gettext("%(day)d %(month)s", day=day.day, month=str(_MONTHS[day.month - 1]))


def calendar_date(when: date | datetime) -> str:
    """1952 年 3 月 27 日, 27 March 1952: birth dates and papers."""
    day = _day(when)
    return gettext("%(date)s %(year)d", date=short_date(day), year=day.year)


def time_words(when: time | datetime) -> str:
    """晚上 8 点, 下午 4 点半, 下午 4 点 50 分; 20:00, 16:30, 12 noon."""
    clock = _clock(when)
    if clock.hour == clock.minute == 0:
        return gettext("midnight")
    if not _chinese():
        return "12 noon" if (clock.hour, clock.minute) == (12, 0) else _of_24(clock)
    return _part(clock) % {"clock": _hour_words(clock)}


def moment_words(when: datetime, year: bool = False) -> str:
    """12 月 6 日（星期日）晚上 8 点; Sunday 6 December, 20:00."""
    return gettext("%(date)s, %(time)s", date=date_words(when, year), time=time_words(when))


def _part(clock: time) -> str:
    return next(str(part) for hour, part in _PARTS if clock.hour >= hour)


def _hour_words(clock: time) -> str:
    hour = _twelve(clock)
    if clock.minute == 0:
        return pgettext("clock", "%(hour)d", hour=hour)
    if clock.minute == 30:
        return pgettext("clock", "half past %(hour)d", hour=hour)
    return pgettext("clock", "%(hour)d and %(minute)d minutes", hour=hour, minute=clock.minute)


def _twelve(clock: time) -> int:
    return clock.hour - 12 if clock.hour > 12 else clock.hour


def hours(start: time, end: time) -> str:
    """9:00–10:30 on a clock of 24 hours."""
    return f"{_of_24(start)}–{_of_24(end)}"


def _of_24(clock: time) -> str:
    return f"{clock.hour}:{clock.minute:02d}"


def clock_range(weekday: int, start: time, end: time) -> str:
    """星期二上午 9:00–10:30, Tuesdays 9:00–10:30: a weekly lesson."""
    if not _chinese():
        return gettext(
            "%(weekdays)s %(hours)s", weekdays=str(_EVERY[weekday - 1]), hours=hours(start, end)
        )
    halves = f"{_twelve(start)}:{start.minute:02d}–{_twelve(end)}:{end.minute:02d}"
    return str(_EVERY[weekday - 1]) + _part(start) % {"clock": halves}


def days_until(when: date | datetime, now: datetime) -> int:
    """Whole calendar days from now's day to that of `when`; negative when it is past."""
    return (_day(when) - local(now).date()).days


def days_left(when: date | datetime, now: datetime) -> str:
    """还有 13 天, 13 days left; 就在今天, today; 已经过了, over."""
    days = days_until(when, now)
    if days < 0 or (isinstance(when, datetime) and when < now):
        return gettext("over")
    if days == 0:
        return gettext("today")
    return ngettext("%(num)d day left", "%(num)d days left", days)


def time_left(when: datetime, now: datetime) -> str:
    """还有 2 天, in 2 days; 就是明天, tomorrow; 就在今天，还有 3 个小时, today, in 3 hours."""
    if when < now:
        return gettext("over")
    days, hours_ = days_until(when, now), int((when - now).total_seconds() // 3600)
    if days > 1:
        return ngettext("in %(num)d day", "in %(num)d days", days)
    if days == 1:
        return gettext("tomorrow")
    if hours_ == 0:
        return gettext("today, in less than an hour")
    return ngettext("today, in %(num)d hour", "today, in %(num)d hours", hours_)


def distance_words(metres: int | None) -> str:
    """400 米, 1.8 公里: to 50 metres below one kilometre, to 100 above (points are not exact)."""
    if metres is None:
        return gettext("distance not known")
    if metres < 100:
        return gettext("less than %(metres)d m", metres=100)
    if metres < 975:
        return gettext("%(metres)d m", metres=(metres + 25) // 50 * 50)
    return gettext("%(kilometres)s km", kilometres=f"{(metres + 50) // 100 / 10:.1f}")


def yuan(amount: int | Decimal) -> str:
    """120 元, 120 yuan; nothing to pay is 免费, free. amount is in yuan."""
    if amount == 0:
        return gettext("free")
    whole = Decimal(amount)
    text = str(int(whole)) if whole == int(whole) else f"{whole:.2f}"
    return gettext("%(amount)s yuan", amount=text)


def percent(share: float) -> str:
    """0.61 → 61 %."""
    return f"{round(share * 100)} %"


def ordinal(number: int) -> str:
    """第 4, 4th."""
    if _chinese():
        return gettext("%(number)dth", number=number)
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def choice_words(number: int) -> str:
    """第一志愿, First choice; number 1 to 8, then 第 9 志愿."""
    if 1 <= number <= len(_CHOICES):
        return str(_CHOICES[number - 1])
    return gettext("Choice %(number)d", number=number)


def listed(parts: Iterable[object]) -> str:
    """甲、乙、丙; a, b, c."""
    return pgettext("between the items of a list", ", ").join(str(part) for part in parts)


def sentences(*parts: str) -> Markup:
    """One after the other; Chinese puts no blank between sentences. Empty ones are left out."""
    between = Markup("") if _chinese() else Markup(" ")
    return between.join(part for part in parts if part)


def phone_words(number: str) -> str:
    """+8613812345678 → 138 1234 5678, +8657488880021 → 0574-8888 0021; others as abroad."""
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat
    if parsed.country_code != 86:
        return phonenumbers.format_number(parsed, style.INTERNATIONAL)
    text = phonenumbers.format_number(parsed, style.NATIONAL)
    return text.replace(" ", "-", 1) if text.startswith("0") else text


def odds(seats: int, applicants: int) -> tuple[int, int]:
    """(won, of): of so many who apply, about so many get a seat; small numbers, (1, 1) = everyone.

    30 seats for 121 → (1, 4); no seats → (0, 1).
    """
    if seats <= 0:
        return (0, 1)
    if applicants <= seats:
        return (1, 1)
    share = Fraction(seats, applicants)
    if share < Fraction(1, 5):
        return (1, round(1 / share))
    near = share.limit_denominator(5)
    if near == 1:  # nearly everyone is not everyone
        of = min(round(1 / (1 - share)), 100)
        return (of - 1, of)
    return (near.numerator, near.denominator)


def odds_words(seats: int, applicants: int) -> str:
    """每 4 个人报名，1 个人有座位。"""
    won, of = odds(seats, applicants)
    if won == of:
        return gettext("Everyone who applied got a seat.")
    if won == 0:
        return gettext("There is no seat.")
    return gettext("Of every %(of)d people who applied, %(won)d got a seat.", of=of, won=won)
