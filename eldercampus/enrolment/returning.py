"""Who loses a seat waits again for the sections they had listed (allocation.md §8).

Everyone is on the list of a section who listed it, is not in it and would still take it. While a
person holds a better seat they would not, and there is no place in the queue, or it is dormant.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.models import Application, Choice, Learner, Placement, Round
from eldercampus.enrolment.models import WaitlistEntry as Entry
from eldercampus.enrolment.queues import ON_FILE, Waiting, list_waiting, standing
from eldercampus.people.models import Person
from eldercampus.places.models import Campus

GIVEN_UP_FOR = "given up for "  # how Placement.ended_why begins where a better seat was taken


def return_to_lists(term_id: int, people: Select[tuple[int]], now: datetime) -> int:
    """Puts these persons on the lists where they belong; gives how many places that made.

    Not on a list that they left or lapsed off, nor where they refused a seat or gave one back. They
    stand where they would have stood all the time. The term's seats must be locked.
    """
    db.session.flush()
    missing = list_missing(term_id, people)
    for one in missing:
        if one.entry_id:
            entry = db.session.get_one(Entry, one.entry_id, populate_existing=True)
            entry.state, entry.ended_at = "waiting", None
        else:
            db.session.add(_new_place(one, now))
    db.session.flush()
    return len(missing)


def leave_unwanted(term_id: int, people: Select[tuple[int]], now: datetime) -> None:
    """The other way round: their places are dormant where they hold better seats by now. Places
    that a seat is offered for stay."""
    db.session.flush()
    ids = [
        one.entry_id
        for one in list_waiting(term_id, Entry.person_id.in_(people))
        if one.wait_now is None and not one.offered
    ]
    step = update(Entry).where(Entry.id.in_(ids)).values(state="dormant", ended_at=now)
    db.session.execute(step.execution_options(synchronize_session="fetch"))


def list_missing(term_id: int, people: Select[tuple[int]]) -> list[Waiting]:
    """Places in queues that these persons should have and have not; entry_id 0: there is no row."""
    rows = db.session.execute(_listed_only(term_id, people)).all()
    found = [
        *list_waiting(term_id, Entry.person_id.in_(people), *_last_word(), state="dormant"),
        *standing(term_id, people, rows),
    ]
    return list(_one_each(one for one in found if one.wait_now is not None))


def _one_each(found: Iterable[Waiting]) -> Iterable[Waiting]:
    """Of two rounds in which a person listed a section, the later."""
    ordered = sorted(found, key=lambda one: one.round_id)
    return {(one.person_id, one.section_id): one for one in ordered}.values()


def _new_place(one: Waiting, now: datetime) -> Entry:
    return Entry(
        round_id=one.round_id,
        person_id=one.person_id,
        section_id=one.section_id,
        rank=one.rank + 1,
        joined_at=now,
    )


def _listed_only(term_id: int, people: Select[tuple[int]]) -> Select[Any]:
    """Choices of published rounds that have no place in a queue, in the form of an entry."""
    same_learner = (Learner.round_id == Application.round_id) & (
        Learner.person_id == Application.person_id
    )
    return (
        select(
            literal(0).label("id"),
            Application.person_id,
            Application.round_id,
            Choice.section_id,
            false().label("late"),
            literal(0).label("lapses"),
            *ON_FILE,
        )
        .join(Choice, Choice.application_id == Application.id)
        .join(Section, Section.id == Choice.section_id)
        .join(Campus, Campus.id == Section.campus_id)
        .join(Round, Round.id == Application.round_id)
        .join(Learner, same_learner)
        .join(Person, Person.id == Application.person_id)
        .where(
            Section.term_id == term_id,
            Section.state == "open",
            Round.state == "published",
            Application.state == "submitted",
            Application.person_id.in_(people),
            Person.died_on.is_(None),
            Person.merged_into_id.is_(None),
            ~_has_place(),
            ~_gave_it_back(Application, Choice.section_id, Round.published_at),
        )
    )


def _last_word() -> tuple[ColumnElement[bool], ...]:
    """Of an entry: the section takes people, and nothing was said about it since."""
    other = aliased(Entry)
    since = exists().where(
        other.person_id == Entry.person_id,
        other.section_id == Entry.section_id,
        (other.id > Entry.id) | (other.state == "waiting"),
    )
    still_open = Entry.section_id.in_(select(Section.id).where(Section.state == "open"))
    return still_open, ~since, ~_gave_it_back(Entry, Entry.section_id, Entry.ended_at)


def _has_place() -> ColumnElement[bool]:
    """Waits there already, or waited since the same draw and got no seat."""
    return exists().where(
        Entry.person_id == Application.person_id,
        Entry.section_id == Choice.section_id,
        (Entry.state == "waiting")
        | (Entry.round_id == Application.round_id) & (Entry.state != "placed"),
    )


def _gave_it_back(
    who: type[Application] | type[Entry],
    section_id: InstrumentedAttribute[int],
    since: InstrumentedAttribute[datetime | None],
) -> ColumnElement[bool]:
    """Lost a seat there since then, but not for a better one."""
    return exists().where(
        Placement.person_id == who.person_id,
        Placement.section_id == section_id,
        Placement.ended_at >= since,
        ~Placement.ended_why.startswith(GIVEN_UP_FOR),
    )
