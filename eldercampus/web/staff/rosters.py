"""Who sits in a class and who waits for it: on screen, on paper, as a file."""

from collections.abc import Iterable

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section, list_sessions
from eldercampus.catalogue.rules import rule
from eldercampus.classroom.exports import csv_bytes, xlsx_bytes
from eldercampus.classroom.queries import Seated, list_roster, progress_of
from eldercampus.enrolment.models import WaitlistEntry
from eldercampus.enrolment.queues import Waiting, in_line, list_waiting
from eldercampus.enrolment.seat_queries import list_live_offers, rules_of
from eldercampus.language import label, name_of
from eldercampus.language.reasons import distance_range, times_without
from eldercampus.language.words import listed
from eldercampus.people.identity import masked_phone
from eldercampus.people.queries import persons_by_id
from eldercampus.web.access import allow, may

pages = Blueprint("rosters", __name__, url_prefix="/staff/sections/<int:section_id>")

_SPARE_LINES = 2  # on the attendance sheet, for those who come later
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/roster")
@allow("roster.see")
def show(section_id: int) -> ResponseReturnValue:
    section = get_section(section_id, g.scope.campuses)
    today = clock.now().astimezone(clock.SHANGHAI).date()
    sessions = list_sessions(section_id)
    roster = _roster(section)
    waiting = _line(section)
    return render_template(
        "staff/roster.html",
        section=section,
        roster=roster,
        sessions=[session for session in sessions if session.state == "planned"],
        progress=progress_of(sessions, today),
        waiting=len(waiting),
        places={one.person_id: place for place, one in enumerate(waiting, start=1)},
        offers=list_live_offers(section_id),
        spare=range(max(section.capacity - len(roster), 0) + _SPARE_LINES),
        may_answer=may("seat.answer"),
    )


@pages.get("/roster.csv")
@allow("roster.see")
def as_csv(section_id: int) -> Response:
    section = get_section(section_id, g.scope.campuses)
    return _file(csv_bytes(_head(), _rows(_roster(section))), section, "csv", "text/csv")


@pages.get("/roster.xlsx")
@allow("roster.see")
def as_xlsx(section_id: int) -> Response:
    section = get_section(section_id, g.scope.campuses)
    book = xlsx_bytes(name_of(section.course), _head(), _rows(_roster(section)))
    return _file(book, section, "xlsx", _XLSX)


@pages.get("/waitlist")
@allow("roster.see")
def waitlist(section_id: int) -> ResponseReturnValue:
    """The queue in its order, who is asked now, and why it does not move."""
    section = get_section(section_id, g.scope.campuses)
    everybody = list_waiting(section.term_id, WaitlistEntry.section_id == section_id)
    line = in_line(everybody)
    return render_template(
        "staff/waitlist.html",
        section=section,
        line=line,
        aside=[one for one in everybody if one.wait is None],
        people=persons_by_id(one.person_id for one in everybody),
        offers={offer.person_id: offer for offer in list_live_offers(section_id)},
        stands_still=_stands_still(section, line),
        rules=rules_of(one.round_id for one in line),
        distance_range=distance_range,
        times_without=times_without,
        may_answer=may("seat.answer"),
    )


def _stands_still(section: Section, line: list[Waiting]) -> str:
    """Why nobody is asked at the moment; empty where somebody is or could be."""
    if section.state != "open":
        return _("This class takes nobody any more.")
    if section.paused:
        return _("The list is paused.")
    if section.taken >= section.capacity:
        return _("No seat is free: all are held or offered to somebody.")
    if not line:
        return _("Nobody who waits could take a seat: other classes of theirs are in the way.")
    return ""


def _line(section: Section) -> list[Waiting]:
    return in_line(list_waiting(section.term_id, WaitlistEntry.section_id == section.id))


def _roster(section: Section) -> list[Seated]:
    limit = rule("age_undertaking", on=section.term.starts_on, term_id=section.term_id)
    return list_roster(section, undertaking_age=int(limit))


def _head() -> list[str]:
    return [_("No."), _("Name"), _("Sex"), _("Age"), _("Community"), _("Phone"), _("Remarks")]


def _rows(roster: Iterable[Seated]) -> list[list[str | int]]:
    return [
        [
            one.number,
            name_of(one),
            label(f"sex.{one.sex}"),
            one.age,
            name_of(one, "community"),
            masked_phone(one.phone) if one.phone else "",
            listed(label(f"remark.{code}") for code in one.remarks),
        ]
        for one in roster
    ]


def _file(content: bytes, section: Section, ending: str, kind: str) -> Response:
    """Sections have plain codes, so the file's name needs no quoting."""
    response = Response(content, mimetype=kind)
    name = f"{section.term.code}-{section.code}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
