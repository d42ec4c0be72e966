"""Migrations run up and down on both databases and say the same as the models."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect

from eldercampus.app import create_app
from eldercampus.db import Base, db
from tests.conftest import settings
from tests.databases import Databases


@pytest.fixture
def empty_app(backend: str, databases: Callable[[str], Databases], folder: Path) -> Iterator[Flask]:
    """The application on a database without tables."""
    app = create_app(settings(databases(backend).empty("migrations"), folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again(empty_app: Flask) -> None:
    upgrade()
    expected = set(Base.metadata.tables)
    assert _tables() == expected
    downgrade(revision="base")
    assert _tables() == set()
    upgrade()
    assert _tables() == expected


def test_models_and_migrations_agree(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_both_have_the_same_checks(app: Flask) -> None:
    """Alembic compares columns, indexes and keys, but not CHECK constraints."""
    with app.app_context():
        inspector = inspect(db.engine)
        migrated = {
            (name, str(check["name"]))
            for name in Base.metadata.tables
            for check in inspector.get_check_constraints(name)
        }
    modelled = {
        (name, str(check.name))
        for name, table in Base.metadata.tables.items()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert modelled
    assert migrated == modelled
