"""My data: looking, taking along, putting right, having it erased; and the answer of staff."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.db import db, transaction
from eldercampus.errors import DomainError
from eldercampus.notices.models import Notice
from eldercampus.people.data_requests import ask_erasure, is_asker
from eldercampus.people.desk_codes import (
    Given,
    account_without_phone,
    give_desk_code,
    sign_in_with_desk_code,
)
from eldercampus.people.models import Consent, Contact, DataRequest, Person, Tag
from eldercampus.people.queries import get_person
from eldercampus.people.representing import represent
from eldercampus.people.sealing import keyed_hash, seal
from eldercampus.people.unmasking import unmask_id_number
from tests.people.details import NUMBER
from tests.web.visiting import ENGLISH, build_open_world, hidden, sign_in, text_of
from tests.world import NOW, PHONE, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    """Zhao with a number, a certificate and a consent; somebody has looked at the number."""
    built = build_open_world(app, monkeypatch)
    with app.app_context():
        with transaction() as session:
            zhao = session.get_one(Person, built.people["Zhao"])
            zhao.id_number_sealed, zhao.id_number_key = seal(NUMBER), keyed_hash(NUMBER)
            session.add(Tag(person_id=zhao.id, kind="disability"))
            for kind in ("personal", "sensitive"):
                consent = Consent(person_id=zhao.id, kind=kind, text_version="2026-11")
                consent.channel, consent.signer, consent.given_at = "web", "赵示范", NOW
                session.add(consent)
        with transaction():
            unmask_id_number(
                get_person(built.people["Zhao"]),
                "对身份证",
                account_id=built.accounts["clerk"],
                now=NOW,
            )
    return built


def _as(app: Flask, world: World, name: str) -> FlaskClient:
    client = app.test_client()
    sign_in(app, client, world.accounts[name])
    return client


def _helper(app: Flask, world: World, scope: tuple[str, ...]) -> FlaskClient:
    """Yang's account acts for Zhao only."""
    with app.app_context(), transaction() as session:
        session.query(Person).filter_by(id=world.people["Yang"]).update({"died_on": NOW.date()})
        represent(
            world.accounts["Yang"],
            world.people["Zhao"],
            kind="relative",
            relation="daughter",
            scope=scope,
            now=NOW,
        )
    return _as(app, world, "Yang")


def _send(client: FlaskClient, page: str, **answers: object) -> str:
    response = client.post(
        page, data={**hidden(client.get(page)), **answers}, headers=ENGLISH, follow_redirects=True
    )
    assert response.status_code == 200, text_of(response)
    return text_of(response)


def test_everything_is_shown_masked(app: Flask, world: World) -> None:
    words = text_of(_as(app, world, "Zhao").get("/my/data", headers=ENGLISH))
    for shown in ("Zhao Shifan", "3302**********001", "138****0001", "Disability", "2026-11"):
        assert shown in words
    assert "Clerk" in words.partition("Who saw the whole identity number")[2]
    assert NUMBER not in words


def test_the_file_is_complete_and_a_relatives_is_masked(app: Flask, world: World) -> None:
    own = json.loads(_as(app, world, "Zhao").get("/my/data/file.json").data)
    assert own["format"] == "eldercampus.my-data.v1"
    assert own["person"]["id_number"] == NUMBER
    assert own["contacts"][0]["value"] == PHONE
    assert [one["kind"] for one in own["consents"]] == ["personal", "sensitive"]
    assert own["identity_number_seen"][0]["by"] == "clerk"
    assert "id_number_sealed" not in own["person"]
    helped = json.loads(_helper(app, world, ("see",)).get("/my/data/file.json").data)
    assert helped["person"]["id_number"] == f"{NUMBER[:4]}{'*' * 10}{NUMBER[-4:]}"


def test_putting_right_at_once(app: Flask, world: World) -> None:
    client = _as(app, world, "Zhao")
    west = {"town": world.towns["West"], "community": world.communities["W1"], "send": "1"}
    assert "Saved." in _send(client, "/my/data/home", address="新街 2 号", **west)
    told = {"name": "赵小", "relation": "daughter", "phone": "139 0000 1111"}
    assert "Saved." in _send(client, "/my/data/emergency", **told)
    reach = {"mobile": "13811112222", "landline": "0574 8888 0021", "mailbox": "z@example.com"}
    assert "Saved." in _send(client, "/my/data/reach", **reach, news="email", language="en")
    with app.app_context():
        zhao = db.session.get_one(Person, world.people["Zhao"])
        assert (zhao.community_id, zhao.address) == (world.communities["W1"], "新街 2 号")
        assert (zhao.emergency_name, zhao.emergency_phone) == ("赵小", "+8613900001111")
        assert (zhao.news, zhao.language) == ("email", "en")
        rows = db.session.query(Contact).filter_by(person_id=zhao.id)
        assert {(one.kind, one.value, one.added_by_id) for one in rows} == {
            ("mobile", "+8613811112222", None),
            ("landline", "+8657488880021", None),
            ("email", "z@example.com", None),
        }


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"news": "sms"}, "number"),
        ({"mobile": "13811112222", "news": "email"}, "e-mail"),
        ({"mobile": "13811112222", "mailbox": "z@", "news": "sms"}, "e-mail"),
    ],
)
def test_news_has_to_go_somewhere(
    app: Flask, world: World, answers: dict[str, str], said: str
) -> None:
    empty = {"mobile": "", "landline": "", "mailbox": "", "language": "zh"}
    words = _send(_as(app, world, "Zhao"), "/my/data/reach", **{**empty, **answers})
    assert "Saved." not in words
    assert said in words
    with app.app_context():
        assert db.session.query(Contact).filter_by(person_id=world.people["Zhao"]).count() == 1


def test_what_a_relative_writes_is_marked_and_told(app: Flask, world: World) -> None:
    helper = _helper(app, world, ("see", "apply", "answer"))
    reach = {"mobile": "13800000001", "landline": "0574 8888 0021", "mailbox": "", "news": "sms"}
    page = _send(helper, "/my/data/reach", **{**reach, "mobile": "13811112222"}, language="zh")
    assert "belongs to the person" in page
    assert "Saved." in _send(helper, "/my/data/reach", **reach, language="zh")
    with app.app_context():
        row = db.session.query(Contact).filter_by(kind="landline").one()
        assert row.added_by_id == world.accounts["Yang"]
        assert db.session.query(Notice).filter_by(kind="done_in_your_name").count() == 1
    assert _helper(app, world, ("see",)).get("/my/data/reach").status_code == 403


def test_the_consent_to_sensitive_data_is_taken_back(app: Flask, world: World) -> None:
    client = _as(app, world, "Zhao")
    assert "Please tick this" in _send(client, "/my/data/sensitive")
    assert "are erased" in _send(client, "/my/data/sensitive", sure="y")
    with app.app_context():
        zhao = db.session.get_one(Person, world.people["Zhao"])
        assert (zhao.id_number_sealed, zhao.id_number_key) == (None, None)
        assert db.session.query(Tag).count() == 0
        ended = db.session.query(Consent.kind).filter(Consent.withdrawn_at.is_not(None))
        assert [kind for (kind,) in ended] == ["sensitive"]


def test_a_correction_is_asked_for_made_and_answered(app: Flask, world: World) -> None:
    client, officer = _as(app, world, "Zhao"), _as(app, world, "officer")
    assert "We look at it" in _send(client, "/my/data/correct", text="名字里是范")
    assert "Zhao Shifan" in text_of(officer.get("/staff/data-requests", headers=ENGLISH))
    with app.app_context():
        request_id = db.session.query(DataRequest.id).scalar()
    page = f"/staff/data-requests/{request_id}"
    born = {"born.year": "1954", "born.month": "5", "born.day": "3"}
    card = f"/staff/persons/{world.people['Zhao']}/identity"
    names = {name: name.replace(".", "-") for name in born}
    sent = {
        names[name] if "born-year" in officer.get(card).text else name: v
        for name, v in born.items()
    }
    assert "Saved." in _send(officer, card, name="赵师范", sex="f", **sent)
    assert "Please write why" in _send(officer, page, decision="refused")
    assert "It is answered" in _send(officer, page, decision="done", answer="改好了")
    words = text_of(client.get("/my/data", headers=ENGLISH))
    assert "改好了" in words
    with app.app_context():
        assert db.session.get_one(Person, world.people["Zhao"]).name == "赵师范"


def test_deletion_is_asked_for_taken_back_and_done(app: Flask, world: World) -> None:
    client, officer = _as(app, world, "Zhao"), _as(app, world, "officer")
    assert "within 15 working days" in _send(client, "/my/data/erase", sure="y")
    with app.app_context():
        request_id = db.session.query(DataRequest.id).scalar()
    mark = hidden(client.get("/my/data"))
    client.post(f"/my/data/requests/{request_id}/withdraw", data=mark)
    assert "Nobody asks" in text_of(officer.get("/staff/data-requests", headers=ENGLISH))
    _send(client, "/my/data/erase", sure="y")
    page = f"/staff/data-requests/{request_id + 1}"
    assert "It is answered" in _send(officer, page, decision="done")
    assert client.get("/my/data").status_code == 303  # signed out
    assert officer.get(f"/staff/persons/{world.people['Zhao']}").status_code == 404
    assert "Erased" in text_of(officer.get(page, headers=ENGLISH))


def test_a_relative_cannot_ask_for_deletion_and_sees_nobody_elses(app: Flask, world: World) -> None:
    helper = _helper(app, world, ("see", "apply", "answer"))
    page = helper.get("/my/data/erase", headers=ENGLISH)
    assert "Only Zhao Shifan can ask" in text_of(page)
    helper.post("/my/data/erase", data={**hidden(helper.get("/my/data")), "sure": "y"})
    _send(_as(app, world, "Qian"), "/my/data/erase", sure="y")
    with app.app_context():
        (row,) = db.session.query(DataRequest)
        assert row.person_id == world.people["Qian"]
        request_id = row.id
    mark = hidden(helper.get("/my/data"))
    answer = helper.post(f"/my/data/requests/{request_id}/withdraw", data=mark)
    assert answer.status_code == 404


def test_a_relative_takes_back_only_what_they_asked_for(app: Flask, world: World) -> None:
    own, helper = _as(app, world, "Zhao"), _helper(app, world, ("see",))
    _send(own, "/my/data/erase", sure="y")
    page = helper.get("/my/data", headers=ENGLISH)
    assert "/withdraw" not in page.text.partition("<main")[2]
    with app.app_context():
        request_id = db.session.query(DataRequest.id).scalar()
    refused = helper.post(
        f"/my/data/requests/{request_id}/withdraw",
        data=hidden(page),
        headers=ENGLISH,
        follow_redirects=True,
    )
    assert "Only the person themselves" in text_of(refused)
    _send(helper, "/my/data/correct", text="门牌错了")
    with app.app_context():
        rows = {one.kind: one for one in db.session.query(DataRequest)}
        assert rows["erase"].state == "asked"
        correction_id = rows["correct"].id
    helper.post(f"/my/data/requests/{correction_id}/withdraw", data=hidden(page))
    with app.app_context():
        rows = {one.kind: one for one in db.session.query(DataRequest)}
        assert (rows["erase"].state, rows["correct"].state) == ("asked", "withdrawn")


def test_a_relative_does_not_end_the_consent(app: Flask, world: World) -> None:
    helper = _helper(app, world, ("see", "apply", "answer"))
    assert "/my/data/sensitive" not in helper.get("/my/data").text
    page = helper.get("/my/data/sensitive", headers=ENGLISH)
    assert "Only Zhao Shifan can ask" in text_of(page)
    sent = {**hidden(helper.get("/my/data")), "sure": "y"}
    helper.post("/my/data/sensitive", data=sent)
    with app.app_context():
        zhao = db.session.get_one(Person, world.people["Zhao"])
        assert zhao.id_number_key is not None
        assert db.session.query(Tag).count() == 1


def test_nobody_of_staff_has_somebody_erased_alone(app: Flask, world: World) -> None:
    head, officer = _as(app, world, "head"), _as(app, world, "officer")
    _send(head, f"/staff/persons/{world.people['Sun']}/data-request", kind="erase", text="说的")
    with app.app_context():
        request_id = db.session.query(DataRequest.id).scalar()
    page = f"/staff/data-requests/{request_id}"
    assert "Somebody else of staff has to erase it" in text_of(head.get(page, headers=ENGLISH))
    assert "Somebody else has to decide" in _send(head, page, decision="done")
    with app.app_context():
        assert db.session.get_one(Person, world.people["Sun"]).erased_at is None
    assert "It is answered" in _send(officer, page, decision="done")
    with app.app_context():
        assert db.session.get_one(Person, world.people["Sun"]).erased_at is not None


def test_who_read_out_the_code_is_no_second_person(app: Flask, world: World) -> None:
    """The clerk could have signed in with it themselves."""
    person_id, head_id = world.people["Sun"], world.accounts["head"]
    with app.app_context():
        with transaction():
            own = account_without_phone(person_id, NOW).id
            given = give_desk_code(person_id, checked="call", clerk_id=head_id, now=NOW)
            assert isinstance(given, Given)
            assert not isinstance(sign_in_with_desk_code(own, given.code, now=NOW), DomainError)
        with transaction():
            row = ask_erasure(person_id, account_id=own, now=NOW)
        assert is_asker(row, head_id)
        assert not is_asker(row, world.accounts["officer"])


def test_staff_write_down_what_somebody_says(app: Flask, world: World) -> None:
    page = f"/staff/persons/{world.people['Sun']}/data-request"
    clerk = _as(app, world, "clerk")
    assert "written down" in _send(clerk, page, kind="erase", text="孙在窗口说的")
    with app.app_context():
        assert db.session.query(DataRequest.kind).scalar() == "erase"
    assert clerk.get("/staff/data-requests").status_code == 403
