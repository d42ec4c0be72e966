"""Checks a draw of seats in classes, with nothing but Python 3.8 or newer.

    python verify.py ROUND.json RESULT.json

ROUND.json holds what was fixed before the draw: the rules, the classes and what each learner
asked for. RESULT.json holds what was announced. This program works the result out again from
ROUND.json and compares. It ends with 0 if everything is right, with 1 if something is not (it
shows the first difference), with 2 if a file cannot be read or is no such file at all.

It is written to be read from top to bottom, not to be fast:

    1. the lottery                     7. the waiting lists
    2. what stands in the round file   8. the reason given to each learner
    3. who comes before whom           9. the whole result
    4. how one class fills its seats  10. comparing it with what was announced
    5. the rounds                     11. is this a round file at all?
    6. classes that stay too small    12. reading the files

Words of the files: a *section* is one class with hours of its own; sections of the same *course*
teach the same. A learner *wants* so many classes and lists *choices*, best first. Classes *held*
are those the learner sat in before the draw. Some seats may be set aside for a *kind* of learner,
say "t1": for those who have the *tag* "t1". All other seats are "open".
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, Tuple

# ------------------------------------------------------------------------- 1. The lottery


def sha256(text: str) -> str:
    """The fingerprint of a text: 64 digits; another text has another one."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def number(seed: str, learner: str) -> str:
    """A learner's draw number: the same in every class, every round and on waiting lists."""
    return hmac.new(bytes.fromhex(seed), learner.encode("utf-8"), hashlib.sha256).hexdigest()


def seed_of(round_name: str, learners: Iterable[str], secret: str, beacon: str) -> str:
    """All draw numbers come from the seed. It is stirred from what nobody could choose alone: the
    secret sealed first, the list of learners, and the number from outside (the beacon).
    """
    roster = sha256("".join(learner + "\n" for learner in sorted(learners)))
    lines = ["eldercampus/lottery/v1", round_name, roster, secret, sha256(beacon.strip())]
    return sha256("\n".join(lines))


# ------------------------------------------------------ 2. What stands in the round file


class Book:
    """The round file, opened so that things are found by their names."""

    def __init__(self, frozen: dict[str, Any]) -> None:
        self.rules = frozen["rules"]
        self.sections = {s["id"]: s for s in sorted(frozen["sections"], key=lambda s: s["id"])}
        self.learners = {p["id"]: p for p in sorted(frozen["learners"], key=lambda p: p["id"])}
        self.numbers = {name: number(frozen["seed"], name) for name in self.learners}
        # A class marked exempt is never closed, nor is one that somebody sits in already.
        sat_in = {section for person in self.learners.values() for section in person["held"]}
        self.minimum = {
            name: 0 if section["exempt"] or name in sat_in else section["minimum"]
            for name, section in self.sections.items()
        }
        self._clashes: dict[tuple[str, str], bool] = {}

    def distance(self, learner: str, section: str) -> int:
        """Metres to the class, or the number of the distance band, from 0 on."""
        metres: int = self.learners[learner]["metres"][self.sections[section]["campus"]]
        if self.rules["proximity"] == "metres":
            return metres
        return sum(1 for limit in self.rules["bands_m"] if metres > limit)

    def same_course(self, one: str, other: str) -> bool:
        return bool(self.sections[one]["course"] == self.sections[other]["course"])

    def clash(self, one: str, other: str) -> bool:
        """Do two classes meet at the same time? 9:00-10:30 and 10:30-12:00 do not."""
        if (one, other) not in self._clashes:
            self._clashes[one, other] = self._clashes[other, one] = any(
                start < other_end and other_start < end
                for start, end in self.sections[one]["sessions"]
                for other_start, other_end in self.sections[other]["sessions"]
            )
        return self._clashes[one, other]

    def in_the_way(self, section: str, held: list[str]) -> list[str]:
        """Which of the classes held cannot be had together with this one."""
        return [h for h in held if self.same_course(section, h) or self.clash(section, h)]

    def may_sit(self, learner: str, seat: str) -> bool:
        """May this learner have a seat of this kind?"""
        return seat == "open" or seat in self.learners[learner]["tags"]


# -------------------------------------------------------------- 3. Who comes before whom

# A learner's place in the line for a class. Two keys are compared from left to right; where they
# first differ, the smaller one goes first:
#
#     level     how many classes the learner holds
#     group     1 goes on from the course before, 2 applied on time, 3 applied late
#     distance  metres, or the number of the distance band
#     misses    earlier rounds that gave the learner nothing, as a minus number: -2 goes before 0,
#               more than 7 count as 7; this part is there only if the rules say so
#     lottery   the draw number
#     id        of the learner; it would decide only between two equal draw numbers
Key = Tuple[Any, ...]


def key(book: Book, learner: str, section: str, level: int) -> Key:
    person = book.learners[learner]
    group = person["groups"].get(section, 2)
    misses = [-min(person["misses"], 7)] if "misses" in book.rules else []
    return (level, group, book.distance(learner, section), *misses, book.numbers[learner], learner)


def in_order(keys: Iterable[Key]) -> list[str]:
    """The learners of these keys, the first in line first."""
    return [one[-1] for one in sorted(keys)]


def shown(one: Key) -> list[Any]:
    """A key as the result prints it: without the id."""
    return list(one[:-1])


def decided(own: Key, other: Key) -> str:
    """The name of the first part in which two keys differ."""
    names = ["level", "group", "distance", "misses", "lottery"]
    if len(shown(own)) < len(names):
        names.remove("misses")
    for i, name in enumerate(names):
        if own[i] != other[i]:
            return name
    return "lottery"


# ------------------------------------------------------ 4. How one class fills its seats


def choose(
    book: Book, section: str, free: int, reserved: dict[str, int], line: list[str]
) -> dict[str, str]:
    """Who of the line (first in line first) gets one of the free seats, and which kind of seat.

    `reserved` says how many of the free seats are set aside for each kind.
    """
    given: dict[str, str] = {}

    def give(seat: str, count: int) -> int:
        """Give `count` seats to the first who have none yet; say how many stay empty."""
        for learner in line:
            if count > 0 and learner not in given and book.may_sit(learner, seat):
                given[learner] = seat
                count -= 1
        return count

    rule = book.sections[section]
    open_seats = free - sum(reserved.values())
    if rule["fill"] == "open_first":
        give("open", open_seats)
    released = 0
    for seat in rule["seats"]:
        empty = give(seat["kind"], reserved[seat["kind"]])
        if seat["unfilled"] == "release":
            released += empty
    if rule["fill"] == "reserved_first":
        give("open", open_seats)
    # Released seats come last: only now is it certain that nobody of their kind is left.
    give("open", released)
    return given


def seats_left(book: Book, section: str, taken: list[str]) -> tuple[int, dict[str, int]]:
    """Free seats, and how many of them are set aside for each kind, once `taken` are given.

    Where a seat set aside was released, fewer can be set aside now: the last kind gives up first.
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


class Answer(NamedTuple):
    """What a class answered, in one round, to a learner who asked for it."""

    round: int
    section: str
    learner: str
    key: Key
    seat: str  # "open" or the kind of seat; NO_SEAT if the learner was turned away


NO_SEAT = ""


class Draw:
    """All rounds, with a given set of classes closed."""

    def __init__(self, book: Book, closed: dict[str, int]) -> None:
        self.book = book
        self.closed = closed  # and how many had a seat when it was closed
        self.held = {name: sorted(person["held"]) for name, person in book.learners.items()}
        self.given: dict[str, list[str]] = {section: [] for section in book.sections}
        self.answers: list[Answer] = []
        for round_number in range(1, book.rules["rounds"] + 1):
            self.play(round_number)

    def play(self, round_number: int) -> None:
        """One round: one class more for each learner who wants more.

        All ask for the best class left on their list. Each class keeps the first in line of those
        who have asked so far and turns the others away; these ask for their next class. When
        nobody has anything left to ask for, the seats are final.
        """
        book = self.book
        asking = [
            name
            for name, person in book.learners.items()
            if len(self.held[name]) < min(person["wants"], round_number)
        ]
        wishes = {name: self.wishes(name) for name in asking}
        seats = {section: seats_left(book, section, self.given[section]) for section in self.given}
        # For each class: the keys of all who have asked, and the seats of those kept so far.
        asked: dict[str, dict[str, Key]] = {section: {} for section in book.sections}
        kept: dict[str, dict[str, str]] = {section: {} for section in book.sections}
        while asking:
            newcomers: dict[str, list[str]] = {}
            for name in asking:
                if wishes[name]:
                    section = wishes[name].pop(0)
                    asked[section][name] = key(book, name, section, len(self.held[name]))
                    newcomers.setdefault(section, []).append(name)
            asking = []
            for section, names in newcomers.items():
                line = in_order(asked[section][name] for name in [*kept[section], *names])
                kept[section] = choose(book, section, *seats[section], line)
                asking += [name for name in line if name not in kept[section]]
        for section in book.sections:
            for name, own in asked[section].items():
                seat = kept[section].get(name, NO_SEAT)
                self.write_down(Answer(round_number, section, name, own, seat))

    def wishes(self, learner: str) -> list[str]:
        """What of the learner's list can still be given, best first."""
        held = self.held[learner]
        return [
            section
            for section in self.book.learners[learner]["choices"]
            if section not in self.closed and not self.book.in_the_way(section, held)
        ]

    def write_down(self, answer: Answer) -> None:
        self.answers.append(answer)
        if answer.seat != NO_SEAT:
            self.held[answer.learner].append(answer.section)
            self.given[answer.section].append(answer.seat)


# --------------------------------------------------------- 6. Classes that stay too small


def draw_all(book: Book) -> Draw:
    """Classes that fewer learners listed than they need are closed first. Then all rounds are
    played, again and again with the same draw numbers, until no class is too small. Each time
    exactly one class is closed: the one that is emptiest for its minimum.
    """
    listed = dict.fromkeys(book.sections, 0)
    for person in book.learners.values():
        if person["wants"] > len(person["held"]):
            for section in person["choices"]:
                listed[section] += 1
    closed = {s: 0 for s in book.sections if listed[s] < book.minimum[s]}
    while True:
        draw = Draw(book, closed)
        size = {s: len(given) for s, given in draw.given.items() if s not in closed}
        too_small = [s for s in size if size[s] < book.minimum[s]]
        if not too_small:
            return draw
        # By the exact share of the minimum; where equal, the fewer learners; then the smaller id.
        emptiest = min(too_small, key=lambda s: (Fraction(size[s], book.minimum[s]), size[s], s))
        closed = {**closed, emptiest: size[emptiest]}


# ------------------------------------------------------------------- 7. The waiting lists


def waiting_level(draw: Draw, learner: str, section: str) -> int | None:
    """The level with which a learner waits for a class of the own list; None: does not wait.

    The seat may come on top of those held, or take the place of exactly one: of the class that is
    in its way, else, for a learner who has all they want, of the lowest on their list. It must
    stand above that one. A class that is not on the list is never given up, and never two.
    """
    held, person = draw.held[learner], draw.book.learners[learner]
    in_the_way = draw.book.in_the_way(section, held)
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
    for name, person in draw.book.learners.items():
        for section in person["choices"]:
            if section in lists and section not in draw.held[name]:
                level = waiting_level(draw, name, section)
                if level is not None:
                    lists[section].append(key(draw.book, name, section, level))
    return {section: in_order(keys) for section, keys in lists.items()}


# --------------------------------------------------- 8. The reason given to each learner

Place = Tuple[str, int, str]  # section, round, kind of seat


def last_seated(draw: Draw) -> dict[Place, Key]:
    """The key of the last in line who got a seat, for each section, round and kind of seat."""
    last: dict[Place, Key] = {}
    for answer in draw.answers:
        if answer.seat != NO_SEAT:
            place = (answer.section, answer.round, answer.seat)
            last[place] = max(answer.key, last.get(place, answer.key))
    return last


def reason(
    draw: Draw, learner: str, section: str, answer: Answer | None, last: dict[Place, Key]
) -> dict[str, Any]:
    """The first of these that is true, as a code with its facts."""
    book, held = draw.book, draw.held[learner]
    if answer and answer.seat != NO_SEAT:
        own = shown(answer.key)
        return {"code": "placed", "round": answer.round, "seat": answer.seat, "key": own}
    if section in held:
        return {"code": "held"}
    if section in draw.closed:
        enrolled, minimum = draw.closed[section], book.minimum[section]
        return {"code": "closed", "enrolled": enrolled, "minimum": minimum}
    if answer:
        return refusal(book, answer, last)
    # Of several classes in the way, the first held is named: those of before the draw by id,
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


def refusal(book: Book, answer: Answer, last: dict[Place, Key]) -> dict[str, Any]:
    """Looks at the seats given in that round that the learner could have had: the last in line
    who got one stood before. Perhaps there was no such seat.
    """
    kinds = ["open", *(seat["kind"] for seat in book.sections[answer.section]["seats"])]
    places = [(answer.section, answer.round, seat) for seat in kinds]
    keys = [last[p] for p in places if p in last and book.may_sit(answer.learner, p[2])]
    if not keys:
        return {"code": "no_seat", "round": answer.round}
    return {
        "code": "below_cutoff",
        "round": answer.round,
        "key": shown(answer.key),
        "cutoff": shown(max(keys)),
        "decided": decided(answer.key, max(keys)),
    }


def all_reasons(draw: Draw, waiting: dict[str, list[str]]) -> list[dict[str, Any]]:
    """For each learner and class listed, with the place on the waiting list."""
    last = last_seated(draw)
    answers: dict[tuple[str, str], Answer] = {}  # the seat given, or else the first refusal
    for answer in draw.answers:
        if answer.seat != NO_SEAT:
            answers[answer.learner, answer.section] = answer
        answers.setdefault((answer.learner, answer.section), answer)
    places = {
        (name, section): {"waitlist": place}
        for section, names in waiting.items()
        for place, name in enumerate(names, start=1)
    }
    return [
        {
            "learner": name,
            "section": section,
            **reason(draw, name, section, answers.get((name, section)), last),
            **places.get((name, section), {}),
        }
        for name, person in draw.book.learners.items()
        for section in person["choices"]
    ]


# -------------------------------------------------------------------- 9. The whole result


def run(frozen: dict[str, Any]) -> dict[str, Any]:
    """The result of a round file that is whole (chapter 11) and has its seed."""
    draw = draw_all(Book(frozen))
    waiting = waiting_lists(draw)
    return {
        "format": "eldercampus.result.v1",
        "round": frozen["round"],
        "input_sha256": fingerprint(frozen),
        "seed": frozen["seed"],
        "closed": [
            {"section": section, "enrolled": enrolled, "minimum": draw.book.minimum[section]}
            for section, enrolled in draw.closed.items()
        ],
        "placements": [
            {"learner": a.learner, "section": a.section, "round": a.round, "seat": a.seat}
            for a in sorted(draw.answers, key=lambda a: (a.learner, a.round))
            if a.seat != NO_SEAT
        ],
        "cutoffs": cutoffs(draw),
        "waitlists": waiting,
        "reasons": all_reasons(draw, waiting),
    }


def cutoffs(draw: Draw) -> list[dict[str, Any]]:
    """The last key seated, and how many asked for the section in that round in vain."""
    turned_away = Counter((a.section, a.round) for a in draw.answers if a.seat == NO_SEAT)
    return [
        {
            "section": section,
            "round": round_number,
            "seat": seat,
            "key": shown(last_key),
            "refused": turned_away[section, round_number],
        }
        for (section, round_number, seat), last_key in sorted(last_seated(draw).items())
    ]


def canonical(value: Any) -> str:
    """The one way of writing a value down; fingerprints are taken of this."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(frozen: dict[str, Any]) -> str:
    """Of the round without its seed, its lists sorted where their order says nothing."""
    part = {name: value for name, value in frozen.items() if name != "seed"}
    part["sections"] = sorted(frozen["sections"], key=lambda section: section["id"])
    part["learners"] = [
        dict(person, tags=sorted(person["tags"]), held=sorted(person["held"]))
        for person in sorted(frozen["learners"], key=lambda person: person["id"])
    ]
    return sha256(canonical(part))


# ---------------------------------------------- 10. Comparing it with what was announced

PARTS = {
    "format": "the kind of file 文件的种类",
    "round": "the name of the round 批次的名字",
    "input_sha256": "the fingerprint of the round file 名单和规则的指纹",
    "seed": "the seed 总号",
    "closed": "classes closed 不开的班",
    "placements": "seats given 给出的座位",
    "cutoffs": "the last in line who got a seat, by class, round and kind of seat 最后一位",
    "waitlists": "waiting lists 候补",
    "reasons": "reasons given 原因",
}
UNITS = {
    "closed": "个班",
    "placements": "个座位",
    "cutoffs": "条",
    "waitlists": "个班",
    "reasons": "条",
}


def silent(_line: str) -> None:
    """Say nothing."""


def check(
    frozen: dict[str, Any], result: dict[str, Any], say: Callable[[str], None] = silent
) -> str | None:
    """The first difference between a result and what the round gives; None if all is right.

    `say` hears a line about each part that was looked at.
    """
    if "lottery" in result:
        fault = ceremony_fault(frozen, result)
        if fault:
            return fault
        say(
            "right 正确: the secret fits its fingerprint; with list and beacon it gives the seed\n"
            "  信封里的秘密号码和指纹对得上；加上名单和外面的号码，正好得出总号。"
        )
    else:
        say(
            "note 注意: no ceremony stands in the result; nothing proves where the seed is from\n"
            "  结果里没有摇号的经过，证明不了总号从哪里来。"
        )
    expected = run({"seed": result["seed"], **frozen})
    for name, words in PARTS.items():
        fault = first_difference(name, expected[name], result[name])
        if fault:
            return fault
        count = f": {len(expected[name])} {UNITS[name]}" if name in UNITS else ""
        say(f"right 正确: {words}{count}")
    return None


def ceremony_fault(frozen: dict[str, Any], result: dict[str, Any]) -> str | None:
    """What is wrong with the account of the lottery, or None."""
    told = result["lottery"]
    for name in ("beacon", "source"):
        if not told[name].replace("\u3000", " ").isprintable():
            why = "holds signs that nobody sees 有看不见的字符"
            return f"lottery.{name}: {why}: {told[name]!a}"
    commit = hashlib.sha256(bytes.fromhex(told["secret"])).hexdigest()
    learners = [person["id"] for person in frozen["learners"]]
    seed = seed_of(frozen["round"], learners, told["secret"], told["beacon"])
    return first_difference("lottery.commit", commit, told["commit"]) or first_difference(
        "seed", seed, result["seed"]
    )


def entries(place: str, value: Any) -> dict[str, str]:
    """What stands in a part of the result, each entry under its place."""
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for name in sorted(value):
            found.update(entries(f"{place}.{name}", value[name]))
        found[place] = f"{len(value)} names"
    elif isinstance(value, list):
        found.update((f"{place}[{i}]", canonical(entry)) for i, entry in enumerate(value))
        found[place] = f"{len(value)} entries"
    else:
        found[place] = canonical(value)
    return found


def first_difference(place: str, right: Any, told: Any) -> str | None:
    """The place, what should be there, and what is there; None if there is no difference."""
    if canonical(right) == canonical(told):
        return None
    ours, theirs = entries(place, right), entries(place, told)
    where = next((w for w in [*ours, *theirs] if ours.get(w) != theirs.get(w)), place)
    one, other = ours.get(where, "nothing 没有"), theirs.get(where, "nothing 没有")
    return f"{where}\n  should be 应当是: {one}\n  there is 写的是:  {other}"


# ------------------------------------------------------- 11. Is this a round file at all?


class Unreadable(ValueError):
    """A file that is no round or no result; says where and why, in one line."""


def must(true: bool, place: str, why: str) -> None:
    if not true:
        raise Unreadable(f"{place}: {why}")


# What may stand where: a text of this pattern, a whole number of this range, true or false, a list
# of such things, an object with these names; `object` is anything. "?": may be missing; "*": any.
# fmt: off
ID, HEX, TEXT, WHOLE = "[A-Za-z0-9._-]{1,64}", "[0-9a-f]{64}", r"[^\ud800-\udfff]*", range(2**31)
RULES = {"rounds": range(1, 4), "proximity": "bands|metres", "bands_m?": [WHOLE], "misses?": bool}
SECTION = {"id": ID, "course": ID, "campus": ID, "sessions": [[WHOLE]], "exempt": bool,
           "capacity": WHOLE, "minimum": WHOLE, "fill": "reserved_first|open_first",
           "seats": [{"kind": ID, "count": WHOLE, "unfilled": "release|keep"}]}
LEARNER = {"id": ID, "wants": range(4), "choices": [ID], "tags": [ID], "held": [ID],
           "metres": {"*": WHOLE}, "groups": {"*": range(1, 4)}, "misses?": WHOLE}
ROUND = {"format": "eldercampus[.]round[.]v1", "round": ID, "rules": RULES, "seed?": HEX,
         "sections": [SECTION], "learners": [LEARNER]}
LOTTERY = {"commit": HEX, "secret": HEX, "beacon": TEXT, "source": TEXT}
RESULT = {**dict.fromkeys(PARTS, object), "seed": HEX, "lottery?": LOTTERY}
# fmt: on


def inspect_shape(value: Any, shape: Any, place: str) -> None:
    """Has a value, with all that is in it, the shape it should have? Raises Unreadable."""
    if isinstance(shape, type):
        good = isinstance(value, shape)
    elif isinstance(shape, str):
        good = isinstance(value, str) and bool(re.fullmatch(shape, value))
    elif isinstance(shape, range):
        good = type(value) is int and value in shape
    else:
        good = type(value) is type(shape)
    if not good:
        raise Unreadable(f"{place}: this may not stand here: {json.dumps(value)[:80]}")
    if isinstance(shape, list):
        for i, item in enumerate(value):
            inspect_shape(item, shape[0], f"{place}[{i}]")
    if isinstance(shape, dict):
        names = {name.rstrip("?"): name for name in shape}
        for name, marked in names.items():
            must(name in value or name == "*" or marked.endswith("?"), place, f"no {name}")
        for name in value:
            inspect_shape(name, ID, place)
            must(name in names or "*" in names, place, f"{name} may not stand here")
            inspect_shape(value[name], shape[names.get(name, "*")], f"{place}.{name}")


def inspect(frozen: Any) -> None:
    """Is this a round file that may be drawn? Raises Unreadable."""
    inspect_shape(frozen, ROUND, "round")
    rules, sections, learners = frozen["rules"], frozen["sections"], frozen["learners"]
    bands = rules.get("bands_m", [])
    must(("bands_m" in rules) == (rules["proximity"] == "bands"), "rules", "bands, or no bands")
    must(bands == sorted(set(bands)), "rules.bands_m", "not rising")
    must(rules.get("misses", True), "rules.misses", "not true")
    no_doubles("sections", [section["id"] for section in sections])
    no_doubles("learners", [person["id"] for person in learners])
    sat_in = {name for person in learners for name in person["held"]}
    campus_of = {section["id"]: section["campus"] for section in sections}
    for section in sections:
        inspect_section(section["id"], section, section["exempt"] or section["id"] in sat_in)
    for person in learners:
        inspect_learner(person["id"], person, campus_of)
        must(("misses" in person) == ("misses" in rules), person["id"], "misses, or no misses")


def no_doubles(place: str, names: list[str]) -> None:
    must(len(set(names)) == len(names), place, "something stands there twice")


def inspect_section(place: str, section: dict[str, Any], exempt: bool) -> None:
    capacity, seats = section["capacity"], section["seats"]
    must(exempt or section["minimum"] <= capacity, place, "minimum above the capacity")
    must(len(section["sessions"]) <= 400, place, "more than 400 sessions")
    for times in section["sessions"]:
        must(len(times) == 2 and times[0] < times[1], place, "a session is no start and end")
    no_doubles(place, ["open", *(seat["kind"] for seat in seats)])
    must(sum(seat["count"] for seat in seats) <= capacity, place, "more set aside than there is")


def inspect_learner(place: str, person: dict[str, Any], campus_of: dict[str, str]) -> None:
    must(len(person["choices"]) <= 8, place, "more than 8 choices")
    for names in (person["choices"], person["tags"], person["held"]):
        no_doubles(place, names)
    for name in [*person["choices"], *person["held"], *person["groups"]]:
        must(name in campus_of, place, f"there is no section {name}")
    for name in person["choices"]:
        must(campus_of[name] in person["metres"], place, f"no distance to {campus_of[name]}")


# -------------------------------------------------------------------- 12. Reading the files


def read(path: str) -> dict[str, Any]:
    """A JSON object with whole numbers only and no name twice in one object."""

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
        value = json.load(
            file, object_pairs_hook=once, parse_int=whole, parse_float=never, parse_constant=never
        )
    must(isinstance(value, dict), "file", "not an object")
    return dict(value)


def judge(frozen: dict[str, Any], result: dict[str, Any]) -> int:
    """Says what was found; 0 if the result is right, else 1."""
    print(f"round 批次 {frozen['round']}")
    print(f"{len(frozen['sections'])} classes 班级, {len(frozen['learners'])} learners 学员")
    print(f"fingerprint of the round file 名单和规则的指纹: {fingerprint(frozen)}")
    trial = re.search("[.](dry(-[0-9]+)?|replay)$", frozen["round"])
    if not trial:
        print("  compare it with the one published at the freezing 请同定名单那天公布的指纹对照")
    fault = check(frozen, result, print)
    if fault:
        print(f"WRONG 不对: {fault}")
        return 1
    if "lottery" in result:
        told = result["lottery"]
        print(f"fingerprint of the secret (commit) 信封的指纹: {told['commit']}")
        print("  compare it with the one published when applying began 请同报名开始那天公布的对照")
        beacon = told["beacon"] if told["beacon"].isascii() else ascii(told["beacon"])
        print(f"number from outside (beacon) 外面的号码: {beacon} ({told['source']})")
        print("  compare it with the announcement 请同公告对照")
    print("Everything is right. 全部正确。")
    if trial and trial[1] == "replay":
        print("But this is a replay with other facts; it does not count. 但这是重算的，不作数。")
    elif trial:
        print("But this is a dry run and does not count. 但这是试排，不作数。")
    elif "lottery" not in result:
        print(
            "It follows from its seed, but nothing proves where the seed is from."
            " 结果是按总号算的，但总号从哪里来，证明不了。"
        )
    return 0


def main(arguments: list[str]) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a screen without Chinese still shows the rest
    if len(arguments) != 2:
        print(
            "python verify.py ROUND.json RESULT.json 先写名单的文件，再写结果的文件",
            file=sys.stderr,
        )
        return 2
    path = arguments[0]
    try:
        frozen = read(path)
        inspect(frozen)
        path = arguments[1]
        result = read(path)
        inspect_shape(result, RESULT, "result")
        return judge(frozen, result)
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        why = error or "too large for this computer 这台电脑放不下"
        print(f"{path}: {why} 这个文件读不了，没有核对。", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
