"""Coming back: to the next round with the answers of last time, and after a day or three."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.db import db, transaction
from eldercampus.enrolment.application_queries import draft_of, submitted_choices
from eldercampus.enrolment.applications import start_application
from eldercampus.enrolment.models import Application, Round
from eldercampus.enrolment.person_queries import find_person_by_receipt
from eldercampus.notices.models import Notice
from tests.web.visiting import build_open_world, set_round, sign_in, stop_clock
from tests.web.walker import Walker
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


def applied_last_time(app: Flask, world: World, *, wants: int, automatic: bool) -> None:
    """Zhao handed in an application in a round of the year before."""
    long_ago = NOW - timedelta(days=200)
    with app.app_context(), transaction():
        before = Round(
            code="2026-autumn-1",
            term_id=world.term_id,
            name="2026 年秋季",
            state="published",
            opens_at=long_ago,
            closes_at=long_ago + timedelta(days=10),
            freezes_at=long_ago + timedelta(days=11),
            draws_at=long_ago + timedelta(days=12),
            publishes_at=long_ago + timedelta(days=13),
            confirm_by_at=long_ago + timedelta(days=20),
        )
        db.session.add(before)
        db.session.flush()
        db.session.add(
            Application(
                round_id=before.id,
                person_id=world.people["Zhao"],
                state="submitted",
                wants=wants,
                accept_automatically=automatic,
                created_at=long_ago,
                changed_at=long_ago,
                submitted_at=long_ago,
            )
        )


def sent_code(app: Flask) -> str:
    with app.app_context():
        latest = db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        assert latest is not None
        return str(latest.facts["code"])


def signs_in(app: Flask, walker: Walker) -> None:
    walker.presses("Send", phone="138 0000 0001")
    walker.presses("Sign in", code=sent_code(app))


def handed_in(app: Flask, world: World) -> Application:
    with app.app_context():
        query = select(Application).where(Application.round_id == world.round_id)
        return db.session.scalars(query).one()


@pytest.mark.parametrize("first", ["picks", "signs in"])
def test_a_returning_senior_needs_few_pages(
    app: Flask, client: FlaskClient, world: World, first: str
) -> None:
    """From the first page to the receipt with two choices: at most nine pages, four fields."""
    applied_last_time(app, world, wants=2, automatic=True)
    walker = Walker(client)
    if first == "signs in":
        walker.opens("/sign-in?next=/apply")
        signs_in(app, walker)
        walker.follows("Choose classes")
    else:
        walker.opens("/")
        walker.follows("Find a class")
    walker.presses("Put on my list: Calligraphy 1, Campus K-01")
    walker.presses("Put on my list: Tai chi")
    walker.follows("Go on and apply")
    if first == "picks":
        signs_in(app, walker)
    assert walker.path == "/apply/classes"
    walker.presses("The order is right, go on")
    assert walker.path == "/apply/check"
    assert "stand here as you said last time" in walker.html
    walker.presses("Hand in the application")
    assert walker.path == "/apply/receipt"
    assert walker.pages <= 9
    assert walker.typed == 2  # the phone and the code
    now = handed_in(app, world)
    assert (now.state, now.wants, now.accept_automatically) == ("submitted", 2, True)


def test_answers_of_last_time_fit_the_rules_of_today(
    app: Flask, client: FlaskClient, world: World
) -> None:
    applied_last_time(app, world, wants=2, automatic=False)
    set_round(app, world, rules={"courses_per_term": 1, "choices_max": 8})
    with app.app_context(), transaction():
        made = start_application(
            world.round_id, world.people["Zhao"], channel="web", clerk_id=None, now=NOW
        )
        assert draft_of(made) == {
            "wants": 1,
            "choices": [],
            "accept_automatically": False,
            "carried": True,
        }


def test_the_note_goes_once_an_answer_is_given_anew(
    app: Flask, client: FlaskClient, world: World
) -> None:
    applied_last_time(app, world, wants=2, automatic=False)
    walker = Walker(client)
    sign_in(app, client, world.accounts["Zhao"])
    walker.opens("/courses")
    walker.presses("Put on my list: Tai chi")
    walker.opens("/apply/check")
    assert "as you said last time" in walker.html
    walker.follows("Change: How many courses")
    walker.presses("Next", wants="1")
    assert walker.path == "/apply/check"
    assert "as you said last time" not in walker.html


def test_somebody_new_is_asked_each_question(app: Flask, client: FlaskClient, world: World) -> None:
    walker = Walker(client)
    sign_in(app, client, world.accounts["Zhao"])
    walker.opens("/courses")
    walker.presses("Put on my list: Tai chi")
    walker.opens("/apply/classes")
    asked = []
    walker.presses("The order is right, go on")
    for answer in ({"wants": "1"}, {"automatic": "yes"}):
        asked.append(walker.path)
        walker.presses("Next", **answer)
    assert asked == ["/apply/wants", "/apply/automatic"]
    assert "take it for me at once" in walker.html
    walker.presses("Hand in the application")
    assert handed_in(app, world).accept_automatically is True


@pytest.mark.parametrize("days", [1, 3])
def test_what_was_filled_in_stands_there_days_later(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """On another browser too: one lands at the question where one stopped."""
    walker = Walker(client)
    sign_in(app, client, world.accounts["Zhao"])
    walker.opens("/courses")
    walker.presses("Put on my list: Calligraphy 1, Campus K-01")
    walker.presses("Put on my list: Tai chi")
    walker.opens("/apply/classes")
    walker.presses("↑ Up: Second choice Tai chi")
    walker.presses("The order is right, go on")
    walker.presses("Next", wants="2")
    assert walker.path == "/apply/automatic"
    stop_clock(monkeypatch, NOW + timedelta(days=days))
    for browser in (client, app.test_client()):
        sign_in(app, browser, world.accounts["Zhao"])
        later = Walker(browser)
        later.opens("/apply")
        assert "2 classes are on the list. All is kept." in later.html
        later.follows("Go on")
        assert later.path == "/apply/automatic"
        later.opens("/apply/classes")
        assert later.html.index("Tai chi") < later.html.index("Calligraphy 1")
        later.opens("/apply/wants")
        assert 'value="2" checked' in later.html
    later.opens("/apply/automatic")
    later.presses("Next")
    later.presses("Hand in the application")
    now = handed_in(app, world)
    with app.app_context():
        tai_chi, calligraphy = world.sections["S-003"], world.sections["S-001"]
        assert submitted_choices(now.id) == [tai_chi, calligraphy]
    assert (now.wants, now.accept_automatically) == (2, False)


def test_the_number_is_there_from_the_start_and_stays(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """Each page says it; it finds the person before anything is handed in."""
    walker = Walker(client)
    sign_in(app, client, world.accounts["Zhao"])
    walker.opens("/courses")
    walker.presses("Put on my list: Tai chi")
    number = handed_in(app, world).receipt
    assert number
    section = world.sections["S-003"]
    for page in ("", "/classes", "/wants", "/news", "/automatic", f"/elsewhere/{section}"):
        walker.opens(f"/apply{page}")
        assert "Your number:" in walker.html, page
        assert number in walker.html, page
    with app.app_context():
        found = find_person_by_receipt(number)
        assert found is not None
        assert found.id == world.people["Zhao"]
    walker.opens("/apply/wants")
    walker.presses("Next", wants="1")
    walker.presses("Next", automatic="no")
    assert number in walker.html
    walker.presses("Hand in the application")
    assert handed_in(app, world).receipt == number
