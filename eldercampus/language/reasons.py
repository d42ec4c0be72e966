"""Why somebody did or did not get a class, in plain words (allocation.md §9).

The same sentences stand on the page, on the printed slip and in the phone script. Facts are those
of the stored Reason: a key is [level, group, distance, lottery], with the misses before the lottery
in rounds that count them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from eldercampus.allocation.explain import short_number
from eldercampus.language import in_english
from eldercampus.language.kept_seats import Reserved, kept_sentences, seats_for
from eldercampus.language.words import choice_words, distance_words, listed, ordinal

MOST_MISSES = 7  # more count as so many (allocation.md §3)


@dataclass(frozen=True)
class Other:
    """The class that stands in the way: its course, the days of its lessons, and which choice of
    the reader's it is; None: not on this list."""

    course: str
    days: str = ""
    rank: int | None = None


@dataclass(frozen=True)
class About:
    """What the sentences need beside the facts.

    seats: how many the draw gave in the class; rules: those of the round; other: the class that
    stands in the way (same_course, clash); goes_on: whether the class goes on from an
    earlier stage; reserved: the seats that are kept for some; drawn: how many seats the draw gave
    the reader; in_public: whether strangers read it, who are not told for whom seats are kept that
    the reader could have.
    """

    seats: int
    rules: Mapping[str, Any]
    other: Other | None = None
    goes_on: bool = False
    reserved: Sequence[Reserved] = ()
    drawn: int = 0
    in_public: bool = False


def reason_sentences(code: str, facts: Mapping[str, Any], about: About) -> list[str]:
    """One to five sentences, each whole; the first says what happened."""
    if code == "below_cutoff":
        return [
            _seats_went(facts, about),
            *_last_seat(facts, about.rules),
            *kept_sentences(about.reserved, in_public=about.in_public),
        ]
    if code == "no_seat":
        return [
            _simple(code, facts, about),
            *kept_sentences(about.reserved, in_public=about.in_public),
        ]
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
        case "placed":
            return _placed(facts.get("seat", "open"), about)
        case "held":
            return _("You had this class already.")
        case "closed":
            return _closed(facts)
        case "no_seat":
            return _no_seat(about)
        case "same_course":
            return _same_course(about.other or Other(""))
        case "clash":
            course = about.other.course if about.other else ""
            return _("It meets at the same time as %(other)s, which you got.", other=course)
        case "enough":
            return _enough(about.drawn)
        case "no_round_left":
            return _no_round_left(about.rules.get("draw_rounds", 1))
        case _:
            raise KeyError(f"no sentence for the reason {code!r}")


def _no_seat(about: About) -> str:
    if about.in_public or not any(one for one in about.reserved if not one.yours):
        return _("No seat was left in this class that you could have had.")
    return _("The seats that were left are for certain people, and could not be given to you.")


def _same_course(other: Other) -> str:
    if other.rank is None:
        return _("You have a seat in this course already: %(days)s.", days=other.days)
    return _(
        "You already got this course: your %(choice)s, %(days)s.",
        choice=choice_words(other.rank).lower(),
        days=other.days,
    )


def _enough(drawn: int) -> str:
    if not drawn:
        return _("You had as many classes before as you could have, so no more were drawn for you.")
    return ngettext(
        "The choices above were enough: you got the %(num)d class that you wanted.",
        "The choices above were enough: you got the %(num)d classes that you wanted.",
        drawn,
    )


def _no_round_left(rounds: int) -> str:
    """In round n nobody takes part who has n classes, so who is left over has as many as rounds."""
    if rounds == 1:
        return _("In this draw each person could have one class at most, and you have one.")
    return _(
        "In this draw each person could come to %(num)d classes at most, and you have as many.",
        num=rounds,
    )


def _placed(seat: str, about: About) -> str:
    """seat: open, or the file's label of a kind."""
    if seat == "open":
        return _("You got a seat.")
    if about.in_public:
        return _("You got one of the kept seats.")
    mine = [one.kind for one in about.reserved if one.yours]
    if len(mine) != 1:
        return _("You got one of the seats that are kept for people like you.")
    return _("You got one of the seats that are kept for %(who)s.", who=seats_for(mine[0]))


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


def _seats_went(facts: Mapping[str, Any], about: About) -> str:
    """To whom the seats went: by each part of the order, up to the one that decided, in which
    somebody could come before the reader."""
    *before, last = list(_ways_ahead(facts, about))
    how = _or(listed(before), last) if before else last
    if any(about.in_public or not one.yours for one in about.reserved):
        return _("All the seats that you could have had went to people who %(how)s.", how=how)
    if about.seats == 1:
        return _("The only seat went to one of those who %(how)s.", how=how)
    return _("All %(num)d seats went to people who %(how)s.", num=about.seats, how=how)


def _or(one: str, other: str) -> str:
    between = pgettext("between the last two ways of coming first", " or ")
    return f"{one}{between}{other}"


def _ways_ahead(facts: Mapping[str, Any], about: About) -> Iterator[str]:
    own, decided = facts["key"], facts["decided"]
    if own[0] or decided == "level":
        yield _("had fewer classes than you")
    if decided == "level":
        return
    if (about.goes_on and own[1] > 1) or facts["cutoff"][1] == 1 < own[1]:
        yield _("go on from the stage before")
    if own[1] > 2:
        yield _("applied in time")
    if decided == "group":
        return
    if own[2] or decided == "distance":
        yield _("live nearer")
    if decided == "distance":
        return
    if len(own) == 5 and -own[3] < MOST_MISSES:
        yield _("went without a seat more often this year")
    if decided == "lottery":
        yield _("drew a smaller number")


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
        case "misses":
            return [_as_far(own, rules), _misses(own, last)]
        case _:
            return [_as_far(own, rules), *_as_often(own), _numbers(own, last)]


def _as_far(own: Sequence[Any], rules: Mapping[str, Any]) -> str:
    return _(
        "The last seat went to somebody who lives as far away as you, %(distance)s.",
        distance=distance_range(own[2], rules),
    )


def _misses(own: Sequence[Any], last: Sequence[Any]) -> str:
    return _(
        "This year they went without a seat %(theirs)s, you %(yours)s. "
        "Whoever did so more often goes first.",
        theirs=times_without(last[3]),
        yours=times_without(own[3]),
    )


def _as_often(own: Sequence[Any]) -> list[str]:
    if len(own) < 5:
        return []
    return [
        _(
            "This year they went without a seat as often as you: %(times)s.",
            times=times_without(own[3]),
        )
    ]


def _numbers(own: Sequence[Any], last: Sequence[Any]) -> str:
    return _(
        "Their draw number is %(theirs)s, yours is %(yours)s. The smaller number goes first.",
        theirs=short_number(last[-1], own[-1]),
        yours=short_number(own[-1], last[-1]),
    )


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


def times_without(part: int) -> str:
    """The misses in a key: their number, below zero."""
    if -part >= MOST_MISSES:
        return _("%(num)d times or more", num=MOST_MISSES)
    return ngettext("%(num)d time", "%(num)d times", -part)
