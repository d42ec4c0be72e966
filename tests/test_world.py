"""The cast stands on both databases, however often it has been built before."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import delete, insert, select

from eldercampus.catalogue.models import Teacher
from eldercampus.people.models import Account, Person
from tests.world import NOW, build_world, write_world


def contents(db: SQLAlchemy) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in db.metadata.sorted_tables
    }


def empty(db: SQLAlchemy) -> None:
    for table in reversed(db.metadata.sorted_tables):
        if table.name == "course":
            db.session.execute(table.update().values(next_course_id=None))
        if table.name != "audit_head":
            db.session.execute(delete(table))
    db.session.commit()


def test_the_world_can_be_built(db: SQLAlchemy) -> None:
    world = build_world()
    assert db.session.query(Person).count() == len(world.people) == 7


def test_from_kept_rows_it_is_the_world_written_object_by_object(
    db: SQLAlchemy, make_app: Callable[..., Flask]
) -> None:
    build_world()  # now at the latest its rows are kept
    empty(db)
    kept = build_world()
    rows = contents(db)
    with make_app().app_context():
        assert write_world() == kept
        assert contents(db) == rows
    assert rows["course"]


def test_what_is_done_to_one_world_does_not_reach_the_next(db: SQLAlchemy) -> None:
    for _ in range(2):
        world = build_world()
        assert "Wu" in world.people
        world.people.clear()
        empty(db)


def test_ids_go_on_behind_the_world(db: SQLAlchemy) -> None:
    build_world()
    empty(db)
    world = build_world()
    account = Account(phone="+8613800000099", created_at=NOW)
    db.session.add(account)
    db.session.flush()
    assert account.id == max(world.accounts.values()) + 1


def test_beside_rows_of_a_test_it_takes_other_ids(db: SQLAlchemy) -> None:
    build_world()
    empty(db)
    db.session.execute(insert(Teacher).values(id=1000, name="先来"))
    db.session.add(Account(id=1001, phone="+8613800000099", created_at=NOW))
    world = build_world()
    assert db.session.query(Teacher).count() == 2
    assert db.session.get(Account, world.accounts["Zhao"]) is not None
    assert db.session.query(Account).count() == len(set(world.accounts.values())) + 1
