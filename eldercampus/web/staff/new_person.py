"""/staff/counter/new: somebody whom nobody has entered yet, together with the application."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.enrolment.application_queries import find_open_round, find_round_for_paper
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.entry import enter_application, list_classes_of_term
from eldercampus.enrolment.models import Round
from eldercampus.errors import DomainError
from eldercampus.people.eligibility import age_on, lowest_age
from eldercampus.people.models import Person
from eldercampus.people.queries import list_persons, masked_id_numbers
from eldercampus.people.registering import register_person
from eldercampus.places.queries import list_communities
from eldercampus.web.access import allow, require_account
from eldercampus.web.once import once
from eldercampus.web.sealed_cookie import take_sealed
from eldercampus.web.staff.class_boxes import (
    go_on,
    prepare_boxes,
    proposals,
    read_draft,
    show_classes,
)
from eldercampus.web.staff.community_box import whole_name
from eldercampus.web.staff.counter_forms import NewEntryForm, PersonOnlyForm
from eldercampus.web.staff.person_entry import (
    alike_of,
    details_of,
    fill_in,
    first_open,
    read_person,
)

pages = Blueprint("new_person", __name__)

LOOKED_FOR = "looked_for"  # comes along from the counter, outside the address: see _first_page

AnyForm = NewEntryForm | PersonOnlyForm

_FIELDS = {
    "identity": "id_number",
    "born": "born",
    "name": "name",
    "unknown": "community",
    "form": "number",
}


@pages.route("/staff/counter/new", methods=["GET", "POST"])
@allow("person.enter")
def enter() -> ResponseReturnValue:
    """Enters the person and hands in, in one go; those who may be the same are shown first."""
    if request.method == "GET":
        return _first_page(**take_sealed(LOOKED_FOR))
    round_ = find_open_round(clock.now())
    form = _form(round_)
    sending = bool(form.send.data)
    read_person(form, sending)
    if "edit" in request.form:
        form.another.data = ""
    elif alike := alike_of(form):
        return _alike_page(form, alike)
    draft = _read_draft(form, round_)
    if sending and not form.is_troubled:
        try:
            return redirect(_hand_in(form, draft, round_), 303)
        except DomainError as error:
            form.refuse(error, _FIELDS.get(error.code.partition("_")[0]))
    return _page(form, find_open_round(clock.now()))


def _first_page(words: str = "", paper: str = "", nobody_found: bool = False) -> str:
    """words: what was looked for; paper: the number of a form that was scanned."""
    round_ = find_open_round(clock.now())
    form = _form(round_, formdata=None)
    if form.is_fresh:
        fill_in(form, words)
    if form.is_fresh and isinstance(form, NewEntryForm):
        form.number.data = paper or None
        form.channel.data = "paper" if paper else "counter"
    return _page(form, round_, nobody_found)


def _form(round_: Round | None, **options: Any) -> AnyForm:
    """Classes are asked for while people apply."""
    if round_ is None:
        return PersonOnlyForm(**options)
    form = NewEntryForm(**options)
    prepare_boxes(form, round_)
    return form


def _read_draft(form: AnyForm, round_: Round | None) -> Draft | None:
    if round_ is None or not isinstance(form, NewEntryForm):
        return None
    return read_draft(form, round_.term_id)


def _hand_in(form: AnyForm, draft: Draft | None, round_: Round | None) -> str:
    """Both in one transaction, once: the address of the slip, or of what can be done without it."""
    clerk_id, now, details = require_account().id, clock.now(), details_of(form)
    channel = form.channel.data if isinstance(form, NewEntryForm) else "counter"
    receipt = (form.number.data or "") if isinstance(form, NewEntryForm) else ""
    round_id = round_.id if round_ is not None else None

    def deed() -> str:
        person = register_person(details, channel=channel, account_id=clerk_id, now=now)
        if round_id is None or draft is None:
            late = find_round_for_paper() is not None
            page = "counter.enter" if late else "staff_persons.show"
            return url_for(page, person_id=person.id)
        application = enter_application(
            round_id,
            person.id,
            draft,
            version=None,
            channel=channel,
            clerk_id=clerk_id,
            now=now,
            receipt=receipt,
        )
        return url_for("staff_applications.slip", application_id=application.id)

    return once(str(form.key.data), clerk_id, now, deed)


def _page(form: AnyForm, round_: Round | None, nobody_found: bool = False) -> str:
    classes = list_classes_of_term(round_.term_id) if round_ is not None else []
    if round_ is not None and isinstance(form, NewEntryForm):
        show_classes(form, round_, _somebody(form))
    _set_focus(form)
    return render_template(
        "staff/new_person.html",
        form=form,
        round=round_,
        nobody_found=nobody_found,
        classes=proposals(classes),
        communities=[whole_name(community) for community in list_communities()],
        **_ages(form, round_),
    )


def _set_focus(form: AnyForm) -> None:
    """First the card, if it is at hand; then whatever is still open, then the classes."""
    if form.is_fresh and not form.id_number.data:
        form.go_to("id_number")
    elif missing := first_open(form):
        form.go_to(missing)
    elif isinstance(form, NewEntryForm):
        go_on(form)
    else:
        form.go_to("send")


def _somebody(form: NewEntryForm) -> Person:
    """Whom the classes are looked up for, nowhere entered; old enough while nothing is known."""
    born_on = form.born.data or date(1900, 1, 1)
    community_id = form.community.community_id
    return Person(sex=form.sex.data or "f", born_on=born_on, community_id=community_id)


def _ages(form: AnyForm, round_: Round | None) -> dict[str, int | None]:
    """On the first day of term; too_young: the age that most classes ask for."""
    if form.born.data is None or round_ is None:
        return {"age": None, "too_young": None}
    age = age_on(form.born.data, round_.term.starts_on)
    lowest = lowest_age(form.sex.data or "f", round_.rules)
    return {"age": age, "too_young": lowest if age < lowest else None}


def _alike_page(form: AnyForm, person_ids: list[int]) -> str:
    """What was typed stays in the page, whichever button is pressed."""
    buttons = {"csrf_token", "another", "send", "look", "edit"}
    alike = list(list_persons(person_ids).values())
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in buttons]
    return render_template(
        "staff/alike.html",
        name=form.name.data,
        alike=alike,
        none_of=" ".join([form.another.data or "", *map(str, person_ids)]),
        typed=typed,
        button="send" if form.send.data else "look",
        masks=masked_id_numbers(alike),
        may_apply=bool(find_open_round(clock.now()) or find_round_for_paper()),
    )
