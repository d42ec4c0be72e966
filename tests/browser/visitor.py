"""A person at a browser, in words of what people do; with scripts or without."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.axe import axe

_READ: set[tuple[str, int | None]] = set()
"""What axe has read in this process: words of a page and how wide it was."""
_BEHIND_FORMS = ("/sign-in/code", "/whom/add", "/whom/ask")
"""Where test_pages.py, which looks at contrast, does not come."""


@dataclass
class Visitor:
    """One person at a browser. reader: a page that runs axe where the visitor's runs no scripts.

    person: for whom the pages have to be from now on; pages, typed: how many came so far, and how
    many boxes were written into; faults: what a page broke, or asked for elsewhere.
    """

    url: str
    page: Page
    reader: Page | None = None
    person: str = ""
    pages: int = 0
    typed: int = 0
    faults: list[str] = field(default_factory=list)

    def goes(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.pages += 1

    def presses(self, name: str, role: str = "button", about: str = "") -> None:
        """about: the object that is named for screen readers only, or the end of it."""
        words = re.compile(f"{re.escape(name)}\\W.*{re.escape(about)}$") if about else name
        where = self.page.get_by_role("main")
        exact = role == "button" and not about
        where.get_by_role(role, name=words, exact=exact).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()
        self.pages += 1

    def follows(self, name: str) -> None:
        """The first link of the page that begins so, wherever it stands."""
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.pages += 1

    def writes(self, **fields: str) -> None:
        """Into boxes by their names; a date as "1952 3 27" is written into its three boxes."""
        for name, text in fields.items():
            three = self._field(f"{name}-year")
            if three.count():
                parts = zip(("year", "month", "day"), text.split(), strict=True)
                self.writes(**{f"{name}-{part}": number for part, number in parts})
                continue
            self._field(name).fill(text)
            self.typed += 1

    def chooses(self, **fields: str) -> None:
        """By value, among buttons, boxes to tick, or in a list."""
        for name, value in fields.items():
            one = self._field(name)
            if one.first.evaluate("one => one.tagName") == "SELECT":
                one.select_option(value)
            else:
                self.page.locator(f"main [name='{name}'][value='{value}']").check()

    def _field(self, name: str) -> Locator:
        return self.page.locator(f"main [name='{name}']")

    def looks(self) -> None:
        """Has axe read the page, where it runs no scripts a copy of it; and asks for whom it is.
        A page that says the same again, for somebody else, is not read by axe again."""
        self.is_for_whom()
        page, says = self.page, self.page.locator("main").locator("h1, .ec-note, legend, label")
        words = f"{self.path} {says.all_text_contents()}".replace(self.person or " ", "")
        size = self.page.viewport_size
        same = re.sub(r"\d", "", words), size["width"] if size else None
        if same in _READ:
            return
        _READ.add(same)
        if self.reader:
            page = self.reader
            page.set_content(self.page.content())
        assert axe(page, contrast=self.path.startswith(_BEHIND_FORMS)) == [], self.page.url

    def is_for_whom(self) -> None:
        """Pages of applying and of one's classes begin with the name; no page names another."""
        said = self.page.locator("main .ec-whom").all_inner_texts()
        if self.path.startswith(("/apply", "/my")) and "/family" not in self.path:
            assert said, f"{self.path} does not say for whom it is"
        if self.person and said:
            assert self.person in said[0], (self.path, said)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url).partition("#")[0]

    def is_at(self, path: str) -> None:
        assert self.path == path, self.page.get_by_role("main").inner_text()

    def reads(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def misses(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).not_to_contain_text(text)

    def reloads_until(self, text: str) -> None:
        until = time.monotonic() + 40
        while text not in self.page.get_by_role("main").inner_text():
            assert time.monotonic() < until, f"{text} did not come: {self.page.content()}"
            time.sleep(0.3)
            self.page.reload()

    def fold(self, name: str) -> Locator:
        """The fingerprints under the fold of that name."""
        return self.page.locator("details").filter(has_text=name).locator(".ec-hash")

    def sends(self, path: str, **fields: str) -> str:
        """Sends a form that no page shows, as somebody might by hand; the page that answers."""
        token = self.page.locator("[name=csrf_token]").first.get_attribute("value") or ""
        answer = self.page.request.post(self.url + path, form={"csrf_token": token, **fields})
        return answer.text()

    def status(self, path: str) -> int:
        return self.page.request.get(self.url + path).status

    def downloads(self, name: str, folder: Path) -> Path:
        with self.page.expect_download() as coming:
            self.page.locator(f"main a[href$='/{name}']").click()
        assert coming.value.suggested_filename == name
        coming.value.save_as(folder / name)
        return folder / name


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    *,
    cookie: dict[str, str] | None = None,
    width: int = 390,
    scripts: bool = True,
    locale: str = "zh-CN",
) -> Iterator[Visitor]:
    """A browser of one person's own. The test fails if a page breaks its script or its CSP, or asks
    for anything elsewhere. cookie: of a session that is signed in already."""
    settings: dict[str, Any] = {
        "viewport": {"width": width, "height": 844},
        "locale": locale,
        "timezone_id": "Asia/Shanghai",
    }
    context = browser.new_context(java_script_enabled=scripts, **settings)
    context.set_default_timeout(15_000)
    reading = None if scripts else browser.new_context(**settings)
    if cookie:
        context.add_cookies([cookie])  # type: ignore[list-item]
    visitor = Visitor(url, context.new_page(), reading.new_page() if reading else None)
    if visitor.reader:
        visitor.reader.goto(url)  # so that the copies find their style sheets
    _watch(visitor)
    yield visitor
    context.close()
    if reading:
        reading.close()
    assert not visitor.faults, visitor.faults


def _watch(visitor: Visitor) -> None:
    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            visitor.faults.append(message.text)

    def asked(address: str) -> None:
        if not address.startswith((visitor.url + "/", "data:")):
            visitor.faults.append(f"asks elsewhere: {address}")

    visitor.page.on("console", said)
    visitor.page.on("pageerror", lambda error: visitor.faults.append(str(error)))
    visitor.page.on("request", lambda request: asked(request.url))
