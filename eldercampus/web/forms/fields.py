"""Fields that print themselves whole: label, hint, error, box (templates/macros/fields.html).

An empty answer is None. What was typed stays on the page, also when it was wrong.
"""

import secrets
from collections.abc import Sequence
from typing import Any, cast

from flask import current_app
from flask_babel import LazyString, gettext
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.language.words import phone_words
from eldercampus.people.registering import check_name
from eldercampus.web.forms import tidy
from eldercampus.web.forms.validators import too_long

Text = str | LazyString


class Piece:
    """A widget whose markup is the macro of this name."""

    def __init__(self, macro: str) -> None:
        self.macro = macro

    def __call__(self, field: Field, **options: Any) -> Markup:
        module = current_app.jinja_env.get_template("macros/fields.html").module
        return Markup(getattr(module, self.macro)(field, **options))  # noqa: S704  a macro escapes


class WordedField(Field):
    """A field with a hint and a place for errors; hint and label are the page's words. kept: its
    answer is kept when the form could not be taken in. focus: the typing begins here."""

    kept = True
    focus = False

    def __init__(
        self,
        label: Text = "",
        validators: Sequence[Any] = (),
        *,
        hint: Text = "",
        **options: Any,
    ) -> None:
        # lazy texts are turned into words when the page is printed, in its language
        super().__init__(cast(str, label), list(validators), description=cast(str, hint), **options)

    @property
    def error_id(self) -> str:
        """The id of the input that the error summary leads to."""
        return str(self.id)


class TextField(WordedField):
    """One line of text, tidied. width is in characters; most is the longest answer taken."""

    widget = Piece("text")
    input_type = "text"
    inputmode = ""
    signs = ""  # a class for codes, whose signs stand apart
    width = 0
    autocomplete = ""
    most = 100

    def __init__(
        self,
        label: Text = "",
        validators: Sequence[Any] = (),
        *,
        width: int | None = None,
        autocomplete: str | None = None,
        most: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.width = self.width if width is None else width
        self.autocomplete = self.autocomplete if autocomplete is None else autocomplete
        self.most = self.most if most is None else most
        self.typed: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.typed = valuelist[0]
            self.data = None
            self.data = self.read(self.typed)

    def read(self, typed: str) -> Any:
        """The value of what was typed, None where that is nothing; ValueError with a sentence."""
        return tidy.plain(typed) or None

    def pre_validate(self, form: Any) -> None:
        if isinstance(self.data, str) and len(self.data) > self.most:
            raise ValidationError(too_long(self.most))

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else str(self.data)


class LongTextField(TextField):
    """Several lines."""

    widget = Piece("textarea")
    rows = 4
    most = 1000

    def read(self, typed: str) -> str | None:
        return tidy.lines(typed) or None


class NameField(TextField):
    """A person's name, as the person writes it."""

    most = 60

    def read(self, typed: str) -> str | None:
        return tidy.name(typed) or None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if odd := tidy.odd_sign(self.data or ""):
            raise ValidationError(
                gettext("A name cannot have the sign %(sign)s. Please take it out.", sign=odd)
            )
        try:
            if self.data:
                check_name(self.data)
        except DomainError as error:
            raise ValidationError(sentence(error)) from error


class NumberField(TextField):
    """A whole number, not negative; data is int | None."""

    inputmode = "numeric"

    def read(self, typed: str) -> int | None:
        text = tidy.plain(typed).replace(" ", "")  # -1 and 1.5 are refused, not read as 1 and 15
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise ValueError(gettext("Please write a whole number, in digits only."))
        return int(text)


class PhoneField(TextField):
    """A phone number; data is E.164. mobile=True asks for one that takes text messages."""

    input_type = "tel"
    inputmode = "tel"
    width = 20
    autocomplete = "tel"

    def __init__(self, *args: Any, mobile: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.mobile = mobile

    def read(self, typed: str) -> str | None:
        try:
            number = tidy.phone(typed)
        except tidy.NotAPhone:
            raise ValueError(self._refusal()) from None
        if number and self.mobile and not tidy.is_mobile(number):
            raise ValueError(self._refusal())
        return number or None

    def _value(self) -> str:
        return phone_words(self.data) if self.typed is None and self.data else super()._value()

    def _refusal(self) -> str:
        if self.mobile:
            return gettext("A mobile number has 11 digits. Please look at it once more.")
        return gettext(
            "We cannot ring this number. A mobile number has 11 digits; "
            "a landline needs its area code, for example 0574-8888 1234."
        )


class IdentityField(TextField):
    """A Chinese identity number, only tidied; eldercampus.people judges it."""

    signs = "ec-code"
    width = 20

    def read(self, typed: str) -> str | None:
        return tidy.identity(typed) or None


class CodeField(TextField):
    """A one-time code."""

    kept = False
    inputmode = "numeric"
    signs = "ec-code"
    width = 10
    autocomplete = "one-time-code"
    most = 20

    def read(self, typed: str) -> str | None:
        return tidy.digits(typed) or None


class PasswordField(TextField):
    """A password: taken as it is, never shown again."""

    kept = False
    input_type = "password"
    autocomplete = "current-password"
    most = 200

    def read(self, typed: str) -> str | None:
        return typed or None

    def _value(self) -> str:
        return ""


class SubmitField(WordedField):
    """A button; data tells whether it was the one pressed."""

    kept = False
    widget = Piece("submit")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist)


class KeyField(Field):
    """A key for the page: sent twice, it has one effect (the use case remembers it)."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        sent = valuelist[0] if valuelist else ""
        self.data = sent if _is_key(sent) else secrets.token_urlsafe(16)

    def _value(self) -> str:
        self.data = self.data or secrets.token_urlsafe(16)
        return str(self.data)


def _is_key(text: str) -> bool:
    return (
        16 <= len(text) <= 64
        and text.isascii()
        and text.replace("-", "").replace("_", "").isalnum()
    )
