"""How tests of pages stand in the small district: the round open, the clock stopped, signed in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from eldercampus import clock
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Round
from eldercampus.people.models import Account
from eldercampus.people.sessions import start_session
from tests.world import NOW, World, build_world

RULES: dict[str, Any] = {
    "choices_max": 8,
    "courses_per_term": 2,
    "age_women": 60,
    "age_men": 60,
    "age_undertaking": 80,
}
ENGLISH = {"Accept-Language": "en"}


def build_open_world(app: Flask, monkeypatch: pytest.MonkeyPatch, now: datetime = NOW) -> World:
    """The small district with its round open; pages think it is `now`."""
    stop_clock(monkeypatch, now)
    with app.app_context():
        world = build_world()
        set_round(app, world, state="open", rules=RULES, opened_at=NOW)
    return world


def stop_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def set_round(app: Flask, world: World, **changes: Any) -> None:
    with app.app_context(), transaction():
        round_ = db.session.get_one(Round, world.round_id)
        for name, value in changes.items():
            setattr(round_, name, value)


def sign_in(app: Flask, client: FlaskClient, account_id: int) -> None:
    """As if the account had just given its code."""
    with app.app_context(), transaction():
        account = db.session.get_one(Account, account_id)
        token = start_session(account, datetime.now(UTC))
    with client.session_transaction() as kept:
        kept["signed_in"] = token


def text_of(response: TestResponse) -> str:
    """The words of the page's main part, blanks made one."""
    page = response.get_data(as_text=True)
    main = page.partition("<main")[2].partition("</main>")[0] or page
    plain = re.sub(r"<[^>]+>", " ", main.partition(">")[2])
    return re.sub(r"\s+", " ", plain).replace("&#39;", "'").strip()


def hidden(response: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's own form, but for the CSRF token."""
    page = response.get_data(as_text=True).partition("<main")[2]
    fields = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    return {name: value for name, value in fields.items() if name != "csrf_token"}


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """The statements that the database was sent meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
