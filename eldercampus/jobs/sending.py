"""Joins the outbox with people, language and seats: who gets a notice, and what it says."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic

from flask import current_app
from flask_babel import force_locale

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.queries import get_calendar
from eldercampus.jobs import matters
from eldercampus.jobs.holder import holder_name
from eldercampus.jobs.notice_facts import facts_of
from eldercampus.language import name_of
from eldercampus.language.notices import notice_text
from eldercampus.notices.channels import file_channels
from eldercampus.notices.delivery import Recipient, Sender, deliver
from eldercampus.notices.models import Notice
from eldercampus.people.models import Contact, Person
from eldercampus.people.queries import list_died, list_persons
from eldercampus.people.relation_queries import phones_of_relatives, places_without_answer
from eldercampus.places.models import District
from eldercampus.places.queries import get_district

AT_MOST_S = 5.0
_log = logging.getLogger(__name__)

# the ways to reach somebody, by how they wish to get news; the first that exists is taken
_WAYS = {
    "sms": ("sms", "email", "call", "letter"),
    "call": ("call", "sms", "letter", "email"),
    "letter": ("letter", "call", "sms", "email"),
    "email": ("email", "sms", "call", "letter"),
    "relative": ("sms", "call", "email", "letter"),
}
_KINDS = {
    "sms": ("mobile",),
    "call": ("mobile", "landline"),
    "letter": ("address",),
    "email": ("email",),
}
# what says who acts for somebody, and what was done: by their own ways, never a relative's
_TO_THEMSELVES = frozenset({"relation_given", "relation_ended", "done_in_your_name", "slip_used"})


def deliver_due(now: datetime) -> int:
    """Sends what may go now, batch by batch; what is left after some seconds goes in the next slot,
    so that a process that is told to end soon does.
    """
    calendar = get_calendar()
    sender = Sender(
        contacts=find_recipients,
        still_holds=find_dropped,
        render=render,
        quiet_until=calendar.next_message_minute,
        channels=file_channels(current_app.config["OUTBOX_FOLDER"]),
    )
    count, until = 0, monotonic() + AT_MOST_S
    while monotonic() < until and (
        sent := deliver(now, sender, holder=holder_name(), wall=clock.wall_now())
    ):
        count += sent
    return count


def find_dropped(notices: Sequence[Notice], now: datetime) -> Mapping[int, str]:
    """Those that no longer hold, and why, by notice id."""
    rows = matters.read_matters(notices)
    reasons = {notice.id: matters.still_holds(notice, rows, now) for notice in notices}
    died = list_died({notice.person_id for notice in notices if notice.person_id is not None})
    reasons.update({notice.id: "died" for notice in notices if notice.person_id in died})
    return {notice_id: why for notice_id, why in reasons.items() if why}


def find_recipients(notices: Sequence[Notice]) -> Mapping[int, Recipient]:
    """By notice id. A notice with an address of its own (a code) goes there as a message."""
    ids = {notice.person_id for notice in notices if notice.person_id is not None}
    persons = list_persons(ids) if ids else {}
    private = {n.person_id for n in notices if n.kind in _TO_THEMSELVES and n.person_id is not None}
    relatives = phones_of_relatives(private) if private else {}
    found = {}
    for notice in notices:
        person = persons.get(notice.person_id or 0)
        if notice.address:
            found[notice.id] = _at_address(notice, person)
        elif person is not None and notice.kind in _TO_THEMSELVES:
            own = [c for c in person.contacts if c.whose == "own" and c.added_by_id is None]
            theirs = [one for one in own if one.value not in relatives[person.id]]
            found[notice.id] = _recipient(person, theirs)
        elif person is not None:
            found[notice.id] = _recipient(person, person.contacts)
    return found


def _at_address(notice: Notice, person: Person | None) -> Recipient:
    ways = (("sms", notice.address),)
    if person is None:
        return Recipient("", "", notice.facts.get("language", "zh"), ways)
    return Recipient(person.name, person.name_latin, person.language, ways)


def _recipient(person: Person, contacts: Sequence[Contact]) -> Recipient:
    """Their own contacts first, or, where news goes to a relative, the relative's."""
    relative = person.news == "relative"
    ordered = sorted(
        contacts, key=lambda one: ((one.whose == "own") == relative, one.position, one.id)
    )
    known = [(contact.kind, contact.value) for contact in ordered]
    if person.address and all(kind != "address" for kind, _value in known):
        known.append(("address", person.address))
    ways = [
        (channel, value)
        for channel in _WAYS[person.news]
        for kind, value in known
        if kind in _KINDS[channel]
    ]
    return Recipient(person.name, person.name_latin, person.language, tuple(ways))


def render(notices: Sequence[tuple[Notice, Recipient]]) -> Mapping[int, str]:
    """Texts in the recipients' languages, by notice id; without those that could not be written.

    A link that answers without signing in goes to the person, and to relatives who may answer.
    """
    rows, district = matters.read_matters([notice for notice, _ in notices]), get_district()
    offered = {n.person_id for n, _ in notices if "token" in n.facts and n.person_id is not None}
    closed = places_without_answer(offered, day_of(clock.now())) if offered else {}
    texts = {}
    for notice, recipient in notices:
        channel, address = recipient.ways[0]
        if address in closed.get(notice.person_id or 0, ()):
            channel = "letter"  # its words: whom to ring, and no link
        try:
            texts[notice.id] = _text(notice, recipient, channel, rows, district)
        except (KeyError, ValueError):
            _log.exception("notice %d has no text", notice.id)
    return texts


def _text(
    notice: Notice, recipient: Recipient, channel: str, rows: matters.Matters, district: District
) -> str:
    url = current_app.config["PUBLIC_URL"]
    with force_locale(recipient.language):
        english = recipient.language == "en"
        facts = {
            "name": recipient.name_latin if english and recipient.name_latin else recipient.name,
            "school": name_of(district, "school_name"),
            "phone": district.phone,
            "link": f"{url}/my",
            **facts_of(notice, rows, url),
        }
        return notice_text(notice.kind, facts, channel=channel)
