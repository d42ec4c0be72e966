"""Classes as pages show them, written once for each state of their facts.

Thousands of visitors see the same cards. What a card says depends on its facts and the language
alone, so both together are the key: when a fact changes, so does the key.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import force_locale
from markupsafe import Markup

from eldercampus.enrolment.finder import ClassFacts, FoundCampus, count_listed
from eldercampus.language import in_english
from eldercampus.language.words import distance_words

_LASTS = timedelta(minutes=1)


class Card(NamedTuple):
    """The parts of a card that are the same for everybody; about: the class, for its buttons."""

    id: int
    title: Markup
    facts: Markup
    about: Markup


class Tally(NamedTuple):
    """How many list each class of a round so far, counted at a moment."""

    round_id: int
    at: datetime
    applied: Mapping[int, int]


def language() -> str:
    return "en" if in_english() else "zh"


@lru_cache(maxsize=4096)
def card(language: str, known: ClassFacts, applied: int | None, help_phone: str = "") -> Card:
    """applied: how many list it so far; None while nobody can apply. help_phone: it is on every
    page already, so a campus with the same number does not repeat it."""
    with force_locale(language):
        written = _macros()
        title, about = written.title(known), written.about(known)
        return Card(known.id, title, written.facts(known, applied, help_phone), about)


@lru_cache(maxsize=4096)
def line(language: str, known: ClassFacts) -> Markup:
    """The row of a printed table."""
    with force_locale(language):
        row: Markup = _macros().line(known)
    return row


@lru_cache(maxsize=1024)
def reached(language: str, campus: FoundCampus) -> Markup:
    """A campus, and below it how to get there; classes and metres make no difference."""
    with force_locale(language):
        words: Markup = _macros().reached(campus)
        return words


@lru_cache(maxsize=4096)
def far(language: str, metres: int | None) -> str:
    with force_locale(language):
        return distance_words(metres)


def _macros() -> Any:
    return current_app.jinja_env.get_template("macros/classes.html").module


def applied_so_far(round_id: int, now: datetime) -> Mapping[int, int]:
    """Section id → how many list it; counted anew after a minute, for the count reads every list
    that was handed in."""
    kept: Tally | None = current_app.extensions.get("eldercampus_tally")
    if kept is None or kept.round_id != round_id or not timedelta() <= now - kept.at < _LASTS:
        kept = Tally(round_id, now, count_listed(round_id))
        current_app.extensions["eldercampus_tally"] = kept
    return kept.applied
