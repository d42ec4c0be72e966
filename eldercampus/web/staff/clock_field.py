"""A time of day in one box."""

import re
from typing import Any

from flask_babel import gettext

from eldercampus.web.forms import TextField
from eldercampus.web.forms.tidy import plain

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.点]([0-5][0-9]))?点?")


class ClockField(TextField):
    """9:00, 9.30, 9点, 14: minutes since midnight; data is int | None."""

    width = 5
    inputmode = "text"

    def read(self, typed: str) -> int | None:
        text = plain(typed).replace(" ", "")
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        if found is None:
            raise ValueError(gettext("Please write the time like this: 9:30."))
        return int(found[1]) * 60 + int(found[2] or 0)

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else clock_text(self.data)


def clock_text(minute: Any) -> str:
    """570 → 9:30."""
    hour, rest = divmod(int(minute), 60)
    return f"{hour}:{rest:02d}"
