"""Round files of any size, made at once: what solve.py, the checker and the peers are given."""

from typing import Any

import numpy as np
from numpy.random import Generator, default_rng

from tests.allocation.markets import DAY, SEED, Round

WEEK = 7 * DAY
MINIMUM = 22  # of 30 seats: closes nine classes of 10 000 learners, some sixty of 100 000
CHOICES, SEATS, LESSONS, HOURS, WEEKDAYS = 8, 30, 16, 8, 5


def town_round(learners: int, seed: int = 1) -> Round:
    """Everything switched on: three rounds, bands, clashes, one class in four with two kinds of
    kept seats, four in five with a minimum that the draw has to close some for."""
    rng = default_rng(seed)
    campuses = max(12, min(60, learners // 500))
    count = classes(learners)
    sections = [_class(n, campuses, count // 5) for n in range(1, count + 1)]
    rules = {"rounds": 3, "proximity": "bands", "bands_m": [1000, 3000, 6000, 12000]}
    return _round(rules, sections, _people(rng, sections, learners))


def plain_round(learners: int, seed: int = 1) -> Round:
    """One seat each, by nothing but metres and numbers: what other programs can do as well."""
    rng = default_rng(seed)
    sections = [_plain_class(n) for n in range(1, classes(learners) + 1)]
    people = _people(rng, sections, learners, highest=40_000)
    return _round(
        {"rounds": 1, "proximity": "metres"},
        sections,
        [{**person, "wants": 1, "tags": []} for person in people],
    )


def _round(rules: dict[str, Any], sections: list[Any], learners: list[Any]) -> Round:
    return {
        "format": "eldercampus.round.v1",
        "round": "bench",
        "rules": rules,
        "sections": sections,
        "learners": learners,
        "seed": SEED,
    }


def _class(number: int, campuses: int, courses: int) -> dict[str, Any]:
    start = number % WEEKDAYS * DAY + 480 + number // WEEKDAYS % HOURS * 60
    kinds = (("t1", 2, "release"), ("t2", 4, "keep"))
    return {
        "id": f"S-{number:05}",
        "course": f"C-{number * 7919 % courses}",  # five classes each, far apart
        "campus": f"K-{number % campuses:02}",
        "capacity": SEATS,
        "minimum": MINIMUM if number % 5 else 0,
        "exempt": False,
        "sessions": [[start + week * WEEK, start + week * WEEK + 90] for week in range(LESSONS)],
        "seats": [_reserve(*kind) for kind in kinds] if number % 4 == 0 else [],
        "fill": "open_first" if number % 2 else "reserved_first",
    }


def _reserve(kind: str, count: int, unfilled: str) -> dict[str, Any]:
    return {"kind": kind, "count": count, "unfilled": unfilled}


def _plain_class(number: int) -> dict[str, Any]:
    alone = {"course": f"C-{number}", "campus": f"K-{number}", "sessions": []}
    return {**_class(number, 1, 1), **alone, "minimum": 0, "seats": [], "fill": "reserved_first"}


def _people(
    rng: Generator, sections: list[dict[str, Any]], learners: int, highest: int = 15_000
) -> list[dict[str, Any]]:
    listed = choices(rng, learners, len(sections)).tolist()
    metres = rng.integers(0, highest, (learners, CHOICES)).tolist()
    wants = rng.choice([1, 2, 3], learners, p=[0.5, 0.35, 0.15]).tolist()
    tags = rng.integers(0, 12, learners).tolist()
    return [
        {
            "id": f"L-{number:07}",
            "wants": wants[number],
            "choices": [sections[n - 1]["id"] for n in listed[number]],
            "tags": ["t1"] if tags[number] == 0 else ["t2"] if tags[number] == 1 else [],
            "metres": {
                sections[n - 1]["campus"]: way
                for n, way in zip(listed[number], metres[number], strict=True)
            },
            "groups": {},
            "held": [],
        }
        for number in range(learners)
    ]


def classes(learners: int) -> int:
    """One and a half seats for each learner."""
    return max(learners // 20, 2 * CHOICES)


def choices(rng: Generator, learners: int, sections: int) -> np.ndarray[Any, Any]:
    """Eight different section numbers from 1 on for each learner; small ones are liked more."""
    steps = 1 + (rng.random((learners, CHOICES)) ** 3 * (sections // CHOICES - 1)).astype(np.int64)
    first = (rng.random((learners, 1)) ** 1.5 * sections).astype(np.int64)
    return rng.permuted((first + np.cumsum(steps, axis=1)) % sections + 1, axis=1)
