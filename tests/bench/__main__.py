"""`make bench`: measures, prints its tables, writes them into docs/performance.md, and ends with 1
where a bound of that page is not met.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from tempfile import TemporaryDirectory
from types import MappingProxyType

from flask_migrate import upgrade

from tests import postgres
from tests.bench.cases import Measured, application
from tests.bench.pages import PageCost
from tests.bench.report import PAGES_HEAD, Line, pages_table, show, table, write_report

ENGINE = "engine, arrays in and out"
NO_CLOSINGS = "engine, no class closes"
SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main() -> int:
    lines = []
    for line in _all():
        print(f"{line.what}, {line.learners}: {line.seconds:.3f} s", file=sys.stderr, flush=True)
        lines.append(line)
    pages = list(_pages())
    write_report(lines, pages)
    print(show(table(lines)))
    print(show(pages_table(pages), PAGES_HEAD))
    missed = [f"{line.what}, {line.learners}" for line in lines if line.missed]
    missed += [f"{page.path}, {page.who}" for page in pages if page.missed]
    for what in missed:
        print(f"bound not met: {what}")
    return 1 if missed else 0


def _pages() -> Iterator[PageCost]:
    command = [sys.executable, "-m", "tests.bench.pages"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        yield PageCost(**json.loads(line))


def _all() -> Iterator[Line]:
    bounds = {(ENGINE, 10_000): 0.02, (ENGINE, 100_000): 1.5, (NO_CLOSINGS, 1_000_000): 1.0}
    for size in SIZES[:3]:  # a million have hundreds of closings, each a draw of its own
        yield Line(ENGINE, size, _apart("engine", size, 15), bounds.get((ENGINE, size)))
    for size in SIZES:
        most = 800 if size == SIZES[-1] else None
        measured = _apart("engine", size, 0)
        yield Line(NO_CLOSINGS, size, measured, bounds.get((NO_CLOSINGS, size)), most)
    for size in SIZES[:3]:
        yield Line("solve(), dict in and out", size, _apart("whole", size))
    for size in SIZES[:2]:
        yield Line("verify.py", size, _apart("checker", size))
    yield from _plain()
    yield Line("engine: import, all on disk", 0, _apart("start", 0), 1.5)
    with TemporaryDirectory() as folder:
        yield from _database("SQLite", lambda size: f"sqlite:///{folder}/{size}.db")
    if (binaries := postgres.find_binaries()) is not None:
        yield from _with_server(postgres.Server(binaries))


def _plain() -> Iterator[Line]:
    """One round, no clashes: the peers' game. Their outcome is held against ours."""
    for size in SIZES[:3]:
        yield Line("plain round: engine", size, _apart("plain_engine", size))
    for size in SIZES[:3]:
        yield Line("plain round: Python with heaps", size, _apart("plain", size, "heaps"))
    for size in SIZES[:2]:
        yield Line("plain round: matching", size, _apart("plain", size, "matching"))


def _with_server(server: postgres.Server) -> Iterator[Line]:
    bounds = {10_000: 1.5, 100_000: 8.0}
    try:
        yield from _database("PostgreSQL", lambda size: server.create(f"bench{size}"), bounds)
    finally:
        server.stop()


def _database(
    name: str, address: Callable[[int], str], bounds: Mapping[int, float] = MappingProxyType({})
) -> Iterator[Line]:
    for size in (10_000, 100_000):
        url = address(size)
        with application(url):
            upgrade()
        _apart("fill", size, url)
        yield Line(f"{name}: dry run", size, _apart("database", size, url), bounds.get(size))


def _apart(case: str, learners: int, *words: object) -> Measured:
    """In a process of its own; what that says on the way is shown."""
    command = [sys.executable, "-m", "tests.bench.cases", case, str(learners), *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    measured: Measured = json.loads(done.stdout.splitlines()[-1])
    return measured


if __name__ == "__main__":
    sys.exit(main())
