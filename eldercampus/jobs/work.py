"""What the clock does about rounds, seats and tasks: thin functions of (now) over the use cases."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from time import sleep
from typing import Any

from sqlalchemy import delete, select

from eldercampus.catalogue.models import Section, Term
from eldercampus.db import db, rows_changed, transaction
from eldercampus.enrolment import drawing, offers, placements, replaying, rounds, seats
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.round_queries import (
    list_rounds_to_close,
    list_rounds_to_open,
    list_rounds_to_publish,
)
from eldercampus.enrolment.round_steps import hindrances
from eldercampus.people.asking import end_old_requests
from eldercampus.people.kept_forms import KEPT_FOR
from eldercampus.people.models import (
    DeskCode,
    FormKey,
    KeptForm,
    SignInCode,
    Throttle,
    WebSession,
)
from eldercampus.tasks.models import Heartbeat, JobSlot
from eldercampus.tasks.running import Work

TASKS: dict[str, Work] = {
    drawing.TASK_KIND: drawing.run_draw,
    replaying.TASK_KIND: replaying.run_replay,
}
_log = logging.getLogger(__name__)
_OLD = timedelta(days=30)
_SLICE = 200  # seats in one transaction: about half a second
_PAUSE_S = 0.15


def open_rounds(now: datetime) -> int:
    """Opens every draft whose window has begun; one that lacks something stays for staff."""
    return _each(list_rounds_to_open(now), "open", now, rounds.open_round)


def close_rounds(now: datetime) -> int:
    return _each(list_rounds_to_close(now), "close", now, rounds.close_round)


def publish_rounds(now: datetime) -> int:
    """Publishes what two officers agreed to, at its moment."""
    return _each(list_rounds_to_publish(now), "publish", now, publish_round)


def _each(due: Iterable[int], step: str, now: datetime, take: Callable[..., Any]) -> int:
    """One that fails stops no other; the first fault is raised when all have had their turn, so
    that the slot tells of it."""
    count, faults = 0, list[Exception]()
    for round_id in due:
        try:
            with transaction():
                round_ = db.session.get_one(Round, round_id)
                if not hindrances(round_, step, now):
                    take(round_id, now=now, account_id=None)
                    count += 1
        except Exception as fault:
            _log.exception("round %s: %s failed", round_id, step)
            faults.append(fault)
    if faults:
        raise faults[0]
    return count


def lapse_offers(now: datetime) -> int:
    return _lapse(offers.lapse_offers, now)


def lapse_placements(now: datetime) -> int:
    return _lapse(placements.lapse_placements, now)


def _lapse(some: Callable[..., int], now: datetime) -> int:
    """Ends all that is due, then offers their seats on together, so that everybody is asked about
    the best of them only. Stopped halfway, it ends the rest the next time; what stands free until
    then is offered by settle_vacancies."""
    if count := _in_slices(lambda: some(now, at_most=_SLICE)):
        settle_vacancies(now)
    return count


def settle_vacancies(now: datetime) -> int:
    """Other seats are offered in the transaction that frees them; this is for what grew otherwise,
    and for what the clock has freed."""
    count = 0
    terms = select(Term.id).where(Term.last_joining_on >= now.date())
    for term_id in db.session.scalars(terms.order_by(Term.id)).all():
        free = select(Section.id).where(
            Section.term_id == term_id, Section.taken < Section.capacity
        )
        if db.session.scalars(free.limit(1)).first() is not None:
            count += _in_slices(partial(_settle_some, term_id, now))
    return count


def _settle_some(term_id: int, now: datetime) -> int:
    return len(seats.settle_some(term_id, now, at_most=_SLICE))


def _in_slices(some: Callable[[], int]) -> int:
    """Repeats it until it finds nothing more to do, each time in a transaction of its own, with a
    pause between: SQLite gives its lock to whoever asks first, and who waits asks ten times a
    second."""
    count = 0
    while True:
        with transaction():
            done = some()
        if not done:
            return count
        count += done
        sleep(_PAUSE_S)


def clear_away(now: datetime) -> int:
    """Removes rows that only served the hour: codes, tries, form keys, ended sessions, slots; and
    after a week what was typed and never sent again. Ends requests that nobody answered."""
    before = now - _OLD
    steps = (
        delete(SignInCode).where(SignInCode.ends_at < before),
        delete(Throttle).where(Throttle.window_start < before),
        delete(FormKey).where(FormKey.at < before),
        delete(WebSession).where(WebSession.ended_at < before),
        delete(DeskCode).where(DeskCode.ends_at < before),
        delete(KeptForm).where(KeptForm.kept_at < now - KEPT_FOR),
        delete(JobSlot).where(JobSlot.slot < before),
        delete(Heartbeat).where(Heartbeat.at < before),
    )
    with transaction():
        end_old_requests(now)
        return sum(rows_changed(step) for step in steps)
