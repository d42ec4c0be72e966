"""What a field asks of its answer, with a plain sentence each.

An empty answer is the business of Required alone.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import LazyString, gettext, ngettext
from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

from eldercampus.language.words import calendar_date

Text = str | LazyString


class Required:
    """There must be an answer."""

    def __init__(self, message: Text | None = None) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Field) -> None:
        if field.process_errors:
            raise StopValidation  # what was typed is wrong, and already said so
        if field.data is False or (not field.data and field.data != 0):
            text = self.message or gettext("Please fill in: %(label)s", label=str(field.label.text))
            raise StopValidation(str(text))


class Length:
    """So many characters at least, at most."""

    def __init__(
        self, least: int = 0, most: int | None = None, message: Text | None = None
    ) -> None:
        self.least, self.most, self.message = least, most, message

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None:
            return
        count = len(field.data)
        if count < self.least:
            text = ngettext(
                "Please write at least %(num)d character.",
                "Please write at least %(num)d characters.",
                self.least,
            )
        elif self.most is not None and count > self.most:
            text = too_long(self.most)
        else:
            return
        raise ValidationError(str(self.message or text))


def too_long(most: int) -> str:
    return ngettext(
        "That is too long. There is room for %(num)d character.",
        "That is too long. There is room for %(num)d characters.",
        most,
    )


class OnlyDigits:
    """So many plain digits and nothing else."""

    def __init__(self, count: int, message: Text) -> None:
        self.count, self.message = count, message

    def __call__(self, _form: Any, field: Field) -> None:
        text = field.data or ""
        if not (text.isascii() and text.isdigit() and len(text) == self.count):
            raise ValidationError(str(self.message))


class NumberRange:
    """A number from least to most, both allowed."""

    def __init__(
        self, least: int | None = None, most: int | None = None, message: Text | None = None
    ) -> None:
        self.least, self.most, self.message = least, most, message

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None:
            return
        if self.least is not None and field.data < self.least:
            text = gettext("Please write %(least)d or more.", least=self.least)
        elif self.most is not None and field.data > self.most:
            text = gettext("Please write %(most)d or less.", most=self.most)
        else:
            return
        raise ValidationError(str(self.message or text))


Limit = date | Callable[[], date] | None


def _limit(limit: Limit) -> date | None:
    return limit() if callable(limit) else limit


class DateRange:
    """A day from first to last, both allowed; a limit may be a function, asked at the check."""

    def __init__(
        self, first: Limit = None, last: Limit = None, message: Text | None = None
    ) -> None:
        self.first, self.last, self.message = first, last, message

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None:
            return
        first, last = _limit(self.first), _limit(self.last)
        if first and field.data < first:
            text = gettext("Please write %(date)s or a later day.", date=calendar_date(first))
        elif last and field.data > last:
            text = gettext("Please write %(date)s or an earlier day.", date=calendar_date(last))
        else:
            return
        raise ValidationError(str(self.message or text))
