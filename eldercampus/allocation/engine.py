"""The draw: arrays in, arrays out. Only solve.py imports it, since it brings Numba along.

Why round 1 may be continued after a closing: a class that has refused somebody would refuse
them again if more people asked (seating.py: a block keeps the best it was ever asked by, and
the room of the last one only shrinks while a round goes on), so the order of asking changes
nothing. Closing a class is one refusal more for each learner in it. Later rounds begin from
other seats: they are played again.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from eldercampus.allocation import seating
from eldercampus.allocation.arrays import Bytes, Longs, Market
from eldercampus.allocation.seating import Drawn, Ground, Round

MOST_LEARNERS = seating.RANK + 1
MANY = 200  # whoever holds more seats than this holds too many in any case


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
    shut = (ground.wished < market.minimum).astype(np.uint8)
    closed = [(section, 0) for section in np.flatnonzero(shut).tolist()]
    played = [_new_round(market, ground) for _ in range(rounds + 1)]
    _play(market, ground, shut, played[0], 1)
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
        _shut(market, ground, shut, played[0], section)


def survey(market: Market) -> Ground:
    """What can be said before anything is drawn."""
    learners, choices = len(market.wants), len(market.section)
    timetables = int(market.timetable.max(initial=-1)) + 1
    learner = np.empty(learners, np.int32)
    learner[market.rank] = np.arange(learners, dtype=np.int32)
    ground = Ground(
        learner=learner,
        wishes=np.diff(market.first).astype(np.uint8),
        held=np.minimum(np.diff(market.held_first), MANY).astype(np.uint8),
        barred=np.zeros(learners, np.uint8),
        on_list=np.zeros(learners, np.uint8),
        key=np.empty(choices, np.int64),
        apart=np.zeros(choices, np.uint8),
        in_way=np.zeros(choices, np.uint8),
        clashes=np.zeros((timetables, timetables // 8 + 1), np.uint8),
        wished=np.zeros(len(market.minimum), np.int64),
    )
    seating.mark_clashes(market.starts, market.ends, market.of_timetable, ground.clashes)
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
        bar=np.empty(len(market.minimum), np.int64),
    )


def _play(market: Market, ground: Ground, shut: Bytes, now: Round, number: int) -> None:
    """A round that has begun: those take part who hold fewer than it may give them."""
    takers = np.flatnonzero(now.has < np.minimum(market.wants, number)).astype(np.int32)
    now.asks[:] = ground.wishes
    now.asks[takers] = 0
    seating.make_room(market, now.taken, now.room)
    full = _by_section(market, now.room) == 0
    now.bar[:] = np.where(shut | full, -1, seating.NO_BAR)
    seating.ask(market, ground, now, takers)


def _play_on(market: Market, ground: Ground, shut: Bytes, played: list[Round]) -> Longs:
    """The rounds after the first, from where that one stands; how many each section enrolled."""
    for number, (before, now) in enumerate(pairwise(played), start=2):
        seated = np.flatnonzero(before.asks < ground.wishes)
        wish = before.asks[seated]
        now.has[:] = before.has
        now.has[seated] += 1
        now.barred[:] = before.barred
        now.barred[seated] |= 1 << wish | ground.apart[market.first[seated] + wish]
        np.add(before.taken, before.filled, out=now.taken)
        now.filled[:] = 0
        if number < len(played):
            _play(market, ground, shut, now, number)
    return _by_section(market, played[-1].taken)


def _by_section(market: Market, seats: Longs) -> Longs:
    """Seats of blocks, added up for each section."""
    sums = np.zeros(len(market.minimum), np.int64)
    if len(sums):
        np.add.reduceat(seats, market.block_first[:-1], out=sums)
    return sums


def _shut(market: Market, ground: Ground, shut: Bytes, first: Round, section: int) -> None:
    """Closes a class: those who sat in it in the first round ask for their next wishes."""
    shut[section], first.bar[section] = 1, -1
    for block in range(market.block_first[section], market.block_first[section + 1]):
        start = market.block_line[block]
        keys = first.line[start : start + first.filled[block]]
        first.filled[block] = 0
        seating.ask(market, ground, first, ground.learner[keys & seating.RANK])


def _emptiest(small: list[int], enrolled: list[int], minimum: list[int]) -> int:
    """The smallest enrolled/minimum, exactly; then the fewest enrolled; then the smallest id."""
    worst = small[0]
    for section in small[1:]:
        here = enrolled[section] * minimum[worst], enrolled[section]
        if here < (enrolled[worst] * minimum[section], enrolled[worst]):
            worst = section
    return worst
