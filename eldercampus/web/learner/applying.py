"""What the pages of applying share: who applies where, which question comes next, and how a refusal
is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from eldercampus import clock
from eldercampus.enrolment.application_queries import (
    draft_of,
    find_application,
    find_latest_application,
    find_open_application,
    find_open_round,
)
from eldercampus.enrolment.applications import start_application
from eldercampus.enrolment.choosing import EMPTY, Draft
from eldercampus.enrolment.models import Application, Round
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.people.models import Contact, Person
from eldercampus.people.news import find_target
from eldercampus.people.queries import contacts_of
from eldercampus.web.forms import Form
from eldercampus.web.learner.whom import account, current_person
from eldercampus.web.numbers import whole_number

_OVER = ("round_closed", "round_not_open", "no_open_round")

QUESTIONS = ("apply.classes", "questions.wants", "news.ask", "questions.automatic")
"""In the order asked; then everything is read once more."""


@dataclass(frozen=True)
class Applying:
    """Somebody with an application in the open round. begun: whether it is kept already."""

    now: datetime
    account_id: int
    person: Person
    round: Round
    application: Application
    begun: bool


class OfVersion(Form):
    """Says which version of the draft the page showed."""

    version = HiddenField()

    def shown(self) -> int:
        """-1, which never fits, where the form says nothing."""
        return request.form.get("version", -1, type=whole_number)


def get_applying(picks: Sequence[int] = ()) -> Applying:
    """For the person chosen; leads to /apply where there is nothing to work on, with a sentence for
    what was sent in vain.

    picks: who has picked these classes and not begun sees them as the list that the first button
    begins with; that application is in no session, and nothing of it is kept yet.
    """
    now, person = clock.now(), current_person("apply")
    round_, application = find_open_application(person.id, now)
    begun = application is not None
    if round_ is not None and application is None and picks:
        draft = {**EMPTY, "choices": list(picks)}
        application = Application(round_id=round_.id, state="draft", draft=draft, version=0)
    if round_ is None or application is None:
        if request.method == "POST":
            flash(sentence(_why_in_vain(person, round_)), "mind")
        abort(redirect(url_for("apply.start"), 303))
    return Applying(now, account().id, person, round_, application, begun)


def read_again(at: Applying) -> Applying:
    """As it stands after a transaction, which has emptied what was read before."""
    round_, application = find_open_application(at.person.id, at.now)
    if round_ is None or application is None:
        abort(redirect(url_for("apply.start"), 303))
    return replace(at, round=round_, application=application, begun=True)


def _why_in_vain(person: Person, open_round: Round | None) -> DomainError:
    latest = find_latest_application(person.id)
    if open_round is None and latest is not None:
        return DomainError("round_closed", closes_at=latest.round.closes_at)
    return DomainError("no_application" if open_round else "no_open_round")


def get_handed_in(person: Person) -> Application:
    """The newest application that was handed in; leads to /apply where there is none."""
    application = find_latest_application(person.id)
    if application is None or application.state == "draft":
        if request.method == "POST":
            flash(sentence(DomainError("no_application")), "mind")
        abort(redirect(url_for("apply.start"), 303))
    return application


def find_or_start(person: Person, now: datetime) -> int:
    """The id of the application in the open round; inside the caller's transaction."""
    round_ = find_open_round(now)
    if round_ is None:
        raise DomainError("no_open_round")
    found = find_application(round_.id, person.id)
    if found is None:
        found = start_application(round_.id, person.id, channel="web", clerk_id=None, now=now)
    return found.id


def open_questions(draft: Draft, person: Person, contacts: list[Contact]) -> list[str]:
    """The pages of the questions that have no answer yet, in order."""
    answered = {
        "apply.classes": bool(draft["choices"]),
        "questions.wants": draft["wants"] is not None,
        "news.ask": find_target(person, contacts, person.news) is not None,
        "questions.automatic": draft["accept_automatically"] is not None,
    }
    return [page for page in QUESTIONS if not answered[page]]


def onward(at: Applying) -> ResponseReturnValue:
    """To the first question without an answer, or to the page where all is read once more."""
    return redirect(url_for(next_page(draft_of(at.application), at.person)), 303)


def next_page(draft: Draft, person: Person) -> str:
    contacts = contacts_of([person.id])[person.id]
    return next(iter(open_questions(draft, person, contacts)), "apply_check.show")


def page_before(draft: Draft, page: str) -> str:
    """Where the back link of a question leads: to the question before, or, for who changes an
    answer, to the page where all is read once more."""
    if draft["wants"] is not None and draft["accept_automatically"] is not None:
        return url_for("apply_check.show")
    return url_for(QUESTIONS[QUESTIONS.index(page) - 1])


def tell_refusal(error: DomainError, page: str) -> ResponseReturnValue:
    """The sentence above the page, or above /apply where the round allows nothing more."""
    flash(sentence(error), "mind")
    return redirect(url_for("apply.start" if error.code in _OVER else page), 303)
