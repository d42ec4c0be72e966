"""flask account create: secrets are shown once; what is wrong is one sentence and exit code 1."""

import re

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from eldercampus.clock import wall_now
from eldercampus.db import db, transaction
from eldercampus.people.models import Account, Grant
from eldercampus.people.staff_sign_in import sign_in_staff
from tests.world import build_world

PASSWORD = "a long and easy phrase"


@pytest.fixture(autouse=True)
def _world(app: Flask) -> None:
    with app.app_context():
        build_world()


def _run(app: Flask, *arguments: str, typed: str = "") -> tuple[int, str]:
    runner = app.test_cli_runner()
    result = runner.invoke(args=["account", "create", *arguments], input=typed)
    return result.exit_code, result.output


def test_an_account_that_can_sign_in(app: Flask) -> None:
    arguments = ("--role", "clerk", "--username", "lin", "--name", "林示范", "--campus", "K-01")
    code, output = _run(app, *arguments, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert code == 0, output
    assert PASSWORD not in output
    secret = re.search(r"Authenticator: +([A-Z2-7]{32})", output)
    assert secret is not None
    assert f"secret={secret[1]}" in output
    assert len(re.findall(r"^  [a-z2-7]{4}(?:-[a-z2-7]{4}){3}$", output, re.MULTILINE)) == 10
    with app.app_context():
        with transaction():
            totp = pyotp.TOTP(secret[1]).now()
            outcome = sign_in_staff("lin", PASSWORD, totp, address="", now=wall_now())
            assert isinstance(outcome, Account)
        role = db.session.scalars(select(Grant.role).where(Grant.account_id == outcome.id)).one()
        assert role == "clerk"


def test_a_password_is_made_up(app: Flask) -> None:
    code, output = _run(app, "--role", "auditor", "--username", "lin", "--generate")
    assert code == 0
    assert re.search(r"Password: +\S{20}", output)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--role", "clerk", "--username", "lin"), "need a campus"),
        (("--role", "clerk", "--username", "lin", "--campus", "K-99"), "no campus with the code"),
        (("--role", "town_officer", "--username", "lin", "--town", "1"), "no town with the code"),
        (("--role", "auditor", "--username", "Lin Lin"), "A user name has"),
        (("--role", "auditor", "--username", "auditor"), "is taken already"),
    ],
)
def test_what_is_wrong_changes_nothing(
    app: Flask, arguments: tuple[str, ...], sentence: str
) -> None:
    with app.app_context():
        before = db.session.scalar(select(func.count(Account.id)))
    code, output = _run(app, *arguments, "--generate")
    assert code == 1
    assert sentence in output
    with app.app_context():
        assert db.session.scalar(select(func.count(Account.id))) == before


def test_a_short_password_is_refused(app: Flask) -> None:
    arguments = ("--role", "auditor", "--username", "lin")
    code, output = _run(app, *arguments, typed="short\nshort\n")
    assert code == 1
    assert "at least 12 characters" in output
