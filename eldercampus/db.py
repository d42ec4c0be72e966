"""The database: engine settings, naming of constraints, transaction(), the UTC type.

Commit once, at the edge: views, jobs and commands wrap a use case in `with transaction():` and
nothing else commits. SQLite runs in WAL mode and every write transaction begins with BEGIN
IMMEDIATE, so that two writers queue instead of failing with "database is locked" halfway.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Column,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Index,
    MetaData,
    Table,
    TypeDecorator,
    Update,
    event,
    insert,
    text,
)
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as OrmSession

T = TypeVar("T")
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model  # tables inherit from this: it names them and knows the engine


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only, gives back aware UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def normalise_url(url: str) -> str:
    """`postgres://` and `postgresql://` both mean PostgreSQL through psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str) -> dict[str, Any]:
    """What Flask-SQLAlchemy passes to create_engine for this address.

    Names and phone numbers are parameters: an error that is logged must not carry them.
    """
    quiet = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return {**quiet, "connect_args": {"timeout": 30, "check_same_thread": False}}
    return {
        **quiet,
        "pool_pre_ping": True,
        "pool_size": 5,
        "connect_args": {"connect_timeout": 5},
    }


def prepare_engine(engine: Engine) -> None:
    """Sets SQLite up for several processes; PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, not the driver's
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def unique_where(name: str, *columns: str, where: str) -> Index:
    """A unique index over the rows that `where` (SQL) names, on both databases."""
    rows = text(where)
    return Index(name, *columns, unique=True, sqlite_where=rows, postgresql_where=rows)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list; number counts from 1 and lies within the pages, total counts all."""

    rows: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)


def nearest_page(number: int, size: int, total: int) -> int:
    """The page of that number; the first or last where there is none."""
    return min(max(number, 1), max(1, -(-total // size)))


_LAST_STEPS: list[Callable[[OrmSession], None]] = []


def last_in_transaction(step: Callable[[OrmSession], None]) -> Callable[[OrmSession], None]:
    """Registers a step that every transaction() takes just before its commit (the audit chain)."""
    _LAST_STEPS.append(step)
    return step


@contextmanager
def transaction() -> Iterator[OrmSession]:
    """One write transaction: everything inside is committed together or not at all.

    What the session has read before is forgotten first, so that decisions rest on fresh rows. Does
    not nest: a use case never opens one.
    """
    session: OrmSession = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transaction() inside transaction()")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside transaction()")
    session.rollback()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"write": True})
        yield session
        session.flush()
        for step in _LAST_STEPS:
            step(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.clear()  # what was noted for this transaction must not reach the next


def rows_changed(statement: Update | Delete) -> int:
    """Does it, and says how many rows it met: of two who change a row under a condition that the
    first makes false, the second meets none."""
    done = db.session.execute(statement)
    return cast("CursorResult[Any]", done).rowcount


def insert_rows(model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Many rows at once, through the table and not through objects; all of the same columns, what
    they lack is filled in from its default. Errors are SQLAlchemy's on both databases."""
    listed, table = list(rows), cast("Table", model.__table__)
    if not listed:
        return
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        _copy_rows(connection, table, listed)
    else:
        connection.execute(insert(table), listed)


def _copy_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """A third of the time of so many INSERTs."""
    dialect = connection.dialect
    columns = [
        column for column in table.columns if column.name in rows[0] or column.default is not None
    ]
    names = ", ".join(f'"{column.name}"' for column in columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    written = [_as_bound(column, rows, dialect) for column in columns]
    driver: Any = dialect.import_dbapi()
    cursor: Any = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for values in zip(*written, strict=True):
                copy.write_row(values)
    except driver.Error as error:
        raise DBAPIError.instance(
            statement, None, error, driver.Error, hide_parameters=True, dialect=dialect
        ) from error
    finally:
        cursor.close()


def _as_bound(column: Column[Any], rows: list[dict[str, Any]], dialect: Dialect) -> Iterator[Any]:
    """A column's values as the driver takes them."""
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    default: Any = column.default
    for row in rows:
        if column.name in row:
            value = row[column.name]
        else:
            value = default.arg(None) if default.is_callable else default.arg
        yield value if bind is None else bind(value)
