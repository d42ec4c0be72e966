"""One fact of a learner's line in a round's file put right, in a copy of that line.

Facts are named by a word: home; tag:KIND of a reserved seat (verified or not); stage:SECTION, the
stage before it completed or not; time, handed in on time or late.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from eldercampus.catalogue.models import Course, Section
from eldercampus.db import db
from eldercampus.enrolment.learners import LATE_GROUP, file_metres
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.queues import label_of
from eldercampus.enrolment.round_file import GOES_ON
from eldercampus.errors import DomainError
from eldercampus.places.distances import metres_to_campuses
from eldercampus.places.queries import get_community

HOME, TIME = "home", "time"
PARTS = ("tags", "metres", "groups")
"""What a correction can change of a line."""


@dataclass(frozen=True)
class Fact:
    """One that can be corrected. stands: how it was counted (a tag or a completed stage: whether it
    was; time: whether on time); None for the home."""

    name: str
    stands: bool | None = None

    @property
    def about(self) -> str:
        """The kind or the section that it is about; "" for the others."""
        return self.name.partition(":")[2]


def list_facts(round_: Round, line: Mapping[str, Any], reserved: Collection[str]) -> list[Fact]:
    """What can be corrected in a learner's line. reserved: the file's names of the kinds that the
    classes on the list keep seats for; the file tells of no other, and none would matter."""
    late, further = _is_late(line["groups"]), next_stages(round_.term_id)
    kinds = [
        Fact(f"tag:{kind}", label in line["tags"])
        for label, kind in sorted(round_.tag_names.items())
        if label in reserved and not kind.startswith("town:")
    ]
    stages = [
        Fact(f"stage:{code}", line["groups"].get(code) == GOES_ON)
        for code in line["choices"]
        if not late and code in further
    ]
    return [Fact(HOME), *kinds, *stages, Fact(TIME, not late)]


def reserved_labels(file: Mapping[str, Any], line: Mapping[str, Any]) -> set[str]:
    """Kinds that the line names, or that a class on its list keeps seats for."""
    listed = [section for section in file["sections"] if section["id"] in line["choices"]]
    return {*line["tags"], *(seat["kind"] for section in listed for seat in section["seats"])}


def corrected(
    round_: Round,
    line: Mapping[str, Any],
    fact: Fact,
    community_id: int | None,
    reserved: Collection[str],
) -> dict[str, Any]:
    """The PARTS of the line with the fact turned round, by the rules of the freezing; the home is
    moved to the community. Raises replay_without_difference where the file would stay as it is, and
    places_without_point."""
    copy = {name: line[name] for name in PARTS}
    if fact.name == HOME:
        copy.update(_moved(round_, line, community_id or 0, reserved))
    elif fact.name == TIME:
        copy["groups"] = dict.fromkeys(line["choices"], LATE_GROUP) if fact.stands else {}
    elif fact.name.startswith("tag:"):
        copy["tags"] = sorted({*line["tags"]} ^ {label_of(fact.about, round_.tag_names)})
    else:
        others = {code: group for code, group in line["groups"].items() if code != fact.about}
        copy["groups"] = others if fact.stands else {**others, fact.about: GOES_ON}
    if copy == {name: line[name] for name in PARTS}:
        raise DomainError("replay_without_difference")
    return copy


def _moved(
    round_: Round, line: Mapping[str, Any], community_id: int, reserved: Collection[str]
) -> dict[str, Any]:
    """Distances from the community's point, and the seats kept for people of its town."""
    community = get_community(community_id)
    ways = metres_to_campuses().get(community_id)
    if ways is None:
        raise DomainError("places_without_point", count=1)
    towns = {label for label, kind in round_.tag_names.items() if kind.startswith("town:")}
    town = f"town:{community.town.code}"
    own = {label for label in towns if round_.tag_names[label] == town and label in reserved}
    return {
        "metres": {campus: file_metres(ways[campus], round_.rules) for campus in line["metres"]},
        "tags": sorted(({*line["tags"]} - towns) | own),
    }


def _is_late(groups: Mapping[str, int]) -> bool:
    """Who came late is in that group for every class."""
    return LATE_GROUP in groups.values()


def next_stages(term_id: int) -> set[str]:
    """Codes of sections whose course goes on from another."""
    before = select(Course.next_course_id).where(Course.next_course_id.is_not(None))
    query = select(Section.code).where(Section.term_id == term_id, Section.course_id.in_(before))
    return set(db.session.scalars(query))
