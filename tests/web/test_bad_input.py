"""Whatever is typed or pasted into any page is taken right or answered with a sentence; never is it
a fault of ours, on either database."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms.fields.core import UnboundField

from eldercampus.db import db
from eldercampus.people.models import Person
from eldercampus.web.kept_forms import _FORMS
from tests.web.samples import Samples, add_samples, values_for
from tests.web.test_whom import WHO
from tests.web.visiting import ENGLISH, build_open_world, hidden, sign_in, text_of
from tests.world import World

NASTY = {
    "nul": "\x00",
    "nul in between": "1\x00" + "2",
    "right to left": "\u202e赵示范\u200f",
    "as long as most boxes": "长" * 100,
    "digits": "9" * 40,
    "full width": "１９５２－３－２７",
    "less than nothing": "-1",
    "picture": "😀",
    "control": "\x1b[2J\x07\r\n\x7f",
    "astral": "𬭎䶮\U0003134a",
    "half a tag": "\"><script>'--",
    "percent": "%s %(x)s {0} {{ 7*7 }}",
}


ASKED = {"q", "town", "community", "day", "page", "id", "words", "state", "channel", "next"}
"""What is asked for in addresses."""


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return build_open_world(app, monkeypatch)


@pytest.fixture
def samples(app: Flask, world: World) -> Samples:
    return add_samples(app, world)


def _field_names() -> set[str]:
    """Of all forms there are, and those that pages write by hand."""
    names = {"section", "person", "move", "answer", "whom", "draft", "shown", "version"}
    names |= ASKED
    for forms in _FORMS.values():
        for form in forms:
            for name in dir(form):
                if isinstance(getattr(form, name, None), UnboundField):
                    names |= {name, f"{name}-year", f"{name}-month", f"{name}-day"}
    return names


@pytest.fixture
def walkers(app: Flask, world: World) -> dict[str, FlaskClient]:
    found = {"public": app.test_client()}
    for kind, name in (("own", "Zhao"), ("staff", "officer")):
        found[kind] = app.test_client()
        sign_in(app, found[kind], world.accounts[name])
    return found


def _walker(action: str) -> str:
    if action.startswith("own."):
        return "own"
    return "public" if action in ("public.see", "sign_in", "offer.answer_by_link") else "staff"


def _typed(how: str) -> dict[str, str]:
    """The same in all fields, or all kinds mixed; ten thousand signs in a few, as it takes long to
    send them."""
    names, kinds = sorted(_field_names()), list(NASTY.values())
    if how in NASTY:
        return dict.fromkeys(names, NASTY[how])
    mixed = {name: kinds[place % len(kinds)] for place, name in enumerate(names)}
    return {**mixed, **dict.fromkeys(("name", "phone", "reason", "born-year", "q"), "长" * 10_000)}


@pytest.mark.parametrize("how", ["as long as most boxes", "mixed"])
def test_no_page_breaks(
    app: Flask, samples: Samples, walkers: dict[str, FlaskClient], backend: str, how: str
) -> None:
    """Every field of every form, sent to every address, and in every search. On PostgreSQL, which
    refuses more."""
    if backend == "sqlite":
        pytest.skip("SQLite takes all texts")
    adapter, typed, broken = app.url_map.bind("localhost"), _typed(how), []
    asked = {name: text[:500] for name, text in typed.items() if name in ASKED}
    for rule in app.url_map.iter_rules():
        action = getattr(app.view_functions[rule.endpoint], "access_action", "")
        if not action or rule.endpoint == "sign_in.out":
            continue
        client = walkers[_walker(action)]
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            address = adapter.build(rule.endpoint, values_for(rule, samples), method=method)
            if method == "GET":
                response = client.get(address, query_string=asked)
            else:
                response = client.post(address, data=typed)
            if response.status_code >= 500:
                broken.append((method, rule.rule))
    assert not broken


@pytest.mark.parametrize("address", ["/courses/%00", "/%00", "/offers/a%00b", "/rounds/%00"])
def test_no_address_has_nul(client: FlaskClient, world: World, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("阿迪力 • 买买提", "阿迪力·买买提"),
        ("䶮 𬭎", "䶮𬭎"),
        ("\x00赵\u200f示 范", "赵示范"),
        ("Ｍary　Ann", "Mary Ann"),
    ],
)
def test_a_name_is_entered_as_it_is_borne(
    app: Flask, client: FlaskClient, world: World, typed: str, kept: str
) -> None:
    """From the first page to the row, pasted date and all."""
    sign_in(app, client, world.accounts["Zhao"])
    date_in_one = {"born-year": "1950年2月3日", "born-month": "", "born-day": ""}
    who = {**WHO, "name": typed, **date_in_one}
    page = client.post("/whom/add", data=who, headers=ENGLISH)
    assert page.status_code == 303, text_of(page)
    home = {"town": str(world.towns["East"]), "community": str(world.communities["E1"])}
    draft = hidden(client.get(page.headers["Location"]))
    to = client.post(page.headers["Location"], data={**draft, **home, "send": "1"})
    assert "reach" in to.headers["Location"]
    shown = client.get("/whom/add")
    assert f'value="{kept}"' in shown.text
    assert 'value="1950"' in shown.text


def test_an_emoji_in_a_name_is_asked_about_and_nothing_is_lost(
    app: Flask, client: FlaskClient, world: World
) -> None:
    sign_in(app, client, world.accounts["Zhao"])
    page = client.post("/whom/add", data={**WHO, "name": "赵😀"}, headers=ENGLISH)
    assert "A name cannot have the sign 😀. Please take it out." in text_of(page)
    assert 'value="赵😀"' in page.text
    with app.app_context():
        assert db.session.query(Person).filter(Person.name.contains("😀")).count() == 0
