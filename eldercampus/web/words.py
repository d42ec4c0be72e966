"""Makes the words of eldercampus.language.words known to templates, as filters and as functions."""

import re
import unicodedata
from collections.abc import Callable

from flask import Flask
from markupsafe import Markup, escape

from eldercampus.language import in_english, label, name_of, sentence, words
from eldercampus.language.catalogues import IN_TEMPLATES
from eldercampus.language.hours import hours_of, weekly_words
from eldercampus.language.people import of_you
from eldercampus.language.relations import scope_words, who_words
from eldercampus.people.identity import masked_identity, masked_phone

_WORDS: tuple[Callable[..., object], ...] = (
    masked_identity,
    masked_phone,
    of_you,
    in_english,
    label,
    name_of,
    scope_words,
    sentence,
    who_words,
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
    words.time_left,
    words.time_words,
    words.weekday_words,
    words.yuan,
    hours_of,
    weekly_words,
)


# Behind these a heading may break; behind a blank only between Chinese signs (2027 年 stays one).
_ENDS = re.compile(r"(?<=[，。：])|(?<=[\u4e00-\u9fff])( )(?=[\u4e00-\u9fff])")


def unbroken(text: str) -> Markup:
    """A heading whose phrases stay whole: Chinese has no blanks to break at."""
    parts = [part for part in _ENDS.split(text) if part]
    if len(parts) < 2:
        return escape(text)
    whole = Markup('<span class="ec-phrase">{}</span>')
    safe = Markup if isinstance(text, Markup) else escape
    return Markup("").join(" " if part == " " else whole.format(safe(part)) for part in parts)


_HOURS = re.compile(r"\d{1,2}:\d{2}–\d{1,2}:\d{2}")


def whole_hours(text: str) -> Markup:
    """Hours of a lesson stay on one line: 9:00–10:30."""
    parts = (escape(part) for part in _HOURS.split(text))
    spans = [
        Markup('<span class="ec-nb">{}</span>').format(hours) for hours in _HOURS.findall(text)
    ]
    return Markup("").join(one for pair in zip(parts, [*spans, ""], strict=True) for one in pair)


def dialled(phone: str) -> str:
    """The digits of a phone number as a tel: link needs them."""
    return re.sub(r"[^+0-9]", "", phone)


def breadth(text: object) -> int:
    """How wide a text is, in halves of a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in str(text))


def register(app: Flask) -> None:
    app.jinja_env.globals.update(IN_TEMPLATES)
    app.add_template_filter(breadth)
    app.add_template_filter(dialled)
    app.add_template_filter(unbroken)
    app.add_template_filter(whole_hours)
    for word in _WORDS:
        app.add_template_filter(word)
        app.add_template_global(word)
