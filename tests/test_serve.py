"""`python -m eldercampus.serve`: prepares the database, then looks after web and jobs."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import psutil
import pyotp
import pytest
from sqlalchemy import create_engine, text

from eldercampus.db import normalise_url
from eldercampus.places.geography import FENGHUA
from tests.databases import BACKENDS, Databases
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


PRODUCTION = {
    "ELDERCAMPUS_ENV": "production",
    "SEALING_KEY": KEY[::-1],
    "TRUSTED_HOSTS": "school.example",
    "PUBLIC_URL": "https://school.example",
    "DEMO": "",
}
DISTRICT = (
    *("district", "create", "--code", "330213", "--name", "奉化区", "--name-en", "Fenghua"),
    *("--school", "奉化老年大学", "--school-en", "Fenghua Elder University"),
    *("--phone", "0574-0000 1234", "--geography", str(FENGHUA)),
)
OFFICER = (
    *("account", "create", "--role", "district_officer", "--username", "officer"),
    *("--name", "卢示区", "--name-latin", "Lu Shiqu", "--generate"),
)


class Answer(NamedTuple):
    status: int
    headers: Message
    text: str


@dataclass
class Proxy:
    """What ends TLS before us: passes the name asked for, adds whom it heard; keeps cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        sent = {"Host": "school.example", "Accept-Language": "en", "X-Forwarded-Proto": "https"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = None
        if form is not None:
            body = urlencode({**form, "csrf_token": self._token(path)})
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent["Cookie"] = "; ".join("=".join(pair) for pair in self.cookies.items())
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET" if body is None else "POST", path, body, sent)
        answer = connection.getresponse()
        found = Answer(answer.status, answer.msg, answer.read().decode())
        connection.close()
        for cookie in found.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return found

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.ask(path).text)
        assert found is not None
        return found[1]


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, databases: Callable[[str], Databases]) -> dict[str, str]:
    """Production with an empty database."""
    return {**PRODUCTION, "DATABASE_URL": databases(request.param).empty("production")}


def _flask(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _addresses_counted(port: int, environment: dict[str, str]) -> int:
    """From how many addresses codes were asked for, where three asked and a proxy told of two."""
    for number, told in (("1", "203.0.113.1"), ("2", "6.6.6.6, 203.0.113.2"), ("3", "203.0.113.2")):
        form = {"phone": f"1380013800{number}"}
        assert Proxy(port).ask("/sign-in", form, X_Forwarded_For=told).status == 303
    engine = create_engine(normalise_url(environment["DATABASE_URL"]))
    with engine.connect() as connection:
        query = text("SELECT count(DISTINCT key) FROM throttle WHERE key LIKE 'code_from:%'")
        found = int(connection.execute(query).scalar_one())
    engine.dispose()
    return found


def test_an_administrator_in_production(
    serve: Serve, port: int, environment: dict[str, str], empty: dict[str, str]
) -> None:
    settings = {**empty, "PROXIES": "1"}
    _read_until(serve(**settings), f"http://127.0.0.1:{port}/")
    own = {**environment, **settings}
    _flask(own, *DISTRICT)
    shown = _flask(own, *OFFICER)
    password = re.findall(r"Password:\s+(\S+)", shown)[0]
    secret = re.findall(r"Authenticator:\s+(\S+)", shown)[0]
    proxy = Proxy(port)
    form = {"username": "officer", "password": password, "code": pyotp.TOTP(secret).now()}
    signed_in = proxy.ask("/staff/sign-in", form)
    assert signed_in.status == 303
    assert set(proxy.cookies) == {"__Host-eldercampus"}
    cookie = signed_in.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    page = proxy.ask(signed_in.headers["Location"])
    assert (page.status, "Fenghua Elder University" in page.text) == (200, True)
    assert page.headers["Strict-Transport-Security"] == "max-age=63072000"
    assert page.headers["Cache-Control"] == "no-store"
    assert _addresses_counted(port, own) == 2


def test_what_cannot_be_read_is_answered_in_both_languages(
    serve: Serve, port: int, environment: dict[str, str]
) -> None:
    process = serve(**PRODUCTION)
    _read_until(process, "http://")
    _flask({**environment, **PRODUCTION}, *DISTRICT)
    proxy = Proxy(port)
    answers = [
        (414, proxy.ask("/courses?words=" + "x" * 20_000)),
        (431, proxy.ask("/", X_Note="x" * 20_000)),
        (400, proxy.ask("/", Host="elsewhere.example")),
        (400, proxy.ask("/", None, **{"Bad name": "x"})),
    ]
    for status, answer in answers:
        assert answer.status == status
        assert "交来的内容看不懂" in answer.text
        assert "We could not read what was sent" in answer.text
        assert answer.text.count("0574-0000 1234") == 2
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert _addresses_counted(port, {**environment, **PRODUCTION}) == 1  # no proxy: not believed
    process.terminate()
    assert "Traceback" not in process.communicate(timeout=30)[0]
