"""The main job from end to end, as people do it: apply, close, freeze, draw, publish, decline,
offer, accept, roster, the town's page. Axe looks at every page that is met.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Placement, Round
from eldercampus.enrolment.rounds import open_round
from eldercampus.places.models import District
from tests.browser.axe import axe
from tests.enrolment.steps import BEACON, applied, beacon_named
from tests.live import LiveServer
from tests.world import NOW, World, build_world

pytestmark = pytest.mark.browser

ROUND = "/staff/rounds/2027-spring-1"
OTHERS = ["Qian", "Sun", "Li"]  # all near S-001, which has two seats; Zhao and Qian live nearest


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    """The round is open; three people besides Zhao have asked for calligraphy."""
    with live_server.app.app_context():
        world = build_world()
        set_clock(NOW)
        beacon_named(world)
        with transaction() as session:
            open_round(world.round_id, now=session.get_one(Round, world.round_id).opens_at)
        for name in OTHERS:
            applied(world, name, "S-001")
    return world


def set_clock(moment: datetime) -> None:
    """Moves the demonstration's clock there."""
    with transaction() as session:
        shift = (moment - datetime.now(UTC)).total_seconds()
        session.get_one(District, 1).clock_shift_s = round(shift) + 1


def move_clock(live_server: LiveServer, world: World, name: str) -> None:
    with live_server.app.app_context():
        set_clock(getattr(db.session.get_one(Round, world.round_id), name))


@contextmanager
def browsing(
    browser: Browser, live_server: LiveServer, account_id: int | None = None, width: int = 390
) -> Iterator[Page]:
    """A browser of one person's own; the pages that it ends on are looked at by axe."""
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN")
    context.set_default_timeout(15_000)
    if account_id is not None:
        context.add_cookies([live_server.signed_in(account_id)])  # type: ignore[list-item]
    page = context.new_page()
    yield page
    context.close()


def press(page: Page, name: str) -> None:
    """Presses the button or link of that name and looks at the page that comes."""
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
    target.first.click()
    page.wait_for_load_state()
    assert axe(page) == []


def sign_in(page: Page, live_server: LiveServer, phone: str) -> None:
    page.goto(f"{live_server.url}/sign-in")
    assert axe(page) == []
    page.locator("main [name=phone]").fill(phone)
    press(page, "发")
    shown = re.search(r"\d{6}", page.locator("b.ec-code").inner_text())
    assert shown is not None
    page.locator("main [name=code]").fill(shown.group())
    press(page, "登录")


def apply_for_calligraphy(page: Page, live_server: LiveServer) -> None:
    """Zhao, alone, in Chinese."""
    sign_in(page, live_server, "138 0000 0001")
    page.goto(f"{live_server.url}/courses?q=书法")
    assert axe(page) == []
    here = page.locator("li.ec-panel", has_text="东校区").filter(has_text="星期二")
    here.get_by_role("button", name="放进我的志愿").click()
    page.wait_for_load_state()
    assert axe(page) == []
    page.goto(f"{live_server.url}/apply/classes")
    assert axe(page) == []
    press(page, "排好了，下一步")
    page.locator("[name=wants]").first.check()
    press(page, "下一步")
    press(page, "下一步")  # a seat that comes free: ask me first
    expect(page.get_by_role("main")).to_contain_text("书法 一级")
    press(page, "交报名表")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}"))


def take_step(page: Page, live_server: LiveServer, name: str, state: str) -> None:
    page.goto(live_server.url + ROUND)
    press(page, name)
    with live_server.app.app_context():
        assert db.session.query(Round.state).scalar() == state


def write_beacon(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + ROUND)
    page.locator("[name=beacon]").fill(BEACON)
    page.locator("form:has([name=beacon]) button[type=submit]").click()
    page.wait_for_load_state()
    assert axe(page) == []


def agree(page: Page, live_server: LiveServer) -> None:
    """The second officer finds the request on the page of the day."""
    page.goto(f"{live_server.url}/staff")
    press(page, "等人复核")
    assert axe(page) == []
    press(page, "公布结果")
    assert axe(page) == []
    page.get_by_label("同意", exact=True).check()
    press(page, "提交我的意见")


def test_the_main_job(browser: Browser, live_server: LiveServer, world: World) -> None:
    accounts = world.accounts
    with browsing(browser, live_server) as page:
        apply_for_calligraphy(page, live_server)

    move_clock(live_server, world, "closes_at")
    live_server.command("jobs", "once", "close_rounds")
    move_clock(live_server, world, "freezes_at")
    with (
        browsing(browser, live_server, accounts["officer"], 1280) as officer,
        browsing(browser, live_server, accounts["second_officer"], 1280) as second,
    ):
        take_step(officer, live_server, "定名单，不再改", "closed")
        press(officer, "对，定下来")
        expect(officer.get_by_role("main")).to_contain_text("名单定好了")
        move_clock(live_server, world, "draws_at")
        write_beacon(officer, live_server)
        write_beacon(second, live_server)
        take_step(officer, live_server, "摇号", "frozen")
        live_server.command("jobs", "once", "tasks")
        take_step(officer, live_server, "请另一位同事复核", "drawn")
        agree(second, live_server)
        move_clock(live_server, world, "publishes_at")
        live_server.command("jobs", "once", "publish_rounds")

    with browsing(browser, live_server, accounts["Zhao"]) as page:
        page.goto(f"{live_server.url}/my")
        expect(page.get_by_role("main")).to_contain_text("录取")
        assert axe(page) == []
        press(page, "不来了")
        press(page, "不要了，让给下一位")

    with browsing(browser, live_server, accounts["Sun"]) as page:
        page.goto(f"{live_server.url}/my")
        assert axe(page) == []
        press(page, "要，我来上课")
        press(page, "要，我来上课")
        page.goto(f"{live_server.url}/my")
        expect(page.get_by_role("main")).to_contain_text("录取")

    with live_server.app.app_context():
        held = db.session.query(Placement.person_id, Placement.state).filter(
            Placement.state.in_(("awaiting", "confirmed"))
        )
        assert dict(held.tuples().all()) == {
            world.people["Qian"]: "awaiting",
            world.people["Sun"]: "confirmed",
        }
    print_roster(browser, live_server, world)

    with browsing(browser, live_server, accounts["town_officer"], 1280) as page:
        page.goto(f"{live_server.url}/town")
        expect(page.get_by_role("heading", level=1)).to_contain_text("东街道")
        assert axe(page) == []
    live_server.command("waitlist", "check")
    live_server.command("audit", "verify")


def print_roster(browser: Browser, live_server: LiveServer, world: World) -> None:
    """On paper the attendance sheet comes out, with those who sit in the class and nobody else."""
    section = world.sections["S-001"]
    with browsing(browser, live_server, world.accounts["head"], 1280) as page:
        page.goto(f"{live_server.url}/staff/sections/{section}/roster")
        assert axe(page) == []
        page.emulate_media(media="print")
        sheet = page.locator(".ec-sheet")
        expect(sheet).to_be_visible()
        expect(sheet).to_contain_text("钱样例")
        expect(sheet).to_contain_text("孙虚构")
        expect(sheet).not_to_contain_text("赵示范")
        assert len(page.pdf(prefer_css_page_size=True)) > 10_000
