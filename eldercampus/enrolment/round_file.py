"""Putting together the file of allocation.md §1 from what was read.

What it gives away: learner ids that only the round's key makes, kinds of reserved seats as t1, t2
and so on, a person's own ones only where a class on their list reserves such seats, and distances
rounded up to the band's limit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from eldercampus.allocation.choice import Reserve, reserved_now
from eldercampus.allocation.problem import MOST_SEATS_WANTED, ROUND_FORMAT
from eldercampus.catalogue.queries import section_times
from eldercampus.db import db
from eldercampus.enrolment.learners import LATE_GROUP, codes_under, file_metres
from eldercampus.enrolment.misses import misses_count
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.round_reading import Readings, read_round
from eldercampus.errors import DomainError
from eldercampus.people.sealing import unseal
from eldercampus.places.distances import metres_to_campuses

GOES_ON = 1


@dataclass(frozen=True)
class RoundFile:
    """The file without its seed, who its learners are, and the kinds behind t1, t2 …

    tags: all that a learner is, by id, for who joins other classes later; the file tells less.
    """

    content: dict[str, Any]
    person_ids: dict[str, int]  # by learner id
    tags: dict[str, list[str]]
    tag_names: dict[str, str]


def build_round_file(round_id: int) -> dict[str, Any]:
    """The file as things stand now, in canonical order; the round must have been opened. Not
    validated yet."""
    return gather_round(get_round_by_id(round_id)).content


def gather_round(round_: Round) -> RoundFile:
    """Reads and builds. Raises places_without_point where somebody's way is not known."""
    found = read_round(round_)
    tag_names = _tag_names(round_, found)
    labels = {kind: label for label, kind in tag_names.items()}
    writer = _Writer(round_, found, labels)
    # built in the order of the file: what is read together stands together in memory
    coded = sorted(
        ((writer.code(row.person_id), row) for row in found.applicants), key=itemgetter(0)
    )
    content = {
        "format": ROUND_FORMAT,
        "round": round_.code,
        "rules": _rules(round_.rules),
        "sections": sorted(writer.sections(section_times(round_.term_id)), key=itemgetter("id")),
        "learners": [writer.learner(code, row) for code, row in coded],
    }
    people = {code: row.person_id for code, row in coded}
    return RoundFile(content, people, writer.tags, tag_names)


def _rules(rules: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"rounds": rules["draw_rounds"], "proximity": rules["proximity"]}
    if rules["proximity"] == "bands":
        told["bands_m"] = rules["bands_m"]
    if misses_count(rules):
        told["misses"] = True
    return told


def _tag_names(round_: Round, found: Readings) -> dict[str, str]:
    """t1 … for each kind that has a reserved seat. Rounds of one term share the names, so that the
    labels of seats mean the same in all of them."""
    earlier = select(Round.tag_names).where(
        Round.term_id == round_.term_id, Round.id != round_.id, Round.state == "published"
    )
    names: dict[str, str] = {}
    for known in db.session.scalars(earlier.order_by(Round.id)):
        names.update(known)
    kinds = {row.kind for rows in found.reserves.values() for row in rows}
    for kind in sorted(kinds - set(names.values())):
        names[f"t{len(names) + 1}"] = kind
    return names


class _Listed(NamedTuple):
    """What a list needs of a class that takes people."""

    code: str
    campus: str
    course_id: int
    kinds: frozenset[str]  # the file's names of those whom it keeps seats for


class _Writer:
    """Writes entries of the file in its own words."""

    def __init__(self, round_: Round, found: Readings, labels: dict[str, str]) -> None:
        if round_.key_sealed is None:
            raise ValueError(f"round {round_.code} has no key yet: it was never opened")
        self._round, self._found, self._labels = round_, found, labels
        self.code = codes_under(unseal(round_.key_sealed))
        self._metres = metres_to_campuses()
        self._told_metres: dict[int, dict[str, int]] = {}
        self._most: int = round_.rules["courses_per_term"]
        self._misses_count = misses_count(round_.rules)
        self._towns = {place: f"town:{code}" for place, code in found.town_codes.items()}
        self.tags: dict[str, list[str]] = {}  # by learner id, as lines are written
        self._open = {
            row.id: _Listed(row.code, row.campus, row.course_id, self._kinds(row.id))
            for row in found.sections.values()
            if row.state == "open"
        }

    def _kinds(self, section_id: int) -> frozenset[str]:
        rows = self._found.reserves.get(section_id, ())
        return frozenset(self._labels[row.kind] for row in rows)

    def sections(self, times: Mapping[str, list[tuple[int, int]]]) -> Iterator[dict[str, Any]]:
        for row in self._found.sections.values():
            free = row.capacity - row.taken if row.state == "open" else 0
            yield {
                "id": row.code,
                "course": row.course,
                "campus": row.campus,
                "capacity": free,
                "minimum": row.minimum,
                "exempt": row.exempt or row.taken > 0 or row.state != "open",
                "sessions": [list(span) for span in times.get(row.code, ())],
                "seats": self._reserves(row, free),
                "fill": row.fill,
            }

    def _reserves(self, section: Row[Any], free: int) -> list[dict[str, Any]]:
        """Each reserve is its count without the holders of such seats, all together no more than
        are free, so that no class stops the freezing."""
        if free == 0:
            return []
        given = self._found.seats_given.get(section.id, [])
        reserves = [
            Reserve(row.kind, max(0, row.seats - given.count(row.kind)), row.unfilled)
            for row in self._found.reserves.get(section.id, ())
        ]
        counts = reserved_now(reserves, free)
        return [
            {"kind": self._labels[one.kind], "count": counts[one.kind], "unfilled": one.unfilled}
            for one in reserves
        ]

    def learner(self, code: str, row: Row[Any]) -> dict[str, Any]:
        """An application asks for so many courses more; the file counts the seats held too."""
        application_id, person_id, wants, on_time, community_id = row
        choices, classes = self._found.choices.get(application_id, ()), self._open
        listed = [classes[section_id] for section_id in choices if section_id in classes]
        held = self._found.held.get(person_id, ())
        most = max(self._most, len(held))
        ways = self._ways(community_id)
        tags = self.tags[code] = self._tags(person_id, community_id)
        kinds = {kind for _, _, _, kinds in listed for kind in kinds}
        told = {
            "id": code,
            "wants": min(wants + len(held), most, MOST_SEATS_WANTED),
            "choices": [section.code for section in listed],
            "tags": [tag for tag in tags if tag in kinds],
            "metres": {campus: ways[campus] for _, campus, _, _ in listed},
            "groups": self._groups(person_id, listed, on_time=on_time),
            "held": sorted([self._found.sections[section_id].code for section_id in held]),
        }
        if self._misses_count:
            told["misses"] = self._found.misses.get(person_id, 0)
        return told

    def _tags(self, person_id: int, community_id: int) -> list[str]:
        """The file's names of the kinds of seats that the person may have."""
        kinds = {*self._found.tags.get(person_id, ()), self._towns[community_id]}
        if person_id not in self._found.placed_before:
            kinds.add("new")
        return sorted([self._labels[kind] for kind in kinds if kind in self._labels])

    def _ways(self, community_id: int) -> dict[str, int]:
        """To every campus, as the file tells them; the same for all who live there."""
        if community_id not in self._told_metres:
            if community_id not in self._metres:
                raise DomainError("places_without_point", count=1)
            self._told_metres[community_id] = {
                campus: file_metres(metres, self._round.rules)
                for campus, metres in self._metres[community_id].items()
            }
        return self._told_metres[community_id]

    def _groups(self, person_id: int, listed: list[_Listed], *, on_time: bool) -> dict[str, int]:
        if not on_time:
            return {section.code: LATE_GROUP for section in listed}
        goes_on = self._found.goes_on.get(person_id)
        if not goes_on:
            return {}
        return {section.code: GOES_ON for section in listed if section.course_id in goes_on}
