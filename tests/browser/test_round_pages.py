"""The public page of a round in each of its states, and staff's pages of the plan and the public
value: whole at every size, in both languages, by the rules of WCAG."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from eldercampus.db import db, transaction
from eldercampus.enrolment.beacon import type_spare
from eldercampus.enrolment.ceremony import beacon_late_from, spare_counts_from, void_from
from eldercampus.enrolment.models import Learner, Reason
from eldercampus.enrolment.rounds import cancel_round
from tests.browser.sights import QUICK, Sight, open_eye
from tests.browser.test_main_job import set_clock
from tests.enrolment import steps
from tests.live import LiveServer
from tests.world import World, build_world

pytestmark = pytest.mark.browser

PUBLIC, STAFF = "/rounds/2027-spring-1", "/staff/rounds/2027-spring-1"


@dataclass(frozen=True)
class Stage:
    """A state to come to from the one before, and the pages that are worth a look in it."""

    name: str
    come: Callable[[World], None]
    paths: tuple[str, ...] = (PUBLIC,)
    sights: tuple[Sight, ...] = QUICK[:1]  # the small one


def _open(world: World) -> None:
    steps.beacon_named(world)
    steps.opened(world)
    for name in ("Zhao", "Qian", "Sun", "Li"):
        steps.applied(world, name, "S-001 S-003", wants=2)
    steps.applied(world, "Wu", "S-006", channel="paper")
    set_clock(steps.round_of(world).closes_at)


def _freeze(world: World) -> None:
    steps.closed(world)
    set_clock(steps.frozen(world).draws_at)


def _late(world: World) -> None:
    set_clock(beacon_late_from(steps.round_of(world)))


def _spare_counts(world: World) -> None:
    set_clock(spare_counts_from(steps.round_of(world)))


def _spare_taken(world: World) -> None:
    day, officer = spare_counts_from(steps.round_of(world)), world.accounts["officer"]
    with transaction():
        value, why = "04 09 17 22 30 + 05 11", "开奖推迟了"
        type_spare(world.round_id, value, why=why, now=day, account_id=officer)


def _void(world: World) -> None:
    set_clock(void_from(steps.round_of(world)))


def _cancel(world: World) -> None:
    at, officer = void_from(steps.round_of(world)), world.accounts["officer"]
    with transaction():
        cancel_round(world.round_id, reason="没有拆信封", now=at, account_id=officer)


def _publish(world: World) -> None:
    steps.drawn(world)
    set_clock(steps.published(world).publishes_at)


LATE_STAGES = [
    Stage("open", _open, (PUBLIC, "/rounds", "/staff/rounds/plan", f"{STAFF}/plan"), QUICK),
    Stage("frozen", _freeze, (PUBLIC, STAFF)),
    Stage("late", _late, (PUBLIC, STAFF)),
    Stage("spare counts", _spare_counts, (PUBLIC, STAFF, f"{STAFF}/beacon/spare")),
    Stage("spare taken", _spare_taken, (PUBLIC, STAFF)),
    Stage("void", _void, (PUBLIC, STAFF, "/rounds", f"{STAFF}/cancel")),
    Stage("cancelled", _cancel, (PUBLIC, "/rounds")),
]
GOOD_STAGES = [
    Stage("open", _open, ()),
    Stage("frozen", _freeze, ()),
    Stage("published", _publish, (PUBLIC, f"{PUBLIC}/cutoffs", f"{PUBLIC}?id=LEARNER"), QUICK),
]


@pytest.mark.parametrize("stages", [LATE_STAGES, GOOD_STAGES], ids=["late", "good"])
def test_pages_are_whole_in_every_state(
    browser: Browser, start_server: Callable[[], LiveServer], stages: list[Stage]
) -> None:
    live_server = start_server()
    with live_server.app.app_context():
        world = build_world()
    for stage in stages:
        with live_server.app.app_context():
            stage.come(world)
            refused = select(Reason.person_id).where(Reason.code == "below_cutoff")
            query = select(Learner.code).where(Learner.person_id.in_(refused))
            learner = db.session.scalars(query).first() or ""
        for sight in stage.sights:
            wrong = _look(browser, live_server, world, sight, stage, learner)
            assert not wrong, stage.name


def _look(
    browser: Browser, server: LiveServer, world: World, sight: Sight, stage: Stage, learner: str
) -> list[str]:
    eye = open_eye(browser, server.url, sight, server.signed_in(world.accounts["officer"]))
    eye.contrast = sight == QUICK[0]
    wrong = [
        f"{path}: {fault}"
        for path in stage.paths
        for fault in eye.opens(path.replace("LEARNER", learner))
    ]
    eye.page.context.close()
    return wrong
