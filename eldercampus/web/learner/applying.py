"""What the pages of applying share: who applies where, and how a refusal is told."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.enrolment.application_queries import (
    find_application,
    find_latest_application,
    find_open_round,
)
from eldercampus.enrolment.applications import start_application
from eldercampus.enrolment.models import Application, Round
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.people.models import Person
from eldercampus.web.learner.whom import account, current_person

_OVER = ("round_closed", "round_not_open", "no_open_round")


@dataclass(frozen=True)
class Applying:
    """Somebody with an application in the open round."""

    now: datetime
    account_id: int
    person: Person
    round: Round
    application: Application


def get_applying() -> Applying:
    """For the person chosen; leads to /apply where there is nothing to work on, with a sentence for
    what was sent in vain."""
    now, person = clock.now(), current_person("apply")
    round_ = find_open_round(now)
    application = find_application(round_.id, person.id) if round_ else None
    if round_ is None or application is None:
        if request.method == "POST":
            flash(sentence(_why_in_vain(person, round_)), "mind")
        abort(redirect(url_for("apply.start"), 303))
    return Applying(now, account().id, person, round_, application)


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


def tell_refusal(error: DomainError, page: str) -> ResponseReturnValue:
    """The sentence above the page, or above /apply where the round allows nothing more."""
    flash(sentence(error), "mind")
    return redirect(url_for("apply.start" if error.code in _OVER else page), 303)
