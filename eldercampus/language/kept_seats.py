"""The seats of a class that are kept for some people, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from eldercampus.language import label
from eldercampus.language.words import listed


@dataclass(frozen=True)
class Reserved:
    """Seats of a class that are kept for some people, and whether the reader is one of them."""

    kind: str
    seats: int
    yours: bool


def seats_for(kind: str) -> str:
    """people with a disability: for whom seats of this kind are kept."""
    return label("reserve." + kind.partition(":")[0])


def kept_sentences(reserved: Sequence[Reserved], *, in_public: bool) -> list[str]:
    """For whom seats are kept, and whether the reader is one of them; in public neither."""
    if not in_public:
        own = [_own(one) for one in reserved if one.yours]
        others = [_for_others(one) for one in reserved if not one.yours]
        return [*([_not_your_turn(own)] if own else []), *others]
    seats = sum(one.seats for one in reserved)
    if not seats:
        return []
    return [
        ngettext(
            "%(num)d seat of this class is kept for some people first.",
            "%(num)d seats of this class are kept for some people first.",
            seats,
        )
    ]


def _own(one: Reserved) -> str:
    """the 3 seats kept for people who are new here"""
    return ngettext(
        "the %(num)d seat kept for %(who)s",
        "the %(num)d seats kept for %(who)s",
        one.seats,
        who=seats_for(one.kind),
    )


def _not_your_turn(seats: Sequence[str]) -> str:
    if len(seats) == 1:
        return _("Your turn did not come for %(seats)s either.", seats=seats[0])
    return _("Nor did it come for any of these: %(seats)s.", seats=listed(seats))


def _for_others(one: Reserved) -> str:
    return ngettext(
        "%(num)d seat is kept for %(who)s first.",
        "%(num)d seats are kept for %(who)s first.",
        one.seats,
        who=seats_for(one.kind),
    )
