"""Language and text size: kept in cookies, and nobody is led away from our pages."""

from http.cookies import SimpleCookie

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_babel import Babel, gettext
from flask_wtf import CSRFProtect

from eldercampus.language import choose_locale
from eldercampus.web import words
from eldercampus.web.paths import safe_path
from eldercampus.web.public import preferences


@pytest.fixture
def app() -> Flask:
    app = Flask("eldercampus")
    app.config.update(SECRET_KEY="a key for tests only", WTF_CSRF_ENABLED=False, TESTING=True)
    app.config["SESSION_COOKIE_SECURE"] = False
    Babel(app, locale_selector=choose_locale, default_locale="zh")
    CSRFProtect(app)
    words.register(app)
    app.register_blueprint(preferences.pages)
    app.add_url_rule("/", "home", _page)
    app.add_url_rule("/rounds/<code>", "round", lambda code: code)
    app.add_url_rule("/apply/send", "send", lambda: "", methods=["POST"])
    app.add_url_rule("/folder/", "folder", lambda: "")
    return app


def _page() -> str:
    return render_template_string(
        "{{ view.lang }}|{{ view.classes }}|{{ view.here }}|{{ word }}", word=gettext("Home")
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/?page=2", "/rounds/2027-1", "/rounds/%E6%98%A5?q=a%20b"])
def test_our_own_pages_are_taken(app: Flask, path: str) -> None:
    with app.test_request_context():
        assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None, "", "evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil",
        "/\t/evil.example", "/rounds//evil.example", "javascript:alert(1)", "https://evil.example/",
        "http:evil.example", "/rounds/a\r\nSet-Cookie: x=1", "/rounds/a\n", "/rounds/a b",
        "/nowhere",
        "/apply/send", "/folder", "/%", "/?a=\\b", "/?a=\n", "/#//evil", "/@evil.example",
        "／／evil.example", "/rounds/\u2028",
    ],
)  # fmt: skip
def test_everything_else_leads_home(app: Flask, path: str | None) -> None:
    with app.test_request_context():
        assert safe_path(path, default="/home") == "/home"


def test_large_text_is_kept_for_a_year_and_switched_back(client: FlaskClient) -> None:
    answer = client.post("/preferences/elder", data={"view": "elder", "next": "/rounds/a?b=c"})
    assert (answer.status_code, answer.location) == (303, "/rounds/a?b=c")
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["view"]
    assert (cookie.value, cookie["max-age"]) == ("elder", "31536000")
    assert (cookie["samesite"], cookie["httponly"]) == ("Lax", True)
    assert client.get("/").text.split("|")[1] == " ec-elder"
    client.post("/preferences/text-size", data={"size": "largest"})
    assert client.get("/").text.split("|")[1] == " ec-elder ec-xl"
    client.post("/preferences/elder", data={"view": "normal"})
    assert client.get("/").text.split("|")[1] == ""


def test_language_follows_the_switch_then_the_browser_then_chinese(client: FlaskClient) -> None:
    assert client.get("/").text == "zh-Hans||/|首页"
    browser = [("Accept-Language", "en-GB,en;q=0.9")]
    assert client.get("/", headers=browser).text == "en||/|Home"
    assert client.get("/", headers=[("Accept-Language", "zh-CN")]).text.startswith("zh-Hans")
    client.post("/preferences/language", data={"language": "en"})
    assert client.get("/?page=2").text == "en||/?page=2|Home"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/preferences/elder", {"view": "huge"}),
        ("/preferences/elder", {}),
        ("/preferences/text-size", {"size": "elder"}),
        ("/preferences/language", {"language": "fr"}),
    ],
)
def test_unknown_wishes_change_nothing(
    client: FlaskClient, path: str, data: dict[str, str]
) -> None:
    answer = client.post(path, data=data | {"next": "//evil.example"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Set-Cookie" not in answer.headers


def test_no_get_changes_anything(client: FlaskClient) -> None:
    assert client.get("/preferences/elder").status_code == 405
    assert client.get("/?view=elder&language=en").text == "zh-Hans||/|首页"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/?page=2&guess=secret", "/?page=2"),
        ("/?page=secret&year=2027&on=2027-3-1", "/?year=2027&on=2027-3-1"),
        ("/?next=/rounds/a&next2=b", "/?next=%2Frounds%2Fa"),
        ("/?next=//evil.example", "/"),
        ("/?next=/rounds/" + "a" * 200, "/"),
        ("/rounds/a?number=K7MQ", "/rounds/a?number=K7MQ"),
        ("/rounds/a?number=" + "K" * 500, "/rounds/a"),
    ],
)
def test_a_page_repeats_only_what_is_ours(app: Flask, address: str, kept: str) -> None:
    with app.test_request_context(address):
        assert preferences.address_here() == kept
