"""One's own key beside that of the last person who got a seat, part by part, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eldercampus.allocation.explain import parts_of, short_number
from eldercampus.language import label
from eldercampus.language.reasons import distance_range, times_without


@dataclass(frozen=True)
class Compared:
    """One part of the order: what it is, the reader's own, that of the last seat, and whether it
    was the same, decided, or was not looked at any more."""

    what: str
    yours: str
    theirs: str
    verdict: str
    decides: bool


def comparison(facts: Mapping[str, Any], rules: Mapping[str, Any]) -> list[Compared]:
    """The own key beside that of the last seat, part by part; for the reason below_cutoff."""
    own, last, decided = facts["key"], facts["cutoff"], facts["decided"]
    found, over = [], False
    for part, mine, theirs in zip(parts_of(own), own, last, strict=True):
        decides = part == decided
        verdict = _("this decided") if decides else _("not looked at") if over else _("the same")
        words = (_part_words(part, mine, theirs, rules), _part_words(part, theirs, mine, rules))
        found.append(Compared(_part_name(part), *words, verdict, decides))
        over = over or decides
    return found


def _part_name(part: str) -> str:
    return {
        "level": _("Classes already"),
        "group": _("How you applied"),
        "distance": _("How far away"),
        "misses": _("Without a seat this year"),
        "lottery": _("Draw number"),
    }[part]


def _part_words(part: str, value: Any, beside: Any, rules: Mapping[str, Any]) -> str:
    match part:
        case "level":
            return ngettext("%(num)d class", "%(num)d classes", value) if value else _("none")
        case "group":
            return label(f"group.{value}")
        case "distance":
            return distance_range(value, rules)
        case "misses":
            return times_without(value)
        case _:
            return short_number(value, beside)
