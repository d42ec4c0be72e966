"""Reading who acts for whom, and who asks to."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from eldercampus.db import db
from eldercampus.errors import NotFound
from eldercampus.people.models import Account, Contact, Person, RelationRequest, Representation
from eldercampus.people.representing import stands_on
from eldercampus.places.models import Community


def list_acting_for(person_ids: Collection[int], on: date) -> list[Representation]:
    """Relatives who act for these persons on a day, with .account, in order of the giving."""
    query = (
        select(Representation)
        .where(Representation.person_id.in_(person_ids), Representation.kind == "relative")
        .where(stands_on(on))
        .options(joinedload(Representation.account))
        .order_by(Representation.id)
    )
    return list(db.session.scalars(query))


def list_past_acting_for(person_id: int, on: date) -> list[Representation]:
    """Accounts that acted for the person once, the last first, with .account."""
    query = (
        select(Representation)
        .where(Representation.person_id == person_id, ~stands_on(on))
        .options(joinedload(Representation.account))
        .order_by(Representation.id.desc())
        .limit(20)
    )
    return list(db.session.scalars(query))


def list_asked_by(account_id: int) -> list[RelationRequest]:
    """What the account has asked for and was not given, the newest first. .person is not loaded:
    whether there is one must not show."""
    query = (
        select(RelationRequest)
        .where(RelationRequest.account_id == account_id)
        .where(RelationRequest.state.in_(("asked", "refused")))
        .order_by(RelationRequest.id.desc())
        .limit(20)
    )
    return list(db.session.scalars(query))


def list_asked_of(person_ids: Collection[int]) -> list[RelationRequest]:
    """Open requests to act for these persons, with .account."""
    query = (
        _open()
        .where(RelationRequest.person_id.in_(person_ids))
        .options(joinedload(RelationRequest.account))
    )
    return list(db.session.scalars(query))


def list_open_requests(*, at_most: int = 100) -> list[RelationRequest]:
    """For staff: open requests about persons we know, the oldest first, with .account, .person,
    community and town."""
    return list(db.session.scalars(_open().options(*_whole()).limit(at_most)))


def count_open_requests() -> int:
    return db.session.scalar(_open().with_only_columns(func.count()).order_by(None)) or 0


def get_request(request_id: int) -> RelationRequest:
    """For staff, in any state, with .account, .person, community and town. Raises
    request_not_found, also where nobody was found for it."""
    query = (
        select(RelationRequest)
        .join(RelationRequest.person)
        .where(RelationRequest.id == request_id, Person.merged_into_id.is_(None))
        .options(*_whole())
    )
    request = db.session.scalar(query.execution_options(populate_existing=True))
    if request is None:
        raise NotFound("request_not_found")
    return request


def get_acting(acting_id: int, on: date) -> Representation:
    """What stands on a day, with .account and .person. Raises representation_not_found."""
    query = (
        select(Representation)
        .join(Representation.person)
        .where(Representation.id == acting_id, stands_on(on), Person.merged_into_id.is_(None))
        .options(joinedload(Representation.account), joinedload(Representation.person))
    )
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("representation_not_found")
    return row


def phones_of_relatives(person_ids: Collection[int]) -> dict[int, set[str]]:
    """person id → phones of relatives who act or acted for them, for what must not go there."""
    found: dict[int, set[str]] = {person_id: set() for person_id in person_ids}
    query = (
        select(Representation.person_id, Account.phone)
        .join(Account, Account.id == Representation.account_id)
        .where(Representation.person_id.in_(found), Representation.kind == "relative")
        .where(Account.phone.is_not(None))
    )
    for person_id, phone in db.session.execute(query).tuples():
        found[person_id].add(phone or "")
    return found


def places_without_answer(person_ids: Collection[int], on: date) -> dict[int, set[str]]:
    """person id → phones and mailboxes of relatives who may not answer for them on a day: their own
    phones, and what they wrote down. What answers without signing in must not go there."""
    found: dict[int, set[str]] = {person_id: set() for person_id in person_ids}
    phones = (
        select(Representation.person_id, Representation.account_id, Account.phone)
        .join(Account, Account.id == Representation.account_id)
        .where(Representation.person_id.in_(found), Representation.kind == "relative")
    )
    written = select(Contact.person_id, Contact.added_by_id, Contact.value).where(
        Contact.person_id.in_(found), Contact.added_by_id.is_not(None)
    )
    may = select(Representation.person_id, Representation.account_id).where(
        Representation.person_id.in_(found), Representation.may_answer, stands_on(on)
    )
    answering = set(db.session.execute(may).tuples())
    for query in (phones, written):
        for person_id, account_id, place in db.session.execute(query).tuples():
            if place and (person_id, account_id) not in answering:
                found[person_id].add(place)
    return found


def _open() -> Select[tuple[RelationRequest]]:
    return (
        select(RelationRequest)
        .join(RelationRequest.person)
        .where(RelationRequest.state == "asked")
        .where(Person.merged_into_id.is_(None), Person.died_on.is_(None))
        .order_by(RelationRequest.id)
    )


def _whole() -> tuple[ExecutableOption, ...]:
    person = joinedload(RelationRequest.person)
    return (
        joinedload(RelationRequest.account),
        person.joinedload(Person.community).joinedload(Community.town),
        person.selectinload(Person.contacts),
    )
