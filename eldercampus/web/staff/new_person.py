"""/staff/counter/new: entering somebody whom nobody has entered yet."""

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.errors import DomainError
from eldercampus.language import name_of
from eldercampus.people.duplicates import list_open_pairs
from eldercampus.people.identity import read_identity
from eldercampus.people.models import Person
from eldercampus.people.queries import list_persons
from eldercampus.people.registering import (
    ConsentDetails,
    ContactDetails,
    PersonDetails,
    check_news,
    register_person,
)
from eldercampus.places.queries import list_communities
from eldercampus.web.access import allow, signed_in
from eldercampus.web.forms import tidy
from eldercampus.web.once import once
from eldercampus.web.staff.counter_forms import PersonForm

pages = Blueprint("new_person", __name__)

_FIELDS = {
    "identity": "id_number",
    "born": "born",
    "name": "name",
    "phone": "phone",
    "unknown": "community",
}


@pages.route("/staff/counter/new", methods=["GET", "POST"])
@allow("person.enter")
def enter() -> ResponseReturnValue:
    """Enters the person, unless they may stand there already: then those are shown first."""
    form = _form()
    alike: list[Person] = []
    if form.validate_on_submit() and (details := _details(form)) is not None:
        try:
            return redirect(_register(form, details), 303)
        except _Alike as error:
            alike = list(list_persons(error.person_ids).values())
        except DomainError as error:
            form.refuse(error, _FIELDS.get(error.code.partition("_")[0]))
    if not form.is_submitted():
        form.news.data = "call"
    return render_template("staff/new_person.html", form=form, alike=alike)


class _Alike(Exception):
    """Entries that may be the same person; nothing is written."""

    def __init__(self, person_ids: set[int]) -> None:
        super().__init__(person_ids)
        self.person_ids = person_ids


def _form() -> PersonForm:
    form = PersonForm()
    towns: dict[str, list[tuple[str, str]]] = {}
    for community in list_communities():
        towns.setdefault(name_of(community.town), []).append(
            (str(community.id), name_of(community))
        )
    form.community.choices = towns
    return form


def _details(form: PersonForm) -> PersonDetails | None:
    """None where something is missing or wrong; the form says what."""
    born, sex, number = form.born.data, form.sex.data, form.id_number.data
    if number:
        try:
            identity = read_identity(number)
        except DomainError as error:
            form.refuse(error, "id_number")
            return None
        born, sex = born or identity.born_on, sex or identity.sex
    if born is None:
        form.refuse(_("Please write the birth date."), "born")
    if sex is None:
        form.refuse(_("Please choose woman or man."), "sex")
    if born is None or sex is None:
        return None
    return PersonDetails(
        name=form.name.data,
        sex=sex,
        born_on=born,
        community_id=int(form.community.data),
        address=form.address.data or "",
        id_number=number,
        news=form.news.data,
        emergency_name=form.emergency_name.data or "",
        emergency_phone=form.emergency_phone.data or "",
        contacts=_contacts(form),
        tags=tuple(form.tags.data or ()),
        consents=_consents(form),
    )


def _contacts(form: PersonForm) -> tuple[ContactDetails, ...]:
    phone = form.phone.data
    if not phone:
        return ()
    return (ContactDetails("mobile" if tidy.is_mobile(phone) else "landline", phone),)


def _consents(form: PersonForm) -> tuple[ConsentDetails, ...]:
    kinds = ["personal"] + (["sensitive"] if form.id_number.data or form.tags.data else [])
    return tuple(ConsentDetails(kind, form.name.data) for kind in kinds)


def _register(form: PersonForm, details: PersonDetails) -> str:
    """Enters the person once; the address of the page for the classes. Raises _Alike."""
    check_news(details.news, form.phone.data)
    account, now = signed_in(), clock.now()
    if account is None:
        abort(403)
    clerk_id = account.id
    return once(
        str(form.key.data),
        clerk_id,
        now,
        lambda: _enter(details, clerk_id, now, although_alike=bool(form.another.data)),
    )


def _enter(details: PersonDetails, clerk_id: int, now: datetime, although_alike: bool) -> str:
    person = register_person(details, channel="counter", account_id=clerk_id, now=now)
    pairs = list_open_pairs([person.id])
    if pairs and not although_alike:
        both = {one for pair in pairs for one in (pair.first_id, pair.second_id)}
        raise _Alike(both - {person.id})
    return url_for("counter.enter", person_id=person.id)
