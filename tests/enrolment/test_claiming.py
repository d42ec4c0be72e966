"""A slip from the counter makes nobody the person who is not, and opens little by itself."""

from datetime import date, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import delete, select

from eldercampus.db import transaction
from eldercampus.enrolment import receipt_tries
from eldercampus.enrolment.applications import start_application
from eldercampus.enrolment.claiming import claim_person
from eldercampus.enrolment.coming_back import come_back
from eldercampus.enrolment.models import Round
from eldercampus.errors import DomainError
from eldercampus.notices.models import Notice
from eldercampus.people.asking import Terms, ask_relation, withdraw_request
from eldercampus.people.desk_codes import Given, give_desk_code, sign_in_with_desk_code
from eldercampus.people.models import Contact, Person, Representation
from eldercampus.people.representing import end_representation, represent
from tests.web.visiting import RULES
from tests.world import NOW, World, build_world

SUN_BORN = date(1945, 12, 30)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """A clerk has entered Sun, for whom no account acts; the rest sign in by phone."""
    world = build_world()
    with transaction() as session:
        round_ = session.get_one(Round, world.round_id)
        round_.state, round_.rules, round_.opened_at = "open", RULES, NOW
        sun = session.get_one(Person, world.people["Sun"])
        sun.registered_by = "counter"
        session.execute(delete(Representation).where(Representation.person_id == sun.id))
    return world


@pytest.fixture
def receipt(world: World) -> str:
    with transaction():
        started = start_application(
            world.round_id,
            world.people["Sun"],
            channel="counter",
            clerk_id=world.accounts["clerk"],
            now=NOW,
        )
        return str(started.receipt)


def claim(world: World, who: str, receipt: str, address: str = "10.0.0.1") -> str:
    """ "" or the refusal's code."""
    account_id = world.accounts[who]
    with transaction():
        outcome = claim_person(receipt, SUN_BORN, account_id=account_id, address=address, now=NOW)
    return outcome.code if isinstance(outcome, DomainError) else ""


def rights(db: SQLAlchemy, world: World, who: str) -> list[tuple[str, bool, bool, bool]]:
    db.session.rollback()
    rows = db.session.scalars(
        select(Representation).where(
            Representation.account_id == world.accounts[who],
            Representation.person_id == world.people["Sun"],
            Representation.ended_at.is_(None),
        )
    )
    return [(row.kind, row.may_apply, row.may_answer, row.may_see) for row in rows]


def test_a_stranger_with_a_slip_may_apply_and_the_person_hears_of_it(
    db: SQLAlchemy, world: World, receipt: str
) -> None:
    assert claim(world, "Li", receipt) == ""
    assert rights(db, world, "Li") == [("self", True, False, False)]
    told = db.session.scalars(select(Notice).where(Notice.kind == "slip_used")).one()
    assert (told.person_id, told.address) == (world.people["Sun"], "")
    assert claim(world, "Li", receipt) == ""  # sent twice
    assert claim(world, "Qian", receipt) == "claim_taken"


def test_a_code_read_out_opens_the_rest(db: SQLAlchemy, world: World, receipt: str) -> None:
    claim(world, "Li", receipt)
    sun, account_id = world.people["Sun"], world.accounts["Li"]
    with transaction():
        given = give_desk_code(sun, checked="id_card", clerk_id=world.accounts["clerk"], now=NOW)
        assert isinstance(given, Given)
        other = sign_in_with_desk_code(world.accounts["Qian"], given.code, person_id=sun, now=NOW)
        assert isinstance(other, DomainError)
        outcome = sign_in_with_desk_code(account_id, given.code, person_id=sun, now=NOW)
        assert not isinstance(outcome, DomainError)
    assert rights(db, world, "Li") == [("self", True, True, True)]


def test_the_phone_that_staff_wrote_down_opens_everything(
    db: SQLAlchemy, world: World, receipt: str
) -> None:
    assert claim(world, "Sun", receipt) == ""
    assert rights(db, world, "Sun") == [("self", True, True, True)]


def test_a_phone_that_a_relative_wrote_down_is_not_the_persons(
    db: SQLAlchemy, world: World, receipt: str
) -> None:
    with transaction() as session:
        row = session.scalars(select(Contact).where(Contact.person_id == world.people["Sun"])).one()
        row.added_by_id = world.accounts["Li"]
    assert claim(world, "Sun", receipt) == ""
    assert rights(db, world, "Sun") == [("self", True, False, False)]


@pytest.mark.parametrize("how", ["apply", "asked", "revoked", "request", "withdrawn"])
def test_a_relative_never_becomes_the_person(
    db: SQLAlchemy, world: World, receipt: str, how: str
) -> None:
    account_id, sun = world.accounts["Qian"], world.people["Sun"]
    with transaction():
        if how in ("request", "withdrawn"):
            asked = ask_relation(
                account_id, sun, Terms("son"), named=receipt, asker="钱小样", now=NOW
            )
            if how == "withdrawn":
                withdraw_request(asked.id, account_id=account_id, now=NOW)
        else:
            given_how = "asked" if how == "asked" else "web"
            represent(
                account_id, sun, kind="relative", scope=("apply",), given_how=given_how, now=NOW
            )
    if how == "revoked":
        with transaction():
            end_representation(account_id, sun, by_account_id=account_id, now=NOW)
    before = rights(db, world, "Qian")
    assert claim(world, "Qian", receipt) == "claim_not_found"
    assert rights(db, world, "Qian") == before


@pytest.mark.parametrize("was", ["web", "signed in before"])
def test_who_signed_in_or_was_not_entered_by_staff_is_not_taken_up(
    db: SQLAlchemy, world: World, receipt: str, was: str
) -> None:
    with transaction() as session:
        if was == "web":
            session.get_one(Person, world.people["Sun"]).registered_by = "web"
        else:
            row = represent(world.accounts["Zhao"], world.people["Sun"], kind="self", now=NOW)
            row.ended_at = NOW
    for who in ("Li", "Sun"):
        assert claim(world, who, receipt) == "claim_taken"
        assert rights(db, world, who) == []


def test_both_doors_count_the_tries_of_one_number(world: World, receipt: str) -> None:
    for number in range(10):
        with transaction():
            come_back(receipt, date(1950, 1, 1), address=f"10.0.1.{number}", now=NOW)
    assert claim(world, "Li", receipt) == "too_many_receipts"


def test_hundreds_of_addresses_shut_nobody_out(
    world: World, receipt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may try sixty times an hour."""
    assert receipt_tries.MOST_OF_ALL >= 500 * 60
    monkeypatch.setattr(receipt_tries, "MOST_OF_ALL", 3)
    for number in range(3):
        with transaction():
            come_back(f"ABCD-EF{20 + number}", SUN_BORN, address=f"10.0.1.{number}", now=NOW)
    with transaction():
        outcome = come_back(receipt, SUN_BORN, address="10.0.2.1", now=NOW)
    assert isinstance(outcome, DomainError)
    with transaction():
        later = come_back(receipt, SUN_BORN, address="10.0.2.1", now=NOW + timedelta(hours=1))
    assert not isinstance(later, DomainError)
