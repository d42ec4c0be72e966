"""One-time codes: hashed, ten minutes, one use, five tries, caps, recycled numbers."""

from datetime import date, datetime, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.notices.models import Notice
from eldercampus.people.models import (
    Account,
    Contact,
    Grant,
    Person,
    Representation,
    SignInCode,
    Throttle,
)
from eldercampus.people.sessions import find_session, start_session
from eldercampus.people.signing_in import Sent, change_phone, send_code, sign_in_with_code
from tests.world import NOW, PHONE, build_world

NEW = "+8613812345678"
MINUTE = timedelta(minutes=1)


def _send(phone: str = NEW, now: datetime = NOW, address: str = "10.0.0.1") -> Sent | DomainError:
    with transaction():
        return send_code(phone, address=address, now=now)


def _code(phone: str = NEW, now: datetime = NOW) -> str:
    sent = _send(phone, now)
    assert isinstance(sent, Sent)
    return sent.code


def _enter(
    code: str, phone: str = NEW, now: datetime = NOW, born_on: date | None = None
) -> int | str:
    """The account's id, or the refusal's code."""
    with transaction():
        outcome = sign_in_with_code(phone, code, now=now, born_on=born_on)
        return outcome.code if isinstance(outcome, DomainError) else outcome.id


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_an_unknown_phone_gets_an_account_once(db: SQLAlchemy) -> None:
    first = _enter(_code())
    second = _enter(_code(now=NOW + 2 * MINUTE), now=NOW + 2 * MINUTE)
    assert isinstance(first, int)
    assert first == second
    assert db.session.scalar(select(func.count(Account.id))) == 1
    made = select(func.count()).where(AuditEntry.action == "account.create")
    assert db.session.scalar(made) == 1


def test_known_and_unknown_numbers_meet_the_same(db: SQLAlchemy) -> None:
    build_world()
    for phone in (PHONE, NEW):
        assert isinstance(_send(phone), Sent)
        assert _enter(_wrong("999998"), phone) == "code_wrong"


def test_the_code_goes_out_and_is_not_kept(db: SQLAlchemy) -> None:
    code = _code()
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.address, notice.facts) == ("sign_in_code", NEW, {"code": code})
    kept = db.session.scalars(select(SignInCode)).one()
    assert code not in kept.code_hash
    assert NEW not in "".join(db.session.scalars(select(Throttle.key)))


def test_a_code_counts_once(db: SQLAlchemy) -> None:
    code = _code()
    assert isinstance(_enter(code), int)
    assert _enter(code) == "code_over"


def test_a_code_counts_for_ten_minutes(db: SQLAlchemy) -> None:
    code = _code()
    assert _enter(code, now=NOW + 10 * MINUTE) == "code_over"
    assert isinstance(_enter(code, now=NOW + 10 * MINUTE - timedelta(seconds=1)), int)


def test_five_tries(db: SQLAlchemy) -> None:
    code = _code()
    tries = [_enter(_wrong(code)) for _ in range(5)]
    assert tries == ["code_wrong"] * 4 + ["code_over"]
    assert _enter(code) == "code_over"


def test_another_phones_code_does_not_count(db: SQLAlchemy) -> None:
    code = _code(PHONE)
    assert _enter(code, NEW) == "code_over"
    if _code(NEW) != code:
        assert _enter(code, NEW) == "code_wrong"


def test_sixty_seconds_between_codes_and_only_the_last_counts(db: SQLAlchemy) -> None:
    first = _code()
    refused = _send(now=NOW + timedelta(seconds=59))
    assert isinstance(refused, DomainError)
    assert refused.code == "code_sent_recently"
    later = NOW + MINUTE
    second = _code(now=later)
    if first != second:
        assert _enter(first, now=later) == "code_wrong"
    assert isinstance(_enter(second, now=later), int)


def test_a_used_code_does_not_hold_the_next_one_back(db: SQLAlchemy) -> None:
    _enter(_code())
    assert isinstance(_send(now=NOW + timedelta(seconds=5)), Sent)


def test_caps_per_phone_and_per_address(db: SQLAlchemy) -> None:
    hour = NOW.replace(minute=0)
    for number in range(5):
        assert isinstance(_send(now=hour + number * 2 * MINUTE), Sent)
    refused = _send(now=hour + 20 * MINUTE)
    assert isinstance(refused, DomainError)
    assert refused.code == "too_many_codes"
    for number in range(54):
        assert isinstance(_send(f"+86139{number:08d}", hour + 30 * MINUTE), Sent)
    refused = _send("+8613700000000", hour + 31 * MINUTE)
    assert isinstance(refused, DomainError)
    assert isinstance(_send("+8613700000000", hour + 31 * MINUTE, "10.0.0.2"), Sent)
    assert isinstance(_send(now=hour + 61 * MINUTE), Sent)


def test_a_number_not_used_for_long_needs_a_birth_date(db: SQLAlchemy) -> None:
    world = build_world()
    later = NOW + timedelta(days=181)
    code = _code(PHONE, later)
    assert _enter(code, PHONE, later) == "birth_date_needed"
    assert _enter(code, PHONE, later, date(1954, 5, 3)) == "birth_date_other"
    assert _enter(code, PHONE, later, date(1954, 5, 2)) == world.accounts["Zhao"]


def test_a_number_that_stands_for_nobody_needs_none(db: SQLAlchemy) -> None:
    first = _enter(_code())
    later = NOW + timedelta(days=400)
    assert _enter(_code(now=later), now=later) == first


def test_another_phone_ends_all_sessions(db: SQLAlchemy) -> None:
    world = build_world()
    account_id = world.accounts["Zhao"]
    with transaction() as session:
        token = start_session(session.get_one(Account, account_id), NOW)
    assert find_session(token, NOW) is not None
    with pytest.raises(DomainError, match="phone_taken"), transaction():
        change_phone(account_id, "+8613800000002", now=NOW)
    with transaction():
        change_phone(account_id, NEW, now=NOW)
    assert find_session(token, NOW) is None
    assert _enter(_code()) == account_id


def test_a_code_for_another_purpose_signs_nobody_in(db: SQLAlchemy) -> None:
    code = _code()
    with transaction() as session:
        session.scalars(select(SignInCode)).one().purpose = "relation:1"
    assert _enter(code) == "code_over"


def test_an_ended_account_is_told_after_its_code(db: SQLAlchemy) -> None:
    account = _enter(_code())
    with transaction() as session:
        session.get_one(Account, account).ended_at = NOW
    later = NOW + 2 * MINUTE
    assert _enter(_code(now=later), now=later) == "account_ended"


def test_a_new_owner_of_an_old_number_begins_anew(db: SQLAlchemy) -> None:
    """They see nobody of those before, who stay what they were."""
    world = build_world()
    with transaction() as session:
        session.add(Grant(account_id=world.accounts["Zhao"], role="monitor"))
    later = NOW + timedelta(days=181)
    code = _code(PHONE, later)
    assert _enter(code, PHONE, later) == "birth_date_needed"
    with transaction():
        outcome = sign_in_with_code(PHONE, code, now=later, new_owner=True)
        assert isinstance(outcome, Account)
    mine = select(Representation).where(Representation.account_id == world.accounts["Zhao"])
    assert [row.ended_at for row in db.session.scalars(mine)] == [later]
    assert db.session.scalar(select(func.count(Grant.id)).where(Grant.role == "monitor")) == 0
    assert db.session.get_one(Person, world.people["Zhao"]).name == "赵示范"
    number = select(func.count(Contact.id)).where(Contact.value == PHONE)
    assert db.session.scalar(number) == 0  # their news takes another way


def test_nobody_begins_anew_with_a_number_in_use(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        outcome = sign_in_with_code(PHONE, _sent(), now=NOW, new_owner=True)
        assert isinstance(outcome, Account)
    mine = select(Representation).where(Representation.account_id == world.accounts["Zhao"])
    assert [row.ended_at for row in db.session.scalars(mine)] == [None]


def _sent() -> str:
    sent = send_code(PHONE, address="10.0.0.1", now=NOW)
    assert isinstance(sent, Sent)
    return sent.code
