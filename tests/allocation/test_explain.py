"""The facts behind the result page and the public page of a round."""

import pytest

from eldercampus.allocation import explain
from eldercampus.allocation.solve import solve
from tests.allocation.markets import SEED, game, learner, section


@pytest.mark.parametrize(
    ("own", "cutoff", "part"),
    [
        ([1, 1, 0, "0f"], [0, 3, 9, "ff"], "level"),
        ([0, 2, 0, "0f"], [0, 1, 9, "ff"], "group"),
        ([0, 2, 3, "0f"], [0, 2, 2, "ff"], "distance"),
        ([0, 2, 3, "ff"], [0, 2, 3, "0f"], "lottery"),
        ([0, 2, 3, "ff"], [0, 2, 3, "ff"], "lottery"),
        ([0, 2, 3, 0, "0f"], [0, 2, 2, -7, "ff"], "distance"),
        ([0, 2, 3, -1, "0f"], [0, 2, 3, -2, "ff"], "misses"),
        ([0, 2, 3, -1, "ff"], [0, 2, 3, -1, "0f"], "lottery"),
    ],
)
def test_the_first_difference_decides(own: list[int], cutoff: list[int], part: str) -> None:
    assert explain.decided_by(own, cutoff) == part


def test_keys_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(ValueError, match="two kinds"):
        explain.decided_by([0, 2, 3, "ff"], [0, 2, 3, -1, "ff"])


def test_the_page_and_the_checker_name_the_same_part() -> None:
    people = [learner(name, "X") for name in ("a", "b", "c")]
    result = solve(game([section("X")], people))
    refusals = [entry for entry in result["reasons"] if entry["code"] == "below_cutoff"]
    assert len(refusals) == 2
    for entry in refusals:
        assert explain.decided_by(entry["key"], entry["cutoff"]) == entry["decided"] == "lottery"


@pytest.mark.parametrize(
    ("number", "beside", "short"),
    [
        ("6a98c134", "", "6a98"),
        ("6a98c134", "0fabbcbc", "6a98"),
        ("6a98c134", "6a98d134", "6a98c"),
        ("6a98c134", "6a98c13f", "6a98c134"),
        ("6a98c134", "6a98c134", "6a98"),
        ("90", "f0", "90"),
    ],
)
def test_numbers_are_short_but_never_look_the_same(number: str, beside: str, short: str) -> None:
    assert explain.short_number(number, beside) == short


def test_the_line_for_a_class() -> None:
    assert explain.line_position(seated=30, place=4) == 34
    with pytest.raises(ValueError, match="no place 0"):
        explain.line_position(seated=30, place=0)


def test_the_public_look_up() -> None:
    roster = ["L-0001", "L-0007", "L-0042", "L-0100"]
    found = explain.draw_number(SEED, roster, "L-0042")
    assert found is not None
    assert (found.number[:8], found.place, found.of) == ("796a26b0", 3, 4)
    assert explain.draw_number(SEED, roster, "L-9999") is None
