"""Takes a round of the small world from its draft to any state, each step in its own time."""

from datetime import timedelta
from typing import Any

from eldercampus.db import db, transaction
from eldercampus.enrolment.beacon import confirm_beacon, name_beacon, type_beacon
from eldercampus.enrolment.drawing import ask_draw, run_draw
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.models import Application, Choice, Round
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.rounds import close_round, open_round
from eldercampus.tasks.models import Task
from tests.world import NOW, World

SOURCE = "双色球第 2026142 期"
BEACON = "03 07 12 19 25 31 + 08"


def round_of(world: World) -> Round:
    """The round as it stands in the database now."""
    db.session.expire_all()
    return db.session.get_one(Round, world.round_id)


def opened(world: World, secret: int = 1) -> Round:
    """secret: a number that stands for chance, so that tests draw the same again."""
    at = round_of(world).opens_at
    with transaction():
        open_round(
            world.round_id,
            now=at,
            account_id=world.accounts["officer"],
            chance=lambda n: bytes([secret]) * n,
        )
    return round_of(world)


def applied(
    world: World, name: str, sections: str, *, wants: int = 1, channel: str = "web", **values: Any
) -> int:
    """An application handed in on the second day; sections: "S-001 S-002", best first."""
    at = NOW - timedelta(days=6)
    application = Application(
        **{
            "round_id": world.round_id,
            "person_id": world.people[name],
            "state": "submitted",
            "wants": wants,
            "channel": channel,
            "created_at": at,
            "changed_at": at,
            "submitted_at": at,
            "receipt": f"R-{name}-{world.round_id}",
            **values,
        }
    )
    with transaction() as session:
        session.add(application)
        session.flush()
        for rank, code in enumerate(sections.split(), start=1):
            choice = Choice(application_id=application.id, section_id=world.sections[code])
            choice.rank = rank
            session.add(choice)
    return application.id


def closed(world: World) -> Round:
    at = round_of(world).closes_at
    with transaction():
        close_round(world.round_id, now=at)
    return round_of(world)


def frozen(world: World) -> Round:
    """From closed."""
    officer, at = world.accounts["officer"], round_of(world).freezes_at
    with transaction():
        name_beacon(
            world.round_id, SOURCE, "Double Colour Ball 2026142", now=NOW, account_id=officer
        )
        freeze_round(world.round_id, now=at, account_id=officer)
    return round_of(world)


def beacon_known(world: World) -> Round:
    """From frozen: typed by one, confirmed by another."""
    at = round_of(world).draws_at
    with transaction():
        type_beacon(world.round_id, BEACON, now=at, account_id=world.accounts["officer"])
    with transaction():
        confirm_beacon(world.round_id, BEACON, now=at, account_id=world.accounts["auditor"])
    return round_of(world)


def task_asked(world: World, kind: Any) -> Task:
    at = round_of(world).draws_at
    with transaction():
        return ask_draw(
            world.round_id,
            kind=kind,
            account_id=world.accounts["officer"],
            now=at,
            chance=lambda n: bytes([9]) * n,
        )


def silent(_done: int, _total: int) -> None:
    """A progress that nobody looks at."""


def drawn(world: World) -> Round:
    """From frozen."""
    beacon_known(world)
    run_draw(task_asked(world, "final"), silent, round_of(world).draws_at)
    return round_of(world)


def published(world: World) -> Round:
    """From drawn."""
    at = round_of(world).publishes_at
    with transaction():
        publish_round(
            world.round_id,
            now=at,
            account_id=world.accounts["officer"],
        )
    return round_of(world)
