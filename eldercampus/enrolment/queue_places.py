"""Where people stand in the queues, as pages show it.

The order is worked out anew, never stored (queues.py). Since every change of a term's seats counts
`Term.seats_version` up, a queue that was read for one version is right for as long as the version
stands; so the process remembers it, and most pages ask the database nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from eldercampus.catalogue.models import Section, Term
from eldercampus.db import db
from eldercampus.enrolment.models import WaitlistEntry
from eldercampus.enrolment.queues import Waiting, in_line, list_waiting
from eldercampus.enrolment.remembered import remembered
from eldercampus.errors import NotFound


@dataclass(frozen=True)
class Line:
    """place: from 1 on, None for somebody who would not take the seat now; of: who waits."""

    place: int | None
    of: int


@dataclass(frozen=True)
class _Queue:
    """A section's queue at one state of the seats: places by entry id."""

    version: int
    places: dict[int, int]


def waiting_place(entry_id: int) -> Line:
    """The place in the queue by key, as things stand now; reserved seats may pass over it."""
    query = (
        select(WaitlistEntry.section_id, Section.term_id, Term.seats_version)
        .join(Section, Section.id == WaitlistEntry.section_id)
        .join(Term, Term.id == Section.term_id)
    )
    found = db.session.execute(query.where(WaitlistEntry.id == entry_id)).one_or_none()
    if found is None:
        raise NotFound("entry_not_found")
    queues = _queues(found.term_id, found.seats_version, {found.section_id})
    return _line(entry_id, queues[found.section_id])


def list_line(term_id: int, section_id: int) -> list[Waiting]:
    """Who waits for a section, in order."""
    return in_line(list_waiting(term_id, WaitlistEntry.section_id == section_id))


def list_lines(term: Term, entries: Iterable[WaitlistEntry]) -> dict[int, Line]:
    """The place of each entry that waits as things stand now, by section id.

    term: read in this transaction, before the entries.
    """
    waiting = [entry for entry in entries if entry.state == "waiting"]
    queues = _queues(term.id, term.seats_version, {entry.section_id for entry in waiting})
    return {entry.section_id: _line(entry.id, queues[entry.section_id]) for entry in waiting}


def _line(entry_id: int, queue: _Queue) -> Line:
    return Line(queue.places.get(entry_id), len(queue.places))


def _queues(term_id: int, version: int, section_ids: set[int]) -> dict[int, _Queue]:
    memory = remembered("queues")
    known = {
        section_id: queue
        for section_id in section_ids
        if (queue := memory.get(section_id)) is not None and queue.version == version
    }
    if missing := section_ids - known.keys():
        read = _read(term_id, version, missing)
        memory.update(read)
        known |= read
    return known


def _read(term_id: int, version: int, section_ids: set[int]) -> dict[int, _Queue]:
    lines: dict[int, list[Waiting]] = defaultdict(list)
    for one in in_line(list_waiting(term_id, WaitlistEntry.section_id.in_(section_ids))):
        lines[one.section_id].append(one)
    return {
        section_id: _Queue(
            version, {one.entry_id: n for n, one in enumerate(lines[section_id], start=1)}
        )
        for section_id in section_ids
    }
