"""An account acts for a person within a scope, until a date."""

from datetime import date, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import transaction
from eldercampus.errors import NotFound
from eldercampus.people.queries import (
    get_person_for,
    list_accounts_for,
    list_persons_of,
    list_representations_of,
)
from eldercampus.people.representing import end_representation, represent
from tests.world import NOW, World, build_world

DAY = date(2026, 11, 23)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def test_oneself_comes_first(world: World) -> None:
    account, mother = world.accounts["Qian"], world.people["Sun"]
    with transaction():
        represent(account, mother, kind="relative", relation="son", now=NOW)
    rows = list_representations_of(account, DAY)
    assert [(row.person.name, row.relation) for row in rows] == [("钱样例", ""), ("孙虚构", "son")]
    assert rows[1].person.community.town.name == "东街道"


def test_a_couple_is_one_account_and_two_persons(world: World) -> None:
    assert world.accounts["Zhou"] == world.accounts["Wu"]
    persons = list_persons_of(world.accounts["Zhou"], DAY)
    assert {person.id for person in persons} == {world.people["Zhou"], world.people["Wu"]}


def test_nobody_else_is_found(world: World) -> None:
    zhao, qian = world.accounts["Zhao"], world.people["Qian"]
    with pytest.raises(NotFound):
        get_person_for(zhao, qian, "see", DAY)
    person = get_person_for(zhao, world.people["Zhao"], "apply", DAY)
    assert [one.value for one in person.contacts] == ["+8613800000001"]
    assert person.tags == []


def test_rights_are_limited(world: World) -> None:
    zhao, qian = world.accounts["Zhao"], world.people["Qian"]
    until = DAY + timedelta(days=3)
    with transaction():
        represent(
            zhao, qian, kind="relative", relation="spouse", scope=("see",), until_on=until, now=NOW
        )
    assert get_person_for(zhao, qian, "see", until).id == qian
    for scope, on in (("apply", DAY), ("answer", DAY), ("see", until + timedelta(days=1))):
        with pytest.raises(NotFound):
            get_person_for(zhao, qian, scope, on)  # type: ignore[arg-type]


def test_given_again_and_ended(world: World) -> None:
    zhao, qian = world.accounts["Zhao"], world.people["Qian"]
    for scope in (("see",), ("apply", "see")):
        with transaction():
            represent(zhao, qian, kind="relative", relation="spouse", scope=scope, now=NOW)
    assert get_person_for(zhao, qian, "apply", DAY).id == qian
    assert len(list_accounts_for([qian], DAY)) == 2  # Qian's own account and Zhao's
    with transaction():
        end_representation(zhao, qian, by_account_id=zhao, now=NOW)
    with pytest.raises(NotFound):
        get_person_for(zhao, qian, "see", DAY)
    with pytest.raises(NotFound), transaction():
        end_representation(zhao, qian, by_account_id=zhao, now=NOW)


def test_nobody_acts_for_somebody_unknown(world: World) -> None:
    with pytest.raises(NotFound), transaction():
        represent(world.accounts["Zhao"], 999, kind="self", now=NOW)
