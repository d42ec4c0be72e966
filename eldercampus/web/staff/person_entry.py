"""The person's half of the screen for somebody new: what was typed, and what follows from it."""

from collections.abc import Iterator

from flask_babel import gettext as _

from eldercampus.enrolment.receipts import find_receipt
from eldercampus.errors import DomainError
from eldercampus.people.clues import read_clues
from eldercampus.people.duplicates import find_alike
from eldercampus.people.identity import read_identity
from eldercampus.people.news import check_target
from eldercampus.people.registering import (
    ConsentDetails,
    ContactDetails,
    PersonDetails,
    check_identity,
    check_news,
    phone_contact,
)
from eldercampus.places.queries import list_communities
from eldercampus.web.forms import tidy
from eldercampus.web.staff.community_box import read_community
from eldercampus.web.staff.counter_forms import PersonForm

_NEEDED = (
    ("letter", "address", "address_missing"),
    ("email", "mailbox", "mailbox_missing"),
    ("relative", "emergency_phone", "phone_missing"),
)
"""How news should come, the field that this needs, and what to say where it is empty."""


def fill_in(form: PersonForm, words: str) -> None:
    """Puts what was looked for where it belongs; a receipt number belongs nowhere."""
    form.news.data = "call"
    if find_receipt(words) and any(sign in "-0123456789" for sign in words):
        return
    clues = read_clues(words)
    form.name.data = tidy.name(clues.name) or None
    form.born.process(None, clues.born_on)
    form.phone.data = clues.phone or None
    form.id_number.data = clues.id_number or None
    follow_number(form)


def read_person(form: PersonForm, sending: bool) -> None:
    """Everything that can be said about what was typed; at a mere look, blanks are no fault."""
    form.validate()
    follow_number(form)
    read_community(form, list_communities())
    if sending:
        _ask_for_the_rest(form)
    else:
        form.forgive_blanks()


def follow_number(form: PersonForm) -> None:
    """Birth date and sex follow from the identity number where they were left empty."""
    number = form.id_number.data
    if not number:
        return
    try:
        identity = read_identity(number)
        if not any(form.born.typed.values()):
            form.born.process(None, identity.born_on)
        form.sex.data = form.sex.data or identity.sex
        if form.born.data is not None:
            check_identity(number, form.born.data, form.sex.data)
    except DomainError as error:
        form.refuse(error, "id_number")


def _ask_for_the_rest(form: PersonForm) -> None:
    if form.born.data is None and not form.born.errors:
        form.refuse(_("Please write the birth date."), "born")
    if form.sex.data is None:
        form.refuse(_("Please choose woman or man."), "sex")
    if _is_sensitive(form) and not form.sensitive.data:
        form.refuse(_("Please read this out too, and tick it if the person agrees."), "sensitive")
    try:
        check_news(form.news.data, form.phone.data or form.phone.typed)
    except DomainError as error:
        form.refuse(error, "phone")
    _check_mailbox(form)
    for way, name, missing in _NEEDED:
        field = form[name]
        if form.news.data == way and not field.data and not field.errors:
            form.refuse(DomainError(missing), name)


def _check_mailbox(form: PersonForm) -> None:
    try:
        if form.mailbox.data:
            check_target("email", form.mailbox.data)
    except DomainError as error:
        form.refuse(error, "mailbox")


def first_open(form: PersonForm) -> str:
    """The first question that must still be answered; "" where there is none."""
    open_ = {
        "name": not form.name.data,
        "born": form.born.data is None,
        "sex": form.sex.data is None,
        "community": form.community.community_id is None,
        "phone": form.news.data in ("sms", "call") and not form.phone.data,
        **{name: form.news.data == way and not form[name].data for way, name, _code in _NEEDED},
        "consent": not form.consent.data,
        "sensitive": _is_sensitive(form) and not form.sensitive.data,
    }
    return next((name for name, is_open in open_.items() if is_open), "")


def alike_of(form: PersonForm) -> list[int]:
    """Ids of those who may be the same person, without those of whom it was said that it is none
    of them."""
    found = find_alike(
        name=form.name.data or "",
        born_on=form.born.data,
        id_number=form.id_number.data,
        phones=[form.phone.data] if form.phone.data else [],
    )
    others = (form.another.data or "").split()
    return [person_id for person_id in found if str(person_id) not in others]


def details_of(form: PersonForm) -> PersonDetails:
    """What is to be entered, from a form without faults."""
    return PersonDetails(
        name=form.name.data,
        sex=form.sex.data,
        born_on=form.born.data,
        community_id=form.community.community_id or 0,
        address=form.address.data or "",
        id_number=form.id_number.data,
        news=form.news.data,
        emergency_name=form.emergency_name.data or "",
        emergency_phone=form.emergency_phone.data or "",
        contacts=tuple(_contacts(form)),
        tags=tuple(form.tags.data or ()),
        consents=_consents(form),
    )


def _contacts(form: PersonForm) -> Iterator[ContactDetails]:
    if form.phone.data:
        yield phone_contact(form.phone.data)
    if form.mailbox.data:
        yield ContactDetails("email", form.mailbox.data)
    if form.news.data == "relative":
        yield phone_contact(form.emergency_phone.data, "relative")


def _consents(form: PersonForm) -> tuple[ConsentDetails, ...]:
    kinds = ["personal", "sensitive"] if _is_sensitive(form) else ["personal"]
    return tuple(ConsentDetails(kind, form.name.data) for kind in kinds)


def _is_sensitive(form: PersonForm) -> bool:
    return bool(form.id_number.data or form.tags.data)
