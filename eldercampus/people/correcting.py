"""What is kept of a person is put right: some of it by themselves, the rest by staff.

Name, birth date, sex and identity number say who somebody is: staff look at the card first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, update

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.duplicates import find_pairs
from eldercampus.people.models import Consent, Contact, Person, Tag
from eldercampus.people.news import check_given, check_known, check_target
from eldercampus.people.queries import contacts_of
from eldercampus.people.registering import check_birth, check_identity, check_name
from eldercampus.people.representing import is_own, tell_of
from eldercampus.people.sealing import keyed_hash, seal
from eldercampus.people.writing_down import Hand, hand_of
from eldercampus.places.models import Community

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Home:
    community_id: int
    address: str = ""


@dataclass(frozen=True)
class Emergency:
    """Whom to ring if something happens. phone: +86…; relation: daughter, son …"""

    name: str
    phone: str
    relation: str


@dataclass(frozen=True)
class Reach:
    """The person's own phones (+86…) and mailbox, None for none; by which way news should come, and
    in which language."""

    mobile: str | None
    landline: str | None
    mailbox: str | None
    news: str
    language: str

    @property
    def own(self) -> dict[str, str | None]:
        """kind → value of each contact."""
        return {"mobile": self.mobile, "landline": self.landline, "email": self.mailbox}


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as on the card. id_number: tidied; None leaves it as it is."""

    name: str
    sex: str
    born_on: date
    name_latin: str = ""
    id_number: str | None = None


def move_home(person_id: int, home: Home, *, account_id: int, now: datetime) -> None:
    """They live elsewhere. A list that is fixed keeps the way from the old home.

    Raises person_not_found, unknown_community.
    """
    person = _locked(person_id)
    if db.session.get(Community, home.community_id) is None:
        raise DomainError("unknown_community")
    _change(
        person,
        {"community_id": home.community_id, "address": home.address},
        account_id=account_id,
        now=now,
    )


def change_emergency(
    person_id: int, emergency: Emergency, *, account_id: int, now: datetime
) -> None:
    """Raises person_not_found, name_missing, name_odd."""
    person = _locked(person_id)
    check_name(emergency.name)
    values = {
        "emergency_name": emergency.name,
        "emergency_phone": emergency.phone,
        "emergency_relation": emergency.relation,
    }
    _change(person, values, account_id=account_id, now=now)


def change_reach(person_id: int, reach: Reach, *, account_id: int, now: datetime) -> None:
    """Their own phones and mailbox are those from now on; relatives' stay.

    Raises person_not_found, not_a_mobile, mailbox_odd, and phone_missing, mailbox_missing or
    address_missing where news would have nowhere to go; to relatives, who replace nothing of the
    person's own, news_not_given and own_way_stays.
    """
    person = _locked(person_id)
    if reach.mailbox:
        check_target("email", reach.mailbox)
    if reach.mobile:
        check_target("sms", reach.mobile)
    hand, contacts = hand_of(person_id, account_id, now), contacts_of([person_id])[person_id]
    changes = _list_changes(reach, contacts)
    check_given(person, contacts, reach.news, hand, anew=bool(changes))
    for kind, value in changes.items():
        _replace_own(person_id, contacts, kind, value, hand)
    check_known(person, contacts_of([person_id])[person_id], reach.news)
    values = {"language": reach.language, "news": reach.news}
    _change(person, values, ["contacts"] if changes else [], account_id=account_id, now=now)


def correct_identity(
    person_id: int, identity: Identity, *, account_id: int, now: datetime
) -> Person:
    """Staff have seen the card. Notes who else it might be now.

    Raises person_not_found and the codes of register_person.
    """
    person = _locked(person_id)
    check_name(identity.name)
    check_birth(identity.born_on, now)
    values = {
        "name": identity.name,
        "name_latin": identity.name_latin,
        "sex": identity.sex,
        "born_on": identity.born_on,
    }
    fields = []
    if identity.id_number:
        check_identity(identity.id_number, identity.born_on, identity.sex)
        person.id_number_sealed = seal(identity.id_number)
        person.id_number_key = keyed_hash(identity.id_number)
        fields.append("id_number")
    _change(person, values, fields, account_id=account_id, now=now)
    find_pairs(person)
    return person


def withdraw_sensitive(person_id: int, *, account_id: int, now: datetime) -> None:
    """The consent to keep identity number and certificates ends: both are erased. In a list that is
    not fixed yet no seat is kept for the person any more.

    Raises person_not_found, and not_own for a relative: only the person ends what they agreed to.
    """
    person = _locked(person_id)
    if not is_own(account_id, person_id, whole=True):
        raise DomainError("not_own")
    given = update(Consent).where(Consent.person_id == person_id, Consent.kind == "sensitive")
    db.session.execute(given.where(Consent.withdrawn_at.is_(None)).values(withdrawn_at=now))
    db.session.execute(delete(Tag).where(Tag.person_id == person_id))
    person.id_number_sealed = person.id_number_key = None
    subject = f"person:{person_id}"
    record("consent.withdraw", subject, now=now, account_id=account_id, kind="sensitive")
    tell_of(person_id, account_id, "data", now, subject=subject, again=now)


def _locked(person_id: int) -> Person:
    query = select(Person).where(
        Person.id == person_id, Person.merged_into_id.is_(None), Person.erased_at.is_(None)
    )
    fresh = query.with_for_update().execution_options(populate_existing=True)
    person = db.session.scalar(fresh)
    if person is None:
        raise NotFound("person_not_found")
    return person


def _change(
    person: Person,
    values: Mapping[str, object],
    more: list[str] | None = None,
    *,
    account_id: int,
    now: datetime,
) -> None:
    """Writes what differs; the chain notes which fields, never what stood there."""
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, values[name])
    fields = sorted({*changed, *(more or ())})
    if not fields:
        return
    db.session.flush()
    subject = f"person:{person.id}"
    record("person.change", subject, now=now, account_id=account_id, fields=fields)
    tell_of(person.id, account_id, "data", now, subject=subject, again=now)


def _list_changes(reach: Reach, contacts: Sequence[Contact]) -> dict[str, str | None]:
    """kind → what is to stand there, where it is not among the person's own yet. What stays keeps
    its mark of who wrote it down."""
    known = {(one.kind, one.value) for one in contacts if one.whose == "own"}
    kinds = {kind for kind, _value in known}
    return {
        kind: value
        for kind, value in reach.own.items()
        if ((kind, value) not in known if value else kind in kinds)
    }


def _replace_own(
    person_id: int, contacts: Sequence[Contact], kind: str, value: str | None, hand: Hand
) -> None:
    """Raises own_way_stays."""
    for row in contacts:
        if row.kind == kind and row.whose == "own":
            if not hand.wrote(row):
                raise DomainError("own_way_stays")
            db.session.delete(row)
    if value:
        row = Contact(person_id=person_id, kind=kind, value=value, whose="own", position=0)
        row.added_by_id = hand.mark
        db.session.add(row)
    db.session.flush()
