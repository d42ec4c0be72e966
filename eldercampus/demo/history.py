"""The term before: who finished what, so that they may go on to the next stage. Synthetic."""

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert, select

from eldercampus.catalogue.models import Course, Section, Term
from eldercampus.db import db
from eldercampus.demo.residents import Resident
from eldercampus.demo.terms import at
from eldercampus.enrolment.models import Placement, Round

_EVERY = 4  # one section in four has a history


def write_history(
    chance: random.Random, term: Term, residents: Sequence[Resident]
) -> dict[int, int]:
    """Completed placements in first stages; returns person id → the course that comes next."""
    past = _past_round(term)
    courses = select(Section.id, Section.capacity, Course.next_course_id)
    sections = db.session.execute(
        courses.join(Course).where(Section.term_id == term.id).order_by(Section.id)
    ).all()
    onward: dict[int, int] = {}
    rows = []
    people = iter(chance.sample(list(residents), len(residents) // _EVERY))
    for section_id, capacity, next_course_id in sections[::_EVERY]:
        for _ in range(capacity * 2 // 3):
            resident = next(people, None)
            if resident is None:
                break
            rows.append(
                {
                    "round_id": past.id,
                    "person_id": resident.id,
                    "section_id": section_id,
                    "state": "completed",
                    "placed_at": past.publishes_at,
                    "ended_at": at(term.ends_on, 16),
                }
            )
            if next_course_id is not None and chance.random() < 0.8:
                onward[resident.id] = next_course_id
    db.session.execute(insert(Placement), rows)
    return onward


def _past_round(term: Term) -> Round:
    """Placements belong to a round; this one stands for records taken over from lists on paper."""
    published = at(term.starts_on - timedelta(days=20), 10)
    past = Round(
        code=f"{term.code}-0",
        term_id=term.id,
        name=f"{term.name}，旧名册转入，没有摇号",
        name_en=f"{term.name_en}, taken over from old lists, no draw",
        state="published",
        opens_at=published - timedelta(days=25),
        closes_at=published - timedelta(days=5),
        freezes_at=published - timedelta(days=2),
        draws_at=published - timedelta(days=1),
        publishes_at=published,
        confirm_by_at=published + timedelta(days=7),
        published_at=published,
    )
    db.session.add(past)
    db.session.flush()
    return past
