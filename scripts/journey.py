"""Pictures of a whole journey: a senior of the demonstration finds, ranks, checks and hands in; who
acts for her; the screen of the counter."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from sqlalchemy import Row, Select, exists, func, select

from eldercampus import clock
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application, Placement, Round
from eldercampus.people.asking import Terms, ask_relation
from eldercampus.people.giving import give_to_phone
from eldercampus.people.models import Account, Contact, Grant, Person, Representation
from eldercampus.places.models import Community, Town
from tests.live import LiveServer

WORDS, TOWN = "书法", "锦屏街道"


@dataclass
class Camera:
    """The browser of somebody signed in; pictures go to the folder."""

    page: Page
    url: str
    folder: Path

    def goes(self, path: str) -> None:
        self.page.goto(self.url + path)

    def presses(self, name: str) -> None:
        main = self.page.get_by_role("main")
        main.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()

    def shoots(self, name: str, top: str = "main", height: int = 870) -> None:
        """From `top` on, so many pixels of the page."""
        width = self.page.evaluate("innerWidth")
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.locator(top).first.evaluate("part => part.scrollIntoView()")
        self.page.screenshot(path=self.folder / f"{name}.png")
        print(f"docs/pictures/{name}.png")


def walk(browser: Browser, server: LiveServer, folder: Path) -> None:
    with server.app.app_context():
        senior = db.session.execute(_newcomer()).one()
        clerk = db.session.execute(
            select(func.min(Grant.account_id)).where(Grant.role == "clerk")
        ).scalar_one()
    own = _opened(browser, server, senior.account_id, folder, 390)
    _applies(own)
    _lets_act(server, senior)
    own.goes("/my/family")
    own.shoots("family")
    _is_entered(_opened(browser, server, clerk, folder, 1280), senior)


def _newcomer() -> Select[tuple[int, int]]:
    """Account and person of somebody alone on her phone who has not applied this time and
    lives where many classes are."""
    person, alone = Representation.person_id, func.count(Representation.id) == 1
    return (
        select(Account.id.label("account_id"), func.min(person).label("person_id"))
        .join(Representation, Representation.account_id == Account.id)
        .join(Person, Person.id == person)
        .join(Community, Community.id == Person.community_id)
        .join(Town, Town.id == Community.town_id)
        .where(
            Town.name == TOWN, Person.sex == "f", Person.news == "sms", Account.phone.is_not(None)
        )
        .where(
            exists().where(Contact.person_id == Person.id, Contact.kind == "mobile"),
            ~exists().where(
                Application.person_id == Person.id,
                Application.round_id == Round.id,
                Round.state == "open",
            ),
            ~exists().where(Placement.person_id == Person.id),
        )
        .group_by(Account.id)
        .having(alone)
        .order_by(Account.id)
        .limit(1)
    )


def _opened(
    browser: Browser, server: LiveServer, account_id: int, folder: Path, width: int
) -> Camera:
    context = browser.new_context(
        viewport={"width": width, "height": 870},
        device_scale_factor=1.5 if width < 600 else 1.0,
        locale="zh-CN",
    )
    context.add_cookies([server.signed_in(account_id)])  # type: ignore[list-item]
    return Camera(context.new_page(), server.url, folder)


def _applies(own: Camera) -> None:
    own.goes(f"/courses?q={WORDS}")
    own.shoots("finder", "#found", height=720)
    own.presses("放进我的志愿")
    own.goes("/courses?q=太极")
    own.presses("放进我的志愿")
    own.goes("/apply/classes")
    own.shoots("list")
    own.presses("排好了，下一步")
    while not own.page.url.endswith("/apply/check"):
        own.page.locator("main input[type=radio]").first.check()
        own.presses("下一步")
    own.shoots("check")
    own.presses("交报名表")
    own.shoots("receipt")


def _lets_act(server: LiveServer, senior: Row[tuple[int, int]]) -> None:
    """Her daughter may act for her; a neighbour asks."""
    with server.app.app_context(), transaction():
        now = clock.now()
        terms, wish = Terms("daughter"), Terms("neighbour", ("apply",))
        give_to_phone(
            senior.person_id,
            "+8613900000021",
            terms,
            how="web",
            by_account_id=senior.account_id,
            now=now,
        )
        asker = db.session.execute(
            select(func.min(Account.id)).where(Account.phone.is_not(None))
        ).scalar_one()
        ask_relation(asker, senior.person_id, wish, named="", asker="陈示范", now=now)


def _is_entered(desk: Camera, senior: Row[tuple[int, int]]) -> None:
    """The clerk's one screen, with what she handed in herself."""
    desk.goes(f"/staff/counter/{senior.person_id}")
    desk.page.get_by_role("main").get_by_role("button", name="先查一下").click()
    desk.page.wait_for_load_state()
    desk.shoots("counter")
