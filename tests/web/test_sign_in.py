"""The door: codes, passwords, sessions that end, and where one goes afterwards."""

import re
from datetime import datetime, timedelta
from urllib.parse import unquote

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus import clock
from eldercampus.db import db, transaction
from eldercampus.notices.models import Notice
from eldercampus.people.accounts import create_account, grant
from eldercampus.people.models import Account, SignInCode, WebSession
from eldercampus.people.sessions import end_sessions_of
from eldercampus.people.signing_in import change_phone
from eldercampus.web.public import sign_in as sign_in_page
from tests.web.visiting import ENGLISH, hidden, sign_in, text_of
from tests.world import NOW, World, build_world

PHONE = "138 0000 0001"
PASSWORD = "a long and easy phrase"


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return build_world()


def _sent_code(app: Flask) -> str:
    with app.app_context():
        latest = db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        assert latest is not None
        return str(latest.facts["code"])


def _to_the_code(client: FlaskClient, onward: str = "/whom", phone: str = PHONE) -> str:
    """Sends the phone; the address of the code page."""
    response = client.post(f"/sign-in?next={onward}", data={"phone": phone})
    assert response.status_code == 303
    return str(response.headers["Location"])


def _enter(app: Flask, client: FlaskClient, onward: str = "/whom", phone: str = PHONE) -> str:
    """Signs in; where it led."""
    page = _to_the_code(client, onward, phone)
    response = client.post(page, data={"code": _sent_code(app)})
    assert response.status_code == 303, text_of(response)
    return str(response.headers["Location"])


def test_a_senior_signs_in_and_goes_on(app: Flask, client: FlaskClient, world: World) -> None:
    page = _to_the_code(client)
    assert PHONE.replace(" ", "") not in page
    assert "138****0001" in text_of(client.get(page))
    assert _enter(app, app.test_client(), "/courses", "13800000002") == "/courses"


@pytest.mark.parametrize("typed", ["１３８００００００７７", "+86 138-0000-0077", "138 0000 0077 "])
def test_anybody_may_sign_in(app: Flask, client: FlaskClient, world: World, typed: str) -> None:
    assert _enter(app, client, phone=typed) == "/whom"
    with app.app_context():
        found = db.session.scalars(select(Account).where(Account.phone == "+8613800000077")).one()
        assert found.name == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please write a mobile number."),
        ("1380000", "A mobile number has 11 digits."),
        ("0574-8888 1234", "A mobile number has 11 digits."),
        ("138000000011", "A mobile number has 11 digits."),
        ("x" * 300, "A mobile number has 11 digits."),
    ],
)
def test_what_is_no_phone(
    app: Flask, client: FlaskClient, world: World, typed: str, sentence: str
) -> None:
    response = client.post("/sign-in", data={"phone": typed}, headers=ENGLISH)
    assert response.status_code == 200
    assert sentence in text_of(response)
    if typed:
        assert f'value="{typed}"' in response.text
    with app.app_context():
        assert db.session.scalar(select(SignInCode.id)) is None


def test_a_wrong_code_says_how_many_tries_are_left(
    app: Flask, client: FlaskClient, world: World
) -> None:
    page = _to_the_code(client)
    right = _sent_code(app)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    said = [text_of(client.post(page, data={"code": wrong}, headers=ENGLISH)) for _ in range(5)]
    assert "Tries left: 4." in said[0]
    assert "does not count any more" in said[4]
    response = client.post(page, data={"code": right}, headers=ENGLISH)
    assert response.status_code == 200


@pytest.mark.parametrize("typed", ["abc", "12345", "1234567", "12345a", "١٢٣٤٥٦", ""])
def test_what_cannot_be_a_code_costs_no_try(
    app: Flask, client: FlaskClient, world: World, typed: str
) -> None:
    page = _to_the_code(client)
    for _ in range(6):
        said = text_of(client.post(page, data={"code": typed}, headers=ENGLISH))
        assert "Please write the six digits of the message." in said
    with app.app_context():
        assert db.session.scalars(select(SignInCode.tries)).one() == 0
    wide = _sent_code(app).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert client.post(page, data={"code": f" {wide[:3]} {wide[3:]}"}).status_code == 303


def test_known_and_unknown_numbers_meet_the_same_pages(app: Flask, world: World) -> None:
    pages = []
    for phone in ("13800000001", "13899990001"):
        client = app.test_client()
        page = _to_the_code(client, phone=phone)
        text = client.get(page).text
        pages.append(re.sub(r'(csrf_token|key)" value="[^"]*"', "", text))
    assert pages[0].replace("138****0001", "") == pages[1].replace("138****0001", "")


def test_without_demo_no_page_shows_the_code(app: Flask, client: FlaskClient, world: World) -> None:
    page = _to_the_code(client)
    code = _sent_code(app)
    assert code not in client.get(page).text
    assert code not in str(client.get_cookie("eldercampus"))
    app.config["DEMO"] = True
    other = app.test_client()
    page = _to_the_code(other, phone="13800000099")
    assert _sent_code(app) in text_of(other.get(page))


def test_a_code_can_be_asked_for_again(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _to_the_code(client)
    again = page.replace("/code", "/again")
    client.post(again, headers=ENGLISH)
    assert "less than a minute ago" in text_of(client.get(page, headers=ENGLISH))
    later = datetime.now(clock.SHANGHAI) + timedelta(seconds=61)
    monkeypatch.setattr(sign_in_page, "wall_now", lambda: later)
    first = _sent_code(app)
    assert client.post(again, headers=ENGLISH).headers["Location"] == page
    assert "We sent a new code." in text_of(client.get(page, headers=ENGLISH))
    assert client.post(page, data={"code": _sent_code(app)}).status_code == 303 or (
        first == _sent_code(app)
    )


def test_the_code_page_alone_leads_back(app: Flask, client: FlaskClient, world: World) -> None:
    for response in (client.get("/sign-in/code"), client.post("/sign-in/again")):
        assert response.headers["Location"].startswith("/sign-in?")


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "///evil.example", "javascript:alert(1)", "https://e.x/"],
)
def test_nobody_is_led_outside(app: Flask, client: FlaskClient, world: World, target: str) -> None:
    assert _enter(app, client, target) == "/my"


def test_a_couple_is_asked_for_whom(app: Flask, client: FlaskClient, world: World) -> None:
    assert _enter(app, client, "/courses", "13800000005") == "/whom?next=/courses"


def test_signing_in_gives_a_new_session_and_keeps_the_picks(
    app: Flask, client: FlaskClient, world: World
) -> None:
    with client.session_transaction() as before:
        before["picks"] = [1, 2]
        before["csrf_token"] = "known to an attacker"
    _enter(app, client)
    with client.session_transaction() as kept:
        first = kept["signed_in"]
        assert kept["picks"] == [1, 2]
        assert "sign_in_phone" not in kept
        assert kept.get("csrf_token") != "known to an attacker"
    _enter(app, client)
    with client.session_transaction() as kept:
        assert kept["signed_in"] != first
    with app.app_context():
        ended = db.session.scalars(select(WebSession.ended_at).order_by(WebSession.id)).all()
    assert [one is None for one in ended] == [False, True]


def test_a_replayed_cookie_is_worth_nothing(app: Flask, client: FlaskClient, world: World) -> None:
    _enter(app, client)
    stolen = client.get_cookie("eldercampus")
    assert stolen is not None
    assert client.get("/whom").status_code == 200
    assert client.post("/sign-out").headers["Location"] == "/"
    thief = app.test_client()
    thief.set_cookie("eldercampus", stolen.value)
    assert thief.get("/whom").headers["Location"] == "/sign-in?next=/whom"
    assert client.get("/whom").status_code == 303


@pytest.mark.parametrize(
    ("who", "sent", "came_from", "to"),
    [
        ("Zhao", "/apply/check", "/apply/check", "/sign-in?next=/apply/check"),
        ("Zhao", "/my/join/1", "/courses/1?x=1", "/sign-in?next=/courses/1?x%3D1"),
        ("Zhao", "/apply/discard", None, "/sign-in"),
        ("Zhao", "/apply/check", "http://evil.example/apply", "/sign-in"),
        ("Zhao", "/apply/check", "http://localhost//evil.example", "/sign-in"),
        (
            "clerk",
            "/staff/counter/new",
            "/staff/counter/new",
            "/staff/sign-in?next=/staff/counter/new",
        ),
    ],
)
def test_sent_after_the_session_ended(
    app: Flask,
    client: FlaskClient,
    world: World,
    who: str,
    sent: str,
    came_from: str | None,
    to: str,
) -> None:
    """It is said, and after signing in one is back on the page."""
    sign_in(app, client, world.accounts[who])
    with app.app_context(), transaction():
        end_sessions_of(world.accounts[who], datetime.now(clock.SHANGHAI))
    own = came_from is not None and came_from.startswith("/")
    came = f"http://localhost{came_from}" if own else came_from
    headers = {**ENGLISH, **({"Referer": came} if came else {})}
    response = client.post(sent, headers=headers)
    assert unquote(response.headers["Location"]) == unquote(to)
    page = client.get(response.headers["Location"], headers=ENGLISH)
    assert "What you just pressed was not done." in text_of(page)


def test_from_the_lost_form_through_the_door_and_back(
    app: Flask, client: FlaskClient, world: World
) -> None:
    headers = {"Referer": "http://localhost/apply/wants"}
    to = client.post("/apply/wants", headers=headers).headers["Location"]
    code_page = client.post(to, data={"phone": PHONE}).headers["Location"]
    response = client.post(code_page, data={"code": _sent_code(app)})
    assert response.headers["Location"] == "/apply/wants"


def test_signing_out_twice_does_no_harm(app: Flask, client: FlaskClient, world: World) -> None:
    for _ in range(2):
        assert client.post("/sign-out").status_code == 303


def test_another_phone_signs_all_browsers_out(app: Flask, world: World) -> None:
    browsers = [app.test_client(), app.test_client()]
    for browser in browsers:
        sign_in(app, browser, world.accounts["Zhao"])
        assert browser.get("/whom").status_code == 200
    with app.app_context(), transaction():
        change_phone(world.accounts["Zhao"], "+8613811111111", now=NOW)
    assert [browser.get("/whom").status_code for browser in browsers] == [303, 303]


def _staff(app: Flask, world: World, role: str = "clerk", campus: str | None = "K-01") -> str:
    """A staff account with a role; its authenticator's secret."""
    with app.app_context(), transaction():
        made = create_account("lin", PASSWORD, now=NOW)
        campus_id = world.campuses[campus] if campus else None
        town_id = world.towns["East"] if role == "town_officer" else None
        grant(made.account.id, role, campus_id=campus_id, town_id=town_id, now=NOW)
        return made.totp_secret


@pytest.mark.parametrize(
    ("role", "campus", "first"),
    [
        ("clerk", "K-01", "/staff"),
        ("campus_head", "K-01", "/staff"),
        ("district_officer", None, "/staff"),
        ("auditor", None, "/staff"),
        ("town_officer", None, "/town"),
    ],
)
def test_staff_sign_in_and_start_where_they_work(
    app: Flask, client: FlaskClient, world: World, role: str, campus: str | None, first: str
) -> None:
    code = pyotp.TOTP(_staff(app, world, role, campus)).now()
    answers = {"username": " LIN ", "password": PASSWORD, "code": f"{code[:3]} {code[3:]}"}
    response = client.post("/staff/sign-in", data=answers)
    assert response.headers["Location"] == first
    assert client.get(first, follow_redirects=True).status_code == 200
    again = app.test_client().post("/staff/sign-in", data=answers, headers=ENGLISH)
    assert "User name, password or code is not right." in text_of(again)


def test_a_wrong_password_keeps_the_name_and_hides_the_password(
    app: Flask, client: FlaskClient, world: World
) -> None:
    _staff(app, world)
    wrong = {"username": "lin", "password": "wrong password", "code": "123456"}
    response = client.post("/staff/sign-in", data=wrong, headers=ENGLISH)
    assert "User name, password or code is not right." in text_of(response)
    assert 'value="lin"' in response.text
    assert "wrong password" not in response.text


def test_only_the_demonstration_lists_accounts(
    app: Flask, client: FlaskClient, world: World
) -> None:
    secret = _staff(app, world)
    assert "Accounts of the demonstration" not in client.get("/staff/sign-in", headers=ENGLISH).text
    app.config["DEMO"] = True
    page = text_of(client.get("/staff/sign-in", headers=ENGLISH))
    assert "Accounts of the demonstration" in page
    totp = pyotp.TOTP(secret)
    now = datetime.now(clock.SHANGHAI)
    assert totp.at(now) in page or totp.at(now - timedelta(seconds=30)) in page


def test_forms_need_their_token(make_app: object) -> None:
    app: Flask = make_app(WTF_CSRF_ENABLED=True)  # type: ignore[operator]
    client = app.test_client()
    for page in ("/sign-in", "/staff/sign-in", "/sign-out"):
        assert client.post(page, data={"phone": PHONE}).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    sent = {"phone": PHONE, "csrf_token": token[1]}
    assert client.post("/sign-in", data=sent).status_code == 303


def test_a_double_click_on_the_code_page_is_one_sign_in(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """Both sendings left with the cookie of before; the answer to the second is what the browser
    shows and keeps."""
    page = _to_the_code(client)
    sent = {**hidden(client.get(page)), "code": _sent_code(app)}
    before = client.get_cookie("eldercampus")
    assert before is not None
    assert client.post(page, data=sent).headers["Location"] == "/whom"
    client.set_cookie("eldercampus", before.value)
    assert client.post(page, data=sent).headers["Location"] == "/whom"
    assert client.get("/whom").status_code == 200


def test_the_key_of_a_page_lets_nobody_else_in(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """Another browser, another number, a wrong code: the key alone is worth nothing."""
    page = _to_the_code(client)
    sent = {**hidden(client.get(page)), "code": _sent_code(app)}
    assert client.post(page, data=sent).headers["Location"] == "/whom"
    stranger = app.test_client()
    other = _to_the_code(stranger, phone="13800000005")
    for code in ("000000", sent["code"]):
        answer = stranger.post(other, data={**sent, "code": code}, headers=ENGLISH)
        assert answer.status_code == 200
        with stranger.session_transaction() as kept:
            assert "signed_in" not in kept


def test_the_page_of_a_used_code_opens_nothing_later(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: somebody goes back in the browser's history and sends it again."""
    page = _to_the_code(client)
    sent = {**hidden(client.get(page)), "code": _sent_code(app)}
    before = client.get_cookie("eldercampus")
    assert before is not None
    client.post(page, data=sent)
    client.set_cookie("eldercampus", before.value)
    later = datetime.now(clock.SHANGHAI) + timedelta(seconds=11)
    monkeypatch.setattr(sign_in_page, "wall_now", lambda: later)
    again = client.post(page, data=sent, headers=ENGLISH)
    assert "This code does not count any more." in text_of(again)


def test_going_back_to_the_code_page_after_signing_in_leads_on(
    app: Flask, client: FlaskClient, world: World
) -> None:
    page = _to_the_code(client)
    client.post(page, data={"code": _sent_code(app)})
    assert client.get(page).headers["Location"] == "/whom"
    client.post("/sign-out")
    assert "Please write your number once more" in text_of(
        client.get(page, headers=ENGLISH, follow_redirects=True)
    )


def test_a_double_click_on_the_phone_page_sends_one_code(
    app: Flask, client: FlaskClient, world: World
) -> None:
    assert _to_the_code(client) == _to_the_code(client)
    with app.app_context():
        assert len(db.session.scalars(select(SignInCode.id)).all()) == 1


def test_a_late_answer_does_not_put_the_old_cookie_back(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """A page asked for before signing in may arrive after it."""
    with client.session_transaction() as kept:
        kept["picks"], kept.permanent = [1], True
    client.get("/")  # puts the token of the forms into the cookie
    assert "Set-Cookie" not in client.get("/").headers


def test_a_number_that_is_somebody_elses_now(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context(), transaction() as session:
        old = datetime.now(clock.SHANGHAI) - timedelta(days=200)
        session.get_one(Account, world.accounts["Zhao"]).created_at = old
    page = _to_the_code(client)
    code = _sent_code(app)
    asked = client.post(page, data={"code": code}, headers=ENGLISH)
    assert "was not used here for a long time" in text_of(asked)
    assert "I have had this number only for a short time" in text_of(asked)
    answers = {"code": code, "born-year": "", "new_owner": "yes"}
    assert client.post(page, data=answers).headers["Location"] == "/whom"
    assert "Zhao" not in text_of(client.get("/whom", headers=ENGLISH))


@pytest.mark.parametrize("page", ["/sign-in", "/sign-in/code", "/sign-in/receipt"])
def test_every_page_of_the_door_says_whom_to_ring(
    app: Flask, client: FlaskClient, world: World, page: str
) -> None:
    _to_the_code(client)
    assert 'href="tel:057400001234"' in client.get(page).text.partition("<main")[2]
