"""A clerk at the counter, for tests of its pages."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eldercampus.db import db
from eldercampus.enrolment.application_queries import submitted_choices
from eldercampus.enrolment.models import Application
from tests.web.visiting import ENGLISH, hidden, sign_in, text_of
from tests.world import World


class Clerk:
    """A clerk at the counter of K-01."""

    def __init__(self, app: Flask, client: FlaskClient, world: World) -> None:
        self.app, self.client, self.world = app, client, world
        sign_in(app, client, world.accounts["clerk"])

    def opens(self, address: str) -> str:
        return text_of(self.client.get(address, headers=ENGLISH, follow_redirects=True))

    def sends(self, address: str, /, **fields: Any) -> str:
        answer = self.client.post(address, data=fields, headers=ENGLISH, follow_redirects=True)
        return text_of(answer)

    def looks_for(self, words: str, **fields: str) -> TestResponse:
        return self.client.post(
            "/staff/counter",
            data={**fields, "words": words},
            headers=ENGLISH,
            follow_redirects=True,
        )

    def entry(self, name: str) -> str:
        return f"/staff/counter/{self.world.people[name]}"

    def enters(self, name: str, *codes: str, **fields: Any) -> str:
        """Opens the person's page, fills it in and hands in."""
        choices = {f"choice{number}": code for number, code in enumerate(codes, start=1)}
        held = hidden(self.client.get(self.entry(name)))
        sent = {**held, "wants": "1", "channel": "counter", "send": "1", **choices, **fields}
        return self.sends(self.entry(name), **sent)

    def applications(self) -> list[tuple[Any, ...]]:
        """(person, state, channel, clerk, choices) of all."""
        people = {person_id: name for name, person_id in self.world.people.items()}
        codes = {section_id: code for code, section_id in self.world.sections.items()}
        with self.app.app_context():
            rows = db.session.scalars(select(Application).order_by(Application.id)).all()
            return [
                (
                    people[row.person_id],
                    row.state,
                    row.channel,
                    row.clerk_id,
                    [codes[one] for one in submitted_choices(row.id)],
                )
                for row in rows
            ]

    def count(self, table: type[Any]) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(table)) or 0
