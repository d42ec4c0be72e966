"""The rules people live by (design.md §3): dated settings with a default each.

A rule in force on a day is the newest row that is valid by then, of the narrowest scope: campus
before term before district; without a row, the default. Opening a round copies `rules_in_force`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Rule
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound

Kind = Literal["number", "choice", "metres", "time"]
_NARROWEST = ("campus", "term", "district")


@dataclass(frozen=True)
class RuleSpec:
    """What a rule may be: low and high bound a number; choices are the values of a choice."""

    default: Any
    kind: Kind = "number"
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("district", "term")


RULES: dict[str, RuleSpec] = {
    "age_women": RuleSpec(60, low=45, high=80),
    "age_men": RuleSpec(60, low=45, high=80),
    "age_undertaking": RuleSpec(80, low=60, high=120),
    "courses_per_term": RuleSpec(2, low=1, high=3),
    "choices_max": RuleSpec(8, low=1, high=8),
    "draw_rounds": RuleSpec(3, low=1, high=3),
    "proximity": RuleSpec("bands", "choice", choices=("bands", "metres")),
    "bands_m": RuleSpec([1000, 3000, 6000, 12000], "metres"),
    "misses": RuleSpec("off", "choice", choices=("off", "on")),
    "beacon_patience_days": RuleSpec(3, low=1, high=30),
    "secret_patience_days": RuleSpec(7, low=1, high=60),
    "offer_hours": RuleSpec(48, low=1, high=240),
    "offer_hours_letter": RuleSpec(96, low=1, high=480),
    "confirm_working_days": RuleSpec(5, low=1, high=30),
    "absences_in_a_row": RuleSpec(6, low=1, high=40, scopes=("district", "term", "campus")),
    "attendance_percent": RuleSpec(60, low=0, high=100, scopes=("district", "term", "campus")),
    "hours_per_credit": RuleSpec(16, low=1, high=100),
    "message_from": RuleSpec("08:00", "time", scopes=("district",)),
    "message_until": RuleSpec("20:00", "time", scopes=("district",)),
}


def rule(name: str, *, on: date, campus_id: int | None = None, term_id: int | None = None) -> Any:
    """The value in force on a day. KeyError for an unknown name."""
    spec = RULES[name]
    rows = db.session.scalars(select(Rule).where(Rule.name == name, Rule.valid_from <= on))
    found = _narrowest(rows, {"campus": campus_id, "term": term_id, "district": None})
    return spec.default if found is None else found.value


def rules_in_force(on: date, term_id: int | None = None) -> dict[str, Any]:
    """All rules by name, as a round of this term copies them when it opens on that day."""
    rows = db.session.scalars(select(Rule).where(Rule.valid_from <= on)).all()
    values = {}
    for name, spec in RULES.items():
        own = [row for row in rows if row.name == name]
        found = _narrowest(own, {"term": term_id, "district": None})
        values[name] = spec.default if found is None else found.value
    return values


def _narrowest(rows: Iterable[Rule], scope_ids: dict[str, int | None]) -> Rule | None:
    """Of the asked scopes the narrowest, in it the newest date, in it what was typed last."""
    asked = [row for row in rows if row.scope in scope_ids and row.scope_id == scope_ids[row.scope]]
    return max(
        asked,
        key=lambda row: (-_NARROWEST.index(row.scope), row.valid_from, row.id),
        default=None,
    )


def set_rule(
    name: str,
    value: Any,
    *,
    valid_from: date,
    reason: str,
    account_id: int | None,
    now: datetime,
    scope: str = "district",
    scope_id: int | None = None,
) -> Rule:
    """Gives a rule a new value from a day on, today or later; the rows before it stay as history.

    Raises NotFound("no_rule"), DomainError: rule_scope, rule_in_the_past, those of check_value.
    """
    spec = RULES.get(name)
    if spec is None:
        raise NotFound("no_rule", name=name)
    if scope not in spec.scopes or (scope == "district") != (scope_id is None):
        raise DomainError("rule_scope", name=name, scope=scope)
    if valid_from < day_of(now):
        raise DomainError("rule_in_the_past", today=day_of(now))
    check_value(name, value)
    row = Rule(
        name=name,
        value=value,
        scope=scope,
        scope_id=scope_id,
        valid_from=valid_from,
        reason=reason,
        account_id=account_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "rule.set",
        f"rule:{name}",
        now=now,
        account_id=account_id,
        value=value,
        scope=scope,
        scope_id=scope_id,
        valid_from=valid_from.isoformat(),
        reason=reason,
    )
    return row


def check_value(name: str, value: Any) -> None:
    """DomainError: rule_number(low, high), rule_choice, rule_metres, rule_time, rule_hours."""
    spec = RULES[name]
    if spec.kind == "number" and not (type(value) is int and spec.low <= value <= spec.high):
        raise DomainError("rule_number", low=spec.low, high=spec.high)
    if spec.kind == "choice" and value not in spec.choices:
        raise DomainError("rule_choice")
    if spec.kind == "metres" and not _are_limits(value):
        raise DomainError("rule_metres")
    if spec.kind == "time" and not _is_clock(value):
        raise DomainError("rule_time")
    if (name == "message_from" and value >= "12:00") or (
        name == "message_until" and value <= "12:00"
    ):
        raise DomainError("rule_hours")


def _are_limits(value: object) -> bool:
    """One to eight rising limits, 1 m to 200 km."""
    if not isinstance(value, list) or not 1 <= len(value) <= 8:
        return False
    if not all(type(limit) is int and 0 < limit <= 200_000 for limit in value):
        return False
    return all(low < high for low, high in pairwise(value))


def _is_clock(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", value))
