"""The review before the list is fixed, a second person's answer, seats by hand: in a browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from eldercampus.db import db, transaction
from eldercampus.enrolment.deciding import exempt_class
from eldercampus.enrolment.drawing import ask_draw, run_draw
from eldercampus.enrolment.models import RoundDecision
from eldercampus.tasks.models import Task
from tests.browser.axe import axe
from tests.browser.test_main_job import set_clock
from tests.browser.test_staff_catalogue_pages import strange_words
from tests.enrolment import steps
from tests.live import LiveServer
from tests.web.samples import add_samples
from tests.world import World, build_world

pytestmark = pytest.mark.browser

ACCOUNTS = {"officer", "head"}  # what the small world calls its staff
OF_AN_ID = re.compile(r"[a-f]+")  # what stands between the digits of a learner id
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


@pytest.mark.parametrize(
    ("locale", "width", "view"),
    [("en", 320, "normal"), ("zh-CN", 390, "elder"), ("zh-CN", 1280, "normal")],
)
def test_pages_are_whole(
    browser: Browser,
    live_server: LiveServer,
    world: World,
    paths: list[str],
    locale: str,
    width: int,
    view: str,
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale)
    context.add_cookies([{"name": "view", "value": view, "url": live_server.url}])
    page = context.new_page()
    for path in paths:
        who = "head" if "approvals" in path else "officer"  # who asked may not decide
        context.add_cookies([live_server.signed_in(world.accounts[who])])  # type: ignore[list-item]
        page.goto(live_server.url + path)
        assert page.url == live_server.url + path
        for fold in page.locator("main details").all():
            fold.evaluate("one => one.open = true")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        strange = {word for word in strange_words(page, locale) if not OF_AN_ID.fullmatch(word)}
        assert strange <= ACCOUNTS, path
    context.close()
