"""Many small rounds in one file: drawn together they cost little, and none touches another.

Whoever comes first must be decided by metres: draw numbers depend on the ids, which change here.
"""

from collections.abc import Iterable
from typing import Any

from eldercampus.allocation.solve import solve
from tests.allocation.markets import SEED, Round

Seats = dict[str, tuple[str, ...]]
"""Learner → the sections given, in the order of the rounds."""


def solve_together(small: list[Round]) -> list[Seats]:
    """What each of the rounds gives; their rules are those of the first."""
    result = solve(
        {
            "format": "eldercampus.round.v1",
            "round": "many",
            "rules": small[0]["rules"],
            "sections": [
                _section(i, item) for i, one in enumerate(small) for item in one["sections"]
            ],
            "learners": [
                _learner(i, item) for i, one in enumerate(small) for item in one["learners"]
            ],
            "seed": SEED,
        }
    )
    given: list[Seats] = [{} for _ in small]
    for placement in result["placements"]:
        i, learner = placement["learner"].split("_")
        section = placement["section"].split("_")[1]
        given[int(i)][learner] = (*given[int(i)].get(learner, ()), section)
    return given


def _section(i: int, item: dict[str, Any]) -> dict[str, Any]:
    return item | {name: f"{i}_{item[name]}" for name in ("id", "course", "campus")}


def _learner(i: int, item: dict[str, Any]) -> dict[str, Any]:
    return item | {
        "id": f"{i}_{item['id']}",
        "choices": _own(i, item["choices"]),
        "held": _own(i, item["held"]),
        "metres": {f"{i}_{campus}": way for campus, way in item["metres"].items()},
        "groups": {f"{i}_{section}": group for section, group in item["groups"].items()},
    }


def _own(i: int, names: Iterable[str]) -> list[str]:
    return [f"{i}_{name}" for name in names]
