"""What a notice is about, read anew when it leaves: its facts in words, and whether it still holds.

subject is "offer:12", "placement:7", "application:3", "round:1" or "code:9".
"""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.models import Session as Lesson
from eldercampus.db import db
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Offer,
    Placement,
    Round,
    WaitlistEntry,
)
from eldercampus.language import name_of, words
from eldercampus.language.hours import weekly_words
from eldercampus.language.notices import lapse_words, result_words
from eldercampus.notices.models import Notice
from eldercampus.people.models import SignInCode

Facts = dict[str, str]


def still_holds(notice: Notice, now: datetime) -> str:
    """ "" or why the notice is dropped: the matter is over, or was answered meanwhile."""
    check = _CHECKS.get(notice.kind)
    return check(_number(notice), now) if check else ""


def facts_of(notice: Notice, public_url: str) -> Facts:
    """The words that the kind's text needs beside name, school, phone and link."""
    facts = _FACTS[notice.kind](notice)
    if "token" in notice.facts:
        facts["link"] = f"{public_url}/offers/{notice.facts['token']}"
    return facts


def _number(notice: Notice) -> int:
    return int(notice.subject.partition(":")[2])


def _offer_open(offer_id: int, now: datetime) -> str:
    offer = db.session.get(Offer, offer_id)
    return "" if offer and offer.state == "live" and offer.ends_at >= now else "answered"


def _still_awaiting(placement_id: int, now: datetime) -> str:
    placement = db.session.get(Placement, placement_id)
    due = placement and placement.state == "awaiting" and placement.confirm_by_at
    return "" if due and due > now else "answered"


def _still_holding(placement_id: int, now: datetime) -> str:
    placement = db.session.get(Placement, placement_id)
    if placement is None or placement.state not in HOLDING:
        return "seat_gone"
    starts = _first_day(placement.section_id)
    return "" if starts and starts > now.date() else "over"


def _code_good(code_id: int, _now: datetime) -> str:
    code = db.session.get(SignInCode, code_id)
    return "" if code and code.used_at is None else "used"


_CHECKS: dict[str, Callable[[int, datetime], str]] = {
    "offer_made": _offer_open,
    "confirmation_due": _still_awaiting,
    "first_lesson": _still_holding,
    "sign_in_code": _code_good,
}


def _code(notice: Notice) -> Facts:
    return {"code": str(notice.facts["code"])}


def _application(notice: Notice) -> Facts:
    query = select(Application).options(joinedload(Application.round))
    application = db.session.scalars(query.where(Application.id == _number(notice))).one()
    return {
        "round": name_of(application.round),
        "receipt": application.receipt or "",
        "until": words.moment_words(application.round.closes_at),
    }


def _result(notice: Notice) -> Facts:
    round_ = db.session.get_one(Round, _number(notice))
    placed = db.session.scalar(
        select(func.count()).where(
            Placement.round_id == round_.id,
            Placement.person_id == notice.person_id,
            Placement.state.in_(HOLDING),
        )
    )
    waiting = db.session.scalar(
        select(func.count()).where(
            WaitlistEntry.round_id == round_.id,
            WaitlistEntry.person_id == notice.person_id,
            WaitlistEntry.state == "waiting",
        )
    )
    return {"round": name_of(round_), "result": result_words(placed or 0, waiting or 0)}


def _placement(notice: Notice) -> Facts:
    placement = db.session.get_one(Placement, _number(notice))
    facts = _section(placement.section_id)
    if placement.confirm_by_at:
        facts["until"] = words.moment_words(placement.confirm_by_at)
    return facts


def _offer(notice: Notice) -> Facts:
    offer = db.session.get_one(Offer, _number(notice))
    facts = _section(offer.section_id)
    facts["until"] = words.moment_words(offer.ends_at)
    facts["result"] = lapse_words(bool(notice.facts.get("still_waiting")))
    return facts


def _section(section_id: int) -> Facts:
    section = db.session.scalars(
        select(Section)
        .where(Section.id == section_id)
        .options(
            joinedload(Section.course), joinedload(Section.campus), selectinload(Section.meetings)
        )
    ).one()
    starts = _first_day(section_id)
    return {
        "section": name_of(section.course),
        "place": name_of(section.campus),
        "when": weekly_words(section.meetings),
        "starts": words.date_words(starts) if starts else "",
    }


def _first_day(section_id: int) -> date | None:
    return db.session.scalar(
        select(func.min(Lesson.held_on)).where(
            Lesson.section_id == section_id, Lesson.state == "planned"
        )
    )


_FACTS: dict[str, Callable[[Notice], Facts]] = {
    "sign_in_code": _code,
    "application_receipt": _application,
    "application_withdrawn": _application,
    "result_published": _result,
    "confirmation_due": _placement,
    "placement_lapsed": _placement,
    "seat_given": _placement,
    "first_lesson": _placement,
    "offer_made": _offer,
    "offer_lapsed": _offer,
}
