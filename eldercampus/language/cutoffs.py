"""The last key that got a seat, in words for everybody."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eldercampus.allocation.explain import parts_of, short_number
from eldercampus.language import label
from eldercampus.language.reasons import distance_range


def key_words(key: Sequence[Any], rules: Mapping[str, Any]) -> list[str]:
    """had no class yet, applied in time, lives 1 to 3 km away, drew number 6a98."""
    parts = zip(parts_of(key), key, strict=True)
    return [_words(part, value, rules) for part, value in parts if part != "misses" or value]


def _words(part: str, value: Any, rules: Mapping[str, Any]) -> str:
    match part:
        case "level" if not value:
            return _("had no class yet")
        case "level":
            return ngettext("had %(num)d class already", "had %(num)d classes already", value)
        case "group":
            return label(f"group.{value}")
        case "distance":
            return _("lives %(distance)s away", distance=distance_range(value, rules))
        case "misses":
            return ngettext(
                "went without a seat %(num)d time this year",
                "went without a seat %(num)d times this year",
                -value,
            )
        case _:
            return _("drew number %(number)s", number=short_number(value))
