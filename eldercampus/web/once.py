"""A form that is sent twice has one effect, and leads to the same page."""

from collections.abc import Callable
from datetime import datetime

from eldercampus.db import transaction
from eldercampus.people.form_keys import find_answer, remember_answer, take_form


def once(key: str, account_id: int | None, now: datetime, deed: Callable[[], str]) -> str:
    """Does the deed in one transaction and gives the address it leads to; when the key was taken in
    before, nothing is done and the address of the first time is given."""
    with transaction():
        answer = take_form(key, account_id, now)
        if answer is not None:
            return str(answer["to"])
        to = deed()
        remember_answer(key, {"to": to})
        return to


def led_to(key: str, account_id: int | None) -> str | None:
    """The address that the form led to when it was taken in; None where it was not yet."""
    answer = find_answer(key, account_id)
    return str(answer["to"]) if answer else None
