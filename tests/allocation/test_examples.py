"""The worked examples E01 to E13 of the rules, one by one."""

from typing import Any

import pytest

from eldercampus.allocation import lottery
from eldercampus.allocation.solve import solve
from tests.allocation.markets import game, learner, reason, reserve, seats, section


def test_e01_everyone_gets_the_best_that_can_be_had() -> None:
    result = solve(
        game(
            [section("X"), section("Y"), section("Z")],
            [learner("a", "X Y"), learner("b", "X Y"), learner("c", "Y X"), learner("d", "Y Z")],
            {"X": "c a b d", "Y": "b a c d", "Z": "a b c d"},
        )
    )
    assert seats(result) == {"b": "Y", "c": "X", "d": "Z"}


@pytest.mark.parametrize(
    ("rules", "placed"),
    [
        ({"proximity": "metres"}, {"p": "X", "q": "X"}),
        ({"proximity": "bands", "bands_m": [500]}, {"q": "X", "s": "X"}),
    ],
)
def test_e03_bands_leave_something_to_the_lottery(
    rules: dict[str, Any], placed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = {"p": "90", "q": "f0", "r": "10", "s": "20"}
    monkeypatch.setattr(lottery, "numbers", lambda _seed, names: [drawn[name] for name in names])
    metres = {"p": 300, "q": 4000, "r": 800, "s": 450}
    people = [
        learner(name, "X", metres={"campus-X": metres[name]}, groups={"X": 1 if name == "q" else 2})
        for name in metres
    ]
    round_ = game([section("X", 2)], people)
    round_["rules"] = {"rounds": 3, **rules}
    assert seats(solve(round_)) == placed


def test_e04_putting_a_class_first_gives_no_priority_in_it() -> None:
    result = solve(
        game(
            [section("X"), section("Y")],
            [learner("a", "Y X"), learner("b", "X"), learner("c", "Y")],
            {"X": "a b", "Y": "c a"},
        )
    )
    assert seats(result) == {"c": "Y", "a": "X"}
    assert reason(result, "b", "X")["code"] == "below_cutoff"


@pytest.mark.parametrize(
    ("fill", "chosen"),
    [
        ("reserved_first", {"a1": "open", "a2": "open", "d1": "d", "d2": "d"}),
        ("open_first", {"a1": "open", "d1": "open", "d2": "d", "d3": "d"}),
    ],
)
def test_e05_reserved_first_guarantees_and_open_first_adds(
    fill: str, chosen: dict[str, str]
) -> None:
    order = "a1 d1 a2 d2 a3 d3"
    people = [learner(n, "X", tags=["d"] if n[0] == "d" else []) for n in order.split()]
    result = solve(
        game([section("X", 4, seats=[reserve("d", 2)], fill=fill)], people, {"X": order})
    )
    assert {p["learner"]: p["seat"] for p in result["placements"]} == chosen


def test_e06_a_released_seat_goes_back_when_its_kind_comes() -> None:
    result = solve(
        game(
            [section("X", 2, seats=[reserve("t", 1)]), section("Y")],
            [
                learner("a", "X"),
                learner("b", "X"),
                learner("t1", "Y X", tags=["t"]),
                learner("z", "Y"),
            ],
            {"X": "a b t1", "Y": "z t1"},
        )
    )
    assert seats(result) == {"z": "Y", "t1": "X", "a": "X"}
    assert reason(result, "t1", "X")["seat"] == "t"
    assert reason(result, "b", "X") | {"cutoff": 0, "key": 0} == {
        "code": "below_cutoff",
        "round": 1,
        "key": 0,
        "cutoff": 0,
        "decided": "distance",
        "waitlist": 1,
    }


@pytest.mark.parametrize(("unfilled", "placed"), [("keep", "a"), ("release", "a b")])
def test_e07_kept_seats_stay_empty(unfilled: str, placed: str) -> None:
    result = solve(
        game(
            [section("X", 2, seats=[reserve("t", 1, unfilled)])],
            [learner("a", "X"), learner("b", "X")],
            {"X": "a b"},
        )
    )
    assert " ".join(seats(result)) == placed
    assert all(p["seat"] == "open" for p in result["placements"])


def test_e09_nobody_gets_a_second_class_before_everyone_had_a_chance_at_a_first() -> None:
    result = solve(
        game(
            [section("X"), section("Y")],
            [learner("a", "X Y", 2), learner("b", "Y X")],
            {"X": "a b", "Y": "a b"},
        )
    )
    assert seats(result) == {"a": "X", "b": "Y"}
    assert reason(result, "a", "Y") == {"code": "no_seat", "round": 2, "waitlist": 1}


@pytest.mark.parametrize(
    ("wishes", "placed"), [("A B", {"a": "A", "b": "B"}), ("B A", {"a": "B A"})]
)
def test_e10_it_can_pay_to_put_the_popular_class_first(wishes: str, placed: dict[str, str]) -> None:
    result = solve(
        game(
            [section("A", 2), section("B")],
            [learner("a", wishes, 2), learner("b", "B")],
            {"A": "a b", "B": "a b"},
        )
    )
    assert seats(result) == placed


def test_e11_two_classes_at_one_hour_are_never_both_given() -> None:
    hour = [[480, 570]]
    result = solve(
        game(
            [section("P", sessions=hour), section("Q", 5, sessions=hour), section("R", 2)],
            [learner("a", "P Q R", 2), learner("b", "R")],
        )
    )
    assert seats(result) == {"a": "P R", "b": "R"}
    assert reason(result, "a", "Q") == {"code": "clash", "with": "P"}


def test_half_open_classes_that_touch_do_not_clash() -> None:
    result = solve(
        game(
            [section("P", sessions=[[540, 630]]), section("Q", sessions=[[630, 720]])],
            [learner("a", "P Q", 2)],
        )
    )
    assert seats(result) == {"a": "P Q"}


def test_e12_two_classes_of_one_course_are_never_both_given() -> None:
    result = solve(
        game(
            [section("C1", course="C"), section("C2", course="C"), section("D")],
            [learner("a", "C1 C2 D", 3)],
        )
    )
    assert seats(result) == {"a": "C1 D"}
    assert reason(result, "a", "C2") == {"code": "same_course", "with": "C1"}


def test_e13_the_class_emptiest_for_its_minimum_closes_and_its_learners_move() -> None:
    result = solve(
        game(
            [section("X", 5, minimum=3), section("Y", 5, minimum=3)],
            [learner("a", "X Y"), learner("b", "X Y"), learner("c", "Y X")],
        )
    )
    assert result["closed"] == [{"section": "Y", "enrolled": 1, "minimum": 3}]
    assert seats(result) == {"a": "X", "b": "X", "c": "X"}
    assert reason(result, "c", "Y") == {"code": "closed", "enrolled": 1, "minimum": 3}
    assert list(result["waitlists"]) == ["X"]
