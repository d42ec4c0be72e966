"""What a round has promised, and what was changed of it after people could read it.

Every change after the opening is kept with what stood there before, for the public page: in
Round.changes, a list of {"at": ISO moment, "what": a name below, "before", "after"}. Moments are
written in ISO form, words in two languages as {"zh", "en"}, an example as it is.
"""

import unicodedata
from datetime import UTC, datetime
from typing import Any, Final

from eldercampus.enrolment.models import Round
from eldercampus.errors import DomainError

MOMENTS: Final = (
    *("opens_at", "closes_at", "freezes_at"),
    *("draws_at", "publishes_at", "confirm_by_at"),
)
WORDED: Final = ("beacon_source", "beacon_where", "spare_source")
EXAMPLES: Final = ("beacon_example", "spare_example")


def announced(source: object) -> dict[str, Any]:
    """By name, what a round or a plan of one promises."""
    told: dict[str, Any] = {name: _iso(getattr(source, name)) for name in MOMENTS}
    for name in WORDED:
        told[name] = {"zh": getattr(source, name), "en": getattr(source, f"{name}_en")}
    return told | {name: getattr(source, name) for name in EXAMPLES}


def changes_between(
    before: dict[str, Any], after: dict[str, Any], now: datetime
) -> list[dict[str, Any]]:
    """Entries for Round.changes."""
    return [
        {"at": _iso(now), "what": name, "before": before[name], "after": after[name]}
        for name in before
        if before[name] != after[name]
    ]


def check_new_beacon(round_: Round, draws_at: datetime, source: str, now: datetime) -> None:
    """Once the moment of the value has come, its day moves only together with another value, one
    that was never named in this round: who knows a value could still choose who takes part.

    Raises beacon_must_be_new, closes_in_past (which) where the new day is over, too.
    """
    if now < round_.draws_at or draws_at == round_.draws_at:
        return
    if draws_at <= now:
        raise DomainError("closes_in_past", which="draws_at")
    known = {_same(round_.beacon_source)}
    known |= {
        _same(change["before"]["zh"])
        for change in round_.changes
        if change["what"] == "beacon_source"
    }
    if _same(source) in known | {""}:
        raise DomainError("beacon_must_be_new", at=round_.draws_at)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _same(text: str) -> str:
    """However the same words are set."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
