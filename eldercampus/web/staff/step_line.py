"""The six steps of a round, each with its own day, as p.steps takes them."""

from datetime import datetime

from flask_babel import gettext as _

from eldercampus.enrolment.models import Round
from eldercampus.language.words import date_words, moment_words, short_date

_NOW_AT = {"draft": 0, "open": 1, "closed": 2, "frozen": 4, "drawn": 5}  # what is under way
_STEPS = 6


def step_items(round_: Round) -> list[dict[str, str]]:
    """A cancelled round keeps what it had done, and nothing follows."""
    now_at = _NOW_AT.get(round_.state)
    done_on = _done_on(round_)
    done = _count_done(round_, done_on) if now_at is None else now_at
    items = []
    for place, (text, planned) in enumerate(zip(_names(), _planned(round_), strict=True)):
        if place < done:
            note, state = _day(done_on[place]), "done"
        elif place == now_at:
            note, state = _under_way(round_), "now"
        else:
            note, state = ("" if now_at is None else planned), "todo"
        items.append({"text": text, "note": note, "state": state})
    return items


def _names() -> list[str]:
    return [
        _("Preparing"),
        _("Applying"),
        _("Window closed"),
        _("List fixed"),
        _("Draw"),
        _("Published"),
    ]


def _done_on(round_: Round) -> list[datetime | None]:
    """When each step began, or was done; nobody notes when a round began to be prepared."""
    return [
        None,
        round_.opened_at,
        round_.closed_at,
        round_.frozen_at,
        round_.drawn_at,
        round_.published_at,
    ]


def _count_done(round_: Round, done_on: list[datetime | None]) -> int:
    """Of a round that is over: published, or cancelled somewhere on the way."""
    if round_.state == "published":
        return _STEPS
    return max((place + 1 for place, at in enumerate(done_on) if at), default=0)


def _day(at: datetime | None) -> str:
    return short_date(at) if at else ""


def _under_way(round_: Round) -> str:
    """What stands under the step that the round is at."""
    match round_.state:
        case "draft":
            return _("to %(moment)s", moment=moment_words(round_.opens_at))
        case "open":
            return _("to %(moment)s", moment=moment_words(round_.closes_at))
        case "closed":
            return _("paper forms are entered, double entries settled")
        case "frozen" if round_.beacon_confirmed_at is None:
            return _("waiting for the number from outside")
        case "frozen":
            return _("the number is there, the draw can begin")
        case _:
            return _("waiting for a second person, and for the moment of publishing")


def _planned(round_: Round) -> list[str]:
    """What stands under a step to come."""
    return [
        "",
        moment_words(round_.opens_at),
        moment_words(round_.closes_at),
        moment_words(round_.freezes_at),
        date_words(round_.draws_at),
        moment_words(round_.publishes_at),
    ]
