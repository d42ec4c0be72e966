"""A frozen round as flat arrays of whole numbers: what the engine reads.

Sections, learners and kinds of seats are counted from 0 on, in the order of their ids. The
choices of all learners stand in one line, learner by learner, each list best first; those of
learner l are first[l] to first[l + 1] - 1. Other lists of unequal length are laid out alike.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Whole = int | np.int64

OPEN = -1  # the kind of a block of seats that anyone may have
ON_TIME = 2  # the group of those for whom none is written down
MOST_MISSES = 7


class Blocks(NamedTuple):
    """The seats of each section, in blocks that are filled in this order.

    A section's last block is open and holds what no other does: open seats where reserved ones
    are filled first, and the seats that a `release` reserve did not need. The first is open too
    where open seats are filled first.
    """

    first: Ints  # of each section, and one more
    kind: Ints  # or OPEN
    seats: Longs  # how many, without those that may be released into the last block
    release: Bytes  # 1: what stays empty goes to the last block
    line: Longs  # where each block's room in the line of seated learners begins, and one more


class Market(NamedTuple):
    """A round without its names."""

    # each learner
    first: Ints  # choice, and one more
    wants: Bytes
    rank: Ints  # place in the order of the draw numbers, from 0 on, no two alike
    misses: Bytes  # at most 7; 0 where they do not count
    held_first: Ints
    held: Ints  # sections, in the order of their ids
    tags_first: Ints
    tags: Ints  # kinds
    # each choice
    section: Ints
    group: Bytes
    distance: Ints
    # each section
    minimum: Longs  # 0: may not be closed
    course: Ints
    timetable: Ints
    # each session of each timetable, by start
    starts: Longs
    ends: Longs
    of_timetable: Ints
    # each block of seats: see Blocks
    block_first: Ints
    block_kind: Ints
    block_seats: Longs
    block_release: Bytes
    block_line: Longs


Seats = tuple[int, list[tuple[int, int, bool]], bool]  # capacity, reserves, open seats first


def market_of(frozen: dict[str, Any], numbers: Sequence[str]) -> Market:
    """The arrays of a round in canonical order (see problem.validate).

    `numbers`: the draw number of each learner; equal ones are settled by id.
    """
    sections, learners = frozen["sections"], frozen["learners"]
    index = {section["id"]: i for i, section in enumerate(sections)}
    kinds = {kind: i for i, kind in enumerate(kinds_of(frozen))}
    chosen = _ints(index[name] for learner in learners for name in learner["choices"])
    held = _ints(index[name] for learner in learners for name in learner["held"])
    tags = [[kinds[tag] for tag in learner["tags"] if tag in kinds] for learner in learners]
    seats = [_seats_of(section, kinds) for section in sections]
    return Market(
        first=offsets(len(learner["choices"]) for learner in learners),
        wants=_small(learner["wants"] for learner in learners),
        rank=ranks(numbers),
        misses=_small(min(learner.get("misses", 0), MOST_MISSES) for learner in learners),
        held_first=offsets(len(learner["held"]) for learner in learners),
        held=held,
        tags_first=offsets(map(len, tags)),
        tags=_ints(chain.from_iterable(tags)),
        section=chosen,
        group=_groups(learners),
        distance=_distances(frozen),
        minimum=_minimums(sections, set(held.tolist())),
        course=_numbers_of(section["course"] for section in sections),
        **timetables([section["sessions"] for section in sections]),
        **_named(blocks(seats, np.bincount(chosen, minlength=len(sections)).tolist())),
    )


def kinds_of(frozen: dict[str, Any]) -> list[str]:
    """The kinds of reserved seats in the order of their numbers."""
    seats = chain.from_iterable(section["seats"] for section in frozen["sections"])
    return list(dict.fromkeys(seat["kind"] for seat in seats))


def blocks(seats: Sequence[Seats], listed: Sequence[int]) -> Blocks:
    """The blocks of each section, which `listed` learners have on their lists.

    No more learners than these can sit in it, however large its capacity is.
    """
    sizes, rows = [], []
    for (capacity, reserves, open_first), most in zip(seats, listed, strict=True):
        still_open = capacity - sum(count for _, count, _ in reserves)
        released = sum(count for _, count, release in reserves if release)
        early = bool(reserves) and open_first
        own = [(OPEN, still_open, False, min(still_open, most))] if early else []
        own += [(kind, count, release, min(count, most)) for kind, count, release in reserves]
        last = 0 if early else still_open
        own.append((OPEN, last, False, min(last + released, most)))
        sizes.append(len(own))
        rows += own
    kinds, counts, releases, rooms = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Blocks(
        first=offsets(sizes),
        kind=np.array(kinds, np.int32),
        seats=np.array(counts, np.int64),
        release=np.array(releases, np.uint8),
        line=offsets(rooms).astype(np.int64),
    )


def timetables(sessions: Sequence[Sequence[Sequence[int]]]) -> dict[str, Any]:
    """Which sections meet at the same times all term, and the sessions of each timetable."""
    found: dict[tuple[tuple[int, ...], ...], int] = {}
    own = [found.setdefault(tuple(sorted(map(tuple, one))), len(found)) for one in sessions]
    rows = sorted((start, end, i) for times, i in found.items() for start, end in times)
    starts, ends, of_timetable = zip(*rows, strict=True) if rows else ((), (), ())
    return {
        "timetable": np.array(own, np.int32),
        "starts": np.array(starts, np.int64),
        "ends": np.array(ends, np.int64),
        "of_timetable": np.array(of_timetable, np.int32),
    }


def ranks(numbers: Sequence[str]) -> Ints:
    """The place of each learner when all stand in the order of their numbers, then ids."""
    found = np.empty(len(numbers), np.int32)
    found[sorted(range(len(numbers)), key=numbers.__getitem__)] = np.arange(len(numbers))
    return found


def offsets(sizes: Iterable[int]) -> Ints:
    """Where each list begins when all stand in one line, and where the last one ends."""
    return _ints(accumulate(sizes, initial=0))


def _seats_of(section: dict[str, Any], kinds: dict[str, int]) -> Seats:
    reserves = [
        (kinds[seat["kind"]], seat["count"], seat["unfilled"] == "release")
        for seat in section["seats"]
    ]
    return section["capacity"], reserves, section["fill"] == "open_first"


def _minimums(sections: list[dict[str, Any]], sat_in: set[int]) -> Longs:
    """Nobody who already sits in a class loses it in the draw."""
    return np.array(
        [
            0 if section["exempt"] or i in sat_in else section["minimum"]
            for i, section in enumerate(sections)
        ],
        np.int64,
    )


def _groups(learners: list[dict[str, Any]]) -> Bytes:
    return _small(
        learner["groups"].get(name, ON_TIME) for learner in learners for name in learner["choices"]
    )


def _distances(frozen: dict[str, Any]) -> Ints:
    """Metres, or the number of the band: how many limits lie below."""
    campus_of = {section["id"]: section["campus"] for section in frozen["sections"]}
    metres = _ints(
        learner["metres"][campus_of[name]]
        for learner in frozen["learners"]
        for name in learner["choices"]
    )
    if frozen["rules"]["proximity"] == "metres":
        return metres
    limits = np.array(frozen["rules"]["bands_m"], np.int32)
    return np.searchsorted(limits, metres, side="left").astype(np.int32)


def _numbers_of(names: Iterable[str]) -> Ints:
    found: dict[str, int] = {}
    return _ints([found.setdefault(name, len(found)) for name in names])


def _named(found: Blocks) -> dict[str, Any]:
    return {f"block_{name}": array for name, array in found._asdict().items()}


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int32)


def _small(values: Iterable[int]) -> Bytes:
    return np.fromiter(values, np.uint8)
