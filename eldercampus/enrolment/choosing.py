"""What somebody may wish for: the draft of an application, its rules, remarks on its order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from sqlalchemy import select

from eldercampus.catalogue.models import Course, Section
from eldercampus.catalogue.queries import sections_by_id
from eldercampus.db import db
from eldercampus.enrolment.models import Placement, Round
from eldercampus.errors import DomainError
from eldercampus.people.eligibility import refusals
from eldercampus.people.models import Person


class Draft(TypedDict):
    """The copy that is being edited; an answer is None until the question was answered."""

    wants: int | None
    choices: list[int]  # section ids, best first
    accept_automatically: bool | None
    carried: NotRequired[bool]  # both answers are those of last time, and nobody changed them


EMPTY: Draft = {"wants": None, "choices": [], "accept_automatically": None}


@dataclass(frozen=True)
class Remark:
    """Of two choices one can be given. kind: "clash" or "same_course"; rank: the other one's."""

    kind: str
    rank: int


def check_list(round_: Round, section_ids: Sequence[int]) -> list[Section]:
    """The sections as ranked; refuses too many, one twice, unknown ones and another term's.

    round: its rules must be copied in (it was opened).
    """
    most = int(round_.rules["choices_max"])
    if len(section_ids) > most:
        raise DomainError("too_many_choices", most=most)
    known = sections_by_id(section_ids)
    seen: set[int] = set()
    for section_id in section_ids:
        if section_id not in known:
            raise DomainError("unknown_section")
        section = known[section_id]
        if section_id in seen:
            raise DomainError("section_twice", **named(section))
        if section.term_id != round_.term_id:
            raise DomainError("section_of_another_term", **named(section))
        seen.add(section_id)
    return [known[section_id] for section_id in section_ids]


def check_open(section: Section) -> None:
    """Refuses a section that takes nobody, and says which one has taken its people in."""
    if section.merged_into_id is not None:
        into = select(Section.code).where(Section.id == section.merged_into_id)
        raise DomainError("section_merged", into=db.session.scalar(into), **named(section))
    if section.state != "open":
        raise DomainError("section_closed", **named(section))


def check_wants(round_: Round, wants: int | None) -> int:
    """The number of courses wished for; refuses anything but 1 to the rule's number."""
    most = int(round_.rules["courses_per_term"])
    if wants is None or not 1 <= wants <= most:
        raise DomainError("wants_out_of_range", most=most)
    return wants


def check_wishes(round_: Round, person: Person, draft: Draft) -> list[Section]:
    """Everything that must hold at handing in; gives the sections, best first.

    round_.term must be loaded.
    """
    if person.died_on is not None:
        raise DomainError("person_died")
    sections = check_list(round_, draft["choices"])
    if not sections:
        raise DomainError("no_choice")
    for section in sections:
        check_open(section)
    check_wants(round_, draft["wants"])
    for errors in find_refusals(round_, person, sections).values():
        raise errors[0]
    return sections


def find_refusals(
    round_: Round, person: Person, sections: Iterable[Section]
) -> dict[int, list[DomainError]]:
    """Which of the sections the person may not enter, and why: people/eligibility's errors with the
    class named (class_too_young …), by section id."""
    sections = list(sections)
    closed_to_newcomers = any(not section.course.newcomers for section in sections)
    done = completed_course_ids(person.id) if closed_to_newcomers else frozenset()
    found: dict[int, list[DomainError]] = {}
    for section in sections:
        errors = refusals(
            person,
            section.course,
            starts_on=round_.term.starts_on,
            rules=round_.rules,
            completed_course_ids=done,
        )
        if errors:
            found[section.id] = [
                DomainError(f"class_{error.code}", **{**error.facts, **named(section)})
                for error in errors
            ]
    return found


def completed_course_ids(person_id: int) -> frozenset[int]:
    """The courses that the person has completed in any term, and the next stages of these."""
    query = (
        select(Section.course_id, Course.next_course_id)
        .join(Placement, Placement.section_id == Section.id)
        .join(Course, Course.id == Section.course_id)
        .where(Placement.person_id == person_id, Placement.state == "completed")
    )
    return frozenset(one for row in db.session.execute(query) for one in row if one is not None)


def remarks_on(sections: Sequence[Section]) -> dict[int, list[Remark]]:
    """For each section the best choice above it that shares its hours, and that of its course."""
    found: dict[int, list[Remark]] = {}
    for place, section in enumerate(sections):
        better = list(enumerate(sections[:place], start=1))
        clash = next((rank for rank, other in better if _meet_together(section, other)), None)
        same = next((rank for rank, other in better if other.course_id == section.course_id), None)
        remarks = [Remark("clash", clash)] if clash is not None else []
        if same is not None and same != clash:
            remarks.append(Remark("same_course", same))
        if remarks:
            found[section.id] = remarks
    return found


def _meet_together(one: Section, other: Section) -> bool:
    """Whether two sections of one term share a minute in the week (half-open hours)."""
    return any(
        a.weekday == b.weekday
        and a.starts_minute < b.ends_minute
        and b.starts_minute < a.ends_minute
        for a in one.meetings
        for b in other.meetings
    )


def moved(choices: Sequence[int], way: str, section_id: int, to: int = 0) -> list[int]:
    """The list after one section went "up", "down" or "drop", or came "back" to place `to` (1 is
    the first); unchanged where it cannot."""
    ranked = list(choices)
    if way == "back" and section_id not in ranked:
        ranked.insert(max(to - 1, 0), section_id)
        return ranked
    if section_id not in ranked:
        return ranked
    place = ranked.index(section_id)
    if way == "drop":
        ranked.pop(place)
    other = place + {"up": -1, "down": 1}.get(way, 0)
    if way in ("up", "down") and 0 <= other < len(ranked):
        ranked[place], ranked[other] = ranked[other], ranked[place]
    return ranked


def named(section: Section) -> Mapping[str, Any]:
    """The class in an error's facts, in both languages."""
    return {"course": section.course.name, "course_en": section.course.name_en}
