"""The six steps above a round's page for staff."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from eldercampus.enrolment.models import Round
from eldercampus.web.staff.step_line import step_items
from tests.world import NOW

DAYS = ("opens_at", "closes_at", "freezes_at", "draws_at", "publishes_at")
DONE = ("opened_at", "closed_at", "frozen_at", "drawn_at", "published_at")
REACHED = {"draft": 0, "open": 1, "closed": 2, "frozen": 3, "drawn": 4, "published": 5}


def round_in(state: str, reached: int) -> Round:
    """Planned for one day after the other, each step done an hour after its plan."""
    values: dict[str, Any] = {name: NOW + timedelta(days=n) for n, name in enumerate(DAYS)}
    for n, name in enumerate(DONE[:reached]):
        values[name] = NOW + timedelta(days=n, hours=1)
    return Round(state=state, **values)


def items(app: Flask, state: str, reached: int) -> list[dict[str, str]]:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return step_items(round_in(state, reached))


@pytest.mark.parametrize(
    ("state", "now_at", "note"),
    [
        ("open", 1, "to "),
        ("closed", 2, "paper forms"),
        ("frozen", 4, "waiting for the number from outside"),
        ("drawn", 5, "waiting for a second person"),
    ],
)
def test_what_is_under_way_is_now(app: Flask, state: str, now_at: int, note: str) -> None:
    steps = items(app, state, REACHED[state])
    assert [one["state"] for one in steps].index("now") == now_at
    assert steps[now_at]["note"].startswith(note)
    assert all(one["state"] == "done" for one in steps[:now_at])
    assert all(one["state"] == "todo" and one["note"] for one in steps[now_at + 1 :])


def test_each_step_has_its_own_day(app: Flask) -> None:
    steps = items(app, "published", 5)
    first = int(NOW.strftime("%d"))
    days = [int(one["note"].split()[0]) for one in steps[1:]]
    assert days == list(range(first, first + 5))
    assert {one["state"] for one in steps} == {"done"}
    assert steps[0]["note"] == ""


@pytest.mark.parametrize("reached", [0, 1, 3])
def test_a_cancelled_round_goes_nowhere(app: Flask, reached: int) -> None:
    steps = items(app, "cancelled", reached)
    done = reached + 1 if reached else 0
    assert [one["state"] for one in steps] == ["done"] * done + ["todo"] * (6 - done)
    assert not any(one["note"] for one in steps[done:])
