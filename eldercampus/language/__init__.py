"""Words that are not in a template: the locale, labels of codes, sentences of errors, names.

Each domain has a module here with LABELS (code → word) and SENTENCES (error code → sentence);
notice texts are in notices.py too, dates and distances in words.py. All are gettext messages in
English; the catalogue `zh` holds the Chinese.
"""

from datetime import date, datetime
from typing import Any, Protocol

from flask import has_request_context, request
from flask_babel import LazyString, get_locale

from eldercampus.catalogue.timetable import WeeklyHour
from eldercampus.errors import DomainError
from eldercampus.language import (
    approvals,
    catalogue,
    enrolment,
    hours,
    messages,
    notices,
    people,
    places,
    relations,
    words,
)

LOCALES = ("zh", "en")
LANGUAGE_COOKIE = "language"

_DOMAINS = (places, catalogue, people, relations, enrolment, approvals, messages, notices)
LABELS: dict[str, LazyString] = {code: text for d in _DOMAINS for code, text in d.LABELS.items()}
SENTENCES: dict[str, LazyString] = {
    code: text for d in _DOMAINS for code, text in d.SENTENCES.items()
}


class Named(Protocol):
    """A row with a Chinese name and perhaps an English one (name_en or name_latin)."""

    @property
    def name(self) -> str: ...


def choose_locale() -> str:
    """The visitor's language: what they switched to, else what the browser asks for, else zh."""
    if not has_request_context():
        return "zh"
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LOCALES:
        return chosen
    return request.accept_languages.best_match(LOCALES, "zh")


def in_english() -> bool:
    """Whether the current locale is English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def label(code: str) -> str:
    """The word for a code ("round.open", "channel.web"); raises KeyError for an unknown code."""
    return str(LABELS[code])


def sentence(error: DomainError) -> str:
    """What to tell the person who met `error`: what is wrong and what to do."""
    text = SENTENCES.get(error.code)
    if text is None:
        raise KeyError(f"no sentence for the error {error.code!r}") from error
    return str(text) % {name: _plain(_in_our_words(error, name)) for name in error.facts}


def failure_words(error: str) -> str:
    """What stopped a task, from its row: the sentence of a rule; "" for faults of the program."""
    return str(SENTENCES.get(error.removeprefix("DomainError: "), ""))


def _in_our_words(error: DomainError, name: str) -> Any:
    """A fact that has an English twin (course, course_en) is told in the reader's language."""
    english = error.facts.get(f"{name}_en") if in_english() else None
    return english or error.facts[name]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return words.moment_words(value)
    if isinstance(value, date):
        return words.date_words(value)
    if isinstance(value, WeeklyHour):
        return hours.weekly_words([value])
    return value


def name_of(row: Named | None, field: str = "name") -> str:
    """The row's name (or address, bus …) in the current language; Chinese for want of English."""
    if row is None:
        return ""
    chinese = str(getattr(row, field))
    if not in_english():
        return chinese
    english = getattr(row, f"{field}_en", "") or getattr(row, f"{field}_latin", "")
    return str(english or chinese)
