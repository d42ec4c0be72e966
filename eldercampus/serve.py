"""`python -m eldercampus.serve`: web and jobs by one command.

Keeps two children going: gunicorn for the pages, which prepares the database first (webserver.py),
and `flask jobs run` for what the clock does. SIGINT or SIGTERM ends both. If one of them dies the
other is ended too and the exit code is 1: whoever started us starts us again. Imports nothing of
the system, so that the parent stays small.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

JOBS = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only compared with
GRACE = 15.0
"""Seconds that the children have for ending by themselves."""


@dataclass
class _Stop:
    """Whether we were asked to end. A flag, not an exception: that could strike between the start
    of a child and our taking note of it."""

    asked: bool = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def main() -> int:
    """Exit code 0 after SIGINT or SIGTERM, 1 with a sentence for everything else."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return _complain(f"PORT={port} is not a port: choose a number from 1 to 65535.")
    if not _is_free(host, int(port)):
        return _complain(f"Port {port} is in use. Choose another: PORT={int(port) + 1} make run")
    stop = _Stop()
    for number in STOPS:
        signal.signal(number, stop.ask)
    children = {"web": _start(_web(host, port))}
    try:
        if not _announce(host, port, children["web"], stop):
            return 0 if stop.asked else 1
        children["jobs"] = _start(JOBS)
        return _watch(children, stop)
    finally:
        _end(children)


def _web(host: str, port: str) -> list[str]:
    workers = os.environ.get("WEB_WORKERS", "2")
    return [
        *(sys.executable, "-m", "eldercampus.webserver", "wsgi:app"),
        *("--bind", f"{host}:{port}", "--workers", workers),
        *("--worker-class", "eldercampus.web.unreadable.Worker"),
        *("--preload", "--no-control-socket", "--log-level", "warning"),
        *("--forwarded-allow-ips", ""),  # whom to believe is PROXIES, in one place
    ]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """In a session of its own: a Ctrl-C reaches only us, and we end the child in order."""
    return subprocess.Popen(command, start_new_session=True)


def _announce(host: str, port: str, web: subprocess.Popen[bytes], stop: _Stop) -> bool:
    """Waits for the first answer; False where we were asked to end, or where the web ended: it has
    said why."""
    near = "127.0.0.1" if host == EVERYWHERE else host
    while web.poll() is None and not stop.asked:
        if _answers(near, int(port)):
            print(f"\neldercampus: http://{near}:{port}/   (Ctrl-C ends it)\n", flush=True)
            return True
        time.sleep(0.1)
    return False


def _watch(children: dict[str, subprocess.Popen[bytes]], stop: _Stop) -> int:
    while not stop.asked:
        if dead := _dead(children):
            return _complain(f"{' and '.join(dead)} ended unexpectedly; the rest is ended too.")
        time.sleep(0.1)
    print("\nEnding …", flush=True)
    return 0


def _dead(children: dict[str, subprocess.Popen[bytes]]) -> list[str]:
    return [name for name, child in children.items() if child.poll() is not None]


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        with suppress(ProcessLookupError):  # the group: workers outlive a gunicorn that was killed
            os.killpg(child.pid, signal.SIGTERM)
    until = time.monotonic() + GRACE
    for child in children.values():
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _answers(host: str, port: int) -> bool:
    """Whatever it says (TRUSTED_HOSTS may refuse our name for it), it is up."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
