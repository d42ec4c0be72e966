"""Why somebody did or did not get a class, in plain words (allocation.md §9).

The same sentences stand on the page, on the printed slip and in the phone script. Facts are those
of the stored Reason: keys are [level, group, distance, lottery].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from eldercampus.allocation.explain import short_number
from eldercampus.language import in_english
from eldercampus.language.words import distance_words, ordinal


@dataclass(frozen=True)
class About:
    """What the sentences need beside the facts.

    seats: the section's capacity; rules: those of the round; other: the name of the class that
    stands in the way (same_course, clash).
    """

    seats: int
    rules: Mapping[str, Any]
    other: str = ""


def reason_sentences(code: str, facts: Mapping[str, Any], about: About) -> list[str]:
    """One to three sentences, each whole; the first says what happened."""
    if code == "below_cutoff":
        return [_seats_went(facts["decided"], about.seats), *_last_seat(facts, about.rules)]
    return [_simple(code, facts, about)]


def reason_sentence(code: str, facts: Mapping[str, Any], about: About) -> str:
    """All of it in one piece."""
    return joined(reason_sentences(code, facts, about))


def waitlist_sentence(place: int, of: int) -> str:
    """You are 4th of 68 on the waiting list."""
    return _("You are %(ordinal)s on the waiting list, of %(of)d.", ordinal=ordinal(place), of=of)


def joined(sentences: Sequence[str]) -> str:
    """Sentences one after the other: Chinese ones without a blank."""
    return (" " if in_english() else "").join(sentences)


def _simple(code: str, facts: Mapping[str, Any], about: About) -> str:
    match code:
        case "placed" if facts.get("seat", "open") != "open":
            return _("You got one of the seats that are kept for people like you.")
        case "placed":
            return _("You got a seat.")
        case "held":
            return _("You had this class already.")
        case "closed":
            return _closed(facts)
        case "no_seat":
            return _("No seat was left in this class that you could have had.")
        case "same_course":
            return _("It is the same course as %(other)s, which you got.", other=about.other)
        case "clash":
            return _("It meets at the same time as %(other)s, which you got.", other=about.other)
        case "enough":
            return _("You got as many classes as you asked for, all higher up on your list.")
        case "no_round_left":
            return _(
                "Second classes were given once in turn, and this one did not come up for you."
            )
        case _:
            raise KeyError(f"no sentence for the reason {code!r}")


def _closed(facts: Mapping[str, Any]) -> str:
    if not facts["enrolled"]:
        return _(
            "Too few people asked for this class, so it is not held. It needs %(minimum)d.",
            minimum=facts["minimum"],
        )
    return ngettext(
        "This class is not held: only %(num)d person would have come, and it needs %(minimum)d.",
        "This class is not held: only %(num)d people would have come, and it needs %(minimum)d.",
        facts["enrolled"],
        minimum=facts["minimum"],
    )


def _seats_went(decided: str, seats: int) -> str:
    """To whom the seats went, up to the part of the order that decided."""
    if decided == "level":
        return ngettext(
            "The only seat went to somebody who had fewer classes than you.",
            "All %(num)d seats went to people who had fewer classes than you.",
            seats,
        )
    if decided == "group":
        return ngettext(
            "The only seat went to somebody who goes on from the stage before or was in time.",
            "All %(num)d seats went to people who go on from the stage before or were in time.",
            seats,
        )
    if decided == "distance":
        return ngettext(
            "The only seat went to somebody who lives nearer.",
            "All %(num)d seats went to people who live nearer.",
            seats,
        )
    return ngettext(
        "The only seat went to somebody who lives nearer or drew a smaller number.",
        "All %(num)d seats went to people who live nearer or drew a smaller number.",
        seats,
    )


def _last_seat(facts: Mapping[str, Any], rules: Mapping[str, Any]) -> list[str]:
    """The worst key that got a seat beside one's own."""
    own, last = facts["key"], facts["cutoff"]
    match facts["decided"]:
        case "level":
            return [_("Everybody is given a first class before anybody is given a second.")]
        case "group" if last[1] == 1:
            return [_("The last seat went to somebody who goes on from the stage before.")]
        case "group":
            return [_("The last seat went to somebody who applied in time. You came later.")]
        case "distance":
            return [
                _(
                    "The last seat went to somebody who lives %(theirs)s away. You live %(yours)s "
                    "away.",
                    theirs=distance_range(last[2], rules),
                    yours=distance_range(own[2], rules),
                )
            ]
        case _:
            return _numbers(own, last, rules)


def _numbers(own: Sequence[Any], last: Sequence[Any], rules: Mapping[str, Any]) -> list[str]:
    return [
        _(
            "The last seat went to somebody who lives as far away as you, %(distance)s.",
            distance=distance_range(own[2], rules),
        ),
        _(
            "Their draw number is %(theirs)s, yours is %(yours)s. The smaller number goes first.",
            theirs=short_number(last[3], own[3]),
            yours=short_number(own[3], last[3]),
        ),
    ]


def distance_range(distance: int, rules: Mapping[str, Any]) -> str:
    """The distance in a key: 1 to 3 km for the band, or the metres."""
    if rules["proximity"] != "bands":
        return distance_words(distance)
    limits = [f"{limit / 1000:g}" for limit in rules["bands_m"]]
    if distance == 0:
        return _("up to %(far)s km", far=limits[0])
    if distance >= len(limits):
        return _("more than %(far)s km", far=limits[-1])
    return _("%(near)s to %(far)s km", near=limits[distance - 1], far=limits[distance])
