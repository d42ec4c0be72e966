"""Migrations run up and down on both databases and say the same as the models."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, MetaData, Table, TextClause, inspect, text
from sqlalchemy.exc import IntegrityError

from eldercampus.allocation import lottery
from eldercampus.app import create_app
from eldercampus.catalogue.spelling import pinyin_tails
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


class Rows:
    """The tables as they stand in the database, whatever the models say; rows go in with what the
    test cares about, the rest is filled in."""

    def __init__(self) -> None:
        self._known = MetaData()
        self._known.reflect(db.engine)

    def put(self, table: str, **values: Any) -> int:
        """The row's id."""
        columns = self._known.tables[table].columns
        needed = [one for one in columns if not one.nullable and not one.primary_key]
        filled = {one.name: _anything(one.type.python_type) for one in needed}
        with db.engine.begin() as connection:
            done = connection.execute(self._known.tables[table].insert(), {**filled, **values})
            key = done.inserted_primary_key
            return int(key[0]) if key else 0

    def all(self) -> dict[str, list[dict[str, Any]]]:
        """Every row by table, in the order of the primary keys."""
        with db.engine.connect() as connection:
            return {
                name: [dict(row) for row in connection.execute(_in_order(table)).mappings()]
                for name, table in self._known.tables.items()
                if name != "alembic_version"
            }


def _in_order(table: Table) -> Any:
    return table.select().order_by(*table.primary_key.columns)


def _anything(kind: type) -> Any:
    moment = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)
    if db.engine.dialect.name == "sqlite":
        moment = moment.replace(tzinfo=None)
    some = {datetime: moment, date: date(2027, 1, 2), bytes: b"1", dict: {}}
    return some[kind] if kind in some else kind()


SEED, LEARNER = "ab" * 32, "L-0123456789ab"


def _fill(rows: Rows) -> None:
    """A published round with everything that hangs on its classes, choices, learners and runs."""
    town = rows.put("town", code="330213001", name="东街道")
    community = rows.put("community", code="330213001001", town_id=town, name="东一社区")
    campus = rows.put("campus", code="K-01", kind="town_school", town_id=town, datum="wgs84")
    days = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 6, 25)}
    term = rows.put("term", last_joining_on=date(2027, 4, 2), **days)
    course = rows.put("course", code="C-01", name="书法", lesson_hours=1, stage=1)
    of_class: dict[str, Any] = {"term_id": term, "course_id": course, "campus_id": campus}
    of_class |= {"state": "open", "fill": "reserved_first", "mode": "in_person"}
    first, second = (rows.put("section", code=code, **of_class) for code in ("S-001", "S-002"))
    for section in (first, second):
        hours = {"weekday": 2, "starts_minute": 540, "ends_minute": 630}
        rows.put("meeting", section_id=section, **hours)
        rows.put("reserve", section_id=section, kind="new", count=1, unfilled="release")
    told = {"news": "call", "registered_by": "web"}
    person = rows.put("person", name="赵示范", sex="f", community_id=community, **told)
    round_ = rows.put("round", code="2027-spring-1", term_id=term, state="published")
    of_person = {"round_id": round_, "person_id": person}
    moment = _anything(datetime)
    application = rows.put(
        "application", state="submitted", channel="web", submitted_at=moment, wants=1, **of_person
    )
    for rank, section in enumerate((first, second), start=1):
        rows.put("choice", application_id=application, section_id=section, rank=rank)
    rows.put(
        "learner",
        code=LEARNER,
        lottery=lottery.number(SEED, LEARNER),
        metres={"K-01": 1000},
        **of_person,
    )
    run = rows.put("run", round_id=round_, kind="final", seed=SEED, result=b"2")
    rows.put("closed_section", run_id=run, section_id=second, enrolled=1, minimum=8)
    rows.put("cutoff", run_id=run, section_id=first, round=1, seat="open", key=[0, 2, 1, "6a"])
    rows.put("reason", run_id=run, person_id=person, section_id=first, code="placed")
    of_seat = {**of_person, "section_id": first}
    rows.put("placement", state="confirmed", origin="draw", seat="open", **of_seat)
    of_queue = {**of_person, "section_id": second}
    entry = rows.put("waitlist_entry", state="waiting", rank=2, **of_queue)
    rows.put("offer", entry_id=entry, state="live", seat="open", token="t", **of_queue)


def test_rows_live_through_up_and_down(empty_app: Flask) -> None:
    upgrade(revision="0001")
    _fill(Rows())
    before = Rows().all()
    upgrade()
    after = Rows().all()
    for name, kept in before.items():
        new = {key for row in after[name] for key in row} - {key for row in kept for key in row}
        shown = [{key: row[key] for key in row if key not in new} for row in after[name]]
        assert shown == [{key: row[key] for key in row if key != "lottery"} for row in kept], name
    assert after["learner"][0]["misses"] == 0
    assert after["course"][0]["pinyin"] == pinyin_tails("书法") == " shufa fa"
    assert after["choice"][0]["listed_id"] is after["section"][0]["merged_into_id"] is None
    _children_need_parents()
    downgrade(revision="0001")
    assert Rows().all() == before
    _children_need_parents()


def _children_need_parents() -> None:
    """The links between rows are whole, and still watched."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    for orphan in (
        "choice SET section_id = 999 WHERE rank = 1",
        "learner SET round_id = 999",
        "run SET round_id = 999",
        "meeting SET section_id = 999",
        "section SET term_id = 999",
        "reason SET run_id = 999",
    ):
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            _execute(text(f"UPDATE {orphan}"))


def _execute(statement: TextClause) -> None:
    with db.engine.begin() as connection:
        connection.execute(statement)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_rows_would_be_missed(empty_app: Flask, tmp_path: Path) -> None:
    """The twin of the test above: with the links watched, a table with children cannot be built
    anew on SQLite."""
    folder = shutil.copytree("migrations", tmp_path / "migrations")
    env, guard = folder / "env.py", '_foreign_keys(connection, "OFF")'
    assert guard in env.read_text()
    env.write_text(env.read_text().replace(guard, "pass"))
    upgrade(revision="0001")
    _fill(Rows())
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        upgrade(directory=str(folder))
