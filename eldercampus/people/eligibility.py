"""Who may enter which class. The date is an argument; answers are facts, never sentences."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from eldercampus.catalogue.models import Course
from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.people.models import Person


def age_on(born_on: date, day: date) -> int:
    """Full years of life on `day`; who was born on 29 February has the birthday on 1 March."""
    had_birthday = (day.month, day.day) >= (born_on.month, born_on.day)
    return day.year - born_on.year - (0 if had_birthday else 1)


def lowest_age(sex: str, rules: Mapping[str, Any]) -> int:
    """rules: age_women and age_men."""
    return int(rules["age_women" if sex == "f" else "age_men"])


def refusals(
    person: Person,
    course: Course,
    *,
    starts_on: date,
    rules: Mapping[str, Any],
    completed_course_ids: Collection[int],
) -> list[DomainError]:
    """Why this person may not enter this course in a term from `starts_on`; [] if they may.

    rules: age_women and age_men. A course closed to newcomers is open to who completed it or the
    stage before it. Health and a missing undertaking never refuse.
    """
    found = []
    limit = lowest_age(person.sex, rules)
    age = age_on(person.born_on, starts_on)
    if age < limit:
        found.append(DomainError("too_young", age=age, limit=limit, starts_on=starts_on))
    if not course.newcomers and not _goes_on(course, completed_course_ids):
        found.append(DomainError("not_for_newcomers", course_id=course.id))
    return found


def _goes_on(course: Course, completed_course_ids: Collection[int]) -> bool:
    if not completed_course_ids or course.id in completed_course_ids:
        return bool(completed_course_ids)
    before = select(Course.id).where(Course.next_course_id == course.id)
    return not set(db.session.scalars(before)).isdisjoint(completed_course_ids)


def needs_undertaking(
    person: Person, course: Course, *, starts_on: date, rules: Mapping[str, Any]
) -> str | None:
    """Which signed safety undertaking is due by the confirmation: "age", "physical", or None."""
    if age_on(person.born_on, starts_on) >= int(rules["age_undertaking"]):
        return "age"
    return "physical" if course.physical else None
