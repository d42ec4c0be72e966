"""The system as it runs: gunicorn and the commands as processes of their own, on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from eldercampus.db import transaction
from eldercampus.people.models import Account
from eldercampus.people.sessions import start_session

ROOT = Path(__file__).parent.parent


@dataclass
class LiveServer:
    """url: where it listens, without a closing slash; app: the same system in this process, for
    putting rows in and looking at them, always in a short `with app.app_context():`."""

    url: str
    app: Flask
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(repr=False)

    def flask(self, *words: str) -> str:
        """Runs `flask WORDS` on this server's database; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"flask {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def jobs(self) -> Iterator[None]:
        """The jobs process runs beside the web workers meanwhile."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)

    def command(self, *words: str) -> str:
        """As `flask`, but in this process: nothing has to start first."""
        done = self.app.test_cli_runner().invoke(args=words)
        assert done.exit_code == 0, f"flask {' '.join(words)}: {done.output}{done.exception!r}"
        return done.output

    def signed_in(self, account_id: int) -> dict[str, str]:
        """The cookie of a browser in which this account has just signed in, for Playwright."""
        with self.app.app_context(), transaction() as session:
            account = session.get_one(Account, account_id)
            token = start_session(account, datetime.now(UTC))
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        value = signer.dumps({"signed_in": token})
        return {"name": self.app.config["SESSION_COOKIE_NAME"], "value": value, "url": self.url}

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(app: Flask, settings: dict[str, str], workers: int, log: IO[bytes]) -> LiveServer:
    """Starts gunicorn with `settings` as environment and waits until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **settings, "PORT": str(port)}
    gunicorn = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*gunicorn, "--workers", str(workers), "--no-control-socket", "--backlog", "2048"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    )
    server = LiveServer(f"http://127.0.0.1:{port}", app, environment, process)
    _wait(server, log)
    return server


def _wait(server: LiveServer, log: IO[bytes]) -> None:
    until = time.monotonic() + 60
    opener = build_opener(ProxyHandler({}))
    while True:
        try:
            with opener.open(server.url + "/healthz", timeout=5):
                return
        except OSError as error:
            answered = isinstance(error, HTTPError)
            if answered or server.process.poll() is not None or time.monotonic() > until:
                server.stop()
                raise RuntimeError(Path(log.name).read_text()) from None
            time.sleep(0.1)
