"""What comes when, as a file for the calendar of a telephone (RFC 5545)."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from icalendar import Calendar, Event

from eldercampus.enrolment.models import Round
from eldercampus.language import in_english, name_of
from eldercampus.paper.slip import Sender
from eldercampus.people.models import Person
from eldercampus.web.round_dates import Coming, coming_dates


def dates_file(round_: Round, person: Person, sender: Sender, now: datetime) -> bytes:
    """The dates of a round that are still to come, with whom to ring, and of whom: one calendar may
    hold the dates of two parents. round_.term and person.contacts loaded.

    Opened again it changes what it wrote before and adds nothing: each date keeps its UID.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//eldercampus//{'EN' if in_english() else 'ZH'}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, one in enumerate(coming_dates(round_, person), start=1):
        if not isinstance(one.at, datetime) or one.at > now:
            calendar.add_component(
                _event(f"{round_.code}-{person.id}-{number}", one, now, sender, name_of(person))
            )
    written: bytes = calendar.to_ical()
    return written


def _event(mark: str, one: Coming, now: datetime, sender: Sender, name: str) -> Any:
    event = Event()
    event.add("uid", f"{mark}@{current_app.config['PUBLIC_URL'].split('//')[-1]}")
    event.add("dtstamp", now)
    event.add("dtstart", one.at)
    summary = _("%(school)s: %(what)s (%(name)s)", school=sender.school, what=one.title, name=name)
    event.add("summary", summary)
    event.add("description", _("%(what)s Ring us: %(phone)s", what=one.text, phone=sender.phone))
    event.add("transp", "TRANSPARENT")
    return event
