"""What the clock does about rounds and seats, each when it is due and not a moment before."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from eldercampus.catalogue.models import Section
from eldercampus.db import transaction
from eldercampus.enrolment import placements
from eldercampus.enrolment.desk import list_overdue_results
from eldercampus.enrolment.models import Offer, Placement, Round
from eldercampus.errors import DomainError
from eldercampus.jobs import reminders, work
from eldercampus.notices.models import Notice
from eldercampus.people.models import FormKey, SignInCode, Throttle
from eldercampus.places.models import Town
from tests.enrolment.market import AFTER, Market
from tests.enrolment.steps import round_of
from tests.world import NOW, TERM_STARTS, build_world

SECOND = timedelta(seconds=1)


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """One seat of X held by m; d and e wait for it, d first."""
    market = Market()
    market.section("X", 1, order="d e")
    for name in ("d", "e"):
        market.person(name, "X")
        market.wait(name, "X")
    market.person("m", "X")
    market.sit("m", "X")
    return market


def test_a_round_opens_and_closes_at_its_minute(db: SQLAlchemy) -> None:
    world = build_world()
    opens, closes = round_of(world).opens_at, round_of(world).closes_at
    assert work.open_rounds(opens - SECOND) == 0
    assert work.close_rounds(closes) == 0  # it never opened
    assert [work.open_rounds(opens), work.open_rounds(opens)] == [1, 0]
    assert round_of(world).state == "open"
    assert work.close_rounds(closes - SECOND) == 0
    assert [work.close_rounds(closes), work.close_rounds(closes)] == [1, 0]
    assert round_of(world).state == "closed"


def test_a_late_clock_still_opens_and_then_closes(db: SQLAlchemy) -> None:
    world = build_world()
    late = round_of(world).opens_at + timedelta(hours=3)
    assert work.open_rounds(late) == 1
    late = round_of(world).closes_at + timedelta(hours=3)
    assert (work.open_rounds(late), work.close_rounds(late)) == (0, 1)


def test_a_round_that_lacks_something_waits_for_staff(db: SQLAlchemy) -> None:
    world = build_world()
    with transaction():
        town = db.session.get_one(Town, world.towns["West"])
        town.longitude = town.latitude = None  # no distance from West to anywhere
    assert work.open_rounds(round_of(world).opens_at) == 0
    assert round_of(world).state == "draft"


def test_an_offer_runs_out_and_the_seat_goes_on(db: SQLAlchemy, market: Market) -> None:
    market.give_back("m", "X")
    assert market.live("X") == "d"
    ends = market.offer("d", "X").ends_at
    assert work.lapse_offers(ends) == 0  # the last second still counts
    assert work.lapse_offers(ends + SECOND) == 1
    assert market.live("X") == "e"
    assert db.session.scalars(select(Offer.state).order_by(Offer.id)).all() == ["lapsed", "live"]
    assert work.lapse_offers(ends + SECOND) == 0


def test_a_seat_not_confirmed_is_freed_and_offered(db: SQLAlchemy, market: Market) -> None:
    with transaction():
        db.session.execute(update(Placement).values(state="awaiting"))
    confirm_by = db.session.scalars(select(Placement.confirm_by_at)).one()
    assert confirm_by is not None
    assert work.lapse_placements(confirm_by) == 0
    next_day = confirm_by + timedelta(days=1)
    assert work.lapse_placements(next_day) == 1
    assert work.lapse_placements(next_day) == 0
    assert market.live("X") == "d"


def test_a_seat_that_grew_is_offered(db: SQLAlchemy, market: Market) -> None:
    assert work.settle_vacancies(AFTER) == 0
    with transaction():
        section = db.session.get_one(Section, market.sections["X"])
        section.capacity = 2
    assert work.settle_vacancies(AFTER) == 1
    assert market.live("X") == "d"
    assert work.settle_vacancies(AFTER) == 0


def told(db: SQLAlchemy, kind: str) -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def test_who_has_not_confirmed_is_reminded_once_two_days_before(
    db: SQLAlchemy, market: Market
) -> None:
    with transaction():
        db.session.execute(update(Placement).values(state="awaiting"))
    due = db.session.scalars(select(Placement.confirm_by_at)).one()
    assert due is not None
    two_days = timedelta(days=2)
    assert reminders.confirmations_due(due - two_days - SECOND) == 0
    assert reminders.confirmations_due(due - two_days) == 1
    assert reminders.confirmations_due(due - SECOND) == 0  # once
    assert told(db, "confirmation_due") == [market.people["m"]]


@pytest.mark.parametrize(("state", "late"), [("confirmed", False), ("awaiting", True)])
def test_who_answered_or_is_past_it_is_not_reminded(
    db: SQLAlchemy, market: Market, state: str, late: bool
) -> None:
    with transaction():
        db.session.execute(update(Placement).values(state=state))
    due = db.session.scalars(select(Placement.confirm_by_at)).one()
    assert due is not None
    assert reminders.confirmations_due(due if late else due - SECOND) == 0


def test_the_first_lesson_is_announced_once_three_days_before(
    db: SQLAlchemy, market: Market
) -> None:
    def morning(days_before: int) -> datetime:
        day = TERM_STARTS - timedelta(days=days_before)
        return datetime.fromisoformat(f"{day}T09:30:00+08:00")

    assert reminders.first_lessons(morning(4)) == 0
    assert reminders.first_lessons(morning(3)) == 1
    assert reminders.first_lessons(morning(1)) == 0
    assert told(db, "first_lesson") == [market.people["m"]]


def test_nobody_is_told_of_a_lesson_that_is_today_or_of_a_seat_given_back(
    db: SQLAlchemy, market: Market
) -> None:
    early = datetime.fromisoformat(f"{TERM_STARTS}T00:30:00+08:00")  # still yesterday in UTC
    assert reminders.first_lessons(early) == 0
    with transaction():
        db.session.execute(update(Placement).values(state="withdrawn"))
    assert reminders.first_lessons(early - timedelta(days=2)) == 0


def test_rows_of_the_hour_are_cleared_away_after_a_month(db: SQLAlchemy) -> None:
    for at in (NOW, NOW - timedelta(days=31)):
        with transaction() as session:
            session.add(SignInCode(phone="+861", code_hash="x", sent_at=at, ends_at=at))
            session.add(Throttle(key="code:+861", window_start=at, count=1))
            session.add(FormKey(key=f"key {at}", at=at))
    assert work.clear_away(NOW) == 3
    assert work.clear_away(NOW) == 0
    assert db.session.scalars(select(SignInCode.ends_at)).all() == [NOW]


def test_the_round_of_the_market_is_never_reopened(db: SQLAlchemy, market: Market) -> None:
    assert work.open_rounds(AFTER) == work.close_rounds(AFTER) == 0
    assert db.session.scalars(select(Round.state)).all() == ["published"]


@pytest.fixture
def midnight(db: SQLAlchemy) -> tuple[Market, datetime]:
    """Three seats of X and two of Y that nobody answered for; g and h wait for both, X first."""
    market = Market()
    market.section("X", 3, order="g h")
    market.section("Y", 2, order="g h")
    for name in ("g", "h"):
        market.person(name, "X Y")
        market.wait(name, "X", "Y")
    for number, code in enumerate("YXYXX"):
        market.person(f"m{number}", code)
        market.sit(f"m{number}", code, state="awaiting")
    return market, NOW + timedelta(days=26)


def test_a_night_in_slices_asks_everybody_about_their_best_only(
    db: SQLAlchemy, midnight: tuple[Market, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    market, now = midnight
    monkeypatch.setattr(work, "_SLICE", 1)
    pauses: list[float] = []
    monkeypatch.setattr(work, "sleep", pauses.append)
    assert work.lapse_placements(now) == 5
    assert (market.live("X"), market.live("Y")) == ("g h", "")
    assert len(pauses) == 7  # after each of five seats and two offers others may write
    told_of = [market.people[f"m{number}"] for number in range(5)]
    assert told(db, "placement_lapsed") == told_of
    market.sound(now)
    assert work.lapse_placements(now) == 0


class _Killed(BaseException):
    """The process died."""


@pytest.mark.parametrize("pause", range(1, 8))
def test_a_night_cut_off_between_slices_goes_on(
    db: SQLAlchemy, midnight: tuple[Market, datetime], monkeypatch: pytest.MonkeyPatch, pause: int
) -> None:
    market, now = midnight
    monkeypatch.setattr(work, "_SLICE", 1)
    left = count(pause - 1, -1)

    def dies(_seconds: float) -> None:
        if next(left) == 0:
            raise _Killed

    monkeypatch.setattr(work, "sleep", dies)
    with pytest.raises(_Killed):
        work.lapse_placements(now)
    db.session.rollback()
    assert len(told(db, "placement_lapsed")) == min(pause, 5)
    monkeypatch.setattr(work, "sleep", lambda _seconds: None)
    assert work.lapse_placements(now) == 5 - min(pause, 5)
    work.settle_vacancies(now)
    assert (market.live("X"), market.live("Y")) == ("g h", "")
    assert told(db, "placement_lapsed") == [market.people[f"m{number}"] for number in range(5)]
    assert len(told(db, "offer_made")) == 2
    market.sound(now)


def test_a_slice_is_whole_or_not_at_all(
    db: SQLAlchemy, midnight: tuple[Market, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    market, now = midnight

    def dies(_seats: object, **_options: object) -> None:
        raise _Killed

    monkeypatch.setattr(placements, "free_seats", dies)
    with pytest.raises(_Killed):
        work.lapse_placements(now)
    db.session.rollback()
    assert told(db, "placement_lapsed") == []
    assert (market.holders("X"), market.holders("Y")) == ("m1 m3 m4", "m0 m2")
    market.sound(now)


def test_offers_of_one_day_run_out_in_slices(
    db: SQLAlchemy, midnight: tuple[Market, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    market, now = midnight
    monkeypatch.setattr(work, "_SLICE", 1)
    monkeypatch.setattr(work, "sleep", lambda _seconds: None)
    work.lapse_placements(now)
    ends = market.offer("g", "X").ends_at
    assert ends == market.offer("h", "X").ends_at
    assert work.lapse_offers(ends + SECOND) == 2
    assert told(db, "offer_lapsed") == [market.people["g"], market.people["h"]]
    assert (market.live("X"), market.live("Y")) == ("g h", "")  # once more, then never again
    market.sound(ends + SECOND)


def test_a_result_that_cannot_come_out_stops_no_other(
    db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two terms' results are due; the first one's file counts on seats that are gone."""
    world = build_world()
    first = round_of(world)
    own = ("id", "code", "state", "publishes_at")
    same = {c.name: getattr(first, c.name) for c in Round.__table__.columns if c.name not in own}
    due = first.publishes_at
    with transaction() as session:
        session.get_one(Round, world.round_id).state = "drawn"
        session.add(Round(**same, code="second", state="drawn", publishes_at=due + SECOND))
    published: list[int] = []

    def publish(round_id: int, *, now: datetime, account_id: int | None) -> None:
        if round_id == world.round_id:
            raise DomainError("seats_changed", section="S-001")
        published.append(round_id)

    monkeypatch.setattr(work, "hindrances", lambda *_: [])
    monkeypatch.setattr(work, "publish_round", publish)
    now = due + timedelta(minutes=6)
    for tick in (1, 2):
        with pytest.raises(DomainError, match="seats_changed"):
            work.publish_rounds(now)
        assert len(published) == tick
    assert [one.code for one in list_overdue_results(now)] == ["2027-spring-1", "second"]
    assert list_overdue_results(due) == []
