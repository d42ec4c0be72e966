"""Seniors who apply alone: with two choices as last time, in English, and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.journeys import messages, open_district, receipt_on, signs_in
from tests.browser.visitor import Visitor, visiting
from tests.live import LiveServer
from tests.web.test_apply_again import applied_last_time
from tests.world import World

pytestmark = pytest.mark.browser

PUT = "放进我的志愿"
CALLIGRAPHY = "书法 一级，东校区"
TAI_CHI = "太极拳，东校区"


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    world = open_district(live_server)
    applied_last_time(live_server.app, world, wants=2, automatic=False)
    return world


def test_a_senior_alone(browser: Browser, live_server: LiveServer, world: World) -> None:
    """Zhao applied last year: nine pages, two boxes typed into, and no question twice."""
    with visiting(browser, live_server.url) as zhao:
        zhao.goes("/")
        zhao.looks()
        zhao.follows("找班级")
        zhao.looks()
        zhao.presses(PUT, about=CALLIGRAPHY)
        zhao.presses(PUT, about=TAI_CHI)
        zhao.reads("志愿里已经有 2 个班")
        zhao.looks()
        zhao.follows("去报名，排先后")
        zhao.is_at("/sign-in?next=/apply/classes")
        zhao.looks()
        signs_in(zhao, "138 0000 0001")
        zhao.person = "赵示范"
        zhao.is_at("/apply/classes")
        zhao.looks()
        zhao.presses("排好了，下一步")
        zhao.is_at("/apply/check")
        zhao.reads("书法 一级", "太极拳", "两门")
        zhao.looks()
        zhao.presses("交报名表")
        zhao.is_at("/apply/receipt")
        assert zhao.pages <= 9
        assert zhao.typed <= 4
        zhao.looks()
        receipt = receipt_on(zhao)

        told = messages(live_server, zhao, "138 0000 0001")
        assert told[0].startswith("赵示范，2027 年春季，第一批报名的报名表收到了。")
        assert receipt in told[0]
        goes_on_elsewhere(browser, live_server, receipt)


def goes_on_elsewhere(browser: Browser, server: LiveServer, receipt: str) -> None:
    """On another telephone, with the receipt number and the birth date."""
    with visiting(browser, server.url) as other:
        other.goes("/sign-in")
        other.presses("用回执号接着办")
        other.looks()
        other.writes(receipt=receipt, born="1954 5 2")
        other.presses("往下走")
        other.person = "赵示范"
        other.is_at("/apply")
        other.looks()
        other.presses("改报名表")
        other.reads("书法 一级", "太极拳")
        other.goes("/my")
        other.is_at("/sign-in/counter-code?next=/my")


def test_somebody_new_in_english(browser: Browser, live_server: LiveServer, world: World) -> None:
    """At a desk: four short pages about herself, then the same way."""
    with visiting(browser, live_server.url, width=1280, locale="en-GB") as new:
        new.goes("/courses?q=tai+chi")
        new.looks()
        new.presses("Put on my list", about="Tai chi, Campus K-01")
        new.follows("Go on and apply")
        new.writes(phone="138 0000 0011")
        new.presses("Send me the code")
        new.looks()
        new.writes(code=new.page.locator("b.ec-code").inner_text())
        new.presses("Sign in")
        new.is_at("/whom?next=/apply/classes")
        new.looks()
        enters_herself(new)
        new.is_at("/apply/classes")
        new.person = "Sample"
        new.looks()
        new.presses("The order is right, go on")
        for answers in ({"wants": "1"}, {"automatic": "no"}):
            new.looks()
            new.chooses(**answers)
            new.presses("Next")
        new.reads("Tai chi", "Sample")
        new.looks()
        new.presses("Hand in the application")
        new.looks()
        receipt = receipt_on(new)
        told = messages(live_server, new, "138 0000 0011")
        assert "Sample: your application" in told[0]
        assert receipt in told[0]


def enters_herself(new: Visitor) -> None:
    new.presses("Enter yourself or somebody you help")
    new.looks()
    new.chooses(kind="self", sex="f")
    new.writes(name="Sample", born="1955 2 3")
    new.presses("Next")
    new.looks()
    new.page.locator("main [name=town]").select_option(label="East Subdistrict")
    new.presses("Show its villages and communities")
    new.looks()
    new.page.locator("main [name=community]").select_option(label="E2 Community")
    new.presses("Next")
    new.looks()
    new.chooses(news="sms", language="en", emergency_relation="son")
    new.writes(emergency_name="Example", emergency_phone="138 0000 0012")
    new.presses("Next")
    new.looks()
    new.chooses(consent="yes")
    new.presses("Yes, that is right")


def test_the_whole_way_without_scripts(
    browser: Browser, live_server: LiveServer, world: World, tmp_path: Path
) -> None:
    """Finder, list, receipt, change, taking back: Sun's telephone runs no scripts."""
    with visiting(browser, live_server.url, scripts=False) as sun:
        picks_two(sun)
        puts_in_order(sun)
        answers(sun)
        receipt = receipt_on(sun)
        sun.looks()
        assert sun.downloads("receipt.pdf", tmp_path).read_bytes().startswith(b"%PDF")
        assert b"BEGIN:VCALENDAR" in sun.downloads("dates.ics", tmp_path).read_bytes()
        changes(sun, receipt)
        takes_back(sun)
        told = messages(live_server, sun, "138 0000 0003")
        assert told[0].startswith("孙虚构，2027 年春季，第一批报名的报名表撤回了。")


def picks_two(sun: Visitor) -> None:
    sun.goes("/")
    sun.follows("找班级")
    sun.writes(q="sf")
    sun.page.locator("main [name=town]").select_option(label="东街道")
    sun.presses("找")
    sun.looks()
    sun.page.locator("main [name=community]").select_option(label="东二社区")
    sun.presses("找")
    sun.reads("离东二社区近的在前")
    sun.presses("看详细", "link", CALLIGRAPHY)
    sun.looks()
    sun.presses(PUT, about=CALLIGRAPHY)
    sun.goes("/courses?q=太极")
    sun.presses(PUT, about=TAI_CHI)
    sun.looks()
    sun.follows("去报名，排先后")
    signs_in(sun, "138 0000 0003")
    sun.person = "孙虚构"


def puts_in_order(sun: Visitor) -> None:
    """Up, off, back, and the same course elsewhere."""
    sun.looks()
    sun.presses("↑ 往前", about=TAI_CHI)
    first = sun.page.locator("#choice-1")
    assert "太极拳" in first.inner_text()
    sun.presses("✕ 不要了", about=TAI_CHI)
    sun.reads("已经拿掉：太极拳")
    sun.looks()
    sun.presses("放回去", about=TAI_CHI)
    sun.looks()
    assert "太极拳" in first.inner_text()
    sun.presses("也报别处的同一门课", "link", "书法 一级")
    sun.looks()
    sun.presses("都放进我的志愿")
    sun.looks()
    assert "西校区" in sun.page.locator("#choice-3").inner_text()


def answers(sun: Visitor) -> None:
    sun.presses("排好了，下一步")
    sun.presses("下一步")
    sun.looks()
    sun.chooses(wants="1")
    sun.presses("下一步")
    sun.looks()
    sun.presses("下一步")
    sun.is_at("/apply/check")
    sun.looks()
    sun.presses("交报名表")
    sun.is_at("/apply/receipt")


def changes(sun: Visitor, receipt: str) -> None:
    """What is changed counts once it is handed in again; the number stays."""
    sun.goes("/apply")
    sun.looks()
    sun.presses("改报名表")
    sun.presses("✕ 不要了", about="西校区")
    sun.goes("/apply")
    sun.reads("您改过，还没有交")
    sun.looks()
    sun.presses("接着改")
    sun.presses("交报名表")
    assert receipt_on(sun) == receipt
    sun.misses("西校区")


def takes_back(sun: Visitor) -> None:
    sun.presses("撤回报名", "link")
    sun.looks()
    sun.presses("撤回报名")
    sun.is_at("/apply")
    sun.reads("报名撤回了")
    sun.looks()
