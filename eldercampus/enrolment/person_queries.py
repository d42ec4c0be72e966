"""Finding people also by what they hold in rounds: the receipt number of an application."""

from collections.abc import Collection

from sqlalchemy import func, select

from eldercampus.db import db
from eldercampus.enrolment.models import Application
from eldercampus.enrolment.receipts import find_receipt
from eldercampus.people import queries
from eldercampus.people.models import Person


def find_person_by_receipt(text: str) -> Person | None:
    """Who handed in the application with this number, with community, town, contacts and tags."""
    receipt = find_receipt(text)
    if receipt is None:
        return None
    query = (
        select(Application.person_id)
        .join(Person, Person.id == Application.person_id)
        .where(Application.receipt == receipt, Person.merged_into_id.is_(None))
    )
    person_id = db.session.scalar(query)
    return queries.get_person(person_id) if person_id is not None else None


def find_persons(text: str) -> list[Person]:
    """As people.queries.find_persons, and by receipt number."""
    by_receipt = find_person_by_receipt(text)
    return [by_receipt] if by_receipt is not None else queries.find_persons(text)


def count_applications(person_ids: Collection[int]) -> dict[int, int]:
    """person id → applications handed in, withdrawn ones too; everyone asked for is in it."""
    query = (
        select(Application.person_id, func.count())
        .where(Application.person_id.in_(person_ids), Application.submitted_at.is_not(None))
        .group_by(Application.person_id)
    )
    return {**dict.fromkeys(person_ids, 0), **dict(db.session.execute(query).tuples().all())}
