"""/staff/rules: what holds now, what held before, and a new value from a day on."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.queries import list_rule_rows, list_terms
from eldercampus.catalogue.rules import RULES, RuleSpec, check_value, rules_in_force, set_rule
from eldercampus.errors import DomainError
from eldercampus.language import label, name_of
from eldercampus.language.rules import value_words
from eldercampus.places.queries import list_campuses
from eldercampus.web.access import allow, may, require_account
from eldercampus.web.forms import (
    DateField,
    Form,
    LongTextField,
    NumberField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    TextField,
)
from eldercampus.web.once import once

pages = Blueprint("staff_rules", __name__, url_prefix="/staff/rules")

_FIELDS = {"rule_in_the_past": "valid_from", "rule_scope": "place"}


class RuleForm(Form):
    """value is put in by kind of rule; place is "district", "term:3" or "campus:7"."""

    place = SelectField(_l("Where it holds"), validators=[Required()])
    valid_from = DateField(_l("From which day"), validators=[Required()])
    reason = LongTextField(
        _l("Why"),
        hint=_l("For example the decision and its date. Everybody on the staff can read it."),
        validators=[Required()],
        most=500,
    )
    send = SubmitField(_l("Set the rule"))


class NumberRuleForm(RuleForm):
    value = NumberField(_l("New value"), width=5, validators=[Required()])


class ChoiceRuleForm(RuleForm):
    value = RadioField(_l("New value"), validators=[Required()])


class MetresRuleForm(RuleForm):
    value = TextField(
        _l("New limits, in metres"),
        hint=_l("Rising, with blanks between: 1000 3000 6000 12000"),
        validators=[Required()],
    )


class TimeRuleForm(RuleForm):
    value = TextField(
        _l("New time"), hint=_l("For example 08:00"), width=5, validators=[Required()]
    )


_FORMS: dict[str, type[RuleForm]] = {
    "number": NumberRuleForm,
    "choice": ChoiceRuleForm,
    "metres": MetresRuleForm,
    "time": TimeRuleForm,
}


@pages.get("")
@allow("rules.see")
def index() -> ResponseReturnValue:
    today = day_of(clock.now())
    coming = {row.name for row in list_rule_rows() if row.valid_from > today}
    narrower = {row.name for row in list_rule_rows() if row.scope != "district"}
    return render_template(
        "staff/rules.html",
        values={name: value_words(name, value) for name, value in rules_in_force(today).items()},
        coming=coming,
        narrower=narrower,
    )


@pages.get("/<name>")
@allow("rules.see")
def show(name: str) -> ResponseReturnValue:
    spec = _spec(name)
    return _page(name, _form(name, spec) if may("rules.edit") else None)


@pages.post("/<name>")
@allow("rules.edit")
def change(name: str) -> ResponseReturnValue:
    form = _form(name, _spec(name))
    if form.validate_on_submit():
        try:
            to = _set(name, form)
        except DomainError as error:
            form.refuse(error, _FIELDS.get(error.code, "value"))
        else:
            flash(_("The rule is set."))
            return redirect(to, 303)
    return _page(name, form)


def _spec(name: str) -> RuleSpec:
    if name not in RULES:
        abort(404)
    return RULES[name]


def _page(name: str, form: RuleForm | None) -> ResponseReturnValue:
    today = day_of(clock.now())
    places = _places()
    history = [
        (row, value_words(name, row.value), places.get((row.scope, row.scope_id), ""))
        for row in list_rule_rows(name)
    ]
    return render_template(
        "staff/rule.html",
        name=name,
        form=form,
        current=value_words(name, rules_in_force(today)[name]),
        default=value_words(name, _spec(name).default),
        history=history,
        today=today,
    )


def _places() -> dict[tuple[str, int | None], str]:
    """Where a rule may hold, in words, by its scope."""
    places: dict[tuple[str, int | None], str] = {("district", None): label("scope.district")}
    places |= {("term", term.id): name_of(term) for term in list_terms()}
    places |= {("campus", campus.id): name_of(campus) for campus in list_campuses()}
    return places


def _form(name: str, spec: RuleSpec) -> RuleForm:
    form = _FORMS[spec.kind]()
    form.place.choices = [
        (scope if scope_id is None else f"{scope}:{scope_id}", words)
        for (scope, scope_id), words in _places().items()
        if scope in spec.scopes
    ]
    if isinstance(form, ChoiceRuleForm):
        form.value.choices = [(value, value_words(name, value)) for value in spec.choices]
    return form


def _set(name: str, form: Any) -> str:
    """Raises what set_rule does; gives the page to go to."""
    scope, _colon, scope_id = form.place.data.partition(":")
    value = form.value.data
    if RULES[name].kind == "metres":
        value = [int(part) if part.isascii() and part.isdigit() else 0 for part in value.split()]
    check_value(name, value)
    now, mine = clock.now(), require_account().id

    def write() -> str:
        set_rule(
            name,
            value,
            valid_from=form.valid_from.data,
            reason=form.reason.data,
            account_id=mine,
            now=now,
            scope=scope,
            scope_id=int(scope_id) if scope_id else None,
        )
        return url_for("staff_rules.show", name=name)

    return once(form.key.data, mine, now, write)
