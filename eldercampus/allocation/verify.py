"""Checks a draw of places in classes, step by step, with nothing but Python 3.8 or newer.

    python verify.py ROUND.json RESULT.json

ROUND.json holds what was fixed before the draw: the rules, the classes ("sections") and the
wishes of the learners. RESULT.json holds what was announced. This program works out the result
again from ROUND.json and compares. It ends with 0 if everything is right, 1 if something is
not (it names the first difference), 2 if a file cannot be read.

It is written to be read, from top to bottom, and not to be fast. The chapters:

    1. the lottery               6. classes that stay too small
    2. what the round file says  7. the waiting lists
    3. who comes before whom     8. the reason given to each learner
    4. one class fills its seats 9. the whole result
    5. the rounds               10. comparing, and reading the files
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

# ------------------------------------------------------------------------- 1. The lottery


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def number(seed: str, learner: str) -> str:
    """The learner's draw number: the same in every class, every round and on waiting lists."""
    return hmac.new(bytes.fromhex(seed), learner.encode("utf-8"), hashlib.sha256).hexdigest()


def seed_of(round_id: str, learners: Iterable[str], secret: str, beacon: str) -> str:
    """Everything that nobody could choose alone, stirred together."""
    roster = sha256("".join(learner + "\n" for learner in sorted(learners)))
    beacon_fingerprint = sha256(beacon.strip())
    lines = ["eldercampus/lottery/v1", round_id, roster, secret, beacon_fingerprint]
    return sha256("\n".join(lines))


def lottery_fault(frozen: dict[str, Any], result: dict[str, Any]) -> str | None:
    """What is wrong with the ceremony told in the result, or None."""
    told = result["lottery"]
    names = ["beacon", "commit", "secret", "source"]
    if not isinstance(told, dict) or sorted(told) != names:
        return "lottery: it should hold beacon, commit, secret and source"
    if not all(isinstance(told[name], str) for name in names):
        return "lottery: each of its entries should be a text"
    if not re.fullmatch("[0-9a-f]{64}", told["secret"]):
        return "lottery.secret: it should be 64 hex digits"
    commit = hashlib.sha256(bytes.fromhex(told["secret"])).hexdigest()
    if told["commit"] != commit:
        return f"lottery.commit: the secret's fingerprint is {commit}, not {told['commit']}"
    learners = [learner["id"] for learner in frozen["learners"]]
    seed = seed_of(frozen["round"], learners, told["secret"], told["beacon"])
    if result["seed"] != seed:
        return f"seed: secret, list of learners and beacon give {seed}, not {result['seed']}"
    return None


# ------------------------------------------------------------- 2. What the round file says


class Book:
    """The round file, opened so that things are found by their names."""

    def __init__(self, frozen: dict[str, Any]) -> None:
        self.rules = frozen["rules"]
        self.sections = {s["id"]: s for s in sorted(frozen["sections"], key=lambda s: s["id"])}
        self.learners = {p["id"]: p for p in sorted(frozen["learners"], key=lambda p: p["id"])}
        self.numbers = {name: number(frozen["seed"], name) for name in self.learners}
        self.distances = {name: self.distances_of(name) for name in self.learners}
        # Nobody who already sits in a class loses it in the draw.
        sat_in = {name for learner in self.learners.values() for name in learner["held"]}
        self.minimum = {
            name: 0 if section["exempt"] or name in sat_in else section["minimum"]
            for name, section in self.sections.items()
        }
        self._overlap: dict[tuple[str, str], bool] = {}

    def distances_of(self, learner: str) -> dict[str, int]:
        """To each class of the list: metres, or the number of their distance band, from 0 on."""
        found = {}
        for section in self.learners[learner]["choices"]:
            metres = self.learners[learner]["metres"][self.sections[section]["campus"]]
            if self.rules["proximity"] == "bands":
                found[section] = sum(1 for limit in self.rules["bands_m"] if metres > limit)
            else:
                found[section] = metres
        return found

    def same_course(self, one: str, other: str) -> bool:
        return bool(self.sections[one]["course"] == self.sections[other]["course"])

    def clash(self, one: str, other: str) -> bool:
        """Do two classes meet at the same time? 9:00-10:30 and 10:30-12:00 do not."""
        pair = (one, other) if one < other else (other, one)
        if pair not in self._overlap:
            self._overlap[pair] = any(
                start < other_end and other_start < end
                for start, end in self.sections[one]["sessions"]
                for other_start, other_end in self.sections[other]["sessions"]
            )
        return self._overlap[pair]

    def kinds(self, section: str, learner: str) -> set[str]:
        """The kinds of seats in this class that this learner may have."""
        tags = self.learners[learner]["tags"]
        return {"open"} | {
            seat["kind"] for seat in self.sections[section]["seats"] if seat["kind"] in tags
        }


# -------------------------------------------------------------- 3. Who comes before whom


class Key(NamedTuple):
    """A learner's place in the order for a class: compared from left to right, smaller first."""

    level: int  # seats held already
    group: int  # 1 goes on from the course's last stage, 2 applied on time, 3 late
    distance: int
    misses: int  # less one for each earlier round that gave nothing; 0 where that is no rule
    number: str  # the draw number
    learner: str  # decides only if two draw numbers are ever equal


def key(book: Book, learner: str, section: str, level: int) -> Key:
    group = book.learners[learner]["groups"].get(section, 2)
    distance = book.distances[learner][section]
    misses = -min(book.learners[learner].get("misses", 0), 7)
    return Key(level, group, distance, misses, book.numbers[learner], learner)


def in_order(keys: Iterable[Key]) -> list[str]:
    """The learners of these keys, the first in order first."""
    return [one.learner for one in sorted(keys)]


def shown(book: Book, one: Key) -> list[Any]:
    """The key as it is printed in the result: without the id, misses only where they count."""
    misses = [one.misses] if "misses" in book.rules else []
    return [one.level, one.group, one.distance, *misses, one.number]


def decided(own: Key, cutoff: Key) -> str:
    """The first part of the key in which two learners differ."""
    for name in ("level", "group", "distance", "misses"):
        if getattr(own, name) != getattr(cutoff, name):
            return name
    return "lottery"


# ---------------------------------------------------------- 4. One class fills its seats


def choose(
    book: Book, section: str, free: int, reserved: dict[str, int], line: list[str]
) -> dict[str, str]:
    """Who of the line (best first) gets one of the free seats, and which kind of seat.

    `reserved` says how many of the free seats are set aside for each kind.
    """
    given: dict[str, str] = {}

    def give(label: str, count: int) -> int:
        """Give `count` seats to the best who have none yet; say how many stay empty."""
        for learner in line:
            fits = label == "open" or label in book.learners[learner]["tags"]
            if count > 0 and fits and learner not in given:
                given[learner] = label
                count -= 1
        return count

    rule = book.sections[section]
    still_open = free - sum(reserved.values())
    if rule["fill"] == "open_first":
        give("open", still_open)
    released = 0
    for seat in rule["seats"]:
        empty = give(seat["kind"], reserved[seat["kind"]])
        if seat["unfilled"] == "release":
            released += empty
    if rule["fill"] == "reserved_first":
        give("open", still_open)
    # Released seats come last: only now is it certain that nobody of their kind is left.
    give("open", released)
    return given


def seats_left(book: Book, section: str, taken: list[str]) -> tuple[int, dict[str, int]]:
    """Free seats, and those of them set aside for each kind, when `taken` are the labels given.

    If a seat set aside was released, fewer can be set aside now: the last kind gives up first.
    """
    rule = book.sections[section]
    free = rule["capacity"] - len(taken)
    reserved = {seat["kind"]: seat["count"] - taken.count(seat["kind"]) for seat in rule["seats"]}
    too_many = sum(reserved.values()) - free
    for seat in reversed(rule["seats"]):
        if seat["unfilled"] == "release" and too_many > 0:
            less = min(too_many, reserved[seat["kind"]])
            reserved[seat["kind"]] -= less
            too_many -= less
    return free, reserved


# -------------------------------------------------------------------------- 5. The rounds


class Draw:
    """What has been given so far, with a given set of classes closed."""

    def __init__(self, book: Book, closed: Iterable[str]) -> None:
        self.book = book
        self.closed = set(closed)
        # Seats held by each learner: first those of before the draw, then those given in it.
        self.held = {name: sorted(p["held"]) for name, p in book.learners.items()}
        self.labels: dict[str, list[str]] = {section: [] for section in book.sections}
        self.placed: dict[tuple[str, str], tuple[int, str, Key]] = {}
        self.refused: dict[tuple[str, str], tuple[int, Key]] = {}  # the first refusal only
        self.worst: dict[tuple[str, int, str], Key] = {}
        self.refusals: dict[tuple[str, int], int] = {}

    def wishes(self, learner: str) -> list[str]:
        """What of the learner's list can still be given, best first."""
        held = self.held[learner]
        return [
            section
            for section in self.book.learners[learner]["choices"]
            if section not in self.closed
            and not any(
                section == h or self.book.same_course(section, h) or self.book.clash(section, h)
                for h in held
            )
        ]

    def play(self, round_number: int) -> None:
        """One round. Each learner asks for the best class left on the list. Each class keeps
        the best who have asked so far and sends the others on to their next wish. When nobody
        has anything left to ask for, the seats are final.
        """
        takers = [
            name
            for name, learner in self.book.learners.items()
            if len(self.held[name]) < min(learner["wants"], round_number)
        ]
        left = {s: seats_left(self.book, s, labels) for s, labels in self.labels.items()}
        asked: dict[str, dict[str, Key]] = {section: {} for section in self.book.sections}
        kept: dict[str, dict[str, str]] = {section: {} for section in self.book.sections}
        upcoming = {name: iter(self.wishes(name)) for name in takers}
        asking = takers
        while asking:
            newcomers: dict[str, list[str]] = {}
            for name in asking:
                section = next(upcoming[name], None)
                if section is not None:
                    asked[section][name] = key(self.book, name, section, len(self.held[name]))
                    newcomers.setdefault(section, []).append(name)
            asking = []
            for section, names in newcomers.items():
                line = in_order(asked[section][name] for name in [*kept[section], *names])
                kept[section] = choose(self.book, section, *left[section], line)
                asking += [name for name in line if name not in kept[section]]
        for section in self.book.sections:
            self.write_down(round_number, section, asked[section], kept[section])

    def write_down(
        self, round_number: int, section: str, asked: dict[str, Key], kept: dict[str, str]
    ) -> None:
        for name, own in asked.items():
            if name in kept:
                label = kept[name]
                self.held[name].append(section)
                self.labels[section].append(label)
                self.placed[name, section] = (round_number, label, own)
                place = (section, round_number, label)
                self.worst[place] = max(own, self.worst.get(place, own))
            else:
                self.refused.setdefault((name, section), (round_number, own))
        self.refusals[section, round_number] = len(asked) - len(kept)


# ------------------------------------------------------ 6. Classes that stay too small


def draw_all(book: Book) -> tuple[Draw, list[dict[str, Any]]]:
    """All rounds, again and again with the same numbers, until no class is too small.

    Each time exactly one class is closed: the one that is emptiest for its minimum.
    """
    wished = dict.fromkeys(book.sections, 0)
    for learner in book.learners.values():
        if learner["wants"] > len(learner["held"]):
            for section in learner["choices"]:
                wished[section] += 1
    closed = {s: 0 for s in book.sections if wished[s] < book.minimum[s]}
    while True:
        draw = Draw(book, closed)
        for round_number in range(1, book.rules["rounds"] + 1):
            draw.play(round_number)
        counts = {s: len(draw.labels[s]) for s in book.sections if s not in closed}
        small = [s for s, enrolled in counts.items() if enrolled < book.minimum[s]]
        if not small:
            break
        # enrolled/minimum as an exact fraction; then fewer learners; then the smaller id
        worst = min(small, key=lambda s: (Fraction(counts[s], book.minimum[s]), counts[s], s))
        closed[worst] = counts[worst]
    return draw, [
        {"section": s, "enrolled": enrolled, "minimum": book.minimum[s]}
        for s, enrolled in closed.items()
    ]


# ----------------------------------------------------------------- 7. The waiting lists


def waiting_level(draw: Draw, learner: str, section: str) -> int | None:
    """The level with which a learner waits for a class of the list; None: does not wait.

    Accepting either adds a seat or replaces exactly one: the class at the same time or of the
    same course, else, for those who hold all they want, the lowest on their list. The new
    class must stand above it; a seat that is not on the learner's list is never given up, so
    the lowest is looked for among the seats that are. Whoever holds more than they want would
    have to give up two, and does not wait.
    """
    book, held, person = draw.book, draw.held[learner], draw.book.learners[learner]
    in_the_way = [h for h in held if book.clash(section, h) or book.same_course(section, h)]
    too_many = len(held) + 1 - person["wants"]
    if too_many <= 0 and not in_the_way:
        return len(held)
    if too_many > 1 or len(in_the_way) > 1:
        return None
    ranked = [choice for choice in person["choices"] if choice in (in_the_way or held)]
    if ranked and person["choices"].index(section) < person["choices"].index(ranked[-1]):
        return len(held) - 1
    return None


def waiting_lists(draw: Draw) -> dict[str, list[str]]:
    lists: dict[str, list[Key]] = {s: [] for s in draw.book.sections if s not in draw.closed}
    for name, learner in draw.book.learners.items():
        for section in learner["choices"]:
            if section in lists and section not in draw.held[name]:
                level = waiting_level(draw, name, section)
                if level is not None:
                    lists[section].append(key(draw.book, name, section, level))
    return {section: in_order(keys) for section, keys in lists.items()}


# ------------------------------------------------- 8. The reason given to each learner


def reason(draw: Draw, learner: str, section: str, closed: dict[str, Any]) -> dict[str, Any]:
    """The first sentence that is true, as a code with its facts."""
    book, held = draw.book, draw.held[learner]
    if (learner, section) in draw.placed:
        round_number, seat, own = draw.placed[learner, section]
        return {"code": "placed", "round": round_number, "seat": seat, "key": shown(book, own)}
    if section in held:
        return {"code": "held"}
    if section in closed:
        facts = closed[section]
        return {"code": "closed", "enrolled": facts["enrolled"], "minimum": facts["minimum"]}
    if (learner, section) in draw.refused:
        return refusal(draw, learner, section)
    # Of several seats in the way, the first held is named: those of before the draw by id,
    # then those given in it by round.
    for other in held:
        if book.same_course(section, other):
            return {"code": "same_course", "with": other}
    for other in held:
        if book.clash(section, other):
            return {"code": "clash", "with": other}
    if len(held) >= book.learners[learner]["wants"]:
        return {"code": "enough"}
    return {"code": "no_round_left"}


def refusal(draw: Draw, learner: str, section: str) -> dict[str, Any]:
    """Looks at the first refusal, and at the seats given in that round that the learner could
    have had. Where there was none (no seats at all, none left by the rounds before, or only
    seats kept for others), the answer is `no_seat`, with the round.
    """
    round_number, own = draw.refused[learner, section]
    places = [(section, round_number, kind) for kind in draw.book.kinds(section, learner)]
    cutoffs = [draw.worst[place] for place in places if place in draw.worst]
    if not cutoffs:
        return {"code": "no_seat", "round": round_number}
    last = max(cutoffs)
    return {
        "code": "below_cutoff",
        "round": round_number,
        "key": shown(draw.book, own),
        "cutoff": shown(draw.book, last),
        "decided": decided(own, last),
    }


def all_reasons(
    draw: Draw, closed: list[dict[str, Any]], waiting: dict[str, list[str]]
) -> list[dict[str, Any]]:
    closed_by_id = {entry["section"]: entry for entry in closed}
    places = {
        (name, section): place
        for section, names in waiting.items()
        for place, name in enumerate(names, start=1)
    }
    reasons = []
    for name, learner in draw.book.learners.items():
        for section in learner["choices"]:
            entry = {"learner": name, "section": section}
            entry.update(reason(draw, name, section, closed_by_id))
            if (name, section) in places:
                entry["waitlist"] = places[name, section]
            reasons.append(entry)
    return reasons


# ------------------------------------------------------------------ 9. The whole result


def canonical(value: Any) -> str:
    """The one way of writing a value down; fingerprints are taken of this."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(frozen: dict[str, Any]) -> str:
    """SHA-256 of the round without its seed, its lists sorted where their order says nothing."""
    part = {name: value for name, value in frozen.items() if name != "seed"}
    part["sections"] = sorted(frozen["sections"], key=lambda section: section["id"])
    part["learners"] = [
        dict(learner, tags=sorted(learner["tags"]), held=sorted(learner["held"]))
        for learner in sorted(frozen["learners"], key=lambda learner: learner["id"])
    ]
    return sha256(canonical(part))


def run(frozen: dict[str, Any]) -> dict[str, Any]:
    """The result of a round file that is whole and has its seed (see `inspect`)."""
    draw, closed = draw_all(Book(frozen))
    waiting = waiting_lists(draw)
    return {
        "format": "eldercampus.result.v1",
        "round": frozen["round"],
        "input_sha256": fingerprint(frozen),
        "seed": frozen["seed"],
        "closed": closed,
        "placements": [
            {"learner": name, "section": section, "round": n, "seat": label}
            for (name, n, section, label) in sorted(
                (name, n, section, label) for (name, section), (n, label, _) in draw.placed.items()
            )
        ],
        "cutoffs": [
            {
                "section": section,
                "round": n,
                "seat": label,
                "key": shown(draw.book, last),
                "refused": draw.refusals[section, n],
            }
            for (section, n, label), last in sorted(draw.worst.items())
        ],
        "waitlists": waiting,
        "reasons": all_reasons(draw, closed, waiting),
    }


# --------------------------------------------- 10. Comparing, and reading the files


def first_difference(place: str, right: Any, told: Any) -> str | None:
    """Where two values differ first, in words; None if nowhere."""
    if canonical(right) == canonical(told):
        return None
    if isinstance(right, dict) and isinstance(told, dict):
        for name in sorted(set(right) | set(told)):
            one, other = right.get(name, "nothing"), told.get(name, "nothing")
            if canonical(one) != canonical(other):
                return first_difference(f"{place}.{name}", one, other)
    if isinstance(right, list) and isinstance(told, list):
        for i in range(max(len(right), len(told))):
            one = canonical(right[i]) if i < len(right) else "nothing"
            other = canonical(told[i]) if i < len(told) else "nothing"
            if one != other:
                return f"{place}[{i}]: it should be {one}, not {other}"
    return f"{place}: it should be {canonical(right)}, not {canonical(told)}"


PARTS = {
    "format": "the kind of file",
    "round": "the name of the round",
    "input_sha256": "the fingerprint of the round file",
    "seed": "the seed",
    "closed": "classes closed",
    "placements": "places given",
    "cutoffs": "last places given",
    "waitlists": "waiting lists",
    "reasons": "reasons",
}


def silent(_line: str) -> None:
    """Say nothing."""


def check(
    frozen: dict[str, Any],
    result: dict[str, Any],
    say: Callable[[str], None] = silent,
) -> str | None:
    """The first difference between a result and what the round gives; None if all is right.

    `say` hears a line about each part that was found right.
    """
    for name in result:
        if name not in PARTS and name != "lottery":
            return f"{name}: nothing of that name belongs in a result"
    for name in PARTS:
        if name not in result:
            return f"{name}: missing"
    if "lottery" in result:
        fault = lottery_fault(frozen, result)
        if fault:
            return fault
        say("right: the secret fits its fingerprint (commit), and the seed is made of them")
    else:
        say("note: no ceremony stands in the result, so nothing proves where the seed is from")
    seed = result["seed"]
    if "seed" not in frozen and not (isinstance(seed, str) and re.fullmatch("[0-9a-f]{64}", seed)):
        return "seed: it should be 64 hex digits"
    expected = run(dict(frozen, seed=frozen.get("seed", seed)))
    for name, words in PARTS.items():
        fault = first_difference(name, expected[name], result[name])
        if fault:
            return fault
        count = expected[name]
        say(f"right: {words}" + ("" if isinstance(count, str) else f", {len(count)}"))
    return None


class Unreadable(ValueError):
    """A file that is no round or result; says where and why."""


def must(true: bool, place: str, why: str) -> None:
    if not true:
        raise Unreadable(f"{place}: {why}")


# What may stand in a round file: a text of a pattern, a whole number of a range, true or false,
# a list of things of one shape, an object. "?" marks a name that may be absent, "*" any id.
ID = "[A-Za-z0-9._-]{1,64}"
WHOLE = range(2**31)
SHAPE = {
    "format": "eldercampus[.]round[.]v1",
    "round": ID,
    "rules": {
        "rounds": range(1, 4),
        "proximity": "bands|metres",
        "bands_m?": [WHOLE],
        "misses?": bool,
    },
    "sections": [
        {
            "id": ID,
            "course": ID,
            "campus": ID,
            "capacity": WHOLE,
            "minimum": WHOLE,
            "exempt": bool,
            "sessions": [[WHOLE]],
            "seats": [{"kind": ID, "count": WHOLE, "unfilled": "release|keep"}],
            "fill": "reserved_first|open_first",
        }
    ],
    "learners": [
        {
            "id": ID,
            "wants": range(4),
            "choices": [ID],
            "tags": [ID],
            "metres": {"*": WHOLE},
            "groups": {"*": range(1, 4)},
            "held": [ID],
            "misses?": WHOLE,
        }
    ],
    "seed?": "[0-9a-f]{64}",
}


def inspect_shape(value: Any, shape: Any, place: str) -> None:
    """Does a value, with all that is in it, have this shape?"""
    if isinstance(shape, str):
        good = isinstance(value, str) and bool(re.fullmatch(shape, value))
    elif isinstance(shape, range):
        good = type(value) is int and value in shape
    else:
        good = type(value) is (shape if shape is bool else type(shape))
    if not good:
        raise Unreadable(f"{place}: not what should stand here: {canonical(value)[:80]}")
    if isinstance(shape, list):
        for i, item in enumerate(value):
            inspect_shape(item, shape[0], f"{place}[{i}]")
    if isinstance(shape, dict):
        names = {name.rstrip("?"): name for name in shape}
        for name in names:
            absent = name not in value and name != "*" and not names[name].endswith("?")
            must(not absent, place, f"{name} is missing")
        for name in value:
            inspect_shape(name, ID, place)
            must(name in names or "*" in names, place, f"{name} does not belong here")
            inspect_shape(value[name], shape[names.get(name, "*")], f"{place}.{name}")


def inspect(frozen: Any) -> None:
    """Is this a round file that may be drawn? Raises Unreadable."""
    inspect_shape(frozen, SHAPE, "round")
    rules = frozen["rules"]
    bands = rules.get("bands_m", [])
    must(rules.get("misses", True), "rules.misses", "not true")
    must(("bands_m" in rules) == (rules["proximity"] == "bands"), "rules", "bands, or no bands")
    must(bands == sorted(set(bands)), "rules.bands_m", "not rising")
    inspect_once([section["id"] for section in frozen["sections"]], "sections")
    inspect_once([learner["id"] for learner in frozen["learners"]], "learners")
    campus_of = {section["id"]: section["campus"] for section in frozen["sections"]}
    sat_in = {name for learner in frozen["learners"] for name in learner["held"]}
    for section in frozen["sections"]:
        inspect_section(section, section["id"], section["exempt"] or section["id"] in sat_in)
    for learner in frozen["learners"]:
        inspect_learner(learner, learner["id"], campus_of)
        must(("misses" in learner) == ("misses" in rules), learner["id"], "misses, or no misses")


def inspect_once(names: list[str], place: str) -> None:
    must(len(set(names)) == len(names), place, "something stands there twice")


def inspect_section(section: dict[str, Any], place: str, exempt: bool) -> None:
    capacity, kinds = section["capacity"], [seat["kind"] for seat in section["seats"]]
    must(exempt or section["minimum"] <= capacity, place, "minimum above the capacity")
    for times in section["sessions"]:
        must(len(times) == 2 and times[0] < times[1], place, "a session is no start and end")
    inspect_once([*kinds, "open"], place)
    total = sum(seat["count"] for seat in section["seats"])
    must(total <= capacity, place, "more seats are set aside than there are")


def inspect_learner(learner: dict[str, Any], place: str, campus_of: dict[str, str]) -> None:
    must(len(learner["choices"]) <= 8, place, "more than 8 choices")
    for part in ("choices", "tags", "held"):
        inspect_once(learner[part], place)
    for name in [*learner["choices"], *learner["held"], *learner["groups"]]:
        must(name in campus_of, place, f"there is no section {name}")
    for name in learner["choices"]:
        must(campus_of[name] in learner["metres"], place, f"no distance to {campus_of[name]}")


def read(path: str) -> Any:
    """A JSON file with whole numbers only and no name twice in one object."""

    def whole(text: str) -> int:
        must(len(text) < 12, "file", "a number that is too long")
        return int(text)

    def never(text: str) -> Any:
        raise Unreadable(f"file: {text[:20]} is not a whole number")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        must(len(found) == len(pairs), "file", "a name stands twice in one object")
        return found

    with Path(path).open(encoding="utf-8") as file:
        return json.load(
            file, object_pairs_hook=once, parse_int=whole, parse_float=never, parse_constant=never
        )


def main(arguments: list[str]) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console without Chinese still shows the rest
    if len(arguments) != 2:
        print("python verify.py ROUND.json RESULT.json", file=sys.stderr)
        return 2
    path = arguments[0]
    try:
        frozen = read(path)
        inspect(frozen)
        path = arguments[1]
        result = read(path)
        must(isinstance(result, dict), "file", "not an object")
        print(f"{len(frozen['sections'])} classes, {len(frozen['learners'])} learners")
        print(f"fingerprint of the round file: {fingerprint(frozen)}")
        print("compare it with the one published when the round was frozen")
        fault = check(frozen, result, print)
    except (OSError, ValueError, RecursionError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    if fault:
        print(f"WRONG 不对: {fault}")
        return 1
    if "lottery" in result:
        told = result["lottery"]
        print(f"commit: {told['commit']}")
        print(f"beacon: {told['beacon']} ({told['source']})")
        print("compare both with what was published and announced")
    print("Everything is right. 全部正确。")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
