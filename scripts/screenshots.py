"""`make screenshots`: loads a demonstration of its own and takes the pictures of README.md and of
docs/journey.md.

Always the same people and classes (seed 1). The pictures go to docs/pictures.
"""

import tempfile
from pathlib import Path
from typing import NamedTuple

from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import exists, func, select

from eldercampus.app import create_app
from eldercampus.db import db
from eldercampus.enrolment.models import Offer, Placement, WaitlistEntry
from eldercampus.enrolment.round_queries import list_public_rounds
from eldercampus.people.models import Account, Grant, Representation
from scripts.journey import walk
from tests import live
from tests.browser.conftest import find_chromium, flags
from tests.conftest import settings

PICTURES = Path(__file__).parent.parent / "docs/pictures"
PHONE, DESK = 390, 1280
SHARPNESS = {PHONE: 1.5, DESK: 1.0}  # device pixels for one of the page; the files stay small


class Picture(NamedTuple):
    """name: of the file; path: {round} is filled in; who: see accounts(); top: the
    part of the page that the picture begins with; height: how much is shown from there."""

    name: str
    path: str
    who: str = ""
    width: int = DESK
    height: int = 1400
    top: str = "body"
    view: str = "normal"
    language: str = "zh"


TAKEN = (
    Picture("home", "/", width=PHONE, view="elder"),
    Picture("result", "/my", "senior", PHONE, top="main", view="elder"),
    Picture("round", "/staff/rounds/{round}", "district_officer", height=1350),
    Picture("town", "/town", "town_officer", top="main", height=1325),
    Picture("finder-elder", "/courses?q=sf", width=PHONE, top="#found", height=900, view="elder"),
    Picture("finder-english", "/courses?q=calligraphy", height=620, language="en"),
    Picture("offer", "/my", "offered", PHONE, top="main", height=780),
)


def accounts() -> dict[str, int]:
    """Account ids: one officer of each role, a senior who got one seat and waits for another class,
    and one for whom a seat that came free is kept."""
    officers = select(Grant.role, func.min(Grant.account_id)).group_by(Grant.role)
    person = Representation.person_id
    senior = (
        select(func.min(Account.id))
        .join(Representation, Representation.account_id == Account.id)
        .where(
            Account.phone.is_not(None),
            exists().where(Placement.person_id == person, Placement.state == "awaiting"),
            exists().where(WaitlistEntry.person_id == person, WaitlistEntry.state == "waiting"),
        )
    )
    alone = (
        select(Representation.account_id)
        .group_by(Representation.account_id)
        .having(func.count(Representation.id) == 1)
    )
    offered = (
        select(func.min(Account.id))
        .join(Representation, Representation.account_id == Account.id)
        .where(
            Account.phone.is_not(None),
            exists().where(Offer.person_id == person, Offer.state == "live"),
            ~exists().where(Placement.person_id == person),
            Account.id.in_(alone),
        )
    )
    return {
        **dict(db.session.execute(officers).tuples().all()),
        "senior": db.session.execute(senior).scalar_one(),
        "offered": db.session.execute(offered).scalar_one(),
    }


def drawn_round() -> str:
    """The code of the round whose draw was published."""
    return next(one.code for one in list_public_rounds() if one.state == "published")


def take(browser: Browser, server: live.LiveServer, picture: Picture) -> None:
    with server.app.app_context():
        path, ids = picture.path.format(round=drawn_round()), accounts()
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=SHARPNESS[picture.width],
    )
    cookies = [
        {"name": "view", "value": picture.view, "url": server.url},
        {"name": "language", "value": picture.language, "url": server.url},
    ]
    if picture.who:
        cookies.append(server.signed_in(ids[picture.who]))
    for cookie in cookies:
        context.add_cookies([{**cookie}])  # type: ignore[typeddict-item]
    page = context.new_page()
    answer = page.goto(server.url + path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{picture.name}: {path} answers {answer and answer.status}")
    page.locator(picture.top).evaluate("part => part.scrollIntoView()")
    page.screenshot(path=PICTURES / f"{picture.name}.png")
    context.close()


def demonstration(folder: Path) -> live.LiveServer:
    url = f"sqlite:///{folder / 'eldercampus.db'}"
    own = {**settings(url, folder), "DEMO": True}
    app = create_app(own)
    with app.app_context():
        upgrade()
    kept = ("SECRET_KEY", "SEALING_KEY", "OUTBOX_FOLDER")
    environment = {"DATABASE_URL": url, "DEMO": "1", **{key: str(own[key]) for key in kept}}
    with (folder / "log").open("wb") as log:
        server = live.start(app, environment, 2, log)
    server.flask("demo", "load", "--persons", "8000", "--seed", "1")
    return server


def main() -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit("no Chromium: sudo apt-get install chromium fonts-noto-cjk libatomic1")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = demonstration(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=program, args=flags())
            for picture in TAKEN:
                take(browser, server, picture)
                print(f"docs/pictures/{picture.name}.png")
            walk(browser, server, PICTURES)
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
