"""Safety undertakings that were signed on paper."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.people.undertakings import list_undertakings, record_undertaking
from tests.web.visiting import sign_in
from tests.world import NOW, build_world


def test_the_same_paper_twice_is_one(db: SQLAlchemy) -> None:
    world = build_world()
    sun, clerk = world.people["Sun"], world.accounts["clerk"]
    for _ in range(2):
        with transaction():
            record_undertaking(
                sun, "age", signed_on=date(2026, 11, 20), witness="何", account_id=clerk, now=NOW
            )
    assert [(row.kind, row.witness) for row in list_undertakings(sun)] == [("age", "何")]


@pytest.mark.parametrize(
    ("signed_on", "witness", "code"),
    [(date(2026, 11, 24), "何", "signed_later"), (date(2026, 11, 20), " ", "witness_missing")],
)
def test_bad_papers_are_refused(db: SQLAlchemy, signed_on: date, witness: str, code: str) -> None:
    world = build_world()
    with pytest.raises(DomainError, match=code), transaction():
        record_undertaking(
            world.people["Sun"],
            "age",
            signed_on=signed_on,
            witness=witness,
            account_id=world.accounts["clerk"],
            now=NOW,
        )
    assert list_undertakings(world.people["Sun"]) == []


def test_a_clerk_takes_one_in(client: FlaskClient) -> None:
    app = client.application
    with app.app_context():
        world = build_world()
    sign_in(app, client, world.accounts["clerk"])
    sun = world.people["Sun"]
    page = f"/staff/persons/{sun}/undertakings"
    bad = client.post(page, data={"kind": "age", "witness": "何示窗"})
    assert "请写纸上的日子" in bad.text
    assert "何示窗" in bad.text
    good = client.post(
        page,
        data={
            "kind": "age",
            "signed_on-year": "2020",
            "signed_on-month": "11",
            "signed_on-day": "20",
            "witness": "何示窗",
        },
    )
    assert good.status_code == 303
    assert "80 岁以上" in client.get(page).text
    with app.app_context():
        assert len(list_undertakings(sun)) == 1
