"""From the door to the page that asks for whom, in a real browser."""

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.axe import axe
from tests.live import LiveServer
from tests.world import World, build_world

pytestmark = pytest.mark.browser

NARROW: ViewportSize = {"width": 320, "height": 800}


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    with live_server.app.app_context():
        return build_world()


def _look(page: Page) -> None:
    """Nothing is wrong here, and nothing stands out at the side."""
    assert axe(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide}"
    assert "ec-elder" in page.evaluate("document.documentElement.className")


def test_from_the_door_to_the_last_page(live_server: LiveServer, world: World, page: Page) -> None:
    page.set_viewport_size(NARROW)
    cookie = {"name": "view", "value": "elder", "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]

    def go_on(button: str) -> None:
        _look(page)
        page.get_by_role("button", name=button, exact=True).click()

    page.goto(f"{live_server.url}/sign-in?next=/whom")
    go_on("把验证码发给我")  # nothing written: the error stands on the page
    page.get_by_label("您的手机号是多少？").fill("138 0000 0088")
    go_on("把验证码发给我")
    page.get_by_label("收到的验证码是多少？").fill(page.locator("b.ec-code").inner_text())
    go_on("登录")
    _look(page)
    page.get_by_role("button", name="填自己的，或者家里人的").click()
    go_on("下一步")
    page.get_by_label("我自己").check()
    page.get_by_label("姓名").fill("郑新来")
    page.get_by_label("男", exact=True).check()
    for box, text in zip(("年", "月", "日"), ("1952", "3", "27"), strict=True):
        page.get_by_label(box, exact=True).fill(text)
    go_on("下一步")
    page.get_by_label("住在哪个镇或街道？").select_option("东街道")
    go_on("看这里的社区和村")
    page.get_by_label("住在哪个社区或村？").select_option("东二社区")
    go_on("下一步")
    page.get_by_label("发短信").check()
    page.get_by_label("有急事的时候打电话找谁？").fill("郑二")
    page.get_by_label("这个人是学员的什么人？").select_option("儿子")
    page.get_by_label("这个人的电话").fill("0574-8888 1234")
    go_on("下一步")
    page.get_by_label("同意你们存下来").check()
    go_on("对，就这样")
    page.get_by_text("郑新来").first.wait_for()
    _look(page)
    page.goto(f"{live_server.url}/whom/claim")
    go_on("用回执找")
    _look(page)
