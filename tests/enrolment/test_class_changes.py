"""Changing a class in which people sit and for which others wait."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section
from eldercampus.catalogue.timetable import WeeklyHour
from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.enrolment.class_changes import change_class, details_of
from eldercampus.enrolment.models import Application, Placement, Round, WaitlistEntry
from eldercampus.errors import DomainError
from eldercampus.notices.models import Notice
from tests.enrolment.market import AFTER, Market


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """X:1 held by a; b, then c wait for it."""
    market = Market()
    market.section("X", 1, order="a b c")
    for name in "abc":
        market.person(name, "X")
    market.sit("a", "X")
    market.wait("b", "X")
    market.wait("c", "X")
    return market


def change(market: Market, *, now: datetime = AFTER, **changes: Any) -> None:
    with transaction():
        details = details_of(get_section(market.sections["X"]))
        # the market's classes have no room
        details = replace(details, **{"mode": "online", **changes})
        change_class(market.sections["X"], details, account_id=None, now=now)


def test_new_seats_are_offered_to_those_who_wait(market: Market) -> None:
    change(market, capacity=2)
    assert market.live("X") == "b"
    market.sound()
    change(market, capacity=4)
    assert market.live("X").split() == ["b", "c"]
    market.sound()


def test_fewer_seats_than_given_or_offered_are_refused(market: Market) -> None:
    change(market, capacity=2)
    with pytest.raises(DomainError) as refused:
        change(market, capacity=1)
    assert (refused.value.code, refused.value.facts) == ("capacity_below_taken", {"taken": 2})
    assert market.live("X") == "b"


def test_a_class_with_learners_is_not_closed(market: Market) -> None:
    with pytest.raises(DomainError, match="closed_with_learners"):
        change(market, state="closed")


@pytest.mark.parametrize("state", ["frozen", "drawn"])
@pytest.mark.parametrize(
    "changes", [{"capacity": 5}, {"minimum": 1}, {"exempt": True}, {"state": "closed"}]
)
def test_what_the_draw_rests_on_stays(
    db: SQLAlchemy, market: Market, state: str, changes: dict[str, Any]
) -> None:
    with transaction():
        db.session.get_one(Round, market.world.round_id).state = state
    with pytest.raises(DomainError, match="class_is_fixed"):
        change(market, **changes)
    change(market, fee_yuan=77)
    section = db.session.get_one(Section, market.sections["X"])
    assert (section.fee_yuan, section.capacity) == (77, 1)


def move(market: Market) -> None:
    change(market, campus_id=market.world.campuses["K-02"])


def refused_to_move(market: Market) -> None:
    with pytest.raises(DomainError, match="campus_is_fixed"):
        move(market)


def test_a_class_that_people_sit_in_or_wait_for_stays_where_it_is(
    db: SQLAlchemy, market: Market
) -> None:
    with transaction():
        db.session.execute(update(Application).values(state="withdrawn"))
    refused_to_move(market)
    with transaction():
        db.session.execute(update(WaitlistEntry).values(state="left"))
    refused_to_move(market)  # a sits there
    with transaction():
        db.session.execute(update(Placement).values(state="withdrawn"))
        db.session.get_one(Section, market.sections["X"]).taken = 0
    move(market)


def test_a_class_that_was_drawn_for_stays_where_it_is(db: SQLAlchemy) -> None:
    market = Market()
    market.section("X", 1)
    market.person("a", "X")
    refused_to_move(market)
    with transaction():
        db.session.get_one(Round, market.world.round_id).state = "closed"
    move(market)


THURSDAY, FRIDAY = WeeklyHour(4, 540, 630), WeeklyHour(5, 540, 630)


def told(market: Market, kind: str) -> list[tuple[str, str]]:
    rows = database.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
    return [(market.name(row.person_id or 0), row.state) for row in rows]


def test_new_hours_are_told_to_those_who_sit_there_or_are_asked(market: Market) -> None:
    change(market, capacity=2)  # b is asked, c waits
    change(market, meetings=[THURSDAY])
    assert told(market, "class_changed") == [("a", "queued")]
    assert told(market, "offer_changed") == [("b", "queued")]
    token = market.offer("b", "X").token
    kind = Notice.kind == "offer_changed"
    assert database.session.scalars(select(Notice).where(kind)).one().facts == {"token": token}


def test_hours_changed_twice_before_anybody_was_told_are_told_once(market: Market) -> None:
    change(market, meetings=[THURSDAY])
    change(market, now=AFTER + timedelta(minutes=5), meetings=[FRIDAY])
    assert told(market, "class_changed") == [("a", "dropped"), ("a", "queued")]


def test_who_answers_is_not_told_of_the_hours_of_the_offer(market: Market) -> None:
    change(market, capacity=2)
    change(market, meetings=[THURSDAY])
    market.answer("b", "X", "decline")
    assert told(market, "offer_changed") == [("b", "dropped")]


def test_other_changes_are_not_told(market: Market) -> None:
    change(market, capacity=3)
    change(market, fee_yuan=80)
    assert told(market, "class_changed") == told(market, "offer_changed") == []
