"""How classes are filled, compiled: everybody asks, classes keep the best and send the others on.

A key (level, group, distance, misses, lottery) is one number of 63 bits, smaller first; its
lowest bits are the rank of the draw number and so name the learner. A class keeps its learners
in a line of keys, block by block of its seats, each block a heap with its worst key on top.
"""

from typing import NamedTuple

import numpy as np

from eldercampus.allocation.arrays import OPEN, Bytes, Ints, Longs, Market, Whole
from eldercampus.allocation.compiled import compiled

LEVEL, GROUP, DISTANCE, MISSES = 61, 59, 28, 25  # the lowest bit of each part of a key
RANK = (1 << MISSES) - 1


class Ground(NamedTuple):
    """What follows from a market and stays the same whatever is closed."""

    learner: Ints  # by rank
    held: Bytes  # how many seats each learner held before
    barred: Bytes  # bit i: choice i is such a seat, or something stands in its way
    on_list: Bytes  # bit i: choice i is such a seat
    key: Longs  # of each choice, at level 0
    apart: Bytes  # of each choice, bit i: it cannot be held together with choice i
    in_way: Bytes  # of each choice: how many seats held before stand in its way
    clashes: Bytes  # of each timetable, one bit for each timetable


class Round(NamedTuple):
    """One round: how it began, and where it stands."""

    has: Bytes  # seats of each learner when it began
    barred: Bytes  # bit i: choice i was no longer to be had when it began
    asks: Bytes  # each learner's choice: asks there now, in the end sits there; or none is left
    taken: Longs  # seats of each block that were given in the rounds before
    room: Longs  # seats of each block that can be given
    filled: Longs
    line: Longs  # the keys of those who sit there


@compiled
def survey(m: Market, ground: Ground) -> None:
    for i in range(len(m.starts)):
        one = m.of_timetable[i]
        j = i
        while j < len(m.starts) and m.starts[j] < m.ends[i]:
            other = m.of_timetable[j]
            ground.clashes[one, other >> 3] |= 1 << (other & 7)
            ground.clashes[other, one >> 3] |= 1 << (one & 7)
            j += 1
    for learner in range(len(m.wants)):
        first = m.first[learner]
        for i in range(m.first[learner + 1] - first):
            choice = first + i
            section = m.section[choice]
            ground.key[choice] = (
                np.int64(m.group[choice]) << GROUP
                | np.int64(m.distance[choice]) << DISTANCE
                | np.int64(7 - m.misses[learner]) << MISSES
                | np.int64(m.rank[learner])
            )
            for j in range(i):
                if _apart(m, ground, section, m.section[first + j]):
                    ground.apart[choice] |= 1 << j
                    ground.apart[first + j] |= 1 << i
            for h in range(m.held_first[learner], m.held_first[learner + 1]):
                if m.held[h] == section:
                    ground.on_list[learner] |= 1 << i
                elif _apart(m, ground, section, m.held[h]):
                    ground.in_way[choice] = min(ground.in_way[choice] + 1, 2)
                else:
                    continue
                ground.barred[learner] |= 1 << i


@compiled
def _apart(m: Market, ground: Ground, one: int, other: int) -> bool:
    """Are two sections of one course, or do they meet at the same time?"""
    a, b = m.timetable[one], m.timetable[other]
    return bool(m.course[one] == m.course[other] or ground.clashes[a, b >> 3] >> (b & 7) & 1)


@compiled
def shut_unwanted(m: Market, held: Bytes, shut: Bytes) -> None:
    """Closes what fewer learners listed than its minimum, of those who want more than they hold."""
    wished = np.zeros(len(m.minimum), np.int64)
    for learner in range(len(m.wants)):
        if m.wants[learner] > held[learner]:
            for choice in range(m.first[learner], m.first[learner + 1]):
                wished[m.section[choice]] += 1
    for section in range(len(m.minimum)):
        shut[section] = wished[section] < m.minimum[section]


@compiled
def settle(m: Market, ground: Ground, before: Round, now: Round) -> None:
    """What learners hold, and can no longer have, when the round before this one is over."""
    for learner in range(len(m.wants)):
        now.has[learner] = before.has[learner]
        now.barred[learner] = before.barred[learner]
        i, first = before.asks[learner], m.first[learner]
        if i < m.first[learner + 1] - first:
            now.has[learner] += 1
            now.barred[learner] |= (1 << i) | ground.apart[first + i]


@compiled
def make_room(m: Market, now: Round) -> None:
    """The seats left. If seats set aside were released, fewer can be set aside now: the last
    kind that releases gives up first."""
    for section in range(len(m.minimum)):
        first, last = m.block_first[section], m.block_first[section + 1] - 1
        early = m.block_kind[first] == OPEN and first < last
        now.room[first] = 0
        still_open = m.block_seats[last] - now.taken[last]
        if early:
            still_open += m.block_seats[first] - now.taken[first]
        released = 0
        for block in range(last - 1, first - 1 + early, -1):
            now.room[block] = m.block_seats[block] - now.taken[block]
            if m.block_release[block]:
                less = min(max(-still_open, 0), now.room[block])
                now.room[block] -= less
                still_open += less
                released += now.room[block]
        now.room[last] = released
        now.room[first if early else last] += still_open


@compiled
def play(m: Market, ground: Ground, shut: Bytes, now: Round, number: int) -> None:
    """Each learner asks for the best class left on the list, until nobody has any left to ask."""
    for learner in range(len(m.wants)):
        now.asks[learner] = m.first[learner + 1] - m.first[learner]
        if now.has[learner] < min(m.wants[learner], number):
            now.asks[learner] = 0
    for learner in range(len(m.wants)):
        if now.has[learner] < min(m.wants[learner], number):
            _ask(m, ground, shut, now, learner)


@compiled
def shut_one(m: Market, ground: Ground, shut: Bytes, now: Round, section: int) -> None:
    """Closes a class in the first round: those who sat in it ask for their next wish."""
    shut[section] = 1
    for block in range(m.block_first[section], m.block_first[section + 1]):
        start = m.block_line[block]
        for key in now.line[start : start + now.filled[block]]:
            _ask(m, ground, shut, now, np.int64(ground.learner[key & RANK]))
        now.filled[block] = 0


@compiled
def _ask(m: Market, ground: Ground, shut: Bytes, now: Round, learner: Whole) -> None:
    """A learner asks, then whoever is sent on for their sake, until nobody is."""
    while True:
        first = m.first[learner]
        wishes = m.first[learner + 1] - first
        i = np.int64(now.asks[learner])
        while i < wishes and (now.barred[learner] >> i & 1 or shut[m.section[first + i]]):
            i += 1
        now.asks[learner] = i
        if i == wishes:
            return
        level = np.int64(now.has[learner]) << LEVEL
        refused = _offer(m, ground, now, m.section[first + i], level | ground.key[first + i])
        if refused < 0:
            return
        learner = ground.learner[refused & RANK]
        now.asks[learner] += 1


@compiled
def _offer(m: Market, ground: Ground, now: Round, section: int, key: Whole) -> Whole:
    """A class is asked by one more learner; gives the key of whom it refuses, or -1.

    Whoever has to leave a block goes on to the next one, like a newcomer there.
    """
    last = m.block_first[section + 1] - 1
    for block in range(m.block_first[section], last):
        if m.block_kind[block] == OPEN or _has(m, ground.learner[key & RANK], m.block_kind[block]):
            if now.filled[block] < now.room[block]:
                _sit(m, now, block, key)
                if m.block_release[block] == 0:
                    return -1
                now.room[last] -= 1  # it had been released
                return _stand_up(m, now, last) if now.filled[last] > now.room[last] else -1
            key = _displace(m, now, block, key)
    if now.filled[last] < now.room[last]:
        _sit(m, now, last, key)
        return -1
    return _displace(m, now, last, key)


@compiled
def _has(m: Market, learner: int, kind: int) -> bool:
    """Has the learner the tag of this kind of seats?"""
    has = False
    for i in range(m.tags_first[learner], m.tags_first[learner + 1]):
        has = has or m.tags[i] == kind
    return has


@compiled
def _displace(m: Market, now: Round, block: int, key: Whole) -> Whole:
    """The worst of a full block and a newcomer: the other one sits."""
    top = m.block_line[block]
    if now.filled[block] == 0 or now.line[top] < key:
        return key
    worst: Whole = now.line[top]
    _sink(now.line, top, now.filled[block], key)
    return worst


@compiled
def _stand_up(m: Market, now: Round, block: int) -> Whole:
    """The worst of a block leaves it."""
    top = m.block_line[block]
    worst: Whole = now.line[top]
    now.filled[block] -= 1
    if now.filled[block]:
        _sink(now.line, top, now.filled[block], now.line[top + now.filled[block]])
    return worst


@compiled
def _sit(m: Market, now: Round, block: int, key: Whole) -> None:
    """A key is added to a heap."""
    top, i = m.block_line[block], now.filled[block]
    while i and now.line[top + (i - 1) // 2] < key:
        now.line[top + i] = now.line[top + (i - 1) // 2]
        i = (i - 1) // 2
    now.line[top + i] = key
    now.filled[block] += 1


@compiled
def _sink(line: Longs, top: int, size: int, key: Whole) -> None:
    """A key takes the place of the worst one of a heap."""
    i = 0
    while 2 * i + 1 < size:
        worse = 2 * i + 1
        if worse + 1 < size and line[top + worse] < line[top + worse + 1]:
            worse += 1
        if line[top + worse] <= key:
            break
        line[top + i] = line[top + worse]
        i = worse
    line[top + i] = key
