"""The frozen round: read, refused with one line, and put into its one canonical form.

A round is a plain dict of the shape that docs/checking-a-draw.md describes. Nothing is drawn
from a file that is partly wrong, so everything is looked at, and the first fault is named with
its place: `learners[17].choices[2]: no section "S-404"`.
"""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from eldercampus.allocation.strict_json import (
    RoundFileError,
    id_at,
    list_at,
    object_at,
    one_of_at,
    read,
    refuse,
    show,
    whole_at,
)

__all__ = [
    "Round",
    "RoundFileError",
    "canonical",
    "input_sha256",
    "parse",
    "sha256_hex",
    "validate",
]

Round = dict[str, Any]

ROUND_FORMAT = "eldercampus.round.v1"
MOST_CHOICES = 8
MOST_SEATS_WANTED = 3

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

    A round must come from `parse` or `validate`, which put its lists in order.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def input_sha256(frozen: Round) -> str:
    """The fingerprint of a round, the same before and after its seed is known."""
    part = {key: value for key, value in _in_order(frozen).items() if key != "seed"}
    return sha256_hex(canonical(part))


def validate(value: object, *, drawing: bool = False) -> Round:
    """A round built or read, checked, as a new dict in canonical order. Raises RoundFileError."""
    top = ("format", "round", "rules", "sections", "learners")
    found = object_at(value, "", top, ("seed",))
    if found["format"] != ROUND_FORMAT:
        refuse("format", f"{show(found['format'])} is not {show(ROUND_FORMAT)}")
    id_at(found["round"], "round")
    keys = _LEARNER_KEYS + (("misses",) if _rules(found["rules"]) else ())
    held = _all_held(found["learners"])
    campus_of: dict[str, str] = {}
    for i, section in enumerate(list_at(found["sections"], "sections")):
        _section(section, f"sections[{i}]", held, campus_of)
    seen: set[str] = set()
    for i, learner in enumerate(list_at(found["learners"], "learners")):
        _learner(learner, f"learners[{i}]", keys, campus_of, seen)
    if "seed" in found:
        if not (isinstance(found["seed"], str) and _SEED.fullmatch(found["seed"])):
            refuse("seed", f"{show(found['seed'])} is not 64 hex digits in lower case")
    elif drawing:
        refuse("seed", "missing, and nothing is drawn without it")
    return _in_order(found)


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


def _all_held(learners: object) -> set[str]:
    """Sections that somebody sits in already, hence exempt; a faulty list is named later."""
    held: set[str] = set()
    for learner in learners if isinstance(learners, list) else ():
        sections = learner.get("held") if isinstance(learner, dict) else None
        if isinstance(sections, list):
            held.update(section for section in sections if isinstance(section, str))
    return held


def _section(value: object, place: str, held: set[str], campus_of: dict[str, str]) -> None:
    section = object_at(value, place, _SECTION_KEYS)
    name = id_at(section["id"], f"{place}.id")
    if name in campus_of:
        refuse(f"{place}.id", f"{show(name)} stands twice")
    id_at(section["course"], f"{place}.course")
    campus_of[name] = id_at(section["campus"], f"{place}.campus")
    capacity = whole_at(section["capacity"], f"{place}.capacity")
    minimum = whole_at(section["minimum"], f"{place}.minimum")
    if not isinstance(section["exempt"], bool):
        refuse(f"{place}.exempt", f"{show(section['exempt'])} is not true or false")
    if minimum > capacity and not section["exempt"] and name not in held:
        refuse(f"{place}.minimum", f"{minimum} is above the capacity {capacity}")
    for i, session in enumerate(list_at(section["sessions"], f"{place}.sessions")):
        _session(session, f"{place}.sessions[{i}]")
    _reserves(section["seats"], f"{place}.seats", capacity)
    one_of_at(section["fill"], f"{place}.fill", ("reserved_first", "open_first"))


def _session(value: object, place: str) -> None:
    times = list_at(value, place)
    if len(times) != 2:
        refuse(place, "not a start and an end")
    start = whole_at(times[0], f"{place}[0]")
    if whole_at(times[1], f"{place}[1]") <= start:
        refuse(place, f"ends at {times[1]}, not after its start {start}")


def _reserves(value: object, place: str, capacity: int) -> None:
    kinds: set[str] = set()
    total = 0
    for i, item in enumerate(list_at(value, place)):
        here = f"{place}[{i}]"
        reserve = object_at(item, here, ("kind", "count", "unfilled"))
        kind = id_at(reserve["kind"], f"{here}.kind")
        if kind == "open":
            refuse(f"{here}.kind", 'a reserve may not be called "open"')
        if kind in kinds:
            refuse(f"{here}.kind", f"{show(kind)} stands twice")
        kinds.add(kind)
        total += whole_at(reserve["count"], f"{here}.count")
        one_of_at(reserve["unfilled"], f"{here}.unfilled", ("release", "keep"))
    if total > capacity:
        refuse(place, f"{total} reserved seats, above the capacity {capacity}")


def _learner(
    value: object, place: str, keys: Sequence[str], campus_of: dict[str, str], seen: set[str]
) -> None:
    learner = object_at(value, place, keys)
    name = id_at(learner["id"], f"{place}.id")
    if name in seen:
        refuse(f"{place}.id", f"{show(name)} stands twice")
    seen.add(name)
    whole_at(learner["wants"], f"{place}.wants", 0, MOST_SEATS_WANTED)
    if "misses" in learner:
        whole_at(learner["misses"], f"{place}.misses")
    choices = list_at(learner["choices"], f"{place}.choices")
    if len(choices) > MOST_CHOICES:
        refuse(f"{place}.choices", f"{len(choices)} choices, at most {MOST_CHOICES}")
    _each_once(choices, f"{place}.choices", campus_of)
    _each_once(list_at(learner["held"], f"{place}.held"), f"{place}.held", campus_of)
    _each_once(list_at(learner["tags"], f"{place}.tags"), f"{place}.tags")
    metres = object_at(learner["metres"], f"{place}.metres")
    for campus, distance in metres.items():
        whole_at(distance, f"{place}.metres.{id_at(campus, f'{place}.metres')}")
    for choice in choices:
        if campus_of[choice] not in metres:
            refuse(f"{place}.metres", f"no distance to campus {show(campus_of[choice])}")
    for section, group in object_at(learner["groups"], f"{place}.groups").items():
        _known(section, f"{place}.groups", campus_of)
        whole_at(group, f"{place}.groups.{section}", 1, 3)


def _each_once(names: list[Any], place: str, known: Collection[str] | None = None) -> None:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if known is None:
            id_at(name, f"{place}[{i}]")
        else:
            _known(name, f"{place}[{i}]", known)
        if name in seen:
            refuse(f"{place}[{i}]", f"{show(name)} stands twice")
        seen.add(name)


def _known(value: object, place: str, sections: Collection[str]) -> None:
    if id_at(value, place) not in sections:
        refuse(place, f"no section {show(value)}")


def _in_order(frozen: Round) -> Round:
    """The same round with the lists whose order means nothing sorted."""

    def by_id(item: dict[str, Any]) -> str:
        return str(item["id"])

    learners = [
        {**learner, "tags": sorted(learner["tags"]), "held": sorted(learner["held"])}
        for learner in sorted(frozen["learners"], key=by_id)
    ]
    return {**frozen, "sections": sorted(frozen["sections"], key=by_id), "learners": learners}
