"""What the form of a class changed before a draw, in words for staff and for everybody."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from eldercampus.language import label
from eldercampus.language.words import listed, sentences


def change_words(facts: Mapping[str, Mapping[str, Any]]) -> str:
    """One sentence for each part that differs; facts of a RoundDecision of kind "change"."""
    before, after = facts["before"], facts["after"]
    return sentences(*(_sentence(part, before[part], after[part]) for part in after))


def _sentence(part: str, before: Any, after: Any) -> str:
    match part:
        case "capacity":
            return gettext("%(after)d seats instead of %(before)d.", after=after, before=before)
        case "minimum":
            return gettext(
                "Learners needed for it to be held: %(after)d instead of %(before)d.",
                after=after,
                before=before,
            )
        case "exempt" if after:
            return gettext("It is held even if few people come.")
        case "exempt":
            return gettext("It is held only if enough people come.")
        case "reserves":
            told = {"before": _kept(before), "after": _kept(after)}
            return gettext("Seats kept before: %(before)s. Now: %(after)s.", **told)
        case _:
            of = "section" if part == "state" else part
            told = {"before": label(f"{of}.{before}"), "after": label(f"{of}.{after}")}
            if part == "state":
                return gettext("Before: %(before)s. Now: %(after)s.", **told)
            return gettext("Order before: %(before)s. Now: %(after)s.", **told)


def _kept(reserves: Sequence[Sequence[Any]]) -> str:
    if not reserves:
        return gettext("none")
    return listed(
        gettext(
            "%(count)d for %(who)s (if nobody asks for them, %(then)s)",
            count=count,
            who=label("reserve." + kind.partition(":")[0]),
            then=label(f"unfilled.{unfilled}"),
        )
        for kind, count, unfilled in reserves
    )
