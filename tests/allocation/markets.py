"""Whole games for the tests: from the few letters of a worked example, and drawn by hypothesis."""

from typing import Any

from hypothesis import strategies as st

SEED = "5088bb14503d83515015af8b2cdd724c8bee2f3c9b89e45a0c0a604209eb814f"
DAY = 1440

Round = dict[str, Any]


def section(name: str, capacity: int = 1, **changes: Any) -> dict[str, Any]:
    """A section on its own campus, of its own course, on its own day."""
    day = sum(map(ord, name)) % 300
    return {
        "id": name,
        "course": f"course-{name}",
        "campus": f"campus-{name}",
        "capacity": capacity,
        "minimum": 0,
        "exempt": False,
        "sessions": [[day * DAY + 480, day * DAY + 570]],
        "seats": [],
        "fill": "reserved_first",
        **changes,
    }


def reserve(kind: str, count: int, unfilled: str = "release") -> dict[str, Any]:
    return {"kind": kind, "count": count, "unfilled": unfilled}


def learner(name: str, choices: str, wants: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "wants": wants,
        "choices": choices.split(),
        "tags": [],
        "metres": {},
        "groups": {},
        "held": [],
        **changes,
    }


def game(
    sections: list[dict[str, Any]],
    learners: list[dict[str, Any]],
    orders: dict[str, str] | None = None,
    rounds: int = 3,
) -> Round:
    """A round with its seed; "X": "c a b" in `orders` means c is nearest to X, then a, then b.

    Without an order everybody is equally near and the lottery decides.
    """
    found = {
        "format": "eldercampus.round.v1",
        "round": "2026-spring",
        "rules": {"rounds": rounds, "proximity": "metres"},
        "sections": sections,
        "learners": learners,
        "seed": SEED,
    }
    campus_of = {item["id"]: item["campus"] for item in sections}
    for person in learners:
        for choice in person["choices"]:
            order = (orders or {}).get(choice, "").split()
            place = order.index(person["id"]) if person["id"] in order else len(order)
            person["metres"].setdefault(campus_of[choice], place)
    return found


def seats(result: dict[str, Any]) -> dict[str, str]:
    """Learner → "X Y", the sections in the order of the rounds."""
    given: dict[str, str] = {}
    for placement in result["placements"]:
        before = given.get(placement["learner"])
        given[placement["learner"]] = (
            f"{before} {placement['section']}" if before else placement["section"]
        )
    return given


def reason(result: dict[str, Any], name: str, choice: str) -> dict[str, Any]:
    """The facts given to one learner about one choice, without their ids."""
    for entry in result["reasons"]:
        if (entry["learner"], entry["section"]) == (name, choice):
            return {key: entry[key] for key in entry if key not in ("learner", "section")}
    raise LookupError(f"{name} did not list {choice}")


_TAGS = ("", "t1", "t2", "t1 t2")


@st.composite
def reserves(draw: st.DrawFn, capacity: int) -> list[dict[str, Any]]:
    found = []
    for kind in draw(st.sampled_from([("t1", "t2"), ("t2", "t1")])):
        count = draw(st.integers(0, capacity))
        capacity -= count
        if count or draw(st.booleans()):
            found.append(reserve(kind, count, draw(st.sampled_from(["release", "keep"]))))
    return found


@st.composite
def sections(draw: st.DrawFn, name: str, plain: bool) -> dict[str, Any]:
    capacity = draw(st.sampled_from([2, 1, 3, 0, 4]))
    start = draw(st.sampled_from([0, 60, 90, 300, 600, 900])) + 480
    return section(
        name,
        capacity,
        course=f"course-{name}" if plain else f"C-{draw(st.integers(1, 6))}",
        campus=f"K-{draw(st.integers(1, 2))}",
        minimum=draw(st.integers(0, capacity)),
        exempt=plain or draw(st.booleans()),
        sessions=[] if plain else [[start, start + 90]],
        seats=draw(reserves(capacity)) if draw(st.booleans()) else [],
        fill=draw(st.sampled_from(["reserved_first", "open_first"])),
    )


@st.composite
def learners(draw: st.DrawFn, name: str, names: list[str], plain: bool) -> dict[str, Any]:
    order = draw(st.permutations(names))
    choices = order[: draw(st.integers(0, len(order)))] if plain else order
    held: list[str] = []
    if not plain and draw(st.integers(0, 5)) == 5:
        held = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    return learner(
        name,
        " ".join(choices),
        1 if plain else draw(st.sampled_from([2, 1, 3, 0])),
        tags=draw(st.sampled_from(_TAGS)).split(),
        metres={campus: draw(st.integers(0, 4)) * 700 for campus in ("K-1", "K-2")},
        groups=dict.fromkeys(choices[::2], draw(st.integers(1, 3))),
        held=held,
    )


@st.composite
def markets(draw: st.DrawFn, people: int = 8, classes: int = 5, plain: bool = False) -> Round:
    """A round with everything switched on; `plain`: one round, one seat each, nothing closes."""
    names = [f"S-{i}" for i in range(draw(st.integers(1, classes)))]
    bands = plain or draw(st.booleans())
    rules: dict[str, Any] = {"rounds": 1 if plain else draw(st.sampled_from([3, 2, 1]))}
    rules |= {"proximity": "bands", "bands_m": [700, 1400]} if bands else {"proximity": "metres"}
    return {
        "format": "eldercampus.round.v1",
        "round": "drawn",
        "rules": rules,
        "sections": [draw(sections(name, plain)) for name in names],
        "learners": [
            draw(learners(f"L-{i}", names, plain))
            for i in range(draw(st.integers(0 if plain else people // 2, people)))
        ],
        "seed": draw(st.sampled_from([SEED, "0" * 64, "ab" * 32])),
    }
