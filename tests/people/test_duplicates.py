"""Pairs that may be one person: found, settled, merged."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.people.duplicates import (
    Decision,
    find_alike,
    find_all_pairs,
    list_open_pairs,
    settle_pair,
)
from eldercampus.people.models import Person, SamePersonPair, Tag
from eldercampus.people.queries import (
    contacts_of,
    get_person,
    list_persons_of,
)
from eldercampus.people.registering import change_person, phone_contact, register_person
from eldercampus.people.representing import represent
from tests.people.details import NUMBER, details
from tests.world import NOW, World, build_world

DAY = date(2026, 11, 23)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def _register(world: World, **changes: Any) -> int:
    with transaction():
        given = details(world, **changes)
        return register_person(given, channel="web", account_id=None, now=NOW).id


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"id_number": NUMBER}, True),
        ({"name": "郑新来", "born_on": date(1952, 3, 27)}, True),
        ({"born_on": date(1952, 3, 27), "phones": ["+8613800000077"]}, True),
        ({"name": "郑新来"}, False),
        ({"born_on": date(1952, 3, 27)}, False),
        ({"phones": ["+8613800000077"]}, False),
        ({"name": "郑新来", "born_on": date(1952, 3, 28), "phones": ["+8613800000077"]}, False),
        ({}, False),
    ],
)
def test_alike_before_anything_is_written(world: World, known: dict[str, Any], found: bool) -> None:
    first = _register(world, id_number=NUMBER)
    nothing: dict[str, Any] = {"name": "", "born_on": None, "id_number": None}
    assert find_alike(**{**nothing, **known}) == ([first] if found else [])


def test_who_was_merged_is_not_alike(world: World) -> None:
    first = _register(world, id_number=NUMBER)
    _register(world, id_number=NUMBER)
    assert _settle("same") is not None
    assert find_alike(name="", born_on=None, id_number=NUMBER) == [first]


def _settle(decision: Decision, reason: str = "seen both cards") -> tuple[int, int] | None:
    (pair,) = list_open_pairs()
    with transaction():
        return settle_pair(pair.id, decision, reason, account_id=1, now=NOW)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id_number": NUMBER, "name": "别人"}, "id_number"),
        ({"contacts": ()}, "name_birth"),
        ({"name": "郑新莱"}, "birth_phone"),
    ],
)
def test_entries_that_look_alike_are_noted(world: World, changes: dict[str, Any], why: str) -> None:
    first = _register(world, id_number=NUMBER)
    assert list_open_pairs() == []
    second = _register(world, **changes)
    (pair,) = list_open_pairs()
    assert (pair.first_id, pair.second_id, pair.why) == (first, second, why)
    assert list_open_pairs([second]) == [pair]
    assert list_open_pairs([world.people["Zhao"]]) == []


def test_the_strongest_reason_is_named(world: World) -> None:
    _register(world, id_number=NUMBER)
    _register(world, id_number=NUMBER)
    assert [pair.why for pair in list_open_pairs()] == ["id_number"]


@pytest.mark.parametrize(
    "changes",
    [
        {"born_on": date(1952, 3, 28), "name": "郑新来"},
        {"name": "郑新莱", "contacts": (phone_contact("+8613800000078"),)},
    ],
)
def test_others_are_not_noted(world: World, changes: dict[str, Any]) -> None:
    _register(world)
    _register(world, **changes)
    assert list_open_pairs() == []


def test_a_slip_that_is_corrected_ends_the_pair(world: World) -> None:
    _register(world)
    second = _register(world)
    right = details(world, name="郑别人", contacts=())
    with transaction():
        change_person(second, right, channel="web", account_id=None, now=NOW)
    assert list_open_pairs() == []


def test_two_different_persons_stay_two(world: World, db: SQLAlchemy) -> None:
    first, second = _register(world), _register(world)
    assert _settle("different", "twins with one phone") is None
    assert get_person(first).id != get_person(second).id
    with transaction():
        find_all_pairs()
    assert list_open_pairs() == []
    assert db.session.scalars(select(SamePersonPair.decision)).all() == ["different"]


def test_pairs_that_did_not_see_each_other_are_found_later(world: World, db: SQLAlchemy) -> None:
    first, second = _register(world), _register(world)
    with transaction() as session:
        session.query(SamePersonPair).delete()
    with transaction():
        find_all_pairs()
    (pair,) = list_open_pairs()
    assert (pair.first_id, pair.second_id) == (first, second)


def test_one_person_of_two_entries(world: World, db: SQLAlchemy) -> None:
    first = _register(world, tags=("disability",))
    second = _register(
        world,
        id_number=NUMBER,
        address="一号路 2 号",
        contacts=(phone_contact("+8613800000077"), phone_contact("+8657488880021")),
        tags=("disability", "low_income"),
    )
    helper, other = world.accounts["Zhao"], world.accounts["Qian"]
    with transaction() as session:
        for account_id, person_id in ((helper, first), (helper, second), (other, second)):
            represent(account_id, person_id, kind="relative", relation="son", now=NOW)
        proof = session.scalars(select(Tag).where(Tag.person_id == second)).first()
        assert proof is not None
        proof.state = "verified"
    assert _settle("same") == (first, second)
    person = get_person(first)
    assert [one.value for one in person.contacts] == ["+8613800000077", "+8657488880021"]
    assert {one.kind: one.state for one in person.tags} == {
        "disability": "verified",
        "low_income": "claimed",
    }
    assert (person.address, person.id_number_key is not None) == ("一号路 2 号", True)
    assert [one.id for one in list_persons_of(helper, DAY)] == [world.people["Zhao"], first]
    assert [one.id for one in list_persons_of(other, DAY)] == [world.people["Qian"], first]
    assert contacts_of([second]) == {second: []}
    gone = db.session.get_one(Person, second)
    assert gone.merged_into_id == first
    assert list_open_pairs() == []


def test_the_earlier_entry_stays_whatever_its_number(world: World, db: SQLAlchemy) -> None:
    first, second = _register(world), _register(world)
    with transaction() as session:
        session.get_one(Person, second).registered_at = NOW - timedelta(days=1)
    assert _settle("same") == (second, first)


def test_three_entries_become_one(world: World, db: SQLAlchemy) -> None:
    first, second, third = (_register(world) for _ in range(3))
    for _ in range(2):
        pair = list_open_pairs()[0]
        with transaction():
            settle_pair(pair.id, "same", "one card", account_id=1, now=NOW)
    assert list_open_pairs() == []
    into = dict(db.session.execute(select(Person.id, Person.merged_into_id)).tuples().all())
    assert (into[first], into[second], into[third]) == (None, first, first)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_needed(world: World, reason: str) -> None:
    _register(world)
    _register(world)
    with pytest.raises(DomainError, match="reason_missing"):
        _settle("same", reason)
    assert len(list_open_pairs()) == 1


def test_a_pair_is_settled_once(world: World) -> None:
    _register(world)
    _register(world)
    (pair,) = list_open_pairs()
    _settle("different")
    with pytest.raises(DomainError, match="pair_already_settled"), transaction():
        settle_pair(pair.id, "same", "again", account_id=1, now=NOW)
    with pytest.raises(DomainError, match="pair_not_found"), transaction():
        settle_pair(999, "same", "again", account_id=1, now=NOW)


def test_the_couple_with_one_phone_is_no_pair(world: World) -> None:
    with transaction():
        find_all_pairs()
    assert list_open_pairs() == []
