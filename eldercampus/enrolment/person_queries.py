"""Finding people also by what they hold in rounds: the receipt number of an application."""

from sqlalchemy import select

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
