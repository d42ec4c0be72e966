"""Password and changing code; roles; sessions as rows."""

from datetime import datetime, timedelta

import pyotp
import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.db import transaction
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.accounts import (
    NewAccount,
    create_account,
    end_account,
    grant,
    list_staff_accounts,
    revoke,
)
from eldercampus.people.models import Account, Grant
from eldercampus.people.sessions import (
    LEARNER_LASTS,
    STAFF_LASTS,
    end_session,
    find_session,
    start_session,
)
from eldercampus.people.staff_sign_in import sign_in_staff, totp_now
from tests.world import NOW, build_world

PASSWORD = "a long and easy phrase"


def _create(username: str = "lin") -> NewAccount:
    with transaction():
        return create_account(username, PASSWORD, now=NOW)


def _enter(
    code: str,
    username: str = "lin",
    password: str = PASSWORD,
    now: datetime = NOW,
    address: str = "10.0.0.1",
) -> str:
    """The user name of who came in, or the refusal's code."""
    with transaction():
        outcome = sign_in_staff(username, password, code, address=address, now=now)
        if isinstance(outcome, DomainError):
            return outcome.code
        return str(outcome.username)


def _code(made: NewAccount, now: datetime = NOW) -> str:
    return pyotp.TOTP(made.totp_secret).at(int(now.timestamp()))


def test_password_and_code_together(db: SQLAlchemy) -> None:
    made = _create()
    assert _enter("000000") == "sign_in_failed"
    assert _enter(_code(made), password="something else") == "sign_in_failed"
    assert _enter(_code(made), username="nobody") == "sign_in_failed"
    assert _enter(_code(made)) == "lin"
    assert made.account.password_hash is not None
    assert made.account.password_hash.startswith("$argon2id$")


def test_a_code_is_taken_once(db: SQLAlchemy) -> None:
    made = _create()
    assert _enter(_code(made)) == "lin"
    assert _enter(_code(made)) == "sign_in_failed"
    before = NOW - timedelta(seconds=30)
    assert _enter(_code(made, before)) == "sign_in_failed"
    after = NOW + timedelta(seconds=30)
    assert _enter(_code(made, after)) == "lin"


@pytest.mark.parametrize(
    ("seconds", "result"), [(-60, "sign_in_failed"), (-30, "lin"), (30, "lin")]
)
def test_clocks_may_differ_by_half_a_minute(db: SQLAlchemy, seconds: int, result: str) -> None:
    made = _create()
    assert _enter(_code(made, NOW + timedelta(seconds=seconds))) == result


def test_recovery_codes_count_once_each(db: SQLAlchemy) -> None:
    made = _create()
    first, second = made.recovery_codes[:2]
    assert _enter(first) == "lin"
    assert _enter(first) == "sign_in_failed"
    assert _enter(second.upper().replace("-", " ")) == "lin"
    assert not any(code in str(made.account.recovery_codes) for code in made.recovery_codes)


def test_tries_are_limited(db: SQLAlchemy) -> None:
    made = _create()
    assert [_enter("000000") for _ in range(10)] == ["sign_in_failed"] * 10
    assert _enter(_code(made)) == "too_many_tries"
    later = NOW + timedelta(minutes=15)
    assert _enter(_code(made, later), now=later) == "lin"


def test_what_an_account_needs(db: SQLAlchemy) -> None:
    _create()
    for username, password, code in (
        ("lin", PASSWORD, "username_taken"),
        ("Lin 2", PASSWORD, "username_odd"),
        ("lin2\n", PASSWORD, "username_odd"),
        ("lin2", "short", "password_short"),
    ):
        with pytest.raises(DomainError, match=code), transaction():
            create_account(username, password, now=NOW)
    assert [one.username for one in list_staff_accounts()] == ["lin"]


def test_the_demonstration_shows_the_code(db: SQLAlchemy) -> None:
    made = _create()
    assert totp_now(made.account, NOW) == _code(made)


@pytest.mark.parametrize(
    ("role", "campus", "town", "fits"),
    [
        ("clerk", "K-01", None, True),
        ("clerk", None, None, False),
        ("clerk", None, "East", False),
        ("town_officer", None, "East", True),
        ("town_officer", None, None, False),
        ("district_officer", None, None, True),
        ("district_officer", "K-01", None, False),
        ("auditor", None, "East", False),
    ],
)
def test_roles_have_their_places(
    db: SQLAlchemy, role: str, campus: str | None, town: str | None, fits: bool
) -> None:
    world = build_world()
    account = _create().account
    place = {
        "campus_id": world.campuses[campus] if campus else None,
        "town_id": world.towns[town] if town else None,
    }
    if not fits:
        with pytest.raises(DomainError, match="role_place"), transaction():
            grant(account.id, role, now=NOW, **place)
        return
    with transaction():
        grant(account.id, role, now=NOW, **place)
    with pytest.raises(DomainError, match="grant_stands"), transaction():
        grant(account.id, role, now=NOW, **place)


def _session_of(account_id: int, now: datetime = NOW) -> str:
    with transaction() as session:
        return start_session(session.get_one(Account, account_id), now)


def test_sessions_end_with_the_role(db: SQLAlchemy) -> None:
    world = build_world()
    head = world.accounts["head"]
    token = _session_of(head)
    with transaction():
        grant(head, "clerk", campus_id=world.campuses["K-02"], now=NOW)
    assert find_session(token, NOW) is None
    token = _session_of(head)
    given = db.session.scalars(select(Grant.id).where(Grant.account_id == head)).first()
    assert given is not None
    with transaction():
        revoke(given, now=NOW)
    assert find_session(token, NOW) is None
    with pytest.raises(NotFound), transaction():
        revoke(given, now=NOW)


def test_an_ended_account_is_out(db: SQLAlchemy) -> None:
    made = _create()
    token = _session_of(made.account.id)
    with transaction():
        end_account(made.account.id, now=NOW)
    assert find_session(token, NOW) is None
    assert _enter(_code(made)) == "sign_in_failed"


def test_a_session_lasts_its_time_and_ends_at_sign_out(db: SQLAlchemy) -> None:
    world = build_world()
    for key, lasts in (("clerk", STAFF_LASTS), ("Zhao", LEARNER_LASTS)):
        token = _session_of(world.accounts[key])
        found = find_session(token, NOW + lasts - timedelta(seconds=1))
        assert found is not None
        assert found.token_hash != token
        assert [one.role for one in found.account.grants] == ["clerk"] * (key == "clerk")
        assert find_session(token, NOW + lasts) is None
        with transaction():
            end_session(token, NOW)
        assert find_session(token, NOW) is None
    assert find_session("made up", NOW) is None
