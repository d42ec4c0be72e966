"""The class list on paper: how far it goes, and its rows place by place."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from eldercampus.enrolment.finder import FoundClass
from eldercampus.web.public.class_cards import language, line

NEAR, TOWN, ALL = "near", "town", "all"
NEAR_METRES = 5_000


class PlaceOnPaper(NamedTuple):
    """A campus with the printed rows of its classes; facts: of the first of them."""

    facts: Any
    metres: int | None
    rows: list[str]


def choose_extent(
    typed: str, found: Sequence[FoundClass], in_town: Collection[int], has_start: bool
) -> tuple[str, list[str]]:
    """(how far the list goes, how far it may go): as was asked, else near the home where one is
    known and something lies there. in_town: ids of the campuses of the home's town."""
    offered = [NEAR] * has_start + [TOWN] * bool(in_town) + [ALL]
    if typed in offered:
        return typed, offered
    return next((one for one in offered if _held_within(found, one, in_town)), ALL), offered


def within(found: Sequence[FoundClass], extent: str, in_town: Collection[int]) -> list[FoundClass]:
    """Classes that are only online are within reach of everybody."""
    return [one for one in found if _is_online(one) or _is_within(one, extent, in_town)]


def by_place(found: Sequence[FoundClass]) -> list[PlaceOnPaper]:
    """Campus by campus, in the order in which they were found; what is only online stands alone."""
    places: dict[int, PlaceOnPaper] = {}
    for one in found:
        key = 0 if _is_online(one) else one.facts.campus_id
        place = places.setdefault(key, PlaceOnPaper(one.facts, one.metres, []))
        place.rows.append(line(language(), one.facts))
    return list(places.values())


def _held_within(found: Sequence[FoundClass], extent: str, in_town: Collection[int]) -> bool:
    return any(not _is_online(one) and _is_within(one, extent, in_town) for one in found)


def _is_within(one: FoundClass, extent: str, in_town: Collection[int]) -> bool:
    if extent == NEAR:
        return one.metres is not None and one.metres <= NEAR_METRES
    return extent == ALL or one.facts.campus_id in in_town


def _is_online(one: FoundClass) -> bool:
    return one.facts.mode == "online"
