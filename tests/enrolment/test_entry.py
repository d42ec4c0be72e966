"""What a clerk types for a class."""

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.catalogue.models import Section
from eldercampus.db import transaction
from eldercampus.enrolment.entry import find_by_code
from tests.world import World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("S-001", "S-001"),
        ("s001", "S-001"),
        ("S 001", "S-001"),
        ("1", "S-001"),
        ("003", "S-003"),
        ("S-1", None),
        ("7", None),
        ("0", None),
        ("S", None),
        ("S-777", None),
        ("书法", None),
    ],
)
def test_a_class_by_what_was_typed(world: World, typed: str, code: str | None) -> None:
    meant = {typed: (world.sections[code], code)} if code else {}
    assert find_by_code(world.term_id, [typed]) == meant


def test_a_number_that_two_classes_have_is_neither(world: World, db: SQLAlchemy) -> None:
    with transaction():
        db.session.get_one(Section, world.sections["S-002"]).code = "T-001"
    assert find_by_code(world.term_id, ["1"]) == {}
    assert set(find_by_code(world.term_id, ["T001", "S001"])) == {"T001", "S001"}
    assert find_by_code(world.term_id, []) == {}
