"""Looks for somebody in every table, as anybody with the database file could."""

import json

from sqlalchemy import select

from eldercampus.db import Base, db


def places_of(*words: str) -> set[str]:
    """ "table.column" wherever one of the words stands."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            for column, value in row.items():
                if any(word in _text(value) for word in words):
                    found.add(f"{table.name}.{column}")
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
