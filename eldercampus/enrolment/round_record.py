"""What a round leaves behind for everybody to see: no person can be found in it but by their own
learner id."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import func, select

from eldercampus.catalogue.models import Reserve, Section
from eldercampus.db import db
from eldercampus.enrolment.models import (
    Learner,
    Override,
)

_LEARNER_ID = re.compile(r"(?:L)?([0-9a-f]{12})", re.IGNORECASE)


@dataclass(frozen=True)
class KeptSeats:
    """Seats reserved for a kind of people: in so many classes, so many; unfilled as in Reserve."""

    kind: str
    unfilled: str
    sections: int
    seats: int


def find_learner_id(text: str) -> str | None:
    """The learner id that `text` writes (any case, blanks, full-width, without L-), or None."""
    tidy = re.sub(r"[\s\-–—−]", "", unicodedata.normalize("NFKC", text))
    match = _LEARNER_ID.fullmatch(tidy)
    return f"L-{match[1].lower()}" if match else None


def find_drawn_person(round_id: int, learner_id: str) -> int | None:
    """The person behind an id that was in the draw."""
    return db.session.scalar(
        select(Learner.person_id).where(
            Learner.round_id == round_id, Learner.code == learner_id, Learner.late.is_(False)
        )
    )


def list_kept_seats(term_id: int) -> list[KeptSeats]:
    """The kinds of reserved seats of a term, the most seats first; towns count as one kind."""
    query = (
        select(Reserve.kind, Reserve.unfilled, Reserve.section_id, Reserve.count.label("seats"))
        .join(Section, Section.id == Reserve.section_id)
        .where(Section.term_id == term_id)
    )
    seats: dict[tuple[str, str], int] = {}
    sections: dict[tuple[str, str], set[int]] = {}
    for kind, unfilled, section_id, count in db.session.execute(query):
        key = (kind.partition(":")[0], unfilled)
        seats[key] = seats.get(key, 0) + count
        sections.setdefault(key, set()).add(section_id)
    kept = [KeptSeats(*key, len(sections[key]), seats[key]) for key in seats]
    return sorted(kept, key=lambda one: (-one.seats, one.kind, one.unfilled))


def count_with_minimum(term_id: int) -> int:
    """Classes of the term that are not held with too few people."""
    query = select(func.count(Section.id)).where(Section.term_id == term_id, Section.minimum > 0)
    return db.session.scalar(query) or 0


def count_overrides(round_id: int) -> dict[str, int]:
    """How many seats were given and taken by hand after the draw."""
    query = (
        select(Override.kind, func.count())
        .where(Override.round_id == round_id)
        .group_by(Override.kind)
    )
    found = dict(db.session.execute(query).tuples().all())
    return {"give": found.get("give", 0), "take": found.get("take", 0)}
