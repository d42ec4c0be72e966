"""The ceremony: a value named beforehand and typed by two, its spare, a secret kept too long."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.allocation import lottery
from eldercampus.audit.models import AuditEntry
from eldercampus.db import transaction
from eldercampus.enrolment.beacon import confirm_beacon, type_beacon, type_spare
from eldercampus.enrolment.ceremony import (
    beacon_late_from,
    is_beacon_late,
    is_overdue,
    is_thrown_away,
    is_void,
    spare_counts_from,
    void_from,
)
from eldercampus.enrolment.drawing import ask_draw, run_draw
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.round_steps import hindrances
from eldercampus.enrolment.rounds import cancel_round
from eldercampus.enrolment.runs import get_final_run, unpacked
from eldercampus.errors import DomainError, IllegalTransition
from eldercampus.people.sealing import unseal
from tests.enrolment import steps
from tests.world import NOW, World, build_world

SECOND = timedelta(seconds=1)
SPARE = "05 11 19 27 33 + 02 09"
OTHER = "01 07 12 19 25 31 + 08"


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Closed, two people have applied."""
    built = build_world()
    steps.opened(built)
    steps.applied(built, "Zhao", "S-001 S-002")
    steps.applied(built, "Qian", "S-001")
    steps.closed(built)
    return built


def refused(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def freeze(world: World, now: datetime) -> None:
    with transaction():
        freeze_round(world.round_id, now=now, account_id=None)


def ask(world: World, now: datetime) -> None:
    officer = world.accounts["officer"]
    with transaction():
        ask_draw(world.round_id, kind="final", account_id=officer, now=now)


def publish(world: World, now: datetime) -> None:
    with transaction():
        publish_round(world.round_id, now=now, account_id=world.accounts["officer"])


def at_draw(world: World) -> datetime:
    return steps.round_of(world).draws_at


def type_(world: World, who: str, value: str = steps.BEACON, now: datetime | None = None) -> None:
    with transaction():
        type_beacon(
            world.round_id, value, now=now or at_draw(world), account_id=world.accounts[who]
        )


def confirm(world: World, who: str, value: str = steps.BEACON, now: datetime | None = None) -> None:
    with transaction():
        confirm_beacon(
            world.round_id, value, now=now or at_draw(world), account_id=world.accounts[who]
        )


def spare(
    world: World, now: datetime, value: str = SPARE, why: str = "开奖推迟了", who: str = "officer"
) -> None:
    with transaction():
        type_spare(world.round_id, value, why=why, now=now, account_id=world.accounts[who])


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("beacon_source", "beacon_not_named"),
        ("beacon_where", "beacon_not_named"),
        ("beacon_example", "beacon_not_named"),
        ("spare_source", "spare_not_named"),
        ("spare_example", "spare_not_named"),
    ],
)
def test_freezing_needs_what_where_and_a_spare(world: World, missing: str, code: str) -> None:
    round_ = steps.beacon_named(world, **{missing: ""})
    at = round_.freezes_at
    assert [one.code for one in hindrances(round_, "freeze", at)] == [code]
    assert refused(lambda: freeze(world, at)).code == code
    assert steps.frozen(world).state == "frozen"


def test_the_beacon_takes_two(world: World) -> None:
    at = at_draw(world)
    early = refused(lambda: type_(world, "officer"))
    assert isinstance(early, IllegalTransition)
    steps.frozen(world)
    unborn = refused(lambda: type_(world, "officer", now=at - SECOND))
    assert (unborn.code, unborn.facts) == ("too_early", {"at": at})
    assert refused(lambda: confirm(world, "second_officer")).code == "beacon_not_typed"
    assert refused(lambda: type_(world, "officer", " \n")).code == "beacon_missing"
    type_(world, "second_officer", OTHER)
    type_(world, "officer", f" {steps.BEACON} ")
    assert refused(lambda: confirm(world, "officer")).code == "beacon_same_person"
    assert refused(lambda: confirm(world, "second_officer", OTHER)).code == "beacon_differs"
    assert refused(lambda: ask(world, at)).code == "beacon_not_confirmed"
    confirm(world, "second_officer")
    assert refused(lambda: confirm(world, "auditor")).code == "beacon_confirmed_already"
    long_after = spare_counts_from(steps.round_of(world))
    again = refused(lambda: type_(world, "officer", OTHER))
    late = refused(lambda: type_(world, "officer", OTHER, long_after))
    assert again.code == late.code == "beacon_confirmed_already"
    assert refused(lambda: spare(world, long_after)).code == "beacon_confirmed_already"
    round_ = steps.round_of(world)
    assert round_.beacon == steps.BEACON
    typed, confirmed = world.accounts["officer"], world.accounts["second_officer"]
    assert (round_.beacon_typed_by_id, round_.beacon_confirmed_by_id) == (typed, confirmed)


@pytest.mark.parametrize(
    "written", ["3 7 12 19 25 31 + 8", "03 07 12 19 25 31+08", "03,07,12,19,25,31 + 08", "031"]
)
def test_a_value_is_written_as_was_announced(world: World, written: str) -> None:
    """Each way of writing it would be another draw."""
    steps.frozen(world)
    wrong = refused(lambda: type_(world, "officer", written))
    assert (wrong.code, wrong.facts) == (
        "beacon_form_differs",
        {"example": steps.NAMED["beacon_example"]},
    )
    type_(world, "officer", steps.BEACON.replace("0", "０").replace("+", "＋"))
    assert refused(lambda: confirm(world, "auditor", written)).code == "beacon_form_differs"
    confirm(world, "auditor", steps.BEACON)
    assert steps.round_of(world).beacon == steps.BEACON
    assert steps.round_of(world).beacon_confirmed_at is not None


def test_the_spare_is_written_as_was_announced(world: World) -> None:
    day = spare_counts_from(steps.frozen(world))
    assert refused(lambda: spare(world, day, steps.BEACON)).code == "beacon_form_differs"
    spare(world, day)
    assert refused(lambda: confirm(world, "auditor", "5", day)).code == "beacon_form_differs"


def test_a_late_beacon_is_said_from_the_end_of_its_day(world: World) -> None:
    round_ = steps.frozen(world)
    late = beacon_late_from(round_)
    assert (late.isoformat(), round_.draws_at.isoformat()) == (
        "2026-12-11T00:00:00+08:00",
        "2026-12-10T02:00:00+00:00",
    )
    assert not is_beacon_late(round_, late - SECOND)
    assert is_beacon_late(round_, late)
    type_(world, "officer", now=late)
    assert is_beacon_late(steps.round_of(world), late)
    confirm(world, "auditor", now=late)
    assert not is_beacon_late(steps.round_of(world), late)


def test_the_spare_waits_for_its_day_and_then_counts_alone(world: World) -> None:
    round_ = steps.frozen(world)
    day = spare_counts_from(round_)
    assert day == beacon_late_from(round_) + timedelta(days=3)
    early = refused(lambda: spare(world, day - SECOND))
    assert (early.code, early.facts) == ("spare_too_early", {"at": day})
    assert refused(lambda: spare(world, day, why=" ")).code == "reason_missing"
    assert refused(lambda: spare(world, day, value="")).code == "beacon_missing"
    type_(world, "officer", now=day - SECOND)
    assert refused(lambda: confirm(world, "auditor", now=day)).code == "beacon_replaced"
    assert refused(lambda: type_(world, "officer", now=day)).code == "beacon_replaced"
    spare(world, day, why=" 开奖推迟了 ")
    assert refused(lambda: type_(world, "second_officer", now=day)).code == "beacon_replaced"
    wrong = SPARE.replace("05", "06")
    assert refused(lambda: confirm(world, "auditor", wrong, day)).code == "beacon_differs"
    assert refused(lambda: confirm(world, "officer", SPARE, day)).code == "beacon_same_person"
    spare(world, day, value=wrong, who="second_officer")  # written wrongly, and again
    spare(world, day)
    confirm(world, "second_officer", SPARE, day)
    assert refused(lambda: spare(world, day)).code == "beacon_confirmed_already"
    round_ = steps.round_of(world)
    assert (round_.beacon, round_.spare_why) == (SPARE, "开奖推迟了")


def test_a_draw_with_the_spare_says_so(world: World, db: SQLAlchemy) -> None:
    day = spare_counts_from(steps.frozen(world))
    spare(world, day)
    confirm(world, "auditor", SPARE, day)
    run_draw(steps.task_asked(world, "final"), steps.silent, day)
    run = get_final_run(world.round_id)
    assert run.result is not None
    told = json.loads(unpacked(run.result))["lottery"]
    assert (told["beacon"], told["source"]) == (SPARE, steps.NAMED["spare_source"])
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert [one for one in actions if one.startswith("round.beacon")] == [
        "round.beacon.spare",
        "round.beacon.confirm",
    ]


def test_the_days_are_rules_of_the_round(world: World) -> None:
    round_ = steps.frozen(world)
    rules = {**round_.rules, "beacon_patience_days": 1, "secret_patience_days": 2}
    with transaction() as session:
        session.get_one(Round, world.round_id).rules = rules
    round_ = steps.round_of(world)
    assert spare_counts_from(round_).isoformat() == "2026-12-12T00:00:00+08:00"
    assert void_from(round_).isoformat() == "2026-12-14T00:00:00+08:00"
    with transaction() as session:
        session.get_one(Round, world.round_id).rules = {}
    round_ = steps.round_of(world)
    assert spare_counts_from(round_).isoformat() == "2026-12-14T00:00:00+08:00"
    assert void_from(round_).isoformat() == "2026-12-19T00:00:00+08:00"


def test_a_withheld_secret_makes_the_draw_void(world: World) -> None:
    officer = world.accounts["officer"]
    steps.frozen(world)
    round_ = steps.drawn(world)
    end = void_from(round_)
    hour = timedelta(hours=1)
    assert is_overdue(round_, round_.publishes_at + hour)
    assert not is_overdue(round_, round_.publishes_at + hour - SECOND)
    assert not is_void(round_, end - SECOND)
    assert is_void(round_, end)
    codes = [one.code for one in hindrances(round_, "publish", end - SECOND)]
    assert "secret_withheld" not in codes
    assert refused(lambda: publish(world, end)).code == "secret_withheld"
    assert steps.round_of(world).state == "drawn"
    with transaction():
        cancel_round(world.round_id, reason="没有按时拆开信封", now=end, account_id=officer)
    assert not is_void(steps.round_of(world), end)


def test_a_void_round_is_not_drawn_any_more(world: World) -> None:
    end = void_from(steps.frozen(world))
    assert refused(lambda: type_(world, "officer", now=end)).code == "secret_withheld"
    assert refused(lambda: spare(world, end)).code == "secret_withheld"
    steps.beacon_known(world)
    assert refused(lambda: confirm(world, "head", now=end)).code == "secret_withheld"
    assert refused(lambda: ask(world, end)).code == "secret_withheld"
    task = steps.task_asked(world, "final")  # asked in time, done too late
    with pytest.raises(DomainError, match="secret_withheld"):
        run_draw(task, steps.silent, end)
    assert steps.round_of(world).state == "frozen"


@pytest.mark.parametrize(
    ("state", "takes"),
    [("closed", []), ("frozen", [steps.frozen]), ("drawn", [steps.frozen, steps.drawn])],
)
def test_only_a_list_that_was_fixed_is_opened_by_cancelling(
    world: World, state: str, takes: list[Callable[[World], Round]]
) -> None:
    for take in takes:
        take(world)
    assert steps.round_of(world).state == state
    officer = world.accounts["officer"]
    with transaction():
        cancel_round(world.round_id, reason="台风", now=NOW, account_id=officer)
    round_ = steps.round_of(world)
    assert is_thrown_away(round_) is (state != "closed")
    assert round_.secret_sealed is not None
    assert lottery.commit(unseal(round_.secret_sealed)) == round_.commit
