"""Until when the ceremony waits: for a late value, and for a secret that stays shut.

All end with a day in Shanghai, so that a page can name the day. A round opened before these rules
were there is held to their defaults.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from eldercampus.catalogue.calendar import SHANGHAI, day_of
from eldercampus.catalogue.rules import RULES
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.states import FIXED


def beacon_late_from(round_: Round) -> datetime:
    """The end of the day on which the named value is announced."""
    return _after(day_of(round_.draws_at))


def last_day_of_beacon(round_: Round) -> date:
    """The last day on which the named value may be announced and still count."""
    return day_of(round_.draws_at) + _patience(round_.rules, "beacon_patience_days")


def spare_counts_from(round_: Round) -> datetime:
    """From here on the spare's first value counts, if the named one is not there."""
    return _after(last_day_of_beacon(round_))


def last_day_of_secret(round_: Round) -> date:
    """The last day on which the result may come out."""
    return day_of(round_.publishes_at) + _patience(round_.rules, "secret_patience_days")


def void_from(round_: Round) -> datetime:
    """From here on a secret that was not opened makes the draw void."""
    return _after(last_day_of_secret(round_))


def is_beacon_late(round_: Round, now: datetime) -> bool:
    """The list is fixed, and the value's day went by without it."""
    waits = round_.state == "frozen" and round_.beacon_confirmed_at is None
    return waits and now >= beacon_late_from(round_)


def is_overdue(round_: Round, now: datetime) -> bool:
    """The list is fixed, and an hour after its moment the result is still not out."""
    return round_.state in FIXED and now >= round_.publishes_at + timedelta(hours=1)


def is_void(round_: Round, now: datetime) -> bool:
    """Nothing may come of this draw any more; it can only be cancelled."""
    return round_.state in FIXED and now >= void_from(round_)


def is_thrown_away(round_: Round) -> bool:
    """Cancelled with the list fixed: everything is opened, so that no draw vanishes unseen."""
    return round_.state == "cancelled" and round_.frozen_at is not None


def spare_in_time(draws_at: datetime, publishes_at: datetime, rules: Mapping[str, Any]) -> bool:
    """Whether the spare's first day comes before the draw would be void."""
    spare_from = day_of(draws_at) + _patience(rules, "beacon_patience_days")
    return spare_from < day_of(publishes_at) + _patience(rules, "secret_patience_days")


def spare_counts(round_: Round, now: datetime) -> bool:
    """The named value does not count any more, whether the spare was typed or not."""
    return bool(round_.spare_why) or now >= spare_counts_from(round_)


def source_in_force(round_: Round) -> str:
    """What the value that counts was announced as."""
    return round_.spare_source if round_.spare_why else round_.beacon_source


def _patience(rules: Mapping[str, Any], rule: str) -> timedelta:
    return timedelta(days=int(rules.get(rule, RULES[rule].default)))


def _after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
