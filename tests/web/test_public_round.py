"""The public page of a round says in every state what is there, what is not, and when it comes."""

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.allocation.problem import sha256_hex
from eldercampus.approvals.models import Approval
from eldercampus.catalogue.models import Reserve
from eldercampus.catalogue.rules import set_rule
from eldercampus.db import db, transaction
from eldercampus.enrolment.beacon import confirm_beacon, type_beacon, type_spare
from eldercampus.enrolment.ceremony import beacon_late_from, spare_counts_from, void_from
from eldercampus.enrolment.drawing import find_draw_task, run_draw
from eldercampus.enrolment.models import (
    Learner,
    Override,
    Placement,
    Reason,
    Round,
    RoundDecision,
)
from eldercampus.enrolment.rounds import RoundPlan, cancel_round, change_round
from eldercampus.people.sealing import unseal
from tests.enrolment import steps
from tests.web.visiting import ENGLISH, set_round, stop_clock, text_of
from tests.world import NOW, World, build_world

PAGE = "/rounds/2027-spring-1"
SPARE = "05 11 19 27 33 + 02 09"
DAY = timedelta(days=1)
Take = Callable[[World], Round]


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    stop_clock(monkeypatch, NOW)
    with app.app_context():
        world = build_world()
        steps.opened(world)
        for name in ("Zhao", "Qian", "Sun", "Li"):
            steps.applied(world, name, "S-001 S-003", wants=2)
        steps.applied(world, "Wu", "S-006", channel="paper")
    return world


@pytest.fixture
def go(app: Flask, world: World) -> Callable[..., Round]:
    """Takes the round on, and gives it as it stands."""

    def taken(*takes: Take) -> Round:
        with app.app_context():
            for take in takes:
                take(world)
            return steps.round_of(world)

    return taken


@pytest.fixture
def page(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The page's words at a moment, in English."""

    def words(at: datetime = NOW, **query: str) -> str:
        stop_clock(monkeypatch, at)
        answer = client.get(PAGE, query_string=query, headers=ENGLISH)
        assert answer.status_code == 200
        return text_of(answer)

    return words


def downloads(client: FlaskClient) -> list[str]:
    names = ("round.json", "result.json", "verify.py", "cutoffs")
    return [name for name in names if client.get(f"{PAGE}/{name}").status_code == 200]


def secret_of(round_: Round) -> str:
    assert round_.secret_sealed is not None
    return unseal(round_.secret_sealed).hex()


def test_a_draft_is_nobodys_business(app: Flask, client: FlaskClient, world: World) -> None:
    set_round(app, world, opened_at=None, state="draft")
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}/verify.py").status_code == 404


def test_while_people_apply(
    app: Flask, client: FlaskClient, world: World, page: Callable[..., str]
) -> None:
    words = page()
    assert "Which number counts, and where anybody can look it up, is said here before" in words
    assert "It is opened with the results, on Friday 11 December, 10:00." in words
    assert "If it is not open on Friday 18 December, the draw is void" in words
    assert "The list comes on Wednesday 9 December, 10:00" in words
    assert "you can look up here which number you drew" in words
    with app.app_context():
        round_ = steps.beacon_named(world)
        assert round_.commit in words
        assert round_.key_sha256 in words
    words = page()
    assert "Named beforehand: Double Colour Ball 2026142, on Thursday 10 December." in words
    assert "Anybody can look it up: the website of the welfare lottery." in words
    assert "If it does not stand here by the end of Sunday 13 December, the first" in words
    assert "Super Lotto, on the website of the sports lottery" in words
    assert downloads(client) == ["verify.py"]


def test_the_list_is_public_from_the_freezing_on(
    app: Flask, client: FlaskClient, go: Callable[..., Round], page: Callable[..., str]
) -> None:
    round_ = go(steps.closed)
    assert downloads(client) == ["verify.py"]
    round_ = go(steps.frozen)
    words = page(round_.freezes_at)
    assert "This is here already." in words
    assert "The list is fixed: 5 people. Now the number from outside is waited for:" in words
    assert "It is not here yet. When two people have looked it up" in words
    assert downloads(client) == ["round.json", "verify.py"]
    assert sha256_hex(client.get(f"{PAGE}/round.json").data) in words
    assert secret_of(round_) not in words
    set_round(app, _world(app), rules={**round_.rules, "proximity": "metres"})
    assert "only auditors see them" in page(round_.freezes_at)
    assert downloads(client) == ["verify.py"]


def _world(app: Flask) -> World:
    with app.app_context():
        return World(round_id=db.session.scalars(select(Round.id)).one())


def test_a_value_of_one_person_is_not_shown(
    app: Flask, world: World, go: Callable[..., Round], page: Callable[..., str]
) -> None:
    at = go(steps.closed, steps.frozen).draws_at
    with app.app_context(), transaction():
        type_beacon(world.round_id, steps.BEACON, now=at, account_id=world.accounts["officer"])
    assert steps.BEACON not in page(at)
    with app.app_context(), transaction():
        confirm_beacon(world.round_id, steps.BEACON, now=at, account_id=world.accounts["auditor"])
    words = page(at)
    assert f"This is what came: {steps.BEACON}" in words
    assert "Two people looked it up, each alone." in words


def test_a_late_value_and_its_spare(
    app: Flask, world: World, go: Callable[..., Round], page: Callable[..., str]
) -> None:
    round_ = go(steps.closed, steps.frozen)
    late, day = beacon_late_from(round_), spare_counts_from(round_)
    assert "We wait for it." not in page(late - timedelta(seconds=1))
    assert "It was due on Thursday 10 December, 1 day ago. We wait for it." in page(late)
    assert "3 days ago. We wait for it." in page(day - timedelta(seconds=1))
    assert "is still not here. From now on the second one counts." in page(day)
    with app.app_context(), transaction():
        officer = world.accounts["officer"]
        type_spare(world.round_id, SPARE, why="开奖推迟了", now=day, account_id=officer)
    words = page(day)
    assert "did not stand here in time, so the second one counts." in words
    assert "What happened: 开奖推迟了" in words
    assert SPARE not in words
    with app.app_context(), transaction():
        confirm_beacon(world.round_id, SPARE, now=day, account_id=world.accounts["auditor"])
    assert f"This is what came: {SPARE}" in page(day)


def test_an_envelope_that_stays_shut(go: Callable[..., Round], page: Callable[..., str]) -> None:
    round_ = go(steps.closed, steps.frozen, steps.drawn)
    at, an_hour = round_.publishes_at, timedelta(hours=1)
    assert "late" not in page(at + an_hour - timedelta(seconds=1))
    assert "The results should have come out today," in page(at + an_hour)
    words = page(at + 2 * DAY)
    assert "They are 2 days late. If they are not out on Friday 18 December" in words
    words = page(void_from(round_))
    assert "So this draw is void, as the rules below say." in words
    assert "days late" not in words
    assert secret_of(round_) not in words


@pytest.mark.parametrize(
    ("takes", "there"),
    [
        ([steps.closed], ["verify.py"]),
        ([steps.closed, steps.frozen], ["round.json", "verify.py"]),
        ([steps.closed, steps.frozen, steps.drawn], ["round.json", "result.json", "verify.py"]),
    ],
)
def test_a_cancelled_round_opens_what_was_fixed(
    app: Flask,
    client: FlaskClient,
    world: World,
    go: Callable[..., Round],
    page: Callable[..., str],
    takes: list[Take],
    there: list[str],
) -> None:
    go(*takes)

    def cancelled(of: World) -> Round:
        with transaction():
            cancel_round(of.round_id, reason="台风", now=NOW, account_id=of.accounts["officer"])
        return steps.round_of(of)

    round_ = go(cancelled)
    words = page()
    assert "This round was cancelled. The reason: 台风" in words
    assert downloads(client) == there
    fixed = len(takes) > 1
    assert ("So everything is opened here" in words) is fixed
    assert ("The list was not fixed yet. Nothing was drawn." in words) is not fixed
    assert (secret_of(round_) in words) is fixed
    drawn = len(takes) == 3
    assert (steps.BEACON in words) is drawn
    assert ("python verify.py round.json result.json" in words) is drawn
    assert ("Nobody had written it down yet" in words) is (len(takes) == 2)
    assert "Look up my number" not in words


def test_a_value_that_one_wrote_is_opened_by_cancelling(
    app: Flask, world: World, go: Callable[..., Round], page: Callable[..., str]
) -> None:
    at = go(steps.closed, steps.frozen).draws_at
    officer = world.accounts["officer"]
    with app.app_context(), transaction():
        type_beacon(world.round_id, steps.BEACON, now=at, account_id=officer)
        cancel_round(world.round_id, reason="台风", now=at, account_id=officer)
    words = page(at)
    assert steps.BEACON in words
    assert "One person looked it up. It did not come to a second." in words


def test_what_people_decided_is_said(
    app: Flask, world: World, go: Callable[..., Round], page: Callable[..., str]
) -> None:
    officer = world.accounts["officer"]

    def decided(of: World) -> Round:
        row: dict[str, Any] = {"round_id": of.round_id, "account_id": officer, "made_at": NOW}
        with transaction() as session:
            for kind, code, facts in (
                ("exempt", "S-006", {"before": False, "after": True}),
                ("widen", "S-001", {"before": 1, "after": 2}),
            ):
                section = of.sections[code]
                decision = RoundDecision(kind=kind, section_id=section, reason="试", **row)
                decision.facts = facts
                session.add(decision)
            session.add(
                RoundDecision(
                    kind="merge",
                    section_id=of.sections["S-004"],
                    into_id=of.sections["S-001"],
                    reason="并",
                    **row,
                )
            )
        steps.task_asked(of, "dry")
        return steps.round_of(of)

    go(decided)
    with app.app_context():
        task = find_draw_task(world.round_id)
        assert task is not None
        run_draw(task, steps.silent, NOW)
        with transaction():
            task = find_draw_task(world.round_id)
            assert task is not None
            task.state = "done"
    assert "What people decided" not in page()  # it may still change
    round_ = go(steps.closed, steps.frozen)
    words = page(round_.freezes_at)
    assert "Campus K-02 : held even if few people come. The reason: 试" in words
    assert "Campus K-01 : 2 seats instead of 1. The reason: 试" in words
    assert (
        "put together with Calligraphy 1, Tuesdays 9:00–10:30, Campus K-01. The reason: 并" in words
    )
    assert "The draw was tried out 1 time before, with other numbers." in words
    assert "by hand" not in words
    round_ = go(steps.drawn, steps.published)
    assert "After the draw no seat was given or taken by hand." in page(round_.publishes_at)
    with app.app_context():
        _override(world)
    assert "seats given 1, seats taken 0" in page(round_.publishes_at)


def _override(world: World) -> None:
    with transaction() as session:
        placement = session.scalars(select(Placement).limit(1)).one()
        approval = Approval(kind="seat.give", subject="s", reason="r", asked_at=NOW)
        approval.asked_by_id, approval.facts = world.accounts["officer"], {}
        session.add(approval)
        session.flush()
        session.add(
            Override(
                round_id=world.round_id,
                kind="give",
                person_id=placement.person_id,
                section_id=placement.section_id,
                placement_id=placement.id,
                approval_id=approval.id,
                made_at=NOW,
            )
        )


def test_the_rules_in_plain_words(
    app: Flask, client: FlaskClient, world: World, page: Callable[..., str]
) -> None:
    with app.app_context(), transaction() as session:
        section = {"section_id": world.sections["S-003"]}
        session.add(Reserve(position=1, kind="disability", count=2, unfilled="keep", **section))
        session.add(Reserve(position=2, kind="new", count=1, **section))
    words = page()
    assert (
        "2 seats are kept for people with a disability. If too few of them come, the rest" in words
    )
    assert "1 seat is kept for people who are new here." in words
    assert "1 class is held only if enough people come." in words
    assert "earlier rounds of this year" not in words
    assert "In West Town everybody is measured from the town's seat" in words
    with app.app_context():
        rules = steps.round_of(world).rules
    set_round(app, world, rules={**rules, "misses": "on", "courses_per_term": 1})
    words = page()
    assert "with nothing in earlier rounds of this year" in words
    assert "A person can get 1 class in a term." in words
    assert "before anyone gets a second" not in words


def test_one_finds_ones_own_line(
    app: Flask, world: World, go: Callable[..., Round], page: Callable[..., str]
) -> None:
    at = go(steps.closed, steps.frozen, steps.drawn, steps.published).publishes_at
    with app.app_context():
        reason = db.session.scalars(select(Reason).where(Reason.code == "below_cutoff")).first()
        assert reason is not None
        query = select(Learner.code).where(Learner.person_id == reason.person_id)
        learner = db.session.scalars(query).one()
    hexes = learner[2:]
    for typed in (
        learner,
        f"  {learner.upper()} ",
        f"l {hexes[:4]} {hexes[4:8]} {hexes[8:]}",
        hexes,
        f"Ｌ－{hexes}",
        "".join(chr(ord(sign) + 0xFEE0) for sign in learner),
    ):
        words = page(at, id=typed)
        assert f"The draw number of {learner} begins with " in words, typed
        assert "First choice: Calligraphy 1, Tuesday" in words
        assert "seats went to people who" in words
        assert "Second choice: Tai chi, Thursday You got a seat." in words
    assert "Nobody with the id L-000000000000" in page(at, id="000000000000")
    for strange in ("R-Zhao", "赵示范", "L-12", "' OR 1=1", "9" * 500):
        assert "That is no learner id." in page(at, id=strange), strange
    assert "learner id." not in page(at, id="\x00")
    for name in ("赵示范", "Zhao Shifan", "13800000001", "R-Zhao"):
        assert name not in page(at, id=learner)


def test_before_the_results_nobody_finds_a_line(
    app: Flask, go: Callable[..., Round], page: Callable[..., str]
) -> None:
    at = go(steps.closed, steps.frozen, steps.drawn).draws_at
    with app.app_context():
        learner = db.session.scalars(select(Learner.code).limit(1)).one()
    assert learner not in page(at, id=learner)


def test_cutoffs_are_sentences_and_come_in_pages(
    app: Flask,
    client: FlaskClient,
    go: Callable[..., Round],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go(steps.closed, steps.frozen, steps.drawn, steps.published)
    words = text_of(client.get(f"{PAGE}/cutoffs", headers=ENGLISH))
    assert re.search(
        r"Calligraphy 1, Tuesdays 9:00–10:30 , Campus K-01 First classes: 2 people asked and did "
        r"not get one\. Seats for everybody: the last one had no class yet, applied in time, lives "
        r"up to 1 km away, drew number [0-9a-f]{4}\.",
        words,
    )
    assert "Everybody who asked got one." in words
    monkeypatch.setattr("eldercampus.web.public.rounds._SECTIONS_ON_A_PAGE", 1)
    first = text_of(client.get(f"{PAGE}/cutoffs", headers=ENGLISH))
    assert "1 to 1 of 2" in first
    assert "Tai chi" not in first
    assert "Tai chi" in text_of(client.get(f"{PAGE}/cutoffs?page=2", headers=ENGLISH))
    assert client.get(f"{PAGE}/cutoffs?page=zzz").status_code == 200


def test_misses_stand_in_the_cutoffs(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, NOW)
    with app.app_context():
        world = build_world()
        opens_on = steps.round_of(world).opens_at.date()
        with transaction():
            set_rule(
                "misses", "on", valid_from=opens_on, reason="试", account_id=None,
                now=steps.round_of(world).opens_at - DAY,
            )  # fmt: skip
        steps.opened(world)
        steps.applied(world, "Zhao", "S-001")
        for take in (steps.closed, steps.frozen, steps.drawn, steps.published):
            take(world)
    words = text_of(client.get(f"{PAGE}/cutoffs", headers=ENGLISH))
    assert "lives up to 1 km away, drew number" in words


def test_what_was_announced_and_changed_stays_readable(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """With what stood there before, and when it was changed; in the language of the page."""
    with app.app_context():
        steps.beacon_named(world, beacon_source_en="")
        round_ = steps.round_of(world)
        values = {part.name: getattr(round_, part.name) for part in fields(RoundPlan)}
        wish = {
            "publishes_at": round_.publishes_at + timedelta(days=1),
            "beacon_source": "排列五",
            "beacon_where": "体彩网站",
            "beacon_where_en": "the sports lottery's website",
            "spare_example": "01",
        }
    assert "What was changed after" not in text_of(client.get(PAGE, headers=ENGLISH))
    with app.app_context(), transaction():
        plan = RoundPlan(**{**values, **wish})
        change_round(world.round_id, plan, now=NOW, account_id=world.accounts["officer"])
    words = text_of(client.get(PAGE, headers=ENGLISH))
    for told in (
        "What was changed after applying began",
        "The results come out Before: Friday 11 December, 10:00. Now: Saturday 12 December, 10:00.",
        "Changed on Monday 23 November, 10:00.",
        f"The number from outside that counts Before: {steps.SOURCE} . Now: 排列五 .",
        f"Where it is announced Before: {steps.NAMED['beacon_where_en']}.",
        "Now: the sports lottery's website.",
        "How the replacement number is written Before: 01 02 03 04 05 + 06 07. Now: 01.",
        "It is written like this: 01 02 03 04 05 06 + 07 .",
    ):
        assert told in words, words[words.index("What was changed") :]
    assert "排列五" in client.get(PAGE).text
