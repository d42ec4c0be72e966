"""The frozen round: read, refused with one line, and put into its one canonical form.

A round is a plain dict of the shape that docs/checking-a-draw.md describes. Nothing is drawn
from a file that is partly wrong, so everything is looked at, and the first fault is named with
its place: `learners[17].choices[2]: no section "S-404"`.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import orjson

from eldercampus.allocation.memory import collector_paused
from eldercampus.allocation.strict_json import (
    LARGEST,
    RoundFileError,
    each_at,
    id_at,
    list_at,
    object_at,
    one_of_at,
    read,
    refuse,
    refuse_too_large,
    show,
    whole_at,
)

__all__ = [
    "Round",
    "RoundFileError",
    "canonical",
    "input_sha256",
    "parse",
    "refuse_too_large",
    "sha256_hex",
    "validate",
]

Round = dict[str, Any]

ROUND_FORMAT = "eldercampus.round.v1"
MOST_CHOICES = 8
MOST_SECTIONS = 5_000  # which classes clash takes a bit for each pair, and each may be closed once
MOST_SEATS_WANTED = 3
MOST_SESSIONS = 400  # more than one a day; whoever compares two classes may compare each with each

_SEED = re.compile(r"[0-9a-f]{64}")
_SECTION_KEYS = (
    "id",
    "course",
    "campus",
    "capacity",
    "minimum",
    "exempt",
    "sessions",
    "seats",
    "fill",
)
_LEARNER_KEYS = ("id", "wants", "choices", "tags", "metres", "groups", "held")


def parse(data: bytes, *, drawing: bool = False) -> Round:
    """The round in a file, checked and in canonical order.

    `drawing`: the seed must be there. Raises RoundFileError. Time and memory grow with the
    length of the file only, whatever is in it.
    """
    return validate(read(data), drawing=drawing)


def canonical(value: object) -> bytes:
    """The bytes that are hashed and published: UTF-8, keys by code point, no spaces, no LF.

    A round must come from `parse` or `validate`, which put its lists in order and let no floats
    in: what is no number would be written as null.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


@collector_paused()
def input_sha256(frozen: Round) -> str:
    """The fingerprint of a round, the same before and after its seed is known."""
    part = {key: value for key, value in _in_order(frozen).items() if key != "seed"}
    return sha256_hex(canonical(part))


@collector_paused()
def validate(value: object, *, drawing: bool = False) -> Round:
    """A round built or read, checked, in canonical order. Raises RoundFileError.

    The dict is a new one; lists and dicts that need no sorting are shared with the argument.
    """
    top = ("format", "round", "rules", "sections", "learners")
    found = object_at(value, "", top, ("seed",))
    if found["format"] != ROUND_FORMAT:
        refuse("format", f"{show(found['format'])} is not {show(ROUND_FORMAT)}")
    id_at(found["round"], "round")
    keys = (*_LEARNER_KEYS, "misses") if _rules(found["rules"]) else _LEARNER_KEYS
    met = _Met()
    if len(list_at(found["sections"], "sections")) > MOST_SECTIONS:
        refuse("sections", f"{len(found['sections'])} sections, at most {MOST_SECTIONS}")
    each_at(found["sections"], "sections", lambda section: _section(section, met))
    each_at(found["learners"], "learners", lambda learner: _learner(learner, keys, met))
    _minimums(found["sections"], found["learners"])
    if "seed" in found:
        if not (isinstance(found["seed"], str) and _SEED.fullmatch(found["seed"])):
            refuse("seed", f"{show(found['seed'])} is not 64 hex digits in lower case")
    elif drawing:
        refuse("seed", "missing, and nothing is drawn without it")
    return _in_order(found)


@dataclass
class _Met:
    """What was met so far on the way through a file."""

    campus_of: dict[str, str] = field(default_factory=dict)  # of each section
    campuses: set[str] = field(default_factory=set)
    learners: set[str] = field(default_factory=set)

    def section_at(self, value: object) -> None:
        if not (isinstance(value, str) and value in self.campus_of):
            refuse("", f"no section {show(id_at(value, ''))}")


def _rules(value: object) -> bool:
    """Whether past misses count."""
    rules = object_at(value, "rules", ("rounds", "proximity"), ("bands_m", "misses"))
    whole_at(rules["rounds"], "rules.rounds", 1, 3)
    if "misses" in rules and rules["misses"] is not True:
        refuse("rules.misses", f"{show(rules['misses'])} is not true")
    one_of_at(rules["proximity"], "rules.proximity", ("bands", "metres"))
    if rules["proximity"] == "bands":
        _bands(rules)
    elif "bands_m" in rules:
        refuse("rules.bands_m", "not allowed with metres")
    return "misses" in rules


def _bands(rules: dict[str, Any]) -> None:
    if "bands_m" not in rules:
        refuse("rules.bands_m", "missing")
    below = -1
    for i, limit in enumerate(list_at(rules["bands_m"], "rules.bands_m")):
        below = whole_at(limit, f"rules.bands_m[{i}]", below + 1)


def _section(value: object, met: _Met) -> None:
    section = object_at(value, "", _SECTION_KEYS)
    name = id_at(section["id"], "id")
    if name in met.campus_of:
        refuse("id", f"{show(name)} stands twice")
    id_at(section["course"], "course")
    met.campus_of[name] = id_at(section["campus"], "campus")
    met.campuses.add(section["campus"])
    capacity = whole_at(section["capacity"], "capacity")
    whole_at(section["minimum"], "minimum")
    if not isinstance(section["exempt"], bool):
        refuse("exempt", f"{show(section['exempt'])} is not true or false")
    each_at(section["sessions"], "sessions", _session)
    if len(section["sessions"]) > MOST_SESSIONS:
        refuse("sessions", f"{len(section['sessions'])} sessions, at most {MOST_SESSIONS}")
    _reserves(section["seats"], capacity)
    one_of_at(section["fill"], "fill", ("reserved_first", "open_first"))


def _minimums(sections: list[Any], learners: list[Any]) -> None:
    """A section that somebody sits in already is exempt, so may have any minimum."""
    held = {section for learner in learners for section in learner["held"]}
    for i, section in enumerate(sections):
        minimum, capacity = section["minimum"], section["capacity"]
        if minimum > capacity and not section["exempt"] and section["id"] not in held:
            refuse(f"sections[{i}].minimum", f"{minimum} is above the capacity {capacity}")


def _session(value: object) -> None:
    times = list_at(value, "")
    if len(times) != 2:
        refuse("", "not a start and an end")
    start = whole_at(times[0], "[0]")
    if whole_at(times[1], "[1]") <= start:
        refuse("", f"ends at {times[1]}, not after its start {start}")


def _reserves(value: object, capacity: int) -> None:
    each_at(value, "seats", _reserve)
    reserves = list_at(value, "seats")
    _no_doubles([reserve["kind"] for reserve in reserves], "seats", ".kind")
    total = sum(reserve["count"] for reserve in reserves)
    if total > capacity:
        refuse("seats", f"{total} reserved seats, above the capacity {capacity}")


def _reserve(value: object) -> None:
    reserve = object_at(value, "", ("kind", "count", "unfilled"))
    if id_at(reserve["kind"], "kind") == "open":
        refuse("kind", 'a reserve may not be called "open"')
    whole_at(reserve["count"], "count")
    one_of_at(reserve["unfilled"], "unfilled", ("release", "keep"))


def _learner(value: object, keys: Sequence[str], met: _Met) -> None:
    learner = object_at(value, "", keys)
    name = id_at(learner["id"], "id")
    if name in met.learners:
        refuse("id", f"{show(name)} stands twice")
    met.learners.add(name)
    whole_at(learner["wants"], "wants", 0, MOST_SEATS_WANTED)
    if "misses" in learner:
        whole_at(learner["misses"], "misses")
    choices = list_at(learner["choices"], "choices")
    if len(choices) > MOST_CHOICES:
        refuse("choices", f"{len(choices)} choices, at most {MOST_CHOICES}")
    _sections_at(choices, "choices", met)
    _sections_at(learner["held"], "held", met)
    each_at(learner["tags"], "tags", id_at)
    _no_doubles(learner["tags"], "tags")
    _metres(learner["metres"], map(met.campus_of.__getitem__, choices), met)
    for section, group in object_at(learner["groups"], "groups").items():
        if section not in met.campus_of:
            refuse("groups", f"no section {show(section)}")
        whole_at(group, f"groups.{section}", 1, 3)


def _sections_at(value: object, place: str, met: _Met) -> None:
    """Names of sections, none twice. Nearly all lists are right: seen at once, all names together;
    a list that is not is walked to where its fault is."""
    names = list_at(value, place)
    try:
        right = len(names) == len(met.campus_of.keys() & names)
    except TypeError:  # lists or objects among them
        right = False
    if not right:
        each_at(names, place, met.section_at)
        _no_doubles(names, place)


def _metres(value: object, needed: Iterable[str], met: _Met) -> None:
    metres = object_at(value, "metres")
    for campus, distance in metres.items():
        if campus not in met.campuses:
            id_at(campus, "metres")
        if type(distance) is not int or not 0 <= distance <= LARGEST:
            whole_at(distance, f"metres.{campus}")
    for campus in needed:
        if campus not in metres:
            refuse("metres", f"no distance to campus {show(campus)}")


def _no_doubles(names: list[str], place: str, part: str = "") -> None:
    seen: set[str] = set()
    for i, name in enumerate(names if len(set(names)) < len(names) else ()):
        if name in seen:
            refuse(f"{place}[{i}]{part}", f"{show(name)} stands twice")
        seen.add(name)


def _in_order(frozen: Round) -> Round:
    """The same round with the lists whose order means nothing sorted."""
    by_id = itemgetter("id")
    return {
        **frozen,
        "sections": sorted(frozen["sections"], key=by_id),
        "learners": [_lists_sorted(one) for one in sorted(frozen["learners"], key=by_id)],
    }


def _lists_sorted(learner: dict[str, Any]) -> dict[str, Any]:
    """The learner itself where both lists are in order already."""
    tags, held = learner["tags"], learner["held"]
    if len(tags) < 2 and len(held) < 2:
        return learner
    return {**learner, "tags": sorted(tags), "held": sorted(held)}
