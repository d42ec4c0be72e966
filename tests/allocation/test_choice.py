"""Freed seats and waiting lists: the worked examples W1 to W4, and the rules one by one."""

from collections.abc import Collection
from random import Random
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercampus.allocation import verify
from eldercampus.allocation.choice import (
    Candidate,
    Reserve,
    Seats,
    Wait,
    Waiter,
    choose,
    misses_part,
    settle,
    would_take,
)
from tests.allocation.markets import Round, markets

ONE_OPEN = Seats(1, (), "reserved_first")
NO_TAGS: frozenset[str] = frozenset()


def take(
    section: str,
    choices: str,
    held: Collection[str] = (),
    wants: int = 1,
    clashing: str = "",
    same_course: str = "",
) -> Wait | None:
    """`clashing` and `same_course` are groups of one-letter sections: "XY"."""
    return would_take(
        section,
        list(choices),
        held,
        wants,
        lambda one, other: one in clashing and other in clashing,
        lambda one: "shared" if one in same_course else one,
    )


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        (take("X", "X"), Wait(0, None)),
        (take("X", "Y"), None),
        (take("X", "X", ["X"]), None),
        (take("X", "X", wants=0), None),
        (take("X", "YX", ["Y"], 2), Wait(1, None)),
        # Replacing the lowest, only from above.
        (take("X", "XY", ["Y"]), Wait(0, "Y")),
        (take("X", "YX", ["Y"]), None),
        (take("X", "YXZ", ["Y", "Z"], 2), Wait(1, "Z")),
        (take("X", "YZX", ["Y", "Z"], 2), None),
        # Replacing the one in the way, even with room for more.
        (take("X", "XY", ["Y"], 2, clashing="XY"), Wait(0, "Y")),
        (take("X", "YX", ["Y"], 2, clashing="XY"), None),
        (take("X", "XY", ["Y"], 2, same_course="XY"), Wait(0, "Y")),
        (take("X", "XYZ", ["Y", "Z"], 2, clashing="XY"), Wait(1, "Y")),
        # Never two, and never one that is not on the own list.
        (take("X", "XYZ", ["Y", "Z"], 3, clashing="XYZ"), None),
        (take("X", "XYZ", ["Y", "Z"], 1), None),
        (take("X", "X", ["Y"]), None),
        (take("X", "X", ["Y"], 2, clashing="XY"), None),
        (take("X", "XZ", ["Y", "Z"], 2), Wait(1, "Z")),
    ],
)
def test_who_waits_and_at_what_price(wait: Wait | None, expected: Wait | None) -> None:
    assert wait == expected


ORDER = {"d": 1, "c": 2, "e": 3, "f": 4}


def list_for_x(lapses: dict[str, int], holding: dict[str, str]) -> list[Candidate]:
    """The list for X of W1 and W2: Y is at the same hour as X, Z is not; f wants two."""
    found = []
    for name, place in ORDER.items():
        choices = {"d": "XY", "f": "ZX"}.get(name, "X")
        wants = 2 if name == "f" else 1
        wait = take("X", choices, holding.get(name, ""), wants, clashing="XY")
        if wait and lapses.get(name, 0) < 2:
            key = (wait.level, lapses.get(name, 0), 2, place, "")
            found.append(Candidate(name, key, NO_TAGS))
    return sorted(found, key=lambda one: one.key)


def ids(candidates: list[Candidate]) -> list[str]:
    return [candidate.id for candidate in candidates]


def test_w1_the_seat_goes_by_key_and_a_swap_frees_another() -> None:
    waiting = list_for_x({}, {"d": "Y", "f": "Z"})
    assert ids(waiting) == ["d", "c", "e", "f"]
    assert choose(ONE_OPEN, waiting) == {"d": "open"}
    assert take("X", "XY", "Y", clashing="XY") == Wait(0, "Y")
    waiting = list_for_x({}, {"d": "X", "f": "Z"})
    assert choose(ONE_OPEN, waiting) == {"c": "open"}


def test_w2_a_lapse_puts_behind_the_others_of_the_level_and_a_second_takes_off() -> None:
    waiting = list_for_x({"d": 1}, {"d": "Y", "f": "Z"})
    assert choose(ONE_OPEN, waiting) == {"c": "open"}
    assert ids(list_for_x({"d": 1}, {"c": "X", "d": "Y", "f": "Z"})) == ["e", "d", "f"]
    assert ids(list_for_x({"d": 2}, {"c": "X", "d": "Y", "f": "Z"})) == ["e", "f"]


@pytest.mark.parametrize(("disability_left", "offered"), [(1, {"r": "d"}), (0, {"c": "open"})])
def test_w3_holders_keep_their_labels(disability_left: int, offered: dict[str, str]) -> None:
    free = Seats(1, (Reserve("d", disability_left, "release"),), "reserved_first")
    waiting = [Candidate("c", (0, 1), NO_TAGS), Candidate("r", (0, 2), frozenset({"d"}))]
    assert choose(free, waiting) == offered


def test_w4_each_person_gets_the_best_offer_only() -> None:
    free = {"X": ONE_OPEN, "Y": ONE_OPEN}
    waiters = [
        Waiter("g", NO_TAGS, (("X", (0, 1)), ("Y", (0, 1)))),
        Waiter("h", NO_TAGS, (("Y", (0, 2)),)),
    ]
    assert settle(free, waiters) == {"g": ("X", "open"), "h": ("Y", "open")}


def test_a_wish_without_a_vacancy_is_passed_over() -> None:
    waiters = [Waiter("g", NO_TAGS, (("X", (0, 1)), ("Y", (0, 1))))]
    assert settle({"Y": ONE_OPEN}, waiters) == {"g": ("Y", "open")}
    assert settle({}, waiters) == {}


def test_a_person_turned_away_takes_the_next_best_vacancy() -> None:
    free = {"X": Seats(1, (Reserve("t", 1, "release"),), "reserved_first"), "Y": ONE_OPEN}
    waiters = [
        Waiter("g", NO_TAGS, (("X", (0, 1)), ("Y", (0, 2)))),
        Waiter("h", NO_TAGS, (("Y", (0, 3)),)),
        Waiter("t", frozenset({"t"}), (("X", (0, 9)),)),
    ]
    assert settle(free, waiters) == {"t": ("X", "t"), "g": ("Y", "open")}


@pytest.mark.parametrize(
    ("reserves", "chosen"),
    [
        # Two seats were released before: one is free now, and still first for its kind.
        ([("t", 2, "release")], {"b": "t"}),
        # The last kind that releases gives way first, before any that keeps.
        ([("t", 1, "release"), ("u", 1, "release")], {"b": "t"}),
        ([("u", 1, "keep"), ("t", 1, "release")], {"c": "u"}),
        ([("v", 1, "keep")], {}),
        ([("v", 1, "release")], {"a": "open"}),
    ],
)
def test_fewer_seats_free_than_set_aside(
    reserves: list[tuple[str, int, Literal["release", "keep"]]], chosen: dict[str, str]
) -> None:
    seats = Seats(1, tuple(Reserve(*reserve) for reserve in reserves), "reserved_first")
    line = [
        Candidate("a", (1,), NO_TAGS),
        Candidate("b", (2,), frozenset({"t"})),
        Candidate("c", (3,), frozenset({"u"})),
    ]
    assert choose(seats, line) == chosen


def test_no_free_seat_gives_nothing() -> None:
    assert choose(Seats(0, (Reserve("t", 2, "keep"),), "open_first"), [CANDIDATE]) == {}
    assert choose(Seats(-1, (), "open_first"), [CANDIDATE]) == {}


CANDIDATE = Candidate("a", (1,), frozenset({"t"}))


def test_equal_keys_are_settled_by_id() -> None:
    line = [Candidate("b", (0,), NO_TAGS), Candidate("a", (0,), NO_TAGS)]
    assert choose(ONE_OPEN, line) == {"a": "open"}


def test_past_misses_go_first_and_more_than_seven_count_as_seven() -> None:
    assert [misses_part(n) for n in (0, 1, 7, 8, 2**31)] == [0, -1, -7, -7, -7]
    line = [
        Candidate("a", (0, 0, 2, 1, misses_part(1), "00"), NO_TAGS),
        Candidate("b", (0, 0, 2, 1, misses_part(2), "ff"), NO_TAGS),
        Candidate("c", (0, 0, 2, 2, misses_part(9), "00"), NO_TAGS),
    ]
    assert choose(ONE_OPEN, line) == {"b": "open"}


@given(markets())
def test_the_lists_after_a_draw_are_those_of_the_checker(frozen: Round) -> None:
    """verify.py and choice.py share no code and agree on who waits, and in which order."""
    book = verify.Book(frozen)
    draw = verify.draw_all(book)
    expected: dict[str, list[tuple[verify.Key, str]]] = {
        name: [] for name in book.sections if name not in draw.closed
    }
    for name, person in book.learners.items():
        for section in person["choices"]:
            wait = would_take(
                section,
                person["choices"],
                draw.held[name],
                person["wants"],
                book.clash,
                lambda one: str(book.sections[one]["course"]),
            )
            if wait and section in expected:
                own = verify.key(book, name, section, wait.level)
                expected[section].append((own, name))
    assert verify.waiting_lists(draw) == {
        section: [name for _, name in sorted(line)] for section, line in expected.items()
    }


@given(markets(plain=True), st.randoms(use_true_random=False))
def test_settling_is_one_round_of_the_draw(frozen: Round, random: Random) -> None:
    """Over whole classes as vacancies, `settle` gives what the checker gives in one round."""
    book = verify.Book(frozen)
    draw = verify.draw_all(book)
    free = {
        name: Seats(
            item["capacity"],
            tuple(Reserve(s["kind"], s["count"], s["unfilled"]) for s in item["seats"]),
            item["fill"],
        )
        for name, item in book.sections.items()
    }
    waiters = [
        Waiter(
            name,
            frozenset(person["tags"]),
            tuple((s, tuple(verify.key(book, name, s, 0))) for s in person["choices"]),
        )
        for name, person in book.learners.items()
    ]
    random.shuffle(waiters)
    assert settle(free, waiters) == {
        answer.learner: (answer.section, answer.seat)
        for answer in draw.answers
        if answer.seat != verify.NO_SEAT
    }
