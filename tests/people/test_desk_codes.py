"""Without a phone: receipt number and birth date to apply, a code read out for everything else."""

from datetime import date, datetime, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import transaction
from eldercampus.enrolment.applications import start_application
from eldercampus.enrolment.coming_back import come_back
from eldercampus.enrolment.models import Application, Round
from eldercampus.errors import DomainError
from eldercampus.people.desk_codes import (
    DESK_CODE_LASTS,
    Given,
    give_desk_code,
    sign_in_with_desk_code,
)
from eldercampus.people.models import Account, DeskCode, Person, Representation, Throttle
from eldercampus.people.sessions import LEARNER_LASTS, find_session, start_session
from tests.web.visiting import RULES
from tests.world import NOW, World, build_world

SUN_BORN = date(1945, 12, 30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    world = build_world()
    with transaction() as session:
        round_ = session.get_one(Round, world.round_id)
        round_.state, round_.rules, round_.opened_at = "open", RULES, NOW
    return world


def _receipt(world: World, name: str = "Sun") -> str:
    with transaction():
        person_id = world.people[name]
        started = start_application(
            world.round_id, person_id, channel="counter", clerk_id=world.accounts["clerk"], now=NOW
        )
        assert started.receipt is not None
        return started.receipt


def _back(
    receipt: str, born_on: date = SUN_BORN, address: str = "10.0.0.1", now: datetime = NOW
) -> int | str:
    """The account's id, or the refusal's code."""
    with transaction():
        outcome = come_back(receipt, born_on, address=address, now=now)
        return outcome.code if isinstance(outcome, DomainError) else outcome.id


def _give(world: World, name: str = "Sun", now: datetime = NOW, checked: str = "id_card") -> str:
    with transaction():
        given = give_desk_code(
            world.people[name], checked=checked, clerk_id=world.accounts["clerk"], now=now
        )
        assert isinstance(given, Given)
        return given.code


def _enter(account_id: int, code: str, now: datetime = NOW) -> int | str:
    with transaction():
        outcome = sign_in_with_desk_code(account_id, code, now=now)
        return outcome.code if isinstance(outcome, DomainError) else outcome.id


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _account(receipt: str) -> int:
    account = _back(receipt)
    assert isinstance(account, int)
    return account


def _rights(db: SQLAlchemy, account_id: int) -> tuple[bool, bool, bool]:
    row = db.session.scalars(
        select(Representation).where(Representation.account_id == account_id)
    ).one()
    return row.may_apply, row.may_answer, row.may_see


def test_receipt_and_birth_date_lead_to_one_account_that_may_apply(
    db: SQLAlchemy, world: World
) -> None:
    receipt = _receipt(world)
    first = _account(receipt)
    assert _back(receipt.lower().replace("-", " ")) == first
    account = db.session.get_one(Account, first)
    assert (account.person_id, account.phone) == (world.people["Sun"], None)
    assert _rights(db, first) == (True, False, False)


def test_wrong_number_wrong_date_and_nonsense_get_the_same_answer(
    db: SQLAlchemy, world: World
) -> None:
    receipt = _receipt(world)
    tries = [
        _back("ABCD-EFGH"),
        _back("nothing"),
        _back("\x00"),
        _back(receipt, date(1945, 12, 31)),
    ]
    assert tries == ["receipt_not_found"] * 4
    assert db.session.scalar(select(func.count(Account.id)).where(Account.person_id > 0)) == 0


@pytest.mark.parametrize("gone", ["died_on", "erased_at", "merged_into_id"])
def test_who_is_gone_does_not_come_back(db: SQLAlchemy, world: World, gone: str) -> None:
    receipt = _receipt(world)
    values = {"died_on": NOW.date(), "erased_at": NOW, "merged_into_id": world.people["Li"]}
    with transaction() as session:
        setattr(session.get_one(Person, world.people["Sun"]), gone, values[gone])
    assert _back(receipt) == "receipt_not_found"


def test_an_ended_account_is_told(db: SQLAlchemy, world: World) -> None:
    receipt = _receipt(world)
    account = _account(receipt)
    with transaction() as session:
        session.get_one(Account, account).ended_at = NOW
    assert _back(receipt) == "account_ended"


def test_a_birth_date_cannot_be_guessed(db: SQLAlchemy, world: World) -> None:
    receipt = _receipt(world)
    days = [date(1945, 1, 1) + timedelta(days=number) for number in range(12)]
    tries = [_back(receipt, day, address=f"10.0.0.{day.day}") for day in days]
    assert tries == ["receipt_not_found"] * 10 + ["too_many_receipts"] * 2
    assert _back(receipt) == "too_many_receipts"
    assert _back(receipt, now=NOW + timedelta(hours=1)) != "too_many_receipts"
    assert receipt not in "".join(db.session.scalars(select(Throttle.key)))


def test_one_address_cannot_try_many_numbers(db: SQLAlchemy, world: World) -> None:
    receipt = _receipt(world)
    with transaction():
        for number in range(60):
            come_back(f"ABCD-EF{20 + number}", SUN_BORN, address="10.0.0.9", now=NOW)
    assert _back(receipt, address="10.0.0.9") == "too_many_receipts"
    assert isinstance(_back(receipt), int)


def test_a_code_read_out_gives_the_other_rights_once(db: SQLAlchemy, world: World) -> None:
    account, code = _account(_receipt(world)), _give(world)
    assert _enter(account, code) == account
    assert _rights(db, account) == (True, True, True)
    assert _enter(account, code) == "desk_code_over"
    kept = db.session.scalars(select(DeskCode)).one()
    assert code not in kept.code_hash
    given = select(AuditEntry).where(AuditEntry.action == "desk_code.give")
    deed = db.session.scalars(given).one()
    assert (deed.account_id, code in deed.facts) == (world.accounts["clerk"], False)


def test_a_code_is_for_one_person(db: SQLAlchemy, world: World) -> None:
    sun, code = _account(_receipt(world)), _give(world, "Li")
    assert _enter(sun, code) == "desk_code_over"
    _give(world)
    assert _enter(sun, code) in ("desk_code_wrong", sun)  # one in a million are the same


def test_a_newer_code_voids_the_one_before(db: SQLAlchemy, world: World) -> None:
    account, first = _account(_receipt(world)), _give(world)
    second = _give(world)
    assert _enter(account, first) == "desk_code_wrong" or first == second
    assert _enter(account, second) == account


def test_five_tries_and_a_quarter_of_an_hour(db: SQLAlchemy, world: World) -> None:
    account, code = _account(_receipt(world)), _give(world)
    assert _enter(account, code, NOW + DESK_CODE_LASTS) == "desk_code_over"
    tries = [_enter(account, _wrong(code)) for _ in range(5)]
    assert tries == ["desk_code_wrong"] * 4 + ["desk_code_over"]
    assert _enter(account, code) == "desk_code_over"
    assert _enter(account, _give(world), NOW + DESK_CODE_LASTS - SECOND) == account


def test_an_account_with_a_phone_takes_no_desk_code(db: SQLAlchemy, world: World) -> None:
    assert _enter(world.accounts["Sun"], _give(world)) == "desk_code_over"


def test_codes_are_not_made_without_end_nor_without_a_look(db: SQLAlchemy, world: World) -> None:
    for _ in range(10):
        _give(world)
    with transaction():
        refused = give_desk_code(
            world.people["Sun"], checked="known", clerk_id=world.accounts["head"], now=NOW
        )
    assert isinstance(refused, DomainError)
    assert refused.code == "too_many_desk_codes"
    with pytest.raises(DomainError, match="not_recognised"):
        _give(world, "Li", checked="")
    with transaction() as session:
        session.get_one(Person, world.people["Li"]).died_on = NOW.date()
    with pytest.raises(DomainError, match="person_not_found"):
        _give(world, "Li")


def test_sessions_of_learners_last_with_and_without_a_phone(db: SQLAlchemy, world: World) -> None:
    account = _account(_receipt(world))
    with transaction() as session:
        token = start_session(session.get_one(Account, account), NOW, only_apply=True)
    found = find_session(token, NOW + LEARNER_LASTS - SECOND)
    assert found is not None
    assert found.only_apply
    assert find_session(token, NOW + LEARNER_LASTS) is None


def test_an_application_started_anew_has_a_number_to_come_back_with(
    db: SQLAlchemy, world: World
) -> None:
    receipt = _receipt(world, "Qian")
    assert db.session.scalars(select(Application.state)).one() == "draft"
    assert isinstance(_back(receipt, date(1958, 8, 9)), int)
