"""What a new round looks like unless staff say otherwise: its names, its days, its beacon."""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from eldercampus.catalogue.calendar import WorkingCalendar
from eldercampus.catalogue.models import Term
from eldercampus.catalogue.queries import get_calendar, list_terms
from eldercampus.catalogue.timetable import monday_of
from eldercampus.db import db
from eldercampus.enrolment.models import Round

BEACON_WORDS: Final = (
    *("beacon_source", "beacon_source_en", "beacon_where", "beacon_where_en", "beacon_example"),
    *("spare_source", "spare_source_en", "spare_example"),
)
USUAL_TIMES: Final = {
    "opens": "08:00",
    "closes": "20:00",
    "freezes": "12:00",
    "draws": "21:30",
    "publishes": "10:00",
    "confirm_by": "16:30",
}
_BEFORE_TERM = timedelta(weeks=8)
_WINDOW = timedelta(days=20)  # from a Monday to the Sunday of the third week
_DAYS_TO_ENTER_PAPER = timedelta(days=3)
_DAY = timedelta(days=1)
_WORKING_DAYS_TO_ANSWER = 5
_ORDINALS: Final = (("一", "first"), ("二", "second"), ("三", "third"), ("四", "fourth"))


def usual_plan(term: Term, today: date) -> dict[str, Any]:
    """Names, the window and the beacon's words of the term's next round; keys as in RoundPlan, but
    opens_on and closes_on for days. The beacon is that of the round planned last."""
    opens_on = usual_opening(term.starts_on, today)
    return {
        **_names(term),
        "opens_on": opens_on,
        "closes_on": opens_on + _WINDOW,
        **_last_beacon(),
    }


def usual_opening(term_starts_on: date, today: date) -> date:
    """Eight weeks before the term's week, but no sooner than next Monday."""
    return max(monday_of(term_starts_on) - _BEFORE_TERM, monday_of(today) + timedelta(weeks=1))


def complete_days(days: dict[str, date | None], calendar: WorkingCalendar) -> dict[str, date]:
    """All six days by the stem of their moment; opens and closes must be there. One left empty
    follows from the one before: three days to enter paper, the public value and the results each
    a day later, five working days to answer."""
    opens, closes = days["opens"], days["closes"]
    if opens is None or closes is None:
        raise ValueError("a round without its window")
    freezes = days["freezes"] or closes + _DAYS_TO_ENTER_PAPER
    draws = days["draws"] or freezes + _DAY
    publishes = days["publishes"] or draws + _DAY
    answered = calendar.working_days_after(publishes, _WORKING_DAYS_TO_ANSWER)
    return {
        "opens": opens,
        "closes": closes,
        "freezes": freezes,
        "draws": draws,
        "publishes": publishes,
        "confirm_by": days["confirm_by"] or answered,
    }


def completed(days: dict[str, date | None]) -> dict[str, date]:
    """complete_days by the district's calendar."""
    return complete_days(days, get_calendar())


def likely_term(today: date) -> Term | None:
    """The next term to begin that has no round yet, else the next to begin."""
    coming = sorted(
        (term for term in list_terms() if term.starts_on > today), key=lambda term: term.starts_on
    )
    planned = set(db.session.scalars(select(Round.term_id).where(Round.state != "cancelled")))
    unplanned = [term for term in coming if term.id not in planned]
    return next(iter([*unplanned, *coming]), None)


def _names(term: Term) -> dict[str, str]:
    """Counts cancelled rounds too: their names stay taken."""
    count = db.session.scalar(select(func.count(Round.id)).where(Round.term_id == term.id)) or 0
    number = count + 1
    chinese, english = (
        _ORDINALS[count] if count < len(_ORDINALS) else (f" {number} ", f"no. {number}")
    )
    return {
        "code": f"{term.code}-{number}",
        "name": f"{term.name}，第{chinese}批报名",
        "name_en": f"{term.name_en}, {english} round" if term.name_en else "",
    }


def _last_beacon() -> dict[str, str]:
    query = select(Round).where(Round.beacon_source != "").order_by(Round.id.desc()).limit(1)
    last = db.session.scalar(query)
    return {name: getattr(last, name) for name in BEACON_WORDS} if last else {}
