"""A page as people see it: at a width, in a view, in a language; and all that may be wrong with it.

What must hold is in quality.md of the project's specification: WCAG 2.2 AA with the contrast of
AAA, sizes of text and targets, lines, languages, what is asked for elsewhere, and weight.
"""

from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.axe import axe

_LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
FIRST_VISIT, LATER = 60_000, 15_000
"""Bytes as sent, packed: everything that a learner's page asks for the first time, and after."""
NAMES = [
    *("WGS", "GCJ", "OpenStreetMap", "CSV", "XLSX", "English", "GeoNames", "ODbL", "contributors"),
    *("Python", "python", "round", "json", "result", "verify", "test", "spring", "PDF", "http"),
    *("clerk", "head", "officer", "teacher", "monitor", "auditor"),  # staff of the small district
    *("west", "second", "town", "fenghua", "demo", "calendar", "ics", "JSON"),
]
"""Names of things that Chinese pages write in Latin letters."""
PEOPLE = ["试问", "李假名"]
"""Names as people of the samples typed them: English pages cannot know how to spell those."""


@dataclass(frozen=True)
class Sight:
    width: int
    elder: bool
    language: str

    def __str__(self) -> str:
        return f"{self.width} {'elder' if self.elder else 'normal'} {self.language}"


ALL = [Sight(*one) for one in product((320, 390, 1280), (False, True), ("zh", "en"))]
QUICK = (Sight(390, True, "zh"), Sight(1280, False, "en"))


@dataclass
class Eye:
    """A page of a browser that notes what it asks for and what it complains of."""

    page: Page
    sight: Sight
    url: str
    contrast: bool = True
    asked: dict[str, str] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    files: int = 0
    complaints: list[str] = field(default_factory=list)

    def opens(self, path: str) -> list[str]:
        """What is wrong with the page at this path; its folds are open afterwards."""
        self.asked.clear()
        self.weights.clear()
        self.complaints.clear()
        answer = self.page.goto(self.url + path)
        if answer is None or answer.status >= 500:
            return [f"answers {answer and answer.status}"]
        found = [] if self.page.url == self.url + path else [f"leads to {self.page.url}"]
        return [*found, *self.faults(is_for_learners(path))]

    def faults(self, light: bool = True) -> list[str]:
        """Of the page that is open; light: it must not weigh more than a learner's page."""
        look = {
            "elder": self.sight.elder,
            "english": self.sight.language == "en",
            "names": NAMES,
            "people": PEOPLE,
        }
        found = axe(self.page, contrast=self.contrast)
        found += self.page.evaluate(_LOOK, look)
        found += self.complaints
        found += [f"asks elsewhere: {one}" for one in self.asked.values() if not self._ours(one)]
        return found + (self._weight() if light else [])

    def _ours(self, address: str) -> bool:
        return address.startswith((self.url + "/", "data:"))

    def _weight(self) -> list[str]:
        files = sum(size for address, size in self.weights.items() if "/static/" in address)
        self.files = max(self.files, files)  # a later page finds them at hand
        document = sum(self.weights.values()) - files
        too_much = {
            "weighs": (document, LATER),
            "weighs with its files": (document + self.files, FIRST_VISIT),
        }
        return [f"{what} {size} bytes" for what, (size, most) in too_much.items() if size > most]


def is_for_learners(path: str) -> bool:
    """Staff's and the town's pages hold long tables; nothing is promised of their weight."""
    return not path.startswith(("/staff", "/town", "/district"))


def open_eye(browser: Browser, url: str, sight: Sight, cookie: dict[str, str] | None) -> Eye:
    """A fresh browser of somebody who has chosen this view and language; cookie: of their session,
    None where they are not signed in."""
    context = browser.new_context(
        viewport={"width": sight.width, "height": 900},
        locale="zh-CN" if sight.language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(20_000)
    view = "elder" if sight.elder else "normal"
    context.add_cookies([{"name": "view", "value": view, "url": url}])
    if cookie:
        context.add_cookies([cookie])  # type: ignore[list-item]
    return _watched(context, Eye(context.new_page(), sight, url))


def _watched(context: BrowserContext, eye: Eye) -> Eye:
    network = context.new_cdp_session(eye.page)
    network.send("Network.enable")

    def begun(event: dict[str, Any]) -> None:
        eye.asked[event["requestId"]] = event["request"]["url"]

    def done(event: dict[str, Any]) -> None:
        address = eye.asked.get(event["requestId"], "")
        eye.weights[address] = int(event["encodedDataLength"])

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 40" not in message.text:
            eye.complaints.append(f"console: {message.text}")

    network.on("Network.requestWillBeSent", begun)
    network.on("Network.loadingFinished", done)
    eye.page.on("console", said)
    eye.page.on("pageerror", lambda error: eye.complaints.append(f"script: {error}"))
    return eye
