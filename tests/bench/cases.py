"""What is measured: `python -m tests.bench.cases CASE LEARNERS …` does one case and prints numbers
(seconds, bytes) as JSON. What a case does not need it does not import: its memory is told too."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Measured = dict[str, float]


def best(work: Callable[[], object], times: int) -> float:
    """The shortest of so many, after one that warms up."""
    work()
    return min(took(work) for _ in range(times))


def took(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def peak_memory() -> int:
    """Bytes this process has had at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def engine(learners: int, minimum: str) -> Measured:
    """Arrays in, arrays out: three rounds, eight choices, clashes, kept seats; closings unless the
    minimum is 0."""
    from eldercampus.allocation.engine import draw
    from tests.allocation.big_markets import big_market

    draw(big_market(1000), 3)  # compiled, or read from the disk
    market = big_market(learners, minimum=int(minimum))
    closed = len(draw(market, 3).closed)
    return {"seconds": best(lambda: draw(market, 3), 5), "closed": closed}


def whole(learners: int) -> Measured:
    """solve(): a round file as a dict in, its result as a dict out."""
    from eldercampus.allocation.solve import solve
    from tests.bench.rounds import town_round

    solve(town_round(1000))
    frozen = town_round(learners)
    closed = len(solve(frozen)["closed"])
    return {
        "seconds": best(lambda: solve(frozen), 3 if learners < 100_000 else 1),
        "closed": closed,
    }


def checker(learners: int) -> Measured:
    """verify.py's own draw of the same round."""
    from eldercampus.allocation import verify
    from eldercampus.allocation.solve import solve
    from tests.bench.rounds import town_round

    frozen = town_round(learners)
    results: list[Any] = []
    seconds = took(lambda: results.append(verify.run(frozen)))
    if results[0] != solve(frozen):
        raise RuntimeError("the checker and the engine differ")
    return {"seconds": seconds, "closed": len(results[0]["closed"])}


def plain(learners: int, who: str) -> Measured:
    """A plain round by one of the peers, whose outcome must be ours."""
    from eldercampus.allocation.solve import solve
    from tests.bench import peers
    from tests.bench.rounds import plain_round

    frozen = plain_round(learners)
    lists = peers.as_lists(frozen)
    play = getattr(peers, who)
    found: list[dict[str, str]] = []
    seconds = took(lambda: found.append(play(*lists)))
    ours = {one["learner"]: one["section"] for one in solve(frozen)["placements"]}
    if found[0] != ours:
        raise RuntimeError(f"{who} and the engine differ")
    return {"seconds": seconds, "placed": len(ours)}


def plain_engine(learners: int) -> Measured:
    """The same round by the engine."""
    from eldercampus.allocation import arrays, lottery, problem
    from eldercampus.allocation.engine import draw
    from tests.bench.rounds import plain_round

    ready = problem.validate(plain_round(learners))
    numbers = [lottery.number(ready["seed"], one["id"]) for one in ready["learners"]]
    market = arrays.market_of(ready, numbers)
    return {"seconds": best(lambda: draw(market, 1), 5)}


def start(_learners: int) -> Measured:
    """Importing the engine and drawing a first small market: nothing compiled yet, and the second
    time; `seconds` is the import alone with everything on disk."""
    code = (
        "import time; a = time.perf_counter(); from eldercampus.allocation import engine;"
        "b = time.perf_counter(); from tests.allocation.big_markets import big_market;"
        "m = big_market(1000); c = time.perf_counter(); engine.draw(m, 3);"
        "print(b - a, time.perf_counter() - c)"
    )
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        runs = []
        for _ in range(3):
            done = subprocess.run(
                [sys.executable, "-c", code],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            runs.append([float(word) for word in done.stdout.split()])
    cold, *warm = runs
    imported, drawn = min(warm, key=sum)
    return {"seconds": imported, "first_draw": drawn, "compiling": cold[0] + cold[1]}


def fill(learners: int, url: str) -> Measured:
    """Writes the district that `database` takes through its draw."""
    from tests.bench import district

    with application(url):
        return {"seconds": took(lambda: district.fill(learners))}


def database(_learners: int, url: str) -> Measured:
    """A dry run (the second one: the first warms up), the freezing, and the final draw, each from
    database to database; and how long their writing transactions are."""
    from tests.bench.ceremony import Ceremony

    with application(url):
        ceremony = Ceremony()
        ceremony.dry_run()
        dry, writing = ceremony.dry_run()
        frozen = ceremony.freeze()
        final, final_writing = ceremony.draw()
    return {
        "seconds": dry,
        "freezing": frozen,
        "final": final,
        "writing": max(writing, final_writing),
    }


@contextmanager
def application(url: str) -> Iterator[None]:
    """The system in this process, on the database of this address."""
    from eldercampus.app import create_app
    from eldercampus.db import db
    from tests.conftest import settings

    with TemporaryDirectory() as folder:
        app = create_app(settings(url, Path(folder)))
        with app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()


CASES: dict[str, Callable[..., Measured]] = {
    case.__name__: case
    for case in (engine, whole, checker, plain, plain_engine, start, fill, database)
}


if __name__ == "__main__":
    name, count, *rest = sys.argv[1:]
    told = CASES[name](int(count), *rest)
    print(json.dumps({**told, "memory": peak_memory()}))
