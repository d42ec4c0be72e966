"""For whom: choosing, entering oneself or somebody one helps, taking up a slip."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application
from eldercampus.people.models import Consent, Person, Representation, Tag
from eldercampus.people.queries import get_person
from eldercampus.people.representing import represent
from tests.people.details import NUMBER
from tests.web.visiting import ENGLISH, build_open_world, hidden, sign_in, text_of
from tests.world import NOW, World

WHO = {
    "kind": "self",
    "name": "郑新来",
    "sex": "m",
    "born-year": "1952",
    "born-month": "3",
    "born-day": "27",
}
REACH = {
    "news": "sms",
    "phone": "13800000077",
    "language": "zh",
    "emergency_name": "郑二",
    "emergency_relation": "son",
    "emergency_phone": "13900000000",
}


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def zhao(app: Flask, client: FlaskClient, world: World) -> FlaskClient:
    sign_in(app, client, world.accounts["Zhao"])
    return client


def _home(world: World, **changes: str) -> dict[str, str]:
    east, second = str(world.towns["East"]), str(world.communities["E2"])
    return {"town": east, "community": second, "address": "一号路 2 号", "send": "1", **changes}


def _fill(client: FlaskClient, world: World, **who: str) -> None:
    """The first three pages."""
    for page, answers, onward in (
        ("/whom/add", {**WHO, **who}, "/whom/add/home?next=/courses"),
        ("/whom/add/home", _home(world), "/whom/add/reach?next=/courses"),
        ("/whom/add/reach", REACH, "/whom/add/check?next=/courses"),
    ):
        response = _post(client, f"{page}?next=/courses", answers)
        assert response.headers.get("Location") == onward, text_of(response)


def _post(client: FlaskClient, page: str, answers: dict[str, Any], **more: Any) -> Any:
    """With what the page's form holds."""
    return client.post(page, data={**hidden(client.get(page)), **answers}, **more)


def _send(client: FlaskClient, **answers: Any) -> Any:
    return _post(
        client, "/whom/add/check?next=/courses", {"consent": "yes", **answers}, headers=ENGLISH
    )


def _entered(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Person.id))) or 0


def test_oneself(app: Flask, zhao: FlaskClient, world: World) -> None:
    _fill(zhao, world, id_number=NUMBER)
    page = text_of(zhao.get("/whom/add/check"))
    assert f"3302**********{NUMBER[-4:]}" in page
    response = _send(zhao, sensitive="yes", tags=["disability"])
    assert response.headers["Location"] == "/courses"
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.name == "郑新来")).one()
        assert (person.born_on, person.registered_by) == (date(1952, 3, 27), "web")
        kinds = db.session.scalars(select(Consent.kind).where(Consent.person_id == person.id))
        assert sorted(kinds) == ["personal", "sensitive"]
        assert db.session.scalars(select(Tag.state)).all() == ["claimed"]
        stands = db.session.scalars(
            select(Representation).where(Representation.person_id == person.id)
        ).one()
        assert (stands.account_id, stands.kind) == (world.accounts["Zhao"], "self")
    with zhao.session_transaction() as kept:
        assert "person_draft" not in kept


def test_somebody_under_sixty_is_told_and_may_go_on(
    app: Flask, zhao: FlaskClient, world: World
) -> None:
    note = "Most classes are for people of 60 and over. This person is younger."
    _fill(zhao, world, **{"born-year": "1966", "born-month": "11", "born-day": "23"})
    assert note not in text_of(zhao.get("/whom/add/check", headers=ENGLISH))
    _fill(zhao, world, **{"born-year": "1966", "born-month": "11", "born-day": "24"})
    assert note in text_of(zhao.get("/whom/add/check", headers=ENGLISH))
    before = _entered(app)
    assert _send(zhao).status_code == 303
    assert _entered(app) == before + 1


def test_somebody_one_helps(app: Flask, zhao: FlaskClient, world: World) -> None:
    _fill(zhao, world, kind="relative", relation="daughter")
    assert "Please write your own name." in text_of(_send(zhao))
    assert "Please write your name only" in text_of(_send(zhao, signer="加微信 12345"))
    response = _send(zhao, signer="赵示范")
    assert response.headers["Location"] == "/my/family/asked/1?next=/courses"
    asked = zhao.get(response.headers["Location"], headers=ENGLISH)
    assert "Now 郑新来 has to say yes" in text_of(asked)
    assert 'href="/courses"' in asked.text.partition("<main")[2]
    with app.app_context():
        stands = db.session.scalars(
            select(Representation).where(Representation.kind == "relative")
        ).one()
        assert (stands.may_apply, stands.may_answer, stands.may_see) == (True, False, False)
        person_id = db.session.scalars(select(Person.id).where(Person.name == "郑新来")).one()
        person = get_person(person_id)
        contacts = [(one.value, one.whose) for one in person.contacts]
        assert contacts == [("+8613800000077", "own"), ("+8613800000001", "daughter")]
        consent = db.session.scalars(select(Consent)).one()
        assert (consent.signer, consent.relation) == ("赵示范", "daughter")
    page = text_of(zhao.get("/whom", headers=ENGLISH))
    assert "your father" in page


@pytest.mark.parametrize("answer", ["lost", "arrived"])
def test_sent_twice_is_entered_once(
    app: Flask, zhao: FlaskClient, world: World, answer: str
) -> None:
    """Both sendings lead to the same page, also when the draft has gone with the first one."""
    _fill(zhao, world)
    cookie = zhao.get_cookie("eldercampus")
    assert cookie is not None
    held = {**hidden(zhao.get("/whom/add/check?next=/courses")), "consent": "yes"}
    for _ in range(2):
        response = zhao.post("/whom/add/check?next=/courses", data=held)
        assert response.headers["Location"] == "/courses"
        if answer == "lost":
            zhao.set_cookie("eldercampus", cookie.value)
    assert _entered(app) == 8
    assert zhao.post("/whom/add/check", data=held).headers["Location"] == "/courses"
    with zhao.session_transaction() as kept:
        assert "person_draft" not in kept


@pytest.mark.parametrize("page", ["home", "reach", "check"])
def test_back_after_entering_leads_to_those_who_are_entered(
    app: Flask, zhao: FlaskClient, world: World, page: str
) -> None:
    """No empty first page without a word."""
    _fill(zhao, world)
    old = hidden(zhao.get("/whom/add/home"))
    _send(zhao)
    for method in ("GET", "POST"):
        response = zhao.open(f"/whom/add/{page}", method=method, data=old, headers=ENGLISH)
        assert response.headers["Location"] == "/whom?next=/my"
        said = text_of(zhao.get("/whom", headers=ENGLISH))
        assert "Nobody is being entered just now" in said
        assert "郑新来" in said


@pytest.mark.parametrize("page", ["home", "reach", "check"])
def test_two_windows_do_not_mix_two_people(
    app: Flask, zhao: FlaskClient, world: World, page: str
) -> None:
    """The first window's page is refused once the second has begun with somebody else."""
    _fill(zhao, world)
    first = hidden(zhao.get(f"/whom/add/{page}"))
    _post(zhao, "/whom/add", {**WHO, "name": "钱乙"})
    with zhao.session_transaction() as kept:
        before = kept["person_draft"]
    answers = {
        "home": _home(world, address="第一扇窗"),
        "reach": REACH,
        "check": {"consent": "yes"},
    }
    sent = {**first, **answers[page]}
    response = zhao.post(f"/whom/add/{page}", data=sent, headers=ENGLISH, follow_redirects=True)
    assert "In another window you began to enter somebody else." in text_of(response)
    assert 'value="钱乙"' in response.text
    assert "Page 1 of 4" in text_of(response)
    with zhao.session_transaction() as kept:
        assert kept["person_draft"] == before
    assert _entered(app) == 7


def test_the_draft_cannot_be_read_in_the_browser(zhao: FlaskClient, world: World) -> None:
    _fill(zhao, world, id_number=NUMBER)
    with zhao.session_transaction() as kept:
        draft = kept["person_draft"]
    assert NUMBER not in draft
    assert "郑" not in draft


def test_answers_stay_when_one_goes_back(zhao: FlaskClient, world: World) -> None:
    _fill(zhao, world)
    page = zhao.get("/whom/add").text
    assert 'value="郑新来"' in page
    assert 'value="1952"' in page
    assert re.search(r'<option value="\d+" selected>东二社区', zhao.get("/whom/add/home").text)
    assert 'value="郑二"' in zhao.get("/whom/add/reach").text


def test_pages_come_in_order(zhao: FlaskClient, world: World) -> None:
    zhao.post("/whom/add", data=WHO)
    for page in ("reach", "check"):
        assert zhao.get(f"/whom/add/{page}").headers["Location"] == "/whom/add/home?next=/my"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Please say who wants to learn."),
        ({"kind": "relative"}, "Please choose who you are to them."),
        ({"name": " "}, "Please write the name."),
        ({"name": "１２３·-"}, "A name has letters or Chinese characters."),
        ({"name": "郑" * 61}, "That is too long."),
        ({"sex": "x"}, "Please choose one from the list."),
        ({"born-day": ""}, "The day is missing."),
        ({"born-month": "13"}, "Months go from 1 to 12."),
        ({"born-year": "1953", "born-month": "2", "born-day": "29"}, "no such day"),
        ({"born-year": "2026", "born-month": "11", "born-day": "24"}, "lies in the future"),
        ({"born-year": "1890"}, "too long ago"),
        ({"id_number": NUMBER[:-1]}, "An identity number has 18 signs. This one has 17."),
        ({"id_number": NUMBER[:-1] + "Z"}, "digits only"),
        ({"id_number": NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)}, "last sign"),
        ({"id_number": NUMBER, "born-day": "28"}, "another birth date"),
        ({"id_number": NUMBER, "sex": "f"}, "do not fit together"),
    ],
)
def test_bad_answers_about_who(
    app: Flask, zhao: FlaskClient, world: World, changes: dict[str, str], sentence: str
) -> None:
    response = zhao.post("/whom/add", data={**WHO, **changes}, headers=ENGLISH)
    assert response.status_code == 200
    assert sentence in text_of(response)
    if "name" not in changes:
        assert 'value="郑新来"' in response.text
    with zhao.session_transaction() as kept:
        assert "person_draft" not in kept


def test_full_width_digits_are_read(zhao: FlaskClient, world: World) -> None:
    wide = NUMBER.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    who = {**WHO, "id_number": f" {wide[:6]} {wide[6:]}", "born-year": "１９５２"}
    assert zhao.post("/whom/add", data=who).status_code == 303


def test_towns_and_communities_without_javascript(zhao: FlaskClient, world: World) -> None:
    zhao.post("/whom/add", data=WHO)
    assert "东二社区" not in zhao.get("/whom/add/home").text
    east = str(world.towns["East"])
    shown = _post(zhao, "/whom/add/home", {"town": east, "show": "1"})
    assert "东二社区" in text_of(shown)
    assert "西一村" not in shown.text
    assert "govuk-error-summary" not in shown.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"town": ""}, "Please choose the town or subdistrict."),
        ({"town": "999"}, "Please choose one from the list."),
        ({"community": ""}, "Please choose the community or village from the list."),
        ({"community": "999"}, "Please choose one from the list."),
        ({"community": "W1"}, "Please choose one from the list."),
        ({"address": "路" * 121}, "That is too long."),
    ],
)
def test_bad_answers_about_home(
    zhao: FlaskClient, world: World, changes: dict[str, str], sentence: str
) -> None:
    zhao.post("/whom/add", data=WHO)
    if changes.get("community") == "W1":
        changes = {"community": str(world.communities["W1"])}
    response = _post(zhao, "/whom/add/home", _home(world, **changes), headers=ENGLISH)
    assert response.status_code == 200
    assert sentence in text_of(response)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"news": "pigeon"}, "Please choose one from the list."),
        ({"phone": ""}, "Please write the number that we shall ring or write to."),
        ({"phone": "12"}, "We cannot ring this number."),
        ({"emergency_name": ""}, "Please write a name."),
        ({"emergency_phone": ""}, "Please write their phone number."),
    ],
)
def test_bad_answers_about_reaching(
    zhao: FlaskClient, world: World, changes: dict[str, str], sentence: str
) -> None:
    zhao.post("/whom/add", data=WHO)
    _post(zhao, "/whom/add/home", _home(world))
    response = _post(zhao, "/whom/add/reach", {**REACH, **changes}, headers=ENGLISH)
    assert sentence in text_of(response)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"consent": ""}, "Without this we cannot enter anybody."),
        ({"tags": ["disability"]}, "Please tick this too"),
        ({"tags": ["rich"]}, "Please choose only from the list."),
    ],
)
def test_bad_answers_at_the_end_enter_nobody(
    app: Flask, zhao: FlaskClient, world: World, answers: dict[str, Any], sentence: str
) -> None:
    _fill(zhao, world)
    given = {name: value for name, value in {"consent": "yes", **answers}.items() if value}
    response = _post(zhao, "/whom/add/check", given, headers=ENGLISH)
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert _entered(app) == 7


def test_one_of_several_is_chosen(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(app, client, world.accounts["Wu"])
    assert client.get("/my").headers["Location"] == "/whom?next=/my"
    page = text_of(client.get("/whom?next=/my"))
    assert "周模拟" in page
    assert "吴演示" in page
    response = client.post("/whom?next=/my", data={"person": world.people["Wu"]})
    assert response.headers["Location"] == "/my"
    assert "吴演示" in client.get("/my").text


@pytest.mark.parametrize("person", ["Qian", "nobody", "text"])
def test_nobody_elses_person_is_chosen(
    app: Flask, zhao: FlaskClient, world: World, person: str
) -> None:
    wanted = {"nobody": "999", "text": "x; DROP"}.get(person) or str(world.people[person])
    assert zhao.post("/whom", data={"person": wanted}).status_code == 404


def _slip(app: Flask, world: World) -> None:
    """A clerk has entered Sun, who has no account of her own any more."""
    with app.app_context(), transaction() as session:
        session.query(Representation).filter_by(person_id=world.people["Sun"]).delete()
        session.get_one(Person, world.people["Sun"]).registered_by = "counter"
        session.add(
            Application(
                round_id=world.round_id,
                person_id=world.people["Sun"],
                state="submitted",
                receipt="K7MQ-4F2X",
                channel="counter",
                created_at=NOW,
                changed_at=NOW,
                submitted_at=NOW,
            )
        )


def _claim(client: FlaskClient, receipt: str, year: str = "1945", kind: str = "self") -> Any:
    born = {"born-year": year, "born-month": "12", "born-day": "30"}
    answers = {"receipt": receipt, "kind": kind, **born}
    return client.post("/whom/claim?next=/my", data=answers, headers=ENGLISH)


def test_a_slip_from_the_counter(app: Flask, zhao: FlaskClient, world: World) -> None:
    _slip(app, world)
    for receipt, year in (("K7MQ-4F2X", "1946"), ("K7MQ-4F2Y", "1945"), ("?", "1945")):
        page = text_of(_claim(zhao, receipt, year))
        assert "We find nobody with this receipt number and this birth date." in page
    for _ in range(2):  # also when it is sent twice
        assert _claim(zhao, " k7mq 4f2x ").headers["Location"] == "/my"
    assert zhao.get("/my").headers["Location"] == "/sign-in/counter-code?next=/my"
    assert "孙虚构" in zhao.get("/apply").text


def test_slips_are_not_guessed(app: Flask, zhao: FlaskClient, world: World) -> None:
    _slip(app, world)
    for _ in range(10):
        _claim(zhao, "AAAA-AAAA")
    assert "Too many tries." in text_of(_claim(zhao, "K7MQ-4F2X"))


def test_a_slip_makes_nobody_somebody_who_signs_in_already(
    app: Flask, zhao: FlaskClient, world: World
) -> None:
    _slip(app, world)
    with app.app_context(), transaction():
        represent(world.accounts["Sun"], world.people["Sun"], kind="self", now=NOW)
    assert "Somebody signs in for this person already." in text_of(_claim(zhao, "K7MQ-4F2X"))
    assert "孙虚构" not in zhao.get("/whom").text


@pytest.mark.parametrize("who", ["Zhao", "Sun"])
def test_while_a_relative_acts_only_the_own_phone_takes_up_the_slip(
    app: Flask, client: FlaskClient, world: World, who: str
) -> None:
    _slip(app, world)
    with app.app_context(), transaction():
        represent(world.accounts["Li"], world.people["Sun"], kind="relative", now=NOW)
    sign_in(app, client, world.accounts[who])
    response = _claim(client, "K7MQ-4F2X")
    assert (response.status_code == 303) == (who == "Sun")


def test_somebody_elses_slip_asks_them(app: Flask, zhao: FlaskClient, world: World) -> None:
    """The same page whether the slip is known or not; nobody is shown."""
    _slip(app, world)
    for receipt in ("K7MQ-4F2X", "AAAA-AAAA"):
        response = _claim(zhao, receipt, kind="relative")
        assert response.headers["Location"] == "/whom/ask/terms?next=/my"
    assert "孙虚构" not in zhao.get("/whom/ask/terms").text
