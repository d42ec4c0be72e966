"""Reads for the town and district pages: Core rows in, aggregates out (review.py)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select

from eldercampus.capacity.review import (
    CampusRow,
    PersonRow,
    Residents,
    review_campus,
    review_residents,
)
from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.models import HOLDING, Application, Placement, Round, WaitlistEntry
from eldercampus.errors import NotFound
from eldercampus.people.models import Person
from eldercampus.places.models import Campus, Community, Town


@dataclass(frozen=True)
class TownRow:
    """A town in the district's table; seats and taken are those of its campuses."""

    town: Town
    residents: Residents
    seats: int
    taken: int


def list_published_rounds() -> list[Round]:
    """Rounds that can be looked at, the newest first."""
    query = select(Round).where(Round.state == "published").order_by(Round.published_at.desc())
    return list(db.session.scalars(query))


def find_published_round(code: str | None) -> Round | None:
    """The round of that code; without a code the newest."""
    rounds = list_published_rounds()
    if code is None:
        return rounds[0] if rounds else None
    return next((one for one in rounds if one.code == code), None)


def get_town_in(code: str, town_ids: Collection[int] | None) -> Town:
    """The town, if it is one of `town_ids` (None: any); NotFound otherwise."""
    town = db.session.scalar(select(Town).where(Town.code == code))
    if town is None or (town_ids is not None and town.id not in town_ids):
        raise NotFound("no_town", code=code)
    return town


def list_applicants(round_id: int) -> Mapping[int, list[PersonRow]]:
    """By town id: everyone with a submitted application in the round, and the seats they hold."""
    held = defaultdict(list)
    query = (
        select(Placement.person_id, Campus.code)
        .join(Section, Section.id == Placement.section_id)
        .join(Campus, Campus.id == Section.campus_id)
        .where(Placement.round_id == round_id, Placement.state.in_((*HOLDING, "completed")))
    )
    for person_id, campus in db.session.execute(query):
        held[person_id].append(campus)
    by_town: dict[int, list[PersonRow]] = defaultdict(list)
    people = (
        select(Person.id, Person.community_id, Community.town_id)
        .join(Application, Application.person_id == Person.id)
        .join(Community, Community.id == Person.community_id)
        .where(Application.round_id == round_id, Application.state == "submitted")
    )
    for person_id, community_id, town_id in db.session.execute(people):
        by_town[town_id].append(PersonRow(community_id, tuple(held.get(person_id, ()))))
    return by_town


def list_campus_rows(round_: Round, town_id: int) -> list[CampusRow]:
    """The town's campuses with the seats, holders and waiters of the round's term, by code."""
    here = case((Community.town_id == town_id, 1), else_=0)
    holders = {
        campus_id: (here_count, number - here_count)
        for campus_id, number, here_count in db.session.execute(
            select(Section.campus_id, func.count(), func.sum(here))
            .join(Placement, Placement.section_id == Section.id)
            .join(Person, Person.id == Placement.person_id)
            .join(Community, Community.id == Person.community_id)
            .where(Section.term_id == round_.term_id, Placement.state.in_((*HOLDING, "completed")))
            .group_by(Section.campus_id)
        )
    }
    waiting = dict(
        db.session.execute(
            select(Section.campus_id, func.count(WaitlistEntry.person_id.distinct()))
            .join(WaitlistEntry, WaitlistEntry.section_id == Section.id)
            .where(Section.term_id == round_.term_id, WaitlistEntry.state == "waiting")
            .group_by(Section.campus_id)
        )
        .tuples()
        .all()
    )
    return [
        review_campus(campus_id, seats, *holders.get(campus_id, (0, 0)), waiting.get(campus_id, 0))
        for campus_id, seats in _seats_by_campus(round_.term_id, town_id)
    ]


def _seats_by_campus(term_id: int, town_id: int) -> list[tuple[int, int]]:
    query = (
        select(Campus.id, func.coalesce(func.sum(Section.capacity), 0))
        .join(
            Section,
            (Section.campus_id == Campus.id)
            & (Section.term_id == term_id)
            & (Section.state == "open"),
            isouter=True,
        )
        .where(Campus.town_id == town_id, Campus.active)
        .group_by(Campus.id, Campus.code)
        .order_by(Campus.code)
    )
    return list(db.session.execute(query).tuples())


def list_town_rows(round_: Round, metres: Mapping[int, Mapping[str, int]]) -> list[TownRow]:
    """All towns of the district with the round's figures, by code."""
    people = list_applicants(round_.id)
    seats = {
        town_id: (capacity, taken)
        for town_id, capacity, taken in db.session.execute(
            select(Campus.town_id, func.sum(Section.capacity), func.sum(Section.taken))
            .join(Section, Section.campus_id == Campus.id)
            .where(Section.term_id == round_.term_id, Section.state == "open")
            .group_by(Campus.town_id)
        )
    }
    towns = db.session.scalars(select(Town).order_by(Town.code))
    return [
        TownRow(
            town,
            review_residents(people.get(town.id, []), metres),
            *seats.get(town.id, (0, 0)),
        )
        for town in towns
    ]
