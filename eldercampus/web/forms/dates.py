"""A date in three boxes: year, month, day. Errors point to the box that is wrong. A whole date
pasted into one box counts, and so do 1952年 3月 27日."""

from datetime import date
from typing import Any, NoReturn

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from wtforms.utils import unset_value

from eldercampus.web.forms import tidy
from eldercampus.web.forms.fields import Piece, WordedField

BOXES = ("year", "month", "day")
_MISSING: dict[str, LazyString] = {
    "year": _l("The year is missing."),
    "month": _l("The month is missing."),
    "day": _l("The day is missing."),
}


class DateField(WordedField):
    """data is date | None; typed holds the three texts; wrong_box is the box in error, or ""."""

    widget = Piece("date")

    def __init__(self, *args: Any, birthday: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.birthday = birthday
        self.typed = dict.fromkeys(BOXES, "")
        self.wrong_box = ""

    @property
    def error_id(self) -> str:
        return f"{self.id}-{self.wrong_box or 'year'}"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        if isinstance(self.data, date):
            self.typed = {box: str(getattr(self.data, box)) for box in BOXES}
        if formdata is None:
            return
        self.typed = {box: formdata.get(f"{self.name}-{box}", "") for box in BOXES}
        self.raw_data = list(self.typed.values())
        self.data = None
        self.typed = _spread(self.typed)
        try:
            self.data = self._read({box: _bare(text) for box, text in self.typed.items()})
        except ValueError as error:
            self.process_errors = [str(error)]

    def _read(self, texts: dict[str, str]) -> date | None:
        if not any(texts.values()):
            return None
        for box, sentence in _MISSING.items():
            if not texts[box]:
                self._refuse(box, str(sentence))
            if not (texts[box].isascii() and texts[box].isdigit() and len(texts[box]) <= 4):
                self._refuse(
                    box, gettext("Please write the date in digits, for example 1952 3 27.")
                )
        year, month, day = (int(texts[box]) for box in BOXES)
        if len(texts["year"]) != 4 or year < 1000:
            self._refuse("year", gettext("The year has four digits, for example 1952."))
        if not 1 <= month <= 12:
            self._refuse("month", gettext("Months go from 1 to 12."))
        try:
            return date(year, month, day)
        except ValueError:
            self._refuse("day", gettext("That month has no such day."))

    def _refuse(self, box: str, sentence: str) -> NoReturn:
        self.wrong_box = box
        raise ValueError(sentence)


def _spread(typed: dict[str, str]) -> dict[str, str]:
    """A date that stands whole in one box, the others empty or saying the same, over the three."""
    for text in typed.values():
        parts = tidy.whole_date(text)
        if parts is None:
            continue
        whole = dict(zip(BOXES, parts, strict=True))
        others = {box: _bare(other) for box, other in typed.items() if other != text}
        if all(other.lstrip("0") in ("", whole[box].lstrip("0")) for box, other in others.items()):
            return whole
    return typed


def _bare(text: str) -> str:
    return tidy.digits(text).rstrip("年月日号")
