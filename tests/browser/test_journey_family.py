"""A daughter who helps both parents, and a couple with one telephone."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.journeys import (
    applies_for,
    messages,
    open_district,
    signs_in,
    texts_that_left,
)
from tests.browser.visitor import Visitor, visiting
from tests.live import LiveServer
from tests.world import World

pytestmark = pytest.mark.browser

FATHER, MOTHER, DAUGHTER = "138 0000 0002", "138 0000 0003", "138 0000 0021"


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    return open_district(live_server)


def test_a_daughter_for_two_parents(
    browser: Browser, live_server: LiveServer, world: World
) -> None:
    """Her father, 钱样例, tells her a code; her mother, 孙虚构, signs a sheet."""
    with (
        visiting(browser, live_server.url) as daughter,
        visiting(browser, live_server.url) as phone,
    ):
        daughter.goes("/sign-in?next=/apply")
        daughter.looks()
        signs_in(daughter, DAUGHTER)
        daughter.looks()
        asks(daughter, "钱样例", "1958 8 9", FATHER)
        gets_the_code(daughter, live_server)
        daughter.person = "钱样例"
        daughter.is_at("/apply")
        father = applies_for(daughter, "太极拳，东校区")

        daughter.person = ""
        daughter.goes("/whom?next=/apply")
        daughter.looks()
        asks(daughter, "孙虚构", "1945 12 30", MOTHER)
        has_it_signed(browser, live_server, world, daughter)
        daughter.goes("/whom?next=/apply")
        daughter.looks()
        daughter.presses("给这位办", about="孙虚构")
        daughter.person = "孙虚构"
        mother = applies_for(daughter, "国画，东校区")
        assert mother != father
        sees_both(daughter, father, mother)
        parents_are_told(live_server, phone, {FATHER: father, MOTHER: mother})
        ends_it(browser, live_server, phone)
        daughter.goes("/my")
        daughter.misses("钱样例")


def asks(daughter: Visitor, name: str, born: str, phone: str) -> None:
    daughter.presses("申请替家人代办", "link")
    daughter.looks()
    daughter.writes(name=name, born=born, phone=phone)
    daughter.presses("下一步")
    daughter.person = name
    daughter.looks()
    daughter.chooses(relation="daughter")
    daughter.writes(asker="钱小样")
    daughter.presses("提出申请")
    daughter.reads(f"现在要{name}本人同意")
    daughter.looks()


def gets_the_code(daughter: Visitor, server: LiveServer) -> None:
    """The digits go to his telephone, with who asks and what it allows; not to hers."""
    daughter.presses("发六位数字到对方手机")
    daughter.looks()
    told = texts_that_left(server, FATHER)[-1]
    assert "钱小样，说是您女儿（手机尾号 0021），想替钱样例代办" in told
    assert "报名，改报名表，撤回报名表" in told
    code = re.search(r"\d{6}", told)
    assert code is not None
    assert not [one for one in texts_that_left(server, DAUGHTER) if code.group() in one]
    daughter.writes(code=code.group())
    daughter.presses("就是这个")
    daughter.reads("对方同意了。从现在起，您可以替钱样例代办。")


def has_it_signed(browser: Browser, server: LiveServer, world: World, daughter: Visitor) -> None:
    """The sheet is brought to the counter; what it allows holds from then on."""
    daughter.presses("要签字的纸", "link")
    daughter.reads("孙虚构", "钱小样", "138 0000 0021")
    daughter.looks()
    cookie = server.signed_in(world.accounts["clerk"])
    with visiting(browser, server.url, cookie=cookie, width=1280) as clerk:
        clerk.goes("/staff/relations")
        clerk.looks()
        clerk.presses("孙虚构", "link")
        clerk.person = "孙虚构"
        clerk.looks()
        clerk.chooses(decision="yes", how="paper")
        clerk.writes(note="看过身份证，当面签的字")
        clerk.presses("存好")
        clerk.reads("存好了。两边都会收到通知。")


def sees_both(daughter: Visitor, father: str, mother: str) -> None:
    """Each on a page of their own, by one button."""
    for name, receipt, other in (("钱样例", father, mother), ("孙虚构", mother, father)):
        daughter.person = ""
        daughter.goes("/whom?next=/my")
        daughter.presses("给这位办", about=name)
        daughter.person = name
        daughter.reads(receipt)
        daughter.misses(other)
        daughter.looks()


def parents_are_told(server: LiveServer, phone: Visitor, receipts: dict[str, str]) -> None:
    """Each on the own telephone: what was done in their name, and by whom."""
    names = {FATHER: "钱样例", MOTHER: "孙虚构"}
    for number, receipt in receipts.items():
        told = messages(server, phone, number)
        copies = [one for one in told if "您女儿（手机尾号 0021）替您办了一件事" in one]
        assert copies, told
        assert all(one.startswith(names[number]) for one in copies)
        assert any(receipt in one for one in told), told
        others = [name for key, name in names.items() if key != number]
        assert not [one for one in told if others[0] in one]


def ends_it(browser: Browser, server: LiveServer, phone: Visitor) -> None:
    """He sees who acts for him, and that it can be ended on any day."""
    with visiting(browser, server.url) as father:
        father.goes("/sign-in?next=/my/family")
        signs_in(father, FATHER)
        father.reads("您女儿（手机尾号 0021）")
        father.looks()
        father.presses("改一改，或停止代办", "link")
        father.looks()
        father.presses("现在就停", about="0021）")
        father.reads("那个手机不能再替钱样例办事了")
        father.looks()
    assert any("不再替您代办了" in one for one in messages(server, phone, FATHER))


def test_a_couple_with_one_telephone(
    browser: Browser, live_server: LiveServer, world: World
) -> None:
    """周模拟 and 吴演示: one number, two persons, two applications, messages apart."""
    number = "138 0000 0005"
    with visiting(browser, live_server.url) as couple:
        couple.goes("/sign-in?next=/apply")
        signs_in(couple, number)
        couple.is_at("/whom?next=/apply")
        couple.looks()
        couple.presses("给这位办", about="周模拟")
        couple.person = "周模拟"
        hers = applies_for(couple, "声乐，西校区")
        couple.goes("/apply")
        couple.presses("改", "link", "给谁办")
        couple.person = ""
        couple.presses("给这位办", about="吴演示")
        couple.person = "吴演示"
        couple.is_at("/apply")
        couple.misses(hers)
        his = applies_for(couple, "声乐，西校区", "书法 一级，西校区")
        couple.goes("/my")
        couple.reads(his)
        couple.misses(hers)
        couple.looks()
        assert his != hers

        told = messages(live_server, couple, number)
        for name, receipt, other in (("周模拟", hers, "吴演示"), ("吴演示", his, "周模拟")):
            found = [one for one in told if receipt in one]
            assert len(found) == 1
            assert found[0].startswith(name)
            assert other not in found[0]
        assert not [one for one in told if "替您办了" in one]
