"""The list of applications, one of them, and the day's page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.catalogue.models import Session as Lesson
from eldercampus.db import db, transaction
from tests.web.clerk import Clerk
from tests.web.visiting import build_open_world, counted_queries, set_round, sign_in
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def clerk(app: Flask, client: FlaskClient, world: World) -> Clerk:
    return Clerk(app, client, world)


def test_the_list_of_applications(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001", channel="paper")
    clerk.enters("Qian", "S-003", channel="phone")
    assert "2 applications" in clerk.opens("/staff/applications")
    page = clerk.sends("/staff/applications", words="孙")
    assert "1 application " in page
    assert "Sun Xugou handed in on paper" in page
    assert "Spring 2027, first round" in page
    assert "1 application " in clerk.opens("/staff/applications")
    assert "Qian Yangli" in clerk.sends("/staff/applications", channel="phone")
    assert "No application fits" in clerk.sends("/staff/applications", state="withdrawn")
    assert "Please choose one from the list." in clerk.sends("/staff/applications", state="lost")


def test_names_stay_out_of_addresses(clerk: Clerk) -> None:
    person_id = clerk.world.people["Zhao"]
    for address, to in (("/staff/applications", ""), ("/staff/counter", f"/{person_id}")):
        answer = clerk.client.post(address, data={"words": "赵示范", "send": "1"})
        assert answer.headers["Location"] == address + to


def test_one_application(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001")
    page = clerk.opens("/staff/applications/1")
    assert "Application of Sun Xugou" in page
    assert "How it came at the counter Entered by Clerk" in page
    assert "138****0003" in page
    assert "13800000003" not in page
    assert clerk.client.get("/staff/applications/987654").status_code == 404


def test_taking_it_back_for_somebody(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001")
    page = clerk.sends("/staff/applications/1/withdraw")
    assert "The application is taken back." in page
    assert clerk.applications()[0][1] == "withdrawn"
    assert clerk.client.get("/staff/applications/1/slip").status_code == 404


def test_taking_it_back_when_the_results_are_out(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001")
    set_round(clerk.app, clerk.world, state="published")
    assert "The results are out." in clerk.sends("/staff/applications/1/withdraw")
    assert clerk.applications()[0][1] == "submitted"


def test_a_learner_and_a_town_officer_are_kept_out(
    app: Flask, client: FlaskClient, world: World
) -> None:
    for name in ("Zhao", "town_officer", "auditor"):
        sign_in(app, client, world.accounts[name])
        assert client.get("/staff/counter").status_code == 403
        assert client.get("/staff/applications").status_code == 403
        assert client.post(f"/staff/counter/{world.people['Sun']}").status_code == 403


def test_today(clerk: Clerk) -> None:
    with clerk.app.app_context(), transaction():
        for number, code in enumerate(("S-001", "S-004")):
            section_id = clerk.world.sections[code]
            query = select(Lesson).where(Lesson.section_id == section_id, Lesson.number == 1)
            lesson = db.session.scalars(query).one()
            lesson.held_on, lesson.note = NOW.date(), str(number)
    page = clerk.opens("/staff")
    assert "Today, Monday 23 November" in page
    assert "lessons today 1" in page
    assert "9:00–10:30 Calligraphy 1 Campus K-01 0" in page
    assert "Campus K-02" not in page
    sign_in(clerk.app, clerk.client, clerk.world.accounts["officer"])
    assert "lessons today 2" in clerk.opens("/staff")


def test_the_list_takes_the_same_queries_for_more(clerk: Clerk) -> None:
    counts = []
    for names in (("Sun",), ("Qian", "Zhao")):
        for name in names:
            clerk.enters(name, "S-001")
        with counted_queries(clerk.app) as queries:
            clerk.client.get("/staff/applications")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_persons_page_leads_on(clerk: Clerk) -> None:
    page = clerk.client.get(f"/staff/persons/{clerk.world.people['Sun']}").text
    for address in (
        "/staff/counter/{}",
        "/staff/paper-forms/for/{}",
        "/staff/persons/{}/desk-code",
        "/staff/persons/{}/relations",
    ):
        assert f'href="{address.format(clerk.world.people["Sun"])}"' in page
