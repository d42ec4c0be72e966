"""Rosters and queues for staff: on screen, on paper, as files; answers by phone; whose they are."""

import csv
import io
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import update

from eldercampus.catalogue.models import Section
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Learner
from eldercampus.people.models import Person, Undertaking
from tests.enrolment.market import AFTER, RULE_VALUES, Market
from tests.web.visiting import ENGLISH, counted_queries, set_round, sign_in, stop_clock, text_of


@pytest.fixture
def market(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Market:
    """Zhao (unanswered) and Sun (81) sit in X; Qian is offered the third seat, Li waits."""
    stop_clock(monkeypatch, AFTER)
    with app.app_context():
        market = Market()
        market.section("X", 3, order="Qian Li")
        for name in ("Zhao", "Sun", "Qian", "Li"):
            market.apply(name, "X")
        market.sit("Zhao", "X", state="awaiting")
        market.sit("Sun", "X")
        market.person("n", "X")
        market.sit("n", "X")
        market.wait("Qian", "X")
        market.wait("Li", "X")
        market.give_back("n", "X")
    sign_in(app, client, market.world.accounts["officer"])
    return market


def roster(market: Market, ending: str = "") -> str:
    return f"/staff/sections/{market.sections['X']}/roster{ending}"


def test_on_screen(app: Flask, client: FlaskClient, market: Market) -> None:
    with app.app_context(), transaction() as session:
        person_id = market.people["Sun"]
        session.add(
            Undertaking(
                person_id=person_id, kind="age", signed_on=date(2026, 12, 1), witness="周见证"
            )
        )
    text = text_of(client.get(roster(market), headers=ENGLISH))
    assert "2 people In the class" in text or "In the class 2 people" in text
    assert "is offered to Qian Yangli, number 1 in line." in text
    assert "due by Wednesday 16 December, 10:00" in text
    assert "1 Zhao Shifan woman 72 E1 Community 138****0001 has not said yet, new learner" in text
    assert "2 Sun Xugou woman 81 E2 Community 138****0003 new learner, undertaking signed" in text
    assert "0 lessons held, 3 to come. Next on Monday 1 March" in text


def test_on_paper(client: FlaskClient, market: Market) -> None:
    page = client.get(roster(market), headers=ENGLISH).get_data(as_text=True)
    sheet = page.partition('class="ec-sheet"')[2]
    assert "ec-has-sheet" in page
    assert re.findall(r"<th>(\d+ Mar)</th>", sheet) == ["1 Mar", "8 Mar", "15 Mar"]
    assert sheet.count("<tr>") == 1 + 3 + 2  # the head, the seats, two lines to spare
    assert "<td>1</td><th>Zhao Shifan</th>" in sheet


def test_chinese_page_has_no_english_words(client: FlaskClient, market: Market) -> None:
    for address in (roster(market), f"/staff/sections/{market.sections['X']}/waitlist"):
        assert not re.findall(r"[A-Za-z]{3,}", text_of(client.get(address)))


def test_as_csv(app: Flask, client: FlaskClient, market: Market) -> None:
    with app.app_context(), transaction() as session:
        session.get_one(Person, market.people["Zhao"]).name_latin = "=1+1"
    response = client.get(roster(market, ".csv"), headers=ENGLISH)
    assert response.headers["Content-Disposition"].endswith("2027-spring-X.csv")
    rows = list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    assert rows[0] == ["No.", "Name", "Sex", "Age", "Community", "Phone", "Remarks"]
    assert rows[1][:4] == ["1", "'=1+1", "woman", "72"]
    assert len(rows) == 3


def test_as_workbook(app: Flask, client: FlaskClient, market: Market) -> None:
    with app.app_context(), transaction() as session:
        session.get_one(Person, market.people["Zhao"]).name = '=HYPERLINK("x")'
    response = client.get(roster(market, ".xlsx"))
    sheet = load_workbook(io.BytesIO(response.get_data())).active
    assert sheet is not None
    assert sheet.title == "课程 X"
    cell = sheet["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")
    assert sheet["D2"].value == 72


def test_the_queue(app: Flask, client: FlaskClient, market: Market) -> None:
    address = f"/staff/sections/{market.sections['X']}/waitlist"
    text = text_of(client.get(address, headers=ENGLISH))
    first = "1 Qian Yangli 0 applied in time less than 100 m [0-9a-f]{4} asked, until Wednesday"
    assert re.search(first, text)
    assert "2 Li Jiaming 0 applied in time" in text
    assert "No seat is free: all are held or offered to somebody." in text
    with app.app_context(), transaction() as session:
        session.get_one(Section, market.sections["X"]).paused = True
    assert "The list is paused." in text_of(client.get(address, headers=ENGLISH))


def test_the_queue_of_a_round_that_counts_past_misses(
    app: Flask, client: FlaskClient, market: Market
) -> None:
    rules = {**RULE_VALUES, "misses": "on"}
    set_round(app, market.world, rules=rules)
    with app.app_context(), transaction() as session:
        session.execute(
            update(Learner).where(Learner.person_id == market.people["Li"]).values(misses=9)
        )
    text = text_of(client.get(f"/staff/sections/{market.sections['X']}/waitlist", headers=ENGLISH))
    assert "Distance Without a seat this year Draw number" in text
    assert re.search("Li Jiaming 0 applied in time less than 100 m 7 times or more", text)
    assert "then those who went without a seat more often this year" in text


def test_answering_for_somebody(app: Flask, client: FlaskClient, market: Market) -> None:
    with app.app_context():
        placement_id = market.placement("Zhao", "X").id
        offer_id = market.offer("Qian", "X").id
    address = f"/staff/placements/{placement_id}"
    empty = client.post(address, data={}, headers=ENGLISH)
    assert "Please choose what they said." in text_of(empty)
    done = client.post(address, data={"answer": "yes", "through": "phone"})
    assert done.headers["Location"] == roster(market)
    done = client.post(f"/staff/offers/{offer_id}", data={"answer": "yes", "through": "counter"})
    assert done.status_code == 303
    with app.app_context():
        assert market.placement("Zhao", "X").state == "confirmed"
        assert market.holders("X") == "Zhao Sun Qian"
        offer = market.offer("Qian", "X")
        assert (offer.answered_through, offer.answered_by_id) == (
            "counter",
            market.world.accounts["officer"],
        )
    closed = text_of(client.get(f"/staff/offers/{offer_id}", headers=ENGLISH))
    assert "There is nothing to answer any more: accepted." in closed
    back = client.post(address, data={"answer": "back", "through": "phone"})
    assert back.status_code == 303
    with app.app_context():
        assert market.live("X") == "Li"


def test_an_answer_that_comes_too_late(app: Flask, client: FlaskClient, market: Market) -> None:
    with app.app_context():
        offer_id = market.offer("Qian", "X").id
        market.answer("Qian", "X", "decline")
    late = client.post(
        f"/staff/offers/{offer_id}", data={"answer": "yes", "through": "phone"}, headers=ENGLISH
    )
    assert "You have answered this already." in text_of(late)


@pytest.mark.parametrize(("who", "status"), [("head", 404), ("west_head", 404), ("auditor", 403)])
def test_another_campus_is_not_found(
    app: Flask, client: FlaskClient, market: Market, who: str, status: int
) -> None:
    with app.app_context():
        placement_id = market.placement("Zhao", "X").id
        offer_id = market.offer("Qian", "X").id
    sign_in(app, client, market.world.accounts[who])
    addresses = [roster(market, ending) for ending in ("", ".csv", ".xlsx")]
    addresses.append(f"/staff/sections/{market.sections['X']}/waitlist")
    for address in addresses:
        assert client.get(address).status_code == status
    for address in (f"/staff/placements/{placement_id}", f"/staff/offers/{offer_id}"):
        assert client.get(address).status_code == status
        assert (
            client.post(address, data={"answer": "yes", "through": "phone"}).status_code == status
        )
    with app.app_context():
        assert market.placement("Zhao", "X").state == "awaiting"


def test_ones_own_campus(app: Flask, client: FlaskClient, market: Market) -> None:
    with app.app_context(), transaction() as session:
        section = session.get_one(Section, market.sections["X"])
        section.campus_id = market.world.campuses["K-01"]
    sign_in(app, client, market.world.accounts["clerk"])
    assert client.get(roster(market)).status_code == 200


def test_more_people_take_as_many_queries(app: Flask, client: FlaskClient, market: Market) -> None:
    addresses = [roster(market), f"/staff/sections/{market.sections['X']}/waitlist"]
    for address in addresses:
        client.get(address)
        with counted_queries(app) as few:
            client.get(address)
        with app.app_context():
            with transaction() as session:
                session.get_one(Section, market.sections["X"]).capacity += 5
            for number in range(5):
                name = f"{address[-3:]}{number}"
                market.person(name, "X")
                market.sit(name, "X")
                market.person(name + "w", "X")
                market.wait(name + "w", "X")
            db.session.remove()
        with counted_queries(app) as many:
            client.get(address)
        assert len(many) == len(few)
