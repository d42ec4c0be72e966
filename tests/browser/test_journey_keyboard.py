"""A whole journey by keyboard only: each stop of the focus is seen, and nothing needs a mouse."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.journeys import open_district, receipt_on
from tests.browser.visitor import Visitor, visiting
from tests.live import LiveServer
from tests.world import World

pytestmark = pytest.mark.browser

# what has the focus can be seen: it is on the screen and drawn otherwise than without the focus
SEEN = """() => {
  const one = document.activeElement, shown = one.closest(".govuk-radios__item") || one;
  const look = (part) => {
    const style = getComputedStyle(part), label = one.labels && one.labels[0];
    const before = label ? getComputedStyle(label, "::before") : style;
    return [style, before].map((it) => [it.outlineStyle, it.outlineColor, it.outlineWidth,
      it.boxShadow, it.backgroundColor, it.borderColor, it.borderWidth].join()).join(); };
  const with_focus = look(one), box = shown.getBoundingClientRect();
  one.blur();
  const without = look(one);
  one.focus({ preventScroll: true });
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return one === document.activeElement && inside && with_focus !== without;
}"""
WORDS = """() => { const one = document.activeElement;
  const words = one.matches("input, select") ? one.name : one.innerText;
  return words.replace(/\\s+/g, " ").trim(); }"""


@dataclass
class Keyboard:
    """Hands on the keys alone."""

    visitor: Visitor

    def press(self, *keys: str) -> None:
        for key in keys:
            self.visitor.page.keyboard.press(key)

    def types(self, text: str) -> None:
        self.visitor.page.keyboard.type(text)

    def moves_to(self, words: str, back: bool = False) -> None:
        """With the Tab key to what begins with these words, or the box of this name; every stop on
        the way has to be seen."""
        page = self.visitor.page
        for _ in range(90):
            self.press("Shift+Tab" if back else "Tab")
            on = page.evaluate(WORDS)
            if page.evaluate("document.activeElement === document.body"):
                continue  # past the last stop it begins anew
            assert page.evaluate(SEEN), f"{page.url}: the focus on {on!r} is not seen"
            if on.startswith(words):
                return
        raise AssertionError(f"{page.url}: {words} is not reached")

    def enters(self) -> None:
        with self.visitor.page.expect_navigation():
            self.press("Enter")
        self.visitor.page.wait_for_load_state()

    def spaces(self) -> None:
        with self.visitor.page.expect_navigation():
            self.press("Space")
        self.visitor.page.wait_for_load_state()


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    return open_district(live_server)


def test_from_the_finder_to_the_receipt(
    browser: Browser, live_server: LiveServer, world: World
) -> None:
    with visiting(browser, live_server.url) as li:
        keys = Keyboard(li)
        li.goes("/")
        skips_to_the_text(keys)
        finds_two(keys)
        signs_in(keys)
        li.person = "李假名"
        orders(keys)
        answers(keys)
        li.is_at("/apply/receipt")
        li.looks()
        receipt = receipt_on(li)
        takes_back(keys)
        li.reads("报名撤回了")
        keys.moves_to("还是要报名")
        assert receipt


def skips_to_the_text(keys: Keyboard) -> None:
    """The first stop of each page leads past the menu; the next stop is in the text."""
    keys.moves_to("跳到")
    keys.press("Enter", "Tab")
    assert keys.visitor.page.evaluate("document.activeElement.closest('main') !== null")
    keys.moves_to("找班级", back=True)
    keys.enters()


def finds_two(keys: Keyboard) -> None:
    """With words and the list of days; Enter in a box is the button of its form."""
    li = keys.visitor
    keys.moves_to("q")
    keys.types("太极")
    keys.enters()
    keys.moves_to("放进我的志愿")
    keys.enters()
    li.reads("✓ 已放进志愿")
    li.goes("/courses")
    keys.moves_to("day")
    keys.press("ArrowDown", "ArrowDown")
    assert li.page.locator("#day").input_value() == "2"
    keys.moves_to("找")
    keys.spaces()
    keys.moves_to("放进我的志愿")
    keys.spaces()
    keys.moves_to("去报名，排先后")
    keys.enters()


def signs_in(keys: Keyboard) -> None:
    li = keys.visitor
    keys.moves_to("phone")
    keys.types("13800000004")
    keys.enters()
    code = li.page.locator("b.ec-code").inner_text()
    keys.moves_to("code")
    keys.types(code)
    keys.enters()
    li.is_at("/apply/classes")


def orders(keys: Keyboard) -> None:
    """The second class up, and the focus goes with it."""
    first = keys.visitor.page.locator("#choice-1 h2")
    before = first.inner_text()
    keys.moves_to("↑ 往前")
    keys.enters()
    expect(first).not_to_have_text(before)
    keys.moves_to("排好了，下一步")
    keys.enters()


def answers(keys: Keyboard) -> None:
    li = keys.visitor
    keys.moves_to("wants")
    keys.press("Space", "ArrowDown")
    assert li.page.locator("[name=wants]:checked").get_attribute("value") == "2"
    keys.press("ArrowUp")
    keys.moves_to("下一步")
    keys.enters()
    keys.moves_to("automatic")
    keys.press("ArrowDown")
    assert li.page.locator("[name=automatic]:checked").get_attribute("value") == "yes"
    keys.moves_to("下一步")
    keys.enters()
    li.reads("一门", "太极拳")
    li.looks()
    keys.moves_to("交报名表")
    keys.enters()


def takes_back(keys: Keyboard) -> None:
    keys.moves_to("撤回报名")
    keys.enters()
    keys.moves_to("撤回报名")
    keys.enters()
