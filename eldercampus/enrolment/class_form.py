"""What the form of a class changes: while people apply in its term, only with a reason that
everybody can read, like any other decision about a class before a draw."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from eldercampus.catalogue.queries import get_section
from eldercampus.catalogue.sections import SectionDetails
from eldercampus.db import db
from eldercampus.enrolment.class_changes import change_class, details_of, refuse_while_fixed
from eldercampus.enrolment.deciding import note_decision
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.seats import lock_seats
from eldercampus.enrolment.states import GATHERING

TO_BE_TOLD: Final = ("capacity", "exempt", "minimum", "fill", "reserves", "state")


def save_class(
    section_id: int, details: SectionDetails, *, reason: str, account_id: int, now: datetime
) -> None:
    """Gives the class these details. What of TO_BE_TOLD differs is kept as a decision of each round
    that gathers applications in the term.

    Raises reason_missing where there is such a round and such a difference, and what change_class
    does.
    """
    lock_seats(details.term_id)
    before, after = _told(details_of(get_section(section_id))), _told(details)
    parts = [part for part in TO_BE_TOLD if before[part] != after[part]]
    if parts:
        refuse_while_fixed(details.term_id)
        for round_ in list_gathering_rounds(details.term_id):
            note_decision(
                round_,
                "change",
                section_id,
                reason,
                now,
                account_id,
                before={part: before[part] for part in parts},
                after={part: after[part] for part in parts},
            )
    change_class(section_id, details, account_id=account_id, now=now)


def list_gathering_rounds(term_id: int) -> list[Round]:
    """Rounds of the term in which people apply, or did and the list is not fixed."""
    query = select(Round).where(Round.term_id == term_id, Round.state.in_(GATHERING))
    return list(db.session.scalars(query.order_by(Round.id)))


def _told(details: SectionDetails) -> dict[str, Any]:
    """As kept in a decision: reserves are [kind, count, unfilled], in order."""
    told = {part: getattr(details, part) for part in TO_BE_TOLD}
    told["reserves"] = [[one.kind, one.count, one.unfilled] for one in details.reserves]
    return told
