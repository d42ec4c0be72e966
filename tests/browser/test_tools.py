"""The tools of the browser tests: each can fail."""

import pytest
from playwright.sync_api import Error, Page

from tests.browser.axe import axe
from tests.live import LiveServer

pytestmark = pytest.mark.browser


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<html><body><img src='x'><p style='color:#767676'>pale</p></body></html>")
    found = " ".join(axe(page))
    for rule in ("html-has-lang", "image-alt", "document-title", "color-contrast-enhanced"):
        assert rule in found


def test_axe_runs_under_our_content_security_policy(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/healthz")
    assert isinstance(axe(page), list)


def test_the_browser_cannot_leave_this_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.org/")


def test_chinese_letters_have_a_font(page: Page) -> None:
    """Two different characters look different; without a font both are the same empty box."""
    page.set_content("<canvas id=a></canvas><canvas id=b></canvas>")
    draw = """([id, letter]) => {
        const canvas = document.getElementById(id), pen = canvas.getContext('2d');
        pen.font = '40px sans-serif'; pen.fillText(letter, 10, 50); return canvas.toDataURL();
    }"""
    assert page.evaluate(draw, ["a", "学"]) != page.evaluate(draw, ["b", "课"])
