"""How answers travel: packed, kept by browsers for as long as they hold, light."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.visiting import build_open_world, sign_in

PACKED = {"Accept-Encoding": "gzip, br"}
FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@pytest.fixture
def client(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    world = build_open_world(app, monkeypatch)
    client = app.test_client()
    sign_in(app, client, world.accounts["Zhao"])
    return client


def _unpacked(answer: TestResponse) -> bytes:
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    return gzip.decompress(answer.data)


def test_a_page_is_packed_for_browsers_that_take_it(client: FlaskClient) -> None:
    plain, packed = client.get("/rounds"), client.get("/rounds", headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) * 2 < len(plain.data)
    tokens = re.compile(rb'name="csrf_token" value="[^"]+"')
    assert tokens.sub(b"", _unpacked(packed)) == tokens.sub(b"", plain.data)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_browser_that_refuses_gzip_gets_none(client: FlaskClient) -> None:
    answer = client.get("/rounds", headers={"Accept-Encoding": "gzip;q=0, br"})
    assert b"<!doctype html>" in answer.data


def test_the_length_of_the_same_page_differs(client: FlaskClient) -> None:
    """So that nobody can tell by the length whether a guess stands on the page (BREACH)."""
    lengths = {len(client.get("/rounds", headers=PACKED).data) for _ in range(12)}
    assert len(lengths) > 3


def test_an_address_that_is_a_right_does_not_travel_packed(app: Flask, client: FlaskClient) -> None:
    """The calendar's: whoever guessed it by the lengths of answers could read it for good."""
    assert client.get("/my/calendar", headers=PACKED).headers["Content-Encoding"] == "gzip"
    client.post("/my/calendar")
    made = client.get("/my/calendar?guess=abc", headers=PACKED)
    assert re.search(rb"/calendar/[\w-]{32}\.ics", made.data)
    assert "Content-Encoding" not in made.headers
    assert b"guess" not in made.data


def test_nothing_personal_is_kept(client: FlaskClient) -> None:
    for path in ("/my", "/apply", "/whom", "/"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_files_are_kept_for_a_year_under_an_address_that_names_their_content(
    client: FlaskClient,
) -> None:
    addresses = FILE.findall(client.get("/rounds").text)
    assert len(addresses) == 4
    for address in addresses:
        answer = client.get(address, headers=PACKED, buffered=True)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "Set-Cookie" not in answer.headers
        plain = client.get(address, buffered=True)
        if "Content-Encoding" in answer.headers:
            assert _unpacked(answer) == plain.data
        unchanged = {**PACKED, "If-None-Match": answer.headers["ETag"]}
        again = client.get(address, headers=unchanged, buffered=True)
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("query", ["", "?v=", "?v=0000000000"])
def test_any_other_address_of_a_file_is_asked_about_each_time(
    client: FlaskClient, query: str
) -> None:
    answer = client.get(f"/static/govuk.css{query}", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(f"/static/none.css{query}").status_code == 404
