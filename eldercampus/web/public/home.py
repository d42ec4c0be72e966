"""/: what is going on now, and the three doors."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.enrolment.application_queries import find_round_of_interest
from eldercampus.enrolment.models import Round
from eldercampus.language import name_of
from eldercampus.language.words import date_words, days_until, moment_words
from eldercampus.web.access import allow

pages = Blueprint("home", __name__)


@dataclass(frozen=True)
class Headline:
    """What the page is about; days: how many are left until it changes, None where that is moot."""

    title: str
    lead: str
    body: str = ""
    days: int | None = None


@pages.get("/")
@allow("public.see")
def index() -> ResponseReturnValue:
    now = clock.now()
    round_ = find_round_of_interest()
    return render_template(
        "public/home.html",
        round=round_,
        headline=_headline(round_, now),
        dates=_dates(round_, now) if round_ else [],
    )


def _headline(round_: Round | None, now: datetime) -> Headline:
    if round_ is None:
        return Headline(_("Nobody can apply just now"), _("We say here when it begins."))
    term = name_of(round_.term)
    if round_.state == "open" and now < round_.closes_at:
        return Headline(
            _("%(term)s: you can apply now", term=term),
            _("You can apply until %(moment)s.", moment=moment_words(round_.closes_at)),
            _("No need to hurry. Early or late, your chance is the same."),
            days_until(round_.closes_at, now),
        )
    if round_.state == "draft":
        return Headline(
            _("%(term)s: applying begins soon", term=term),
            _("It begins on %(moment)s.", moment=moment_words(round_.opens_at)),
            _("No need to hurry. Early or late, your chance is the same."),
            max(days_until(round_.opens_at, now), 0),
        )
    if round_.state == "published":
        return _results_are_out(round_, term, now)
    return Headline(
        _("%(term)s: applying has ended", term=term),
        _("The results come on %(moment)s.", moment=moment_words(round_.publishes_at)),
        _("We text, ring or write to you."),
        max(days_until(round_.publishes_at, now), 0),
    )


def _results_are_out(round_: Round, term: str, now: datetime) -> Headline:
    title = _("%(term)s: the results are out", term=term)
    if now <= round_.confirm_by_at:
        until = moment_words(round_.confirm_by_at)
        return Headline(
            title,
            _("Please tell us by %(moment)s whether you come.", moment=until),
            _("If you forget, that is no harm: we ring you first."),
            days_until(round_.confirm_by_at, now),
        )
    last = round_.term.last_joining_on
    if days_until(last, now) >= 0:
        lead = _("Free seats can be taken until %(date)s.", date=date_words(last))
        return Headline(title, lead, days=days_until(last, now))
    return Headline(title, _("We say here when the next applications begin."))


def _dates(round_: Round, now: datetime) -> list[dict[str, object]]:
    """What happens when, in order; what is over is left out, today stands first."""
    coming = [
        (round_.opens_at, moment_words(round_.opens_at), _("Applying begins.")),
        (round_.closes_at, moment_words(round_.closes_at), _("Applying ends.")),
        (round_.draws_at, date_words(round_.draws_at), _("The public draw.")),
        (
            round_.publishes_at,
            moment_words(round_.publishes_at),
            _("The results. We text, ring or write to you."),
        ),
        (
            round_.confirm_by_at,
            moment_words(round_.confirm_by_at),
            _("Until then you tell us whether you come."),
        ),
    ]
    lines: list[dict[str, object]] = [
        {"when": words, "text": text} for at, words, text in coming if at > now
    ]
    starts_on = round_.term.starts_on
    if days_until(starts_on, now) > 0:
        lines.append({"when": date_words(starts_on), "text": _("Term begins.")})
    today = _("Today, %(date)s", date=date_words(now))
    return [{"when": today, "text": _today(round_, now), "now": True}, *lines]


def _today(round_: Round, now: datetime) -> str:
    if round_.state == "open" and now < round_.closes_at:
        return _("You can apply, change or withdraw.")
    if round_.state == "draft":
        return _("You can look for a class.")
    if round_.state == "published":
        return _("You can see your results.")
    return _("We prepare the draw.")
