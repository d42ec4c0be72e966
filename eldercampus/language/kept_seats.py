"""The seats of a class that are kept for some people, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import ngettext

from eldercampus.language import label


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
        return [_kept(one) for one in reserved]
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


def _kept(one: Reserved) -> str:
    who = seats_for(one.kind)
    if one.yours:
        return ngettext(
            "You were looked at for the %(num)d seat too that is kept for %(who)s.",
            "You were looked at for the %(num)d seats too that are kept for %(who)s.",
            one.seats,
            who=who,
        )
    return ngettext(
        "%(num)d seat is kept for %(who)s first.",
        "%(num)d seats are kept for %(who)s first.",
        one.seats,
        who=who,
    )
