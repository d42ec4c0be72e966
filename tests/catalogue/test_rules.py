"""Dated rules: which one holds when and where, and what a rule may be."""

from datetime import date
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.queries import list_rule_rows
from eldercampus.catalogue.rules import RULES, check_value, rule, rules_in_force, set_rule
from eldercampus.db import transaction
from eldercampus.errors import DomainError, NotFound
from tests.world import NOW, build_world

TODAY = date(2026, 11, 23)
MAY = date(2027, 5, 1)


def change(name: str, value: Any, on: date = TODAY, **scope: Any) -> None:
    with transaction():
        set_rule(name, value, valid_from=on, reason="试一试", account_id=None, now=NOW, **scope)


def test_without_a_row_the_defaults_of_the_design_hold(db: SQLAlchemy) -> None:
    assert rules_in_force(TODAY) == {
        "age_women": 60,
        "age_men": 60,
        "age_undertaking": 80,
        "courses_per_term": 2,
        "choices_max": 8,
        "draw_rounds": 3,
        "proximity": "bands",
        "bands_m": [1000, 3000, 6000, 12000],
        "offer_hours": 48,
        "offer_hours_letter": 96,
        "confirm_working_days": 5,
        "absences_in_a_row": 6,
        "attendance_percent": 60,
        "hours_per_credit": 16,
        "misses": "off",
        "beacon_patience_days": 3,
        "secret_patience_days": 7,
        "message_from": "08:00",
        "message_until": "20:00",
    }
    for name, spec in RULES.items():
        check_value(name, spec.default)


def test_a_rule_holds_from_its_day(db: SQLAlchemy) -> None:
    change("age_women", 55, MAY)
    assert rule("age_women", on=date(2027, 4, 30)) == 60
    assert rule("age_women", on=MAY) == 55
    change("age_women", 56, MAY)  # typed later for the same day
    assert rule("age_women", on=MAY) == 56
    assert [row.value for row in list_rule_rows("age_women")] == [56, 55]


def test_the_narrower_place_wins(db: SQLAlchemy) -> None:
    world = build_world()
    campus = world.campuses["K-01"]
    change("attendance_percent", 70)
    change("attendance_percent", 75, scope="term", scope_id=world.term_id)
    change("attendance_percent", 80, scope="campus", scope_id=campus)
    assert rule("attendance_percent", on=TODAY) == 70
    assert rule("attendance_percent", on=TODAY, term_id=world.term_id) == 75
    assert rule("attendance_percent", on=TODAY, term_id=world.term_id, campus_id=campus) == 80
    assert rule("attendance_percent", on=TODAY, campus_id=world.campuses["K-02"]) == 70
    assert rules_in_force(TODAY, world.term_id)["attendance_percent"] == 75
    assert rules_in_force(TODAY)["attendance_percent"] == 70


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("age_women", 44, "rule_number"),
        ("age_women", "60", "rule_number"),
        ("age_women", True, "rule_number"),
        ("choices_max", 9, "rule_number"),
        ("draw_rounds", 0, "rule_number"),
        ("proximity", "minutes", "rule_choice"),
        ("bands_m", [], "rule_metres"),
        ("bands_m", [3000, 1000], "rule_metres"),
        ("bands_m", [1000, 1000], "rule_metres"),
        ("bands_m", [0.5], "rule_metres"),
        ("bands_m", "1000", "rule_metres"),
        ("message_from", "8:00", "rule_time"),
        ("message_from", "24:00", "rule_time"),
        ("message_until", "20:00\n", "rule_time"),
        ("message_from", "21:00", "rule_hours"),
        ("message_until", "08:00", "rule_hours"),
    ],
)
def test_values_out_of_bounds_change_nothing(
    db: SQLAlchemy, name: str, value: Any, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        change(name, value)
    assert refused.value.code == code
    assert list_rule_rows() == []


def test_the_past_stays_as_it_was(db: SQLAlchemy) -> None:
    with pytest.raises(DomainError, match="rule_in_the_past"):
        change("age_men", 61, date(2026, 11, 22))


def test_places_that_a_rule_does_not_know(db: SQLAlchemy) -> None:
    for scope in ({"scope": "campus", "scope_id": 1}, {"scope": "term"}, {"scope_id": 1}):
        with pytest.raises(DomainError, match="rule_scope"):
            change("age_men", 61, **scope)
    with pytest.raises(NotFound):
        change("age_of_dogs", 3)


def test_every_change_is_recorded(db: SQLAlchemy) -> None:
    change("offer_hours", 72)
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.subject) == ("rule.set", "rule:offer_hours")
    assert '"value": 72' in entry.facts
