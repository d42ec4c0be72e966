"""The classes that a visitor picked before signing in: kept in the browser's own cookie."""

from flask import session

from eldercampus.web.numbers import LARGEST

_KEY = "picks"
MOST = 8


def picked() -> list[int]:
    """Section ids in the order picked; they may have gone since, and are checked when used."""
    kept = session.get(_KEY, [])
    if not isinstance(kept, list):
        return []
    return [one for one in kept if isinstance(one, int) and 0 < one <= LARGEST]


def keep_pick(section_id: int) -> bool:
    """Whether it is on the list now; False where the list is full."""
    kept = picked()
    if section_id in kept:
        return True
    if len(kept) >= MOST:
        return False
    session[_KEY] = [*kept, section_id]
    session.permanent = True
    return True


def forget_picks() -> None:
    session.pop(_KEY, None)
