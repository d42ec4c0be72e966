"""A form that is sent twice has one effect: the second sending gets the first one's answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.people.insertion import insert_once
from eldercampus.people.models import FormKey


def take_form(key: str, account_id: int | None, now: datetime) -> dict[str, Any] | None:
    """Claims the form's key; the answer remembered before if the form was taken in already.

    First statement of the use case's transaction: of two sendings at once the second waits here for
    the first. Raises form_key_foreign for another account's key, form_key_missing without one.
    """
    if not key or len(key) > 64:
        raise DomainError("form_key_missing")
    if insert_once(FormKey, key=key, account_id=account_id, answer={}, at=now):
        return None
    row = db.session.execute(
        select(FormKey.account_id, FormKey.answer).where(FormKey.key == key)
    ).one()
    if row.account_id != account_id:
        raise DomainError("form_key_foreign")
    return dict(row.answer)


def remember_answer(key: str, answer: dict[str, Any]) -> None:
    """Keeps what the first sending led to (JSON values), in its transaction."""
    db.session.execute(update(FormKey).where(FormKey.key == key).values(answer=answer))


def find_answer(key: str, account_id: int | None) -> dict[str, Any] | None:
    """What the account's form with this key led to; None where it was not taken in."""
    query = select(FormKey.answer).where(FormKey.key == key, FormKey.account_id == account_id)
    answer = db.session.scalar(query)
    return dict(answer) if answer else None
