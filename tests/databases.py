"""Databases for tests: the migrations run once per worker, each test gets a fresh copy."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from tests.postgres import Server

BACKENDS = ("sqlite", "postgresql")
Migrate = Callable[[str], None]
"""Takes the address of an empty database and migrates it."""


class Databases(Protocol):
    """Where databases come from. Names are chosen by the caller; the same name means: made anew."""

    def empty(self, name: str) -> str:
        """The address of a database without tables."""

    def fresh(self, name: str) -> str:
        """The address of a copy of the migrated database."""


class SqliteDatabases:
    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self._folder = folder
        self._migrate = migrate

    def empty(self, name: str) -> str:
        for file in self._folder.glob(f"{name}.db*"):
            file.unlink()
        return f"sqlite:///{self._folder / name}.db"

    def fresh(self, name: str) -> str:
        template = self._folder / "template.db"
        if not template.exists():
            self._migrate(self.empty("template"))
        url = self.empty(name)
        shutil.copy(template, self._folder / f"{name}.db")
        return url


class PostgresDatabases:
    def __init__(self, server: Server, migrate: Migrate) -> None:
        self._server = server
        self._migrate = migrate
        self._migrated = False

    def empty(self, name: str) -> str:
        return self._server.create(name)

    def fresh(self, name: str) -> str:
        if not self._migrated:
            self._migrate(self.empty("template_eldercampus"))
            self._migrated = True
        return self._server.create(name, template="template_eldercampus")
