"""/staff/late-papers: forms that came in time, are keyed in after it, and wait for a second person.

They are typed on the counter's screen and answered at /staff/approvals.
"""

from dataclasses import dataclass
from datetime import datetime, time

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.approvals.models import Approval
from eldercampus.enrolment.application_queries import find_application, submitted_choices
from eldercampus.enrolment.applications import handed_in_at
from eldercampus.enrolment.late_paper_queries import get_late_paper, list_late_papers
from eldercampus.enrolment.late_papers import Typed, ask_late_paper
from eldercampus.enrolment.models import LatePaper
from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.people.accounts import accounts_by_id
from eldercampus.people.models import Person
from eldercampus.people.queries import persons_by_id
from eldercampus.web.access import allow, require_account
from eldercampus.web.once import once
from eldercampus.web.wishes import ranked_choices, wish_lines

pages = Blueprint("late_papers", __name__, url_prefix="/staff/late-papers")

Lines = list[tuple[str, str]]


@dataclass(frozen=True)
class LateForm:
    """What the second person looks at. typed: the lines of the form; standing: those of the
    application that counts now, empty for none, and since when."""

    paper: LatePaper
    person: Person
    typed: Lines
    standing: Lines
    handed_in_at: datetime | None


@pages.get("")
@allow("application.enter")
def index() -> ResponseReturnValue:
    """What waits, and what was decided today."""
    day = clock.now().astimezone(clock.SHANGHAI).date()
    rows = list_late_papers(datetime.combine(day, time(), clock.SHANGHAI))
    staff = [one.approval.asked_by_id for one in rows]
    return render_template(
        "staff/late_papers.html",
        waiting=[one for one in rows if one.approval.state == "asked"],
        decided=[one for one in rows if one.approval.state != "asked"],
        people=persons_by_id(one.paper.person_id for one in rows),
        accounts=accounts_by_id([*staff, *(one.approval.decided_by_id for one in rows)]),
    )


def ask_second(round_id: int, person_id: int, typed: Typed, reason: str, key: str) -> str:
    """Keeps the form for a second person, once; the address of the list. key: of the page sent."""
    account, now = require_account(), clock.now()
    account_id = account.id
    campus_id = next((one.campus_id for one in account.grants if one.campus_id), None)

    def deed() -> str:
        ask_late_paper(
            round_id,
            person_id,
            typed,
            reason=reason,
            now=now,
            account_id=account_id,
            campus_id=campus_id,
        )
        return url_for("late_papers.index")

    to = once(key, account_id, now, deed)
    flash(_("The form waits for a second person. Until they agree, it does not count."))
    return to


def find_late_form(approval: Approval) -> LateForm:
    """What this request is about, with what counts now."""
    paper = get_late_paper(approval.id)
    round_ = get_round_by_id(paper.round_id)
    person = persons_by_id([paper.person_id])[paper.person_id]
    application = find_application(round_.id, person.id)
    standing, at = [], None
    if application is not None and application.state == "submitted":
        chosen, at = submitted_choices(application.id), handed_in_at(application)
        standing = wish_lines(ranked_choices(round_, person, chosen), application.wants)
    draft = paper.draft
    return LateForm(
        paper=paper,
        person=person,
        typed=wish_lines(ranked_choices(round_, person, draft["choices"]), draft["wants"]),
        standing=standing,
        handed_in_at=at,
    )
