"""Joining and leaving the queue for a section."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import SHANGHAI
from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.choosing import completed_course_ids, named
from eldercampus.enrolment.learners import late_learner
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    Learner,
    Offer,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.offers import (
    decline_offer,
    drop_what_no_longer_fits,
    end_entry,
    is_over,
    lapse_offers_of,
)
from eldercampus.enrolment.queue_places import list_line
from eldercampus.enrolment.queues import Timetable, Waiting, list_waiting
from eldercampus.enrolment.seats import give_seat, lock_seats, make_offers, release_seats
from eldercampus.enrolment.vacancies import Chosen, choose_for_vacancies, joining_ends_at
from eldercampus.enrolment.waitlist_checks import check_waitlists as check_waitlists
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.eligibility import refusals
from eldercampus.people.models import Person
from eldercampus.people.representing import tell_of

Outcome = Literal["seat", "offer", "waiting"]


@dataclass(frozen=True)
class Joined:
    """What asking led to: a seat at once, an offer to answer, or a place in the queue."""

    outcome: Outcome
    placement_id: int | None = None
    offer_id: int | None = None
    entry_id: int | None = None


def join_section(
    section_id: int, person_id: int, *, now: datetime, account_id: int | None
) -> Joined:
    """A free seat that nobody in the queue may claim is given at once; otherwise the person waits,
    in group 3. Asking again gets the same answer.

    Refused: join_closed, joining_not_open, joining_over, too_young, not_for_newcomers,
    enough_courses, join_same_course, join_clash, home_without_point.
    """
    section = _locked_section(section_id)
    if (known := _standing(section_id, person_id)) is not None:
        return known
    round_ = _check_open(section, now)
    person = db.session.get_one(Person, person_id)
    _check_eligible(person, section, round_)
    learner = late_learner(round_, person, section, now.astimezone(SHANGHAI).date())
    entry = _new_entry(section, learner, now)
    waiting = _get_waiting(entry.id, section.term_id)
    if waiting.wait is None:
        raise _what_stands_in_the_way(section, sorted(waiting.placements), round_)
    record("waitlist.join", f"section:{section_id}", now=now, account_id=account_id)
    tell_of(person_id, account_id, "join", now, subject=f"section:{section_id}", again=entry.id)
    joined = _place(section, waiting, now)
    if joined.outcome != "seat":
        _note_first_place(entry, section.term_id)
    return joined


def leave_waitlist(entry_id: int, *, now: datetime, account_id: int | None) -> WaitlistEntry:
    """Off this list only; a live offer from it is refused with it, one past its end lapses.

    Twice has one effect.
    """
    query = select(Section.term_id).join(WaitlistEntry, WaitlistEntry.section_id == Section.id)
    term_id = db.session.scalar(query.where(WaitlistEntry.id == entry_id))
    if term_id is None:
        raise NotFound("entry_not_found")
    lock_seats(term_id)
    entry = db.session.get_one(WaitlistEntry, entry_id, populate_existing=True)
    if entry.state != "waiting":
        return entry
    offer = _live_offer(entry.section_id, entry.person_id)
    if offer is not None and not is_over(offer.ends_at, now):
        decline_offer(offer.id, now=now, account_id=account_id)
        return entry
    end_entry(entry_id, "left", now)
    record("waitlist.leave", f"section:{entry.section_id}", now=now, account_id=account_id)
    about = f"section:{entry.section_id}"
    tell_of(entry.person_id, account_id, "leave", now, subject=about, again=entry_id)
    if offer is not None:
        lapse_offers_of(term_id, now)
    return entry


def _locked_section(section_id: int) -> Section:
    term_id = db.session.scalar(select(Section.term_id).where(Section.id == section_id))
    if term_id is None:
        raise NotFound("section_not_found")
    lock_seats(term_id)
    options = (
        joinedload(Section.course), joinedload(Section.campus), joinedload(Section.term),
    )  # fmt: skip
    return db.session.get_one(Section, section_id, options=options, populate_existing=True)


def _standing(section_id: int, person_id: int) -> Joined | None:
    """What the person has in this section already."""
    held = select(Placement.id).where(
        Placement.section_id == section_id,
        Placement.person_id == person_id,
        Placement.state.in_(HOLDING),
    )
    if (placement_id := db.session.scalar(held)) is not None:
        return Joined("seat", placement_id=placement_id)
    waits = select(WaitlistEntry.id).where(
        WaitlistEntry.section_id == section_id,
        WaitlistEntry.person_id == person_id,
        WaitlistEntry.state == "waiting",
    )
    entry_id = db.session.scalar(waits)
    if entry_id is None:
        return None
    offer = _live_offer(section_id, person_id)
    if offer is None:
        return Joined("waiting", entry_id=entry_id)
    return Joined("offer", offer_id=offer.id, entry_id=entry_id)


def _live_offer(section_id: int, person_id: int) -> Offer | None:
    query = select(Offer).where(
        Offer.section_id == section_id, Offer.person_id == person_id, Offer.state == "live"
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _check_open(section: Section, now: datetime) -> Round:
    """The round whose rules and draw the newcomer falls under: the term's last published one."""
    if section.state != "open":
        raise DomainError("join_closed", **named(section))
    query = select(Round).where(Round.term_id == section.term_id, Round.state == "published")
    round_ = db.session.scalars(query.order_by(Round.published_at.desc()).limit(1)).first()
    if round_ is None:
        raise DomainError("joining_not_open")
    if now > joining_ends_at(section.term):
        raise DomainError("joining_over", on=section.term.last_joining_on)
    return round_


def _check_eligible(person: Person, section: Section, round_: Round) -> None:
    errors = refusals(
        person,
        section.course,
        starts_on=section.term.starts_on,
        rules=round_.rules,
        completed_course_ids=completed_course_ids(person.id),
    )
    for error in errors:
        raise DomainError(error.code, **{**error.facts, **named(section)})


def _new_entry(section: Section, learner: Learner, now: datetime) -> WaitlistEntry:
    """At the end of the person's own list, or where the section stands on it already."""
    mine = (
        WaitlistEntry.round_id == learner.round_id,
        WaitlistEntry.person_id == learner.person_id,
    )
    listed = (
        select(Choice.section_id, Choice.rank)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.round_id == learner.round_id, Application.person_id == learner.person_id)
    )
    ranks = dict(db.session.execute(listed).tuples().all())
    last = db.session.scalar(select(func.max(WaitlistEntry.rank)).where(*mine)) or 0
    entry = WaitlistEntry(
        round_id=learner.round_id,
        person_id=learner.person_id,
        section_id=section.id,
        rank=ranks.get(section.id) or max(last, *ranks.values(), 0) + 1,
        late=True,
        joined_at=now,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def _note_first_place(entry: WaitlistEntry, term_id: int) -> None:
    """So that the person sees later how the queue has moved."""
    line = [one.entry_id for one in list_line(term_id, entry.section_id)]
    if entry.id in line:
        entry.first_place, entry.first_length = line.index(entry.id) + 1, len(line)


def _get_waiting(entry_id: int, term_id: int) -> Waiting:
    return list_waiting(term_id, WaitlistEntry.id == entry_id)[0]


def _what_stands_in_the_way(section: Section, held: list[str], round_: Round) -> DomainError:
    """Why this person could not take the seat; names the class held."""
    timetable = Timetable(section.term_id)
    for code in held:
        if timetable.course_of(code) == timetable.course_of(section.code):
            return DomainError("join_same_course", **_named(section.term_id, code))
        if timetable.clashes(section.code, code):
            return DomainError("join_clash", **_named(section.term_id, code))
    most = int(round_.rules["courses_per_term"])
    if len(held) >= most:
        return DomainError("enough_courses", most=most)
    return DomainError("join_other_offer")


def _named(term_id: int, code: str) -> dict[str, str]:
    query = select(Section).where(Section.term_id == term_id, Section.code == code)
    section = db.session.scalars(query.options(joinedload(Section.course))).one()
    return dict(named(section))


def _place(section: Section, waiting: Waiting, now: datetime) -> Joined:
    chosen = choose_for_vacancies(section.term_id, Section.id == section.id)
    own = next((one for one in chosen if one.waiting.entry_id == waiting.entry_id), None)
    others = [one for one in chosen if one is not own]
    make_offers(section.term_id, others, now)
    if own is None:
        return Joined("waiting", entry_id=waiting.entry_id)
    if own.gives_up_id is None:
        return _seat_at_once(section.term_id, own, now)
    offers = make_offers(section.term_id, [own], now)
    if not offers:
        return Joined("waiting", entry_id=waiting.entry_id)
    return Joined("offer", offer_id=offers[0].id, entry_id=waiting.entry_id)


def _seat_at_once(term_id: int, own: Chosen, now: datetime) -> Joined:
    waiting = own.waiting
    placement = give_seat(
        round_id=waiting.round_id,
        person_id=waiting.person_id,
        section_id=waiting.section_id,
        seat=own.seat,
        origin="join",
        now=now,
    )
    end_entry(waiting.entry_id, "placed", now)
    release_seats(drop_what_no_longer_fits(term_id, waiting.person_id, now), now=now)
    return Joined("seat", placement_id=placement.id, entry_id=waiting.entry_id)
