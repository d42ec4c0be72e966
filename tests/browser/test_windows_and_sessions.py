"""Two windows, the Back button, and a session that ended meanwhile, as a real browser does them."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from eldercampus.db import transaction
from eldercampus.people.sessions import end_sessions_of
from tests.browser.axe import axe
from tests.live import LiveServer
from tests.web.visiting import RULES, set_round
from tests.world import World, build_world

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    with live_server.app.app_context():
        world = build_world()
        names = ("closes_at", "freezes_at", "draws_at", "publishes_at", "confirm_by_at")
        now = datetime.now(UTC)
        moments = {name: now + timedelta(days=day) for day, name in enumerate(names, start=1)}
        opened = now - timedelta(days=1)
        set_round(
            live_server.app,
            world,
            state="open",
            rules=RULES,
            opens_at=opened,
            opened_at=opened,
            **moments,
        )
    return world


def _comes_as(server: LiveServer, page: Page, account_id: int) -> None:
    page.context.add_cookies([server.signed_in(account_id)])  # type: ignore[list-item]


def _chooses(page: Page, server: LiveServer, name: str) -> None:
    page.goto(f"{server.url}/whom?next=/courses")
    page.locator("button", has_text=name).click()


def test_two_windows_of_a_couple(live_server: LiveServer, world: World, page: Page) -> None:
    _comes_as(live_server, page, world.accounts["Wu"])
    _chooses(page, live_server, "周模拟")
    assert "周模拟" in page.locator(".ec-whom").inner_text()
    other = page.context.new_page()
    _chooses(other, live_server, "吴演示")
    page.locator("button[name=section]").first.click()
    page.get_by_text("您在别的窗口换了人").wait_for()
    assert "吴演示" in page.locator(".ec-whom").inner_text()
    assert axe(page) == []


def test_a_session_that_ended_while_something_was_typed(
    live_server: LiveServer, world: World, page: Page
) -> None:
    """The browser says where it came from, so the way leads back to that page, and there stands
    what was typed."""
    account = world.accounts["Zhao"]
    _comes_as(live_server, page, account)
    page.goto(f"{live_server.url}/whom/claim?next=/courses")
    page.locator("main input[name=receipt]").fill("K7MQ-4F2X")
    page.locator("main input[name=born-year]").fill("1954年5月2日")
    with live_server.app.app_context(), transaction():
        end_sessions_of(account, datetime.now(UTC))
    page.locator("main button[type=submit]").first.click()
    page.get_by_text("您填的都给您留着").wait_for()
    assert axe(page) == []
    page.locator("main input[type=tel]").fill("13800000001")
    page.locator("main button[type=submit]").first.click()
    page.locator("main input[name=code]").fill(page.locator("b.ec-code").inner_text())
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/whom/claim?next=/courses")
    page.get_by_text("您刚才填的又放在下面了").wait_for()
    assert page.locator("main input[name=receipt]").input_value() == "K7MQ-4F2X"
    assert page.locator("main input[name=born-day]").input_value() == "2"
    assert axe(page) == []
