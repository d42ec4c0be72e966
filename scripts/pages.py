"""`make pages`: opens each page in every way people see it, and says what is wrong with it.

Each page × 320, 390, 1280 px × normal and large text × Chinese and English, as the first who may
open it; as everybody else who may, once (390 px, large text, Chinese). Two browsers share the work.
Ends with 1 where something is wrong. `make pages ARGS=/my` takes only pages that begin so.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from flask_migrate import upgrade
from playwright.sync_api import sync_playwright

from eldercampus.app import create_app
from tests import live
from tests.browser.addresses import Stop, find_stops, open_district
from tests.browser.conftest import find_chromium, flags
from tests.browser.sights import ALL, QUICK, Sight, open_eye
from tests.conftest import settings
from tests.web.samples import add_samples
from tests.world import World

BROWSERS = 2


class Round(NamedTuple):
    """Pages that one visitor opens one after the other, in one way; cookie: of their session."""

    sight: Sight
    who: str
    cookie: dict[str, str] | None
    paths: tuple[str, ...]


class Fault(NamedTuple):
    who: str
    path: str
    sight: str
    what: str


def main() -> int:
    program = find_chromium()
    if program is None:
        raise SystemExit("no Chromium: sudo apt-get install chromium fonts-noto-cjk libatomic1")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        server, world, first, others = _district(Path(folder))
        wanted = sys.argv[1] if len(sys.argv) > 1 else "/"
        cookies = {who: server.signed_in(number) for who, number in world.accounts.items()}
        rounds = [
            *_rounds(first, ALL, cookies, wanted),
            *_rounds(others, QUICK[:1], cookies, wanted),
        ]
        try:
            with ProcessPoolExecutor(BROWSERS) as browsers:
                shares = [rounds[one::BROWSERS] for one in range(BROWSERS)]
                jobs = [browsers.submit(_walk, program, server.url, share) for share in shares]
                faults = sorted(fault for job in jobs for fault in job.result())
        finally:
            server.stop()
    seen = sum(len(one.paths) for one in rounds)
    return _tell(faults, seen, time.monotonic() - began)


def _rounds(
    stops: list[Stop], sights: Sequence[Sight], cookies: dict[str, dict[str, str]], wanted: str
) -> list[Round]:
    of_one = groupby(sorted(stops, key=lambda stop: stop.who), key=lambda stop: stop.who)
    walks = [
        (who, tuple(stop.path for stop in those if stop.path.startswith(wanted)))
        for who, those in of_one
    ]
    return [
        Round(sight, who, cookies.get(who), paths)
        for sight in sights
        for who, paths in walks
        if paths
    ]


def _walk(program: str, url: str, rounds: list[Round]) -> list[Fault]:
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags())
        for one in rounds:
            eye = open_eye(browser, url, one.sight, one.cookie)
            for path in one.paths:
                wrong = eye.opens(path)
                found += [Fault(one.who, path, str(one.sight), what) for what in wrong]
            eye.page.context.close()
        browser.close()
    return found


def _tell(faults: list[Fault], seen: int, seconds: float) -> int:
    for line in _lines(faults):
        print(line)
    print(f"{seen} pages opened in {seconds:.0f} s, {len(faults)} faults")
    return 1 if faults else 0


def _lines(faults: list[Fault]) -> Iterator[str]:
    """The same fault of a page in several ways is one line."""
    ways: dict[tuple[str, str, str], list[str]] = {}
    for fault in faults:
        ways.setdefault((fault.path, fault.who, fault.what), []).append(fault.sight)
    for (path, who, what), sights in ways.items():
        yield f"{path} | {who} | {', '.join(sights)} | {what}"


def _district(folder: Path) -> tuple[live.LiveServer, World, list[Stop], list[Stop]]:
    """The small district of the tests with a row of every kind, served by two processes."""
    url = f"sqlite:///{folder / 'eldercampus.db'}"
    own = {**settings(url, folder), "DEMO": True}
    app = create_app(own)
    with app.app_context():
        upgrade()
    world = open_district(app)
    stops = find_stops(app, world, add_samples(app, world))
    kept = ("SECRET_KEY", "SEALING_KEY", "OUTBOX_FOLDER")
    environment = {"DATABASE_URL": url, "DEMO": "1", **{key: str(own[key]) for key in kept}}
    with (folder / "log").open("wb") as log:
        server = live.start(app, environment, 2, log)
    print("no page, but a file or a way elsewhere: " + " ".join(stops.unseen))
    return server, world, stops.first, stops.others


if __name__ == "__main__":
    sys.exit(main())
