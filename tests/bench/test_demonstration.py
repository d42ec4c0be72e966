"""How long the demonstration takes to load, and its pages to answer. `make bench` prints it."""

import re
import statistics
import time
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.conftest import StartServer

pytestmark = pytest.mark.bench
LOAD_BOUND, PAGE_BOUND = 60.0, 0.5
PAGES = ("/", "/courses", "/sign-in", "/readyz")


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_the_demonstration_loads_in_time_and_its_pages_answer(
    start_server: StartServer, backend: str
) -> None:
    server = start_server(backend)
    before = time.perf_counter()
    server.flask("demo", "load", "--persons", "8000", "--seed", "1")
    took = time.perf_counter() - before
    print(f"\n{backend}: demonstration loaded in {took:.1f} s (bound {LOAD_BOUND:.0f})")
    assert took <= LOAD_BOUND
    opener = build_opener(ProxyHandler({}))
    for path in PAGES:
        times = []
        for _ in range(40):
            before = time.perf_counter()
            with opener.open(server.url + path) as answer:
                assert re.match(r"2\d\d", str(answer.status))
                answer.read()
            times.append(time.perf_counter() - before)
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{backend}: {path:10} p95 {p95 * 1000:6.1f} ms")
        assert p95 <= PAGE_BOUND
