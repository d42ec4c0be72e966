"""The form to apply on paper: blank, or with a person's name on it, and the list of classes.

A4 in large type, in the reader's language. The QR code holds the form's number and nothing else,
so that a scanner types it into the counter's search box.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import segno
from flask_babel import gettext as _

from eldercampus.catalogue.models import Section
from eldercampus.enrolment.models import Round
from eldercampus.language import in_english, label, name_of
from eldercampus.language.hours import weekly_words
from eldercampus.language.words import calendar_date, choice_words, moment_words
from eldercampus.paper.signs import lacks_signs, printable
from eldercampus.paper.slip import Sender
from eldercampus.paper.typesetting import typeset
from eldercampus.people.identity import masked_phone
from eldercampus.people.models import Person
from eldercampus.places.models import Campus

_SEXES = ("f", "m")
_NEWS = ("sms", "call", "letter", "email", "relative")
_TAGS = ("disability", "low_income")


@dataclass(frozen=True)
class Sheets:
    """What is printed. numbers: a form for each; person: whose name stands on them, with community,
    town and contacts; classes: the list at the end, empty for none."""

    round: Round
    numbers: Sequence[str]
    person: Person | None = None
    classes: Sequence[Section] = ()


def forms_pdf(sheets: Sheets, sender: Sender, *, now: datetime) -> bytes:
    """Two sides for each form, then the list of classes, once."""
    known = _known(sheets.person) if sheets.person else []
    content = {
        "title": _("Application form"),
        "lang": "en" if in_english() else "zh",
        "region": None if in_english() else "cn",
        "foot": _("Demonstration: all names are made up.") if sender.demonstration else "",
        "school": sender.school,
        "round": name_of(sheets.round),
        "words": _words(sheets.round, sender),
        "forms": [_form(number, sheets.person, known) for number in sheets.numbers],
        "classes": list(_by_campus(sheets.classes)),
    }
    return typeset("application_form", _with_note(printable(content)), now=now)


def _with_note(content: Any) -> Any:
    """Where the name lacks a sign, the form asks for a pen."""
    if lacks_signs(content["forms"]):
        content["words"]["known-hint"] += _(
            "〓: this machine has no letter shape for it. Please write it in by hand."
        )
    return content


def _form(number: str, person: Person | None, known: list[tuple[str, str]]) -> dict[str, Any]:
    drawing = io.BytesIO()
    segno.make(number, error="m", micro=False).save(drawing, kind="svg", border=2)
    return {
        "number": number,
        "qr": drawing.getvalue().decode(),
        "known": known,
        "ask-id": person is None or person.id_number_key is None,
    }


def _known(person: Person) -> list[tuple[str, str]]:
    """What a clerk recognises the person by; the form may lie about, so no more than that."""
    home = [name_of(person.community.town), name_of(person.community)]
    phones = [one.value for one in person.contacts if one.kind in ("mobile", "landline")]
    rows = [
        (_("Name"), name_of(person)),
        (_("Birth date"), calendar_date(person.born_on)),
        (_("Lives in"), " ".join(home)),
    ]
    return [*rows, (_("Phone"), masked_phone(phones[0]))] if phones else rows


def _words(round_: Round, sender: Sender) -> dict[str, Any]:
    """By the names that the source gives them, in the order of the sheet."""
    front = {**_head(round_, sender), **_who(), **_wishes(round_)}
    return {**front, **_back(round_), **_signing(), **_list_words()}


def _head(round_: Round, sender: Sender) -> dict[str, Any]:
    until = _(
        "Hand it in at any campus, or send somebody, by %(moment)s. Early or late, "
        "the chances are the same.",
        moment=moment_words(round_.closes_at),
    )
    ring = _("Ring us: %(phone)s, %(hours)s.", phone=sender.phone, hours=sender.hours)
    return {
        "title": _("Application form"),
        "number": _("Receipt number"),
        "intro": [until, _("Leave empty what you do not know: we help you."), ring],
        "front": _("Front"),
    }


def _who() -> dict[str, Any]:
    return {
        "who": _("1. Who applies"),
        "known-hint": _("If something is wrong, cross it out and write it beside."),
        "name": _("Name"),
        "sexes": [label(f"sex.{sex}") for sex in _SEXES],
        "born": _("Birth date"),
        "year": _("year"),
        "month": _("month"),
        "day": _("day"),
        "town": _("Town or subdistrict"),
        "community": _("Community or village"),
        "address": _("Street and number"),
        "phone": _("Phone"),
        "id": _("Identity number"),
        "id-hint": _("May be left out. With it we do not mistake you for somebody else."),
    }


def _wishes(round_: Round) -> dict[str, Any]:
    most = int(round_.rules["choices_max"])
    return {
        "wishes": _("2. The classes you would like, the best one first"),
        "wishes-hint": _(
            "Put first the one that you would least like to miss. Up to %(most)d. "
            "If you do not know the number, write the name and the campus.",
            most=most,
        ),
        "code": _("Class number"),
        "course": _("Course and campus"),
        "ranks": [choice_words(rank) for rank in range(1, most + 1)],
    }


def _back(round_: Round) -> dict[str, Any]:
    most = int(round_.rules["courses_per_term"])
    return {
        "back": _("Back side"),
        "wants": _("3. How many courses would you like?"),
        "wants-options": [_("one course"), _("two courses"), _("three courses")][:most],
        "accept": _("4. If you have to wait, and a seat comes free later"),
        "accept-options": [_("Give it to me at once"), _("Ask me first")],
        "accept-hint": _(
            "“At once”: the seat is yours without a question. You can still give it back."
        ),
        "news": _("5. How should news come?"),
        "news-options": [label(f"news.{way}") for way in _NEWS],
        "news-where": _("To which number or address"),
        "tags": _("6. Does one of these apply to you?"),
        "tags-options": [label(f"tag.{kind}") for kind in _TAGS],
        "tags-hint": _(
            "Some classes keep seats. Bring the certificate to a campus before %(day)s.",
            day=moment_words(round_.freezes_at),
        ),
        "emergency": _("7. In an emergency: whom do we ring?"),
        "relation": _("Who is that to you?"),
    }


def _signing() -> dict[str, Any]:
    return {
        "sign": _("8. Consent and signature"),
        "consent": [
            _("I agree that you keep this, for classes and seats only."),
            _("You can see it, correct it and have it deleted. Nobody else gets it."),
        ],
        "sensitive": _("You may also keep the identity number and the certificates, locked."),
        "signature": _("Signature"),
        "date": _("Date"),
        "helped": _("If somebody filled this in for you, they write here who they are:"),
        "signature-helper": _("Their signature"),
        "stamp": _("The campus fills this in when the form arrives"),
        "stamp-when": _("Arrived on"),
        "hour": _("hour"),
        "minute": _("minute"),
        "stamp-place": _("Campus and stamp"),
        "stamp-who": _("Taken in by"),
    }


def _list_words() -> dict[str, Any]:
    return {
        "list": _("List of classes"),
        "list-hint": _("The number of the class is what you write on the form."),
        "list-head": [_("Number"), _("Course"), _("Time")],
    }


def _by_campus(sections: Sequence[Section]) -> Iterator[dict[str, Any]]:
    """By the campus's code, within it by the class's."""
    ordered = sorted(sections, key=lambda section: (section.campus.code, section.code))
    for _code, group in groupby(ordered, key=lambda section: section.campus.code):
        rows = list(group)
        campus = rows[0].campus
        yield {
            "name": name_of(campus),
            "about": " ".join(filter(None, [_address(campus), campus.phone])),
            "rows": [
                [section.code, name_of(section.course), weekly_words(section.meetings)]
                for section in rows
            ],
        }


def _address(campus: Campus) -> str:
    """In the reader's language, or not at all."""
    return campus.address_en if in_english() else campus.address
