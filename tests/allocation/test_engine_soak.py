"""Three large towns: the engine against the checker, which takes its time. `make soak`"""

from random import Random

import pytest

from eldercampus.allocation import problem, verify
from eldercampus.allocation.solve import solve
from tests.allocation.drawn_markets import town


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_town_of_twenty_thousand(seed: int) -> None:
    frozen = town(Random(seed), 20_000)
    mine, right = solve(frozen), verify.run(problem.validate(frozen))
    assert len(mine["closed"]) > 3
    for part in right:
        assert (seed, part, mine[part] == right[part]) == (seed, part, True)
    assert problem.canonical(mine).decode() == verify.canonical(right)
