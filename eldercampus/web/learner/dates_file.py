"""What comes when, as a file for the calendar of a telephone (RFC 5545)."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from icalendar import Calendar, Event

from eldercampus.enrolment.models import Round
from eldercampus.language import in_english
from eldercampus.web.round_dates import Coming, coming_dates


def dates_file(round_: Round, phone: str, now: datetime) -> bytes:
    """The dates of a round that are still to come, with whom to ring; nothing of any person.

    Opened again it changes what it wrote before and adds nothing: each date keeps its UID.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//eldercampus//{'EN' if in_english() else 'ZH'}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, one in enumerate(coming_dates(round_), start=1):
        if not isinstance(one.at, datetime) or one.at > now:
            calendar.add_component(_event(round_, number, one, phone, now))
    written: bytes = calendar.to_ical()
    return written


def _event(round_: Round, number: int, one: Coming, phone: str, now: datetime) -> Any:
    event = Event()
    event.add("uid", f"{round_.code}-{number}@{current_app.config['PUBLIC_URL'].split('//')[-1]}")
    event.add("dtstamp", now)
    event.add("dtstart", one.at)
    event.add("summary", one.title)
    event.add("description", _("%(what)s Ring us: %(phone)s", what=one.text, phone=phone))
    event.add("transp", "TRANSPARENT")
    return event
