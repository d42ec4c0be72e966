"""The values of rules in words."""

from typing import Any

from flask_babel import gettext, ngettext

from eldercampus.catalogue.rules import RULES
from eldercampus.language.words import listed


def value_words(name: str, value: Any) -> str:
    """60 岁, 48 小时, 1000 米、3000 米: a rule's value with its unit."""
    if name.startswith("age_"):
        return ngettext("%(num)d year old", "%(num)d years old", value)
    if name.startswith("offer_hours"):
        return ngettext("%(num)d hour", "%(num)d hours", value)
    if name == "confirm_working_days":
        return ngettext("%(num)d working day", "%(num)d working days", value)
    if name in ("beacon_patience_days", "secret_patience_days"):
        return ngettext("%(num)d day", "%(num)d days", value)
    if name == "misses":
        return _misses(value)
    if name == "absences_in_a_row":
        return ngettext("%(num)d lesson", "%(num)d lessons", value)
    if name == "attendance_percent":
        return f"{value} %"
    if name == "proximity":
        return _proximity(value)
    if RULES[name].kind == "metres":
        return listed(gettext("%(metres)d m", metres=limit) for limit in value)
    return str(value)


def _proximity(value: str) -> str:
    if value == "bands":
        return gettext("in bands: within a band everybody is equally near")
    return gettext("to the metre: who lives nearer comes first")


def _misses(value: str) -> str:
    if value == "on":
        return gettext("yes: at the same distance, who got nothing before comes first")
    return gettext("no: only the draw number decides at the same distance")
