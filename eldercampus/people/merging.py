"""Making one person of two entries: everything that hangs on the later one moves to the earlier."""

from datetime import datetime

from sqlalchemy import select, update

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import NotFound
from eldercampus.people.models import (
    CalendarFeed,
    Consent,
    Contact,
    DataRequest,
    DeskCode,
    Person,
    Representation,
    Tag,
    Undertaking,
)
from eldercampus.people.relation_merging import move_relations

_STRENGTH = {"refused": 0, "claimed": 1, "verified": 2}
_FILLED_FROM_THE_OTHER = (
    *("name_latin", "address", "id_number_sealed", "id_number_key"),
    *("emergency_name", "emergency_phone", "emergency_relation"),
)


def merge_persons(
    one_id: int, other_id: int, *, account_id: int, now: datetime, keeps_phone: bool = False
) -> tuple[Person, Person]:
    """(who stays, who was merged into them). The earlier entry stays. keeps_phone: see
    relation_merging."""
    rows = db.session.scalars(
        select(Person)
        .where(Person.id.in_((one_id, other_id)), Person.merged_into_id.is_(None))
        .order_by(Person.registered_at, Person.id)
        .with_for_update()
    ).all()
    if len(rows) != 2:
        raise NotFound("person_not_found")
    stays, goes = rows
    for name in _FILLED_FROM_THE_OTHER:
        setattr(stays, name, getattr(stays, name) or getattr(goes, name))
    _mark_contacts(stays, account_id)
    _mark_contacts(goes, account_id)
    _move_contacts(stays.id, goes.id)
    move_relations(stays, goes, account_id, now, keeps_phone=keeps_phone)
    _move_tags(stays.id, goes.id)
    _move_papers(stays.id, goes.id)
    _move_requests(stays.id, goes.id, now)
    _end_addresses(stays.id, goes.id, now)
    chain = update(Person).where((Person.id == goes.id) | (Person.merged_into_id == goes.id))
    db.session.execute(chain.values(merged_into_id=stays.id))
    subject = f"person:{goes.id}"
    record("person.merge", subject, now=now, account_id=account_id, into=stays.id)
    return stays, goes


def _mark_contacts(person: Person, account_id: int) -> None:
    """What a relative wrote down when they entered somebody says nothing of the will of whoever
    else it turns out to be."""
    own = select(Representation.id).where(
        Representation.person_id == person.id, Representation.kind == "self"
    )
    if person.registered_by == "web" and db.session.scalar(own.limit(1)) is None:
        theirs = update(Contact).where(Contact.person_id == person.id)
        db.session.execute(theirs.values(added_by_id=account_id))


def _move_contacts(stays: int, goes: int) -> None:
    rows = db.session.scalars(
        select(Contact).where(Contact.person_id.in_((stays, goes))).order_by(Contact.position)
    ).all()
    known = {(row.kind, row.value) for row in rows if row.person_id == stays}
    position = len(known)
    for row in rows:
        if row.person_id == stays:
            continue
        if (row.kind, row.value) in known:
            db.session.delete(row)
        else:
            position += 1
            row.person_id, row.position = stays, position


def _move_tags(stays: int, goes: int) -> None:
    """Of two claims of one kind the one with the better proof counts."""
    rows = db.session.scalars(select(Tag).where(Tag.person_id.in_((stays, goes)))).all()
    own = {row.kind: row for row in rows if row.person_id == stays}
    for row in rows:
        if row.person_id == stays:
            continue
        rival = own.get(row.kind)
        if rival is not None and _STRENGTH[rival.state] >= _STRENGTH[row.state]:
            continue
        if rival is not None:
            db.session.delete(rival)
            db.session.flush()
        row.person_id = stays


def _move_papers(stays: int, goes: int) -> None:
    consents = update(Consent).where(Consent.person_id == goes)
    db.session.execute(consents.values(person_id=stays))
    rows = db.session.scalars(
        select(Undertaking).where(Undertaking.person_id.in_((stays, goes)))
    ).all()
    own = {(row.kind, row.signed_on) for row in rows if row.person_id == stays}
    for row in rows:
        if row.person_id == goes and (row.kind, row.signed_on) not in own:
            row.person_id = stays


def _move_requests(stays: int, goes: int, now: datetime) -> None:
    """What was asked about the later entry is asked about the earlier; twice the same is once."""
    rows = db.session.scalars(
        select(DataRequest).where(DataRequest.person_id.in_((stays, goes)))
    ).all()
    open_kinds = {row.kind for row in rows if row.person_id == stays and row.state == "asked"}
    for row in rows:
        if row.person_id == stays:
            continue
        if row.state == "asked" and row.kind in open_kinds:
            row.state, row.decided_at = "withdrawn", now
            db.session.flush()
        row.person_id = stays


def _end_addresses(stays: int, goes: int, now: datetime) -> None:
    """The calendar of who stays goes on, or that of the other; codes read out count no more."""
    own = db.session.get(CalendarFeed, stays)
    other = db.session.get(CalendarFeed, goes)
    if other is not None and own is None:
        db.session.execute(
            update(CalendarFeed).where(CalendarFeed.person_id == goes).values(person_id=stays)
        )
    elif other is not None:
        db.session.delete(other)
    codes = update(DeskCode).where(DeskCode.person_id == goes, DeskCode.used_at.is_(None))
    db.session.execute(codes.values(used_at=now))
