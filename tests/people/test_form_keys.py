"""A form sent twice has one effect."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.people.form_keys import find_answer, remember_answer, take_form
from tests.world import NOW, build_world


def test_the_second_sending_gets_the_first_ones_answer(db: SQLAlchemy) -> None:
    with transaction():
        assert take_form("k1", None, NOW) is None
        remember_answer("k1", {"to": "/my"})
    with transaction():
        assert take_form("k1", None, NOW) == {"to": "/my"}


def test_looking_for_the_answer_claims_nothing(db: SQLAlchemy) -> None:
    world = build_world()
    zhao = world.accounts["Zhao"]
    assert find_answer("k1", zhao) is None
    with transaction():
        assert take_form("k1", zhao, NOW) is None
        remember_answer("k1", {"to": "/my"})
    assert find_answer("k1", zhao) == {"to": "/my"}
    assert find_answer("k1", world.accounts["Wu"]) is None


def test_a_form_that_failed_may_be_sent_again(db: SQLAlchemy) -> None:
    def fail() -> None:
        with transaction():
            take_form("k1", None, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction():
        assert take_form("k1", None, NOW) is None


def test_somebody_elses_key(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        take_form("k1", world.accounts["Zhao"], NOW)
    with pytest.raises(DomainError, match="form_key_foreign"), transaction():
        take_form("k1", world.accounts["Qian"], NOW)


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_no_key(db: SQLAlchemy, key: str) -> None:
    with pytest.raises(DomainError, match="form_key_missing"), transaction():
        take_form(key, None, NOW)


def test_two_sendings_at_once_have_one_effect(app: Flask) -> None:
    start, effects = Barrier(4), []

    def send() -> dict[str, object] | None:
        with app.app_context():
            start.wait()
            with transaction():
                answer = take_form("k1", None, NOW)
                if answer is None:
                    effects.append("done")
                    remember_answer("k1", {"to": "/my"})
            return answer

    with ThreadPoolExecutor(4) as pool:
        answers = [one.result() for one in [pool.submit(send) for _ in range(4)]]
    assert effects == ["done"]
    assert sorted(map(str, answers)) == ["None", *["{'to': '/my'}"] * 3]
