"""Entering and correcting people, and what is refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import transaction
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Consent, Contact, Person
from eldercampus.people.queries import (
    find_persons,
    get_person,
    id_number_of,
    masked_id_numbers,
)
from eldercampus.people.registering import (
    ConsentDetails,
    change_person,
    phone_contact,
    register_person,
)
from tests.people.details import NUMBER, details
from tests.world import NOW, PHONE, World, build_world


def _register(world: World, **changes: Any) -> int:
    with transaction():
        person = register_person(
            details(world, **changes), channel="counter", account_id=None, now=NOW
        )
        return person.id


def test_a_person_is_entered_whole(db: SQLAlchemy) -> None:
    person_id = _register(
        build_world(),
        id_number=NUMBER,
        tags=("disability",),
        consents=(ConsentDetails("personal", "郑新来"),),
    )
    person = get_person(person_id)
    assert (person.name, person.registered_by) == ("郑新来", "counter")
    assert [(one.kind, one.value) for one in person.contacts] == [("mobile", "+8613800000077")]
    assert [(one.kind, one.state) for one in person.tags] == [("disability", "claimed")]
    assert db.session.scalars(select(Consent.text_version)).one()


def test_the_identity_number_is_sealed(db: SQLAlchemy) -> None:
    person_id = _register(build_world(), id_number=NUMBER)
    person = get_person(person_id)
    assert person.id_number_sealed is not None
    assert NUMBER.encode() not in person.id_number_sealed
    assert id_number_of(person) == NUMBER
    assert masked_id_numbers([person]) == {person_id: f"3302**********{NUMBER[-4:]}"}
    assert [one.id for one in find_persons(NUMBER)] == [person_id]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "name_missing"),
        ({"name": "12·3"}, "name_odd"),
        ({"born_on": date(2026, 11, 24)}, "born_in_future"),
        ({"born_on": date(1890, 1, 1)}, "born_too_early"),
        ({"community_id": 999_999}, "unknown_community"),
        ({"id_number": NUMBER[:-1]}, "identity_length"),
        ({"id_number": NUMBER, "born_on": date(1952, 3, 28)}, "identity_other_birth_date"),
        ({"id_number": NUMBER, "sex": "f"}, "identity_other_sex"),
    ],
)
def test_what_is_wrong_changes_nothing(db: SQLAlchemy, changes: dict[str, Any], code: str) -> None:
    world = build_world()
    with pytest.raises(DomainError) as refused:
        _register(world, **changes)
    assert refused.value.code == code
    assert db.session.scalar(select(func.count(Person.id))) == 7
    assert db.session.scalar(select(func.count(AuditEntry.number))) == 0


def test_a_person_is_corrected(db: SQLAlchemy) -> None:
    world = build_world()
    person_id = _register(world, tags=("disability",), id_number=NUMBER)
    right = details(
        world,
        name="郑新莱",
        contacts=(phone_contact("+8657488880021"),),
        tags=("disability", "low_income"),
    )
    with transaction():
        change_person(person_id, right, channel="counter", account_id=None, now=NOW)
    person = get_person(person_id)
    assert person.name == "郑新莱"
    assert [(one.kind, one.value) for one in person.contacts] == [("landline", "+8657488880021")]
    assert sorted(one.kind for one in person.tags) == ["disability", "low_income"]
    assert id_number_of(person) == NUMBER  # left out means left as it is
    noted = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert noted is not None
    assert noted.action == "person.change"
    assert "郑" not in noted.facts


def test_nobody_is_corrected_who_is_not_there(db: SQLAlchemy) -> None:
    world = build_world()
    with pytest.raises(NotFound), transaction():
        change_person(999, details(world), channel="web", account_id=None, now=NOW)


def test_a_couple_shares_a_phone(db: SQLAlchemy) -> None:
    world = build_world()
    shared = db.session.scalars(
        select(Contact.person_id).where(Contact.value == "+8613800000005")
    ).all()
    assert sorted(shared) == sorted([world.people["Zhou"], world.people["Wu"]])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("赵示范", {"Zhao"}),
        ("赵", {"Zhao"}),
        ("wu yan", {"Wu"}),
        ("1954-05-02", {"Zhao"}),
        ("1954年5月2日", {"Zhao"}),
        ("１９５４０５０２", {"Zhao"}),
        ("周 1960.7.7", {"Zhou"}),
        ("周 1960.7.8", set()),
        (PHONE, {"Zhao"}),
        ("138-0000-0005", {"Zhou", "Wu"}),
        ("%", set()),
        ("", set()),
        ("1954-13-02", set()),
    ],
)
def test_staff_find_people(db: SQLAlchemy, text: str, found: set[str]) -> None:
    world = build_world()
    keys = {person_id: key for key, person_id in world.people.items()}
    assert {keys[person.id] for person in find_persons(text)} == found


def test_a_phone_is_mobile_or_landline() -> None:
    assert phone_contact("+8613800000077").kind == "mobile"
    assert phone_contact("+8657488880021").kind == "landline"
    assert replace(phone_contact("+861088880021"), whose="son").kind == "landline"
