"""What the class finder costs of the processor, with three hundred classes. `make bench` prints it.

The pages are called without a server in between, as an ordinary visitor opens them for the second
time; the bound is that of a page of the applying journey. What lists everything is only told.
"""

import statistics
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.test_courses import add_sections
from tests.web.visiting import build_open_world

pytestmark = pytest.mark.bench
BOUND_MS = 4.0
HOME = "town=330213001&community=330213001002"
PAGES = ("/courses", f"/courses?{HOME}", f"/courses/map?{HOME}", "/courses/1")
WHOLE = ("/courses?all=1", "/courses/print")


def test_the_finder_is_light(
    app: Flask, client: FlaskClient, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build_open_world(app, monkeypatch)
    add_sections(app, world, 294)
    heavy = []
    for path in PAGES + WHOLE:
        took = _median_ms(client, path)
        print(f"\n{backend}: {path} {took:.1f} ms of the processor", end="")
        if path in PAGES and took > BOUND_MS:
            heavy.append((path, took))
    assert not heavy


def _median_ms(client: FlaskClient, path: str) -> float:
    """Of sixty calls, after three; the test's own client takes part of it."""
    times = []
    for _ in range(63):
        before = time.process_time()
        assert client.get(path).status_code == 200
        times.append((time.process_time() - before) * 1000)
    return statistics.median(times[3:])
