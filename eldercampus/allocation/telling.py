"""What a draw says to each learner about each choice, compiled: reasons, cutoffs, waiting lists."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from eldercampus.allocation.arrays import OPEN, Bytes, Ints, Longs, Market, Whole
from eldercampus.allocation.compiled import compiled, inlined
from eldercampus.allocation.seating import (
    DISTANCE,
    GROUP,
    LEVEL,
    MISSES,
    RANK,
    Drawn,
    Ground,
    Round,
)

NONE = 255

CODES = (
    "placed",
    "held",
    "closed",
    "below_cutoff",
    "no_seat",
    "same_course",
    "clash",
    "enough",
    "no_round_left",
)
PLACED, HELD, CLOSED, BELOW_CUTOFF, NO_SEAT, SAME_COURSE, CLASH, ENOUGH, NO_ROUND_LEFT = range(9)


class Told(NamedTuple):
    """The result as arrays. A block of seats stands for its label: the last for all open ones."""

    # each round, each …
    given: Bytes  # learner: the choice whose seat was given, or NONE
    worst: Longs  # block: the worst key that was given such a seat, or -1
    refused: Ints  # section: learners who asked and were refused
    # each choice
    code: Bytes
    round: Bytes  # in which a seat was given or first refused
    level: Bytes  # the key's, then
    fact: Ints  # the block of the seat or of the cutoff; the section in the way
    decided: Bytes  # the part of the key in which own key and cutoff differ, from 0 on
    waits: Bytes  # the level of the key on the waiting list, or NONE
    place: Ints  # on the waiting list, from 1 on; 0: none
    # the waiting lists, one after the other
    queue_first: Ints  # of each section, and one more
    queue: Ints  # learners


def tell(market: Market, drawn: Drawn) -> Told:
    """Everything that is said about a draw (see engine.draw)."""
    ground, shut = drawn.ground, drawn.shut
    told = _nothing_told(market, len(drawn.rounds))
    for number, now in enumerate(drawn.rounds, start=1):
        _note(market, ground, shut, now, number, told)
    _give_reasons(market, ground, shut, drawn.after, told)
    waiting = np.bincount(market.section[told.waits != NONE], minlength=len(shut))
    told.queue_first[1:] = np.cumsum(waiting)
    told = told._replace(queue=np.empty(told.queue_first[-1], np.int32))
    line = np.empty(len(told.queue), np.int64)
    _line_up(market, ground, told, line)
    for start, end in pairwise(told.queue_first.tolist()):
        line[start:end].sort()
    _number(market, ground, told, line)
    return told


def _nothing_told(market: Market, rounds: int) -> Told:
    learners, choices = len(market.wants), len(market.section)
    sections, blocks = len(market.minimum), len(market.block_kind)
    return Told(
        given=np.full((rounds, learners), NONE, np.uint8),
        worst=np.full((rounds, blocks), -1, np.int64),
        refused=np.zeros((rounds, sections), np.int32),
        code=np.full(choices, NONE, np.uint8),
        round=np.zeros(choices, np.uint8),
        level=np.zeros(choices, np.uint8),
        fact=np.zeros(choices, np.int32),
        decided=np.zeros(choices, np.uint8),
        waits=np.full(choices, NONE, np.uint8),
        place=np.zeros(choices, np.int32),
        queue_first=np.zeros(sections + 1, np.int32),
        queue=np.empty(0, np.int32),
    )


@compiled
def _note(m: Market, ground: Ground, shut: Bytes, now: Round, number: int, told: Told) -> None:
    """What one round gave and refused."""
    for learner in range(len(m.wants)):
        if now.has[learner] >= min(m.wants[learner], number):
            continue
        first = m.first[learner]
        for i in range(m.first[learner + 1] - first):
            choice = first + i
            section = m.section[choice]
            if i == now.asks[learner]:
                told.given[number - 1, learner] = i
                told.code[choice] = PLACED
            elif i < now.asks[learner] and not (now.barred[learner] >> i & 1 or shut[section]):
                told.refused[number - 1, section] += 1
                if told.code[choice] != NONE:
                    continue  # it was refused before
                told.code[choice] = BELOW_CUTOFF
            else:
                continue
            told.round[choice] = number
            told.level[choice] = now.has[learner]
    for section in range(len(m.minimum)):
        last = m.block_first[section + 1] - 1
        for block in range(m.block_first[section], last + 1):
            label = last if m.block_kind[block] == OPEN else block
            start = m.block_line[block]
            for key in now.line[start : start + now.filled[block]]:
                learner = ground.learner[key & RANK]
                told.fact[m.first[learner] + now.asks[learner]] = label
                told.worst[number - 1, label] = max(told.worst[number - 1, label], key)


@compiled
def _give_reasons(m: Market, ground: Ground, shut: Bytes, after: Round, told: Told) -> None:
    for learner in range(len(m.wants)):
        first = m.first[learner]
        given = np.int64(0)
        for number in range(len(told.given)):
            if told.given[number, learner] != NONE:
                given |= 1 << told.given[number, learner]
        for i in range(m.first[learner + 1] - first):
            choice = first + i
            section = m.section[choice]
            if told.code[choice] == PLACED:
                continue
            if ground.on_list[learner] >> i & 1:
                told.code[choice] = HELD
                continue
            if shut[section]:
                told.code[choice] = CLOSED
                continue
            if told.code[choice] == BELOW_CUTOFF:
                _compare(m, ground, learner, choice, told)
            else:
                _look_for_way(m, ground, after, learner, section, choice, told)
            held = given | ground.on_list[learner]
            told.waits[choice] = _waiting_level(m, ground, after, learner, i, given, held)


@inlined
def _compare(m: Market, ground: Ground, learner: int, choice: int, told: Told) -> None:
    """The largest key given one of the seats that the refused learner may have."""
    section, number = m.section[choice], told.round[choice]
    cutoff = np.int64(-1)
    for block in range(m.block_first[section], m.block_first[section + 1]):
        may = m.block_kind[block] == OPEN
        for tag in range(m.tags_first[learner], m.tags_first[learner + 1]):
            may = may or m.tags[tag] == m.block_kind[block]
        if may and told.worst[number - 1, block] > cutoff:
            cutoff = told.worst[number - 1, block]
            told.fact[choice] = block
    if cutoff < 0:
        told.code[choice] = NO_SEAT
        return
    own = np.int64(told.level[choice]) << LEVEL | ground.key[choice]
    told.decided[choice] = 4
    for part, bit in enumerate((LEVEL, GROUP, DISTANCE, MISSES)):
        if own >> bit != cutoff >> bit:
            told.decided[choice] = part
            break


@inlined
def _look_for_way(
    m: Market, ground: Ground, after: Round, learner: int, section: int, choice: int, told: Told
) -> None:
    """Which of the seats held is in the way: those of before the draw by id, then by round."""
    told.code[choice] = ENOUGH if after.has[learner] >= m.wants[learner] else NO_ROUND_LEFT
    start, before = m.held_first[learner], m.held_first[learner + 1] - m.held_first[learner]
    for i in range(before + len(told.given)):
        if i < before:
            other = m.held[start + i]
        elif told.given[i - before, learner] != NONE:
            other = m.section[m.first[learner] + told.given[i - before, learner]]
        else:
            continue
        a, b = m.timetable[section], m.timetable[other]
        if m.course[section] == m.course[other]:
            told.code[choice] = SAME_COURSE
            told.fact[choice] = other
            return
        if told.code[choice] != CLASH and ground.clashes[a, b >> 3] >> (b & 7) & 1:
            told.code[choice] = CLASH
            told.fact[choice] = other


@inlined
def _waiting_level(
    m: Market, ground: Ground, after: Round, learner: int, i: int, given: Whole, held: Whole
) -> Whole:
    """The level with which a learner waits for choice i, or NONE.

    Accepting adds a seat or replaces exactly one, which must stand below it on the learner's
    own list: the one in its way, else, for those who hold all they want, the lowest.
    `given`, `held`: bit j for choice j given in the draw, or held in the end.
    """
    choice = m.first[learner] + i
    apart = np.int64(ground.apart[choice])
    in_way = np.int64(ground.in_way[choice])
    for j in range(8):
        in_way += (apart & given) >> j & 1
    has = np.int64(after.has[learner])
    too_many = has + 1 - m.wants[learner]
    if too_many <= 0 and in_way == 0:
        return has
    if too_many > 1 or in_way > 1:
        return NONE
    going = held & apart if in_way else held
    return has - 1 if going >> (i + 1) else NONE


@compiled
def _line_up(m: Market, ground: Ground, told: Told, line: Longs) -> None:
    """The keys on the waiting lists, as they come."""
    end = np.empty(len(m.minimum), np.int64)
    for section in range(len(m.minimum)):
        end[section] = told.queue_first[section]
    for choice in range(len(m.section)):
        if told.waits[choice] != NONE:
            section = m.section[choice]
            line[end[section]] = np.int64(told.waits[choice]) << LEVEL | ground.key[choice]
            end[section] += 1


@compiled
def _number(m: Market, ground: Ground, told: Told, line: Longs) -> None:
    """The places on the waiting lists, from the keys in their order."""
    for section in range(len(m.minimum)):
        start = told.queue_first[section]
        for i in range(start, told.queue_first[section + 1]):
            learner = ground.learner[line[i] & RANK]
            told.queue[i] = learner
            for choice in range(m.first[learner], m.first[learner + 1]):
                if m.section[choice] == section:
                    told.place[choice] = i - start + 1
