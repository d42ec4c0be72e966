"""Places in queues as pages show them: where they began, how they move, and what is remembered."""

from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, func, select

from eldercampus.catalogue.models import Section, Term
from eldercampus.db import transaction
from eldercampus.enrolment.accepting import choose_automatic
from eldercampus.enrolment.models import Application, Reason, Round, Run, WaitlistEntry
from eldercampus.enrolment.queue_places import Line, list_lines, waiting_place
from eldercampus.enrolment.vacancies import joining_ends_at
from eldercampus.errors import DomainError
from eldercampus.notices.models import Notice
from tests.enrolment import steps
from tests.enrolment.market import AFTER, Market
from tests.world import build_world


@pytest.fixture
def market(db: SQLAlchemy) -> Market:
    """Four wait for the one seat of X, in the order a b c d; n sits in it."""
    market = Market()
    market.section("X", 1, order="a b c d")
    for name in "abcd":
        market.person(name, "X")
    market.person("n", "X")
    market.sit("n", "X")
    for name in "abcd":
        market.wait(name, "X")
    return market


def lines(market: Market, db: SQLAlchemy, name: str) -> Line:
    """As a page asks for it: the term first."""
    db.session.rollback()
    term = db.session.get_one(Term, market.world.term_id)
    return list_lines(term, [market.entry(name, "X")])[market.sections["X"]]


def test_publishing_writes_where_the_waiting_begins(db: SQLAlchemy) -> None:
    world = build_world()
    steps.opened(world)
    for name in ("Zhao", "Qian", "Sun", "Li", "Zhou", "Wu"):
        steps.applied(world, name, "S-001")
    steps.closed(world)
    steps.frozen(world)
    steps.drawn(world)
    steps.published(world)
    entries = list(db.session.scalars(select(WaitlistEntry)))
    assert sorted(one.first_place or 0 for one in entries) == [1, 2, 3, 4]
    assert {one.first_length for one in entries} == {4}
    told = select(Reason.person_id, Reason.facts).join(Run).where(Run.kind == "final")
    places = {person: facts.get("waitlist") for person, facts in db.session.execute(told)}
    assert all(places[one.person_id] == one.first_place for one in entries)
    for one in entries:
        assert waiting_place(one.id) == Line(one.first_place, 4)


def test_joining_writes_it_too(market: Market) -> None:
    market.person("e")
    joined = market.join("e", "X")
    assert joined.outcome == "waiting"
    entry = market.entry("e", "X")
    assert (entry.first_place, entry.first_length) == (5, 5)


def test_who_gets_a_seat_at_once_has_no_first_place(market: Market) -> None:
    market.section("Y", 1, weekday=2)
    market.person("e")
    assert market.join("e", "Y").outcome == "seat"
    assert market.entry("e", "Y").first_place is None


def test_a_place_is_right_after_every_change_of_seats(market: Market, db: SQLAlchemy) -> None:
    assert lines(market, db, "d") == Line(4, 4)
    market.leave_line("b", "X")
    assert lines(market, db, "d") == Line(3, 3)
    market.give_back("n", "X")
    assert lines(market, db, "d") == Line(3, 3)
    market.answer("a", "X", "accept")
    assert lines(market, db, "d") == Line(2, 2)
    assert waiting_place(market.entry("d", "X").id) == Line(2, 2)


def test_a_queue_is_read_once_for_each_state_of_the_seats(market: Market, db: SQLAlchemy) -> None:
    first = lines(market, db, "c")
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    db.session.rollback()
    term, entry = db.session.get_one(Term, market.world.term_id), market.entry("a", "X")
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert list_lines(term, [entry])[market.sections["X"]] == Line(1, first.of)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert statements == []


def leave_and_fail(market: Market) -> None:
    with transaction() as session:
        session.merge(market.entry("a", "X")).state = "left"
        session.flush()
        raise RuntimeError


def test_what_a_transaction_took_back_is_not_remembered(market: Market, db: SQLAlchemy) -> None:
    with pytest.raises(RuntimeError):
        leave_and_fail(market)
    assert lines(market, db, "d") == Line(4, 4)


def application_of(market: Market, db: SQLAlchemy, name: str) -> Application:
    query = select(Application).where(Application.person_id == market.people[name])
    return db.session.scalars(query).one()


def choose(market: Market, db: SQLAlchemy, wish: bool, **at: timedelta) -> None:
    application_id = application_of(market, db, "a").id
    account_id = market.world.accounts["Zhao"]
    with transaction():
        now = AFTER + at.get("later", timedelta())
        choose_automatic(application_id, wish, now=now, account_id=account_id)


def test_a_wish_is_kept_and_can_be_taken_back(market: Market, db: SQLAlchemy) -> None:
    for wish in (True, True, False):
        choose(market, db, wish)
        assert application_of(market, db, "a").accept_automatically is wish
    assert db.session.scalar(select(func.count(Notice.id))) == 0  # nobody else's deed


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("open", "automatic_in_form"),
        ("cancelled", "joining_over"),
        ("closed", ""),
        ("frozen", ""),
        ("drawn", ""),
    ],
)
def test_from_the_close_on(market: Market, db: SQLAlchemy, state: str, code: str) -> None:
    with transaction() as session:
        session.get_one(Round, market.world.round_id).state = state
    if not code:
        choose(market, db, True)
        assert application_of(market, db, "a").accept_automatically
        return
    with pytest.raises(DomainError) as refused:
        choose(market, db, True)
    assert refused.value.code == code


def test_until_the_last_joining_day(market: Market, db: SQLAlchemy) -> None:
    last = joining_ends_at(db.session.get_one(Term, market.world.term_id))
    choose(market, db, True, later=last - AFTER)
    with pytest.raises(DomainError) as refused:
        choose(market, db, False, later=last - AFTER + timedelta(seconds=1))
    assert refused.value.code == "joining_over"


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_only_for_what_was_handed_in(market: Market, db: SQLAlchemy, state: str) -> None:
    with transaction():
        application = application_of(market, db, "a")
        application.state = state
        application.submitted_at = None if state == "draft" else AFTER
    with pytest.raises(DomainError) as refused:
        choose(market, db, True)
    assert refused.value.code == "no_application"


def test_the_queue_of_a_section_nobody_waits_for(market: Market, db: SQLAlchemy) -> None:
    for name in "abcd":
        market.leave_line(name, "X")
    assert waiting_place(market.entry("a", "X").id) == Line(None, 0)
    assert db.session.get_one(Section, market.sections["X"]).taken == 1
