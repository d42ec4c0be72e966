"""One phone for two people, two windows: nothing happens to whom the page was not shown for."""

import hashlib
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.db import Base, db, transaction
from eldercampus.people.representing import represent
from tests.web.samples import Samples, add_samples, values_for
from tests.web.visiting import ENGLISH, build_open_world, sign_in, text_of
from tests.world import NOW, World

CHANGED = "In another window you changed to somebody else."
# learner pages that are about nobody in particular (choosing, entering, finding a person), or whose
# address names the person or the relation
ABOUT_NOBODY = {"whom", "add_person", "ask", "family", "family_giving"}


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def samples(app: Flask, world: World) -> Samples:
    """Zhao's phone stands for Li too."""
    found = add_samples(app, world)
    with app.app_context(), transaction():
        represent(
            world.accounts["Zhao"], world.people["Li"], kind="relative", relation="son", now=NOW
        )
    return found


def _choose(client: FlaskClient, world: World, name: str) -> None:
    assert client.post("/whom", data={"person": world.people[name]}).status_code == 303


def _rows(app: Flask) -> str:
    with app.app_context():
        tables = Base.metadata.sorted_tables
        rows = [sorted(map(repr, db.session.execute(table.select()).all())) for table in tables]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _addresses(app: Flask, samples: Samples) -> list[str]:
    """Everything that a learner can send, and the list of the class finder."""
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, values_for(rule, samples), method="POST")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and rule.endpoint.partition(".")[0] not in ABOUT_NOBODY
        and (
            getattr(app.view_functions[rule.endpoint], "access_action", "").startswith("own.")
            or rule.endpoint == "picks.add"
        )
    ]


@pytest.mark.parametrize("shown", ["Zhao", None])
def test_no_form_acts_for_somebody_else(
    app: Flask, client: FlaskClient, world: World, samples: Samples, shown: str | None
) -> None:
    """shown None: from a page about nobody, opened before one of the two was chosen."""
    sign_in(app, client, world.accounts["Zhao"])
    _choose(client, world, "Li")
    before, addresses = _rows(app), _addresses(app, samples)
    assert len(addresses) >= 11
    mark = {"whom": world.people[shown]} if shown else {}
    fields = {"section": samples["section_id"], "send": "1", "wants": "1", "version": "1"}
    for address in addresses:
        answer = client.post(address, data={**fields, **mark}, headers=ENGLISH)
        assert answer.headers["Location"] == ("/my" if address.startswith("/my") else "/apply")
        page = text_of(client.get(answer.headers["Location"], headers=ENGLISH))
        assert CHANGED in page, address
        assert "For whom: Li" in page
    assert _rows(app) == before


def test_the_right_mark_is_taken(
    app: Flask, client: FlaskClient, world: World, samples: Samples
) -> None:
    """The twin of the test above: with the person that is chosen, things happen."""
    sign_in(app, client, world.accounts["Zhao"])
    _choose(client, world, "Li")
    before = _rows(app)
    data = {"section": world.sections["S-003"], "whom": world.people["Li"]}
    client.post("/apply/pick", data=data)
    assert "class is on the list" in text_of(client.get("/apply", headers=ENGLISH))
    assert _rows(app) != before


def test_every_form_of_a_page_about_a_person_carries_the_mark(
    app: Flask, client: FlaskClient, world: World, samples: Samples
) -> None:
    sign_in(app, client, world.accounts["Zhao"])
    _choose(client, world, "Zhao")
    mark = f'name="whom" value="{world.people["Zhao"]}"'
    section = samples["section_id"]
    client.post("/apply/pick", data={"section": section, "whom": world.people["Zhao"]})
    pages = ["/apply", "/apply/classes", "/apply/wants", "/apply/check", "/apply/withdraw", "/my"]
    for address in [*pages, "/courses", f"/courses/{section}"]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        forms = re.findall(r'<form method="post".*?</form>', answer.text, re.DOTALL)
        assert forms
        assert all(mark in form for form in forms), address


def test_who_was_meant_no_longer_counts_and_the_other_is_left(
    app: Flask, client: FlaskClient, world: World, samples: Samples
) -> None:
    """The page was for Li; meanwhile the phone stands for Zhao alone."""
    sign_in(app, client, world.accounts["Zhao"])
    with app.app_context(), transaction() as session:
        represented = Base.metadata.tables["representation"]
        gone = represented.c.person_id == world.people["Li"]
        session.execute(represented.delete().where(gone))
    before = _rows(app)
    client.post("/apply/discard", data={"whom": world.people["Li"]}, headers=ENGLISH)
    page = text_of(client.get("/apply", headers=ENGLISH))
    assert CHANGED in page
    assert "For whom: Zhao" in page
    assert _rows(app) == before
