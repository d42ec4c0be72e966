"""Who gets a freed seat, and who may wait for one: plain functions for the running application.

A key is any tuple, smaller first, built by the caller; equal keys are settled by id. For
waiting lists it is

    (level, lapses, group, distance, lottery)             or, where past misses count,
    (level, lapses, group, distance, misses, lottery)

with `level` from `would_take`, `lapses` how many offers the person has let lapse on this list
(so a first lapse puts a person behind the others of the same level, and nobody else), and
`misses` from `misses_part`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

OPEN = "open"
MOST_MISSES = 7  # more count as so many


def misses_part(misses: int) -> int:
    """What earlier rounds that gave a person nothing are worth in a key: from -7 to 0."""
    return -min(misses, MOST_MISSES)


@dataclass(frozen=True)
class Reserve:
    """`count` of the free seats are set aside for people with the tag `kind`."""

    kind: str
    count: int
    unfilled: Literal["release", "keep"]


@dataclass(frozen=True)
class Seats:
    """The seats of one section that can be given now.

    `free`: capacity less holders and live offers. Each reserve: its count less the holders and
    live offers with that label, never below 0; together they may be more than `free` (seats of
    theirs were released before, or the capacity was lowered).
    """

    free: int
    reserves: tuple[Reserve, ...]
    fill: Literal["reserved_first", "open_first"]


@dataclass(frozen=True)
class Candidate:
    id: str
    key: tuple[Any, ...]
    tags: frozenset[str]


def choose(seats: Seats, candidates: Iterable[Candidate]) -> dict[str, str]:
    """Who gets one of the seats: id → the kind of seat, or "open".

    Kinds are filled in their order, each with the best of those left who have the tag. Seats
    of a kind that nobody takes go to the best of the rest last (`release`) or stay empty
    (`keep`).
    """
    line = sorted(candidates, key=lambda one: (one.key, one.id))
    counts = reserved_now(seats.reserves, seats.free)
    still_open = seats.free - sum(counts.values())
    given: dict[str, str] = {}

    def give(label: str, count: int) -> int:
        fits = (c for c in line if c.id not in given and (label == OPEN or label in c.tags))
        chosen = [candidate.id for candidate in islice(fits, max(count, 0))]
        given.update(dict.fromkeys(chosen, label))
        return count - len(chosen)

    if seats.fill == "open_first":
        give(OPEN, still_open)
    left = {reserve.kind: give(reserve.kind, counts[reserve.kind]) for reserve in seats.reserves}
    if seats.fill == "reserved_first":
        give(OPEN, still_open)
    give(OPEN, sum(left[r.kind] for r in seats.reserves if r.unfilled == "release"))
    return given


def reserved_now(reserves: Sequence[Reserve], free: int) -> dict[str, int]:
    """Seats set aside for each kind, together no more than are free.

    The last `release` kind gives way first; a `keep` kind only when nothing else is left to.
    """
    counts = {reserve.kind: reserve.count for reserve in reserves}
    too_many = sum(counts.values()) - max(free, 0)
    gives_way = [r for r in reserves if r.unfilled == "keep"]
    gives_way += [r for r in reserves if r.unfilled == "release"]
    for reserve in reversed(gives_way):
        less = max(0, min(too_many, counts[reserve.kind]))
        counts[reserve.kind] -= less
        too_many -= less
    return counts


@dataclass(frozen=True)
class Wait:
    """A place on a waiting list: `level` for the key, and the held seat that accepting costs."""

    level: int
    gives_up: str | None


def would_take(
    section: str,
    choices: Sequence[str],
    held: Collection[str],
    wants: int,
    clashes: Callable[[str, str], bool],
    course_of: Callable[[str], str],
) -> Wait | None:
    """Whether a person still waits for `section`, how, and at what price; None: they do not.

    `choices` is their own list, best first; sections joined later stand at its end. They wait
    if the seat comes on top of what they hold, or stands above the one held seat that it
    replaces: the one at the same time or of the same course, else, when they hold all they
    want, the lowest on their list. A seat that is not on their list is never given up, and
    nobody gives up two.
    """
    if section not in choices or section in held:
        return None
    in_the_way = [h for h in held if clashes(section, h) or course_of(section) == course_of(h)]
    going = max(len(in_the_way), len(held) + 1 - wants)
    if going <= 0:
        return Wait(level=len(held), gives_up=None)
    if going > 1:
        return None
    lowest = max((choices.index(h) for h in in_the_way or held if h in choices), default=-1)
    if choices.index(section) > lowest:
        return None
    return Wait(level=len(held) - 1, gives_up=choices[lowest])


@dataclass(frozen=True)
class Waiter:
    """A person on waiting lists: (section, key) for each, the best for them first."""

    id: str
    tags: frozenset[str]
    wishes: tuple[tuple[str, tuple[Any, ...]], ...]


def settle(free: Mapping[str, Seats], waiters: Iterable[Waiter]) -> dict[str, tuple[str, str]]:
    """Who is offered which of several vacancies: id → (section, label), one offer each.

    One deferred acceptance, so that each person gets the best offer only. Wishes for sections
    without a vacancy are passed over.
    """
    people = {waiter.id: waiter for waiter in waiters}
    upcoming = {
        waiter.id: iter([wish for wish in waiter.wishes if wish[0] in free])
        for waiter in people.values()
    }
    asked: dict[str, dict[str, Candidate]] = {section: {} for section in free}
    kept: dict[str, dict[str, str]] = {section: {} for section in free}
    asking = list(people)
    while asking:
        person = people[asking.pop()]
        wish = next(upcoming[person.id], None)
        if wish is None:
            continue
        section, key = wish
        asked[section][person.id] = Candidate(person.id, key, person.tags)
        line = [asked[section][one] for one in (*kept[section], person.id)]
        kept[section] = choose(free[section], line)
        asking += [one.id for one in line if one.id not in kept[section]]
    return {one: (section, kept[section][one]) for section in kept for one in kept[section]}
