"""The page behind an offer's link: no sign-in, a GET changes nothing, an answer counts once."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.db import transaction
from eldercampus.enrolment.offers import lapse_offers_of
from tests.enrolment.market import AFTER, Market
from tests.web.visiting import ENGLISH, counted_queries, stop_clock, text_of


@pytest.fixture
def market(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Market:
    """Zhao holds Y and is offered X at the same hour, above it; g waits for both."""
    stop_clock(monkeypatch, AFTER)
    with app.app_context():
        market = Market()
        market.section("X", 1, order="Zhao g")
        market.section("Y", 1)
        market.section("Z", 1, weekday=2)
        market.section("W", 1, weekday=3)
        market.apply("Zhao", "X Y Z", wants=2)
        market.person("g", "X Y W", wants=2)
        market.sit("g", "W")
        market.person("n", "X")
        market.sit("n", "X")
        market.sit("Zhao", "Y")
        market.sit("Zhao", "Z")
        market.wait("Zhao", "X")
        market.wait("g", "X", "Y")
        market.give_back("n", "X")
    return market


@pytest.fixture
def address(app: Flask, market: Market) -> str:
    with app.app_context():
        return f"/offers/{market.offer('Zhao', 'X').token}"


def state(app: Flask, market: Market) -> str:
    with app.app_context():
        return market.offer("Zhao", "X").state


def test_what_the_page_says(app: Flask, client: FlaskClient, market: Market, address: str) -> None:
    response = client.get(address, headers=ENGLISH)
    text = text_of(response)
    assert "Learner: Zhao Shifan There is a seat for you Course X, Monday" in text
    assert "Please answer by Wednesday 16 December, 10:00." in text
    assert "still 2 days" in text
    assert "your seat in Course Y, Monday goes to the next in line" in text
    assert "you keep your seat in Course Z, Tuesday" in text
    assert response.headers["Cache-Control"] == "no-store"
    assert state(app, market) == "live"


def test_the_second_time_costs_the_place(
    app: Flask, client: FlaskClient, market: Market, address: str
) -> None:
    assert "The first time you stay on the waiting list" in text_of(
        client.get(address, headers=ENGLISH)
    )
    with app.app_context(), transaction() as session:
        session.merge(market.entry("Zhao", "X")).lapses = 1
    text = text_of(client.get(address, headers=ENGLISH))
    assert "That was the second time then, and you leave this waiting list." in text


def test_the_last_day_counts_hours(
    app: Flask, client: FlaskClient, market: Market, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        ends_at = market.offer("Zhao", "X").ends_at
    stop_clock(monkeypatch, ends_at - timedelta(hours=2))
    assert "Today, in 2 hours." in text_of(client.get(address, headers=ENGLISH))
    assert "就在今天，还有 2 个小时" in text_of(client.get(address))


def test_few_queries(app: Flask, client: FlaskClient, market: Market, address: str) -> None:
    client.get(address)
    with counted_queries(app) as asked:
        client.get(address)
    assert len(asked) <= 8


def test_chinese(client: FlaskClient, address: str) -> None:
    text = text_of(client.get(address))
    assert "学员： 赵示范 有一个座位给您 课程 X，星期一" in text
    assert "请在 12 月 16 日（星期三）上午 10 点以前回答。" in text
    assert not re.findall(r"[A-Za-z]{2,}", text)


def test_yes_is_asked_once_more_and_counts_once(
    app: Flask, client: FlaskClient, market: Market, address: str
) -> None:
    asked = client.post(address, data={"answer": "yes"}, headers=ENGLISH)
    assert "You will come to this class?" in text_of(asked)
    assert "Your seat in Course Y, Monday goes to the next in line." in text_of(asked)
    assert state(app, market) == "live"
    for _click in range(2):
        done = client.post(f"{address}/answer", data={"answer": "yes"}, headers=ENGLISH)
        assert done.headers["Location"] == address
        assert "The seat is yours" in text_of(client.get(address, headers=ENGLISH))
    with app.app_context():
        assert (market.holders("X"), market.holders("Y"), market.live("Y")) == ("Zhao", "", "g")
        market.sound()


def test_no(app: Flask, client: FlaskClient, market: Market, address: str) -> None:
    asked = client.post(address, data={"answer": "no"}, headers=ENGLISH)
    assert "you leave this waiting list" in text_of(asked)
    client.post(f"{address}/answer", data={"answer": "no"}, headers=ENGLISH)
    assert "You gave this seat to the next" in text_of(client.get(address, headers=ENGLISH))
    with app.app_context():
        assert (market.holders("Y"), market.live("X")) == ("Zhao", "g")
    other = client.post(
        f"{address}/answer", data={"answer": "yes"}, headers=ENGLISH, follow_redirects=True
    )
    assert "You have answered this already." in text_of(other)


@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_anything_else_is_no_answer(
    app: Flask, client: FlaskClient, market: Market, address: str, answer: str
) -> None:
    for target in (address, f"{address}/answer"):
        done = client.post(target, data={"answer": answer})
        assert done.headers["Location"] == address
    assert state(app, market) == "live"


def test_after_the_end(
    app: Flask,
    client: FlaskClient,
    market: Market,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with app.app_context():
        ends_at = market.offer("Zhao", "X").ends_at
    stop_clock(monkeypatch, ends_at)
    assert "There is a seat for you" in text_of(client.get(address, headers=ENGLISH))
    stop_clock(monkeypatch, ends_at + timedelta(seconds=1))
    assert "The time to answer is over" in text_of(client.get(address, headers=ENGLISH))
    late = client.post(
        f"{address}/answer", data={"answer": "yes"}, headers=ENGLISH, follow_redirects=True
    )
    assert "The time to answer ended on Wednesday 16 December" in text_of(late)
    assert state(app, market) == "live"  # the clock's job ends it
    with app.app_context(), transaction():
        lapse_offers_of(market.world.term_id, ends_at + timedelta(seconds=1))
    assert "further back" in text_of(client.get(address, headers=ENGLISH))


def test_an_offer_that_was_taken_back(
    app: Flask, client: FlaskClient, market: Market, address: str
) -> None:
    with app.app_context(), transaction() as session:
        offer = market.offer("Zhao", "X")
        session.merge(offer)
        offer.state, offer.answered_at = "revoked", AFTER
    text = text_of(client.get(address, headers=ENGLISH))
    assert "This seat is not kept for you any more" in text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_opens_nothing(client: FlaskClient, market: Market, method: str) -> None:
    response = getattr(client, method)("/offers/abc", headers=ENGLISH)
    assert response.status_code == 404
    assert "This link opens nothing" in text_of(response)
