"""Joins the outbox with people, language and seats: who gets a notice, and what it says."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import current_app
from flask_babel import force_locale

from eldercampus.catalogue.queries import get_calendar
from eldercampus.jobs import matters
from eldercampus.jobs.holder import holder_name
from eldercampus.language.notices import notice_text
from eldercampus.notices.channels import file_channels
from eldercampus.notices.delivery import Recipient, Sender, deliver
from eldercampus.notices.models import Notice
from eldercampus.people.models import Contact, Person
from eldercampus.people.queries import contacts_of, list_persons
from eldercampus.places.queries import get_district

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


def deliver_due(now: datetime) -> int:
    """Sends all that may go now, batch by batch."""
    calendar = get_calendar()
    sender = Sender(
        contacts=find_recipients,
        render=render,
        still_holds=matters.still_holds,
        quiet_until=calendar.next_message_minute,
        channels=file_channels(current_app.config["OUTBOX_FOLDER"]),
    )
    count = 0
    while sent := deliver(now, sender, holder=holder_name(), wall=datetime.now(UTC)):
        count += sent
    return count


def find_recipients(notices: Sequence[Notice]) -> Mapping[int, Recipient]:
    """By notice id. A notice with an address of its own (sign-in code) goes there as a message."""
    ids = {notice.person_id for notice in notices if notice.person_id is not None}
    persons, contacts = list_persons(ids), contacts_of(ids)
    found = {}
    for notice in notices:
        if notice.person_id is None:
            found[notice.id] = Recipient("", "", "zh", (("sms", notice.address),))
        elif person := persons.get(notice.person_id):
            found[notice.id] = _recipient(person, contacts.get(person.id, []))
    return found


def _recipient(person: Person, contacts: Sequence[Contact]) -> Recipient:
    """Their own contacts first, or, where news goes to a relative, the relative's."""
    relative = person.news == "relative"
    ordered = sorted(contacts, key=lambda one: ((one.whose == "own") == relative, one.position))
    ways = [
        (channel, contact.value)
        for channel in _WAYS[person.news]
        for contact in ordered
        if contact.kind in _KINDS[channel]
    ]
    if not any(channel == "letter" for channel, _ in ways) and person.address:
        ways.append(("letter", person.address))
    return Recipient(person.name, person.name_latin, person.language, tuple(ways))


def render(notice: Notice, recipient: Recipient) -> str:
    """The text in the recipient's language."""
    district = get_district()
    with force_locale(recipient.language):
        english = recipient.language == "en"
        facts = {
            "name": recipient.name_latin if english and recipient.name_latin else recipient.name,
            "school": district.school_name_en if english else district.school_name,
            "phone": district.phone,
            "link": current_app.config["PUBLIC_URL"] + "/my",
            **matters.facts_of(notice, current_app.config["PUBLIC_URL"]),
        }
        return notice_text(notice.kind, facts)
