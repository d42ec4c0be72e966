"""Where a person's news goes is theirs: what a relative may write, and what they may not."""

from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.people.correcting import Reach, change_reach
from eldercampus.people.models import Contact, Person
from eldercampus.people.news import choose_news
from eldercampus.people.queries import contacts_of
from eldercampus.people.representing import represent
from tests.world import NOW, PHONE, World, build_world

NEW = "+8613900000009"
LANDLINE = "+8657488880021"
OTHER_LANDLINE = "+8657488880022"
WHOLE = ("apply", "answer", "see")


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def acts(world: World, *scope: str, given_how: str = "web") -> None:
    with transaction():
        represent(
            world.accounts["Qian"],
            world.people["Zhao"],
            kind="relative",
            relation="son",
            scope=scope,
            given_how=given_how,
            now=NOW,
        )


def add(world: World, value: str, whose: str = "own", kind: str = "mobile") -> None:
    with transaction() as session:
        person_id = world.people["Zhao"]
        session.add(Contact(person_id=person_id, kind=kind, value=value, whose=whose))


def choose(world: World, way: str, who: str = "Qian", **more: Any) -> str:
    """ "" or the refusal's code."""
    person_id = world.people["Zhao"]
    try:
        with transaction():
            contacts, account_id = contacts_of([person_id])[person_id], world.accounts[who]
            choose_news(person_id, way, contacts, account_id=account_id, now=NOW, **more)
    except DomainError as error:
        return error.code
    return ""


def reach(world: World, who: str = "Qian", **changes: Any) -> str:
    given: dict[str, Any] = {"mobile": PHONE, "landline": None, "mailbox": None, "news": "sms"}
    wanted = Reach(**{**given, **changes}, language="zh")
    try:
        with transaction():
            account_id = world.accounts[who]
            change_reach(world.people["Zhao"], wanted, account_id=account_id, now=NOW)
    except DomainError as error:
        return error.code
    return ""


Kept = tuple[str, set[tuple[str, str, bool]]]


def kept(db: SQLAlchemy, world: World) -> Kept:
    """The way, and (value, whose, marked) of each contact."""
    db.session.rollback()
    person = db.session.get_one(Person, world.people["Zhao"])
    rows = db.session.scalars(select(Contact).where(Contact.person_id == person.id))
    return person.news, {(row.value, row.whose, row.added_by_id is not None) for row in rows}


@pytest.mark.parametrize("given_how", ["web", "asked"])
@pytest.mark.parametrize(
    ("way", "more"),
    [
        ("sms", {"target": NEW}),
        ("call", {"target": LANDLINE}),
        ("email", {"target": "qian@example.com"}),
        ("letter", {"target": "一号路 3 号"}),
        ("relative", {"target": NEW, "whose": "son"}),
        ("relative", {}),
    ],
)
def test_who_may_only_apply_turns_no_news(
    db: SQLAlchemy, world: World, way: str, more: dict[str, str], given_how: str
) -> None:
    add(world, "+8613800000002", "son")
    acts(world, "apply", given_how=given_how)
    before = kept(db, world)
    assert choose(world, way, **more) == "news_not_given"
    assert reach(world, news="relative") == "news_not_given"
    assert reach(world, mobile=NEW) == "news_not_given"
    assert reach(world, mailbox="qian@example.com") == "news_not_given"
    assert kept(db, world) == before


def test_who_may_only_apply_chooses_among_the_persons_ways(db: SQLAlchemy, world: World) -> None:
    acts(world, "apply")
    assert choose(world, "call") == ""
    assert choose(world, "sms", target=PHONE) == ""  # the same again
    assert reach(world, news="call") == ""
    assert kept(db, world) == ("call", {(PHONE, "own", False)})


def test_where_nothing_is_known_the_first_way_is_written_and_marked(
    db: SQLAlchemy, world: World
) -> None:
    with transaction() as session:
        session.query(Contact).filter_by(person_id=world.people["Zhao"]).delete()
    acts(world, "apply", given_how="asked")
    assert choose(world, "sms", target=NEW) == ""
    assert kept(db, world) == ("sms", {(NEW, "own", True)})


@pytest.mark.parametrize("way", ["sms", "call"])
def test_who_may_answer_adds_and_removes_nothing(db: SQLAlchemy, world: World, way: str) -> None:
    acts(world, *WHOLE)
    assert choose(world, way, target=NEW) == ""
    assert kept(db, world) == ("relative", {(PHONE, "own", False), (NEW, "son", True)})
    again = "+8613900000010"
    assert choose(world, "relative", target=again, whose="son") == ""
    assert kept(db, world) == ("relative", {(PHONE, "own", False), (again, "son", True)})


def test_a_sons_number_that_the_person_gave_stays(db: SQLAlchemy, world: World) -> None:
    add(world, "+8613800000033", "son")
    acts(world, *WHOLE)
    assert choose(world, "relative", target=NEW, whose="son") == ""
    assert ("+8613800000033", "son", False) in kept(db, world)[1]


@pytest.mark.parametrize("changes", [{"mobile": NEW}, {"mobile": None, "landline": LANDLINE}])
def test_on_the_page_of_the_data_the_own_number_stays(
    db: SQLAlchemy, world: World, changes: dict[str, Any]
) -> None:
    acts(world, *WHOLE)
    assert reach(world, **changes, news="call") == "own_way_stays"
    assert kept(db, world) == ("sms", {(PHONE, "own", False)})


def test_what_a_relative_added_they_may_replace(db: SQLAlchemy, world: World) -> None:
    acts(world, *WHOLE, given_how="asked")
    for landline in (LANDLINE, OTHER_LANDLINE):
        assert reach(world, landline=landline) == ""
        assert (landline, "own", True) in kept(db, world)[1]
    assert len(kept(db, world)[1]) == 2


def test_mailbox_and_address_of_the_person_stay(db: SQLAlchemy, world: World) -> None:
    add(world, "zhao@example.com", kind="email")
    with transaction() as session:
        session.get_one(Person, world.people["Zhao"]).address = "二号路 2 号"
    acts(world, *WHOLE)
    assert choose(world, "email", target="qian@example.com") == "own_way_stays"
    assert choose(world, "letter", target="三号路") == "own_way_stays"
    assert reach(world, mailbox="qian@example.com") == "own_way_stays"


@pytest.mark.parametrize("who", ["Zhao", "clerk"])
def test_the_person_and_a_clerk_put_right_and_confirm(
    db: SQLAlchemy, world: World, who: str
) -> None:
    with transaction() as session:
        row = session.query(Contact).filter_by(person_id=world.people["Zhao"]).one()
        row.added_by_id = world.accounts["Qian"]
    assert choose(world, "sms", who, target=PHONE) == ""
    assert kept(db, world) == ("sms", {(PHONE, "own", False)})
    assert reach(world, who, mobile=NEW) == ""
    assert kept(db, world) == ("sms", {(NEW, "own", False)})


def test_a_slip_is_no_hand_to_trust(db: SQLAlchemy, world: World) -> None:
    with transaction():
        represent(
            world.accounts["Li"], world.people["Zhao"], kind="self", scope=("apply",), now=NOW
        )
    assert choose(world, "sms", "Li", target=NEW) == "news_not_given"
