"""Error pages say what to do and whom to ring, and stand without the database."""

from types import SimpleNamespace

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_babel import Babel
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError

from eldercampus.errors import NotFound
from eldercampus.language import choose_locale
from eldercampus.web import words
from eldercampus.web.errors import register_error_pages
from eldercampus.web.for_whom import init_for_whom
from eldercampus.web.public import preferences


def _no_database() -> str:
    raise OperationalError("SELECT 1", {}, Exception("gone"))


@pytest.fixture
def app() -> Flask:
    app = Flask("eldercampus")
    app.config.update(SECRET_KEY="a key for tests only", SESSION_COOKIE_SECURE=False, DEMO=False)
    app.extensions["eldercampus_school"] = SimpleNamespace(phone="0574-0000 1234")
    Babel(app, locale_selector=choose_locale, default_locale="zh")
    csrf = CSRFProtect(app)
    words.register(app)
    init_for_whom(app)
    app.register_blueprint(preferences.pages)
    register_error_pages(app)
    app.add_url_rule("/fails/<int:code>", "fails", abort)
    app.add_url_rule("/send", "send", lambda: "sent", methods=["POST"])
    both = ["GET", "POST"]
    app.add_url_rule("/away", "away", csrf.exempt(_no_database), methods=both)
    app.add_url_rule("/breaks", "breaks", csrf.exempt(_breaks), methods=both)
    app.add_url_rule("/busy", "busy", csrf.exempt(_busy), methods=both)
    app.add_url_rule("/hidden", "hidden", _hidden)
    app.context_processor(
        lambda: {
            "district_name": "奉化老年大学",
            "help_line": {"phone": "0574-0000 1234", "hours": ""},
        }
    )
    return app


def _breaks() -> str:
    return str(1 // 0)


def _busy() -> str:
    abort(503)


def _hidden() -> str:
    raise NotFound("no_such_person")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_each_page_speaks_and_names_the_phone(client: FlaskClient, code: int) -> None:
    for language, phrase in (("zh", "办不下去，就打电话问"), ("en", "If you are stuck, ring us")):
        answer = client.get(f"/fails/{code}", headers=[("Accept-Language", language)])
        assert answer.status_code == code
        assert phrase in answer.text
        assert 'href="tel:057400001234"' in answer.text


@pytest.mark.parametrize(("code", "like"), [(410, "交来的内容看不懂"), (502, "我们这边出了问题")])
def test_other_codes_get_the_nearest_page(client: FlaskClient, code: int, like: str) -> None:
    answer = client.get(f"/fails/{code}")
    assert answer.status_code == code
    assert like in answer.text


def test_a_stale_form_is_told_that_nothing_was_sent(client: FlaskClient) -> None:
    answer = client.post("/send", data={})
    assert answer.status_code == 400
    assert "什么都没有改动" in answer.text
    assert "您填的还在" in answer.text


def test_what_may_not_be_known_is_not_there(client: FlaskClient) -> None:
    assert client.get("/hidden").status_code == 404


def test_a_fault_of_ours_shows_no_trace(client: FlaskClient) -> None:
    answer = client.get("/breaks")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "不是您的错" in answer.text


@pytest.mark.parametrize("path", ["/breaks", "/away", "/busy"])
def test_nobody_is_told_that_a_failed_sending_was_kept(client: FlaskClient, path: str) -> None:
    assert "交上来的都还在" in client.get(path).text
    page = client.post(path).text
    assert "交上来的都还在" not in page
    assert "不知道收到了没有" in page


def test_without_the_database_a_plain_page_with_the_phone(app: Flask, client: FlaskClient) -> None:
    app.context_processor(lambda: {"asked": _no_database()})
    for path, code in (("/away", 503), ("/breaks", 500), ("/nowhere", 404)):
        answer = client.get(path)
        assert answer.status_code == code
        assert "现在打不开" in answer.text
        assert "0574-0000 1234" in answer.text
