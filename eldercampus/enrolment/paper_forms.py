"""Forms printed on paper, each with a number of its own: printing them, and keying them in.

The number on the form becomes the receipt number of the application that is keyed in from it; who
has an application already keeps their old one. A form is used once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update

from eldercampus.audit.chain import record
from eldercampus.db import db, rows_changed
from eldercampus.enrolment.models import Application, PaperForm, Round
from eldercampus.enrolment.receipts import find_receipt, unused_receipts
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.queries import get_person

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Printing:
    """Forms that were printed together. first_id: of the form with the smallest id."""

    first_id: int
    count: int
    used: int
    printed_at: datetime
    printed_by_id: int


def print_forms(
    round_id: int, count: int, *, now: datetime, account_id: int
) -> Sequence[PaperForm]:
    """Blank ones. Refused: forms_out_of_range (1 to 200), round_not_open, round_closed."""
    if not 1 <= count <= MOST_AT_ONCE:
        raise DomainError("forms_out_of_range", most=MOST_AT_ONCE)
    return _made(_open_round(round_id, now), [None] * count, now, account_id)


def print_form_for(round_id: int, person_id: int, *, now: datetime, account_id: int) -> PaperForm:
    """One with the person's name on it. Refused: round_not_open, round_closed, person_died."""
    if get_person(person_id).died_on is not None:
        raise DomainError("person_died")
    return _made(_open_round(round_id, now), [person_id], now, account_id)[0]


def _open_round(round_id: int, now: datetime) -> Round:
    round_ = get_round_by_id(round_id)
    if round_.state == "draft":
        raise DomainError("round_not_open", opens_at=round_.opens_at)
    if round_.state != "open" or now >= round_.closes_at:
        raise DomainError("round_closed", closes_at=round_.closes_at)
    return round_


def _made(
    round_: Round, for_whom: Sequence[int | None], now: datetime, account_id: int
) -> list[PaperForm]:
    numbers = unused_receipts(len(for_whom))
    forms = [
        PaperForm(
            receipt=number,
            round_id=round_.id,
            person_id=person_id,
            printed_at=now,
            printed_by_id=account_id,
        )
        for number, person_id in zip(numbers, for_whom, strict=True)
    ]
    db.session.add_all(forms)
    db.session.flush()
    subject = f"round:{round_.code}" if for_whom[0] is None else f"person:{for_whom[0]}"
    facts = {"round": round_.code, "count": len(forms), "first": forms[0].id}
    record("paper_form.print", subject, now=now, account_id=account_id, **facts)
    return forms


def list_printings(round_id: int, limit: int = 20) -> list[Printing]:
    """Blank forms of the round by what was printed together, the newest first."""
    query = (
        select(
            func.min(PaperForm.id),
            func.count(),
            func.count(PaperForm.application_id),
            PaperForm.printed_at,
            PaperForm.printed_by_id,
        )
        .where(PaperForm.round_id == round_id, PaperForm.person_id.is_(None))
        .group_by(PaperForm.printed_at, PaperForm.printed_by_id)
        .order_by(PaperForm.printed_at.desc())
    )
    return [Printing(*row) for row in db.session.execute(query.limit(limit)).tuples()]


def list_forms_for(person_id: int) -> list[PaperForm]:
    """Printed with the person's name, the newest first."""
    query = select(PaperForm).where(PaperForm.person_id == person_id)
    return list(db.session.scalars(query.order_by(PaperForm.id.desc())))


def list_printed_with(form_id: int) -> list[PaperForm]:
    """Everything that was printed together with this form, in order; raises NotFound."""
    form = db.session.get(PaperForm, form_id)
    if form is None:
        raise NotFound("form_not_found")
    together = (
        PaperForm.round_id == form.round_id,
        PaperForm.printed_at == form.printed_at,
        PaperForm.printed_by_id == form.printed_by_id,
        PaperForm.person_id.is_(None)
        if form.person_id is None
        else PaperForm.person_id == form.person_id,
    )
    return list(db.session.scalars(select(PaperForm).where(*together).order_by(PaperForm.id)))


def find_paper_form(text: str) -> PaperForm | None:
    """The form that bears this number, as scanned or typed."""
    receipt = find_receipt(text)
    query = select(PaperForm).where(PaperForm.receipt == receipt)
    return db.session.scalar(query) if receipt is not None else None


def find_person_by_form(text: str) -> int | None:
    """Whom the form with this number is for, or was keyed in for; None for a blank one."""
    form = find_paper_form(text)
    if form is None or form.application_id is None:
        return form.person_id if form is not None else None
    query = select(Application.person_id).where(Application.id == form.application_id)
    return db.session.scalar(query)


def check_form(text: str, round_id: int, person_id: int) -> PaperForm | None:
    """The form with this number, if it may be keyed in for the person; None where the number is
    that of the person's own application. The row is kept from others until the transaction ends.

    Refused: form_unknown, form_of_another_round, form_of_another_person, form_used.
    """
    receipt = find_receipt(text)
    query = select(PaperForm).where(PaperForm.receipt == receipt).with_for_update()
    form = db.session.scalar(query.execution_options(populate_existing=True))
    own = select(Application.id, Application.receipt).where(
        Application.round_id == round_id, Application.person_id == person_id
    )
    row = db.session.execute(own).one_or_none()
    if form is None:
        if row is not None and receipt is not None and row.receipt == receipt:
            return None
        raise DomainError("form_unknown", number=text)
    if form.round_id != round_id:
        raise DomainError("form_of_another_round", number=form.receipt)
    if form.person_id not in (None, person_id):
        raise DomainError("form_of_another_person", number=form.receipt)
    if form.application_id is not None and (row is None or form.application_id != row.id):
        raise DomainError("form_used", number=form.receipt)
    return form


def use_form(form: PaperForm, application: Application) -> None:
    """Notes what was keyed in from it; raises form_used where that was something else."""
    step = (
        update(PaperForm)
        .where(PaperForm.id == form.id)
        .where(or_(PaperForm.application_id.is_(None), PaperForm.application_id == application.id))
        .values(application_id=application.id)
    )
    if rows_changed(step) != 1:
        raise DomainError("form_used", number=form.receipt)
