"""Takes a round of the small world from its draft to any state, each step in its own time."""

from datetime import timedelta
from typing import Any

from eldercampus.db import db, transaction
from eldercampus.enrolment.beacon import confirm_beacon, type_beacon
from eldercampus.enrolment.drawing import ask_draw, run_draw
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.models import Application, Choice, Round
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.publishing_approval import ask_publishing, decide_publishing
from eldercampus.enrolment.rounds import close_round, open_round
from eldercampus.tasks.models import Task
from tests.world import NOW, World

SOURCE = "双色球第 2026142 期"
NAMED = {
    "beacon_source": SOURCE,
    "beacon_source_en": "Double Colour Ball 2026142",
    "beacon_where": "中国福利彩票网站",
    "beacon_where_en": "the website of the welfare lottery",
    "beacon_example": "01 02 03 04 05 06 + 07",
    "spare_source": "大乐透，中国体育彩票网站",
    "spare_source_en": "Super Lotto, on the website of the sports lottery",
    "spare_example": "01 02 03 04 05 + 06 07",
}
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


def beacon_named(world: World, **changes: str) -> Round:
    """The public value, where it is announced, and the spare; in any state before the freezing."""
    with transaction() as session:
        round_ = session.get_one(Round, world.round_id)
        for name, text in {**NAMED, **changes}.items():
            setattr(round_, name, text)
    return round_of(world)


def frozen(world: World) -> Round:
    """From closed."""
    officer, at = world.accounts["officer"], beacon_named(world).freezes_at
    with transaction():
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


def approved(world: World) -> Round:
    """From drawn: asked for by one officer, agreed to by another."""
    at = round_of(world).drawn_at or NOW
    with transaction():
        approval = ask_publishing(world.round_id, now=at, account_id=world.accounts["officer"])
        second = world.accounts["second_officer"]
        decide_publishing(approval.id, "given", now=at, account_id=second)
    return round_of(world)


def published(world: World) -> Round:
    """From drawn."""
    approved(world)
    at = round_of(world).publishes_at
    with transaction():
        publish_round(
            world.round_id,
            now=at,
            account_id=world.accounts["officer"],
        )
    return round_of(world)
