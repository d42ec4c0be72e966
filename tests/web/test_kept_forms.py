"""Nothing typed is lost when the session has ended or the page is too old; nobody else sees it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from eldercampus.db import db, transaction
from eldercampus.enrolment.applications import start_application
from eldercampus.jobs.work import clear_away
from eldercampus.people import kept_forms
from eldercampus.people.models import KeptForm
from eldercampus.people.sessions import end_sessions_of
from tests.web.visiting import ENGLISH, build_open_world, hidden, sign_in, text_of
from tests.world import NOW, World

PAGE = "/whom/add?next=/apply"
TYPED = {
    "_form": "WhoForm",
    "kind": "relative",
    "relation": "daughter",
    "name": "𬭎 示范",
    "sex": "f",
    "born-year": "1950",
    "born-month": "2",
    "born-day": "30",
    "id_number": "",
    "send": "1",
}
AGAIN = "What you had typed stands below again."


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


def _from(page: str) -> dict[str, str]:
    return {**ENGLISH, "Referer": f"http://localhost{page}"}


def _end(app: Flask, world: World, name: str) -> None:
    with app.app_context(), transaction():
        end_sessions_of(world.accounts[name], datetime.now(UTC))


def _lose(app: Flask, client: FlaskClient, world: World, name: str = "Zhao") -> str:
    """Types after the session has ended; where it leads."""
    sign_in(app, client, world.accounts[name])
    _end(app, world, name)
    response = client.post(PAGE, data=TYPED, headers=_from(PAGE))
    assert response.status_code == 303
    return str(response.headers["Location"])


def _rows(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(KeptForm.id))) or 0


def test_what_was_typed_stands_there_after_signing_in(
    app: Flask, client: FlaskClient, world: World
) -> None:
    door = _lose(app, client, world)
    assert door == "/sign-in?next=/whom/add?next%3D/apply"
    assert "What you typed is kept, but not sent yet." in text_of(client.get(door, headers=ENGLISH))
    sign_in(app, client, world.accounts["Zhao"])
    for _ in range(2):  # looking again loses nothing
        page = client.get("/whom/add?next=/my", headers=ENGLISH)
        assert AGAIN in text_of(page)
        assert 'value="𬭎 示范"' in page.text
        assert re.findall(r'name="born-\w+"[^>]* value="(\d+)"', page.text) == ["1950", "2", "30"]
        assert 'value="relative" checked' in page.text
        assert "no such day" not in text_of(page)
    sent = client.post(PAGE, data={**hidden(page), **TYPED}, headers=_from(PAGE))
    assert "That month has no such day." in text_of(sent)
    assert _rows(app) == 0
    assert AGAIN not in text_of(client.get(PAGE, headers=ENGLISH))


def test_nothing_is_done_by_itself(app: Flask, client: FlaskClient, world: World) -> None:
    _lose(app, client, world)
    sign_in(app, client, world.accounts["Zhao"])
    client.get(PAGE)
    with client.session_transaction() as kept:
        assert "person_draft" not in kept


def test_it_stands_on_its_own_page_only(app: Flask, client: FlaskClient, world: World) -> None:
    _lose(app, client, world)
    sign_in(app, client, world.accounts["Zhao"])
    for page in ("/whom/add?other=1", "/whom", "/apply", "/courses"):
        assert AGAIN not in text_of(client.get(page, headers=ENGLISH))


def test_nobody_else_in_this_browser_sees_it(app: Flask, client: FlaskClient, world: World) -> None:
    _lose(app, client, world)
    sign_in(app, client, world.accounts["Li"])
    page = client.get(PAGE, headers=ENGLISH)
    assert "示范" not in page.text.partition("<main")[2]
    assert AGAIN not in text_of(page)


def test_another_browser_of_the_account_does_not_either(
    app: Flask, client: FlaskClient, world: World
) -> None:
    _lose(app, client, world)
    other = app.test_client()
    sign_in(app, other, world.accounts["Zhao"])
    assert AGAIN not in text_of(other.get(PAGE, headers=ENGLISH))


def test_signing_out_forgets_it(app: Flask, client: FlaskClient, world: World) -> None:
    _lose(app, client, world)
    sign_in(app, client, world.accounts["Zhao"])
    client.post("/sign-out")
    sign_in(app, client, world.accounts["Zhao"])
    assert AGAIN not in text_of(client.get(PAGE, headers=ENGLISH))


def _enter_by_phone(app: Flask, client: FlaskClient, phone: str, door: str) -> str:
    app.config["DEMO"] = True
    to = client.post(door, data={"phone": phone}, headers=ENGLISH).headers["Location"]
    code = re.search(r'<b class="ec-code">(\d{6})', client.get(to).text)
    assert code is not None
    return str(client.post(to, data={"code": code[1]}).headers["Location"])


def test_who_had_no_session_gets_it_at_the_next_sign_in(
    app: Flask, client: FlaskClient, world: World
) -> None:
    door = client.post(PAGE, data=TYPED, headers=_from(PAGE)).headers["Location"]
    to = _enter_by_phone(app, client, "13800000001", door)
    assert to == PAGE
    assert AGAIN in text_of(client.get(to, headers=ENGLISH))
    sign_in(app, client, world.accounts["Li"])
    assert AGAIN not in text_of(client.get(PAGE, headers=ENGLISH))


def test_a_day_later_the_next_sign_in_may_be_somebody_elses(
    app: Flask, client: FlaskClient, world: World
) -> None:
    door = client.post(PAGE, data=TYPED, headers=_from(PAGE)).headers["Location"]
    with app.app_context(), transaction() as session:
        old = datetime.now(UTC) - kept_forms.NEXT_SIGN_IN_WITHIN - timedelta(seconds=1)
        session.execute(update(KeptForm).values(kept_at=old))
    to = _enter_by_phone(app, client, "13800000001", door)
    assert AGAIN not in text_of(client.get(to, headers=ENGLISH))


def test_it_is_sealed_and_goes_after_a_week(app: Flask, client: FlaskClient, world: World) -> None:
    _lose(app, client, world)
    now = datetime.now(UTC)
    with app.app_context():
        row = db.session.scalars(select(KeptForm)).one()
        assert "示范".encode() not in row.sealed
        assert row.account_id == world.accounts["Zhao"]
        clear_away(now + kept_forms.KEPT_FOR - timedelta(minutes=1))
    assert _rows(app) == 1
    with app.app_context():
        clear_away(now + kept_forms.KEPT_FOR + timedelta(minutes=1))
    assert _rows(app) == 0


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        (PAGE, {**TYPED, "_form": "NoSuchForm"}),
        (PAGE, {name: text for name, text in TYPED.items() if name != "_form"}),
        (PAGE, {"_form": "WhoForm", "send": "1"}),
        (PAGE, {**TYPED, "name": "长" * 30_000}),
        ("/sign-in/code", {"_form": "CodeForm", "code": "123456"}),
        ("/staff/sign-in", {"_form": "StaffForm", "password": "secret phrase", "code": "123456"}),
    ],
)
def test_what_is_not_kept(
    app: Flask, client: FlaskClient, world: World, page: str, typed: dict[str, str]
) -> None:
    """Nothing to keep, too much of it, or what may not be kept."""
    response = client.post("/whom/add", data=typed, headers=_from(page))
    assert _rows(app) == 0
    door = client.get(response.headers["Location"], headers=ENGLISH)
    assert "What you just pressed was not done." in text_of(door)


def test_a_stranger_keeps_less_than_somebody_whose_session_ended(
    app: Flask, client: FlaskClient, world: World
) -> None:
    long = {**TYPED, "name": "长" * 3_000}  # 9 kB
    client.post(PAGE, data=long, headers=_from(PAGE))
    assert _rows(app) == 0
    sign_in(app, client, world.accounts["Zhao"])
    _end(app, world, "Zhao")
    client.post(PAGE, data=long, headers=_from(PAGE))
    assert _rows(app) == 1


def test_one_that_is_refused_takes_nothing_away(
    app: Flask, client: FlaskClient, world: World
) -> None:
    _lose(app, client, world)
    too_long = {**TYPED, "name": "长" * 30_000}
    client.post(PAGE, data=too_long, headers=_from(PAGE))
    assert _rows(app) == 1
    sign_in(app, client, world.accounts["Zhao"])
    assert 'value="𬭎 示范"' in client.get(PAGE, headers=ENGLISH).text


def test_a_form_from_another_house_is_not_kept(
    app: Flask, client: FlaskClient, world: World
) -> None:
    client.post(PAGE, data=TYPED, headers={"Referer": "http://evil.example/whom/add"})
    assert _rows(app) == 0
    client.post(PAGE, data=TYPED)
    assert _rows(app) == 0


def test_the_table_cannot_be_filled(app: Flask, client: FlaskClient, world: World) -> None:
    for _ in range(62):
        app.test_client().post(PAGE, data=TYPED, headers=_from(PAGE))
    assert _rows(app) == 60


def test_a_form_of_staff_is_kept_too(app: Flask, client: FlaskClient, world: World) -> None:
    page = f"/staff/persons/{world.people['Zhao']}/death"
    sign_in(app, client, world.accounts["clerk"])
    form = hidden(client.get(page))["_form"]
    _end(app, world, "clerk")
    typed = {"_form": form, "died-year": "2026", "died-month": "1", "died-day": "2"}
    door = client.post(page, data=typed, headers=_from(page)).headers["Location"]
    assert door.startswith("/staff/sign-in?next=/staff/persons/")
    sign_in(app, client, world.accounts["clerk"])
    assert AGAIN in text_of(client.get(page, headers=ENGLISH))


@pytest.fixture
def guarded(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> tuple[Flask, World]:
    """With CSRF tokens."""
    app = make_app(WTF_CSRF_ENABLED=True)
    return app, build_open_world(app, monkeypatch)


def test_a_page_older_than_the_cookie_is_shown_again_filled_in(
    guarded: tuple[Flask, World],
) -> None:
    """Another window has signed in meanwhile."""
    app, world = guarded
    client = app.test_client()
    sign_in(app, client, world.accounts["Zhao"])
    client.get(PAGE)
    typed = {**TYPED, "csrf_token": "of before"}
    response = client.post(PAGE, data=typed, headers=_from(PAGE))
    assert response.headers["Location"] == PAGE
    page = client.get(PAGE, headers=ENGLISH)
    assert AGAIN in text_of(page)
    assert 'value="𬭎 示范"' in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    sent = {**TYPED, "born-day": "3", "csrf_token": token[1]}
    assert client.post(PAGE, data=sent).headers["Location"].startswith("/whom/add/home")


def test_a_button_pressed_on_an_old_page_is_said_to_have_done_nothing(
    guarded: tuple[Flask, World],
) -> None:
    app, world = guarded
    client = app.test_client()
    sign_in(app, client, world.accounts["Zhao"])
    client.get("/courses")
    response = client.post("/apply/pick", data={"section": "1"}, headers=_from("/courses"))
    assert response.headers["Location"] == "/courses"
    assert "Nothing was done." in text_of(client.get("/courses", headers=ENGLISH))


def test_without_cookies_one_is_not_led_round_in_a_circle(guarded: tuple[Flask, World]) -> None:
    app, _world = guarded
    client = app.test_client(use_cookies=False)
    typed = {"_form": "PhoneForm", "phone": "138 0000 0001"}
    page = client.post("/sign-in", data=typed, headers=_from("/sign-in"))
    assert page.status_code == 400
    assert "What you typed stands there again." in text_of(page)
    assert 'href="/sign-in"' in page.text
    assert "refusing our cookies" in text_of(page)


def test_a_browser_that_was_closed_finds_its_words_again(guarded: tuple[Flask, World]) -> None:
    """The cookie went with the browser; the page stood there still."""
    app, _world = guarded
    client = app.test_client()
    typed = {"_form": "PhoneForm", "phone": "138 0000"}
    client.post("/sign-in", data=typed, headers=_from("/sign-in"))
    page = client.get("/sign-in", headers=ENGLISH)
    assert AGAIN in text_of(page)
    assert 'value="138 0000"' in page.text


NUMBER = "/apply/news/call"


@pytest.fixture
def couple(app: Flask, client: FlaskClient, world: World) -> Callable[[str], None]:
    """Zhou and Wu share a phone and both have begun; couple("Wu") goes on for Wu."""
    with app.app_context(), transaction():
        for name in ("Zhou", "Wu"):
            person_id = world.people[name]
            start_application(world.round_id, person_id, channel="web", clerk_id=None, now=NOW)
    sign_in(app, client, world.accounts["Wu"])

    def choose(name: str) -> None:
        client.post("/whom", data={"person": world.people[name]})

    return choose


def test_what_was_typed_for_one_is_not_put_before_the_other(
    app: Flask, client: FlaskClient, world: World, couple: Callable[[str], None]
) -> None:
    couple("Zhou")
    page = client.get(NUMBER, headers=ENGLISH)
    typed = {**hidden(page), "target": "0574-8888", "send": "1"}
    _end(app, world, "Wu")
    client.post(NUMBER, data=typed, headers=_from(NUMBER))
    sign_in(app, client, world.accounts["Wu"])
    couple("Wu")
    assert 'value="0574-8888"' not in client.get(NUMBER).text
    couple("Zhou")
    assert 'value="0574-8888"' in client.get(NUMBER).text


def test_a_form_for_whom_was_changed_in_another_window_is_kept(
    app: Flask, client: FlaskClient, world: World, couple: Callable[[str], None]
) -> None:
    couple("Zhou")
    typed = {**hidden(client.get(NUMBER)), "target": "0574-8888", "send": "1"}
    couple("Wu")
    client.post(NUMBER, data=typed, headers=_from(NUMBER))
    assert 'value="0574-8888"' not in client.get(NUMBER).text
    couple("Zhou")
    assert 'value="0574-8888"' in client.get(NUMBER).text
