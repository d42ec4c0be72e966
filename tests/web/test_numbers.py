"""Numbers that no row can have are no page and no answer, never a fault of ours."""

import re

import pytest
from flask import Flask

from eldercampus.web.numbers import LARGEST, whole_number
from tests.web.samples import Samples, add_samples, values_for
from tests.web.visiting import build_open_world, sign_in
from tests.world import World

HUGE = ["2147483648", "9223372036854775808", "9" * 40, "9" * 5000]
# where a number is asked for in a query or a form; the signed-in who may send it
ADDRESSES = [
    ("Zhao", "GET", "/courses", "page"),
    ("Zhao", "POST", "/apply/pick", "section"),
    ("Zhao", "POST", "/whom", "person"),
    ("Zhao", "POST", "/apply/check", "version"),
    ("Zhao", "POST", "/apply/wants", "version"),
    ("officer", "GET", "/staff/sections", "term_id"),
    ("officer", "GET", "/staff/sections", "campus_id"),
    ("officer", "GET", "/staff/sections", "course_id"),
    ("officer", "GET", "/staff/sections/new", "course_id"),
    ("officer", "GET", "/staff/applications", "page"),
    ("officer", "GET", "/staff/applications", "round"),
    ("officer", "GET", "/staff/calendar", "year"),
    ("nobody", "GET", "/rounds/2027-spring-0", "page"),
]


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return build_open_world(app, monkeypatch)


@pytest.fixture
def samples(app: Flask, world: World) -> Samples:
    return add_samples(app, world)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "１", "٣", " 1", *HUGE])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(text[:20])):
        whole_number(text)


def test_what_is_one() -> None:
    assert [whole_number(text) for text in ("0", "07", str(LARGEST))] == [0, 7, LARGEST]


@pytest.mark.parametrize("number", HUGE)
def test_no_page_has_such_a_number(app: Flask, world: World, samples: Samples, number: str) -> None:
    client = app.test_client()
    wrong = []
    for rule in app.url_map.iter_rules():
        numbers = [name for name in rule.arguments if isinstance(samples.get(name), int)]
        for name in numbers:
            values = {**values_for(rule, samples), name: "NUMBER"}
            address = rule.rule
            for part, value in values.items():
                for written in (f"<int:{part}>", f"<{part}>"):
                    address = address.replace(written, str(value))
            for who in ("Zhao", "officer"):
                sign_in(app, client, world.accounts[who])
                for method in sorted(set(rule.methods or ()) & {"GET", "POST"}):
                    code = client.open(address.replace("NUMBER", number), method=method).status_code
                    wrong += [] if code in (404, 405) else [f"{method} {address} {code}"]
    assert not wrong


@pytest.mark.parametrize(("who", "method", "address", "name"), ADDRESSES)
def test_no_answer_is_such_a_number(
    app: Flask, world: World, samples: Samples, who: str, method: str, address: str, name: str
) -> None:
    client = app.test_client()
    if who != "nobody":
        sign_in(app, client, world.accounts[who])
    for number in HUGE:
        fields = {name: number}
        if method == "GET":
            answer = client.get(address, query_string=fields)
        else:
            answer = client.post(address, data=fields)
        assert answer.status_code < 500
