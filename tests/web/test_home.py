"""The home page says what is going on now, whatever state the round is in."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.visiting import (
    ENGLISH,
    build_open_world,
    counted_queries,
    set_round,
    stop_clock,
    text_of,
)
from tests.world import NOW


def test_an_open_round(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    build_open_world(app, monkeypatch)
    with counted_queries(app) as queries:
        page = text_of(client.get("/", headers=ENGLISH))
    assert page.startswith("Spring 2027: you can apply now")
    assert "You can apply until Sunday 6 December, 10:00." in page
    assert "still 13 days" in page
    assert "Ring 0574-0000 1234 and we fill it in for you." in page
    dates = page.partition("What happens when")[2]
    assert dates.index("Applying ends.") < dates.index("The public draw.")
    assert dates.index("The public draw.") < dates.index("Term begins.")
    assert len(queries) <= 5


def test_the_page_in_chinese(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_open_world(app, monkeypatch)
    page = text_of(client.get("/"))
    assert page.replace(" ", "").startswith("2027年春季班，现在可以报名")
    assert "不用抢。先报后报，机会一样。" in page
    assert "还有 13 天" in page


@pytest.mark.parametrize(
    ("state", "after", "says"),
    [
        ("draft", timedelta(days=-10), "applying begins soon It begins on Monday 16 November"),
        ("closed", timedelta(days=14), "applying has ended The results come on Friday 11 December"),
        ("drawn", timedelta(days=17), "applying has ended"),
        ("published", timedelta(days=19), "the results are out Please tell us by Friday 18"),
        ("published", timedelta(days=40), "Free seats can be taken until Friday 2 April"),
        ("published", timedelta(days=400), "We say here when the next applications begin."),
        ("open", timedelta(days=13), "applying has ended"),
        ("cancelled", timedelta(0), "Nobody can apply just now"),
    ],
)
def test_other_states(
    app: Flask,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    after: timedelta,
    says: str,
) -> None:
    world = build_open_world(app, monkeypatch)
    set_round(app, world, state=state)
    stop_clock(monkeypatch, NOW + after)
    assert says in text_of(client.get("/", headers=ENGLISH))


def test_an_empty_district(app: Flask, client: FlaskClient) -> None:
    assert "Nobody can apply just now" in text_of(client.get("/", headers=ENGLISH))
