"""What the journeys begin with: the small district with its round open, and the phones of all."""

import re
from pathlib import Path

from eldercampus import clock
from eldercampus.jobs.sending import deliver_due
from tests.browser.test_main_job import set_clock
from tests.browser.visitor import Visitor
from tests.enrolment import steps
from tests.live import LiveServer
from tests.world import NOW, World, build_world


def open_district(server: LiveServer) -> World:
    """Monday at ten, in the second week of applying."""
    with server.app.app_context():
        world = build_world()
        set_clock(NOW)
        steps.beacon_named(world)
        steps.opened(world)
    return world


def signs_in(visitor: Visitor, phone: str) -> None:
    """With the code that the demonstration shows; the page is the one for the phone already."""
    visitor.writes(phone=phone)
    visitor.presses("把验证码发给我")
    enters_code(visitor, "登录")


def enters_code(visitor: Visitor, button: str) -> None:
    visitor.looks()
    visitor.writes(code=visitor.page.locator("b.ec-code").inner_text())
    visitor.presses(button)


def deliver(server: LiveServer) -> None:
    """Sends what waits: by the district's clock and, for codes, by the clock on the wall."""
    with server.app.app_context():
        for now in (clock.now(), clock.wall_now()):
            deliver_due(now)


def messages(server: LiveServer, visitor: Visitor, number: str) -> list[str]:
    """What came to this phone, the newest first; not the codes, whose texts are erased."""
    deliver(server)
    visitor.goes("/phone")
    visitor.writes(number=number)
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_load_state()
    return visitor.page.locator(".ec-sms p").all_inner_texts()


def texts_that_left(server: LiveServer, number: str) -> list[str]:
    """All that went to this phone in the order sent, as the gateway got it: codes too."""
    deliver(server)
    to, blocks = f"→ +86{number.replace(' ', '')}", []
    for file in sorted(Path(server.app.config["OUTBOX_FOLDER"]).glob("*-sms.txt")):
        blocks += file.read_text(encoding="utf-8").split("\n\n")
    return [block.partition("\n")[2] for block in blocks if to in block.partition("\n")[0]]


def receipt_on(visitor: Visitor) -> str:
    """The number on the receipt that is open."""
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", visitor.page.locator(".ec-slip").inner_text())
    assert found is not None
    return found.group()


def applies_for(visitor: Visitor, *classes: str) -> str:
    """Signed in and for one person, who has not applied before; the receipt number."""
    for about in classes:
        visitor.goes("/courses")
        visitor.presses("放进我的志愿", about=about)
    visitor.looks()
    visitor.follows("去报名，排先后")
    visitor.looks()
    visitor.presses("排好了，下一步")
    for answers in ({"wants": "1"}, {"automatic": "no"}):
        visitor.looks()
        visitor.chooses(**answers)
        visitor.presses("下一步")
    visitor.is_at("/apply/check")
    visitor.looks()
    visitor.presses("交报名表")
    visitor.is_at("/apply/receipt")
    visitor.looks()
    return receipt_on(visitor)
