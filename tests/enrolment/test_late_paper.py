"""Paper that arrived before the close and is entered after it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import transaction
from eldercampus.enrolment.applications import withdraw_application
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.entry import enter_application
from eldercampus.enrolment.models import Application
from eldercampus.enrolment.round_file import build_round_file
from eldercampus.errors import DomainError
from tests.enrolment import steps
from tests.world import World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """The round is open."""
    built = build_world()
    steps.opened(built)
    return built


def entered(world: World, now: datetime, *codes: str, **values: Any) -> Application:
    """By the clerk, for Zhao."""
    draft: Draft = {
        "wants": 1,
        "choices": [world.sections[code] for code in codes],
        "accept_automatically": False,
    }
    with transaction():
        return enter_application(
            world.round_id,
            world.people["Zhao"],
            draft,
            clerk_id=world.accounts["clerk"],
            now=now,
            **{"version": None, "channel": "paper", **values},
        )


def groups_of_all(world: World) -> list[dict[str, int]]:
    return [one["groups"] for one in build_round_file(world.round_id)["learners"]]


@pytest.mark.parametrize("before", [timedelta(), timedelta(days=19)])
def test_stamped_in_time_it_counts_as_in_time(
    db: SQLAlchemy, world: World, before: timedelta
) -> None:
    closes = steps.closed(world).closes_at
    stamp = closes - before
    entered(world, closes + timedelta(days=1), "S-001", arrived_at=stamp)
    row = db.session.scalars(select(Application)).one()
    assert (row.state, row.channel, row.arrived_at) == ("submitted", "paper", stamp)
    assert row.clerk_id == world.accounts["clerk"]
    assert groups_of_all(world) == [{}]
    noted = select(AuditEntry.facts).where(AuditEntry.action == "application.submit")
    assert stamp.isoformat() in db.session.scalars(noted).one()


@pytest.mark.parametrize("after", [timedelta(seconds=1), timedelta(days=-21)])
def test_stamped_too_late_or_too_early_it_does_not(
    db: SQLAlchemy, world: World, after: timedelta
) -> None:
    closes = steps.closed(world).closes_at
    with pytest.raises(DomainError, match="paper_not_in_time"):
        entered(world, closes + timedelta(days=1), "S-001", arrived_at=closes + after)
    assert db.session.scalars(select(Application)).all() == []


@pytest.mark.parametrize("channel", ["web", "phone", "counter", "paper"])
def test_without_a_stamp_nothing_comes_in(db: SQLAlchemy, world: World, channel: str) -> None:
    """A stamp helps no other channel."""
    closes = steps.closed(world).closes_at
    stamp = None if channel == "paper" else closes - timedelta(days=1)
    with pytest.raises(DomainError, match="round_closed"):
        entered(world, closes, "S-001", channel=channel, arrived_at=stamp)
    assert db.session.scalars(select(Application)).all() == []


def test_nothing_comes_in_once_the_list_is_fixed(db: SQLAlchemy, world: World) -> None:
    closes = steps.closed(world).closes_at
    at = steps.frozen(world).freezes_at
    with pytest.raises(DomainError, match="round_closed"):
        entered(world, at, "S-001", arrived_at=closes - timedelta(days=1))


def test_newer_paper_takes_the_place_of_what_was_handed_in(db: SQLAlchemy, world: World) -> None:
    steps.applied(world, "Zhao", "S-001 S-002")
    closes = steps.closed(world).closes_at
    stamp = closes - timedelta(days=1)
    entered(world, closes, "S-003", version=0, arrived_at=stamp)
    row = db.session.scalars(select(Application)).one()
    assert (row.channel, row.arrived_at, row.receipt) == ("paper", stamp, f"R-Zhao-{row.round_id}")
    [learner] = build_round_file(world.round_id)["learners"]
    assert (learner["choices"], learner["groups"]) == (["S-003"], {})
    # the clerk mistyped: the same form once more
    entered(world, closes, "S-004", version=row.version, arrived_at=stamp)
    assert build_round_file(world.round_id)["learners"][0]["choices"] == ["S-004"]


@pytest.mark.parametrize("withdrawn", [False, True])
def test_older_paper_does_not(db: SQLAlchemy, world: World, withdrawn: bool) -> None:
    application_id = steps.applied(world, "Zhao", "S-001")
    closes = steps.closed(world).closes_at
    row = db.session.get_one(Application, application_id)
    assert row.submitted_at is not None
    stamp = row.submitted_at - timedelta(days=1)
    if withdrawn:
        stamp = closes
        with transaction():
            withdraw_application(application_id, now=closes + timedelta(hours=1), account_id=None)
    version = db.session.get_one(Application, application_id).version
    with pytest.raises(DomainError, match="paper_is_older"):
        entered(world, closes + timedelta(days=1), "S-003", version=version, arrived_at=stamp)
    assert db.session.get_one(Application, application_id).channel == "web"
