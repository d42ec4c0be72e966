"""Recording that somebody has died: all of theirs in rounds ends, and no news is sent any more."""

from datetime import date, datetime

from sqlalchemy import select, union

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Section, Term
from eldercampus.db import db
from eldercampus.enrolment.applications import withdraw_application
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.placements import decline_placement, withdraw_placement
from eldercampus.enrolment.seats import lock_seats
from eldercampus.enrolment.waitlists import leave_waitlist
from eldercampus.errors import DomainError, NotFound
from eldercampus.notices.outbox import drop_notices_to
from eldercampus.people.asking import withdraw_requests_about
from eldercampus.people.models import Person

_OVER = ("published", "cancelled")


def record_death(person_id: int, died_on: date, *, now: datetime, account_id: int) -> Person:
    """Notes the day; applications of rounds under way are withdrawn, seats of terms that are not
    over, offers and queue places end, what waits in the outbox is dropped. Once more with another
    day corrects the day.

    Refused: person_not_found, died_in_future, died_before_birth.
    """
    for term_id in _terms_of(person_id, day_of(now)):
        lock_seats(term_id)
    person = _locked(person_id)
    if died_on > day_of(now):
        raise DomainError("died_in_future")
    if died_on < person.born_on:
        raise DomainError("died_before_birth", born_on=person.born_on)
    person.died_on = died_on
    db.session.flush()  # who has died is asked no more about a seat that is freed here
    _give_back_seats(person_id, now, account_id)
    _leave_queues(person_id, now, account_id)
    _withdraw_applications(person_id, now, account_id)
    drop_notices_to(person_id, why="died")
    withdraw_requests_about(person_id, now=now, account_id=account_id)
    subject = f"person:{person_id}"
    record("person.death", subject, now=now, account_id=account_id, on=died_on.isoformat())
    return person


def take_death_back(person_id: int, *, now: datetime, account_id: int) -> Person:
    """It was somebody else. Seats and places that went to others do not come back by themselves."""
    person = _locked(person_id)
    if person.died_on is not None:
        person.died_on = None
        record("person.death_taken_back", f"person:{person_id}", now=now, account_id=account_id)
    return person


def _locked(person_id: int) -> Person:
    query = select(Person).where(Person.id == person_id, Person.merged_into_id.is_(None))
    fresh = query.with_for_update().execution_options(populate_existing=True)
    person = db.session.scalar(fresh)
    if person is None:
        raise NotFound("person_not_found")
    return person


def _terms_of(person_id: int, today: date) -> list[int]:
    """Terms that are not over and in which the person has anything, in the order of locking."""
    rounds = union(
        *(
            select(model.round_id).where(model.person_id == person_id)
            for model in (Application, Placement, WaitlistEntry)
        )
    )
    query = (
        select(Round.term_id)
        .join(Term, Term.id == Round.term_id)
        .where(Round.id.in_(rounds), Term.ends_on >= today)
    )
    return sorted(set(db.session.scalars(query)))


def _leave_queues(person_id: int, now: datetime, account_id: int) -> None:
    waiting = select(WaitlistEntry.id).where(
        WaitlistEntry.person_id == person_id, WaitlistEntry.state == "waiting"
    )
    for entry_id in db.session.scalars(waiting.order_by(WaitlistEntry.id)).all():
        leave_waitlist(entry_id, now=now, account_id=account_id)


def _give_back_seats(person_id: int, now: datetime, account_id: int) -> None:
    held = (
        select(Placement.id, Placement.state)
        .join(Section, Section.id == Placement.section_id)
        .join(Term, Term.id == Section.term_id)
        .where(Placement.person_id == person_id, Placement.state.in_(HOLDING))
        .where(Term.ends_on >= day_of(now))
    )
    for placement_id, state in db.session.execute(held.order_by(Placement.id)).all():
        give_back = decline_placement if state == "awaiting" else withdraw_placement
        placement = give_back(placement_id, now=now, account_id=account_id, through="counter")
        placement.ended_why = "died"


def _withdraw_applications(person_id: int, now: datetime, account_id: int) -> None:
    under_way = (
        select(Application.id)
        .join(Round, Round.id == Application.round_id)
        .where(Application.person_id == person_id, Application.state == "submitted")
        .where(Application.withdrawn_at.is_(None), Round.state.not_in(_OVER))
    )
    for application_id in db.session.scalars(under_way.order_by(Application.id)).all():
        withdraw_application(application_id, now=now, account_id=account_id)
