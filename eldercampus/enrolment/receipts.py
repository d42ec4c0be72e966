"""Receipt numbers: hard to guess, easy to read out over the phone (K7MQ-4F2X)."""

import re
import secrets
import unicodedata
from datetime import date

from sqlalchemy import select

from eldercampus.db import db
from eldercampus.enrolment.models import Application, PaperForm
from eldercampus.people.models import Person

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1 and I
_BITS = 40
_RECEIPT = re.compile(rf"([{LETTERS}]{{4}})([{LETTERS}]{{4}})")


def receipt_of(number: int) -> str:
    """The receipt for a number below 2**40, five bits a letter."""
    letters = "".join(LETTERS[number >> shift & 31] for shift in range(0, _BITS, 5))
    return f"{letters[:4]}-{letters[4:]}"


def new_receipt() -> str:
    return receipt_of(secrets.randbits(_BITS))


def unused_receipts(count: int) -> list[str]:
    """So many new numbers that no application and no printed form bears."""
    found: set[str] = set()
    while len(found) < count:
        new = {new_receipt() for _ in range(count - len(found))}
        for column in (Application.receipt, PaperForm.receipt):
            new.difference_update(db.session.scalars(select(column).where(column.in_(new))))
        found |= new
    return sorted(found)


def find_receipt(text: str) -> str | None:
    """The receipt number that `text` writes (small letters, blanks, full-width), or None."""
    tidy = re.sub(r"[\s\-–—]", "", unicodedata.normalize("NFKC", text)).upper()
    match = _RECEIPT.fullmatch(tidy)
    return f"{match[1]}-{match[2]}" if match else None


def find_person_by_slip(text: str, born_on: date) -> int | None:
    """Whose the slip with this number is, if the birth date fits; nobody for what is no number."""
    number = find_receipt(text)
    if number is None:
        return None
    query = (
        select(Person.id)
        .join(Application, Application.person_id == Person.id)
        .where(Application.receipt == number, Person.born_on == born_on)
        .where(Person.merged_into_id.is_(None), Person.died_on.is_(None))
        .where(Person.erased_at.is_(None))
    )
    return db.session.scalar(query)
