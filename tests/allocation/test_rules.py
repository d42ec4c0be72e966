"""Fine points of the rules that the worked examples leave out, each on its own."""

from typing import Any

import pytest

from eldercampus.allocation import lottery
from eldercampus.allocation.solve import solve
from tests.allocation.markets import SEED, Round, game, learner, reason, reserve, seats, section

HOME = section("H", 9, exempt=True)


def second(name: str, choices: str, **changes: Any) -> dict[str, Any]:
    """A learner who sits in H and wants a second class, so asks from round 2 on."""
    return learner(name, choices, 2, held=["H"], **changes)


def labels(frozen: Round) -> dict[str, str]:
    return {p["learner"]: p["seat"] for p in solve(frozen)["placements"]}


def test_the_last_kind_gives_up_the_seat_that_was_released() -> None:
    frozen = game(
        [section("X", 3, seats=[reserve("t", 1), reserve("u", 1)]), HOME],
        [
            learner("a", "X"),
            learner("b", "X"),
            second("p", "X", tags=["u"]),
            second("q", "X", tags=["t"]),
        ],
        {"X": "a b p q"},
    )
    assert labels(frozen) == {"a": "open", "b": "open", "q": "t"}


def test_a_kind_gives_up_only_the_seats_that_were_released() -> None:
    frozen = game(
        [section("X", 2, seats=[reserve("t", 2)]), HOME],
        [learner("a", "X"), second("p", "X"), second("q", "X", tags=["t"])],
        {"X": "a p q"},
    )
    assert labels(frozen) == {"a": "open", "q": "t"}


def test_a_kept_seat_waits_for_its_kind_through_all_rounds() -> None:
    frozen = game(
        [section("X", 2, seats=[reserve("t", 1, "keep"), reserve("u", 1)]), HOME],
        [learner("a", "X"), learner("b", "X"), second("p", "X"), second("q", "X", tags=["t"])],
        {"X": "a b p q"},
    )
    assert labels(frozen) == {"a": "open", "q": "t"}


def small_classes(**sizes: tuple[int, int]) -> Round:
    """Sections A, B … with (enrolled, minimum), each listed often enough to be tried."""
    found = [section("Z", 99, exempt=True)]
    people = []
    for name, (enrolled, minimum) in sizes.items():
        found.append(section(name, 20, minimum=minimum))
        people += [
            learner(f"{name}{i:02}", name if i < enrolled else f"Z {name}") for i in range(minimum)
        ]
    return game(found, people)


@pytest.mark.parametrize(
    ("sizes", "closed"),
    [
        # The share counts before the number: 3 of 10 is emptier than 2 of 4.
        ({"A": (2, 4), "B": (3, 10)}, "B A"),
        # Equal shares: the fewer learners; equal numbers: the smaller id.
        ({"A": (2, 4), "B": (1, 2)}, "B A"),
        ({"B": (1, 2), "A": (1, 2)}, "A B"),
        # Compared exactly: 1 of 3 is emptier than 7 of 20.
        ({"A": (7, 20), "B": (1, 3)}, "B A"),
        ({"A": (2, 2), "B": (3, 3)}, ""),
    ],
)
def test_which_class_closes_first(sizes: dict[str, tuple[int, int]], closed: str) -> None:
    entries = solve(small_classes(**sizes))["closed"]
    assert " ".join(entry["section"] for entry in entries) == closed
    assert all((e["enrolled"], e["minimum"]) == sizes[e["section"]] for e in entries)


def test_classes_that_too_few_listed_close_at_once_and_in_order_of_their_ids() -> None:
    hour = [[480, 570]]
    frozen = game(
        [
            section("A", 5, minimum=2, sessions=hour),
            section("B", 5, minimum=3),
            section("C", 5, minimum=2),
            section("H", 5, sessions=hour),
        ],
        [
            learner("a", "B A"),
            learner("b", "B C"),
            # Counts for A although the seat held is at the same time …
            second("c", "A"),
            # … but has enough, so does not count for C.
            learner("d", "C", 1, held=["H"]),
        ],
    )
    assert solve(frozen)["closed"] == [
        {"section": "B", "enrolled": 0, "minimum": 3},
        {"section": "C", "enrolled": 0, "minimum": 2},
        {"section": "A", "enrolled": 1, "minimum": 2},
    ]


@pytest.mark.parametrize(
    ("fill", "order", "name", "cutoff"),
    [
        ("reserved_first", "t1 a b t2", "t2", 1),
        ("reserved_first", "t1 a b t2", "b", 1),
        ("open_first", "a b t1 t2", "t2", 2),
        # b may not have the reserved seat, so is not measured by it.
        ("open_first", "a b t1 t2", "b", 0),
    ],
)
def test_the_cutoff_is_that_of_the_seats_one_may_have(
    fill: str, order: str, name: str, cutoff: int
) -> None:
    people = [learner(n, "X", tags=["t"] if n[0] == "t" else []) for n in order.split()]
    found = [section("X", 2, seats=[reserve("t", 1)], fill=fill)]
    told = reason(solve(game(found, people, {"X": order})), name, "X")
    assert (told["code"], told["cutoff"][2], told["decided"]) == (
        "below_cutoff",
        cutoff,
        "distance",
    )
    assert told["key"][2] == order.split().index(name)


def test_the_reason_is_the_first_that_applies() -> None:
    frozen = game(
        [
            section("X", 1),
            section("K", 1, seats=[reserve("t", 1, "keep")]),
            section("E", 0),
            section("H", 3, sessions=[[480, 570]]),
            section("Q", 3, sessions=[[500, 520]]),
            section("C", 3, course="course-H", sessions=[[480, 570]]),
            section("M", 3, minimum=2),
        ],
        [
            learner("a", "X"),
            second("b", "X K E H Q C M"),
            learner("c", "Q C", 1, held=["H"]),
            learner("d", "X K", 2),
        ],
        {"X": "a b d"},
        rounds=1,
    )
    result = solve(frozen)
    codes = {(e["learner"], e["section"]): e["code"] for e in result["reasons"]}
    assert codes == {
        ("a", "X"): "placed",
        ("b", "X"): "no_round_left",
        ("b", "K"): "no_round_left",
        ("b", "E"): "no_round_left",
        ("b", "H"): "held",
        ("b", "Q"): "clash",
        ("b", "C"): "same_course",
        ("b", "M"): "closed",
        ("c", "Q"): "clash",
        ("c", "C"): "same_course",
        ("d", "X"): "below_cutoff",
        ("d", "K"): "no_seat",
    }
    assert [(e["learner"], e["section"]) for e in result["reasons"]] == list(codes)


def test_who_has_the_number_wanted_is_told_so() -> None:
    result = solve(game([section("X"), section("Y")], [learner("a", "X Y"), learner("b", "Y", 0)]))
    assert seats(result) == {"a": "X"}
    assert reason(result, "a", "Y") == {"code": "enough"}
    assert reason(result, "b", "Y") == {"code": "enough"}


def test_a_second_class_comes_after_every_first_on_the_waiting_list() -> None:
    frozen = game(
        [section("X", 0), HOME],
        [second("a", "X"), learner("b", "X"), learner("c", "X", groups={"X": 3})],
        {"X": "a b c"},
    )
    result = solve(frozen)
    assert result["waitlists"] == {"H": [], "X": ["b", "c", "a"]}
    assert [reason(result, name, "X")["waitlist"] for name in "bca"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("person", "waits"),
    [
        (learner("a", "X H", 1, held=["H"]), True),
        (learner("a", "H X", 1, held=["H"]), False),
        (learner("a", "X", 1, held=["H"]), False),
        # Two would have to go: holding more than wanted, or two in the way.
        (learner("a", "X H I", 1, held=["H", "I"]), False),
        (learner("a", "X P Q", 2, held=["P", "Q"]), False),
        (learner("a", "X P Q", 3, held=["P", "Q"]), False),
        # The one in the way goes, not the lowest.
        (learner("a", "P X I", 2, held=["P", "I"]), False),
        (learner("a", "X P I", 2, held=["P", "I"]), True),
        # Only seats on the own list are ever given up.
        (learner("a", "X I", 2, held=["H", "I"]), True),
        (learner("a", "X", 2, held=["P"]), False),
        (learner("a", "X", 0), False),
    ],
)
def test_who_waits_after_the_draw(person: dict[str, Any], waits: bool) -> None:
    hour = [[480, 570]]
    frozen = game(
        [
            section("X", 0, sessions=hour),
            section("P", 9, sessions=hour),
            section("Q", 9, sessions=hour),
            section("H", 9),
            section("I", 9),
        ],
        [person],
    )
    assert solve(frozen)["waitlists"]["X"] == (["a"] if waits else [])


@pytest.mark.parametrize(
    ("misses", "groups", "placed"),
    [
        # Without the rule p, who is nearest in the order of the draw, has the seat.
        (None, {}, "p"),
        ({"p": 0, "q": 1, "r": 2}, {}, "r"),
        # Group and distance come before, and more than seven count as seven.
        ({"p": 0, "q": 1, "r": 2}, {"r": 3}, "q"),
        ({"p": 9, "q": 7, "r": 8}, {}, "p"),
    ],
)
def test_past_misses_come_before_the_lottery_and_after_the_distance(
    misses: dict[str, int] | None, groups: dict[str, int], placed: str
) -> None:
    people = [learner(name, "X") for name in in_order_of_the_draw("pqr")]
    for person, name in zip(people, "pqr", strict=True):
        if name in groups:
            person["groups"] = {"X": groups[name]}
        if misses is not None:
            person["misses"] = misses[name]
    frozen = game([section("X")], people)
    if misses is not None:
        frozen["rules"]["misses"] = True
    names = dict(zip("pqr", [person["id"] for person in people], strict=True))
    result = solve(frozen)
    assert seats(result) == {names[placed]: "X"}
    if misses is not None:
        assert result["cutoffs"][0]["key"][3] == -min(misses[placed], 7)
        assert all(len(entry["key"]) == 5 for entry in result["reasons"])


def test_misses_that_decided_are_named() -> None:
    people = [learner("a", "X", misses=2), learner("b", "X", misses=1)]
    frozen = game([section("X")], people)
    frozen["rules"]["misses"] = True
    told = reason(solve(frozen), "b", "X")
    assert (told["key"][3], told["cutoff"][3], told["decided"]) == (-1, -2, "misses")


def in_order_of_the_draw(names: str) -> list[str]:
    """As many learner ids, the smallest draw number first."""
    ids = [f"L-{name}" for name in names]
    return sorted(ids, key=lambda one: lottery.number(SEED, one))
