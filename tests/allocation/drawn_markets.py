"""Markets by chance alone, faster than hypothesis makes them, with every rule switched on."""

from random import Random
from typing import Any

from tests.allocation.markets import Round, reserve

STARTS = (0, 60, 90, 150, 600, 900)


def market(random: Random, learners: int, sections: int) -> Round:
    """A round with its seed: up to so many learners and sections."""
    kinds = random.choice([["t1"], ["t1", "t2"], ["t2", "t1", "t3"]])
    sections_ = [_section(random, f"S-{i}", kinds) for i in range(random.randint(1, sections))]
    rules: dict[str, Any] = {"rounds": random.choice([1, 2, 3, 3])}
    if random.random() < 0.5:
        rules |= {"proximity": "bands", "bands_m": random.choice([[], [700], [700, 1400, 2100]])}
    else:
        rules |= {"proximity": "metres"}
    if random.random() < 0.5:
        rules["misses"] = True
    names = [f"L-{i}" for i in range(random.randint(0, learners))]
    random.shuffle(names)
    return {
        "format": "eldercampus.round.v1",
        "round": "by-chance",
        "rules": rules,
        "sections": sections_,
        "learners": [_learner(random, name, sections_, kinds, rules) for name in names],
        "seed": f"{random.getrandbits(256):064x}",
    }


def _section(random: Random, name: str, kinds: list[str]) -> dict[str, Any]:
    capacity = random.choice([0, 1, 1, 2, 2, 3, 4, 6])
    minimum = random.choice([0, 0, 1, 2, capacity])
    starts = random.sample(STARTS, random.choice([0, 0, 1, 1, 2]))
    return {
        "id": name,
        "course": f"C-{random.randint(1, 9)}",
        "campus": f"K-{random.randint(1, 3)}",
        "capacity": capacity,
        "minimum": min(minimum, capacity),
        "exempt": random.random() < 0.2,
        "sessions": [[start, start + random.choice([60, 90, 300])] for start in starts],
        "seats": _reserves(random, capacity, kinds) if random.random() < 0.6 else [],
        "fill": random.choice(["reserved_first", "open_first"]),
    }


def _reserves(random: Random, capacity: int, kinds: list[str]) -> list[dict[str, Any]]:
    found = []
    for kind in random.sample(kinds, random.randint(1, len(kinds))):
        count = random.randint(0, capacity)
        capacity -= count
        found.append(reserve(kind, count, random.choice(["release", "release", "keep"])))
    return found


def _learner(
    random: Random,
    name: str,
    sections: list[dict[str, Any]],
    kinds: list[str],
    rules: dict[str, Any],
) -> dict[str, Any]:
    names = [section["id"] for section in sections]
    choices = random.sample(names, random.randint(0, min(8, len(names))))
    held: list[str] = []
    if random.random() < 0.12:
        held = random.sample(names, random.randint(1, min(3, len(names))))
    found = {
        "id": name,
        "wants": random.choice([0, 1, 1, 2, 2, 3]),
        "choices": choices,
        "tags": [kind for kind in [*kinds, "other"] if random.random() < 0.3],
        "metres": {f"K-{i}": random.choice([0, 500, 700, 701, 1500, 9000]) for i in (1, 2, 3)},
        "groups": {c: random.randint(1, 3) for c in choices if random.random() < 0.3},
        "held": held,
    }
    if "misses" in rules:
        found["misses"] = random.choice([0, 0, 0, 1, 2, 7, 8, 300])
    return found


def town(random: Random, learners: int) -> Round:
    """A round as a large town has it: classes of 30, weekly for a term, some loved by all."""
    sections = [_class_of_30(random, i) for i in range(learners // 25)]
    weights = [1 / (2 + i % 97) for i in range(len(sections))]
    return {
        "format": "eldercampus.round.v1",
        "round": "town",
        "rules": {"rounds": 3, "proximity": "bands", "bands_m": [1000, 3000], "misses": True},
        "sections": sections,
        "learners": [_townsman(random, i, sections, weights) for i in range(learners)],
        "seed": f"{random.getrandbits(256):064x}",
    }


def _class_of_30(random: Random, i: int) -> dict[str, Any]:
    start = random.randrange(5) * 1440 + random.choice([480, 570, 600, 840, 930])
    return {
        "id": f"S-{i:05}",
        "course": f"C-{random.randrange(i // 3 + 1)}",
        "campus": f"K-{random.randrange(5)}",
        "capacity": 30,
        "minimum": random.choice([8, 10, 15]),
        "exempt": random.random() < 0.1,
        "sessions": [[start + week * 10080, start + week * 10080 + 90] for week in range(16)],
        "seats": [reserve("t1", 3), reserve("t2", 2, "keep")] if i % 4 == 0 else [],
        "fill": random.choice(["reserved_first", "open_first"]),
    }


def _townsman(
    random: Random, i: int, sections: list[dict[str, Any]], weights: list[float]
) -> dict[str, Any]:
    liked = random.choices(sections, weights, k=random.randint(1, 10))
    choices = list(dict.fromkeys(section["id"] for section in liked))[:8]
    return {
        "id": f"L-{i:06}",
        "wants": random.choice([1, 1, 2, 3]),
        "choices": choices,
        "tags": [kind for kind in ("t1", "t2") if random.random() < 0.1],
        "metres": {f"K-{k}": random.choice([1000, 3000, 3001]) for k in range(5)},
        "groups": {c: random.choice([1, 3]) for c in choices if random.random() < 0.1},
        "held": [random.choice(sections)["id"]] if random.random() < 0.02 else [],
        "misses": random.choice([0, 0, 0, 1, 2]),
    }
