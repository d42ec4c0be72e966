"""Reads of what was decided about classes before a draw."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import list_sections, sections_by_id
from eldercampus.db import db
from eldercampus.enrolment.models import Application, Choice, RoundDecision


def list_decisions(round_id: int) -> list[RoundDecision]:
    """The newest first; their classes: `sections_of`."""
    query = select(RoundDecision).where(RoundDecision.round_id == round_id)
    return list(db.session.scalars(query.order_by(RoundDecision.id.desc())))


def sections_of(decisions: Collection[RoundDecision]) -> dict[int, Section]:
    """The classes that the decisions name, by id, with all that pages show."""
    ids = {one.section_id for one in decisions} | {one.into_id for one in decisions if one.into_id}
    return sections_by_id(ids)


def ids_that_can_be_undone(
    decisions: Collection[RoundDecision], sections: Mapping[int, Section]
) -> set[int]:
    """Of the decisions, newest first: the last word of its kind on its class, if it still holds."""
    parts = {"exempt": "exempt", "widen": "capacity"}
    last: dict[tuple[int, str], RoundDecision] = {}
    for one in decisions:
        last.setdefault((one.section_id, one.kind), one)
    return {
        one.id
        for one in last.values()
        if one.kind in parts
        and "undoes" not in one.facts
        and getattr(sections[one.section_id], parts[one.kind]) == one.facts["after"]
    }


def find_listed_before(round_id: int, person_id: int) -> dict[int, Section]:
    """By the class that stands on the list now: the one the person had listed, before it was merged
    into this one."""
    query = (
        select(Choice.section_id, Choice.listed_id)
        .join(Application, Application.id == Choice.application_id)
        .where(
            Application.round_id == round_id,
            Application.person_id == person_id,
            Choice.listed_id.is_not(None),
        )
    )
    listed = db.session.execute(query).tuples().all()
    sections = sections_by_id(before for _now, before in listed if before is not None)
    return {now: sections[before] for now, before in listed if before is not None}


def list_classes_to_merge_with(section: Section) -> list[Section]:
    """Other open classes of the same course and term."""
    found = list_sections(section.term_id, course_id=section.course_id, state="open")
    return [one for one in found if one.id != section.id]
