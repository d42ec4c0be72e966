"""A whole ceremony with two officers, and a stranger who takes nobody's word for anything.

Their browsers run no scripts. The jobs process runs beside them; the clock moves from one announced
moment to the next.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from eldercampus.db import db
from eldercampus.enrolment.models import Learner, Round, Run
from tests.browser.test_main_job import move_clock, set_clock
from tests.browser.visitor import Visitor
from tests.enrolment import steps
from tests.live import LiveServer
from tests.world import NOW, World, build_world

pytestmark = pytest.mark.browser

PUBLIC = "/rounds/2027-spring-1"
STAFF = "/staff/rounds/2027-spring-1"
WRONG = steps.BEACON.replace("08", "09")


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    """Open. Four people want the two seats of S-001; two want S-006, which needs three."""
    with live_server.app.app_context():
        world = build_world()
        set_clock(NOW)
        steps.beacon_named(world)
        steps.opened(world)
        for name in ("Zhao", "Sun", "Li"):
            steps.applied(world, name, "S-001 S-003")
        steps.applied(world, "Qian", "S-001 S-006", wants=2)
        steps.applied(world, "Wu", "S-006")
    return world


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


def test_a_whole_ceremony(
    browser: Browser,
    contexts: list[BrowserContext],
    live_server: LiveServer,
    world: World,
    tmp_path: Path,
) -> None:
    reading = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    contexts.append(reading)
    reader = reading.new_page()
    reader.goto(live_server.url)

    def visitor(account: str = "") -> Visitor:
        own = browser.new_context(java_script_enabled=False, locale="zh-CN")
        own.set_default_timeout(15_000)
        contexts.append(own)
        if account:
            cookie = live_server.signed_in(world.accounts[account])
            own.add_cookies([cookie])  # type: ignore[list-item]
        return Visitor(live_server.url, own.new_page(), reader)

    stranger, officer, second = visitor(), visitor("officer"), visitor("second_officer")
    with live_server.jobs():
        commit = sees_the_envelope(stranger)
        tries_the_draw(officer, 1)
        move_clock(live_server, world, "closes_at")
        officer.goes(STAFF)
        officer.reloads_until("现在补录按时送来的纸质表")
        officer.looks()
        decides_about_classes(officer, world)
        tries_the_draw(officer, 2)
        compares_the_two(officer)

        move_clock(live_server, world, "freezes_at")
        finds_no_file_yet(stranger)
        officer.goes(STAFF)
        officer.presses("定名单，不再改")
        officer.looks()
        officer.presses("对，定下来")
        keeps_the_list(stranger, tmp_path)

        move_clock(live_server, world, "draws_at")
        write_the_public_value(officer, second)
        officer.goes(STAFF)
        officer.presses("摇号")
        officer.looks()
        officer.reloads_until("号摇好了，还没有告诉任何人")
        officer.looks()
        finds_no_result_yet(stranger, live_server)

        agree_to_publish(officer, second)
        finds_no_result_yet(stranger, live_server)
        move_clock(live_server, world, "publishes_at")
        stranger.goes(PUBLIC)
        stranger.reloads_until("公布结果的时候，信封打开了。")
    opens_the_envelope(stranger, commit)
    checks_the_draw(stranger, tmp_path)
    looks_somebody_up(stranger, live_server, world)
    live_server.command("audit", "verify")


def sees_the_envelope(stranger: Visitor) -> str:
    """The fingerprint that stands there from the first day on."""
    stranger.goes(PUBLIC)
    stranger.reads(steps.SOURCE)
    return stranger.fold("信封的指纹").first.text_content() or ""


def tries_the_draw(officer: Visitor, number: int) -> None:
    officer.goes(STAFF)
    officer.presses("试排一次，不作数")
    officer.looks()
    officer.goes(f"{STAFF}/review")
    officer.reloads_until(f"试排第 {number} 次")
    officer.reads("不作数：正式摇号用的是另外的号")
    officer.goes(STAFF)
    officer.reloads_until("上一次试排，不作数")
    officer.reads("真正摇号不会一样")
    officer.looks()
    for name in ("round", "result"):
        path = f"{STAFF}/dry-runs/{number}/{name}.json"
        shown = officer.page.request.get(officer.url + path)
        assert f"2027-spring-1.dry-{number}.{name}.json" in shown.headers["content-disposition"]


def decides_about_classes(officer: Visitor, world: World) -> None:
    """The small class is held in any case, the full one gets a third seat, with a reason each."""
    officer.goes(f"{STAFF}/review")
    officer.reads("会开不成的班", "试排：填的人不到 3 个")
    for code, what, reason in (
        ("S-006", "人再少也开", "西镇只有这一个班"),
        ("S-001", "加座位", "教室够大"),
    ):
        officer.goes(f"{STAFF}/classes/{world.sections[code]}")
        officer.page.get_by_label(what, exact=True).check()
        if code == "S-001":
            officer.page.locator("[name=seats]").fill("3")
        officer.presses("做决定")
        officer.reads("请写明为什么")
        officer.looks()
        officer.page.locator("[name=reason]").fill(reason)
        officer.presses("做决定")
        officer.reads(reason)


def compares_the_two(officer: Visitor) -> None:
    officer.goes(f"{STAFF}/dry-runs")
    officer.presses("看有什么不同")
    officer.reads("试排第 1 次和试排第 2 次", "两次都不作数", "原来开不成，现在开得成", "变好的人")
    officer.misses("这两次用的号不一样", "变差的人")


def finds_no_file_yet(stranger: Visitor) -> None:
    stranger.goes(PUBLIC)
    expect(stranger.page.locator("main a[href$='.json']")).to_have_count(0)
    assert stranger.status(f"{PUBLIC}/round.json") == 404
    stranger.misses("看名单的指纹")
    stranger.looks()


def keeps_the_list(stranger: Visitor, folder: Path) -> None:
    """The list is there at once, with its fingerprint and with what was decided by people."""
    stranger.goes(PUBLIC)
    stranger.reads("人少也开。原因：西镇只有这一个班", "座位从 2 个改成 3 个。原因：教室够大")
    stranger.reads("摇号以前试排过 2 次")
    kept = stranger.downloads("round.json", folder).read_bytes()
    expect(stranger.fold("看名单的指纹")).to_have_text(hashlib.sha256(kept).hexdigest())


def write_the_public_value(officer: Visitor, second: Visitor) -> None:
    officer.goes(STAFF)
    officer.page.locator("[name=beacon]").fill(steps.BEACON)
    officer.presses("存好")
    officer.reads("请另一个人自己查一遍，再填一次")
    officer.looks()
    expect(officer.page.locator("form[action$='/beacon/confirm']")).to_have_count(0)
    refused = officer.sends(f"{STAFF}/beacon/confirm", beacon=steps.BEACON)
    assert "这个号码是您填的。请另一个人自己查一遍，再填一次。" in refused

    second.goes(STAFF)
    second.misses(steps.BEACON)
    second.page.locator("[name=beacon]").fill(WRONG)
    second.presses("存好")
    second.reads("和第一个人填的不一样")
    second.looks()
    second.page.locator("[name=beacon]").fill(steps.BEACON)
    second.presses("存好")
    second.reads(f"两个人填的一样：{steps.BEACON}")
    second.looks()


def finds_no_result_yet(stranger: Visitor, live_server: LiveServer) -> None:
    with live_server.app.app_context():
        seed = db.session.query(Run.seed).filter_by(kind="final").scalar()
    stranger.goes(PUBLIC)
    stranger.reads(steps.BEACON)
    stranger.misses("现在打开，里面是", "每个班最后一个座位给了谁")
    stranger.looks()
    assert re.fullmatch(r"[0-9a-f]{64}", seed)
    assert seed not in stranger.page.content()
    expect(stranger.page.locator("main [name=id]")).to_have_count(0)
    assert stranger.status(f"{PUBLIC}/result.json") == 404
    assert stranger.status(f"{PUBLIC}/cutoffs") == 404


def agree_to_publish(officer: Visitor, second: Visitor) -> None:
    officer.goes(STAFF)
    officer.presses("请另一位同事复核")
    officer.goes("/staff/approvals")
    officer.presses("公布结果", "link")
    officer.reads("这是您自己提的")
    officer.looks()
    path = officer.page.url.removeprefix(officer.url)
    refused = officer.sends(path, decision="given")
    assert "复核要换一个人：提出的人不能自己复核。" in refused

    second.goes("/staff/approvals")
    second.presses("公布结果", "link")
    second.page.get_by_label("同意", exact=True).check()
    second.presses("提交我的意见")
    second.goes(STAFF)
    second.reads("到时候自动公布，不用人守着")
    second.looks()


def opens_the_envelope(stranger: Visitor, commit: str) -> None:
    shut, inside, _ = stranger.fold("现在打开，里面是").all_text_contents()
    assert shut == commit
    assert hashlib.sha256(bytes.fromhex(inside)).hexdigest() == commit


def checks_the_draw(stranger: Visitor, folder: Path) -> None:
    """With the list kept since the freezing, and the line that stands on the page."""
    line = stranger.page.locator(".ec-hash", has_text="python verify.py").inner_text()
    then = (folder / "round.json").read_bytes()
    for name in ("round.json", "result.json", "verify.py"):
        stranger.downloads(name, folder)
    assert (folder / "round.json").read_bytes() == then

    code, said = run_line(line, folder)
    assert code == 0, said
    assert "right 正确: the secret fits its fingerprint" in said
    assert "Everything is right. 全部正确。" in said

    path = folder / "result.json"
    result = json.loads(path.read_text(encoding="utf-8"))
    learner = result["placements"][0]["learner"]
    result["placements"][0]["learner"] = "L-000000000000"
    path.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    code, said = run_line(line, folder)
    assert code == 1, said
    assert "WRONG 不对: placements[0]" in said
    assert learner in said


def run_line(line: str, folder: Path) -> tuple[int, str]:
    """Types the line where the files are, with a Python that has its standard library only."""
    command, *words = line.split()
    assert command == "python"
    done = subprocess.run(
        [sys.executable, "-I", "-S", *words], cwd=folder, capture_output=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).decode()


def looks_somebody_up(stranger: Visitor, live_server: LiveServer, world: World) -> None:
    with live_server.app.app_context():
        person_id = world.people["Wu"]
        learner = db.session.query(Learner.code).filter_by(person_id=person_id).scalar()
        assert db.session.query(Round.state).scalar() == "published"
    stranger.page.locator("main [name=id]").fill(learner)
    stranger.presses("查")
    stranger.reads(f"{learner} 的摇号开头是", "在 5 人里排第", "声乐", "录取了。")
    stranger.misses("吴演示")
