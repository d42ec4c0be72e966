"""The draw: arrays in, arrays out. Only solve.py imports it, since it brings Numba along.

Why round 1 may be continued after a closing: a class that has refused somebody would refuse
them again if more people asked (seating.py: a block keeps the best it was ever asked by, and
the room of the last one only shrinks while a round goes on), so the order of asking changes
nothing. Closing a class is one refusal more for each learner in it. Later rounds begin from
other seats: they are played again.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from eldercampus.allocation import seating
from eldercampus.allocation.arrays import Bytes, Longs, Market
from eldercampus.allocation.seating import Ground, Round

MOST_LEARNERS = seating.RANK + 1
MANY = 200  # whoever holds more seats than this holds too many in any case


class Drawn(NamedTuple):
    """Who sits where in the end, and what was closed on the way."""

    ground: Ground
    rounds: list[Round]
    after: Round  # the round that there is no more: how each learner and each block ended
    shut: Bytes  # 1: the section is closed
    closed: list[tuple[int, int]]  # the closed ones in their order, and how many were enrolled


def draw(
    market: Market, rounds: int = 3, progress: Callable[[int, int], None] | None = None
) -> Drawn:
    """All rounds, again and again until no class is too small: each time one is closed.

    `progress` hears each time (classes too small, of how many at first). Raises ValueError
    for more than MOST_LEARNERS.
    """
    if len(market.wants) > MOST_LEARNERS:
        raise ValueError(f"more than {MOST_LEARNERS} learners")
    ground = survey(market)
    shut = np.zeros(len(market.minimum), np.uint8)
    seating.shut_unwanted(market, ground.held, shut)
    closed = [(section, 0) for section in np.flatnonzero(shut).tolist()]
    played = [_new_round(market, ground) for _ in range(rounds + 1)]
    seating.make_room(market, played[0])
    seating.play(market, ground, shut, played[0], 1)
    at_first = -1
    while True:
        enrolled = _play_on(market, ground, shut, played)
        small = np.flatnonzero((shut == 0) & (enrolled < market.minimum)).tolist()
        at_first = len(small) if at_first < 0 else at_first
        if progress:
            progress(len(small), at_first)
        if not small:
            return Drawn(ground, played[:-1], played[-1], shut, closed)
        section = _emptiest(small, enrolled.tolist(), market.minimum.tolist())
        closed.append((section, int(enrolled[section])))
        seating.shut_one(market, ground, shut, played[0], section)


def survey(market: Market) -> Ground:
    """What can be said before anything is drawn."""
    learners, choices = len(market.wants), len(market.section)
    timetables = int(market.timetable.max(initial=-1)) + 1
    learner = np.empty(learners, np.int32)
    learner[market.rank] = np.arange(learners, dtype=np.int32)
    ground = Ground(
        learner=learner,
        held=np.minimum(np.diff(market.held_first), MANY).astype(np.uint8),
        barred=np.zeros(learners, np.uint8),
        on_list=np.zeros(learners, np.uint8),
        key=np.empty(choices, np.int64),
        apart=np.zeros(choices, np.uint8),
        in_way=np.zeros(choices, np.uint8),
        clashes=np.zeros((timetables, timetables // 8 + 1), np.uint8),
    )
    seating.survey(market, ground)
    return ground


def _new_round(market: Market, ground: Ground) -> Round:
    learners, blocks = len(market.wants), len(market.block_kind)
    return Round(
        has=ground.held.copy(),
        barred=ground.barred.copy(),
        asks=np.zeros(learners, np.uint8),
        taken=np.zeros(blocks, np.int64),
        room=np.zeros(blocks, np.int64),
        filled=np.zeros(blocks, np.int64),
        line=np.empty(int(market.block_line[-1]), np.int64),
    )


def _play_on(market: Market, ground: Ground, shut: Bytes, played: list[Round]) -> Longs:
    """The rounds after the first, from where that one stands; how many each section enrolled."""
    for number, (before, now) in enumerate(pairwise(played), start=2):
        seating.settle(market, ground, before, now)
        np.add(before.taken, before.filled, out=now.taken)
        now.filled[:] = 0
        seating.make_room(market, now)
        if number < len(played):
            seating.play(market, ground, shut, now, number)
    enrolled = np.zeros(len(shut), np.int64)
    if len(enrolled):
        np.add.reduceat(played[-1].taken, market.block_first[:-1], out=enrolled)
    return enrolled


def _emptiest(small: list[int], enrolled: list[int], minimum: list[int]) -> int:
    """The smallest enrolled/minimum, exactly; then the fewest enrolled; then the smallest id."""
    worst = small[0]
    for section in small[1:]:
        here = enrolled[section] * minimum[worst], enrolled[section]
        if here < (enrolled[worst] * minimum[section], enrolled[worst]):
            worst = section
    return worst
