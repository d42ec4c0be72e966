"""What of a round's announcement was changed after applying began, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from eldercampus.enrolment.announced import MOMENTS, WORDED
from eldercampus.enrolment.models import Round
from eldercampus.language import in_english, label
from eldercampus.language.words import moment_words


@dataclass(frozen=True)
class ToldChange:
    """chinese: the texts are there in Chinese only, whatever the page's language."""

    at: datetime
    what: str
    before: str
    after: str
    chinese: bool


def told_changes(round_: Round) -> list[ToldChange]:
    """In the order in which it happened; nothing where only the other language's words differ."""
    told = [_told(change) for change in round_.changes]
    return [change for change in told if change.before != change.after]


def _told(change: dict[str, Any]) -> ToldChange:
    what, before, after = change["what"], change["before"], change["after"]
    chinese = False
    if what in MOMENTS:
        before, after = (moment_words(datetime.fromisoformat(text)) for text in (before, after))
    elif what in WORDED:
        chinese = in_english() and not (_english(before) and _english(after))
        before, after = (
            text["en" if in_english() and not chinese else "zh"] for text in (before, after)
        )
    return ToldChange(
        datetime.fromisoformat(change["at"]),
        label(f"moment.{what}" if what in MOMENTS else f"announced.{what}"),
        before or gettext("nothing yet"),
        after or gettext("nothing yet"),
        chinese,
    )


def _english(text: dict[str, str]) -> bool:
    """Whether English readers lack nothing."""
    return bool(text["en"]) or not text["zh"]
