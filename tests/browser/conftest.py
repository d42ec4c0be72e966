"""Debian's Chromium, driven by Playwright. Where there is none, these tests are skipped."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def find_chromium() -> str | None:
    """The browser's program; None where it or what Playwright needs is missing."""
    driver, _ = compute_driver_executable()
    works = subprocess.run([driver, "--version"], check=False, capture_output=True).returncode == 0
    return (shutil.which("chromium") or shutil.which("chromium-browser")) if works else None


def flags() -> list[str]:
    """How Chromium is started: it reaches this machine only; as root it needs --no-sandbox."""
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser per worker; each test opens contexts of its own."""
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium: sudo apt-get install chromium fonts-noto-cjk libatomic1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags())
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone with Chinese settings. The test fails if a page breaks its script or its CSP."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    broken: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            broken.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert not broken, broken
