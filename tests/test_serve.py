"""`python -m eldercampus.serve`: prepares the database, then looks after web and jobs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import psutil
import pytest

from tests.live import ROOT

KEY = "a key for tests only, long enough to be one"
Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'eldercampus.db'}",
        "OUTBOX_FOLDER": str(tmp_path / "outbox"),
        "SECRET_KEY": KEY,
        "PORT": str(port),
    }


@pytest.fixture
def serve(environment: dict[str, str]) -> Iterator[Serve]:
    started: list[subprocess.Popen[str]] = []

    def start(**changes: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "eldercampus.serve"],
            cwd=ROOT,
            env={**environment, **changes},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=30)


def _read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if words in line:
            return seen
    raise AssertionError(seen)


def _children(process: subprocess.Popen[str]) -> dict[str, psutil.Process]:
    """Web and jobs, once both have started."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        lines = {
            child: " ".join(child.cmdline()) for child in psutil.Process(process.pid).children()
        }
        web = [child for child, line in lines.items() if "webserver" in line]
        jobs = [child for child, line in lines.items() if "jobs run" in line]
        if web and jobs:
            return {"web": web[0], "jobs": jobs[0]}
        time.sleep(0.05)
    raise AssertionError("web and jobs have not started")


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ends_both_when_asked(serve: Serve, port: int, ending: signal.Signals) -> None:
    process = serve()
    said = _read_until(process, f"http://127.0.0.1:{port}/")
    assert "sign-in" not in said
    children = _children(process)
    with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/readyz") as answer:
        assert answer.status == 200
    process.send_signal(ending)
    assert process.wait(30) == 0
    assert not any(child.is_running() for child in children.values())
    assert not _is_open(port)


@pytest.mark.parametrize("name", ["web", "jobs"])
def test_one_dead_child_ends_the_other(serve: Serve, port: int, name: str) -> None:
    process = serve()
    _read_until(process, "http://")
    children = _children(process)
    children[name].kill()
    assert process.wait(30) == 1
    assert f"{name} ended unexpectedly" in process.communicate()[0]
    assert not any(child.is_running() for child in children.values())


def test_a_loaded_demonstration_is_not_loaded_again(
    serve: Serve, environment: dict[str, str]
) -> None:
    for words in (["db", "upgrade"], ["demo", "load", "--persons", "200"]):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        own = {**environment, "DEMO": "1"}
        subprocess.run(command, cwd=ROOT, env=own, check=True, capture_output=True)
    said = _read_until(serve(DEMO="1"), "http://")
    assert "Loading" not in said
    assert "/staff/sign-in" in said


def test_a_port_in_use_is_said_plainly(serve: Serve, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = serve()
        assert process.wait(30) == 1
        assert f"Port {port} is in use" in process.communicate()[0]


def test_a_port_that_is_none_is_refused(serve: Serve) -> None:
    process = serve(PORT="８０００")
    assert process.wait(30) == 1
    assert "is not a port" in process.communicate()[0]


def test_a_database_that_cannot_be_opened_stops_the_start(serve: Serve, port: int) -> None:
    process = serve(DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert process.wait(30) == 1
    assert not _is_open(port)
