"""Every address, as every role: what the policy says is what happens; looking changes nothing.

New pages are walked by themselves; a new kind of id in an address needs a value in samples.py.
"""

import hashlib
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from eldercampus.db import Base, db
from eldercampus.people.models import ROLES
from eldercampus.web.access import POLICY
from tests.web.samples import Samples, add_samples, values_for
from tests.web.visiting import build_open_world, sign_in
from tests.world import World

# who walks: a name → the roles that the account holds
WALKERS: dict[str, set[str]] = {
    "nobody": set(),
    "Zhao": {"learner"},
    "clerk": {"clerk"},
    "head": {"campus_head"},
    "officer": {"district_officer"},
    "town_officer": {"town_officer"},
    "auditor": {"auditor"},
    "teacher": {"teacher"},
    "monitor": {"monitor"},
}
PLACES = {"anyone", "own", "campus", "town", "district"}


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a broken page is one line of the report
    return build_open_world(app, monkeypatch)


@pytest.fixture
def samples(app: Flask, world: World) -> Samples:
    return add_samples(app, world)


def _rules(app: Flask) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return sorted(rules, key=lambda rule: (rule.rule, rule.endpoint))


def _action(app: Flask, rule: Rule) -> str | None:
    found: str | None = getattr(app.view_functions[rule.endpoint], "access_action", None)
    return found


def _addresses(app: Flask, samples: Samples, method: str) -> Iterator[tuple[Rule, str]]:
    adapter = app.url_map.bind("localhost")
    for rule in _rules(app):
        if method in (rule.methods or ()):
            yield rule, adapter.build(rule.endpoint, values_for(rule, samples), method=method)


def _walker(app: Flask, world: World, name: str) -> FlaskClient:
    client = app.test_client()
    if name != "nobody":
        sign_in(app, client, world.accounts[name])
    return client


def _verdict(response: TestResponse) -> str:
    """open, sign in, refused or broken."""
    if response.status_code >= 500:
        return "broken"
    if response.status_code == 403:
        return "refused"
    to = response.headers.get("Location", "")
    return "sign in" if to.partition("?")[0] in ("/sign-in", "/staff/sign-in") else "open"


def _expected(action: str, name: str) -> str:
    if POLICY[action].keys() & ({"anyone"} | WALKERS[name]):
        return "open"
    return "sign in" if name == "nobody" else "refused"


def test_every_address_is_declared(app: Flask) -> None:
    undeclared = [rule.rule for rule in _rules(app) if _action(app, rule) not in POLICY]
    assert len(_rules(app)) > 50
    assert not undeclared


def test_the_policy_speaks_of_roles_and_places() -> None:
    for action, rules in POLICY.items():
        assert rules.keys() <= {"anyone", *ROLES}, action
        assert set(rules.values()) <= PLACES, action
    held = set().union(*WALKERS.values())
    assert held == set(ROLES), "a role that nobody walks as"


@pytest.mark.parametrize("name", WALKERS)
def test_who_may_look_where_and_that_looking_changes_nothing(
    app: Flask, world: World, samples: Samples, name: str
) -> None:
    client = _walker(app, world, name)
    before = _everything(app)
    wrong = [
        found
        for rule, address in _addresses(app, samples, "GET")
        if (found := _difference(app, rule, name, client.get(address)))
    ]
    assert not wrong
    assert _everything(app) == before


@pytest.mark.parametrize("name", WALKERS)
def test_who_may_send_what(app: Flask, world: World, samples: Samples, name: str) -> None:
    client = _walker(app, world, name)
    wrong = []
    for rule, address in _addresses(app, samples, "POST"):
        if found := _difference(app, rule, name, client.post(address)):
            wrong.append(found)
        if rule.endpoint == "sign_in.out" and name != "nobody":
            sign_in(app, client, world.accounts[name])
    assert not wrong


def _difference(app: Flask, rule: Rule, name: str, response: TestResponse) -> str | None:
    action = _action(app, rule) or ""
    verdict, expected = _verdict(response), _expected(action, name)
    if action == "sign_in" and verdict == "sign in":
        verdict = "open"  # the sign-in pages lead to each other
    return None if verdict == expected else f"{rule.rule} ({action}): {verdict}, not {expected}"


def _everything(app: Flask) -> dict[str, str]:
    """Table → fingerprint of all its rows."""
    with app.app_context():
        return {
            table.name: hashlib.sha256(
                repr(sorted(map(repr, db.session.execute(table.select()).all()))).encode()
            ).hexdigest()
            for table in Base.metadata.sorted_tables
        }


def test_an_undeclared_address_is_closed_to_everybody(make_app: object) -> None:
    app: Flask = make_app()  # type: ignore[operator]
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = app.test_client().get("/forgotten")
    assert response.status_code == 403
    assert "secret" not in response.text
