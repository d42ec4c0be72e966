"""Forms of the counter: who it is, which classes, a new person."""

import re
from typing import Any

from flask import current_app, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, HiddenField

from eldercampus.language.words import choice_words
from eldercampus.web.forms import (
    CheckboxesField,
    DateField,
    Form,
    IdentityField,
    NameField,
    PhoneField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    TextField,
    YesField,
    labelled,
)
from eldercampus.web.forms.fields import Piece
from eldercampus.web.forms.persons import NEWS, SEXES, TAGS
from eldercampus.web.numbers import whole_number
from eldercampus.web.staff.clock_field import ClockField

MOST_CHOICES = 8
CHANNELS = ("counter", "phone", "paper")


class FindForm(Form):
    words = TextField(
        _l("Whom are you entering?"),
        hint=_l("Name, birth date, phone, identity number or receipt number"),
        validators=[Required(_l("Please write something to look for."))],
    )
    send = SubmitField(_l("Find"))


class ClassBox(Piece):
    """A box for a section's code; the browser proposes those of the list "classes"."""

    def __call__(self, field: Field, **options: Any) -> Markup:
        module = current_app.jinja_env.get_template("macros/class_box.html").module
        return Markup(getattr(module, self.macro)(field, **options))  # noqa: S704 - it escapes


class ClassField(TextField):
    """data is the section's code (S-001); found: the class in words, once it was looked up."""

    widget = ClassBox("class_box")
    most = 120
    found = ""

    def read(self, typed: str) -> str | None:
        """The code alone, also where the whole proposal was left in the box."""
        text = super().read(typed)
        return re.split(r"[\s,，]", text)[0].upper() if text else None


class WishesForm(Form):
    """choice1 … choice8 follow below."""

    version = HiddenField()
    wants = RadioField(
        _l("How many courses?"),
        inline=True,
        validators=[Required(_l("Please choose how many courses."))],
    )
    send = SubmitField(_l("Hand in and print the slip"))
    look = SubmitField(_l("Look the classes up first"))

    def choices(self) -> list[ClassField]:
        return [self[f"choice{number}"] for number in range(1, MOST_CHOICES + 1)]

    def shown(self) -> int | None:
        """The version of the application that the clerk saw; None where there was none."""
        return request.form.get("version", type=whole_number)


for _number in range(1, MOST_CHOICES + 1):
    setattr(WishesForm, f"choice{_number}", ClassField(LazyString(choice_words, _number)))


class EntryForm(WishesForm):
    """While people apply."""

    channel = RadioField(
        _l("How did it come?"),
        choices=labelled("channel", CHANNELS),
        inline=True,
        validators=[Required(_l("Please say how the application came."))],
    )


class PaperForm(WishesForm):
    """After the close: paper only, with the stamp that it got when it arrived."""

    arrived_on = DateField(
        _l("When did the form arrive? The day on the stamp"),
        validators=[Required(_l("Please write the day on the stamp."))],
    )
    arrived_minute = ClockField(
        _l("The time on the stamp"),
        hint=_l("For example 9:30 or 16:30"),
        validators=[Required(_l("Please write the time on the stamp."))],
    )


class PersonForm(Form):
    """A new person, with what the counter must know; the rest can follow."""

    id_number = IdentityField(
        _l("Identity number (may be left out)"),
        hint=_l("With it, birth date and sex may stay empty."),
    )
    name = NameField(
        _l("Name"), validators=[Required(_l("Please write the name."))], width=20, most=60
    )
    born = DateField(_l("Birth date"), hint=_l("For example 1952 3 27"))
    sex = RadioField(_l("Woman or man?"), choices=SEXES, inline=True)
    community = SelectField(
        _l("Community or village"),
        empty=_l("Choose"),
        validators=[Required(_l("Please choose the community or village."))],
    )
    address = TextField(_l("Street and number (may be left out)"), most=120)
    phone = PhoneField(_l("Phone (may be left out)"))
    news = RadioField(
        _l("How should news come?"),
        choices=NEWS,
        inline=True,
        validators=[Required(_l("Please choose how news should come."))],
    )
    emergency_name = NameField(_l("In an emergency: whom do we ring?"), width=20, most=60)
    emergency_phone = PhoneField(_l("Their phone"))
    tags = CheckboxesField(
        _l("Certificates claimed"),
        hint=_l("They count once somebody has seen them."),
        choices=TAGS,
    )
    consent = YesField(
        _l("The person agrees that we keep this for enrolment"),
        validators=[Required(_l("We may only keep it if the person agrees."))],
    )
    another = YesField(_l("It is none of these. Enter a new person."))
    send = SubmitField(_l("Enter the person"))
