"""What the demonstration's seniors apply for: near and liked classes more often. Synthetic."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from math import exp
from typing import Any, NamedTuple

from sqlalchemy import insert

from eldercampus.db import db
from eldercampus.demo.residents import CHANNELS, Resident
from eldercampus.enrolment.models import Application, Choice, Round
from eldercampus.enrolment.receipts import receipt_of


class Class(NamedTuple):
    """A section as seen by somebody who chooses."""

    section_id: int
    course_id: int
    campus: str
    wanted: float
    physical: bool
    newcomers: bool


class Taste:
    """Draws classes for a person; weights are kept by community and by age over or under 76."""

    def __init__(self, classes: Sequence[Class], metres: Mapping[int, Mapping[str, int]]) -> None:
        self.classes = classes
        self.metres = metres
        self._sums: dict[tuple[int, bool], list[float]] = {}

    def _sum(self, community: int, old: bool) -> list[float]:
        key = (community, old)
        if key not in self._sums:
            near = self.metres[community]
            self._sums[key] = list(
                accumulate(
                    c.wanted
                    * exp(-near[c.campus] / 4000)
                    * (0.4 if old and c.physical else 1.0)
                    * (1.0 if c.newcomers else 0.0)
                    for c in self.classes
                )
            )
        return self._sums[key]

    def choose(self, chance: random.Random, resident: Resident, count: int) -> list[int]:
        sums = self._sum(resident.community_id, resident.age > 75)
        picked: list[int] = []
        for section in chance.choices(self.classes, cum_weights=sums, k=count * 2):
            if section.section_id not in picked and len(picked) < count:
                picked.append(section.section_id)
        return picked


def _receipts(chance: random.Random, count: int) -> Iterator[str]:
    """Different numbers in the form of a receipt."""
    for number in chance.sample(range(2**40), count):
        yield receipt_of(number)


def write_applications(
    chance: random.Random,
    enrolment: Round,
    residents: Sequence[Resident],
    taste: Taste,
    until: datetime,
    *,
    onward: Mapping[int, list[int]],
    drafts: float = 0.05,
) -> int:
    """Writes one application for each resident, most submitted; returns the number of choices.

    onward: person id → sections of the next stage, which come first for those who go on.
    """
    window = until - enrolment.opens_at
    rows, wishes = [], []
    numbers = _receipts(chance, len(residents))
    for resident in residents:
        count = chance.choices([1, 2, 3, 4, 5, 6], weights=[22, 30, 24, 13, 7, 4])[0]
        sections = onward.get(resident.id, [])[:1]
        more = [s for s in taste.choose(chance, resident, count) if s not in sections]
        sections = (sections + more)[: max(count, 1)]
        row = _application(chance, enrolment, resident, sections, window, drafts)
        row["receipt"] = next(numbers)
        rows.append(row)
        wishes.append(sections if row["state"] == "submitted" else [])
    ids = db.session.scalars(
        insert(Application).returning(Application.id, sort_by_parameter_order=True), rows
    )
    choices = [
        {"application_id": application_id, "section_id": section, "rank": rank}
        for application_id, sections in zip(ids, wishes, strict=True)
        for rank, section in enumerate(sections, 1)
    ]
    db.session.execute(insert(Choice), choices)
    return len(choices)


def _application(
    chance: random.Random,
    enrolment: Round,
    resident: Resident,
    sections: list[int],
    window: timedelta,
    drafts: float,
) -> dict[str, Any]:
    at = enrolment.opens_at + window * chance.random() ** 1.3
    channel = resident.channel if chance.random() < 0.8 else chance.choice(CHANNELS)
    wants = 1 if len(sections) < 2 else chance.choices([1, 2], weights=[45, 55])[0]
    draft = channel == "web" and chance.random() < drafts
    return {
        "round_id": enrolment.id,
        "person_id": resident.id,
        "state": "draft" if draft else "submitted",
        "draft": {"wants": wants, "choices": sections, "accept_automatically": False}
        if draft
        else None,
        "wants": wants,
        "channel": channel,
        "created_at": at,
        "changed_at": at,
        "submitted_at": None if draft else at,
        "version": 1,
    }
