"""A clerk enters applications without touching the mouse, as a real browser moves the focus."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application
from eldercampus.people.models import Person
from eldercampus.people.registering import register_person
from tests.browser.axe import axe
from tests.live import LiveServer
from tests.people.details import NUMBER, details
from tests.web.visiting import RULES, set_round
from tests.world import World, build_world

pytestmark = pytest.mark.browser

# Chromium without a printer
PRINT = "window.print = () => window.dispatchEvent(new Event('afterprint'))"


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    """The round is open; 郑新来 is known with his identity number."""
    now = datetime.now(UTC)
    with live_server.app.app_context():
        world = build_world()
        names = ("closes_at", "freezes_at", "draws_at", "publishes_at", "confirm_by_at")
        moments = {name: now + timedelta(days=day) for day, name in enumerate(names, start=1)}
        set_round(live_server.app, world, state="open", rules=RULES, opened_at=now, **moments)
        with transaction():
            register_person(
                details(world, id_number=NUMBER), channel="counter", account_id=None, now=now
            )
    return world


@dataclass
class Keyboard:
    """A clerk's hands; keys counts what they press."""

    page: Page
    keys: int = 0

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def presses(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)
            self.keys += 1

    def enters(self) -> None:
        """The Enter key, where another page comes of it."""
        with self.page.expect_navigation():
            self.presses("Enter")

    def is_at(self, selector: str) -> None:
        expect(self.page.locator(selector)).to_be_focused()

    def moves_to(self, selector: str) -> None:
        """By the Tab key, in reading order."""
        for _ in range(40):
            if self.page.evaluate("one => document.activeElement.matches(one)", selector):
                return
            self.presses("Tab")
        raise AssertionError(f"{selector} is not reached")


@pytest.fixture
def clerk(browser: Browser, live_server: LiveServer, world: World) -> Iterator[Keyboard]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(15_000)
    context.add_cookies([live_server.signed_in(world.accounts["clerk"])])  # type: ignore[list-item]
    page = context.new_page()
    page.add_init_script(PRINT)
    page.goto(f"{live_server.url}/staff/counter")
    keyboard = Keyboard(page)
    keyboard.is_at("#words")
    yield keyboard
    context.close()


def test_somebody_known_with_two_classes(clerk: Keyboard) -> None:
    """18 keys are the identity number, 2 the classes; 7 more lead to the slip."""
    clerk.types(NUMBER)
    clerk.enters()
    clerk.is_at("#choice1")
    clerk.types("1")
    clerk.presses("Tab")
    clerk.is_at("#choice2")
    clerk.types("3")
    clerk.enters()
    expect(clerk.page.get_by_role("main")).to_contain_text("书法 一级，东校区")
    clerk.is_at("#choice3")
    clerk.enters()
    clerk.is_at("#wants")
    clerk.presses("ArrowRight")
    clerk.enters()
    clerk.is_at("[name=send]")
    assert axe(clerk.page) == []
    clerk.enters()
    assert clerk.keys == 18 + 2 + 7
    clerk.is_at("[data-print]")
    assert axe(clerk.page) == []
    expect(clerk.page.get_by_role("main")).to_contain_text("两门")
    clerk.presses("Enter")
    clerk.is_at("[data-after-print]")
    clerk.enters()
    clerk.is_at("#words")


def test_of_two_the_number(clerk: Keyboard) -> None:
    """The couple with one phone."""
    clerk.types("13800000005")
    clerk.enters()
    clerk.is_at("#words")
    assert axe(clerk.page) == []
    clerk.types("2")
    clerk.enters()
    expect(clerk.page.locator(".ec-whom")).to_contain_text("吴演示")


def test_what_is_wrong_is_read_first_and_reached_from_there(clerk: Keyboard) -> None:
    clerk.types("孙虚构19451230")
    clerk.enters()
    clerk.is_at("#choice1")
    clerk.types("999")
    clerk.moves_to("[name=send]")
    clerk.enters()
    clerk.is_at(".govuk-error-summary")
    assert axe(clerk.page) == []
    clerk.presses("Tab", "Enter")
    clerk.is_at("#choice1")
    expect(clerk.page.locator("#choice1")).to_have_value("999")


def test_somebody_new_with_the_application(clerk: Keyboard, live_server: LiveServer) -> None:
    clerk.types("龚𬭎样 1950 2 3")
    clerk.enters()
    clerk.is_at("#id_number")
    expect(clerk.page.locator("#name")).to_have_value("龚𬭎样")
    assert axe(clerk.page) == []
    clerk.moves_to("#sex")
    clerk.presses("ArrowRight")
    clerk.moves_to("#community")
    clerk.types("东二")
    clerk.enters()
    expect(clerk.page.locator("#community")).to_have_value("东街道 东二社区")
    clerk.is_at("#phone")
    clerk.types("0574-8888 0021")
    clerk.enters()
    clerk.is_at("#consent")
    clerk.presses("Space")
    clerk.moves_to("#choice1")
    clerk.types("S-001")
    clerk.enters()
    clerk.is_at("#choice2")
    clerk.enters()
    clerk.is_at("[name=send]")
    clerk.enters()
    clerk.is_at("[data-print]")
    with live_server.app.app_context():
        person = db.session.query(Person).filter_by(name="龚𬭎样").one()
        assert person.sex == "m"
        application = db.session.query(Application).filter_by(person_id=person.id).one()
        assert (application.state, application.channel) == ("submitted", "counter")


def test_who_looks_alike_is_asked_about(clerk: Keyboard) -> None:
    clerk.types("没有这人")
    clerk.enters()
    clerk.moves_to("#name")
    clerk.presses("Control+a")
    clerk.types("钱样例")
    clerk.presses("Tab")
    clerk.types("1958")
    clerk.presses("Tab")
    clerk.types("8")
    clerk.presses("Tab")
    clerk.types("9")
    clerk.moves_to("#choice1")
    clerk.types("S-003")
    clerk.enters()
    clerk.is_at("button[formaction]")
    assert axe(clerk.page) == []
    clerk.enters()
    expect(clerk.page.locator(".ec-whom")).to_contain_text("钱样例")
    expect(clerk.page.locator("#choice1")).to_have_value("S-003")
    clerk.is_at("#choice2")
