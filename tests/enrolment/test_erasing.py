"""Deletion: what hinders it, and that afterwards nothing in the database names the person."""

from datetime import date, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement

from eldercampus.audit.chain import broken_links
from eldercampus.db import transaction
from eldercampus.enrolment.applications import withdraw_application
from eldercampus.enrolment.erasing import erase, find_hindrances
from eldercampus.enrolment.models import Application
from eldercampus.errors import DomainError, NotFound
from eldercampus.notices.models import Notice
from eldercampus.people.asking import Terms, ask_relation
from eldercampus.people.correcting import Reach, change_reach
from eldercampus.people.data_requests import ask_erasure, get_data_request
from eldercampus.people.duplicates import settle_pair
from eldercampus.people.models import (
    Account,
    Person,
    Representation,
    SamePersonPair,
    SignInCode,
    WebSession,
)
from eldercampus.people.queries import find_persons, get_person
from eldercampus.people.registering import ConsentDetails, phone_contact, register_person
from eldercampus.people.representing import end_representation, represent, tell_of
from eldercampus.people.sealing import keyed_hash
from eldercampus.people.sessions import find_session, start_session
from eldercampus.people.undertakings import record_undertaking
from eldercampus.people.unmasking import unmask_id_number
from tests.enrolment import steps
from tests.people.details import NUMBER, details
from tests.people.erased import places_of
from tests.world import NOW, World, build_world

NAME, LATIN, MAILBOX = "金丝雀", "Jin Sique", "canary@example.com"
PHONE, LANDLINE, EMERGENCY = "+8613877776666", "+8657488881111", "+8613866665555"
STREET, FRIEND, SIGNER = "雀巢路 9 号", "黄莺", "白鹭"
RECEIPT = "CAN4-RY22"
CANARIES = (NAME, LATIN, MAILBOX, PHONE, LANDLINE, EMERGENCY, STREET, FRIEND, SIGNER, RECEIPT)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    built = build_world()
    steps.opened(built)
    return built


def _canary(world: World, **changes: object) -> Person:
    given = {
        "name": NAME,
        "name_latin": LATIN,
        "address": STREET,
        "id_number": NUMBER,
        "contacts": (phone_contact(PHONE), phone_contact(LANDLINE)),
        "emergency_name": FRIEND,
        "emergency_phone": EMERGENCY,
        "tags": ("disability",),
        "consents": (ConsentDetails("personal", SIGNER, "daughter"),),
        **changes,
    }
    now = NOW - timedelta(days=3)
    return register_person(details(world, **given), channel="web", account_id=None, now=now)


@pytest.fixture
def canary(world: World) -> int:
    """Somebody with everything that is kept about a person, by every way it comes in."""
    clerk, daughter = world.accounts["clerk"], world.accounts["Zhou"]
    with transaction() as session:
        person = _canary(world)
        own = Account(phone=PHONE, name=NAME, created_at=NOW)
        session.add(own)
        session.flush()
        represent(own.id, person.id, kind="self", now=NOW)
        represent(daughter, person.id, kind="relative", relation="daughter", now=NOW)
        tell_of(person.id, daughter, "data", NOW, subject=f"person:{person.id}")
        for account_id in (own.id, daughter):
            start_session(session.get_one(Account, account_id), NOW)
        session.add(SignInCode(phone=PHONE, code_hash="0", sent_at=NOW, ends_at=NOW))
        record_undertaking(
            person.id, "age", signed_on=NOW.date(), witness=FRIEND, account_id=clerk, now=NOW
        )
        unmask_id_number(person, "对身份证", account_id=clerk, now=NOW)
        person_id, own_id = person.id, own.id
    with transaction():
        reach = Reach(PHONE, LANDLINE, MAILBOX, "sms", "zh")
        change_reach(person_id, reach, account_id=own_id, now=NOW)
    with transaction() as session:
        ask_relation(
            world.accounts["Sun"], person_id, Terms("neighbour"), named=NAME, asker="孙", now=NOW
        )
        # the right name with a birth date that fits nobody
        ask_relation(
            world.accounts["Li"], None, Terms("neighbour"), named=NAME, asker="李", now=NOW
        )
        # the canary acted for somebody else, once, under their own name
        li = world.people["Li"]
        represent(own_id, li, kind="relative", relation="neighbour", now=NOW)
        end_representation(own_id, li, by_account_id=own_id, now=NOW, note="")
        asked = ask_relation(own_id, li, Terms("neighbour"), named="李假名", asker=NAME, now=NOW)
        asked.state, asked.decided_at = "refused", NOW
        told = session.query(Notice).filter((Notice.person_id == person_id) | _to_nobody())
        for notice in told:
            notice.state, notice.text, notice.address = "sent", f"{NAME}您好", PHONE
    return person_id


def _to_nobody() -> ColumnElement[bool]:
    """To a phone that is no contact of anybody: a relative's, or one that signs in."""
    return Notice.person_id.is_(None)


def _asked(person_id: int) -> int:
    with transaction() as session:
        own = (
            session.query(Representation.account_id)
            .filter_by(person_id=person_id, kind="self")
            .scalar()
        )
        return ask_erasure(person_id, account_id=own, now=NOW).id


def _erased(request_id: int, world: World) -> None:
    with transaction():
        erase(request_id, account_id=world.accounts["officer"], now=NOW)


def test_nothing_in_the_database_names_who_was_erased(
    db: SQLAlchemy, world: World, canary: int
) -> None:
    before = places_of(*CANARIES)
    assert {"person.name", "contact.value", "account.phone", "consent.signer"} <= before
    assert {"notice.text", "relation_request.asker", "undertaking.witness"} <= before
    request_id = _asked(canary)
    _erased(request_id, world)
    assert places_of(*CANARIES, NUMBER, keyed_hash(NUMBER), "1952-03-27") == set()
    person = db.session.get_one(Person, canary)
    assert (person.erased_at, person.born_on) == (NOW, date(1952, 1, 1))
    assert person.id_number_sealed is None
    assert get_data_request(request_id).state == "done"
    assert list(broken_links()) == []
    with pytest.raises(NotFound):
        get_person(canary)
    assert find_persons("已删除") == []


def test_the_phone_is_free_and_the_relative_stays(
    db: SQLAlchemy, world: World, canary: int
) -> None:
    own = db.session.query(Account).filter_by(phone=PHONE).one().id
    _erased(_asked(canary), world)
    account = db.session.get_one(Account, own)
    assert account.ended_at == NOW
    assert account.phone is not None
    assert not account.phone.startswith("+")
    assert db.session.query(WebSession).filter_by(account_id=own, ended_at=None).count() == 0
    daughter = world.accounts["Zhou"]
    assert db.session.get_one(Account, daughter).ended_at is None
    assert db.session.query(WebSession).filter_by(account_id=daughter, ended_at=None).count() == 1
    acting = db.session.query(Representation).filter_by(person_id=canary, ended_at=None)
    assert acting.count() == 0
    with transaction() as session:  # somebody else has the number now
        session.add(Account(phone=PHONE, created_at=NOW))


def test_spouses_with_one_phone_are_two(db: SQLAlchemy, world: World) -> None:
    """Wu is erased; Zhou keeps phone, account and session."""
    zhou, wu = world.people["Zhou"], world.people["Wu"]
    with transaction() as session:
        token = start_session(session.get_one(Account, world.accounts["Zhou"]), NOW)
    _erased(_asked(wu), world)
    assert find_session(token, NOW) is not None
    assert db.session.get_one(Person, zhou).name == "周模拟"
    assert places_of("吴演示", "Wu Yanshi") == set()


def test_who_was_merged_into_the_person_is_erased_too(
    db: SQLAlchemy, world: World, canary: int
) -> None:
    with transaction():
        later = _canary(world, name="金丝鸟", name_latin="Jin Siniao", address="鸟路 1 号").id
    pair = db.session.query(SamePersonPair).filter_by(second_id=later).one()
    with transaction():
        settle_pair(
            pair.id, "same", reason=f"{NAME}本人", account_id=world.accounts["clerk"], now=NOW
        )
    _erased(_asked(canary), world)
    both = (*CANARIES, "金丝鸟", "Jin Siniao", "鸟路", NUMBER, keyed_hash(NUMBER))
    assert places_of(*both) == set()


def test_what_hinders_it(db: SQLAlchemy, world: World) -> None:
    zhao, today = world.people["Zhao"], NOW.date()
    assert find_hindrances(zhao, today) == []
    application = steps.applied(world, "Zhao", "S-001", receipt=RECEIPT)
    assert find_hindrances(zhao, today) == ["application"]
    request_id = _asked(zhao)
    with pytest.raises(DomainError, match="erasing_hindered"):
        _erased(request_id, world)
    assert get_data_request(request_id).state == "asked"
    assert db.session.get_one(Person, zhao).erased_at is None
    with transaction():
        withdraw_application(application, now=NOW, account_id=None)
    _erased(request_id, world)
    assert db.session.get_one(Application, application).receipt is None
    with pytest.raises(DomainError, match="data_request_answered"):
        _erased(request_id, world)


def test_a_seat_and_a_place_in_line_hinder_it(world: World) -> None:
    for name in ("Zhao", "Qian", "Sun"):
        steps.applied(world, name, "S-001")
    steps.closed(world)
    steps.frozen(world)
    steps.drawn(world)
    steps.published(world)
    today = NOW.date() + timedelta(days=20)
    found = sorted(
        tuple(find_hindrances(world.people[name], today)) for name in ("Zhao", "Qian", "Sun")
    )
    assert found == [("seat",), ("seat",), ("waiting",)]
    assert find_hindrances(world.people["Zhao"], date(2027, 12, 1)) == []


def test_only_the_person_asks(world: World, canary: int) -> None:
    with transaction(), pytest.raises(DomainError, match="not_own"):
        ask_erasure(canary, account_id=world.accounts["Zhou"], now=NOW)
    with transaction():
        ask_erasure(canary, account_id=world.accounts["clerk"], now=NOW, by_staff=True)
