"""At the counter: somebody without any telephone, from the first day to the answer; paper forms,
in time and late."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from eldercampus.db import db
from eldercampus.enrolment.models import PaperForm, Placement
from eldercampus.people.models import Person
from tests.browser.journeys import open_district, receipt_on
from tests.browser.test_main_job import move_clock
from tests.browser.visitor import Visitor, visiting
from tests.conftest import StartServer
from tests.enrolment import steps
from tests.live import LiveServer
from tests.world import World

pytestmark = pytest.mark.browser


@contextmanager
def working(browser: Browser, server: LiveServer, world: World, name: str) -> Iterator[Visitor]:
    """Somebody of the staff at a desk."""
    cookie = server.signed_in(world.accounts[name])
    with visiting(browser, server.url, cookie=cookie, width=1280) as staff:
        yield staff


def test_somebody_without_any_telephone(browser: Browser, start_server: StartServer) -> None:
    server = start_server()
    world = open_district(server)
    with (
        working(browser, server, world, "clerk") as clerk,
        visiting(browser, server.url) as senior,
    ):
        receipt = is_entered(clerk)
        comes_back(senior, receipt)
        code = has_a_code_read_out(server, clerk)
        senior.goes("/my")
        senior.looks()
        senior.writes(code=code)
        senior.presses("往下走")
        senior.is_at("/my")
        senior.reads(receipt)
        senior.looks()

        draw(server, world)
        senior.goes("/my")
        senior.reads("太极拳")
        senior.looks()
        senior.presses("我来上课", about="太极拳")
        senior.reads("太极拳")
        senior.looks()
    with server.app.app_context():
        assert db.session.query(Placement.state).scalar() == "confirmed"


def is_entered(clerk: Visitor) -> str:
    """By the clerk, with an address for letters and no number at all; takes the slip home."""
    clerk.goes("/staff/counter")
    clerk.looks()
    clerk.writes(words="龚无话 1950 2 3")
    clerk.presses("找")
    clerk.looks()
    clerk.chooses(sex="f", news="letter", consent="yes", wants="1")
    clerk.writes(community="东街道 东一社区", choice1="S-003")
    clerk.page.locator("main summary").first.click()
    clerk.writes(address="一号路 8 号")
    clerk.presses("交表，打印回执")
    clerk.reads("龚无话", "太极拳")
    clerk.looks()
    return receipt_on(clerk)


def comes_back(senior: Visitor, receipt: str) -> None:
    """On a telephone that somebody lends: to the application, and no further without a code."""
    senior.goes("/sign-in")
    senior.looks()
    senior.presses("用回执号接着办")
    senior.looks()
    senior.writes(receipt=receipt, born="1950 2 4")
    senior.presses("往下走")
    senior.looks()
    senior.writes(born="1950 2 3")
    senior.presses("往下走")
    senior.is_at("/apply")
    senior.person = "龚无话"
    senior.reads(receipt)
    senior.looks()
    senior.presses("看回执")
    senior.looks()


def has_a_code_read_out(server: LiveServer, clerk: Visitor) -> str:
    with server.app.app_context():
        person_id = db.session.query(Person.id).filter_by(name="龚无话").scalar()
    clerk.goes(f"/staff/persons/{person_id}")
    clerk.looks()
    clerk.presses("没有电话的学员：念一个六位数字", "link")
    clerk.looks()
    clerk.chooses(checked="id_card")
    clerk.presses("给六位数字")
    clerk.looks()
    shown = re.search(r"(\d{3}) (\d{3})", clerk.page.locator("main .ec-receipt").inner_text())
    assert shown is not None
    return shown[1] + shown[2]


def draw(server: LiveServer, world: World) -> None:
    """To the published result; the clock of the pages stands there."""
    with server.app.app_context():
        steps.closed(world)
        steps.frozen(world)
        steps.drawn(world)
        steps.published(world)
    move_clock(server, world, "publishes_at")


def test_paper_forms(browser: Browser, start_server: StartServer) -> None:
    """One is keyed in while people apply, one after the close, with a second person."""
    server = start_server()
    world = open_district(server)
    with (
        working(browser, server, world, "clerk") as clerk,
        working(browser, server, world, "head") as head,
    ):
        blank, named = makes_forms(server, world, clerk)
        keys_in(clerk, blank)
        move_clock(server, world, "closes_at")
        server.command("jobs", "once", "close_rounds")
        keys_in_late(clerk, named)
        agrees(head)
        clerk.person = ""
        clerk.goes("/staff/applications")
        clerk.reads(blank, named)
        clerk.looks()


def makes_forms(server: LiveServer, world: World, clerk: Visitor) -> tuple[str, str]:
    """The numbers of one without a name, and of one with 李假名 on it."""
    clerk.goes("/staff/paper-forms")
    clerk.looks()
    clerk.writes(count="1")
    clerk.presses("做好这些表")
    clerk.looks()
    prints(clerk)
    clerk.goes(f"/staff/paper-forms/for/{world.people['Li']}")
    clerk.looks()
    clerk.presses("做这张表")
    clerk.reads("李假名")
    clerk.looks()
    prints(clerk)
    with server.app.app_context():
        blank, named = db.session.query(PaperForm.receipt).order_by(PaperForm.id).all()
    return blank[0], named[0]


def prints(clerk: Visitor) -> None:
    link = clerk.page.locator("main a[href*='/pdf']").last
    answer = clerk.page.request.get(clerk.url + str(link.get_attribute("href")))
    assert answer.body().startswith(b"%PDF")


def keys_in(clerk: Visitor, number: str) -> None:
    """The number is scanned, then whose form it is; it becomes the receipt number."""
    clerk.goes("/staff/counter")
    clerk.writes(words=number)
    clerk.presses("找")
    clerk.reads(f"编号 {number}")
    clerk.looks()
    clerk.writes(words="孙虚构 1945 12 30")
    clerk.presses("找")
    clerk.person = "孙虚构"
    clerk.looks()
    clerk.writes(choice1="S-002")
    clerk.chooses(wants="1")
    clerk.presses("交表，打印回执")
    clerk.reads("孙虚构", "国画")
    assert receipt_on(clerk) == number
    clerk.looks()


def keys_in_late(clerk: Visitor, number: str) -> None:
    """A form with a stamp of before the close; it waits for somebody else."""
    clerk.goes("/staff/counter")
    clerk.looks()
    clerk.writes(words=number)
    clerk.presses("找")
    clerk.person = "李假名"
    clerk.looks()
    clerk.writes(choice1="S-001", arrived_on="2026 12 4", arrived_minute="16:30")
    clerk.writes(reason="信封压在箱底")
    clerk.chooses(wants="1")
    clerk.presses("请另一个人复核")
    clerk.reads("这张表在等第二个人看。没有同意以前不算数。")
    clerk.looks()


def agrees(head: Visitor) -> None:
    head.goes("/staff/approvals")
    head.looks()
    head.page.locator("main a[href^='/staff/approvals/']").first.click()
    head.reads("李假名", "信封压在箱底", "书法 一级")
    head.looks()
    head.chooses(decision="given")
    head.presses("提交我的意见")
    head.looks()
