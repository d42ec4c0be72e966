"""Staff pages of the catalogue and the places, as a browser shows them."""

import re

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from eldercampus.catalogue.years import load_calendar_year
from eldercampus.db import db, transaction
from eldercampus.places.models import Room
from tests.browser.axe import axe
from tests.live import LiveServer
from tests.world import NOW, World, build_world

pytestmark = pytest.mark.browser

CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
# Codes, people's Chinese names on Chinese pages, names of maps and file formats.
NOT_WORDS = {"WGS", "GCJ", "OpenStreetMap", "CSV", "XLSX", "English", "GeoNames", "ODbL", "test"}
NOT_WORDS |= {"contributors", "spring"}

PAGES = [
    "/staff/sections",
    "/staff/sections/new",
    "/staff/sections/SECTION",
    "/staff/sections/SECTION/edit",
    "/staff/courses",
    "/staff/courses/new",
    "/staff/teachers",
    "/staff/rules",
    "/staff/rules/bands_m",
    "/staff/rules/proximity",
    "/staff/calendar?year=2027",
    "/staff/calendar/day?on=2027-02-06",
    "/staff/terms",
    "/staff/terms/new",
    "/staff/places",
    "/staff/places/CAMPUS",
    "/staff/places/CAMPUS/edit",
    "/staff/places/rooms/ROOM",
    "/staff/places/points",
]


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    with live_server.app.app_context():
        world = build_world()
        with transaction():
            load_calendar_year(2027, now=NOW)
    return world


def addresses(server: LiveServer, world: World) -> list[str]:
    with server.app.app_context():
        room = db.session.scalars(select(Room.id).order_by(Room.id)).first()
    places = {"SECTION": world.sections["S-001"], "CAMPUS": world.campuses["K-01"], "ROOM": room}
    found = PAGES
    for name, number in places.items():
        found = [page.replace(name, str(number)) for page in found]
    return [server.url + page for page in found]


@pytest.mark.parametrize(
    ("locale", "width", "view"), [("en", 320, "normal"), ("zh-CN", 390, "elder")]
)
def test_pages_are_whole(
    browser: Browser, live_server: LiveServer, world: World, locale: str, width: int, view: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale)
    context.add_cookies(
        [
            live_server.signed_in(world.accounts["officer"]),  # type: ignore[list-item]
            {"name": "view", "value": view, "url": live_server.url},
        ]
    )
    page = context.new_page()
    for address in addresses(live_server, world):
        page.goto(address)
        assert page.url == address
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert strange_words(page, locale) == set(), address
    context.close()


def strange_words(page: Page, locale: str) -> set[str]:
    """Words in the wrong language; data in the boxes of forms and lang marks are left out."""
    text = page.evaluate(
        """() => {
            for (const one of document.querySelectorAll("[lang]:not(html)")) one.remove();
            return document.body.innerText;
        }"""
    )
    if locale == "en":
        return {line for line in text.splitlines() if CHINESE.search(line)}
    return set(ENGLISH.findall(text)) - NOT_WORDS
