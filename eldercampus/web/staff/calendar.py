"""/staff/calendar: holidays and working weekends, year by year; /staff/terms: the half-years."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.courses import TermDetails, create_term
from eldercampus.catalogue.queries import (
    find_calendar_day,
    find_calendar_year,
    list_calendar_days,
    list_calendar_years,
    list_terms,
)
from eldercampus.catalogue.sessions import remake_sessions_from
from eldercampus.catalogue.years import (
    FIRST_YEAR,
    LAST_YEAR,
    change_day,
    confirm_year,
    load_calendar_year,
)
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.language import label
from eldercampus.web.access import allow, may, require_account
from eldercampus.web.forms import DateField, Form, RadioField, Required, SubmitField, TextField
from eldercampus.web.numbers import whole_number
from eldercampus.web.once import once

pages = Blueprint("staff_calendar", __name__, url_prefix="/staff")


class DayForm(Form):
    day = DateField(_l("Which day"), validators=[Required()])
    kind = RadioField(_l("What it is"), validators=[Required()])
    name = TextField(_l("Its name in Chinese"), most=60)
    name_en = TextField(_l("Its name in English"), most=80)
    send = SubmitField(_l("Change the day"))


class NoticeForm(Form):
    source = TextField(
        _l("Number and date of the official notice"),
        hint=_l("Compare each day with the notice first, and change what differs."),
        validators=[Required()],
        most=120,
    )
    send = SubmitField(_l("It is as in the notice"))


class TermForm(Form):
    code = TextField(_l("Short code"), hint=_l("For example 2027-spring"), width=20, most=20,
                     validators=[Required()])  # fmt: skip
    name = TextField(_l("Name in Chinese"), most=40, validators=[Required()])
    name_en = TextField(_l("Name in English"), most=60)
    starts_on = DateField(_l("First day"), validators=[Required()])
    ends_on = DateField(_l("Last day"), validators=[Required()])
    last_joining_on = DateField(_l("Last day to join a class"), validators=[Required()])
    send = SubmitField(_l("Enter the term"))


@pages.get("/calendar")
@allow("rules.see")
def index() -> ResponseReturnValue:
    return _page(request.args.get("year", day_of(clock.now()).year, type=whole_number))


@pages.post("/calendar/<int:year>/load")
@allow("rules.edit")
def load(year: int) -> ResponseReturnValue:
    now = clock.now()
    try:
        with transaction():
            load_calendar_year(year, now=now, account_id=require_account().id)
            remake_sessions_from(day_of(now))
    except DomainError:
        abort(404)
    flash(_("The year is loaded, and the lessons follow it."))
    return redirect(url_for("staff_calendar.index", year=year), 303)


@pages.post("/calendar/<int:year>/confirm")
@allow("rules.edit")
def confirm(year: int) -> ResponseReturnValue:
    form = NoticeForm()
    if find_calendar_year(year) is None:
        abort(404)
    if not form.validate_on_submit():
        return _page(year, notice=form)
    with transaction():
        confirm_year(
            year, source=form.source.data, account_id=require_account().id, now=clock.now()
        )
    flash(_("Saved."))
    return redirect(url_for("staff_calendar.index", year=year), 303)


@pages.route("/calendar/day", methods=["GET", "POST"])
@allow("rules.edit")
def day() -> ResponseReturnValue:
    form = DayForm(data=_answers_of(request.args.get("on", "")))
    kinds = ("holiday", "workday", "ordinary")
    form.kind.choices = [(kind, label(f"calendar.{kind}")) for kind in kinds]
    if form.validate_on_submit():
        now = clock.now()
        with transaction():
            change_day(
                form.day.data,
                form.kind.data,
                name=form.name.data or "",
                name_en=form.name_en.data or "",
                account_id=require_account().id,
                now=now,
            )
            remake_sessions_from(day_of(now))
        flash(_("The day is changed, and the lessons follow it."))
        return redirect(url_for("staff_calendar.index", year=form.day.data.year), 303)
    return render_template("staff/calendar_day.html", form=form)


@pages.get("/terms")
@allow("rules.see")
def terms() -> ResponseReturnValue:
    return render_template("staff/terms.html", terms=list_terms())


@pages.route("/terms/new", methods=["GET", "POST"])
@allow("rules.edit")
def new_term() -> ResponseReturnValue:
    form = TermForm()
    if form.validate_on_submit():
        now, mine = clock.now(), require_account().id

        def create() -> str:
            names = TermDetails.__dataclass_fields__
            answers: dict[str, Any] = {name: form[name].data or "" for name in names}
            create_term(TermDetails(**answers), account_id=mine, now=now)
            return url_for("staff_calendar.terms")

        try:
            to = once(form.key.data, mine, now, create)
        except DomainError as error:
            fields = {"code_taken": "code", "term_dates": "ends_on"}
            form.refuse(error, fields.get(error.code, "last_joining_on"))
        else:
            flash(_("Saved."))
            return redirect(to, 303)
    return render_template("staff/term_form.html", form=form)


def _page(year: int, notice: NoticeForm | None = None) -> ResponseReturnValue:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    loaded = find_calendar_year(year)
    ask = may("rules.edit") and loaded is not None and loaded.provisional
    return render_template(
        "staff/calendar.html",
        year=year,
        loaded=loaded,
        years=list_calendar_years(),
        days=list_calendar_days(year),
        form=notice or (NoticeForm() if ask else None),
    )


def _answers_of(text: str) -> dict[str, object]:
    """The day that a link names, as it stands in the table."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return {}
    row = find_calendar_day(on)
    if row is None:
        return {"day": on, "kind": "ordinary"}
    return {"day": on, "kind": row.kind, "name": row.name, "name_en": row.name_en}
