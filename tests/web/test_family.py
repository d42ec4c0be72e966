"""Who acts for whom, on the pages of both and of the staff."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import db, transaction
from eldercampus.enrolment.applications import (
    save_draft,
    start_application,
    submit_application,
    withdraw_application,
)
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.models import Application
from eldercampus.jobs.sending import deliver_due
from eldercampus.notices.channels import FileChannel, Message
from eldercampus.notices.models import Notice
from eldercampus.people.models import Account, Person, RelationRequest, Representation
from eldercampus.people.representing import represent, tell_of
from tests.web.samples import Samples, add_samples
from tests.web.visiting import (
    ENGLISH,
    build_open_world,
    counted_queries,
    hidden,
    sign_in,
    stop_clock,
    text_of,
)
from tests.world import NOW, PHONE, World

TERMS = {"relation": "daughter", "asker": "钱小样", "scope": ["apply", "answer", "see"]}
ZHAO = {"name": "赵示范", "born-year": "1954", "born-month": "5", "born-day": "2", "phone": PHONE}


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


def _as(app: Flask, world: World, name: str) -> FlaskClient:
    client = app.test_client()
    sign_in(app, client, world.accounts[name])
    return client


def _ask(client: FlaskClient, **changes: Any) -> str:
    """The page of the request, after both pages were filled in."""
    client.post("/whom/ask?next=/apply", data={**ZHAO, **changes})
    terms = client.post("/whom/ask/terms?next=/apply", data={**TERMS, **changes})
    assert terms.status_code == 303, text_of(terms)
    return terms.headers["Location"].partition("?")[0]


def _relate(app: Flask, world: World, who: str = "Qian", of: str = "Zhao", **more: Any) -> int:
    with app.app_context(), transaction():
        facts = {"kind": "relative", "relation": "son", "now": NOW, **more}
        return represent(world.accounts[who], world.people[of], **facts).id


def _acting(app: Flask) -> list[tuple[int, int, bool, bool, bool, str]]:
    with app.app_context():
        rows = db.session.scalars(
            select(Representation).where(
                Representation.kind == "relative", Representation.ended_at.is_(None)
            )
        )
        return [
            (
                row.account_id, row.person_id, row.may_apply, row.may_answer, row.may_see,
                row.given_how,
            )
            for row in rows
        ]  # fmt: skip


def _texts(app: Flask, kind: str) -> list[tuple[str, str, str]]:
    """(way, address, text) of what was sent."""
    with app.app_context():
        deliver_due(NOW)
        sent = select(Notice).where(Notice.kind == kind, Notice.state == "sent")
        rows = db.session.scalars(sent.order_by(Notice.id))
        return [(row.channel, row.address, row.text) for row in rows]


def test_asked_and_given_by_code(app: Flask, world: World) -> None:
    app.config["DEMO"] = True  # shows the code on the page
    daughter = _as(app, world, "Qian")
    page = _ask(daughter, scope=["apply", "see"])
    assert "Now 赵示范 has to say yes" in text_of(daughter.get(page, headers=ENGLISH))
    code_page = daughter.post(f"{page}/send").headers["Location"]
    shown = text_of(daughter.get(code_page, headers=ENGLISH))
    code = next(word for word in shown.split() if re.fullmatch("[0-9]{6}", word))
    wrong = daughter.post(code_page, data={"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert wrong.status_code == 200
    assert daughter.post(code_page, data={"code": code}).status_code == 303
    zhao, account = world.people["Zhao"], world.accounts["Qian"]
    assert _acting(app) == [(account, zhao, True, False, True, "code")]
    for client in (daughter, _as(app, world, "Zhao")):
        assert "apply for classes" in text_of(client.get("/my/family", headers=ENGLISH))
    assert daughter.post(code_page, data={"code": code}).headers["Location"] == "/my/family"
    with app.app_context():
        deeds = db.session.scalars(select(AuditEntry.action)).all()
    assert {"relation.ask", "relation.given", "representation.give"} <= set(deeds)


def test_the_message_says_who_for_whom_and_what_it_allows(app: Flask, world: World) -> None:
    """Two share the phone: it names one of them."""
    daughter = _as(app, world, "Qian")
    page = _ask(daughter, name="吴演示", phone="+8613800000005", **_born(1956, 10, 1))
    texts: list[Message] = []

    def keep(_channel: FileChannel, message: Message, _now: datetime) -> str:
        texts.append(message)
        return "1"

    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileChannel, "send", keep)
        daughter.post(f"{page}/send")
        deliver_due(NOW + timedelta(days=400))
    (message,) = texts
    assert message.address == "+8613800000005"
    for words in ("钱小样", "吴演示", "0002", "不能登录", "0574-0000 1234"):
        assert words in message.text
    assert "周模拟" not in message.text


def _born(year: int, month: int, day: int) -> dict[str, str]:
    return {"born-year": str(year), "born-month": str(month), "born-day": str(day)}


def test_pages_are_the_same_whether_there_is_such_a_person(app: Flask, world: World) -> None:
    """Each page of asking, with the numbers of the request taken out."""
    pages = []
    for who, changes in (("Qian", {}), ("Li", {"phone": "13811112222"})):
        client = _as(app, world, who)
        page = _ask(client, **changes)
        sent = client.post(f"{page}/send")
        seen = [client.get(page), client.get(sent.headers["Location"])]
        seen += [client.post(f"{page}/code", data={"code": "12345a"})]
        seen += [client.get(f"{page}/paper"), client.get("/my/family")]
        pages.append([_anonymous(text_of(one), world, who) for one in seen])
    assert pages[0] == pages[1]


def _anonymous(text: str, world: World, who: str) -> str:
    for own in ("钱样例", "李假名", "138 0000 0002", "138 0000 0004"):
        text = text.replace(own, "…")
    return text


def test_asking_is_limited(app: Flask, world: World) -> None:
    client = _as(app, world, "Qian")
    for _ in range(10):
        _ask(client)
    client.post("/whom/ask", data=ZHAO)
    refused = client.post("/whom/ask/terms", data=TERMS, headers=ENGLISH)
    assert "Too many tries." in text_of(refused)


def test_sent_twice_asks_once(app: Flask, world: World) -> None:
    client = _as(app, world, "Qian")
    client.post("/whom/ask", data=ZHAO)
    held = {**hidden(client.get("/whom/ask/terms")), **TERMS}
    first, second = (client.post("/whom/ask/terms", data=held) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with app.app_context():
        assert len(db.session.scalars(select(RelationRequest)).all()) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"relation": ""}, "Please choose who you are to them."),
        ({"asker": ""}, "Please write your own name."),
        ({"asker": "打 12345"}, "Please write your name only"),
        ({"scope": []}, "Please tick at least one thing"),
        ({"scope": ["fly"]}, "Please choose only from the list."),
        (
            {"until-year": "2026", "until-month": "11", "until-day": "22"},
            "This day is over.",
        ),
        ({"until-year": "2027", "until-month": "2", "until-day": "30"}, "no such day"),
    ],
)
def test_bad_terms(app: Flask, world: World, changes: dict[str, Any], sentence: str) -> None:
    client = _as(app, world, "Qian")
    client.post("/whom/ask", data=ZHAO)
    response = client.post("/whom/ask/terms", data={**TERMS, **changes}, headers=ENGLISH)
    assert response.status_code == 200
    assert sentence in text_of(response)
    with app.app_context():
        assert db.session.scalars(select(RelationRequest)).all() == []


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_senior_answers_on_their_own_page(app: Flask, world: World, answer: str) -> None:
    _ask(_as(app, world, "Qian"))
    mother = _as(app, world, "Zhao")
    page = mother.get("/my/family", headers=ENGLISH)
    assert "钱小样 asks to act for Zhao Shifan" in text_of(page)
    wanted = re.search(r'href="(/my/family/wanted/\d+)"', page.text)
    assert wanted is not None
    assert 'value="see" checked' in mother.get(wanted[1]).text
    answers = {"decision": answer, "scope": ["see"]}
    assert mother.post(wanted[1], data=answers).headers["Location"] == "/my/family"
    given = [row[2:] for row in _acting(app)]
    assert given == ([(False, False, True, "web")] if answer == "yes" else [])
    assert mother.get(wanted[1]).status_code == 303


def test_the_senior_gives_without_being_asked_changes_and_ends(app: Flask, world: World) -> None:
    mother, son = _as(app, world, "Zhao"), _as(app, world, "Qian")
    page = f"/my/family/give/{world.people['Zhao']}"
    own = {"phone": PHONE, "relation": "son", "scope": ["see"]}
    assert "signs in as the person already" in text_of(mother.post(page, data=own, headers=ENGLISH))
    given = {"phone": "138 0000 0002", "relation": "son", "scope": ["see"]}
    assert mother.post(page, data=given).status_code == 303
    assert [row[2:] for row in _acting(app)] == [(False, False, True, "web")]
    link = re.search(r'href="(/my/family/acting/\d+)"', mother.get("/my/family").text)
    assert link is not None
    assert mother.post(link[1], data={"scope": ["apply", "see"]}).status_code == 303
    assert [row[2:5] for row in _acting(app)] == [(True, False, True)]
    # the son may look and end, and change nothing
    assert son.post(link[1], data={"scope": ["answer"]}).status_code == 200
    assert [row[2:5] for row in _acting(app)] == [(True, False, True)]
    assert son.post(f"{link[1]}/end").status_code == 303
    assert _acting(app) == []
    assert mother.get(link[1]).status_code == 404
    assert "不再替赵示范代办" in son.get("/my/family").text  # said once
    assert "赵示范" not in son.get("/my/family").text


@pytest.mark.parametrize("ending", ["Zhao", "Qian"])
def test_either_ends_it(app: Flask, world: World, ending: str) -> None:
    acting_id = _relate(app, world)
    assert _as(app, world, ending).post(f"/my/family/acting/{acting_id}/end").status_code == 303
    assert _acting(app) == []
    (_way, _address, text), *more = _texts(app, "relation_answer")
    assert "您不再替赵示范代办了" in text
    assert more == []


def test_past_its_date_nothing_is_seen_or_done(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting_id = _relate(app, world, until_on=NOW.date())
    son = _as(app, world, "Qian")
    assert "赵示范" in son.get("/whom").text
    stop_clock(monkeypatch, NOW + timedelta(days=1))
    for page in ("/whom", "/my/family"):
        assert "赵示范" not in son.get(page).text
    assert son.post("/whom", data={"person": world.people["Zhao"]}).status_code == 404
    assert son.get(f"/my/family/acting/{acting_id}").status_code == 404
    assert son.get("/my").status_code == 200  # for himself: nobody to choose between any more


@pytest.mark.parametrize(
    ("scope", "page"),
    [(("apply",), "/my"), (("see",), "/apply"), (("apply",), "/my/messages")],
)
def test_what_was_not_given_is_said(
    app: Flask, world: World, scope: tuple[str, ...], page: str
) -> None:
    """A page of its own, with what may be done and how to get more."""
    _relate(app, world, scope=scope)
    son = _as(app, world, "Qian")
    son.post("/whom", data={"person": world.people["Zhao"]})
    refused = son.get(page, headers=ENGLISH)
    assert refused.status_code == 403
    assert "Zhao Shifan has not yet agreed that you" in text_of(refused)
    assert ('href="/apply"' in refused.text.partition("<main")[2]) == ("apply" in scope)
    assert 'href="/my/family"' in refused.text


def test_answering_needs_to_be_given(app: Flask, world: World) -> None:
    samples = _samples(app, world)
    _relate(app, world, who="Sun", of="Qian", scope=("apply", "see"))
    son = _as(app, world, "Sun")
    son.post("/whom", data={"person": world.people["Qian"]})
    page = f"/my/placements/{samples['placement_id']}/confirm"
    refused = son.post(page, data={"whom": world.people["Qian"]})
    assert refused.status_code == 403
    assert _texts(app, "done_in_your_name") == []


def _samples(app: Flask, world: World) -> Samples:
    samples = add_samples(app, world)
    with app.app_context(), transaction() as session:
        session.query(Representation).filter_by(id=samples["acting_id"]).delete()
    return samples


def test_two_of_everything(app: Flask, world: World) -> None:
    """Whose is it? Each id swapped leads nowhere."""
    samples = add_samples(app, world)
    stranger = _as(app, world, "Li")
    for page in (
        "/my/family/asked/{asked_id}",
        "/my/family/asked/{asked_id}/code",
        "/my/family/asked/{asked_id}/paper",
        "/my/family/wanted/{wanted_id}",
        "/my/family/acting/{acting_id}",
        f"/my/family/give/{world.people['Zhao']}",
    ):
        address = page.format(**samples)
        assert _as(app, world, "Zhao").get(address).status_code == 200, address
        assert stranger.get(address).status_code == 404, address
    for page in ("asked/{asked_id}/send", "asked/{asked_id}/withdraw", "acting/{acting_id}/end"):
        assert stranger.post(f"/my/family/{page.format(**samples)}").status_code == 404
    # the one who asked does not answer themselves
    asker = _as(app, world, "Sun")
    assert asker.get(f"/my/family/wanted/{samples['wanted_id']}").status_code == 404
    assert asker.get(f"/my/family/asked/{samples['wanted_id']}").status_code == 200
    clerk = _as(app, world, "clerk")
    other, zhao = world.people["Li"], world.people["Zhao"]
    end = f"/staff/persons/{{}}/relations/{samples['acting_id']}/end"
    assert clerk.get(end.format(zhao)).status_code == 200
    assert clerk.get(end.format(other)).status_code == 404
    assert clerk.get("/staff/relations/999").status_code == 404


def test_staff_write_down_what_came_on_paper_or_by_telephone(app: Flask, world: World) -> None:
    samples = add_samples(app, world)
    clerk = _as(app, world, "clerk")
    listed = clerk.get("/staff/relations", headers=ENGLISH)
    assert "138****0001" in listed.text
    assert "138 0000 0001" not in listed.text
    page = f"/staff/relations/{samples['wanted_id']}"
    assert "138 0000 0001" in clerk.get(page).text
    answers = {"decision": "yes", "how": "phone", "scope": ["apply"]}
    assert "Please write who saw the signature" in text_of(
        clerk.post(page, data=answers, headers=ENGLISH)
    )
    assert clerk.post(page, data={**answers, "note": "她本人说好"}).status_code == 303
    sun, zhao = world.accounts["Sun"], world.people["Zhao"]
    assert (sun, zhao, True, False, False, "phone") in _acting(app)
    assert "她本人说好" in clerk.get(page).text
    assert "赵示范" not in clerk.get("/staff/relations").text.partition("<table")[2]


def test_staff_give_from_a_sheet_and_end_by_telephone(app: Flask, world: World) -> None:
    clerk, zhao = _as(app, world, "clerk"), world.people["Zhao"]
    page = f"/staff/persons/{zhao}/relations"
    sheet = {
        "phone": "13800000002",
        "asker": "钱样例",
        "relation": "son",
        "scope": ["apply", "see"],
        "how": "paper",
        "note": "看着签的",
    }
    assert clerk.post(page, data=sheet).headers["Location"] == page
    assert [row[2:] for row in _acting(app)] == [(True, False, True, "paper")]
    link = re.findall(rf'href="({page}/\d+/end)"', clerk.get(page).text)
    assert len(link) == 2  # her own phone, and the son's
    assert clerk.post(link[1], data={}).status_code == 200
    assert clerk.post(link[1], data={"note": "她打电话来说停"}).status_code == 303
    assert _acting(app) == []
    assert "她打电话来说停" in clerk.get(page).text


def test_the_number_of_the_person_is_stopped_by_another_question(app: Flask, world: World) -> None:
    """Whoever comes without a phone loses nothing: there is no button."""
    clerk, zhao = _as(app, world, "clerk"), world.people["Zhao"]
    page = f"/staff/persons/{zhao}/relations"
    listed = clerk.get(page, headers=ENGLISH).text
    assert ">End it" not in listed
    (link,) = re.findall(rf'href="({page}/\d+/end)"', listed)
    asked = text_of(clerk.get(link, headers=ENGLISH))
    assert "Do this when the phone is lost" in asked
    with app.app_context(), transaction():
        account = db.session.get_one(Account, world.accounts["Zhao"])
        account.phone, account.person_id = None, zhao
    assert re.findall(rf'href="({page}/\d+/end)"', clerk.get(page).text) == []
    assert clerk.post(link, data={"note": "误点"}).status_code == 404


def _begun(world: World) -> int:
    """Zhao's application with one class, not handed in."""
    row = start_application(
        world.round_id, world.people["Zhao"], channel="web", clerk_id=None, now=NOW
    )
    _choose(row, world.sections["S-001"])
    return row.id


def _choose(row: Application, section_id: int) -> None:
    draft: Draft = {"wants": 1, "choices": [section_id], "accept_automatically": False}
    save_draft(row.id, draft, version=row.version, now=NOW)


@pytest.mark.parametrize("deed", ["apply", "withdraw"])
def test_a_copy_goes_to_the_seniors_own_way(app: Flask, world: World, deed: str) -> None:
    """Once a deed; never to the phone of who did it, nor where news go."""
    son = world.accounts["Qian"]
    _relate(app, world)
    with app.app_context(), transaction():
        application_id = _begun(world)
        submit_application(application_id, now=NOW, account_id=son)
        submit_application(application_id, now=NOW, account_id=son)
        if deed == "withdraw":
            withdraw_application(application_id, now=NOW, account_id=son)
            withdraw_application(application_id, now=NOW, account_id=son)
    texts = _texts(app, "done_in_your_name")
    assert [(way, address) for way, address, _text in texts] == [("sms", PHONE)] * len(texts)
    assert len(texts) == (2 if deed == "withdraw" else 1)
    words = {"apply": "交了2027 年春季，第一批报名的报名表", "withdraw": "撤回了"}
    assert words[deed] in texts[-1][2]
    assert "您儿子（手机尾号 0002）" in texts[-1][2]
    assert texts[-1][2].startswith("赵示范：")


def test_no_copy_of_what_one_did_oneself(app: Flask, world: World) -> None:
    with app.app_context(), transaction():
        submit_application(_begun(world), now=NOW, account_id=world.accounts["Zhao"])
    assert _texts(app, "done_in_your_name") == []


def test_the_page_takes_few_queries(app: Flask, world: World) -> None:
    _relate(app, world)
    mother = _as(app, world, "Zhao")
    mother.get("/my/family")
    with counted_queries(app) as statements:
        mother.get("/my/family")
    assert len(statements) <= 8, statements


def test_a_couple_with_one_phone_are_two_persons(app: Flask, world: World) -> None:
    """Each deed touches one of them; each message names whom it is for; copies go to neither."""
    account, section_id = world.accounts["Zhou"], world.sections["S-004"]
    client = _as(app, world, "Zhou")
    for who in ("Zhou", "Wu"):
        client.post("/whom", data={"person": world.people[who]})
        with app.app_context(), transaction():
            row = start_application(
                world.round_id, world.people[who], channel="web", clerk_id=None, now=NOW
            )
            _choose(row, section_id)
        held = {**hidden(client.get("/apply/check")), "send": "1"}
        assert held["whom"] == str(world.people[who])
        assert client.post("/apply/check", data=held).headers["Location"] == "/apply/receipt"
    client.post("/whom", data={"person": world.people["Wu"]})
    held = hidden(client.get("/apply/withdraw"))
    client.post("/apply/withdraw", data={**held, "send": "1"})
    with app.app_context():
        states = db.session.execute(select(Application.person_id, Application.state)).tuples()
        assert dict(states.all()) == {
            world.people["Zhou"]: "submitted",
            world.people["Wu"]: "withdrawn",
        }
        deeds = db.session.scalars(
            select(AuditEntry.account_id).where(AuditEntry.action.startswith("application."))
        )
        assert set(deeds) == {account}
    (receipt,) = _texts(app, "application_receipt")
    (withdrawn,) = _texts(app, "application_withdrawn")
    assert receipt[1] == withdrawn[1] == "+8613800000005"
    assert receipt[2].startswith("周模拟")
    assert withdrawn[2].startswith("吴演示")
    assert _texts(app, "done_in_your_name") == []


def test_a_spouse_who_acts_with_the_shared_phone_gets_no_copy_on_it(
    app: Flask, world: World
) -> None:
    """The phone is the actor's own: the copy goes by letter."""
    with app.app_context(), transaction() as session:
        row = session.scalars(
            select(Representation).where(Representation.person_id == world.people["Wu"])
        ).one()
        row.kind, row.relation = "relative", "spouse"
        session.get_one(Person, world.people["Wu"]).address = "二号路 2 号"
        tell_of(world.people["Wu"], row.account_id, "data", NOW, subject="person:1", again=NOW)
    ((way, address, text),) = _texts(app, "done_in_your_name")
    assert (way, address) == ("letter", "二号路 2 号")
    assert text.startswith("吴演示：您老伴")
