"""`python -m eldercampus.serve` looks after two children; here over a system of a few lines."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

ROOT = Path(__file__).parent.parent
SMALL_SYSTEM = """
import os, pathlib, time
from flask import Flask
from flask.cli import AppGroup

app = Flask(__name__)
db, demo, jobs = AppGroup("db"), AppGroup("demo"), AppGroup("jobs")
for group in (db, demo, jobs):
    app.cli.add_command(group)

@app.get("/healthz")
def healthz():
    return "ok"

@db.command()
def upgrade():
    print("database ready")

@demo.command()
@__import__("click").option("--once", is_flag=True)
def load(once):
    print("demonstration", "once" if once else "again")

@demo.command("sign-ins")
def sign_ins():
    print("sign-ins")

@jobs.command()
def run():
    pathlib.Path("jobs.pid").write_text(str(os.getpid()))
    while True:
        time.sleep(0.1)
"""

Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve(tmp_path: Path, port: int) -> Iterator[Serve]:
    (tmp_path / "wsgi.py").write_text(SMALL_SYSTEM, encoding="utf-8")
    started: list[subprocess.Popen[str]] = []

    def start(**environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "eldercampus.serve"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(port), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=20)


def _jobs(folder: Path) -> int:
    """The process id of the jobs, once they run."""
    until = time.monotonic() + 20
    while not (folder / "jobs.pid").exists() or not (folder / "jobs.pid").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    return int((folder / "jobs.pid").read_text())


def _read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if words in line:
            return seen
    raise AssertionError(seen)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ends_both_when_asked(
    serve: Serve, port: int, tmp_path: Path, ending: signal.Signals
) -> None:
    process = serve(DEMO="1")
    said = _read_until(process, "sign-ins")
    assert "database ready" in said
    assert "demonstration once" in said
    assert f"http://127.0.0.1:{port}/" in said
    jobs = _jobs(tmp_path)
    with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.read() == b"ok"
    process.send_signal(ending)
    assert process.wait(20) == 0
    assert not _runs(jobs)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_without_demo_nothing_is_loaded(serve: Serve) -> None:
    assert "demonstration" not in _read_until(serve(), "http://")


def test_one_dead_child_ends_the_other(serve: Serve, port: int, tmp_path: Path) -> None:
    process = serve()
    _read_until(process, "http://")
    os.kill(_jobs(tmp_path), signal.SIGKILL)
    assert process.wait(20) == 1
    assert "jobs ended unexpectedly" in process.communicate()[0]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_in_use_is_said_plainly(serve: Serve, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = serve()
        assert process.wait(20) == 1
        assert f"Port {port} is in use" in process.communicate()[0]


def test_a_port_that_is_none_is_refused(serve: Serve) -> None:
    process = serve(PORT="８０００")
    assert process.wait(20) == 1
    assert "is not a port" in process.communicate()[0]
