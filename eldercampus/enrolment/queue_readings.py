"""What the queues rest on, for many people at once: seats held, live offers, own lists."""

from collections import defaultdict

from sqlalchemy import Select, select

from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    Offer,
    Placement,
    WaitlistEntry,
)


def seats_held(term_id: int, people: Select[tuple[int]]) -> dict[int, dict[str, int]]:
    """Placement ids by section code, for each person."""
    held: dict[int, dict[str, int]] = defaultdict(dict)
    query = (
        select(Placement.person_id, Section.code, Placement.id)
        .join(Section, Section.id == Placement.section_id)
        .where(
            Section.term_id == term_id,
            Placement.state.in_(HOLDING),
            Placement.person_id.in_(people),
        )
    )
    for person_id, code, placement_id in db.session.execute(query):
        held[person_id][code] = placement_id
    return held


def live_offers(term_id: int, people: Select[tuple[int]]) -> dict[int, dict[str, str | None]]:
    """Section code → the code of the seat that accepting gives up, for each person."""
    offers: dict[int, dict[str, str | None]] = defaultdict(dict)
    given_up = (
        select(Section.code)
        .join(Placement, Placement.section_id == Section.id)
        .where(Placement.id == Offer.gives_up_id)
        .correlate(Offer)
        .scalar_subquery()
    )
    query = (
        select(Offer.person_id, Section.code, given_up)
        .join(Section, Section.id == Offer.section_id)
        .where(Section.term_id == term_id, Offer.state == "live", Offer.person_id.in_(people))
    )
    for person_id, code, gives_up in db.session.execute(query):
        offers[person_id][code] = gives_up
    return offers


def own_lists(
    people: Select[tuple[int]], round_ids: set[int]
) -> tuple[dict[tuple[int, int], tuple[str, ...]], dict[tuple[int, int], set[str]]]:
    """Section codes by person and round: all of the own list, best first (what was handed in, then
    what came later, by the newest time of asking), and those asked for after the draw."""
    ranks: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    late: dict[tuple[int, int], set[str]] = defaultdict(set)
    listed = (
        select(Application.person_id, Application.round_id, Section.code, Choice.rank)
        .join(Choice, Choice.application_id == Application.id)
        .join(Section, Section.id == Choice.section_id)
        .where(Application.round_id.in_(round_ids), Application.person_id.in_(people))
    )
    joined = (
        select(WaitlistEntry.person_id, WaitlistEntry.round_id, Section.code, WaitlistEntry.rank)
        .join(Section, Section.id == WaitlistEntry.section_id)
        .where(
            WaitlistEntry.round_id.in_(round_ids),
            WaitlistEntry.late,
            WaitlistEntry.person_id.in_(people),
        )
    )
    for person_id, round_id, code, rank in db.session.execute(listed):
        ranks[person_id, round_id][code] = rank
    for person_id, round_id, code, rank in db.session.execute(joined.order_by(WaitlistEntry.id)):
        ranks[person_id, round_id][code] = rank
        late[person_id, round_id].add(code)
    lists = {who: tuple(sorted(codes, key=codes.__getitem__)) for who, codes in ranks.items()}
    return lists, late
