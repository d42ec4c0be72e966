"""/phone plays the seniors' phones, in a demonstration only."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.db import transaction
from eldercampus.notices.models import Notice
from tests.web.visiting import ENGLISH, text_of
from tests.world import NOW, World, build_world


@pytest.fixture
def world(app: Flask) -> World:
    """Two phones with a message each, a letter, and a code whose text was erased."""
    app.config["DEMO"] = True
    with app.app_context():
        world = build_world()
        rows = [
            ("Zhao", "sms", "+8613800000001", "甲：请看 http://127.0.0.1/offers/abc 谢谢"),
            ("Qian", "sms", "+8613800000002", "<b>乙</b>"),
            ("Sun", "letter", "二号路 2 号", "丙"),
            ("Li", "sms", "+8613800000001", ""),
        ]
        with transaction() as session:
            for name, channel, address, text in rows:
                session.add(
                    Notice(
                        kind="offer_made",
                        subject="offer:1",
                        person_id=world.people[name],
                        channel=channel,
                        address=address,
                        text=text,
                        state="sent",
                        queued_at=NOW,
                        due_at=NOW,
                        sent_at=NOW,
                    )
                )
    return world


def test_there_is_none_without_a_demonstration(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        build_world()
    assert client.get("/phone").status_code == 404
    assert client.post("/phone", data={"number": "13800000001"}).status_code == 404


def test_the_newest_messages_of_all(client: FlaskClient, world: World) -> None:
    page = client.get("/phone").get_data(as_text=True)
    assert page.count("<small>") == 3
    assert page.index("丙") < page.index("乙") < page.index("甲")
    assert "&lt;b&gt;乙&lt;/b&gt;" in page
    assert 'href="http://127.0.0.1/offers/abc"' in page
    assert "二号路 2 号" in page


def test_one_number_as_people_write_it(client: FlaskClient, world: World) -> None:
    for typed in ("13800000001", "138 0000 0001", "１３８ ００００ ０００１"):
        answer = client.post("/phone", data={"number": typed})
        text = text_of(answer)
        assert "138 0000 0001" in text
        assert "甲" in text
        assert "丙" not in text


def test_a_wrong_number_gets_its_sentence(client: FlaskClient, world: World) -> None:
    answer = client.post("/phone", data={"number": "12"}, headers=ENGLISH)
    assert "One thing to look at again" in text_of(answer)
    assert "The newest messages" in text_of(answer)


def test_both_languages(client: FlaskClient, world: World) -> None:
    assert "学员的手机" in text_of(client.get("/phone"))
    text = text_of(client.get("/phone", headers=ENGLISH))
    assert "Phones of the seniors" in text
    assert "Text message → 138 0000 0001" in text
