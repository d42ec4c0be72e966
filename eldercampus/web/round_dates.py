"""What happens in a round after somebody has handed in, as pages, slips and calendars tell it."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from eldercampus.enrolment.models import Round
from eldercampus.language.words import date_words, local, moment_words


@dataclass(frozen=True)
class Coming:
    """Something that comes after handing in. at: the moment, or a day where the hour is open."""

    at: datetime | date
    when: str
    title: str
    text: str


def coming_dates(round_: Round) -> list[Coming]:
    """In order; round_.term loaded."""
    closes, by = moment_words(round_.closes_at), moment_words(round_.confirm_by_at)
    return [
        Coming(
            round_.closes_at,
            closes,
            _("Applying ends"),
            _("Applying ends. Until then you can change the application or take it back."),
        ),
        Coming(
            local(round_.draws_at).date(),
            date_words(round_.draws_at),
            _("The public draw"),
            _("The public draw. You need not come."),
        ),
        Coming(
            round_.publishes_at,
            moment_words(round_.publishes_at),
            _("The results come out"),
            _("The results. We tell you in the way you asked for."),
        ),
        Coming(
            round_.confirm_by_at,
            _("until %(moment)s", moment=by),
            _("Tell us whether you come"),
            _("Tell us whether you come. If you forget, that is no harm: we ring you first."),
        ),
        Coming(
            round_.term.starts_on,
            date_words(round_.term.starts_on),
            _("Term begins"),
            _("Term begins."),
        ),
    ]


def next_dates(round_: Round, handed_in_at: datetime, now: datetime) -> list[dict[str, object]]:
    """What happens after handing in, as lines; round_.term loaded."""
    day, today = date_words(handed_in_at), local(now).date()
    is_today = day == date_words(now)
    first: dict[str, object] = {
        "when": _("Today, %(date)s", date=day) if is_today else day,
        "text": _("We have the application."),
        "now": is_today,
    }
    coming = [
        one
        for one in coming_dates(round_)
        if (one.at > now if isinstance(one.at, datetime) else one.at >= today)
    ]
    lines: list[dict[str, object]] = [{"when": one.when, "text": one.text} for one in coming]
    return [first, *lines]
