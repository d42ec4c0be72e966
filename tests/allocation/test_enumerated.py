"""All markets of two complete small families, each looked at from every side.

Three learners want one seat each; there are two sections, X and Y; every list is one of the five
that can be made of them. Who comes first in the one section is a, b, c; for the other every order
is tried, so the families are complete but for the names.

- `PLAIN`: X in the order a, b, c, every order in Y, and none, one or two seats in each.
- `RESERVED`: every order in X, which has one or two seats, one of them for a kind; each learner is
  of it or not; every way of filling. Y has one seat, in the order a, b, c.
"""

from collections.abc import Iterator
from functools import cache
from itertools import permutations, product
from random import Random
from typing import NamedTuple

import pytest

from tests.allocation.markets import Round, learner, reserve, section
from tests.allocation.packing import solve_together

NAMES = "abc"
LISTS = ("", "X", "Y", "XY", "YX")
ORDERS = tuple("".join(order) for order in permutations(NAMES))


class Market(NamedTuple):
    lists: tuple[str, ...]  # of a, b, c
    orders: tuple[str, str]  # in X and in Y, first in line first
    seats: tuple[int, int]
    kind: str  # "" or how the one seat of X set aside is filled: "release reserved_first" …
    tagged: str  # the learners of the kind


Outcome = tuple[str, ...]  # the section of each learner, or ""

FILLS = tuple(map(" ".join, product(("release", "keep"), ("reserved_first", "open_first"))))
TAGGED = ("", "a", "b", "c", "ab", "ac", "bc", "abc")
PLAIN = [
    Market(lists, ("abc", order), seats, "", "")
    for lists in product(LISTS, repeat=3)
    for order in ORDERS
    for seats in product((0, 1, 2), (0, 1, 2))
]
RESERVED = [
    Market(lists, (order, "abc"), (seats, 1), fill, tagged)
    for lists in product(LISTS, repeat=3)
    for order in ORDERS
    for seats in (1, 2)
    for fill in FILLS
    for tagged in TAGGED
]
AT_ONCE = 500


def round_of(market: Market) -> Round:
    unfilled, fill = market.kind.split() or ("", "open_first")
    seats = [reserve("t", 1, unfilled)] if unfilled else []
    x, y = market.orders
    return {
        "rules": {"rounds": 1, "proximity": "metres"},
        "sections": [
            section("X", market.seats[0], seats=seats, fill=fill, sessions=[]),
            section("Y", market.seats[1], sessions=[]),
        ],
        "learners": [
            learner(
                name,
                " ".join(choices),
                tags=["t"] if name in market.tagged else [],
                metres={"campus-X": x.index(name), "campus-Y": y.index(name)},
            )
            for name, choices in zip(NAMES, market.lists, strict=True)
        ],
    }


def drawn(markets: list[Market]) -> dict[Market, Outcome]:
    """What each gives. The rounds stand in the files in an order that says nothing."""
    mixed = Random(1).sample(markets, len(markets))
    found: dict[Market, Outcome] = {}
    for start in range(0, len(mixed), AT_ONCE):
        some = mixed[start : start + AT_ONCE]
        for market, given in zip(some, solve_together([round_of(m) for m in some]), strict=True):
            found[market] = tuple("".join(given.get(name, ())) for name in NAMES)
    return found


@pytest.fixture(scope="module")
def plain() -> dict[Market, Outcome]:
    return drawn(PLAIN)


@pytest.fixture(scope="module")
def reserved() -> dict[Market, Outcome]:
    return drawn(RESERVED)


@pytest.fixture(params=["plain", "reserved"])
def family(request: pytest.FixtureRequest) -> dict[Market, Outcome]:
    found: dict[Market, Outcome] = request.getfixturevalue(request.param)
    return found


def rank(choices: str, seat: str) -> int:
    """0 is the best; a seat not asked for is no better than none."""
    return choices.index(seat) if seat and seat in choices else len(choices)


@cache
def picks(market: Market, section_name: str, names: str) -> frozenset[str]:
    """Whom a section takes of these. `market` has no lists: they say nothing here."""
    i = "XY".index(section_name)
    line = sorted(names, key=market.orders[i].index)
    free, tagged = market.seats[i], [name for name in line if name in market.tagged]
    if i == 1 or not market.kind:
        return frozenset(line[:free])
    unfilled, fill = market.kind.split()
    if fill == "open_first":
        taken = line[: free - 1]
        taken += [name for name in tagged if name not in taken][:1]
    else:
        taken = tagged[:1]
        taken += [name for name in line if name not in taken][: free - 1]
    if unfilled == "release":
        taken += [name for name in line if name not in taken][: free - len(taken)]
    return frozenset(taken)


def is_stable(market: Market, outcome: Outcome) -> bool:
    """No section has whom it would not take, and nobody could do better with one of them."""
    rules = market._replace(lists=())
    inside = {s: "".join(n for n, o in zip(NAMES, outcome, strict=True) if o == s) for s in "XY"}
    if any(picks(rules, s, names) != set(names) for s, names in inside.items()):
        return False
    for name, choices, seat in zip(NAMES, market.lists, outcome, strict=True):
        for better in choices[: rank(choices, seat)]:
            if name in picks(rules, better, "".join(sorted(inside[better] + name))):
                return False
    return True


def faults(market: Market, outcome: Outcome) -> Iterator[str]:
    """What is wrong with an outcome by itself."""
    if any(seat not in choices for seat, choices in zip(outcome, market.lists, strict=True)):
        yield "a seat nobody asked for"
    if outcome.count("X") > market.seats[0] or outcome.count("Y") > market.seats[1]:
        yield "above the capacity"
    # Justified envy and idle seats are what a section would choose otherwise.
    if not is_stable(market, outcome):
        yield "somebody could complain"
    for other in product(*([*choices, ""] for choices in market.lists)):
        if is_stable(market, other) and any(
            rank(choices, theirs) < rank(choices, ours)
            for choices, theirs, ours in zip(market.lists, other, outcome, strict=True)
        ):
            yield "not the best for the learners"


def worse(market: Market, i: int, before: Outcome, after: Outcome) -> bool:
    return rank(market.lists[i], after[i]) > rank(market.lists[i], before[i])


def lies(market: Market, i: int) -> Iterator[Market]:
    for told in LISTS:
        yield market._replace(lists=(*market.lists[:i], told, *market.lists[i + 1 :]))


def raised(market: Market, i: int) -> Iterator[Market]:
    """The learner one place further up, in the section whose order is varied."""
    varied = 0 if market.kind else 1
    order = market.orders[varied]
    at = order.index(NAMES[i])
    if at > 0:
        higher = order[: at - 1] + order[at] + order[at - 1] + order[at + 1 :]
        orders = (higher, market.orders[1]) if varied == 0 else (market.orders[0], higher)
        yield market._replace(orders=orders)


def test_never_a_fault_in_any_of_them(family: dict[Market, Outcome]) -> None:
    """Capacity, no justified envy, no idle seat but kept ones, best of all stable outcomes."""
    found = {market: list(faults(market, outcome)) for market, outcome in family.items()}
    assert [market for market, told in found.items() if told] == []


def test_no_false_list_helps(family: dict[Market, Outcome]) -> None:
    for market, outcome in family.items():
        for i in range(3):
            assert not any(worse(market, i, family[lie], outcome) for lie in lies(market, i))


def test_a_better_place_never_hurts(family: dict[Market, Outcome]) -> None:
    for market, outcome in family.items():
        for i in range(3):
            assert not any(worse(market, i, outcome, family[up]) for up in raised(market, i))


def test_a_tag_more_never_hurts(reserved: dict[Market, Outcome]) -> None:
    for market, outcome in reserved.items():
        for i, name in enumerate(NAMES):
            tagged = "".join(sorted({*market.tagged, name}))
            assert not worse(market, i, outcome, reserved[market._replace(tagged=tagged)])


def test_a_seat_more_hurts_nobody(family: dict[Market, Outcome]) -> None:
    for market, outcome in family.items():
        for more in ((1, 0), (0, 1)):
            seats = (market.seats[0] + more[0], market.seats[1] + more[1])
            after = family.get(market._replace(seats=seats))
            assert after is None or not any(worse(market, i, outcome, after) for i in range(3))


def first_choice_first(market: Market) -> Outcome:
    """How most places are given out elsewhere: first all first choices, then what is left."""
    outcome = ["", "", ""]
    for wish in (0, 1):
        for i, name in enumerate("XY"):
            asking = [
                n
                for n, choices in zip(NAMES, market.lists, strict=True)
                if not outcome[NAMES.index(n)] and choices[wish : wish + 1] == name
            ]
            free = market.seats[i] - outcome.count(name)
            for n in sorted(asking, key=market.orders[i].index)[:free]:
                outcome[NAMES.index(n)] = name
    return tuple(outcome)


def test_these_checks_find_what_is_wrong_elsewhere() -> None:
    """The same checks over the same family, drawn by another rule, find complaints and lies."""
    other = {market: first_choice_first(market) for market in PLAIN}
    assert any("somebody could complain" in faults(*pair) for pair in other.items())
    assert any(
        worse(market, i, other[lie], outcome)
        for market, outcome in other.items()
        for i in range(3)
        for lie in lies(market, i)
    )
