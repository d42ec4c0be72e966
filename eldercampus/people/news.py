"""How news should reach a person: the way they choose, and where it goes."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import joinedload, load_only

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Contact, Person
from eldercampus.people.registering import phone_contact
from eldercampus.people.representing import tell_of
from eldercampus.people.writing_down import Hand, hand_of

WAYS = ("sms", "call", "letter", "email", "relative")
_WAYS_AND_TAGS = (
    load_only(Person.id),
    joinedload(Person.contacts),
    joinedload(Person.tags),
)
_KINDS = {
    "sms": ("mobile",),
    "call": ("mobile", "landline"),
    "letter": ("address",),
    "email": ("email",),
    "relative": ("mobile", "landline"),
}
_MISSING = {"letter": "address_missing", "email": "mailbox_missing"}
_MAILBOX = re.compile(r"[^@\s,;<>]+@[^@\s.,;<>]+(\.[^@\s.,;<>]+)+")


def find_target(person: Person, contacts: Sequence[Contact], way: str) -> str | None:
    """Where news by this way would go: a phone (+86…), a mailbox, an address; None where nothing of
    the kind is kept. By a relative means a phone that is not the person's own."""
    for one in sorted(contacts, key=lambda contact: (contact.position, contact.id)):
        if one.kind in _KINDS[way] and (one.whose == "own") == (way != "relative"):
            return one.value
    return person.address or None if way == "letter" else None


def load_ways(person: Person) -> Person:
    """The same person, with contacts and tags read in one query."""
    return db.session.scalars(_with_ways(), {"person": person.id}).unique().one()


@cache
def _with_ways() -> Select[tuple[Person]]:
    """Built once: putting it together takes longer than asking it."""
    return select(Person).where(Person.id == bindparam("person")).options(*_WAYS_AND_TAGS)


def choose_news(
    person_id: int,
    way: str,
    contacts: Sequence[Contact],
    *,
    target: str | None = None,
    whose: str = "own",
    account_id: int | None,
    now: datetime,
) -> None:
    """News comes this way from now on. contacts: those of the person.

    target: a new phone (+86…), mailbox or address, in place of the one of its kind; whose: the
    relation, for a relative's phone. A relative takes nothing of the person's own away: the phone
    they write stands beside it as theirs, and news goes there.

    Raises phone_missing, mailbox_missing or address_missing where nothing is known, not_a_mobile,
    mailbox_odd, unknown_news; to relatives news_not_given and own_way_stays.
    """
    if way not in WAYS:
        raise DomainError("unknown_news")
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None or person.merged_into_id is not None:
        raise NotFound("person_not_found")
    hand = hand_of(person_id, account_id, now)
    if not hand.is_trusted and target == find_target(person, contacts, way):
        target = None  # it stands already
    check_given(person, contacts, way, hand, anew=target is not None)
    fields = []
    if target is None:
        check_known(person, contacts, way)
    else:
        check_target(way, target)
        whose = _keep_target(person, contacts, way, target, whose, hand)
        way = "relative" if whose != "own" else way
        fields.append("address" if way == "letter" else "contacts")
    if person.news != way:
        person.news = way
        fields.append("news")
    if fields:
        subject = f"person:{person_id}"
        record("person.change", subject, now=now, account_id=account_id, fields=sorted(fields))
        tell_of(person_id, account_id, "data", now, subject=subject, again=now)


def check_given(
    person: Person, contacts: Sequence[Contact], way: str, hand: Hand, *, anew: bool
) -> None:
    """Raises news_not_given: who may not answer for the person turns their news neither to a
    relative nor to anything new; where nothing is known at all, they may write the first."""
    if hand.may_answer:
        return
    to_relative = way == "relative" and person.news != "relative"
    known = any(find_target(person, contacts, one) is not None for one in WAYS)
    if known and (to_relative or anew):
        raise DomainError("news_not_given")


def check_known(person: Person, contacts: Sequence[Contact], way: str) -> None:
    """Raises phone_missing, mailbox_missing or address_missing where news by this way has nowhere
    to go."""
    if find_target(person, contacts, way) is None:
        raise DomainError(_MISSING.get(way, "phone_missing"))


def check_target(way: str, target: str) -> str:
    """The target. Raises mailbox_odd or not_a_mobile."""
    if way == "email" and _MAILBOX.fullmatch(target) is None:
        raise DomainError("mailbox_odd")
    if way == "sms" and phone_contact(target).kind != "mobile":
        raise DomainError("not_a_mobile")
    return target


def _keep_target(
    person: Person,
    contacts: Sequence[Contact],
    way: str,
    target: str,
    whose: str,
    hand: Hand,
) -> str:
    """First of all contacts; it replaces what there was of its kind from the same owner, as far as
    this hand may. Gives whose it is. Raises own_way_stays."""
    kind = {"letter": "address", "email": "email"}.get(way) or phone_contact(target).kind
    if not hand.is_trusted and whose == "own" and _is_own_kept(person, contacts, kind, hand):
        if kind in ("address", "email"):
            raise DomainError("own_way_stays")
        whose = hand.relation
    same = delete(Contact).where(
        Contact.person_id == person.id, Contact.kind == kind, Contact.whose == whose
    )
    if not hand.is_trusted:
        same = same.where(Contact.added_by_id == hand.mark)
    db.session.execute(same)
    if way == "letter":
        person.address = target
        return whose
    row = Contact(person_id=person.id, kind=kind, value=target, whose=whose, position=0)
    row.added_by_id = hand.mark
    db.session.add(row)
    db.session.flush()
    return whose


def _is_own_kept(person: Person, contacts: Sequence[Contact], kind: str, hand: Hand) -> bool:
    """Whether the person has one of the kind that this hand did not write."""
    if kind == "address" and person.address:
        return True
    own = [one for one in contacts if one.kind == kind and one.whose == "own"]
    return any(not hand.wrote(one) for one in own)
