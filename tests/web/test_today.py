"""/staff: what is to be done today."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.visiting import ENGLISH, build_open_world, set_round, sign_in, stop_clock, text_of
from tests.world import NOW


@pytest.mark.parametrize(
    ("state", "minutes", "told"), [("drawn", 6, 1), ("drawn", 4, 0), ("published", 6, 0)]
)
def test_a_result_that_is_overdue_is_told(
    app: Flask,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    minutes: int,
    told: int,
) -> None:
    world = build_open_world(app, monkeypatch)
    set_round(app, world, state=state, publishes_at=NOW)
    sign_in(app, client, world.accounts["officer"])
    stop_clock(monkeypatch, NOW + timedelta(minutes=minutes))
    page = text_of(client.get("/staff", headers=ENGLISH))
    assert page.count("is not out. Please look at the round and say why. To the round") == told
