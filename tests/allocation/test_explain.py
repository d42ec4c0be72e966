"""The facts behind the result page and the public page of a round."""

import pytest

from eldercampus.allocation import explain
from tests.allocation.markets import SEED


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


def test_the_public_look_up() -> None:
    roster = ["L-0001", "L-0007", "L-0042", "L-0100"]
    found = explain.draw_number(SEED, roster, "L-0042")
    assert found is not None
    assert (found.number[:8], found.place, found.of) == ("796a26b0", 3, 4)
    assert explain.draw_number(SEED, roster, "L-9999") is None
