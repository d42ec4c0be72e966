"""Whether a seat can be given by hand, and which: reads, nothing is changed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.choosing import named
from eldercampus.enrolment.models import Offer, Round, WaitlistEntry
from eldercampus.enrolment.queues import Timetable, list_waiting
from eldercampus.enrolment.round_queries import find_fixed_round
from eldercampus.enrolment.seat_queries import list_held_sections
from eldercampus.errors import DomainError
from eldercampus.people.models import Person

BY_HAND = "by hand"  # how Placement.ended_why says that staff took a seat


@dataclass(frozen=True)
class Seat:
    """round_id: the term's last published round, whose draw the seat comes after; one_more: no seat
    is free for this, the class gets one seat more."""

    round_id: int
    one_more: bool


def check_seat(section: Section, person_id: int) -> Seat:
    """The seat that this person can be given in the class.

    section must be loaded as pages show it. Refused: override_not_open, override_before_results,
    override_at_rest, override_gone, override_has_seat, override_has_offer, override_same_course,
    override_clash, override_enough, override_no_room (places).
    """
    round_ = _round_before(section)
    _check_person(section, person_id, int(round_.rules["courses_per_term"]))
    one_more = not _is_free(section, person_id)
    if one_more and section.room and _has_no_place_left(section):
        raise DomainError("override_no_room", places=section.room.places)
    return Seat(round_.id, one_more)


def check_for_anybody(section: Section) -> None:
    """Refuses where no person at all could be given a seat: override_not_open,
    override_before_results, override_at_rest, override_full."""
    _round_before(section)
    if section.taken >= section.capacity and _has_no_place_left(section):
        raise DomainError("override_full")


def _round_before(section: Section) -> Round:
    """The round that a seat by hand comes after."""
    if section.state != "open":
        raise DomainError("override_not_open")
    round_ = _last_published(section.term_id)
    if round_ is None:
        raise DomainError("override_before_results")
    if find_fixed_round(section.term_id):
        raise DomainError("override_at_rest")
    return round_


def _has_no_place_left(section: Section) -> bool:
    return section.room is not None and section.capacity >= section.room.places


def _last_published(term_id: int) -> Round | None:
    query = select(Round).where(Round.term_id == term_id, Round.state == "published")
    return db.session.scalar(query.order_by(Round.published_at.desc(), Round.id.desc()).limit(1))


def _check_person(section: Section, person_id: int, most: int) -> None:
    person = db.session.get(Person, person_id)
    if person is None or person.died_on is not None or person.merged_into_id is not None:
        raise DomainError("override_gone")
    offered = exists().where(
        Offer.section_id == section.id, Offer.person_id == person_id, Offer.state == "live"
    )
    if db.session.scalar(select(offered)):
        raise DomainError("override_has_offer")
    held = list_held_sections(person_id, section.term_id)
    timetable = Timetable(section.term_id)
    for other in held:
        if other.id == section.id:
            raise DomainError("override_has_seat")
        if other.course_id == section.course_id:
            raise DomainError("override_same_course", **_where(other))
        if timetable.clashes(section.code, other.code):
            raise DomainError("override_clash", **_where(other))
    if len(held) >= most:
        raise DomainError("override_enough", most=most)


def _where(section: Section) -> dict[str, Any]:
    """The class in the way, for the sentence and for a link."""
    return {**named(section), "section_id": section.id, "campus_id": section.campus_id}


def _is_free(section: Section, person_id: int) -> bool:
    """A seat that nobody else who waits could be offered; while the list is paused too, a free seat
    is theirs."""
    if section.taken >= section.capacity:
        return False
    waiting = list_waiting(section.term_id, WaitlistEntry.section_id == section.id)
    return not any(one.could_be_asked and one.person_id != person_id for one in waiting)
