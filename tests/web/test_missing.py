"""What is not there: the page that says so, whatever is sent to it, and never a broken one."""

import pytest
from flask import Flask

from tests.web.samples import add_samples, values_for
from tests.web.visiting import build_open_world, sign_in

NOT_THERE = 999_999
# a form is shown for what is in it, or the address leads on to where it is said
FILLED = {"reason": "试一试", "send": "1", "decision": "given", "kind": "exempt", "seats": "9"}


@pytest.mark.parametrize("walker", ["officer", "clerk", "head"])
def test_nothing_breaks_over_what_is_not_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch, walker: str
) -> None:
    world = build_open_world(app, monkeypatch)
    samples = add_samples(app, world)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    sign_in(app, client, world.accounts[walker])
    adapter = app.url_map.bind("localhost")
    wrong, count = [], 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/staff/"):
            continue
        values = values_for(rule, samples)
        for name in (name for name in values if f"<int:{name}>" in rule.rule):
            address = adapter.build(rule.endpoint, {**values, name: NOT_THERE})
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                count += 1
                status = client.open(address, method=method, data=FILLED).status_code
                if status not in (403, 404):
                    wrong.append(f"{method} {rule.rule} without {name}: {status}")
    assert count > 30
    assert wrong == []
