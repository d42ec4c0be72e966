"""Who may enter which class; the day is an argument."""

from datetime import date

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.catalogue.models import Course
from eldercampus.people.eligibility import age_on, needs_undertaking, refusals
from eldercampus.people.models import Person
from tests.world import TERM_STARTS, World, build_world

RULES = {"age_women": 60, "age_men": 60, "age_undertaking": 80}


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1967, 3, 2), date(2027, 3, 1), 59),
        (date(1967, 3, 1), date(2027, 3, 1), 60),
        (date(1964, 2, 29), date(2027, 2, 28), 62),
        (date(1964, 2, 29), date(2027, 3, 1), 63),
        (date(1964, 2, 29), date(2028, 2, 29), 64),
        (date(2027, 3, 1), date(2027, 3, 1), 0),
    ],
)
def test_age(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def _refused(
    world: World, db: SQLAlchemy, who: str, what: str, *, done: str = "", women: int = 60
) -> list[str]:
    person = db.session.get_one(Person, world.people[who])
    course = db.session.get_one(Course, world.courses[what])
    found = refusals(
        person,
        course,
        starts_on=TERM_STARTS,
        rules={**RULES, "age_women": women},
        completed_course_ids=[world.courses[done]] if done else [],
    )
    return [error.code for error in found]


def test_age_counts_on_the_first_day_of_term(db: SQLAlchemy) -> None:
    world = build_world()
    assert _refused(world, db, "Zhao", "C-01") == []
    assert _refused(world, db, "Yang", "C-01") == ["too_young"]
    assert _refused(world, db, "Yang", "C-01", women=55) == []


def test_some_classes_go_on_from_another(db: SQLAlchemy) -> None:
    world = build_world()
    assert _refused(world, db, "Zhao", "C-02") == ["not_for_newcomers"]
    assert _refused(world, db, "Zhao", "C-02", done="C-01") == []
    assert _refused(world, db, "Zhao", "C-02", done="C-02") == []
    assert _refused(world, db, "Zhao", "C-02", done="C-03") == ["not_for_newcomers"]
    assert _refused(world, db, "Yang", "C-02") == ["too_young", "not_for_newcomers"]


def test_undertakings(db: SQLAlchemy) -> None:
    world = build_world()

    def needed(who: str, what: str) -> str | None:
        person = db.session.get_one(Person, world.people[who])
        course = db.session.get_one(Course, world.courses[what])
        return needs_undertaking(person, course, starts_on=TERM_STARTS, rules=RULES)

    assert needed("Zhao", "C-01") is None
    assert needed("Zhao", "C-04") == "physical"
    assert needed("Sun", "C-01") == "age"
