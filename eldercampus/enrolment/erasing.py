"""Asked for by the person, done by staff: what hinders it, and what it means for rounds."""

from datetime import date, datetime

from sqlalchemy import Select, select, update

from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Section, Term
from eldercampus.db import db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    LatePaper,
    Offer,
    PaperForm,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.enrolment.seats import lock_seats
from eldercampus.errors import DomainError
from eldercampus.people import erasing
from eldercampus.people.data_requests import answer_data_request, get_data_request
from eldercampus.people.models import DataRequest

_OVER = ("published", "cancelled")


def find_hindrances(person_id: int, today: date) -> list[str]:
    """What has to be over first: application (handed in, in a round under way), seat, offer,
    waiting (in a term that is not over)."""
    found = {
        "application": _under_way(person_id),
        "seat": _in_term(Placement, person_id, today).where(Placement.state.in_(HOLDING)),
        "offer": _in_term(Offer, person_id, today).where(Offer.state == "live"),
        "waiting": _in_term(WaitlistEntry, person_id, today).where(
            WaitlistEntry.state == "waiting"
        ),
    }
    return [name for name, query in found.items() if db.session.scalar(query.limit(1)) is not None]


def erase(request_id: int, *, account_id: int, now: datetime) -> DataRequest:
    """Does what was asked for and closes the request.

    Raises data_request_not_found, data_request_answered, not_an_erasure, erasing_hindered.
    """
    request = get_data_request(request_id)
    if request.kind != "erase":
        raise DomainError("not_an_erasure")
    person_id = request.person_id
    for term_id in _terms_not_over(day_of(now)):  # nobody is given anything meanwhile
        lock_seats(term_id)
    if find_hindrances(person_id, day_of(now)):
        raise DomainError("erasing_hindered")
    answered = answer_data_request(request_id, "done", "", account_id=account_id, now=now)
    ids = erasing.erase_person(person_id, account_id=account_id, now=now)
    # the number on the slip opened the application to whoever knew the birth date, too
    receipts = update(Application).where(Application.person_id.in_(ids))
    db.session.execute(receipts.values(receipt=None, draft=None))
    papers = update(PaperForm).where(PaperForm.person_id.in_(ids))
    db.session.execute(papers.values(person_id=None))
    db.session.execute(update(LatePaper).where(LatePaper.person_id.in_(ids)).values(receipt=""))
    return answered


def _under_way(person_id: int) -> Select[tuple[int]]:
    return (
        select(Application.id)
        .join(Round, Round.id == Application.round_id)
        .where(Application.person_id == person_id, Application.state == "submitted")
        .where(Application.withdrawn_at.is_(None), Round.state.not_in(_OVER))
    )


def _in_term(
    model: type[Placement] | type[Offer] | type[WaitlistEntry], person_id: int, today: date
) -> Select[tuple[int]]:
    return (
        select(model.id)
        .join(Section, Section.id == model.section_id)
        .join(Term, Term.id == Section.term_id)
        .where(model.person_id == person_id, Term.ends_on >= today)
    )


def _terms_not_over(today: date) -> list[int]:
    """In the order of locking."""
    return list(db.session.scalars(select(Term.id).where(Term.ends_on >= today).order_by(Term.id)))
