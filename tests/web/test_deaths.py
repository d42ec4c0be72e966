"""The page that records a death."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application
from eldercampus.people.models import Person
from tests.web.samples import add_samples
from tests.web.visiting import ENGLISH, build_open_world, sign_in, text_of
from tests.world import World

DAY = {"died-year": "2026", "died-month": "11", "died-day": "２０", "sure": "yes", "send": "1"}


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    """Zhao has applied."""
    world = build_open_world(app, monkeypatch)
    add_samples(app, world)
    return world


@pytest.fixture
def page(app: Flask, client: FlaskClient, world: World) -> str:
    """Zhao's, for a clerk."""
    sign_in(app, client, world.accounts["clerk"])
    return f"/staff/persons/{world.people['Zhao']}"


def sends(client: FlaskClient, address: str, **fields: Any) -> str:
    answer = client.post(address, data=fields, headers=ENGLISH, follow_redirects=True)
    return text_of(answer)


def died_on(app: Flask, world: World) -> date | None:
    with app.app_context():
        return db.session.get_one(Person, world.people["Zhao"]).died_on


def test_recording_and_taking_back(
    app: Flask, client: FlaskClient, world: World, page: str
) -> None:
    assert "Record a death" in text_of(client.get(page, headers=ENGLISH))
    asked = text_of(client.get(f"{page}/death", headers=ENGLISH))
    assert "Zhao Shifan" in asked
    assert "2 May 1954" in asked
    answer = client.post(f"{page}/death", data=DAY, headers=ENGLISH, follow_redirects=True)
    assert "No message goes to this person any more." in answer.get_data(as_text=True)
    assert "Died on 20 November 2026" in text_of(answer)
    assert died_on(app, world) == date(2026, 11, 20)
    with app.app_context(), transaction():
        mine = db.select(Application).where(Application.person_id == world.people["Zhao"])
        assert db.session.scalars(mine).one().state == "withdrawn"
    taken_back = sends(client, f"{page}/death/taken-back")
    assert "Died on" not in taken_back
    assert died_on(app, world) is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"died-day": "24"}, "This day lies in the future."),
        ({"died-year": "1950"}, "The birth date is"),
        ({"died-year": "", "died-month": "", "died-day": ""}, "Please write the day."),
        ({"died-month": "13"}, "Months go from 1 to 12."),
        ({"sure": None}, "Please look at name and birth date, and say that it is so."),
    ],
)
def test_bad_input(
    app: Flask,
    client: FlaskClient,
    world: World,
    page: str,
    changes: dict[str, str | None],
    says: str,
) -> None:
    answer = sends(client, f"{page}/death", **{**DAY, **changes})
    assert says in answer
    assert "to look at again" in answer
    assert died_on(app, world) is None


def test_a_person_who_is_not_there(client: FlaskClient, page: str) -> None:
    for address in ("/staff/persons/987654/death", "/staff/persons/987654/death/taken-back"):
        assert client.post(address, data=DAY).status_code == 404
