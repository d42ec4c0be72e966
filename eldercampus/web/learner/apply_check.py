"""/apply/check: all answers on one page, and handing in."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus.enrolment.application_queries import draft_of
from eldercampus.enrolment.applications import submit_application
from eldercampus.errors import DomainError
from eldercampus.people.news import load_ways
from eldercampus.web.access import allow
from eldercampus.web.browser_session import only_apply
from eldercampus.web.for_whom import is_by_slip
from eldercampus.web.forms import SubmitField
from eldercampus.web.learner.applying import (
    OfVersion,
    get_applying,
    open_questions,
    tell_refusal,
)
from eldercampus.web.once import once
from eldercampus.web.wishes import Ways, person_answers, ranked_choices, wish_answers

pages = Blueprint("apply_check", __name__)


class CheckForm(OfVersion):
    send = SubmitField(_l("Hand in the application"))


@pages.get("/apply/check")
@allow("own.apply")
def show() -> ResponseReturnValue:
    """A question without an answer is asked first."""
    at = get_applying()
    draft, person = draft_of(at.application), load_ways(at.person)
    if missing := open_questions(draft, person, person.contacts):
        return redirect(url_for(missing[0]), 303)
    choices = ranked_choices(at.round, at.person, draft["choices"])
    return render_template(
        "learner/apply_check.html",
        person=at.person,
        application=at.application,
        form=CheckForm(version=str(at.application.version)),
        round=at.round,
        carried=draft.get("carried", False),
        wishes=wish_answers(
            choices,
            draft["wants"],
            bool(draft["accept_automatically"]),
            Ways(
                classes=url_for("apply.classes"),
                wants=url_for("questions.wants"),
                automatic=url_for("questions.automatic"),
            ),
        ),
        answers=person_answers(
            person,
            at.now,
            news_href=url_for("news.ask"),
            by_slip=only_apply() or is_by_slip(g.representation),
        ),
        remarks=[(choice, line) for choice in choices for line in choice.remarks if line.mind],
    )


@pages.post("/apply/check")
@allow("own.apply")
def hand_in() -> ResponseReturnValue:
    """Once, however often the button is pressed."""
    at, form = get_applying(), CheckForm()

    def deed() -> str:
        submit_application(
            at.application.id, now=at.now, account_id=at.account_id, version=form.shown()
        )
        return url_for("receipt.show")

    try:
        return redirect(once(str(form.key.data), at.account_id, at.now, deed), 303)
    except DomainError as error:
        return tell_refusal(error, "apply_check.show")
