"""Deciding about one class before the list is fixed, and undoing what was decided."""

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import count_applied
from eldercampus.enrolment.class_merging import list_moving, merge_classes
from eldercampus.enrolment.deciding import exempt_class, undo_decision, widen_class
from eldercampus.enrolment.decision_queries import list_classes_to_merge_with, list_decisions
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.round_queries import get_round
from eldercampus.enrolment.states import GATHERING
from eldercampus.errors import DomainError
from eldercampus.language import name_of
from eldercampus.language.hours import weekly_words
from eldercampus.web.access import allow
from eldercampus.web.forms import (
    Form,
    LongTextField,
    NumberField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
)

pages = Blueprint("round_decisions", __name__, url_prefix="/staff/rounds/<code>")

_HINT = _l("The reason stands on the round's public page. Please write no names.")
_FIELDS = {
    "not_wider": "seats",
    "capacity_above_room": "seats",
    "merge_with_itself": "into",
    "merge_other_course": "into",
    "reason_missing": "reason",
}


class ClassForm(Form):
    kind = RadioField(
        _l("What is decided?"), validators=[Required(_l("Please choose what is decided."))]
    )
    seats = NumberField(_l("How many seats from now on? (only for more seats)"), width=5)
    into = SelectField(
        _l("Together with which class? (only to put it together with another)"), empty=_l("Choose")
    )
    reason = LongTextField(
        _l("Why?"), hint=_HINT, most=500, validators=[Required(_l("Please write why."))]
    )
    send = SubmitField(_l("Decide"))
    sure = SubmitField(_l("Put them together"))

    def offer(self, round_: Round, section: Section, others: list[Section]) -> None:
        """Only what is possible for the class now."""
        self.kind.choices = [
            (
                "exempt",
                _l("It is held in any case"),
                _l("The draw does not close it, however few."),
            ),
            ("widen", _l("It gets more seats"), _l("As many as the room has at most.")),
            (
                "merge",
                _l("It is held together with another class"),
                _l("Of the same course. Everybody on its list moves there and is told."),
            ),
        ]
        if section.exempt:
            del self.kind.choices[0]
        if not others or round_.state != "closed":
            del self.kind.choices[-1], self.into
        else:
            self.into.choices = [(str(one.id), _named(one)) for one in others]


class UndoForm(Form):
    reason = LongTextField(
        _l("Why is it undone?"),
        hint=_HINT,
        most=500,
        validators=[Required(_l("Please write why."))],
    )
    send = SubmitField(_l("Undo"))


def _named(section: Section) -> str:
    parts = (section.code, name_of(section.campus), weekly_words(section.meetings))
    return _(", ").join(parts)


@pages.route("/classes/<int:section_id>", methods=["GET", "POST"])
@allow("round.run")
def decide(code: str, section_id: int) -> ResponseReturnValue:
    round_, section = get_round(code), get_section(section_id)
    if section.term_id != round_.term_id:
        abort(404)
    if round_.state not in GATHERING:
        return _too_late(code)
    form = ClassForm()
    form.offer(round_, section, list_classes_to_merge_with(section))
    if form.validate_on_submit() and _complete(form):
        if form.kind.data == "merge" and not form.sure.data:
            return _ask_once_more(form, round_, section)
        try:
            _take_down(form, round_.id, section_id)
        except DomainError as error:
            form.refuse(error, _FIELDS.get(error.code))
            round_, section = get_round(code), get_section(section_id)
        else:
            flash(_("It is decided. A new dry run shows what it changes."))
            return redirect(url_for("round_review.review", code=code), 303)
    return _page(form, round_, section)


def _too_late(code: str) -> ResponseReturnValue:
    flash(_("Nothing can be decided about classes in this round now."), "mind")
    return redirect(url_for("round_review.review", code=code), 303)


def _page(form: ClassForm, round_: Round, section: Section) -> str:
    return render_template(
        "staff/round_decide.html",
        form=form,
        round=round_,
        section=section,
        listed_by=count_applied(round_.id, [section.id]).get(section.id, 0),
    )


def _ask_once_more(form: ClassForm, round_: Round, section: Section) -> str:
    """Two classes cannot be parted again: who moves where stands there before the last click."""
    return render_template(
        "staff/round_merge_check.html",
        form=form,
        round=round_,
        section=section,
        into=get_section(int(form.into.data)),
        moving=len(list_moving(round_.id, section.id)),
    )


def _complete(form: ClassForm) -> bool:
    """Whether what goes with the decision is there."""
    if form.kind.data == "widen" and form.seats.data is None:
        form.refuse(_("Please write how many seats."), "seats")
    if form.kind.data == "merge" and not form.into.data:
        form.refuse(_("Please choose the other class."), "into")
    return not form.is_troubled


def _take_down(form: ClassForm, round_id: int, section_id: int) -> None:
    with transaction():
        why = {
            "reason": form.reason.data,
            "now": clock.now(),
            "account_id": g.scope.account_id,
        }
        if form.kind.data == "exempt":
            exempt_class(round_id, section_id, **why)
        elif form.kind.data == "widen":
            widen_class(round_id, section_id, form.seats.data, **why)
        else:
            merge_classes(round_id, section_id, int(form.into.data), **why)


@pages.route("/decisions/<int:decision_id>/undo", methods=["GET", "POST"])
@allow("round.run")
def undo(code: str, decision_id: int) -> ResponseReturnValue:
    round_, form = get_round(code), UndoForm()
    found = [one for one in list_decisions(round_.id) if one.id == decision_id]
    if not found:
        abort(404)
    if round_.state not in GATHERING:
        return _too_late(code)
    if form.validate_on_submit():
        try:
            with transaction():
                undo_decision(
                    decision_id,
                    reason=form.reason.data,
                    now=clock.now(),
                    account_id=g.scope.account_id,
                )
        except DomainError as error:
            form.refuse(error)
            round_, found = get_round(code), list_decisions(get_round(code).id)
        else:
            flash(_("It is undone."))
            return redirect(url_for("round_review.review", code=code), 303)
    (decision,) = (one for one in found if one.id == decision_id)
    section = get_section(decision.section_id)
    return render_template(
        "staff/round_undo.html", form=form, round=round_, decision=decision, section=section
    )
