"""Planning, opening, closing and cancelling a round (design.md §2)."""

import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import select

from eldercampus.allocation import lottery
from eldercampus.allocation.problem import sha256_hex
from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Term
from eldercampus.catalogue.rules import rules_in_force
from eldercampus.db import db
from eldercampus.enrolment.announced import (
    MOMENTS,
    announced,
    changes_between,
    check_new_beacon,
)
from eldercampus.enrolment.ceremony import spare_in_time
from eldercampus.enrolment.models import Application, Round
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.enrolment.round_steps import take_step
from eldercampus.enrolment.seats import lock_seats, settle_vacancies
from eldercampus.enrolment.states import FIXED, GATHERING
from eldercampus.errors import DomainError, IllegalTransition, NotFound
from eldercampus.notices.outbox import queue_notices
from eldercampus.people.duplicates import find_all_pairs
from eldercampus.people.sealing import seal
from eldercampus.places.distances import town_seat_towns

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_ANNOUNCED_AT_OPENING = ("code", "term_id", "opens_at")


@dataclass(frozen=True)
class RoundPlan:
    """What staff decide about a round. Moments are aware. beacon_source names the public value of
    allocation.md §4 before it exists, beacon_where the place it is announced at, spare_source what
    takes its place, and where, if it is not announced in time; the examples show how each is
    written (written_form.py)."""

    code: str
    term_id: int
    name: str
    name_en: str
    opens_at: datetime
    closes_at: datetime
    freezes_at: datetime
    draws_at: datetime
    publishes_at: datetime
    confirm_by_at: datetime
    beacon_source: str = ""
    beacon_source_en: str = ""
    beacon_where: str = ""
    beacon_where_en: str = ""
    beacon_example: str = ""
    spare_source: str = ""
    spare_source_en: str = ""
    spare_example: str = ""


def plan_round(plan: RoundPlan, *, now: datetime, account_id: int | None) -> Round:
    """A draft. Refused: round_code_wrong, round_code_taken, moments_out_of_order (which),
    closes_in_past, term_not_found."""
    _check(plan, now)
    if db.session.scalar(select(Round.id).where(Round.code == plan.code)) is not None:
        raise DomainError("round_code_taken", code=plan.code)
    if db.session.get(Term, plan.term_id) is None:
        raise NotFound("term_not_found")
    round_ = Round(**asdict(plan), state="draft")
    db.session.add(round_)
    db.session.flush()
    record("round.plan", f"round:{plan.code}", now=now, account_id=account_id)
    return round_


def change_round(round_id: int, plan: RoundPlan, *, now: datetime, account_id: int | None) -> Round:
    """Changes a draft freely; an open or closed round's dates only to later ones, since people were
    told them, and what stood there before is kept. Refused besides plan_round's:
    illegal_transition, moment_moved_forward (which), beacon_must_be_new, spare_after_void."""
    round_ = get_round_by_id(round_id)
    if round_.state not in ("draft", *GATHERING):
        raise IllegalTransition("round", round_.state, "change")
    if round_.state == "draft":
        _check(plan, now)
    else:
        _check_later(round_, plan, now)
        told = changes_between(announced(round_), announced(plan), now)
        round_.changes = [*round_.changes, *told]
    changes = {
        field.name: getattr(plan, field.name)
        for field in fields(plan)
        if getattr(round_, field.name) != getattr(plan, field.name)
    }
    if "code" in changes and db.session.scalar(select(Round.id).where(Round.code == plan.code)):
        raise DomainError("round_code_taken", code=plan.code)
    for name, value in changes.items():
        setattr(round_, name, value)
    if changes:
        subject = f"round:{round_.code}"
        record("round.change", subject, now=now, account_id=account_id, changes=changes)
    return round_


def open_round(
    round_id: int,
    *,
    now: datetime,
    account_id: int | None = None,
    chance: Callable[[int], bytes] = secrets.token_bytes,
) -> Round:
    """Opens: the rules in force are copied in, the lottery's secret and the key of the learner ids
    are made and sealed, their fingerprints published. chance(n) gives n random bytes."""
    round_ = take_step(round_id, "open", now=now, account_id=account_id)
    on = day_of(now)
    round_.rules = rules_in_force(on, term_id=round_.term_id)
    secret, key = chance(32), chance(32)
    round_.secret_sealed, round_.commit = seal(secret), lottery.commit(secret)
    round_.key_sealed, round_.key_sha256 = seal(key), sha256_hex(key)
    round_.town_seat_towns = [town.code for town in town_seat_towns()]
    record(
        "round.commit",
        f"round:{round_.code}",
        now=now,
        account_id=account_id,
        commit=round_.commit,
        key_sha256=round_.key_sha256,
    )
    return round_


def close_round(round_id: int, *, now: datetime, account_id: int | None = None) -> Round:
    """Closes the window; what was handed in until now takes part.

    Looks once more at everybody for entries that may be one person: staff settle those before the
    freezing.
    """
    round_ = take_step(round_id, "close", now=now, account_id=account_id)
    find_all_pairs()
    return round_


def cancel_round(round_id: int, *, reason: str, now: datetime, account_id: int) -> Round:
    """Ends a round that was not published, for good; the reason stands on its public page.

    Locks in the order of all that changes seats, the term and then the round: a round may be
    cancelled at the moment at which it comes out.
    """
    if not reason.strip():
        raise DomainError("reason_missing")
    lock_seats(get_round_by_id(round_id).term_id)
    seats_at_rest = get_round_by_id(round_id).state in FIXED
    round_ = take_step(round_id, "cancel", now=now, account_id=account_id)
    round_.cancelled_reason = reason.strip()
    _tell_applicants(round_, now)
    if seats_at_rest:
        settle_vacancies(round_.term_id, now)
    return round_


def _tell_applicants(round_: Round, now: datetime) -> None:
    applied = select(Application.person_id).where(
        Application.round_id == round_.id,
        Application.state == "submitted",
        Application.withdrawn_at.is_(None),
    )
    people = db.session.scalars(applied.order_by(Application.person_id))
    subject = f"round:{round_.id}"
    queue_notices("round_cancelled", people, subject=subject, now=now, round_page=round_.code)


def _check(plan: RoundPlan, now: datetime) -> None:
    if not _CODE.fullmatch(plan.code):
        raise DomainError("round_code_wrong")
    _check_order(plan)
    if plan.closes_at <= now:
        raise DomainError("closes_in_past", which="closes_at")


def _check_order(plan: RoundPlan) -> None:
    moments = [getattr(plan, name) for name in MOMENTS]
    for which, earlier, later in zip(MOMENTS[1:], moments, moments[1:], strict=False):
        if later <= earlier:
            raise DomainError("moments_out_of_order", which=which)


def _check_later(round_: Round, plan: RoundPlan, now: datetime) -> None:
    _check_order(plan)
    if any(getattr(round_, name) != getattr(plan, name) for name in _ANNOUNCED_AT_OPENING):
        raise DomainError("moment_moved_forward", which="opens_at")
    for which in MOMENTS[1:]:
        if getattr(plan, which) < getattr(round_, which):
            raise DomainError("moment_moved_forward", which=which)
    if round_.state == "closed" and plan.closes_at != round_.closes_at:
        raise DomainError("moment_moved_forward", which="closes_at")
    check_new_beacon(round_, plan.draws_at, plan.beacon_source, now)
    if not spare_in_time(plan.draws_at, plan.publishes_at, round_.rules):
        raise DomainError("spare_after_void")
