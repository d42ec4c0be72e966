"""Alembic's environment: the application's engine and tables, nothing of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from eldercampus.db import Base, UTCDateTime, db


def render(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Migrations name plain column types, so that they outlive ours."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    options = dict(current_app.extensions["migrate"].configure_args)
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # a change of a table gives up instead of stalling everybody behind a long reader
            connection.execute(sa.text("SET lock_timeout = '5s'"))
            connection.commit()
        elif connection.dialect.name == "sqlite":
            # a table that is built anew is dropped first, which its children would forbid
            _foreign_keys(connection, "OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name == "sqlite":
            _foreign_keys(connection, "ON")


def _foreign_keys(connection: sa.Connection, state: str) -> None:
    """On the driver's connection, since SQLite takes this only while no transaction is open."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys = {state}")
    if state == "ON" and (broken := driver.execute("PRAGMA foreign_key_check").fetchone()):
        raise RuntimeError(f"the migration left a row without its parent: {broken}")


run()
