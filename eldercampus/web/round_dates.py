"""What happens in a round after somebody has handed in, as pages, slips and calendars tell it."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect

from eldercampus.enrolment.models import Round
from eldercampus.language.words import date_words, local, moment_words
from eldercampus.people.identity import masked_mailbox, masked_phone
from eldercampus.people.models import Person
from eldercampus.people.news import find_target

# how the result comes; target: a phone or mailbox, masked
_NEWS: dict[str, LazyString] = {
    "sms": _l("The results. We send you a text message: %(target)s."),
    "call": _l("The results. We ring you: %(target)s."),
    "letter": _l("The results. We write you a letter."),
    "email": _l("The results. We send you an e-mail: %(target)s."),
    "relative": _l("The results. We tell your relative: %(target)s."),
}


@dataclass(frozen=True)
class Coming:
    """Something that comes after handing in. at: the moment, or a day where the hour is open."""

    at: datetime | date
    when: str
    title: str
    text: str


def coming_dates(round_: Round, person: Person, *, year: bool = False) -> list[Coming]:
    """In order; round_.term and person.contacts loaded. year: whether dates name it."""
    by = moment_words(round_.confirm_by_at, year=year)
    return [
        Coming(
            round_.closes_at,
            moment_words(round_.closes_at, year=year),
            _("Applying ends"),
            _("Applying ends. Until then you can change the application or take it back."),
        ),
        Coming(
            local(round_.draws_at).date(),
            date_words(round_.draws_at, year=year),
            _("The public draw"),
            _("The public draw. You need not come."),
        ),
        Coming(
            round_.publishes_at,
            moment_words(round_.publishes_at, year=year),
            _("The results come out"),
            _news(person),
        ),
        Coming(
            round_.confirm_by_at,
            _("until %(moment)s", moment=by),
            _("Tell us whether you come"),
            _("Tell us whether you come. If you forget, that is no harm: we ring you first."),
        ),
        Coming(
            round_.term.starts_on,
            date_words(round_.term.starts_on, year=year),
            _("Term begins"),
            _("Term begins."),
        ),
    ]


def _news(person: Person) -> str:
    """How the person hears of the result, and where: enough to recognise it, for a sheet that may
    lie about."""
    if "contacts" in inspect(person).unloaded:
        return ""  # asked for once the result is out: nothing is to come
    target = find_target(person, person.contacts, person.news)
    if target is None:
        return _("The results. We tell you in the way you asked for.")
    if person.news in ("sms", "call", "relative"):
        target = masked_phone(target)
    elif person.news == "email":
        target = masked_mailbox(target)
    return str(_NEWS[person.news]) % {"target": target}


def certificates_by(round_: Round) -> str:
    """Until when a certificate has to be seen to count in the round; as the paper form says it."""
    return _(
        "Some classes keep seats. Bring the certificate to a campus before %(day)s.",
        day=moment_words(round_.freezes_at),
    )


def next_dates(
    round_: Round, person: Person, handed_in_at: datetime, now: datetime, *, on_paper: bool = False
) -> list[dict[str, object]]:
    """What happens after handing in, as lines; round_.term and person.contacts loaded. On paper,
    which is read on another day, dates have their year and nothing is "today"."""
    today = local(now).date()
    is_today = local(handed_in_at).date() == today and not on_paper
    day = date_words(handed_in_at, year=on_paper)
    first: dict[str, object] = {
        "when": _("Today, %(date)s", date=day) if is_today else day,
        "text": _("We have the application."),
        "now": is_today,
    }
    coming = [
        one
        for one in coming_dates(round_, person, year=on_paper)
        if (one.at > now if isinstance(one.at, datetime) else one.at >= today)
    ]
    lines: list[dict[str, object]] = [{"when": one.when, "text": one.text} for one in coming]
    return [first, *lines]
