"""Coming back with the receipt number, and the code that a clerk reads out."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eldercampus.db import db, transaction
from eldercampus.enrolment.applications import start_application, submit_application
from eldercampus.enrolment.models import Application
from eldercampus.notices.models import Notice
from eldercampus.people.models import Account, Contact, DeskCode, Person, Tag, WebSession
from tests.web.samples import add_samples, values_for
from tests.web.visiting import ENGLISH, build_open_world, counted_queries, hidden, sign_in, text_of
from tests.world import NOW, World

BORN = {"born-year": "1954", "born-month": "5", "born-day": "2"}
SAME = "We find no application with this receipt number and this birth date."


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def receipt(app: Flask, world: World) -> str:
    """Zhao began at a counter."""
    with app.app_context(), transaction():
        clerk, zhao = world.accounts["clerk"], world.people["Zhao"]
        started = start_application(
            world.round_id, zhao, channel="counter", clerk_id=clerk, now=NOW
        )
        return str(started.receipt)


def _come(client: FlaskClient, receipt: str, onward: str = "") -> str:
    """Comes back with the number; where it led."""
    page = "/sign-in/receipt" + (f"?next={onward}" if onward else "")
    response = client.post(page, data={"receipt": receipt, **BORN})
    assert response.status_code == 303, text_of(response)
    return str(response.headers["Location"])


def _code(app: Flask, world: World, name: str = "Zhao") -> str:
    """What a clerk sees to read out."""
    clerk = app.test_client()
    sign_in(app, clerk, world.accounts["clerk"])
    page = f"/staff/persons/{world.people[name]}/desk-code"
    shown = re.search(r"\b(\d{3}) (\d{3})\b", text_of(clerk.post(page, data={"checked": "known"})))
    assert shown is not None
    return shown[1] + shown[2]


def test_the_door_offers_both_ways(app: Flask, client: FlaskClient, world: World) -> None:
    page = client.get("/sign-in?next=/apply/classes", headers=ENGLISH)
    assert "What is your mobile number?" in text_of(page)
    assert "Go on with the receipt number" in text_of(page)
    assert 'href="/sign-in/receipt?next=/apply/classes"' in page.text
    assert 'href="tel:057400001234"' in page.text.partition("<main")[2]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower(), "ｋ"])
def test_the_number_opens_the_application(
    app: Flask, client: FlaskClient, world: World, receipt: str, typed: str
) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in receipt)
    spelled = wide if typed == "ｋ" else typed.format(receipt.lower())
    assert _come(client, spelled) == "/apply"
    page = client.get("/apply", headers=ENGLISH)
    assert page.status_code == 200
    assert "For whom: Zhao Shifan" in text_of(page)


def test_unknown_number_and_wrong_date_meet_the_same_page(
    app: Flask, client: FlaskClient, world: World, receipt: str
) -> None:
    said = []
    for answers in (
        {"receipt": "ABCD-EFGH", **BORN},
        {"receipt": receipt, **BORN, "born-day": "3"},
        {"receipt": "\x00", **BORN},
    ):
        response = client.post("/sign-in/receipt", data=answers, headers=ENGLISH)
        said.append(text_of(response).replace(answers["receipt"], ""))
    assert SAME in said[0] or "Please write the receipt number." in said[2]
    assert said[0] == said[1]
    with app.app_context():
        assert db.session.scalar(select(func.count(WebSession.id))) == 0


def test_without_a_code_only_the_application_is_open(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """Every other page and sending of a learner leads to the code."""
    samples = add_samples(app, world)
    _come(client, "K7MQ-4F2X")
    adapter, walked = app.url_map.bind("localhost"), 0
    for rule in app.url_map.iter_rules():
        action = getattr(app.view_functions[rule.endpoint], "access_action", "")
        if not action.startswith("own.") or action == "own.apply":
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            address = adapter.build(rule.endpoint, values_for(rule, samples), method=method)
            to = client.open(address, method=method).headers.get("Location", "")
            assert to.startswith("/sign-in/counter-code"), (rule.rule, method)
            walked += 1
    assert walked > 15


def test_staff_pages_stay_closed(
    app: Flask, client: FlaskClient, world: World, receipt: str
) -> None:
    _come(client, receipt)
    assert client.get("/staff").status_code == 403


def test_a_slip_shows_no_certificate_and_no_address(
    app: Flask, client: FlaskClient, world: World, receipt: str
) -> None:
    with app.app_context(), transaction() as session:
        zhao = session.get_one(Person, world.people["Zhao"])
        zhao.address, zhao.news, zhao.emergency_name = "新街 2 号", "letter", "赵小"
        zhao.emergency_phone = "+8613900001111"
        session.add(Tag(person_id=zhao.id, kind="disability"))
        session.add(Contact(person_id=zhao.id, kind="email", value="z@example.com", whose="own"))
        draft = session.query(Application).filter_by(person_id=zhao.id).one()
        answers = {"choices": [world.sections["S-001"]], "wants": 1, "accept_automatically": False}
        draft.draft = {**(draft.draft or {}), **answers}
    _come(client, receipt)
    shown = {page: client.get(page, headers=ENGLISH) for page in ("/apply/check", "/apply/news")}
    assert "新街***" in text_of(shown["/apply/check"])
    assert "z***@example.com" in text_of(shown["/apply/news"])
    for page in shown.values():
        for hidden_one in ("2 号", "z@example", "certificate", "赵小", "139"):
            assert hidden_one not in page.text.partition("<main")[2]
    client.post("/sign-in/counter-code", data={"code": _code(app, world)})
    whole = text_of(client.get("/apply/check", headers=ENGLISH))
    assert "disability" in whole
    assert "新街 2 号" in whole


def test_who_withdraws_with_a_slip_is_heard_of_by_the_person(
    app: Flask, client: FlaskClient, world: World, receipt: str
) -> None:
    with app.app_context():
        with transaction() as session:
            zhao = session.get_one(Person, world.people["Zhao"])
            zhao.news = "letter"
            application = session.query(Application).filter_by(person_id=zhao.id).one()
            chosen = [world.sections["S-001"]]
            answers = {"choices": chosen, "wants": 1, "accept_automatically": False}
            application.draft = {**(application.draft or {}), **answers}
            session.flush()
            application_id, version = application.id, application.version
        with transaction():
            submit_application(application_id, now=NOW, account_id=None, version=version)
    _come(client, receipt)
    page = client.get("/apply/withdraw")
    client.post("/apply/withdraw", data={**hidden(page), "sure": "y", "send": "1"})
    with app.app_context():
        assert db.session.get_one(Application, application_id).withdrawn_at is not None
        told = db.session.query(Notice).filter_by(kind="application_withdrawn").one()
        assert (told.person_id, told.state) == (world.people["Zhao"], "queued")


def test_the_code_read_out_opens_everything_and_leads_on(
    app: Flask, client: FlaskClient, world: World, receipt: str
) -> None:
    _come(client, receipt)
    asked = client.get("/my")
    assert asked.headers["Location"] == "/sign-in/counter-code?next=/my"
    page = client.get(asked.headers["Location"], headers=ENGLISH)
    assert "Ring us: 0574-0000 5678" in text_of(page) or "Ring us: 0574-0000 1234" in text_of(page)
    with client.session_transaction() as kept:
        before = kept["signed_in"]
    response = client.post(asked.headers["Location"], data={"code": _code(app, world)})
    assert response.headers["Location"] == "/my"
    assert client.get("/my").status_code == 200
    with client.session_transaction() as kept:
        assert kept["signed_in"] != before
    assert client.get("/sign-in/counter-code").headers["Location"] == "/my"


def test_the_number_again_is_for_the_application_again(
    app: Flask, client: FlaskClient, world: World, receipt: str
) -> None:
    """Also after a code was read out once: a found slip opens nothing more."""
    _come(client, receipt)
    client.post("/sign-in/counter-code", data={"code": _code(app, world)})
    finder = app.test_client()
    _come(finder, receipt)
    assert finder.get("/my").headers["Location"].startswith("/sign-in/counter-code")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please write the six digits that were read out to you."),
        ("12345", "Please write the six digits that were read out to you."),
        ("000000", "Please ask whoever read it out for a new one"),
    ],
)
def test_wrong_codes(
    app: Flask, client: FlaskClient, world: World, receipt: str, typed: str, sentence: str
) -> None:
    _come(client, receipt)
    response = client.post("/sign-in/counter-code", data={"code": typed}, headers=ENGLISH)
    assert sentence in text_of(response)


def test_the_code_page_alone_leads_to_the_beginning(
    app: Flask, client: FlaskClient, world: World
) -> None:
    to = client.get("/sign-in/counter-code?next=/my").headers["Location"]
    assert to == "/sign-in/receipt?next=/my"
    sign_in(app, client, world.accounts["Zhao"])
    assert client.get("/sign-in/counter-code").headers["Location"] == "/my"


def test_the_clerk_says_how_and_sees_the_code_once(
    app: Flask, client: FlaskClient, world: World, receipt: str
) -> None:
    sign_in(app, client, world.accounts["clerk"])
    page = f"/staff/persons/{world.people['Zhao']}/desk-code"
    shown = text_of(client.get(page, headers=ENGLISH))
    assert receipt in shown
    assert "Read this out" not in shown
    refused = text_of(client.post(page, data={}, headers=ENGLISH))
    assert "Please choose how you know who it is." in refused
    given = client.post(page, data={"checked": "id_card"}, headers=ENGLISH)
    assert "Read this out" in text_of(given)
    assert given.headers["Cache-Control"] == "no-store"
    with app.app_context():
        row = db.session.scalars(select(DeskCode)).one()
        assert (row.checked, row.given_by_id) == ("id_card", world.accounts["clerk"])
        assert db.session.scalar(select(func.count(Account.id)).where(Account.person_id > 0)) == 0


def test_who_never_applied_gets_no_code(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(app, client, world.accounts["clerk"])
    page = client.get(f"/staff/persons/{world.people['Li']}/desk-code", headers=ENGLISH)
    assert "Apply with them first." in text_of(page)
    assert client.get("/staff/persons/99999/desk-code").status_code == 404


def test_the_pages_are_light(app: Flask, client: FlaskClient, world: World, receipt: str) -> None:
    for page in ("/sign-in", "/sign-in/receipt"):
        with counted_queries(app) as statements:
            client.get(page)
        assert len(statements) <= 8
    _come(client, receipt)
    with counted_queries(app) as statements:
        client.get("/sign-in/counter-code")
    assert len(statements) <= 8
