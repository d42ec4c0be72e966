"""Lessons on paper and in a calendar, messages as sent, history: of oneself, or for a relative."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from eldercampus.catalogue.models import Session
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application
from eldercampus.enrolment.placements import withdraw_placement
from eldercampus.language import label
from eldercampus.notices.kinds import KINDS
from eldercampus.notices.models import Notice
from eldercampus.people.models import Account, CalendarFeed, Person
from eldercampus.people.representing import represent
from tests.enrolment.market import AFTER, Market
from tests.web.visiting import ENGLISH, counted_queries, sign_in, stop_clock, text_of

PAGES = ["/my", "/my/reasons", "/my/lessons", "/my/calendar", "/my/messages", "/my/history"]


@pytest.fixture
def market(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Market:
    """Zhao sits in X and waits for Y behind g; n sits in Y."""
    stop_clock(monkeypatch, AFTER)
    with app.app_context():
        market = Market()
        market.section("X", 2)
        market.section("Y", 1, weekday=2, order="g Zhao")
        market.apply("Zhao", "Y X", wants=2)
        market.person("g", "Y")
        market.person("n", "Y")
        market.sit("Zhao", "X")
        market.sit("n", "Y")
        market.wait("Zhao", "Y")
        market.wait("g", "Y")
        market.began("Zhao", "Y", 9, 23)
    sign_in(app, client, market.world.accounts["Zhao"])
    return market


Act = Callable[..., FlaskClient]


@pytest.fixture
def helper(app: Flask, market: Market) -> Act:
    """helper("see"): a browser of Zhao's daughter, who may do so much."""

    def make(*scope: str) -> FlaskClient:
        with app.app_context(), transaction() as session:
            account = Account(phone="+8613900000001", created_at=AFTER)
            session.add(account)
            session.flush()
            represent(
                account.id,
                market.people["Zhao"],
                kind="relative",
                relation="daughter",
                scope=scope,
                now=AFTER,
            )
            account_id = account.id
        browser = app.test_client()
        sign_in(app, browser, account_id)
        return browser

    return make


def feed_of(app: Flask, client: FlaskClient) -> str:
    client.post("/my/calendar")
    with app.app_context():
        return f"/calendar/{db.session.scalars(select(CalendarFeed.token)).one()}.ics"


def events(client: FlaskClient, address: str) -> dict[str, Any]:
    """By UID, as a calendar reads them."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "text/calendar"
    calendar = Calendar.from_ical(response.get_data(as_text=True))
    assert [one["tzid"] for one in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def the_lesson(app: Flask, market: Market, number: int = 1) -> int:
    with app.app_context():
        query = select(Session.id).where(
            Session.section_id == market.sections["X"], Session.number == number
        )
        return db.session.scalars(query).one()


def change_lesson(app: Flask, lesson_id: int, **values: Any) -> None:
    with app.app_context(), transaction() as session:
        lesson = session.get_one(Session, lesson_id)
        for name, value in values.items():
            setattr(lesson, name, value)


def test_how_the_place_moved(market: Market, client: FlaskClient) -> None:
    text = text_of(client.get("/my", headers=ENGLISH))
    assert "Place 2 of 2 on the waiting list. At the beginning you were 9th of 23." in text
    chinese = text_of(client.get("/my"))
    assert "一共 2 人候补，您在第 2 位。 一开始 23 人，您在第 9 位。" in chinese


def test_the_place_is_right_after_each_change(
    app: Flask, market: Market, client: FlaskClient
) -> None:
    assert "Place 2 of 2" in text_of(client.get("/my", headers=ENGLISH))
    with app.app_context():
        market.leave_line("g", "Y")
    assert "Place 1 of 1" in text_of(client.get("/my", headers=ENGLISH))


def test_a_calendar_reads_the_lessons(app: Flask, market: Market, client: FlaskClient) -> None:
    address = feed_of(app, client)
    stranger = app.test_client()
    found = events(stranger, address)
    assert len(found) == 3
    first = min(found.values(), key=lambda event: event["dtstart"].dt)
    assert first["dtstart"].dt.isoformat() == "2027-03-01T09:00:00+08:00"
    assert first["dtend"].dt.isoformat() == "2027-03-01T10:30:00+08:00"
    assert (first["summary"], first["status"], first["sequence"]) == ("课程 X", "CONFIRMED", 0)
    assert "校区 X" in first["location"]
    content = stranger.get(address).get_data(as_text=True)
    assert "赵示范" not in content
    assert "Zhao" not in content
    assert stranger.get(address).headers["Cache-Control"] == "no-store"


def test_changed_lessons_are_newer(app: Flask, market: Market, client: FlaskClient) -> None:
    address = feed_of(app, client)
    before = events(client, address)
    change_lesson(app, the_lesson(app, market, 1), held_on=date(2027, 3, 6))
    change_lesson(app, the_lesson(app, market, 2), state="cancelled", note="老师请假")
    after = events(client, address)
    assert before.keys() == after.keys()
    moved = next(event for event in after.values() if event["dtstart"].dt.day == 6)
    assert (moved["status"], moved["sequence"]) == ("CONFIRMED", 1)
    gone = next(event for event in after.values() if event["status"] == "CANCELLED")
    assert gone["sequence"] == 1
    assert gone["summary"] == "停课：课程 X"
    assert "老师请假" in gone["description"]
    page = text_of(client.get("/my/lessons", headers=ENGLISH))
    assert "Saturday 6 March 9:00–10:30 Course X, moved to this day" in page
    assert "not held" in page


def test_a_seat_given_back_leaves_the_calendar(
    app: Flask, market: Market, client: FlaskClient
) -> None:
    address = feed_of(app, client)
    with app.app_context():
        market.give_back("Zhao", "X")
    after = events(client, address)
    assert {str(event["status"]) for event in after.values()} == {"CANCELLED"}
    assert {event["sequence"] for event in after.values()} == {1}
    assert "there are no lessons" in text_of(client.get("/my/lessons", headers=ENGLISH))
    with app.app_context():
        market.sit("Zhao", "X")
    again = events(client, address)
    assert {(str(one["status"]), one["sequence"]) for one in again.values()} == {("CONFIRMED", 2)}


def test_lessons_attended_before_a_seat_was_given_back(
    app: Flask, market: Market, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are not called off afterwards; those to come are."""
    address = feed_of(app, client)
    with app.app_context(), transaction():
        placement = market.placement("Zhao", "X")
        later = AFTER + timedelta(days=(date(2027, 3, 10) - AFTER.date()).days)
        withdraw_placement(placement.id, now=later)
    assert [event["dtstart"].dt.day for event in events(client, address).values()] == [15]


def test_another_address_ends_the_first(app: Flask, market: Market, client: FlaskClient) -> None:
    first, second = feed_of(app, client), feed_of(app, client)
    assert first != second
    assert client.get(first).status_code == 404
    assert second.removeprefix("/calendar/") in client.get("/my/calendar").get_data(as_text=True)
    for _click in range(2):
        assert client.post("/my/calendar/end").status_code == 303
    assert client.get(second).status_code == 404
    assert client.get("/calendar/nothing.ics").status_code == 404


@pytest.mark.parametrize("what", ["died_on", "merged_into_id", "erased_at"])
def test_the_address_of_somebody_gone_opens_nothing(
    app: Flask, market: Market, client: FlaskClient, what: str
) -> None:
    address = feed_of(app, client)
    values = {"died_on": AFTER.date(), "merged_into_id": market.people["g"], "erased_at": AFTER}
    with app.app_context(), transaction() as session:
        setattr(session.get_one(Person, market.people["Zhao"]), what, values[what])
    assert client.get(address).status_code == 404


def add_notice(app: Flask, market: Market, kind: str, **values: Any) -> None:
    with app.app_context(), transaction() as session:
        given: dict[str, Any] = {"state": "sent", "sent_at": AFTER, "channel": "sms", **values}
        session.add(
            Notice(
                kind=kind,
                subject=f"test:{kind}",
                person_id=market.people["Zhao"],
                queued_at=AFTER,
                due_at=AFTER,
                **given,
            )
        )


def test_messages_as_they_were_sent(app: Flask, market: Market, client: FlaskClient) -> None:
    add_notice(app, market, "result_published", text="结果出来了。", address="+8613800000001")
    add_notice(app, market, "offer_made", text="看 /offers/abc_DEF-1 。", address="li@example.org")
    add_notice(app, market, "first_lesson", state="queued", sent_at=None, channel="")
    add_notice(app, market, "merged", state="failed", sent_at=None, channel="")
    add_notice(app, market, "class_changed", state="dropped", sent_at=None)
    add_notice(app, market, "sign_in_code", text="您的验证码是 123456")
    text = text_of(client.get("/my/messages", headers=ENGLISH))
    assert "结果出来了。" in text
    assert "Text message → 138****0001" in text
    assert "l***@example.org" in text
    assert "The first lesson On its way." in text
    assert "Could not be sent. Please ring us" in text
    assert "The hours have changed" not in text
    assert "123456" not in text
    assert "/offers/abc_DEF-1" in text


def test_every_kind_of_notice_has_a_name(app: Flask) -> None:
    with app.app_context():
        assert all(label(f"notice_kind.{kind}") for kind in KINDS)


def test_a_helper_who_may_only_look(
    app: Flask, market: Market, client: FlaskClient, helper: Act
) -> None:
    with app.app_context():
        market.give_back("n", "Y")
        market.answer("g", "Y", "decline")
        offer = market.offer("Zhao", "Y")
        offer_id, token = offer.id, offer.token
        placement_id = market.placement("Zhao", "X").id
    add_notice(app, market, "offer_made", text=f"http://x/offers/{token}", address="+8613800000001")
    daughter = helper("see")
    for path in PAGES:
        page = daughter.get(path, headers=ENGLISH)
        assert page.status_code == 200, path
        assert token not in page.get_data(as_text=True), path
    home = text_of(daughter.get("/my", headers=ENGLISH))
    assert "You may look here, but not answer. Zhao Shifan can answer, or ring" in home
    assert "Yes, I will come" not in home
    for address in (
        f"/my/offers/{offer_id}",
        f"/my/offers/{offer_id}/answer",
        f"/my/placements/{placement_id}/confirm",
    ):
        refused = daughter.post(address, data={"answer": "yes"})
        assert refused.status_code in (303, 403, 404)
    with app.app_context():
        assert market.offer("Zhao", "Y").state == "live"


def test_what_others_did_stands_in_the_history(
    app: Flask, market: Market, client: FlaskClient, helper: Act
) -> None:
    with app.app_context():
        market.give_back("n", "Y")
        market.answer("g", "Y", "decline")
        offer_id = market.offer("Zhao", "Y").id
    daughter = helper("see", "answer")
    asked = text_of(
        daughter.post(f"/my/offers/{offer_id}", data={"answer": "yes"}, headers=ENGLISH)
    )
    assert "You will come to this class?" in asked
    for _click in range(2):
        done = daughter.post(
            f"/my/offers/{offer_id}/answer", data={"answer": "yes"}, headers=ENGLISH
        )
        assert done.headers["Location"] == "/my"
    with app.app_context():
        assert market.holders("Y") == "Zhao"
        assert market.offer("Zhao", "Y").answered_by_id is not None
    text = text_of(client.get("/my/history", headers=ENGLISH))
    assert "Spring 2027, first round" in text
    assert "Course X Campus X confirmed" in text
    told = text[text.index("What others did") :]
    assert told.count("took the free seat in Course Y for you") == 1
    assert "Your daughter (phone ending in 0001)" in told


def test_the_history_of_somebody_new(app: Flask, market: Market, client: FlaskClient) -> None:
    sign_in(app, client, market.world.accounts["Li"])
    text = text_of(client.get("/my/history", headers=ENGLISH))
    assert "You have had no application and no class with us so far." in text
    assert "Nobody has done anything in your name." in text


@pytest.mark.parametrize("path", PAGES)
def test_chinese_pages_without_english_words(
    market: Market, client: FlaskClient, path: str, app: Flask
) -> None:
    feed_of(app, client)
    text = re.sub(r"http\S+", "", text_of(client.get(path)))
    assert set(re.findall(r"[A-Za-z]{2,}", text)) <= {"PDF"}


@pytest.mark.parametrize("path", PAGES)
def test_few_queries_however_much_there_is(
    app: Flask, market: Market, client: FlaskClient, path: str
) -> None:
    client.get(path)
    with counted_queries(app) as few:
        client.get(path)
    with app.app_context():
        for place, code in enumerate("ABCD"):
            market.section(code, 1, weekday=3 + place % 3)
            market.sit("Zhao", code)
            market.reason("Zhao", code, "placed", seat="open", key=[0, 2, 1, "6a98"])
    add_notice(app, market, "result_published", text="结果出来了。", address="+8613800000001")
    add_notice(app, market, "seat_given", text="有座位。", address="+8613800000001")
    with counted_queries(app) as many:
        client.get(path)
    assert len(many) == len(few)
    assert len(many) <= 8


def test_a_seat_taken_at_once_can_be_asked_for_and_taken_back(
    app: Flask, market: Market, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        application_id = db.session.scalars(
            select(Application.id).where(Application.person_id == market.people["Zhao"])
        ).one()
    address = f"/my/applications/{application_id}/automatic"
    assert "We ask you first." in text_of(client.get("/my", headers=ENGLISH))
    for wish, told in (("yes", "We take it for you at once"), ("no", "We ask you first.")):
        for _click in range(2):
            assert client.post(address, data={"wish": wish}).status_code == 303
        assert told in text_of(client.get("/my", headers=ENGLISH))
    stop_clock(monkeypatch, AFTER + timedelta(days=200))
    late = client.post(address, data={"wish": "yes"}, headers=ENGLISH)
    assert late.status_code == 303
    with app.app_context():
        assert db.session.get_one(Application, application_id).accept_automatically is False
    sign_in(app, client, market.world.accounts["Li"])
    assert client.post(address, data={"wish": "yes"}).status_code == 404
