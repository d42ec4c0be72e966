"""Filling the calendar table, a year at a time, and changing a day of it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.metadata import version

from sqlalchemy import delete, extract

from eldercampus.audit.chain import record
from eldercampus.catalogue.models import CalendarDay, CalendarYear
from eldercampus.db import db
from eldercampus.errors import DomainError

FIRST_YEAR, LAST_YEAR = 2001, 2099
_DAY = timedelta(days=1)
_EXCHANGED = ("调休放假", "Day off in exchange")
_WORKED = ("调休上班", "Working day in exchange")


def load_calendar_year(year: int, *, now: datetime, account_id: int | None = None) -> CalendarYear:
    """Writes the year's holidays and exchanged days; days typed before are replaced.

    They come from the package `holidays`. A year whose official notice is not in it (it comes out
    in the November before) has its holidays by the law, without exchanged days, and is marked
    provisional. A weekend that touches a holiday belongs to it, as the notices say. Raises
    DomainError("calendar_year").
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DomainError("calendar_year", first=FIRST_YEAR, last=LAST_YEAR)
    names, worked = _days_off_and_worked(year)
    db.session.execute(delete(CalendarDay).where(extract("year", CalendarDay.on) == year))
    for day, (name, name_en) in sorted(names.items()):
        db.session.add(CalendarDay(on=day, kind="holiday", name=name, name_en=name_en))
    for day in sorted(worked):
        db.session.add(CalendarDay(on=day, kind="workday", name=_WORKED[0], name_en=_WORKED[1]))
    source = f"holidays {version('holidays')}"
    loaded = db.session.merge(CalendarYear(year=year, provisional=not worked, source=source))
    record("calendar.load", f"calendar:{year}", now=now, account_id=account_id, source=source)
    db.session.flush()
    return loaded


def _days_off_and_worked(year: int) -> tuple[dict[date, tuple[str, str]], set[date]]:
    """The year's days off with their names, and its weekend days worked in exchange.

    The next year is read too: its 1 January may begin on this year's last weekend.
    """
    import holidays  # slow to load, and needed once a year

    years = (year, year + 1)
    chinese = holidays.country_holidays("CN", years=years, language="zh_CN")
    english = holidays.country_holidays("CN", years=years, language="en_US")
    worked = set(chinese.weekend_workdays)
    names = {day: _names(chinese[day], english[day]) for day in chinese}
    names.update(_weekends_beside(names, worked))
    off = {day: name for day, name in names.items() if day.year == year}
    return off, {day for day in worked if day.year == year}


def _names(chinese: str, english: str) -> tuple[str, str]:
    return _EXCHANGED if chinese.startswith("休息日") else (chinese.replace("; ", "、"), english)


def _weekends_beside(
    names: dict[date, tuple[str, str]], worked: set[date]
) -> Iterator[tuple[date, tuple[str, str]]]:
    """Saturdays and Sundays that touch a holiday, with the holiday's name."""
    for start, name in list(names.items()):
        for step in (-_DAY, _DAY):
            day = start + step
            while day.isoweekday() >= 6:
                if day in names or day in worked:
                    break
                yield day, name
                day += step


def change_day(
    day: date,
    kind: str,
    *,
    name: str = "",
    name_en: str = "",
    account_id: int | None,
    now: datetime,
) -> None:
    """Makes the day a "holiday" or a "workday", or "ordinary": as its weekday says."""
    if kind not in ("holiday", "workday", "ordinary"):
        raise DomainError("calendar_kind")
    if kind == "ordinary":
        db.session.execute(delete(CalendarDay).where(CalendarDay.on == day))
    else:
        db.session.merge(CalendarDay(on=day, kind=kind, name=name, name_en=name_en))
    record("calendar.change", f"calendar:{day}", now=now, account_id=account_id, kind=kind)
    db.session.flush()


def confirm_year(year: int, *, source: str, account_id: int | None, now: datetime) -> None:
    """Marks the year as settled: its days were compared with the official notice (source)."""
    db.session.merge(CalendarYear(year=year, provisional=False, source=source))
    record("calendar.confirm", f"calendar:{year}", now=now, account_id=account_id, source=source)
    db.session.flush()
