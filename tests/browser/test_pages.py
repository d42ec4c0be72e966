"""Each page in two of the ways people see it; `make pages` takes all of them (scripts/pages.py)."""

from itertools import groupby

import pytest
from playwright.sync_api import Browser

from tests.browser.addresses import Stops, find_stops, open_district
from tests.browser.sights import QUICK, Eye, Sight, open_eye
from tests.live import LiveServer
from tests.web.samples import add_samples
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    return open_district(live_server.app)


@pytest.fixture(scope="module")
def stops(live_server: LiveServer, world: World) -> Stops:
    return find_stops(live_server.app, world, add_samples(live_server.app, world))


@pytest.mark.parametrize("sight", QUICK, ids=str)
def test_every_page_is_whole(
    browser: Browser, live_server: LiveServer, world: World, stops: Stops, sight: Sight
) -> None:
    wrong = []
    in_order = sorted(stops.first, key=lambda stop: stop.who)
    for who, of_one in groupby(in_order, key=lambda stop: stop.who):
        account = world.accounts.get(who)
        cookie = live_server.signed_in(account) if account else None
        eye = open_eye(browser, live_server.url, sight, cookie)
        eye.contrast = sight == QUICK[0]  # both have the same colours
        for stop in of_one:
            wrong += [f"{who} {stop.path}: {fault}" for fault in eye.opens(stop.path)]
        eye.page.context.close()
    assert not wrong, "\n".join(wrong)
    assert len(in_order) > 80


SOUND = """<!doctype html><html lang="zh-Hans"><title>页</title>
<body style="font-size:20px"><header class="ec-top"><div class="ec-switches">
<button name="view" style="font:inherit;width:60px;height:60px">大</button></div></header>
<aside class="ec-help"><a href="tel:1" style="display:block;height:60px">电话</a></aside>
<main><h1>页</h1>{}</main></body></html>"""
BROKEN = {
    "small target": '<a href="/x" style="display:inline-block;height:20px">看</a>',
    "small text": '<p style="font-size:14px">小</p>',
    "scrolls sideways": '<div style="width:2000px">宽</div>',
    "id twice": '<p id="a">一</p><p id="a">二</p>',
    "first headings": "<h1>又一个</h1>",
    "line of 60": f'<p style="width:1200px">{"长" * 70}</p>',
    "English words: hello": "<p>hello</p>",
    "no telephone number": '<script>document.querySelector(".ec-help").remove()</script>',
    "no switch": '<script>document.querySelector(".ec-switches").remove()</script>',
}


@pytest.mark.parametrize("fault", BROKEN)
def test_each_check_can_fail(browser: Browser, fault: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    eye = Eye(context.new_page(), Sight(1280, False, "zh"), "http://127.0.0.1")
    eye.page.set_content(SOUND.format(""))
    sound = eye.faults()
    eye.page.set_content(SOUND.format(BROKEN[fault]))
    broken = eye.faults()
    context.close()
    assert not [one for one in sound if fault in one]
    assert [one for one in broken if fault in one]
