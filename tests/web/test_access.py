"""Two of everything: another family's, campus's or town's page is not there."""

import json
import logging
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import db, transaction
from eldercampus.people.models import Person, SamePersonPair, Tag
from eldercampus.people.queries import get_person
from eldercampus.people.registering import register_person
from eldercampus.web.headers import CONTENT_SECURITY
from tests.people.details import NUMBER, details
from tests.web.samples import Samples, add_samples
from tests.web.test_whom import REACH, WHO
from tests.web.visiting import ENGLISH, build_open_world, hidden, sign_in, text_of
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def samples(app: Flask, world: World) -> Samples:
    return add_samples(app, world)


def _as(app: Flask, world: World, name: str) -> FlaskClient:
    client = app.test_client()
    sign_in(app, client, world.accounts[name])
    return client


@pytest.mark.parametrize(
    ("own", "other", "address"),
    [
        ("head", "west_head", "/staff/sections/{section_id}/edit"),
        ("head", "west_head", "/staff/sections/{section_id}/roster"),
        ("head", "west_head", "/staff/sections/{section_id}/roster.csv"),
        ("head", "west_head", "/staff/sections/{section_id}/roster.xlsx"),
        ("head", "west_head", "/staff/places/{campus_id}/rooms/new"),
        ("head", "west_head", "/staff/places/rooms/{room_id}"),
        ("head", "west_head", "/staff/offers/{offer_id}"),
        ("head", "west_head", "/staff/placements/{placement_id}"),
        ("Qian", "Zhao", "/my/placements/{placement_id}/leave"),
        ("Sun", "Zhao", "/my/waiting/{entry_id}/leave"),
    ],
)
def test_anothers_page_is_not_there(
    app: Flask, world: World, samples: Samples, own: str, other: str, address: str
) -> None:
    page = address.format(**samples)
    assert _as(app, world, own).get(page).status_code == 200
    assert _as(app, world, other).get(page).status_code == 404


def test_another_towns_page_is_not_there(app: Flask, world: World) -> None:
    officer = _as(app, world, "town_officer")
    assert officer.get("/town/330213001").status_code == 200
    assert officer.get("/town/330213100").status_code == 404


def test_every_answer_has_its_headers(app: Flask, world: World) -> None:
    client = app.test_client()
    for page in ("/", "/sign-in", "/nowhere", "/static/seal.svg", "/healthz"):
        response = client.get(page)
        response.close()
        headers = response.headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers
    assert "unsafe" not in CONTENT_SECURITY
    assert CONTENT_SECURITY.startswith("default-src 'none'; ")


def test_personal_pages_stay_in_no_cache(app: Flask, world: World) -> None:
    stranger, zhao = app.test_client(), _as(app, world, "Zhao")
    assert stranger.get("/").headers["Cache-Control"] == "private, no-cache"
    assert stranger.get("/sign-in").headers["Cache-Control"] == "no-store"
    for page in ("/", "/my", "/whom"):
        assert zhao.get(page).headers["Cache-Control"] == "no-store"


def test_production_asks_for_a_safe_line(make_app: Any) -> None:
    app = make_app(
        PRODUCTION=True,
        SEALING_KEY="another key for tests, long enough to be one",
        TRUSTED_HOSTS=["localhost"],
        PUBLIC_URL="https://localhost",
        MAX_CONTENT_LENGTH=1_000_000,
    )
    headers = app.test_client().get("/healthz", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"] == "max-age=63072000"


CANARY = ("金丝雀", "13877776666", "138 7777 6666", NUMBER, "1952", "雀巢路", "13866665555")
"""Name, phones, identity number, birth year and street of somebody who is only looked for here."""


def test_nothing_personal_in_addresses_or_logs(
    app: Flask, client: FlaskClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    addresses = []

    def send(page: str, **answers: str) -> str:
        response = client.post(page, data={**hidden(client.get(page)), **answers})
        assert response.status_code == 303, text_of(response)
        addresses.append(response.headers["Location"])
        return addresses[-1]

    app.config["DEMO"] = True  # shows the code on the page
    code_page = send("/sign-in?next=/my", phone=CANARY[2])
    page = text_of(client.get(code_page))
    code = next(word for word in page.split() if word.isdigit() and len(word) == 6)
    send(code_page, code=code)
    who = {**WHO, "name": CANARY[0], "id_number": NUMBER}
    send("/whom/add", **who)
    home = {"town": str(world.towns["East"]), "community": str(world.communities["E1"])}
    send("/whom/add/home", **home, address=CANARY[5], send="1")
    send("/whom/add/reach", **{**REACH, "phone": CANARY[1], "emergency_phone": CANARY[6]})
    send("/whom/add/check", consent="yes", sensitive="yes")
    with app.app_context():
        assert db.session.scalars(select(Person).where(Person.name == CANARY[0])).one()
        deeds = db.session.scalars(select(AuditEntry)).all()
    audited = " ".join(f"{deed.subject} {deed.facts}" for deed in deeds)
    client.get(f"/{CANARY[0]}?phone={CANARY[1]}")
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert json.loads(caplog.records[-1].getMessage())["status"] == 404
    for where in (logged, audited, *addresses):
        assert not [word for word in (*CANARY, code) if word in where]


def test_log_lines_hold_four_things(
    app: Flask, world: World, samples: Samples, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "eldercampus.request")
    app.test_client().get("/offers/" + samples["token"])
    (line,) = [one for one in caplog.records if one.name == "eldercampus.request"]
    entry = json.loads(line.getMessage())
    assert entry.keys() == {"event", "method", "ms", "path", "status", "timestamp"}
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/offers/<token>", 200)


def _with_number(app: Flask, world: World) -> int:
    with app.app_context(), transaction():
        given = details(world, id_number=NUMBER)
        return register_person(given, channel="web", account_id=None, now=NOW).id


def test_an_identity_number_is_shown_for_a_reason_and_on_record(app: Flask, world: World) -> None:
    person_id = _with_number(app, world)
    clerk = _as(app, world, "clerk")
    page = clerk.get(f"/staff/persons/{person_id}").text
    assert NUMBER not in page
    assert f"3302**********{NUMBER[-4:]}" in page
    assert "138****0077" in page
    address = f"/staff/persons/{person_id}/id-number"
    refused = clerk.post(address, data={"reason": " "}, headers=ENGLISH)
    assert "Please write the reason." in text_of(refused)
    assert NUMBER not in refused.text
    shown = clerk.post(address, data={"reason": "card lost, compared at the counter"})
    assert NUMBER in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.unmask"))
        (deed,) = deeds.all()
        assert deed.account_id == world.accounts["clerk"]
        assert "card lost" in deed.facts
        assert NUMBER not in deed.facts


def test_a_certificate_is_looked_at(app: Flask, world: World, samples: Samples) -> None:
    clerk, address = _as(app, world, "clerk"), f"/staff/tags/{samples['tag_id']}"
    assert "赵示范" in text_of(clerk.get("/staff/tags"))
    late = {"valid_until-year": "2020", "valid_until-month": "1", "valid_until-day": "1"}
    given = {"decision": "verified", "evidence": "No. 12, seen"}
    for answers, sentence in (
        ({"decision": "verified"}, "Please write what you saw."),
        ({"evidence": "No. 12"}, "Please say whether the certificate is right."),
        ({**given, **late}, "The certificate is no longer valid on that day."),
    ):
        response = clerk.post(address, data=answers, headers=ENGLISH)
        assert sentence in text_of(response)
    assert clerk.post(address, data=given).headers["Location"] == "/staff/tags"
    with app.app_context():
        tag = db.session.scalars(select(Tag)).one()
        assert (tag.state, tag.evidence, tag.clerk_id) == (
            "verified",
            "No. 12, seen",
            world.accounts["clerk"],
        )
    again = clerk.post(address, data=given, headers=ENGLISH)
    assert "Somebody else has decided this meanwhile." in text_of(again)


def test_a_pair_is_settled(app: Flask, world: World, samples: Samples) -> None:
    clerk, address = _as(app, world, "clerk"), f"/staff/pairs/{samples['pair_id']}"
    assert "赵示范" in text_of(clerk.get("/staff/pairs"))
    page = text_of(clerk.get(address))
    assert "钱样例" in page
    assert "138****0001" in page
    for answers, sentence in (
        ({"decision": "same"}, "Please write the reason."),
        ({"reason": "rang both"}, "Please say whether they are one person."),
    ):
        assert sentence in text_of(clerk.post(address, data=answers, headers=ENGLISH))
    given = {"decision": "same", "reason": "rang both"}
    assert clerk.post(address, data=given).headers["Location"] == "/staff/pairs"
    with app.app_context():
        assert db.session.scalars(select(SamePersonPair.decision)).one() == "same"
        assert len(get_person(world.people["Zhao"]).contacts) == 2
    assert clerk.get(address).headers["Location"] == "/staff/pairs"
    assert clerk.get("/staff/pairs/999").status_code == 404
    assert clerk.get(f"/staff/persons/{world.people['Qian']}").status_code == 404
