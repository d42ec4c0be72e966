"""The review before the list is fixed, a second person's answer, seats by hand: in a browser."""

from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from eldercampus.db import db, transaction
from eldercampus.enrolment.deciding import exempt_class
from eldercampus.enrolment.drawing import ask_draw, run_draw
from eldercampus.enrolment.models import RoundDecision
from eldercampus.tasks.models import Task
from tests.browser.sights import QUICK, Sight, open_eye
from tests.browser.test_main_job import set_clock
from tests.enrolment import steps
from tests.live import LiveServer
from tests.web.samples import add_samples
from tests.world import World, build_world

pytestmark = pytest.mark.browser

ROUND = "/staff/rounds/2027-spring-1"


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    with live_server.app.app_context():
        return build_world()


@pytest.fixture(scope="module")
def paths(live_server: LiveServer, world: World) -> list[str]:
    """Closed, with two dry runs and a decision between them; a request waits."""
    with live_server.app.app_context():
        steps.opened(world)
        samples = add_samples(live_server.app, world)
        for name in ("Wu", "Qian"):
            steps.applied(world, name, "S-006 S-002")
        steps.applied(world, "Zhou", "S-002")
        steps.applied(world, "Li", "S-002 S-001 S-006")
        at = steps.closed(world).closes_at
        set_clock(at)
        _dry_run(world)
        with transaction():
            officer = world.accounts["officer"]
            section_id = world.sections["S-002"]
            exempt_class(world.round_id, section_id, reason="只此一班", now=at, account_id=officer)
        _dry_run(world, other_numbers=True)
        decision = db.session.scalars(select(RoundDecision.id).order_by(RoundDecision.id.desc()))
        decision_id = decision.first()
    give = f"/staff/sections/{world.sections['S-003']}/give"
    return [
        f"{ROUND}/review",
        f"{ROUND}/review/{world.sections['S-006']}",
        f"{ROUND}/dry-runs",
        f"{ROUND}/compare?a=2&b=3",
        f"{ROUND}/classes/{world.sections['S-004']}",
        f"{ROUND}/decisions/{decision_id}/undo",
        "/staff/approvals",
        f"/staff/approvals/{samples['approval_id']}",
        give,
        f"{give}/{world.people['Zhao']}",
        f"/staff/placements/{samples['placement_id']}/take",
        f"/staff/sections/{world.sections['S-001']}/roster",
    ]


def _dry_run(world: World, **options: Any) -> None:
    at = steps.round_of(world).closes_at
    with transaction() as session:
        for task in session.scalars(select(Task)):
            task.state = "done"
        session.flush()
        officer = world.accounts["officer"]
        task = ask_draw(world.round_id, kind="dry", account_id=officer, now=at, **options)
    run_draw(task, steps.silent, at)


@pytest.mark.parametrize("sight", QUICK, ids=str)
def test_pages_are_whole(
    browser: Browser, live_server: LiveServer, world: World, paths: list[str], sight: Sight
) -> None:
    eye = open_eye(browser, live_server.url, sight, None)
    eye.contrast = sight == QUICK[0]
    wrong = []
    for path in paths:
        who = "head" if "approvals" in path else "officer"  # who asked may not decide
        cookie = live_server.signed_in(world.accounts[who])
        eye.page.context.add_cookies([cookie])  # type: ignore[list-item]
        wrong += [f"{path}: {fault}" for fault in eye.opens(path)]
    eye.page.context.close()
    assert not wrong
