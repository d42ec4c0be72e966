"""The engine against the checker: the same result to the last byte, on thousands of markets."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from eldercampus.allocation import arrays, engine, lottery, problem, seating, telling, verify
from eldercampus.allocation.arrays import Bytes, Market
from eldercampus.allocation.seating import Ground, Round
from eldercampus.allocation.solve import STEPS, solve
from tests.allocation import markets
from tests.allocation.big_markets import big_market
from tests.allocation.drawn_markets import market, town

MARKETS = 10_000


def by_chance(seed: int) -> markets.Round:
    """Mostly small, where each rule is close to every other; some with long lines."""
    random = Random(seed)
    learners, sections = random.choice([(5, 3), (8, 5), (12, 7), (12, 7), (40, 9)])
    return market(random, learners, sections)


def difference(frozen: markets.Round) -> str | None:
    """The first difference between the engine's result and the checker's."""
    mine, right = solve(frozen), verify.run(frozen)
    if problem.canonical(mine).decode() == verify.canonical(right):
        return None
    parts = [part for part in right if mine.get(part) != right[part]]
    return f"{parts}: {mine.get(parts[0])} is not {right[parts[0]]}" if parts else "in its form"


def seen_in(result: dict[str, Any]) -> Counter[str]:
    """What happened in a draw, in words."""
    seen = Counter(entry["code"] for entry in result["reasons"])
    seen.update(entry["decided"] for entry in result["reasons"] if "decided" in entry)
    seen.update(f"round {entry['round']}" for entry in result["placements"])
    seen.update(entry["seat"] for entry in result["placements"])
    seen.update("closed by the draw" for entry in result["closed"] if entry["enrolled"])
    seen["waits"] = sum(map(len, result["waitlists"].values()))
    return seen


def large_classes(seed: int) -> markets.Round:
    """A town with more seats than it needs, in classes that are worth it only when half full."""
    random = Random(seed)
    frozen = town(random, 1500)
    for section in frozen["sections"]:
        section["capacity"] = 60
        section["minimum"] = random.choice([20, 24, 28])
    return frozen


def test_ten_thousand_markets_come_out_as_the_checker_says() -> None:
    seen: Counter[str] = Counter()
    for seed in range(MARKETS):
        frozen = by_chance(seed)
        assert (seed, difference(frozen)) == (seed, None)
        if seed % 10 == 0:
            seen += seen_in(solve(frozen))
    # All of it has happened, and often enough to mean something. Only the level never decides:
    # whoever holds less when a round begins was refused by all on the list in the round before.
    codes = set(telling.CODES) | {"group", "distance", "misses", "lottery", "waits"}
    others = {"round 1", "round 2", "round 3", "open", "t1", "t2", "t3", "closed by the draw"}
    assert {what: count for what, count in seen.items() if count < 10} == {}
    assert set(seen) == codes | others


@pytest.mark.parametrize("seed", range(3))
def test_a_town_with_many_closings(seed: int) -> None:
    frozen = large_classes(seed)
    assert difference(frozen) is None
    assert sum(entry["enrolled"] > 0 for entry in solve(frozen)["closed"]) > 5


def test_equal_draw_numbers_are_settled_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    def few(seed: str, learner: str) -> str:
        return f"{(len(seed) + sum(map(ord, learner))) % 3:064x}"

    monkeypatch.setattr(lottery, "numbers", lambda seed, names: [few(seed, n) for n in names])
    monkeypatch.setattr(verify, "number", few)
    for seed in range(500):
        assert (seed, difference(by_chance(seed))) == (seed, None)


def test_the_order_of_the_file_means_nothing() -> None:
    for seed in range(300):
        frozen = by_chance(seed)
        before = problem.canonical(solve(frozen))
        Random(seed).shuffle(frozen["learners"])
        Random(seed).shuffle(frozen["sections"])
        assert (seed, problem.canonical(solve(frozen))) == (seed, before)


def test_nothing_at_all_and_the_largest_numbers() -> None:
    most = 2**31 - 1
    assert difference(markets.game([], [])) is None
    assert difference(markets.game([], [markets.learner("a", "")])) is None
    assert difference(markets.game([markets.section("X")], [])) is None
    reserved = [markets.reserve("t", most - 1), markets.reserve("u", 1, "keep")]
    vast = markets.section("X", most, seats=reserved, minimum=2, sessions=[[0, most]])
    small = markets.section("Y", 1, exempt=True, minimum=most, sessions=[[most - 1, most]])
    people = [markets.learner(name, "X Y", 3, tags=["u"] * (name == "a")) for name in "abc"]
    for person in people:
        person["metres"] = {"campus-X": most, "campus-Y": most}
    assert difference(markets.game([vast, small], people)) is None


# --------------------------------------- a comparison that could not fail would be worth nothing


def no_release(whole: Market) -> Market:
    return whole._replace(block_release=np.zeros_like(whole.block_release))


def no_clashes(whole: Market) -> Market:
    nothing = np.zeros(0, np.int64)
    return whole._replace(starts=nothing, ends=nothing, of_timetable=np.zeros(0, np.int32))


def no_misses(whole: Market) -> Market:
    return whole._replace(misses=np.zeros_like(whole.misses))


def no_tags(whole: Market) -> Market:
    return whole._replace(tags_first=np.zeros_like(whole.tags_first))


def no_courses(whole: Market) -> Market:
    return whole._replace(course=np.arange(len(whole.course), dtype=np.int32))


def one_seat_each(whole: Market) -> Market:
    return whole._replace(wants=np.minimum(whole.wants, 1))


def last_number_first(whole: Market) -> Market:
    return whole._replace(rank=len(whole.rank) - 1 - whole.rank)


def no_minimum(whole: Market) -> Market:
    return whole._replace(minimum=np.zeros_like(whole.minimum))


@pytest.mark.parametrize(
    "break_rule",
    [
        no_release,
        no_clashes,
        no_misses,
        no_tags,
        no_courses,
        one_seat_each,
        last_number_first,
        no_minimum,
    ],
)
def test_a_broken_rule_is_noticed(
    break_rule: Callable[[Market], Market], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = arrays.market_of
    monkeypatch.setattr(arrays, "market_of", lambda *given: break_rule(whole(*given)))
    assert any(difference(by_chance(seed)) for seed in range(300))


def test_a_closing_after_which_nobody_goes_on_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_shut(market: Market, ground: Ground, shut: Bytes, first: Round, section: int) -> None:
        shut[section] = 1

    monkeypatch.setattr(engine, "_shut", only_shut)
    assert any(difference(by_chance(seed)) for seed in range(1000))


# ------------------------------------------------------------------- as the rest of it is built


def test_progress_goes_forward_from_nothing_to_all() -> None:
    frozen = large_classes(1)
    heard: list[tuple[int, int]] = []
    closed = solve(frozen, lambda done, of: heard.append((done, of)))["closed"]
    assert heard[0] == (0, STEPS)
    assert heard[-1] == (STEPS, STEPS)
    assert heard == sorted(heard)
    assert len(heard) >= sum(entry["enrolled"] > 0 for entry in closed) + 5


def test_more_learners_than_a_key_can_name_are_refused() -> None:
    tiny = big_market(100)
    crowd = np.broadcast_to(np.uint8(1), engine.MOST_LEARNERS + 1)
    with pytest.raises(ValueError, match="more than 33554432 learners"):
        engine.draw(tiny._replace(wants=crowd))


def test_markets_made_as_arrays_are_drawn_like_others() -> None:
    whole = big_market(3000)
    drawn = engine.draw(whole)
    told = telling.tell(whole, drawn)
    assert drawn.closed
    assert (drawn.after.taken >= 0).all()
    for now in drawn.rounds:
        assert (now.filled <= now.room).all()
    given = np.count_nonzero(told.given != telling.NONE, axis=0)
    assert (given + drawn.ground.held <= np.maximum(whole.wants, drawn.ground.held)).all()
    assert int(given.sum()) == int(drawn.after.taken.sum()) > 1000


def test_each_function_is_compiled_once() -> None:
    solve(by_chance(1))
    telling.tell(tiny := big_market(200), engine.draw(tiny))
    for module in (seating, telling):
        for name, function in vars(module).items():
            # Two processes that compiled for two kinds of arrays would mix up what they keep.
            assert (name, len(getattr(function, "signatures", ())) <= 1) == (name, True)
