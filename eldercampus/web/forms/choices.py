"""Fields that offer choices: one of a list, one of a few, any of a few, a box to tick."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import LazyString, gettext
from wtforms.validators import ValidationError

from eldercampus.language import LABELS
from eldercampus.web.forms.fields import Piece, Text, WordedField

Choices = Sequence[tuple[Any, ...]] | Mapping[str, Sequence[tuple[Any, ...]]]


def labelled(kind: str, codes: Iterable[str]) -> list[tuple[str, LazyString]]:
    """Choices of a field: each code with its label of that kind ("sex", "f")."""
    return [(code, LABELS[f"{kind}.{code}"]) for code in codes]


class SelectField(WordedField):
    """One of a list; choices [(value, label)] or {group: [(value, label)]}, values text."""

    widget = Piece("select")

    def __init__(
        self,
        label: Text = "",
        validators: Sequence[Any] = (),
        *,
        choices: Choices = (),
        empty: Text | None = None,
        inline: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.choices, self.empty, self.inline = choices, empty, inline

    def values(self) -> set[str]:
        groups = self.choices.values() if isinstance(self.choices, Mapping) else [self.choices]
        return {str(choice[0]) for group in groups for choice in group}

    def groups(self) -> list[tuple[str, Sequence[tuple[Any, ...]]]]:
        if isinstance(self.choices, Mapping):
            return list(self.choices.items())
        return [("", self.choices)]

    def chosen(self, value: object) -> bool:
        return self.data is not None and str(self.data) == str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist and valuelist[0] else None

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and str(self.data) not in self.values():
            raise ValidationError(gettext("Please choose one from the list."))


class RadioField(SelectField):
    """One of a few, all in sight; choices [(value, label)] or [(value, label, hint)]."""

    widget = Piece("radios")


class CheckboxesField(SelectField):
    """Any of a few; data is a list of values."""

    widget = Piece("checkboxes")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(valuelist))

    def chosen(self, value: object) -> bool:
        return str(value) in {str(one) for one in self.data or ()}

    def pre_validate(self, form: Any) -> None:
        if not set(map(str, self.data or ())) <= self.values():
            raise ValidationError(gettext("Please choose only from the list."))


class YesField(WordedField):
    """One box to tick; data is bool."""

    widget = Piece("yes")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist)

    def chosen(self) -> bool:
        return bool(self.data)
