"""The visitor's list of classes: in the browser's own cookie until somebody signs in, then in the
application's draft."""

from flask import session

from eldercampus.enrolment.application_queries import draft_of, find_application
from eldercampus.web.for_whom import find_representation
from eldercampus.web.numbers import LARGEST

_KEY = "picks"


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


def drafted(round_id: int) -> list[int] | None:
    """The list of the person this browser asks for, best first; None where they have no
    application in the round, and while nobody is signed in who may apply for them."""
    row = find_representation()
    if row is None or not row.may_apply:
        return None
    application = find_application(round_id, row.person_id)
    return draft_of(application)["choices"] if application else None
