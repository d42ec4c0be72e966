"""Two clerks key in forms with one and the same number at the same moment: one number, one use."""

import pytest
from flask import Flask
from sqlalchemy import Select, select

from eldercampus.db import db, transaction
from eldercampus.enrolment import entry
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.entry import enter_application
from eldercampus.enrolment.models import Application
from eldercampus.enrolment.paper_forms import print_forms
from tests.enrolment import steps
from tests.enrolment.test_race_late_paper import Act, in_turn, slowly
from tests.world import NOW, World, build_world


@pytest.fixture
def world(app: Flask) -> World:
    """The round is open."""
    with app.app_context():
        built = build_world()
        steps.opened(built)
        db.session.remove()
    return built


def keyed_in(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the two clerks were told, and how many applications bear the number."""
    slowly(monkeypatch, entry, "check_form")
    clerk_id = world.accounts["clerk"]
    with app.app_context():
        with transaction():
            number = print_forms(world.round_id, 1, now=NOW, account_id=clerk_id)[0].receipt
        db.session.remove()

    def key_in(name: str) -> Act:
        draft: Draft = {
            "wants": 1,
            "choices": [world.sections["S-001"]],
            "accept_automatically": False,
        }
        return lambda: enter_application(
            world.round_id,
            world.people[name],
            draft,
            version=None,
            channel="paper",
            clerk_id=clerk_id,
            now=NOW,
            receipt=number,
        )

    told = in_turn(app, key_in("Zhao"), key_in("Sun"))
    with app.app_context():
        assert db.session.scalars(select(Application.receipt)).all() == [number]
        db.session.remove()
    return told


def test_one_number_is_used_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keyed_in(app, world, monkeypatch) == ["done", "form_used"]


def test_the_twin_without_the_lock_breaks_a_page(
    app: Flask, world: World, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite lets one transaction write at a time anyway."""
    monkeypatch.setattr(Select, "with_for_update", lambda query, **_how: query)
    broken = "IntegrityError" if backend == "postgresql" else "form_used"
    assert keyed_in(app, world, monkeypatch) == ["done", broken]
