"""How classes are filled, compiled: everybody asks, classes keep the best and send the others on.

A key (level, group, distance, misses, lottery) is one number of 63 bits, smaller first; its
lowest bits are the rank of the draw number and so name the learner. A class keeps its learners
in a line of keys, block by block of its seats, each block a heap with its worst key on top.

Innermost functions are handed the few arrays that they need: the tuples of arrays would cost
more on the way than what is done with them.
"""

from typing import NamedTuple

import numpy as np

from eldercampus.allocation.arrays import MOST_MISSES, OPEN, Bytes, Ints, Longs, Market, Whole
from eldercampus.allocation.compiled import compiled, inlined

LEVEL, GROUP, DISTANCE, MISSES = 61, 59, 28, 25  # the lowest bit of each part of a key
RANK = (1 << MISSES) - 1
NO_BAR = (1 << 63) - 1


class Ground(NamedTuple):
    """What follows from a market and stays the same whatever is closed."""

    learner: Ints  # by rank
    wishes: Bytes  # how many choices each learner has
    held: Bytes  # how many seats each learner held before
    barred: Bytes  # bit i: choice i is such a seat, or something stands in its way
    on_list: Bytes  # bit i: choice i is such a seat
    key: Longs  # of each choice, at level 0
    apart: Bytes  # of each choice, bit i: it cannot be held together with choice i
    in_way: Bytes  # of each choice: how many seats held before stand in its way; 2: two or more
    clashes: Bytes  # of each timetable, one bit for each timetable
    wished: Longs  # of each section: how many listed it who want more than they hold


class Round(NamedTuple):
    """One round: how it began, and where it stands."""

    has: Bytes  # seats of each learner when it began
    barred: Bytes  # bit i: choice i was no longer to be had when it began
    asks: Bytes  # each learner's choice: asks there now, in the end sits there; or none is left
    taken: Longs  # seats of each block that were given in the rounds before
    room: Longs  # seats of each block that can be given
    filled: Longs
    line: Longs  # the keys of those who sit there
    bar: Longs  # of each section: larger keys are refused for certain; below 0: all are


class Drawn(NamedTuple):
    """Who sits where in the end, and what was closed on the way."""

    ground: Ground
    rounds: list[Round]
    after: Round  # the round that there is no more: how each learner and each block ended
    shut: Bytes  # 1: the section is closed
    closed: list[tuple[int, int]]  # the closed ones in their order, and how many were enrolled


@compiled
def mark_clashes(starts: Longs, ends: Longs, of_timetable: Ints, clashes: Bytes) -> None:
    """Which timetables have sessions that overlap; the sessions stand in the order of starts."""
    for i in range(len(starts)):
        one = of_timetable[i]
        j = i
        while j < len(starts) and starts[j] < ends[i]:
            other = of_timetable[j]
            clashes[one, other >> 3] |= 1 << (other & 7)
            clashes[other, one >> 3] |= 1 << (one & 7)
            j += 1


@compiled
def survey(m: Market, ground: Ground) -> None:
    """Fills in what the ground says about the choices."""
    first, sections, held_first, held = m.first, m.section, m.held_first, m.held
    course, timetable, clashes = m.course, m.timetable, ground.clashes
    group, distance, misses, rank = m.group, m.distance, m.misses, m.rank
    keys, apart, in_way = ground.key, ground.apart, ground.in_way
    barred, on_list, wished = ground.barred, ground.on_list, ground.wished
    for learner in range(len(rank)):
        start = first[learner]
        for i in range(first[learner + 1] - start):
            choice = start + i
            section = sections[choice]
            wished[section] += m.wants[learner] > ground.held[learner]
            keys[choice] = (
                np.int64(group[choice]) << GROUP
                | np.int64(distance[choice]) << DISTANCE
                | np.int64(MOST_MISSES - misses[learner]) << MISSES
                | np.int64(rank[learner])
            )
            for j in range(i):
                if _cannot_both(course, timetable, clashes, section, sections[start + j]):
                    apart[choice] |= 1 << j
                    apart[start + j] |= 1 << i
            for h in range(held_first[learner], held_first[learner + 1]):
                if held[h] == section:
                    on_list[learner] |= 1 << i
                elif _cannot_both(course, timetable, clashes, section, held[h]):
                    in_way[choice] = min(in_way[choice] + 1, 2)
                else:
                    continue
                barred[learner] |= 1 << i


@inlined
def _cannot_both(course: Ints, timetable: Ints, clashes: Bytes, one: int, other: int) -> bool:
    """Are two sections of one course, or do they meet at the same time?"""
    a, b = timetable[one], timetable[other]
    return bool(course[one] == course[other] or clashes[a, b >> 3] >> (b & 7) & 1)


@compiled
def make_room(m: Market, taken: Longs, room: Longs) -> None:
    """The seats left in each block. If seats set aside were released, fewer can be set aside
    now: the last kind that releases gives up first."""
    for section in range(len(m.minimum)):
        first, last = m.block_first[section], m.block_first[section + 1] - 1
        early = m.block_kind[first] == OPEN and first < last
        still_open = m.block_seats[last] - taken[last]
        if early:
            still_open += m.block_seats[first] - taken[first]
        released = 0
        room[first] = 0
        for block in range(last - 1, first - 1 + early, -1):
            room[block] = m.block_seats[block] - taken[block]
            if m.block_release[block]:
                less = min(max(-still_open, 0), room[block])
                room[block] -= less
                still_open += less
                released += room[block]
        room[last] = released
        room[first if early else last] += still_open


def ask(m: Market, ground: Ground, now: Round, learners: Ints) -> None:
    """Each of the learners asks for the best class left on the list, then whoever is sent on for
    their sake, until nobody is sent on who has any class left to ask.

    Who is sent on waits until all have asked, and asks in the order of memory: a third faster
    for a million learners than following each of them at once.
    """
    sent_on = np.empty(len(learners), np.int32)
    while len(learners):
        count = _ask_once(m, ground, now, learners, sent_on)
        learners = np.sort(sent_on[:count])


@compiled
def _ask_once(m: Market, ground: Ground, now: Round, learners: Ints, sent_on: Ints) -> int:
    """Each of the learners asks once; who is sent on for their sake, and how many those are."""
    first, sections, tags_first, tags = m.first, m.section, m.tags_first, m.tags
    block_first, line_first = m.block_first, m.block_line
    kind, release = m.block_kind, m.block_release
    learner_of, wishes, key = ground.learner, ground.wishes, ground.key
    has, barred, asks = now.has, now.barred, now.asks
    room, filled, line, bar = now.room, now.filled, now.line, now.bar
    count = 0
    for learner in learners:
        start, wish = first[learner], np.int64(asks[learner])
        level = np.int64(has[learner]) << LEVEL
        while wish < wishes[learner] and (
            barred[learner] >> wish & 1 or level | key[start + wish] > bar[sections[start + wish]]
        ):
            wish += 1
        asks[learner] = wish
        if wish == wishes[learner]:
            continue
        section = sections[start + wish]
        own, last = block_first[section], block_first[section + 1] - 1
        refused = _offer(
            own,
            last,
            kind,
            release,
            line_first,
            room,
            filled,
            line,
            tags_first,
            tags,
            learner_of,
            level | key[start + wish],
        )
        bar[section] = _bar(line_first, room, filled, line, own, last)
        if refused >= 0:
            sent_on[count] = learner_of[refused & RANK]
            asks[sent_on[count]] += 1
            count += 1
    return count


@inlined
def _offer(
    first: int,
    last: int,
    kind: Ints,
    release: Bytes,
    line_first: Longs,
    room: Longs,
    filled: Longs,
    line: Longs,
    tags_first: Ints,
    tags: Ints,
    learner_of: Ints,
    key: Whole,
) -> Whole:
    """A class with these blocks is asked by one more learner: whom it refuses, or -1.

    Whoever has to leave a block goes on to the next one, like a newcomer there.
    """
    for block in range(first, last):
        if kind[block] == OPEN or _has(tags_first, tags, learner_of[key & RANK], kind[block]):
            if filled[block] < room[block]:
                _sit(line, line_first[block], filled[block], key)
                filled[block] += 1
                if release[block] == 0:
                    return -1
                room[last] -= 1  # that seat had been released
                if filled[last] <= room[last]:
                    return -1
                filled[last] -= 1
                return _stand_up(line, line_first[last], filled[last])
            key = _displace(line, line_first[block], filled[block], key)
    if filled[last] < room[last]:
        _sit(line, line_first[last], filled[last], key)
        filled[last] += 1
        return -1
    return _displace(line, line_first[last], filled[last], key)


@inlined
def _bar(
    line_first: Longs, room: Longs, filled: Longs, line: Longs, first: int, last: int
) -> Whole:
    """Once all of these blocks are full: the worst key of all. Whoever is worse goes nowhere."""
    worst = np.int64(-1)
    for block in range(first, last + 1):
        if filled[block] < room[block]:
            return NO_BAR
        if filled[block]:
            worst = max(worst, line[line_first[block]])
    return worst


@inlined
def _has(tags_first: Ints, tags: Ints, learner: int, kind: int) -> bool:
    """Has the learner the tag of this kind of seats?"""
    has = False
    for i in range(tags_first[learner], tags_first[learner + 1]):
        has = has or tags[i] == kind
    return has


@inlined
def _sit(line: Longs, top: int, size: int, key: Whole) -> None:
    """A key joins a heap of this size."""
    i = size
    while i and line[top + (i - 1) // 2] < key:
        line[top + i] = line[top + (i - 1) // 2]
        i = (i - 1) // 2
    line[top + i] = key


@inlined
def _stand_up(line: Longs, top: int, size: int) -> Whole:
    """The worst leaves a heap, which then has this size."""
    worst: Whole = line[top]
    _sink(line, top, size, line[top + size])
    return worst


@inlined
def _displace(line: Longs, top: int, size: int, key: Whole) -> Whole:
    """A newcomer to a full heap: the worst of all goes."""
    if size == 0 or line[top] < key:
        return key
    worst: Whole = line[top]
    _sink(line, top, size, key)
    return worst


@inlined
def _sink(line: Longs, top: int, size: int, key: Whole) -> None:
    """A key takes the place of the worst of a heap."""
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
