"""/courses: finding a class without signing in."""

from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.models import Term
from eldercampus.catalogue.queries import find_current_term, list_sessions
from eldercampus.enrolment.application_queries import find_round_of_interest
from eldercampus.enrolment.finder import PARTS_OF_DAY, Wanted, find_classes, get_class
from eldercampus.enrolment.models import Round
from eldercampus.language import name_of
from eldercampus.language.words import weekday_words
from eldercampus.places.homes import Homes, Place, list_homes
from eldercampus.web.access import allow
from eldercampus.web.for_whom import find_representation, show_for
from eldercampus.web.forms import Form, SelectField, TextField
from eldercampus.web.numbers import whole_number
from eldercampus.web.picks import picked

pages = Blueprint("courses", __name__)

PAGE = 20
_PARTS = {"morning": _l("morning"), "afternoon": _l("afternoon"), "evening": _l("evening")}


class FinderForm(Form):
    """Sent by GET; what does not fit is left out without a word."""

    q = TextField(
        _l("What would you like to learn?"),
        hint=_l("Write the name of a course, or how its pinyin begins, for example sf"),
    )
    town = SelectField(_l("In which town do you live?"), empty=_l("Anywhere"))
    community = SelectField(
        _l("In which community or village?"), empty=_l("Choose the town first, then press Find")
    )
    day = SelectField(_l("Which day?"), empty=_l("Any day"))
    part = SelectField(_l("When?"), empty=_l("Any time"))


@pages.get("/courses")
@allow("public.see")
def index() -> ResponseReturnValue:
    now = clock.now()
    _say_for_whom()
    round_ = find_round_of_interest()
    term = _term(round_, now)
    homes = list_homes()
    form = _finder(homes)
    wanted = Wanted(
        words=(form.q.data or "")[:60],
        weekday=int(form.day.data) if form.day.data else None,
        part=form.part.data or "",
        near=homes.point(form.town.data or "", form.community.data or ""),
    )
    open_ = _is_open(round_, now)
    found = None
    if term is not None:
        page = request.args.get("page", 1, type=whole_number)
        found = find_classes(
            term.id, wanted, round_id=round_.id if round_ and open_ else None, page=page, size=PAGE
        )
    return render_template(
        "public/courses.html",
        finder=form,
        found=found,
        term=term,
        home=_home(homes, form),
        may_pick=open_,
        picks=len(picked()),
    )


@pages.get("/courses/<int:section_id>")
@allow("public.see")
def show(section_id: int) -> ResponseReturnValue:
    now = clock.now()
    _say_for_whom()
    round_ = find_round_of_interest()
    open_ = _is_open(round_, now)
    found = get_class(section_id, round_id=round_.id if round_ and open_ else None)
    of_round = round_ is not None and found.section.term_id == round_.term_id
    return render_template(
        "public/course.html",
        found=found,
        sessions=list_sessions(section_id),
        may_pick=open_ and of_round and found.section.state == "open",
        may_join=of_round and _may_join(round_, now) and found.section.state == "open",
    )


def _say_for_whom() -> None:
    """Whose list a class goes on, for those who are signed in."""
    row = find_representation()
    if row is not None and row.may_apply:
        show_for(row)


def _is_open(round_: Round | None, now: datetime) -> bool:
    return round_ is not None and round_.state == "open" and now < round_.closes_at


def _may_join(round_: Round | None, now: datetime) -> bool:
    """From publishing to the last joining day."""
    today = now.astimezone(clock.SHANGHAI).date()
    return (
        round_ is not None and round_.state == "published" and today <= round_.term.last_joining_on
    )


def _term(round_: Round | None, now: datetime) -> Term | None:
    if round_ is not None:
        return round_.term
    return find_current_term(now.astimezone(clock.SHANGHAI).date())


def _finder(homes: Homes) -> FinderForm:
    form = FinderForm(formdata=request.args, meta={"csrf": False})
    form.town.choices = [(town.code, name_of(town)) for town in homes.towns()]
    form.day.choices = [(str(day), weekday_words(day)) for day in range(1, 8)]
    form.part.choices = [(part, str(_PARTS[part])) for part in PARTS_OF_DAY]
    for field in (form.town, form.day, form.part):
        _leave_unknown_out(field)
    places = homes.communities(form.town.data or "")
    form.community.choices = [(place.code, name_of(place)) for place in places]
    if places:
        form.community.empty = _l("Choose")
    _leave_unknown_out(form.community)
    return form


def _leave_unknown_out(field: SelectField) -> None:
    if field.data not in field.values():
        field.data = None


def _home(homes: Homes, form: FinderForm) -> Place | None:
    """Where distances are measured from."""
    if homes.point(form.town.data or "", form.community.data or "") is None:
        return None
    places = [*homes.communities(form.town.data or ""), *homes.towns()]
    codes = (form.community.data, form.town.data)
    return next((place for code in codes for place in places if place.code == code), None)
