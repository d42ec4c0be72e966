"""The visitor's list of classes: in the browser's own cookie until somebody signs in, then in the
application's draft."""

from typing import NamedTuple

from flask import session

from eldercampus.enrolment.application_queries import find_listed
from eldercampus.web.for_whom import find_representation
from eldercampus.web.numbers import LARGEST

_KEY = "picks"


class OwnList(NamedTuple):
    """Section ids, best first, and whether they were handed in just so."""

    sections: list[int]
    handed_in: bool


def picked() -> list[int]:
    """Section ids in the order picked; they may have gone since, and are checked when used."""
    kept = session.get(_KEY, [])
    if not isinstance(kept, list):
        return []
    return [one for one in kept if isinstance(one, int) and 0 < one <= LARGEST]


def keep_pick(section_id: int, most: int) -> bool:
    """Whether it is on the list now; False where the list is full."""
    kept = picked()
    if section_id in kept:
        return True
    if len(kept) >= most:
        return False
    session[_KEY] = [*kept, section_id]
    session.permanent = True
    return True


def drop_pick(section_id: int) -> None:
    kept = picked()
    if section_id in kept:
        session[_KEY] = [one for one in kept if one != section_id]


def forget_picks() -> None:
    session.pop(_KEY, None)


def own_list(round_id: int) -> OwnList:
    """The list of the person this browser asks for, and what was picked before signing in."""
    row, kept = find_representation(), picked()
    found = find_listed(round_id, row.person_id) if row is not None and row.may_apply else None
    if found is None:
        return OwnList(kept, False)
    application, listed = found
    done = application.state == "submitted" and application.draft is None and not kept
    return OwnList(list(dict.fromkeys([*listed, *kept])), done)
