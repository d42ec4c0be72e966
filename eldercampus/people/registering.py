"""Entering people, and correcting what was entered."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.duplicates import find_pairs
from eldercampus.people.identity import read_identity
from eldercampus.people.models import Consent, Contact, Person, Tag
from eldercampus.people.sealing import keyed_hash, seal
from eldercampus.places.models import Community

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONSENT_VERSION = "2026-11"
OLDEST = 125
"""Years; a birth date before that is a slip of the pen."""


@dataclass(frozen=True)
class ContactDetails:
    """kind: mobile, landline, email or address; phones as +86…; whose: own, or the relation."""

    kind: str
    value: str
    whose: str = "own"


def phone_contact(phone: str, whose: str = "own") -> ContactDetails:
    """A phone (E.164) as a contact: mobile where it takes text messages here, else landline."""
    mobile = re.fullmatch(r"\+861[3-9][0-9]{9}", phone) is not None
    return ContactDetails("mobile" if mobile else "landline", phone, whose)


@dataclass(frozen=True)
class ConsentDetails:
    """kind: personal, or sensitive (identity number, tags); relation: "" for oneself."""

    kind: str
    signer: str
    relation: str = ""


@dataclass(frozen=True)
class PersonDetails:
    """What is known of a person. sex: f or m; id_number: tidied, or None to leave it as it is."""

    name: str
    sex: str
    born_on: date
    community_id: int
    name_latin: str = ""
    address: str = ""
    id_number: str | None = None
    language: str = "zh"
    news: str = "sms"
    emergency_name: str = ""
    emergency_phone: str = ""
    emergency_relation: str = ""
    contacts: tuple[ContactDetails, ...] = ()
    tags: tuple[str, ...] = ()
    consents: tuple[ConsentDetails, ...] = ()


_PLAIN = (
    *("name", "sex", "born_on", "community_id", "name_latin", "address", "language", "news"),
    *("emergency_name", "emergency_phone", "emergency_relation"),
)


def register_person(
    details: PersonDetails, *, channel: str, account_id: int | None, now: datetime
) -> Person:
    """Enters a person and notes who else it might be (SamePersonPair).

    Raises name_missing, name_odd, born_in_future, born_too_early, unknown_community,
    identity_other_birth_date, identity_other_sex, or a code of read_identity.
    """
    check_details(details, now)
    person = Person(registered_by=channel, registered_at=now)
    _write(person, details)
    db.session.add(person)
    db.session.flush()
    _add_rows(person, details, channel, now)
    find_pairs(person)
    record(
        "person.register", f"person:{person.id}", now=now, account_id=account_id, channel=channel
    )
    return person


def change_person(
    person_id: int, details: PersonDetails, *, channel: str, account_id: int | None, now: datetime
) -> Person:
    """Corrects a person; contacts are replaced, tags and consents added to. Raises as above."""
    check_details(details, now)
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None or person.merged_into_id is not None:
        raise NotFound("person_not_found")
    before = {name: getattr(person, name) for name in _PLAIN}
    _write(person, details)
    changed = [name for name in _PLAIN if before[name] != getattr(person, name)]
    changed += ["id_number"] if details.id_number else []
    db.session.execute(delete(Contact).where(Contact.person_id == person.id))
    _add_rows(person, details, channel, now)
    find_pairs(person)
    record(
        "person.change",
        f"person:{person.id}",
        now=now,
        account_id=account_id,
        fields=sorted(changed),
    )
    return person


def check_details(details: PersonDetails, now: datetime) -> None:
    """Raises the first thing that is wrong; see register_person."""
    check_name(details.name)
    check_birth(details.born_on, now)
    if db.session.get(Community, details.community_id) is None:
        raise DomainError("unknown_community")
    if details.id_number:
        check_identity(details.id_number, details.born_on, details.sex)


def check_name(name: str) -> None:
    """Raises name_missing, or name_odd where no sign is a letter or a Chinese character."""
    if not name.strip():
        raise DomainError("name_missing")
    if not any(sign.isalpha() for sign in name):
        raise DomainError("name_odd")


def check_news(news: str, phone: str | None) -> None:
    """Raises phone_missing: who wants to be rung or written to has a number."""
    if news in ("sms", "call") and not phone:
        raise DomainError("phone_missing")


def check_birth(born_on: date, now: datetime) -> None:
    """Raises born_in_future or born_too_early."""
    if born_on > now.astimezone(SHANGHAI).date():
        raise DomainError("born_in_future")
    if born_on.year < now.year - OLDEST:
        raise DomainError("born_too_early", year=born_on.year)


def check_identity(id_number: str, born_on: date, sex: str) -> None:
    """Raises unless the number is right in itself and belongs to this birth date and sex."""
    identity = read_identity(id_number)
    if identity.born_on != born_on:
        raise DomainError("identity_other_birth_date", written=identity.born_on)
    if identity.sex != sex:
        raise DomainError("identity_other_sex")


def _write(person: Person, details: PersonDetails) -> None:
    for name in _PLAIN:
        setattr(person, name, getattr(details, name))
    if details.id_number:
        person.id_number_sealed = seal(details.id_number)
        person.id_number_key = keyed_hash(details.id_number)


def _add_rows(person: Person, details: PersonDetails, channel: str, now: datetime) -> None:
    for position, contact in enumerate(details.contacts, 1):
        db.session.add(
            Contact(
                person_id=person.id,
                kind=contact.kind,
                value=contact.value,
                whose=contact.whose,
                position=position,
            )
        )
    claimed = set(db.session.scalars(select(Tag.kind).where(Tag.person_id == person.id)))
    for kind in details.tags:
        if kind not in claimed:
            db.session.add(Tag(person_id=person.id, kind=kind))
    for consent in details.consents:
        db.session.add(
            Consent(
                person_id=person.id,
                kind=consent.kind,
                text_version=CONSENT_VERSION,
                channel=channel,
                signer=consent.signer,
                relation=consent.relation,
                given_at=now,
            )
        )
    db.session.flush()
