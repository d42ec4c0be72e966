"""Others who can do a plain round: one seat each, no clashes, nothing kept.

Both take and give the same: lists of sections by learner, queues of learners by section (best
first), seats; who sits where.
"""

import sys
from collections.abc import Mapping, Sequence
from heapq import heappush, heapreplace
from typing import Any

from eldercampus.allocation import lottery

Lists = Mapping[str, Sequence[str]]


def as_lists(frozen: dict[str, Any]) -> tuple[Lists, Lists, dict[str, int]]:
    """A plain round in the words of these programs: the order in each class is that of its keys."""
    campus_of = {section["id"]: section["campus"] for section in frozen["sections"]}
    asked: dict[str, list[tuple[int, str, str]]] = {name: [] for name in campus_of}
    for learner in frozen["learners"]:
        number = lottery.number(frozen["seed"], learner["id"])
        for name in learner["choices"]:
            asked[name].append((learner["metres"][campus_of[name]], number, learner["id"]))
    lists = {learner["id"]: learner["choices"] for learner in frozen["learners"]}
    queues = {name: [key[2] for key in sorted(keys)] for name, keys in asked.items() if keys}
    return lists, queues, {s["id"]: s["capacity"] for s in frozen["sections"] if s["id"] in queues}


def heaps(lists: Lists, queues: Lists, seats: Mapping[str, int]) -> dict[str, str]:
    """Deferred acceptance with a heap for each class, the worst seated learner on its top."""
    place = {
        name: {learner: -at for at, learner in enumerate(line)} for name, line in queues.items()
    }
    seated: dict[str, list[tuple[int, str]]] = {name: [] for name in queues}
    upcoming = {learner: iter(wishes) for learner, wishes in lists.items()}
    for asking in lists:
        learner: str | None = asking
        while learner is not None and (name := next(upcoming[learner], None)) is not None:
            entry = (place[name][learner], learner)
            if len(seated[name]) < seats[name]:
                heappush(seated[name], entry)
                learner = None
            elif entry > seated[name][0]:
                learner = heapreplace(seated[name], entry)[1]
    return {learner: name for name, line in seated.items() for _, learner in line}


def matching(lists: Lists, queues: Lists, seats: Mapping[str, int]) -> dict[str, str]:
    """The package of this name, as its manual says."""
    from matching.games import HospitalResident  # type: ignore[import-untyped]

    sys.setrecursionlimit(100_000)  # it copies the game before it plays
    game = HospitalResident.create_from_dictionaries(lists, queues, seats)
    found = game.solve(optimal="resident")
    return {str(one.name): str(section.name) for section, line in found.items() for one in line}
