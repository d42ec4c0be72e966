"""Makes the words of eldercampus.language.words known to templates, as filters and as functions."""

import re
import unicodedata
from collections.abc import Callable

from flask import Flask

from eldercampus.language import in_english, label, name_of, sentence, words
from eldercampus.language.hours import hours_of, weekly_words
from eldercampus.language.people import of_you
from eldercampus.people.identity import masked_identity, masked_phone

_WORDS: tuple[Callable[..., object], ...] = (
    masked_identity,
    masked_phone,
    of_you,
    in_english,
    label,
    name_of,
    sentence,
    words.calendar_date,
    words.choice_words,
    words.clock_range,
    words.date_words,
    words.days_left,
    words.days_until,
    words.distance_words,
    words.hours,
    words.listed,
    words.moment_words,
    words.odds,
    words.odds_words,
    words.ordinal,
    words.percent,
    words.phone_words,
    words.sentences,
    words.short_date,
    words.time_words,
    words.weekday_words,
    words.yuan,
    hours_of,
    weekly_words,
)


def dialled(phone: str) -> str:
    """The digits of a phone number as a tel: link needs them."""
    return re.sub(r"[^+0-9]", "", phone)


def breadth(text: object) -> int:
    """How wide a text is, in halves of a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in str(text))


def register(app: Flask) -> None:
    app.add_template_filter(breadth)
    app.add_template_filter(dialled)
    for word in _WORDS:
        app.add_template_filter(word)
        app.add_template_global(word)
