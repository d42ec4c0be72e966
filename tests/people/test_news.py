"""How news should come: the way, and where it goes."""

import json
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import transaction
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Contact, Person
from eldercampus.people.news import WAYS, choose_news, find_target
from eldercampus.people.queries import contacts_of
from tests.world import NOW, PHONE, World, build_world

OTHER = "+8613900000009"
LANDLINE = "+8657488880021"


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def choose(world: World, way: str, name: str = "Zhao", **options: Any) -> None:
    person_id = world.people[name]
    with transaction():
        contacts = contacts_of([person_id])[person_id]
        account_id = world.accounts[name]
        choose_news(person_id, way, contacts, account_id=account_id, now=NOW, **options)


def targets(db: SQLAlchemy, world: World, name: str = "Zhao") -> dict[str, str | None]:
    """Where news would go, by way."""
    db.session.expire_all()
    person = db.session.get_one(Person, world.people[name])
    contacts = contacts_of([person.id])[person.id]
    return {way: find_target(person, contacts, way) for way in WAYS}


def test_what_is_known_from_the_start(db: SQLAlchemy, world: World) -> None:
    assert targets(db, world) == {
        "sms": PHONE,
        "call": PHONE,
        "letter": None,
        "email": None,
        "relative": None,
    }


@pytest.mark.parametrize(
    ("way", "target", "whose"),
    [
        ("sms", OTHER, "own"),
        ("call", OTHER, "own"),
        ("call", LANDLINE, "own"),
        ("letter", "一号路 3 号", "own"),
        ("email", "zhao@example.com", "own"),
        ("relative", OTHER, "daughter"),
    ],
)
def test_a_new_place_is_used_from_now_on(
    db: SQLAlchemy, world: World, way: str, target: str, whose: str
) -> None:
    choose(world, way, target=target, whose=whose)
    assert targets(db, world)[way] == target
    assert db.session.get_one(Person, world.people["Zhao"]).news == way


def test_a_new_phone_takes_the_place_of_the_own_one_and_of_no_other(
    db: SQLAlchemy, world: World
) -> None:
    choose(world, "relative", target=OTHER, whose="daughter")
    choose(world, "sms", target="+8613700000007")
    query = select(Contact.value, Contact.whose).where(Contact.person_id == world.people["Zhao"])
    assert set(db.session.execute(query).tuples()) == {
        (OTHER, "daughter"),
        ("+8613700000007", "own"),
    }


def test_spouses_with_one_phone_stay_two(db: SQLAlchemy, world: World) -> None:
    before = targets(db, world, "Wu")
    choose(world, "sms", name="Zhou", target=OTHER)
    assert targets(db, world, "Zhou")["sms"] == OTHER
    assert targets(db, world, "Wu") == before


@pytest.mark.parametrize(
    ("way", "target", "code"),
    [
        ("letter", None, "address_missing"),
        ("email", None, "mailbox_missing"),
        ("relative", None, "phone_missing"),
        ("sms", LANDLINE, "not_a_mobile"),
        ("email", "zhao", "mailbox_odd"),
        ("email", "zhao@example", "mailbox_odd"),
        ("email", "a b@example.com", "mailbox_odd"),
        ("email", "zhao@example.com, x@example.com", "mailbox_odd"),
        ("pigeon", None, "unknown_news"),
    ],
)
def test_refused_without_a_trace(
    db: SQLAlchemy, world: World, way: str, target: str | None, code: str
) -> None:
    before = targets(db, world)
    with pytest.raises(DomainError) as caught:
        choose(world, way, target=target)
    assert caught.value.code == code
    assert targets(db, world) == before
    assert db.session.get_one(Person, world.people["Zhao"]).news == "sms"


def test_somebody_who_is_not_there(db: SQLAlchemy, world: World) -> None:
    assert world
    with pytest.raises(NotFound), transaction():
        choose_news(99999, "letter", [], target="一号路", account_id=1, now=NOW)


def test_each_change_is_noted_and_none_is_not(db: SQLAlchemy, world: World) -> None:
    choose(world, "sms")
    choose(world, "call")
    choose(world, "call", target=LANDLINE)
    query = select(AuditEntry.facts).where(AuditEntry.action == "person.change")
    rows = db.session.scalars(query.order_by(AuditEntry.number))
    noted = [json.loads(facts)["fields"] for facts in rows]
    assert noted == [["news"], ["contacts"]]
