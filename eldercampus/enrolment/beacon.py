"""The beacon: a public value that nobody could know when the round was frozen (allocation.md §4).

It is named with the round's plan, with a spare; typed in afterwards by one person, and typed again
by another. The spare takes its place only after the days that were announced, and then for good.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Update, update

from eldercampus.audit.chain import record
from eldercampus.audit.queries import last_action
from eldercampus.db import rows_changed
from eldercampus.enrolment.ceremony import is_void, spare_counts, spare_counts_from
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.written_form import as_written
from eldercampus.errors import DomainError, IllegalTransition


def type_beacon(round_id: int, beacon: str, *, now: datetime, account_id: int) -> Round:
    """Takes the named value down; until it is confirmed it may be typed anew, by anyone who may.

    Refused: too_early before the moment it is announced at, beacon_replaced once the spare counts,
    beacon_missing, beacon_form_differs (example), beacon_confirmed_already, secret_withheld.
    """
    round_ = _frozen(round_id, "type_beacon", now)
    if now < round_.draws_at:
        raise DomainError("too_early", at=round_.draws_at)
    _still_counts(round_, now)
    value = as_written(beacon, round_.beacon_example)
    _take_down(round_, value, "", now, account_id)
    _note(round_, "type", now, account_id, beacon=value)
    return round_


def type_spare(round_id: int, beacon: str, *, why: str, now: datetime, account_id: int) -> Round:
    """Takes the spare's value down in place of the named one, which counts no longer from here on.

    Refused: spare_too_early before its day, reason_missing, and as type_beacon.
    """
    round_ = _frozen(round_id, "type_spare", now)
    if now < (at := spare_counts_from(round_)):
        raise DomainError("spare_too_early", at=at)
    if not why.strip():
        raise DomainError("reason_missing")
    value = as_written(beacon, round_.spare_example)
    _take_down(round_, value, why.strip(), now, account_id)
    _note(round_, "spare", now, account_id, beacon=value, why=why.strip())
    return round_


def confirm_beacon(round_id: int, beacon: str, *, now: datetime, account_id: int) -> Round:
    """A second person has looked it up and typed it too. Refused: beacon_not_typed,
    beacon_same_person, beacon_replaced, beacon_form_differs (example), beacon_differs,
    beacon_confirmed_already, secret_withheld."""
    round_ = _frozen(round_id, "confirm_beacon", now)
    if round_.beacon_typed_by_id is None:
        raise DomainError("beacon_not_typed")
    if round_.beacon_typed_by_id == account_id:
        raise DomainError("beacon_same_person")
    if not round_.spare_why:
        _still_counts(round_, now)
    example = round_.spare_example if round_.spare_why else round_.beacon_example
    if round_.beacon != as_written(beacon, example):
        raise DomainError("beacon_differs")
    step = (
        update(Round)
        .where(
            *_still_open(round_),
            Round.beacon_typed_by_id != account_id,
            Round.beacon == round_.beacon,
            Round.spare_why == round_.spare_why,
        )
        .values(beacon_confirmed_by_id=account_id, beacon_confirmed_at=now)
    )
    _must_be_one(step)
    _note(round_, "confirm", now, account_id)
    return round_


def note_difference(round_id: int, *, now: datetime, account_id: int) -> None:
    """Keeps that a second person's value was another one, so that the first looks again."""
    _note(get_round_by_id(round_id), "differs", now, account_id)


def is_doubted(round_: Round) -> bool:
    """A second person wrote another value since the first one's was taken down."""
    steps = [f"round.beacon.{step}" for step in ("type", "spare", "differs")]
    return last_action(f"round:{round_.code}", steps) == "round.beacon.differs"


def _take_down(round_: Round, value: str, why: str, now: datetime, account_id: int) -> None:
    open_ = [*_still_open(round_)]
    if not why:
        open_.append(Round.spare_why == "")
    step = (
        update(Round)
        .where(*open_)
        .values(beacon=value, spare_why=why, beacon_typed_by_id=account_id, beacon_typed_at=now)
    )
    _must_be_one(step)


def _still_counts(round_: Round, now: datetime) -> None:
    """The named value may still be taken."""
    if round_.beacon_confirmed_at is not None:
        raise DomainError("beacon_confirmed_already")
    if spare_counts(round_, now):
        raise DomainError("beacon_replaced")


def _still_open(round_: Round) -> tuple[Any, ...]:
    return (Round.id == round_.id, Round.state == "frozen", Round.beacon_confirmed_at.is_(None))


def _must_be_one(step: Update) -> None:
    if rows_changed(step) != 1:
        raise DomainError("beacon_confirmed_already")


def _frozen(round_id: int, step: str, now: datetime) -> Round:
    round_ = get_round_by_id(round_id)
    if round_.state != "frozen":
        raise IllegalTransition("round", round_.state, step)
    if is_void(round_, now):
        raise DomainError("secret_withheld")
    return round_


def _note(round_: Round, step: str, now: datetime, account_id: int, **facts: Any) -> None:
    subject = f"round:{round_.code}"
    record(f"round.beacon.{step}", subject, now=now, account_id=account_id, **facts)
