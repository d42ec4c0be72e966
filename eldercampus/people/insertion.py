"""Inserting a row that may be there already, without an error on either database."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from eldercampus.db import db


def insert_statement(model: type[Any]) -> Any:
    """An INSERT that knows ON CONFLICT, for the database in use."""
    dialect = db.session.get_bind().dialect.name
    return (sqlite if dialect == "sqlite" else postgresql).insert(model.__table__)


def insert_once(model: type[Any], **values: Any) -> bool:
    """Inserts; False where a row with the same unique key stands already."""
    statement = insert_statement(model).values(**values).on_conflict_do_nothing()
    # the driver's count of rows is not to be had for every INSERT: ask for the row itself
    added = db.session.execute(statement.returning(*model.__table__.primary_key.columns))
    return added.first() is not None
