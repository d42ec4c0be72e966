"""The beacon: a public value that nobody could know when the round was frozen (allocation.md §4).

It is named before the freezing, typed in afterwards by one person, and typed again by another.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.round_steps import get_round_by_id
from eldercampus.errors import DomainError, IllegalTransition


def name_beacon(
    round_id: int, source: str, source_en: str = "", *, now: datetime, account_id: int
) -> Round:
    """Says which value will count and where it is announced; possible until the freezing."""
    round_ = get_round_by_id(round_id)
    if round_.state not in ("draft", "open", "closed"):
        raise IllegalTransition("round", round_.state, "name_beacon")
    if not source.strip():
        raise DomainError("beacon_not_named")
    round_.beacon_source, round_.beacon_source_en = source.strip(), source_en.strip()
    _note(round_, "name", now, account_id, source=round_.beacon_source)
    return round_


def type_beacon(round_id: int, beacon: str, *, now: datetime, account_id: int) -> Round:
    """Takes the value down; until it is confirmed it may be typed anew, by anyone who may."""
    round_ = _frozen(round_id, "type_beacon")
    value = beacon.strip()
    if not value:
        raise DomainError("beacon_missing")
    done = db.session.execute(
        update(Round)
        .where(Round.id == round_id, Round.beacon_confirmed_at.is_(None))
        .values(beacon=value, beacon_typed_by_id=account_id, beacon_typed_at=now)
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise DomainError("beacon_confirmed_already")
    _note(round_, "type", now, account_id, beacon=value)
    return round_


def confirm_beacon(round_id: int, beacon: str, *, now: datetime, account_id: int) -> Round:
    """A second person has looked it up and typed it too. Refused: beacon_not_typed,
    beacon_same_person, beacon_differs, beacon_confirmed_already."""
    round_ = _frozen(round_id, "confirm_beacon")
    if round_.beacon_typed_by_id is None:
        raise DomainError("beacon_not_typed")
    if round_.beacon_typed_by_id == account_id:
        raise DomainError("beacon_same_person")
    if round_.beacon != beacon.strip():
        raise DomainError("beacon_differs")
    done = db.session.execute(
        update(Round)
        .where(
            Round.id == round_id,
            Round.beacon_confirmed_at.is_(None),
            Round.beacon_typed_by_id != account_id,
            Round.beacon == round_.beacon,
        )
        .values(beacon_confirmed_by_id=account_id, beacon_confirmed_at=now)
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise DomainError("beacon_confirmed_already")
    _note(round_, "confirm", now, account_id)
    return round_


def _frozen(round_id: int, step: str) -> Round:
    round_ = get_round_by_id(round_id)
    if round_.state != "frozen":
        raise IllegalTransition("round", round_.state, step)
    return round_


def _note(round_: Round, step: str, now: datetime, account_id: int, **facts: Any) -> None:
    subject = f"round:{round_.code}"
    record(f"round.beacon.{step}", subject, now=now, account_id=account_id, **facts)
