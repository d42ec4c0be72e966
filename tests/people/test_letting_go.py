"""What ends with a relation: the relative's calendar address and their place among the news."""

from datetime import date, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.catalogue.calendar import day_of
from eldercampus.db import transaction
from eldercampus.people.asking import Terms
from eldercampus.people.calendar_feeds import find_feed, find_feed_owner, make_feed
from eldercampus.people.giving import change_relation
from eldercampus.people.models import Contact, Person
from eldercampus.people.representing import end_representation, represent
from tests.world import NOW, PHONE, World, build_world

TODAY = day_of(NOW)
DAUGHTERS = "+8613800000002"  # Qian signs in with it
SCOPES = ("apply", "answer", "see")


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def acts(world: World, scope: tuple[str, ...] = SCOPES, until_on: date | None = None) -> int:
    with transaction():
        return represent(
            world.accounts["Qian"],
            world.people["Zhao"],
            kind="relative",
            relation="daughter",
            scope=scope,
            until_on=until_on,
            now=NOW,
        ).id


def end(world: World) -> None:
    zhao = world.accounts["Zhao"]
    with transaction():
        end_representation(
            world.accounts["Qian"], world.people["Zhao"], by_account_id=zhao, now=NOW
        )


def narrow(world: World, acting_id: int, *scope: str) -> None:
    with transaction():
        terms, zhao = Terms("daughter", scope), world.accounts["Zhao"]
        change_relation(acting_id, terms, how="web", by_account_id=zhao, now=NOW)


def feed(world: World, who: str) -> str:
    with transaction():
        return make_feed(world.people["Zhao"], now=NOW, account_id=world.accounts[who]).token


@pytest.mark.parametrize("how", ["ended", "narrowed"])
def test_the_calendar_that_the_relative_made_ends(db: SQLAlchemy, world: World, how: str) -> None:
    acting_id = acts(world)
    token = feed(world, "Qian")
    assert find_feed_owner(token, TODAY) is not None
    if how == "ended":
        end(world)
    else:
        narrow(world, acting_id, "apply", "answer")
    assert find_feed_owner(token, TODAY) is None
    assert find_feed(world.people["Zhao"]) is None


def test_the_calendar_that_the_person_made_goes_on(db: SQLAlchemy, world: World) -> None:
    acts(world)
    token = feed(world, "Zhao")
    end(world)
    assert find_feed_owner(token, TODAY) is not None


def test_past_its_date_the_relatives_calendar_opens_nothing(db: SQLAlchemy, world: World) -> None:
    acts(world, until_on=TODAY)
    token = feed(world, "Qian")
    assert find_feed_owner(token, TODAY) is not None
    assert find_feed_owner(token, TODAY + timedelta(days=1)) is None


def _news_to_the_daughter(world: World) -> None:
    with transaction() as session:
        person = session.get_one(Person, world.people["Zhao"])
        person.news = "relative"
        session.add(Contact(person_id=person.id, kind="mobile", value=DAUGHTERS, whose="daughter"))


def _news(db: SQLAlchemy, world: World) -> tuple[str, set[str]]:
    db.session.rollback()
    person = db.session.get_one(Person, world.people["Zhao"])
    values = select(Contact.value).where(Contact.person_id == person.id)
    return person.news, set(db.session.scalars(values))


@pytest.mark.parametrize("how", ["ended", "narrowed"])
def test_news_comes_to_the_person_again(db: SQLAlchemy, world: World, how: str) -> None:
    acting_id = acts(world)
    _news_to_the_daughter(world)
    if how == "ended":
        end(world)
    else:
        narrow(world, acting_id, "apply", "see")
    assert _news(db, world) == ("sms", {PHONE})


def test_another_relative_goes_on_getting_the_news(db: SQLAlchemy, world: World) -> None:
    acts(world)
    _news_to_the_daughter(world)
    with transaction() as session:
        son = Contact(
            person_id=world.people["Zhao"], kind="mobile", value="+8613900000009", whose="son"
        )
        session.add(son)
    end(world)
    assert _news(db, world) == ("relative", {PHONE, "+8613900000009"})


def test_a_wider_relation_leaves_the_news_alone(db: SQLAlchemy, world: World) -> None:
    acting_id = acts(world, ("apply",))
    _news_to_the_daughter(world)
    narrow(world, acting_id, *SCOPES)
    assert _news(db, world) == ("relative", {PHONE, DAUGHTERS})
