"""The questions about the application itself: how many courses, and what if a seat comes free."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import draft_of
from eldercampus.enrolment.applications import save_draft
from eldercampus.errors import DomainError
from eldercampus.web.access import allow
from eldercampus.web.forms import RadioField, Required, SubmitField
from eldercampus.web.learner.applying import (
    Applying,
    OfVersion,
    get_applying,
    onward,
    page_before,
    read_again,
    tell_refusal,
)
from eldercampus.web.wishes import wants_words

pages = Blueprint("questions", __name__)


class WantsForm(OfVersion):
    wants = RadioField(
        _l("How many courses would you like?"),
        hint=_l(
            "Everyone is given a first course before anyone is given a second. "
            "Saying two does not make the first less likely."
        ),
        validators=[Required(_l("Please choose how many courses you would like."))],
    )
    send = SubmitField(_l("Next"))

    @property
    def answer(self) -> RadioField:
        return self.wants


class AutomaticForm(OfVersion):
    automatic = RadioField(
        _l("If a seat comes free later, shall we take it for you?"),
        hint=_l(
            "After the draw somebody may give a seat back. It is then offered to the next in line."
        ),
        choices=[
            ("no", _l("No, ask me first"), _l("We tell you, and you have time to answer.")),
            (
                "yes",
                _l("Yes, take it for me at once"),
                _l(
                    "The seat is yours and we tell you. If it does not suit you, you can still "
                    "give it back. We never take two for you that meet at the same time."
                ),
            ),
        ],
        validators=[Required(_l("Please choose one of the two."))],
    )
    send = SubmitField(_l("Next"))

    @property
    def answer(self) -> RadioField:
        return self.automatic


Question = WantsForm | AutomaticForm


@pages.route("/apply/wants", methods=["GET", "POST"])
@allow("own.apply")
def wants() -> ResponseReturnValue:
    """How many courses."""
    at, form = get_applying(), WantsForm()
    most = int(at.round.rules["courses_per_term"])
    form.answer.choices = [(str(n), wants_words(n).capitalize()) for n in range(1, most + 1)]
    kept = draft_of(at.application)["wants"]
    return _ask(at, form, "questions.wants", str(kept) if kept else None)


@pages.route("/apply/automatic", methods=["GET", "POST"])
@allow("own.apply")
def automatic() -> ResponseReturnValue:
    """Whether a seat that comes free is taken without asking; no, where nobody says otherwise."""
    at, form = get_applying(), AutomaticForm()
    kept = draft_of(at.application)["accept_automatically"]
    return _ask(at, form, "questions.automatic", "yes" if kept else "no")


def _ask(at: Applying, form: Question, page: str, kept: str | None) -> ResponseReturnValue:
    """Shows the question, or keeps its answer and goes on. What was answered stays on the page
    where it could not be kept."""
    if form.validate_on_submit():
        try:
            with transaction():
                _keep(at, form)
            return onward(read_again(at))
        except DomainError as error:
            if error.code != "stale_form":
                return tell_refusal(error, page)
            form.refuse(error)
            at = read_again(at)
    if request.method == "GET":
        form.answer.data = kept
    form.version.data = str(at.application.version)
    return render_template(
        "learner/apply_question.html",
        person=at.person,
        application=at.application,
        form=form,
        back=page_before(draft_of(at.application), page),
    )


def _keep(at: Applying, form: Question) -> None:
    draft = draft_of(at.application)
    draft.pop("carried", None)
    if isinstance(form, WantsForm):
        draft["wants"] = int(form.answer.data)
    else:
        draft["accept_automatically"] = form.answer.data == "yes"
    save_draft(at.application.id, draft, version=form.shown(), now=at.now)
