"""Forms of the counter: who it is, which classes, a new person."""

import re
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, HiddenField
from wtforms.validators import ValidationError

from eldercampus.language.words import choice_words
from eldercampus.people.news import WAYS
from eldercampus.web.forms import (
    CheckboxesField,
    DateField,
    Form,
    IdentityField,
    LongTextField,
    NameField,
    PhoneField,
    RadioField,
    Required,
    SubmitField,
    TextField,
    YesField,
    labelled,
    tidy,
)
from eldercampus.web.forms.fields import Piece
from eldercampus.web.forms.persons import SEXES, TAGS
from eldercampus.web.numbers import whole_number
from eldercampus.web.staff.clock_field import ClockField

MOST_CHOICES = 8
CHANNELS = ("counter", "phone", "paper")


class FindForm(Form):
    """One box for everything. before, found: what was looked for last and the ids it led to, so
    that a number is enough to choose; paper: of the form that was scanned."""

    before = HiddenField()
    found = HiddenField()
    paper = HiddenField()
    words = TextField(
        _l("Whom are you entering?"),
        hint=_l("Identity number, name and birth date, phone, or receipt number"),
        autocomplete="off",
        validators=[Required(_l("Please write something to look for."))],
    )
    send = SubmitField(_l("Find"))
    new = SubmitField(_l("Enter a new person"))

    def chosen(self) -> int | None:
        """The id of the one whose number in the list was typed."""
        ids = re.findall(r"[0-9]+", self.found.data or "")
        typed = self.words.data or ""
        place = int(typed) if re.fullmatch(r"[0-9]{1,2}", typed, re.ASCII) else 0
        return int(ids[place - 1]) if 1 <= place <= len(ids) else None


class Box(Piece):
    """A box whose proposals stand in a datalist of the page."""

    def __call__(self, field: Field, **options: Any) -> Markup:
        module = current_app.jinja_env.get_template("macros/class_box.html").module
        return Markup(getattr(module, self.macro)(field, **options))  # noqa: S704 - it escapes


class ClassField(TextField):
    """data is the section's code (S-001); found: the class in words, once it was looked up."""

    widget = Box("class_box")
    most = 120
    found: Any = None

    def read(self, typed: str) -> str | None:
        """The code alone, also where the whole proposal was left in the box."""
        text = super().read(typed)
        return re.split(r"[\s,，]", text)[0].upper() if text else None

    def write(self, code: str) -> None:
        """Puts the code there instead of what was typed."""
        self.data = self.typed = code


class CommunityField(TextField):
    """data is what was typed; community_id and the whole name follow from the list of the page."""

    widget = Box("community_box")
    community_id: int | None = None


class CounterForm(Form):
    """A screen that is filled in by keyboard: the Enter key looks things up and sends nothing."""

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was typed into it yet: neither sent nor kept from before."""
        return self.key.raw_data is None

    def forgive_blanks(self) -> None:
        """What is empty is not wrong yet."""
        for field in self:
            if not any(str(text).strip() for text in field.raw_data or ()):
                field.errors = []

    def go_to(self, name: str) -> None:
        """Where the typing goes on when the page has loaded."""
        self[name].focus = True


class PersonForm(CounterForm):
    """A new person, with what the counter must know; the rest can follow. another: the ids
    of those who look alike and are somebody else."""

    another = HiddenField()
    id_number = IdentityField(
        _l("Identity number (may be left out)"),
        hint=_l("With it, birth date and sex may stay empty."),
    )
    name = NameField(
        _l("Name"), validators=[Required(_l("Please write the name."))], width=20, most=60
    )
    born = DateField(_l("Birth date"), hint=_l("For example 1952 3 27"))
    sex = RadioField(_l("Woman or man?"), choices=SEXES, inline=True)
    community = CommunityField(
        _l("Community or village"),
        hint=_l("A part of the name is enough."),
        validators=[Required(_l("Please write the community or village."))],
    )
    phone = PhoneField(_l("Phone (may be left out)"))
    news = RadioField(
        _l("How should news come?"),
        choices=labelled("news", WAYS),
        inline=True,
        validators=[Required(_l("Please choose how news should come."))],
    )
    address = TextField(_l("Street and number (may be left out)"), most=120)
    mailbox = TextField(_l("E-mail (may be left out)"), most=120)
    emergency_name = NameField(_l("In an emergency: whom do we ring?"), width=20, most=60)
    emergency_phone = PhoneField(
        _l("Their phone"), hint=_l("News goes there too, where it comes through a relative.")
    )
    tags = CheckboxesField(
        _l("Certificates claimed"),
        hint=_l("They count once somebody has seen them."),
        choices=TAGS,
    )
    consent = YesField(
        _l("Read out, and the person agrees"),
        hint=_l(
            "“We keep this for classes and seats only. You can see it, correct it and have it "
            "deleted. Nobody else gets it.”"
        ),
        validators=[Required(_l("We may only keep it if the person agrees."))],
    )
    sensitive = YesField(
        _l("Read out too, where there is an identity number or a certificate"),
        hint=_l("“We keep the identity number and the certificates locked away.”"),
    )


class WishesForm(CounterForm):
    """version: of the application that the clerk saw; looked: the codes that were looked up."""

    version = HiddenField()
    looked = HiddenField()
    choice1 = ClassField()
    choice2 = ClassField()
    choice3 = ClassField()
    choice4 = ClassField()
    choice5 = ClassField()
    choice6 = ClassField()
    choice7 = ClassField()
    choice8 = ClassField()
    look = SubmitField(_l("Look it up first"))
    wants = RadioField(_l("How many courses?"), inline=True)
    accept = YesField(_l("If a seat comes free later: take it at once, without asking"))
    send = SubmitField(_l("Hand in and print the slip"))

    most = MOST_CHOICES
    asked: tuple[str, ...] = ("wants",)
    """Questions after the classes that have no answer to begin with."""

    def choices(self) -> list[ClassField]:
        """As many boxes as the round has choices."""
        boxes = [self[f"choice{number}"] for number in range(1, self.most + 1)]
        for number, box in enumerate(boxes, start=1):
            box.label.text = choice_words(number)
        return boxes

    def shown(self) -> int | None:
        """The version of the application that the clerk saw; None where there was none."""
        try:
            return whole_number(self.version.data or "")
        except ValueError:
            return None


def _paper_number() -> Any:
    return TextField(_l("Number on the paper form, if it has one"), width=10, most=40)


class EntryForm(WishesForm):
    """While people apply."""

    channel = RadioField(
        _l("How did it come?"),
        choices=labelled("channel", CHANNELS),
        inline=True,
        validators=[Required(_l("Please say how the application came."))],
    )
    number = _paper_number()


class KnownForm(EntryForm):
    """For somebody who is entered already; how news should come is asked with each application."""

    news = RadioField(_l("How should news come?"), choices=labelled("news", WAYS), inline=True)
    reach = TextField(
        _l("Where to, if that is new"),
        hint=_l("A phone, an address or a mailbox. Left empty, it stays as it is."),
        most=120,
    )

    def validate_reach(self, field: TextField) -> None:
        """A phone is kept as +86…"""
        if field.data and self.news.data in ("sms", "call", "relative"):
            try:
                field.data = tidy.phone(field.data)
            except tidy.NotAPhone:
                raise ValidationError(
                    gettext(
                        "We cannot ring this number. A mobile number has 11 digits; "
                        "a landline needs its area code, for example 0574-8888 1234."
                    )
                ) from None


class PaperForm(WishesForm):
    """After the close: paper only, with the stamp that it got when it arrived; it counts once a
    second person agrees."""

    arrived_on = DateField(
        _l("When did the form arrive? The day on the stamp"),
        validators=[Required(_l("Please write the day on the stamp."))],
    )
    arrived_minute = ClockField(
        _l("The time on the stamp"),
        hint=_l("For example 9:30 or 16:30"),
        validators=[Required(_l("Please write the time on the stamp."))],
    )
    number = _paper_number()
    reason = LongTextField(
        _l("Why is it entered only now?"),
        hint=_l("The second person reads it, and whoever looks into it later."),
        most=500,
        validators=[Required(_l("Please write the reason. Others should understand it later."))],
    )
    send = SubmitField(_l("Ask a second person"))


class PersonOnlyForm(PersonForm):
    """While nobody can apply."""

    look = SubmitField(_l("Look it up first"))
    send = SubmitField(_l("Enter the person"))


class NewEntryForm(PersonForm, EntryForm):
    """A new person and the application in one sending."""
