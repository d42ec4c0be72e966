"""What must hold of seats and queues at any moment: found out by looking."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from eldercampus.catalogue.models import Section, Term
from eldercampus.catalogue.queries import get_calendar, list_terms
from eldercampus.db import db
from eldercampus.enrolment.models import HOLDING, Offer, Placement, WaitlistEntry
from eldercampus.enrolment.queues import Timetable, list_waiting
from eldercampus.enrolment.returning import list_missing
from eldercampus.enrolment.vacancies import choose_for_vacancies, joining_ends_at, offer_span
from eldercampus.people.models import Person


def check_waitlists(now: datetime) -> list[str]:
    """One line for each thing that does not hold; [] where all is well.

    Seats taken are placements and live offers, never above the capacity; no free seat while
    somebody eligible waits; every live offer can be accepted, ends in time and has its waiting
    entry; nobody waits for a class they sit in, sits in two classes of one hour or one course, or
    is missing on a list where they belong.
    """
    problems: list[str] = []
    for term in list_terms():
        problems += _wrong_counts(term)
        problems += _wrong_offers(term)
        problems += _waiting_inside(term)
        problems += _two_in_one_place(term)
        problems += _missing(term)
        problems += _idle_seats(term, now)
    return problems


def _wrong_counts(term: Term) -> Iterator[str]:
    held = (
        select(func.count())
        .where(Placement.section_id == Section.id, Placement.state.in_(HOLDING))
        .scalar_subquery()
    )
    offered = (
        select(func.count())
        .where(Offer.section_id == Section.id, Offer.state == "live")
        .scalar_subquery()
    )
    query = select(Section.code, Section.capacity, Section.taken, held, offered).where(
        Section.term_id == term.id
    )
    for code, capacity, taken, placements, offers in db.session.execute(query):
        if taken != placements + offers:
            yield f"{term.code} {code}: {taken} counted, {placements} held and {offers} offered"
        if placements + offers > capacity:
            yield f"{term.code} {code}: {placements + offers} on {capacity} seats"


def _wrong_offers(term: Term) -> Iterator[str]:
    live = db.session.execute(
        select(Offer.id, Offer.ends_at, WaitlistEntry.id.label("entry"), Section.code)
        .join(Section, Section.id == Offer.section_id)
        .join(WaitlistEntry, WaitlistEntry.id == Offer.entry_id)
        .where(Section.term_id == term.id, Offer.state == "live")
    ).all()
    if not live:
        return
    waiting = list_waiting(term.id, WaitlistEntry.id.in_([offer.entry for offer in live]))
    by_entry = {one.entry_id: one for one in waiting}
    for offer in live:
        entry = by_entry.get(offer.entry)
        if entry is None or entry.wait_now is None:
            yield f"{term.code} {offer.code}: offer {offer.id} could not be accepted"
        if offer.ends_at > joining_ends_at(term):
            yield f"{term.code} {offer.code}: offer {offer.id} outlives the last joining day"


def _waiting_inside(term: Term) -> Iterator[str]:
    held = aliased(Placement)
    query = (
        select(Section.code, WaitlistEntry.id)
        .join(WaitlistEntry, WaitlistEntry.section_id == Section.id)
        .join(
            held,
            (held.section_id == Section.id) & (held.person_id == WaitlistEntry.person_id),
        )
        .where(
            Section.term_id == term.id,
            WaitlistEntry.state == "waiting",
            held.state.in_(HOLDING),
        )
    )
    for code, entry_id in db.session.execute(query):
        yield f"{term.code} {code}: entry {entry_id} waits for a seat it has"


def _idle_seats(term: Term, now: datetime) -> Iterator[str]:
    if offer_span(term, get_calendar(), 1, now) is None:
        return
    for one in choose_for_vacancies(term.id):
        waiting = one.waiting
        yield f"{term.code} {waiting.section}: a free seat while entry {waiting.entry_id} waits"


def _two_in_one_place(term: Term) -> Iterator[str]:
    query = (
        select(Placement.person_id, Section.code)
        .join(Section, Section.id == Placement.section_id)
        .where(Section.term_id == term.id, Placement.state.in_(HOLDING))
        .order_by(Placement.person_id, Section.code)
    )
    held: dict[int, list[str]] = defaultdict(list)
    for person_id, code in db.session.execute(query):
        held[person_id].append(code)
    timetable = Timetable(term.id)
    for person_id, codes in held.items():
        for one, other in combinations(codes, 2):
            if timetable.course_of(one) == timetable.course_of(other):
                yield f"{term.code} {one}: person {person_id} has {other} of the same course"
            elif timetable.clashes(one, other):
                yield f"{term.code} {one}: person {person_id} has {other} at the same time"


def _missing(term: Term) -> Iterator[str]:
    for one in list_missing(term.id, select(Person.id)):
        yield f"{term.code} {one.section}: person {one.person_id} is missing on the list"
