"""The same course at other campuses: its open classes on the list at once, the nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import LISTED
from eldercampus.db import db
from eldercampus.enrolment.application_queries import draft_of, get_application
from eldercampus.enrolment.applications import save_draft
from eldercampus.enrolment.choosing import find_refusals
from eldercampus.enrolment.models import Round
from eldercampus.errors import DomainError
from eldercampus.people.models import Person
from eldercampus.places.distances import find_point, haversine_m


@dataclass(frozen=True)
class Found:
    """A class and how far it is from the person's home; None where that is not known."""

    section: Section
    metres: int | None


@dataclass(frozen=True)
class Elsewhere:
    """The classes of a course that are not on the list, the nearest first.

    fitting: there is room for them; too_many: there is none; refused: the person may not enter
    them, and why.
    """

    fitting: list[Found]
    too_many: list[Found]
    refused: list[tuple[Found, DomainError]]


def find_elsewhere(
    round_: Round, person: Person, listed: Sequence[int], course_id: int
) -> Elsewhere:
    """What can be added to a list of these sections. round_.term must be loaded. Three queries, or
    five where the course is closed to newcomers."""
    query = (
        select(Section)
        .where(Section.term_id == round_.term_id, Section.course_id == course_id)
        .where(Section.state == "open", Section.id.not_in(listed))
        .options(*LISTED)
    )
    sections = list(db.session.scalars(query).unique())
    refused = find_refusals(round_, person, sections)
    found = _by_distance(person, sections)
    may = [one for one in found if one.section.id not in refused]
    room = max(int(round_.rules["choices_max"]) - len(listed), 0)
    return Elsewhere(
        fitting=may[:room],
        too_many=may[room:],
        refused=[(one, refused[one.section.id][0]) for one in found if one.section.id in refused],
    )


def add_elsewhere(application_id: int, course_id: int, *, version: int, now: datetime) -> Elsewhere:
    """Puts what fits at the end of the list; gives what was put there and what was not.

    version: of the list that the page showed. Refused: stale_form, round_closed.
    """
    application = get_application(application_id)
    draft = draft_of(application)
    found = find_elsewhere(application.round, application.person, draft["choices"], course_id)
    draft["choices"] += [one.section.id for one in found.fitting]
    if found.fitting:
        save_draft(application_id, draft, version=version, now=now)
    return found


def _by_distance(person: Person, sections: Sequence[Section]) -> list[Found]:
    home = find_point(person.community_id)
    if home is None:
        return [Found(one, None) for one in sorted(sections, key=lambda one: one.code)]
    far = {
        one.id: haversine_m(
            home.longitude, home.latitude, one.campus.longitude, one.campus.latitude
        )
        for one in sections
    }
    ranked = sorted(sections, key=lambda one: (far[one.id], one.code))
    return [Found(one, far[one.id]) for one in ranked]
