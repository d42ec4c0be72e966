"""What staff decide about a class while a round is gathering: to hold it in any case, to widen it.

Each decision has a reason, stands on the round's pages for everybody to read, and can be undone by
one of the opposite direction until the list is fixed. Merging two classes is in class_merging.py.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from eldercampus.audit.chain import record
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section
from eldercampus.db import db
from eldercampus.enrolment.choosing import check_open
from eldercampus.enrolment.class_changes import change_class, details_of, refuse_while_fixed
from eldercampus.enrolment.models import Round, RoundDecision
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.seats import lock_seats
from eldercampus.enrolment.states import GATHERING
from eldercampus.errors import DomainError, IllegalTransition, NotFound

_CHANGED: Final = {"exempt": "exempt", "widen": "capacity"}


def exempt_class(
    round_id: int, section_id: int, *, reason: str, now: datetime, account_id: int
) -> RoundDecision:
    """The draw does not close this class, however few it gets. Refused: exempt_already, and what
    `gathering` and `class_of` refuse."""
    round_ = gathering(round_id)
    section = class_of(round_, section_id)
    if section.exempt:
        raise DomainError("exempt_already")
    return _change(round_, section, "exempt", True, reason, now, account_id)


def widen_class(
    round_id: int, section_id: int, capacity: int, *, reason: str, now: datetime, account_id: int
) -> RoundDecision:
    """Gives a class more seats, as many as its room has at most. Refused: not_wider (capacity),
    capacity_above_room (places), and what `gathering` and `class_of` refuse."""
    round_ = gathering(round_id)
    section = class_of(round_, section_id)
    if capacity <= section.capacity:
        raise DomainError("not_wider", capacity=section.capacity)
    return _change(round_, section, "widen", capacity, reason, now, account_id)


def undo_decision(
    decision_id: int, *, reason: str, now: datetime, account_id: int
) -> RoundDecision:
    """Puts back what stood before. Refused: merge_stays, change_stays, decision_overtaken (the
    class was changed since), capacity_below_taken, and what `gathering` refuses."""
    decision = db.session.get(RoundDecision, decision_id)
    if decision is None:
        raise NotFound("decision_not_found")
    if decision.kind not in _CHANGED:
        raise DomainError(f"{decision.kind}_stays")
    round_ = gathering(decision.round_id)
    section = class_of(round_, decision.section_id)
    kind, facts = decision.kind, decision.facts
    if getattr(section, _CHANGED[kind]) != facts["after"]:
        raise DomainError("decision_overtaken")
    before = facts["before"]
    return _change(round_, section, kind, before, reason, now, account_id, undoes=decision_id)


def gathering(round_id: int) -> Round:
    """The round while its list is not fixed, and no other one's of the term, whose draw rests on
    the same classes. Raises class_is_fixed, illegal_transition. Locks first, then looks: nobody
    fixes a list in between."""
    lock_seats(get_round_by_id(round_id).term_id)
    round_ = get_round_by_id(round_id)
    refuse_while_fixed(round_.term_id)
    if round_.state not in GATHERING:
        raise IllegalTransition("round", round_.state, "decide")
    return round_


def class_of(round_: Round, section_id: int) -> Section:
    """A class that people can be drawn into; raises no_section, section_closed."""
    section = get_section(section_id)
    if section.term_id != round_.term_id:
        raise NotFound("no_section", section_id=section_id)
    db.session.refresh(section, ["state", "exempt", "capacity", "taken"])
    check_open(section)
    return section


def note_decision(
    round_: Round,
    kind: str,
    section_id: int,
    reason: str,
    now: datetime,
    account_id: int,
    into_id: int | None = None,
    **facts: Any,
) -> RoundDecision:
    """Keeps it, with its reason; raises reason_missing."""
    if not reason.strip():
        raise DomainError("reason_missing")
    decision = RoundDecision(
        round_id=round_.id,
        kind=kind,
        section_id=section_id,
        into_id=into_id,
        facts=facts,
        reason=reason.strip(),
        account_id=account_id,
        made_at=now,
    )
    db.session.add(decision)
    db.session.flush()
    where = {"section": section_id, "into": into_id, "reason": decision.reason}
    subject = f"round:{round_.code}"
    record(f"round.decide.{kind}", subject, now=now, account_id=account_id, **where, **facts)
    return decision


def _change(
    round_: Round,
    section: Section,
    kind: str,
    value: bool | int,
    reason: str,
    now: datetime,
    account_id: int,
    **facts: Any,
) -> RoundDecision:
    part = _CHANGED[kind]
    before = getattr(section, part)
    facts = {"before": before, "after": value, **facts}
    decision = note_decision(round_, kind, section.id, reason, now, account_id, **facts)
    changed: dict[str, Any] = {part: value}
    details = replace(details_of(section), **changed)
    change_class(section.id, details, account_id=account_id, now=now)
    return decision
