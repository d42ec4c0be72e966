"""How long a draw takes. `make bench` prints it."""

import random
import time

import pytest

from eldercampus.allocation.solve import solve
from tests.allocation.markets import Round, game, learner, reserve, section

pytestmark = pytest.mark.bench
LEARNERS, SECTIONS, CHOICES = 8_000, 250, 3
BOUND = 10.0
"""Seconds. The plain form is meant to be read, not to be fast; a district must still fit."""


def a_district(seed: int) -> Round:
    """A district's round: 8 000 people, 250 classes of 20 to 40 seats, some far more liked."""
    chance = random.Random(seed)
    names = [f"S{number:03}" for number in range(SECTIONS)]
    sections = [
        section(name, chance.randint(20, 40), minimum=8, seats=[reserve("new", 4)])
        for name in names
    ]
    weights = [chance.paretovariate(1.2) for _ in names]
    learners = []
    for number in range(LEARNERS):
        wished = dict.fromkeys(chance.choices(names, weights, k=CHOICES))
        tags = ["new"] if chance.random() < 0.6 else []
        metres = {f"campus-{name}": chance.randint(100, 20_000) for name in wished}
        person = learner(f"L{number:05}", " ".join(wished), chance.randint(1, 2))
        learners.append({**person, "tags": tags, "metres": metres})
    return game(sections, learners)


def test_a_district_is_drawn_in_time() -> None:
    frozen = a_district(seed=1)
    before = time.perf_counter()
    result = solve(frozen)
    took = time.perf_counter() - before
    print(
        f"\ndraw of {LEARNERS} learners and {SECTIONS} sections: {took:.1f} s (bound {BOUND:.0f})"
    )
    assert len(result["placements"]) > LEARNERS / 4
    assert took <= BOUND
