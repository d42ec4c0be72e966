"""Reading people, how to reach them, and who acts for them."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import Literal

from sqlalchemy import BindParameter, ColumnElement, Date, Select, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from eldercampus.db import db
from eldercampus.errors import NotFound
from eldercampus.people.clues import Clues, read_clues
from eldercampus.people.identity import masked_identity
from eldercampus.people.models import Contact, Person, Representation, SamePersonPair, Tag
from eldercampus.people.sealing import keyed_hash, unseal
from eldercampus.places.models import Community

RepresentationScope = Literal["apply", "answer", "see"]

_MAY: dict[str, ColumnElement[bool]] = {
    "apply": Representation.may_apply.is_(True),
    "answer": Representation.may_answer.is_(True),
    "see": Representation.may_see.is_(True),
}


def _whole() -> tuple[ExecutableOption, ...]:
    """What pages show of a person: community and town, contacts in order, tags."""
    return (
        joinedload(Person.community).joinedload(Community.town),
        selectinload(Person.contacts),
        selectinload(Person.tags),
    )


def list_representations_of(account_id: int, on: date) -> list[Representation]:
    """Whom the account stands for on a day, oneself first; .person with community and town."""
    return list(db.session.scalars(_represented(), {"account_id": account_id, "on": on}))


@cache
def _represented() -> Select[tuple[Representation]]:
    """Built once: every page about a person begins with it."""
    where_they_live = (  # an inner join in an outer one would read all communities on SQLite
        contains_eager(Representation.person)
        .joinedload(Person.community)
        .joinedload(Community.town)
    )
    return (
        _standing(bindparam("account_id"), bindparam("on", type_=Date))
        .options(where_they_live)
        .order_by(Representation.kind.desc(), Representation.id)
    )


def list_persons_of(account_id: int, on: date) -> list[Person]:
    """The persons themselves, in the same order."""
    return [row.person for row in list_representations_of(account_id, on)]


def _standing(
    account_id: int | BindParameter[int], on: date | BindParameter[date]
) -> Select[tuple[Representation]]:
    return (
        select(Representation)
        .join(Representation.person)
        .where(Representation.account_id == account_id, Representation.ended_at.is_(None))
        .where(or_(Representation.until_on.is_(None), Representation.until_on >= on))
        .where(Person.merged_into_id.is_(None), Person.died_on.is_(None))
    )


def get_person_for(account_id: int, person_id: int, scope: RepresentationScope, on: date) -> Person:
    """The person, if the account may do this for them on that day; else person_not_found.

    With community, town, contacts and tags.
    """
    standing = _standing(account_id, on).where(Person.id == person_id, _MAY[scope])
    query = (
        select(Person)
        .where(Person.id == person_id)
        .where(standing.with_only_columns(Representation.id).exists())
        .options(*_whole())
    )
    person = db.session.scalar(query)
    if person is None:
        raise NotFound("person_not_found")
    return person


def get_person(person_id: int) -> Person:
    """For staff, with community, town, contacts and tags; who was merged or erased is not found."""
    query = select(Person).where(
        Person.id == person_id, Person.merged_into_id.is_(None), Person.erased_at.is_(None)
    )
    person = db.session.scalar(query.options(*_whole()))
    if person is None:
        raise NotFound("person_not_found")
    return person


def list_persons(person_ids: Collection[int]) -> dict[int, Person]:
    """id → person with community, town, contacts and tags."""
    query = select(Person).where(Person.id.in_(person_ids)).options(*_whole())
    return {person.id: person for person in db.session.scalars(query)}


def persons_by_id(person_ids: Iterable[int]) -> dict[int, Person]:
    """Themselves only, for their names."""
    query = select(Person).where(Person.id.in_(list(person_ids)))
    return {person.id: person for person in db.session.scalars(query)}


def list_died(person_ids: Collection[int]) -> set[int]:
    """Those of the persons who have died."""
    if not person_ids:
        return set()
    query = select(Person.id).where(Person.id.in_(person_ids), Person.died_on.is_not(None))
    return set(db.session.scalars(query))


def list_accounts_for(person_ids: Collection[int], on: date) -> list[Representation]:
    """Who acts for these persons on a day, with .account."""
    query = (
        select(Representation)
        .where(Representation.person_id.in_(person_ids), Representation.ended_at.is_(None))
        .where(or_(Representation.until_on.is_(None), Representation.until_on >= on))
        .options(joinedload(Representation.account))
        .order_by(Representation.id)
    )
    return list(db.session.scalars(query))


def contacts_of(person_ids: Collection[int]) -> dict[int, list[Contact]]:
    """person id → contacts in order; everyone asked for is in it."""
    found: dict[int, list[Contact]] = {person_id: [] for person_id in person_ids}
    for contact in db.session.scalars(_contacts(), {"persons": list(found)}):
        found[contact.person_id].append(contact)
    return found


@cache
def _contacts() -> Select[tuple[Contact]]:
    return (
        select(Contact)
        .where(Contact.person_id.in_(bindparam("persons", expanding=True)))
        .order_by(Contact.person_id, Contact.position, Contact.id)
    )


MOST_FOUND = 50


def find_persons(text: str) -> list[Person]:
    """Who staff may mean by a name, a birth date, a phone or an identity number (or name and date).

    At most 50, with community, town, contacts and tags. Receipt numbers: enrolment.person_queries.
    """
    conditions = _meaning(read_clues(text))
    if not conditions:
        return []
    known = (Person.merged_into_id.is_(None), Person.erased_at.is_(None))
    query = select(Person).where(*known, *conditions)
    return list(db.session.scalars(query.options(*_whole()).order_by(Person.id).limit(MOST_FOUND)))


def _meaning(clues: Clues) -> list[ColumnElement[bool]]:
    """What must hold of a person for each thing that was typed."""
    conditions = [
        or_(Person.name.startswith(name, autoescape=True), _latin(name)) for name in clues.names
    ]
    if clues.id_number:
        conditions.append(Person.id_number_key == keyed_hash(clues.id_number))
    if clues.born_on:
        conditions.append(Person.born_on == clues.born_on)
    if clues.phone:
        conditions.append(_phone_ends(clues.phone))
    return conditions


def _latin(word: str) -> ColumnElement[bool]:
    return func.lower(Person.name_latin).contains(word.lower(), autoescape=True)


def _phone_ends(digits: str) -> ColumnElement[bool]:
    """Phones are kept as +86…; people say them with a 0 before the area code, or without it."""
    national = digits.removeprefix("+86").lstrip("0")
    same = select(Contact.person_id).where(
        Contact.value.in_((f"+86{national}", digits)), Contact.kind.in_(("mobile", "landline"))
    )
    return Person.id.in_(same)


def id_number_of(person: Person) -> str | None:
    """The identity number in the clear, for masking, or for who has given a reason."""
    return unseal(person.id_number_sealed).decode() if person.id_number_sealed else None


def masked_id_numbers(persons: Collection[Person]) -> dict[int, str]:
    """person id → 3302**********123X, or "" where none was given."""
    numbers = {person.id: id_number_of(person) for person in persons}
    return {one: masked_identity(number) if number else "" for one, number in numbers.items()}


def list_claimed_tags() -> list[Tag]:
    """Claims that nobody has looked at, oldest first, with .person, community and town."""
    query = (
        select(Tag)
        .join(Tag.person)
        .where(Tag.state == "claimed", Person.merged_into_id.is_(None))
        .options(joinedload(Tag.person).joinedload(Person.community).joinedload(Community.town))
        .order_by(Tag.id)
    )
    return list(db.session.scalars(query))


def get_tag(tag_id: int) -> Tag:
    """The claim, in any state, with .person, community and town."""
    query = select(Tag).where(Tag.id == tag_id)
    whole = joinedload(Tag.person).joinedload(Person.community).joinedload(Community.town)
    tag = db.session.scalar(query.options(whole).execution_options(populate_existing=True))
    if tag is None:
        raise NotFound("tag_not_found")
    return tag


def count_claimed_tags() -> int:
    query = select(func.count(Tag.id)).join(Tag.person)
    query = query.where(Tag.state == "claimed", Person.merged_into_id.is_(None))
    return db.session.scalar(query) or 0


def count_open_pairs() -> int:
    query = select(func.count(SamePersonPair.id)).where(SamePersonPair.decision == "")
    return db.session.scalar(query) or 0
