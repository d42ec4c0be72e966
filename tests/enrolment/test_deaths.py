"""Somebody has died: what was theirs goes to the next, and nothing is sent to them any more."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.models import Section, Term
from eldercampus.db import transaction
from eldercampus.enrolment.applications import submit_application
from eldercampus.enrolment.deaths import record_death, take_death_back
from eldercampus.enrolment.models import Application, Placement
from eldercampus.errors import DomainError
from eldercampus.jobs.sending import find_dropped
from eldercampus.notices.models import Notice
from eldercampus.notices.outbox import queue_notice
from eldercampus.people.models import Person
from tests.enrolment import steps
from tests.enrolment.market import AFTER, Market
from tests.world import NOW, build_world


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """Full but for Z's seat, which is offered to a; a sits in X and Y and waits for W besides."""
    market = Market()
    for weekday, code in enumerate("WXYZ", start=1):
        market.section(code, 1, weekday=weekday)
    for name, code in (("inW", "W"), ("inZ", "Z")):
        market.person(name, code)
        market.sit(name, code)
    market.person("a", "Z W X Y", wants=3)
    market.sit("a", "X")
    market.sit("a", "Y", state="awaiting")
    market.wait("a", "W", "Z")
    market.give_back("inZ", "Z")
    assert market.live("Z") == "a"
    return market


def died(market: Market, on: date | None = None, name: str = "a") -> None:
    with transaction():
        record_death(
            market.people[name],
            on or day_of(AFTER),
            now=AFTER + timedelta(hours=1),
            account_id=market.world.accounts["clerk"],
        )


def test_everything_goes_to_the_next(db: SQLAlchemy, market: Market) -> None:
    for code in "WXYZ":
        market.person(f"next{code}", code)
        market.wait(f"next{code}", code)
    died(market)
    assert market.holders("X") == market.holders("Y") == ""
    assert [market.live(code) for code in "XYZ"] == ["nextX", "nextY", "nextZ"]
    assert [market.line(code) for code in "WXYZ"] == [f"next{code}" for code in "WXYZ"]
    seats = select(Placement.state, Placement.ended_why).where(
        Placement.person_id == market.people["a"]
    )
    assert sorted(map(tuple, db.session.execute(seats))) == [
        ("declined", "died"),
        ("withdrawn", "died"),
    ]
    waiting = select(Notice.id).where(
        Notice.person_id == market.people["a"], Notice.state == "queued"
    )
    assert db.session.scalars(waiting).all() == []
    noted = select(AuditEntry.subject).where(AuditEntry.action == "person.death")
    assert db.session.scalars(noted).one() == f"person:{market.people['a']}"
    market.sound(AFTER + timedelta(hours=1))


def test_once_more_corrects_the_day_only(db: SQLAlchemy, market: Market) -> None:
    died(market)
    taken = dict(db.session.execute(select(Section.code, Section.taken)).tuples().all())
    died(market, day_of(AFTER) - timedelta(days=1))
    assert dict(db.session.execute(select(Section.code, Section.taken)).tuples().all()) == taken
    person = db.session.get_one(Person, market.people["a"])
    assert person.died_on == day_of(AFTER) - timedelta(days=1)


def test_an_offer_that_ran_out_before_is_no_hindrance(market: Market, db: SQLAlchemy) -> None:
    with transaction():
        market.offer("a", "Z").ends_at = AFTER
    died(market)
    assert market.offer("a", "Z").state == "lapsed"
    assert market.line("Z") == market.live("Z") == ""


def test_terms_that_are_over_stay_as_they_were(market: Market, db: SQLAlchemy) -> None:
    with transaction():
        term = db.session.get_one(Term, market.world.term_id)
        term.ends_on = term.last_joining_on = day_of(AFTER) - timedelta(days=1)
        term.starts_on = term.ends_on - timedelta(weeks=16)
    died(market)
    assert market.holders("X") == "a"


@pytest.mark.parametrize(
    ("on", "code"),
    [(date(2027, 1, 1), "died_in_future"), (date(1950, 1, 1), "died_before_birth")],
)
def test_a_day_that_cannot_be(market: Market, on: date, code: str) -> None:
    with pytest.raises(DomainError, match=code):
        died(market, on)
    assert market.holders("X") == "a"


@pytest.mark.parametrize("state", ["open", "closed", "drawn"])
def test_an_application_under_way_is_withdrawn(db: SQLAlchemy, state: str) -> None:
    """At once, or at publishing: nobody is placed, and nobody written to."""
    world = build_world()
    steps.opened(world)
    application_id = steps.applied(world, "Zhao", "S-001")
    if state != "open":
        steps.closed(world)
    if state == "drawn":
        steps.frozen(world)
        steps.drawn(world)
    at = steps.round_of(world).draws_at
    with transaction():
        record_death(world.people["Zhao"], NOW.date(), now=at, account_id=world.accounts["clerk"])
    row = db.session.get_one(Application, application_id)
    assert (row.state, row.withdrawn_at) == ("withdrawn" if state == "open" else "submitted", at)
    if state == "drawn":
        steps.published(world)
        assert db.session.scalars(select(Placement.state)).all() == ["declined"]
    told = select(Notice.kind).where(Notice.state == "queued")
    assert db.session.scalars(told).all() == []


def test_nobody_applies_in_the_name_of_the_dead(db: SQLAlchemy) -> None:
    world = build_world()
    steps.opened(world)
    draft: dict[str, Any] = {"wants": 1, "choices": [world.sections["S-001"]]}
    application_id = steps.applied(
        world, "Zhao", "", state="draft", submitted_at=None, receipt=None, draft=draft
    )
    with transaction():
        db.session.get_one(Person, world.people["Zhao"]).died_on = NOW.date()
    with pytest.raises(DomainError, match="person_died"), transaction():
        submit_application(application_id, now=NOW, account_id=None)


def test_news_queued_later_is_dropped_at_sending(
    app: Flask, db: SQLAlchemy, market: Market
) -> None:
    died(market)
    with transaction():
        notice = queue_notice(
            "seat_given",
            subject=f"placement:{market.placement('a', 'X').id}",
            person_id=market.people["a"],
            now=AFTER,
        )
    assert notice is not None
    assert find_dropped([notice], AFTER) == {notice.id: "died"}


def test_it_was_somebody_else(db: SQLAlchemy, market: Market) -> None:
    died(market)
    clerk = market.world.accounts["clerk"]
    with transaction():
        take_death_back(market.people["a"], now=AFTER, account_id=clerk)
    assert db.session.get_one(Person, market.people["a"]).died_on is None
    assert market.holders("X") == ""  # the seat has gone; people say so on the page
