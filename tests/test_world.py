"""The cast stands on both databases."""

from flask_sqlalchemy import SQLAlchemy

from eldercampus.people.models import Person
from tests.world import build_world


def test_the_world_can_be_built(db: SQLAlchemy) -> None:
    world = build_world()
    assert db.session.query(Person).count() == len(world.people) == 7
