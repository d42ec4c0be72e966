"""Looking up a learner id: strangers may do it too, so nothing says what the person is."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.catalogue.models import Reserve, Section
from eldercampus.db import db, transaction
from eldercampus.enrolment.explaining import find_explanation
from eldercampus.enrolment.models import Learner
from eldercampus.language.explanation import tell
from eldercampus.people.models import Tag
from tests.enrolment import steps
from tests.web.visiting import ENGLISH, stop_clock, text_of
from tests.world import NOW, build_world

PAGE = "/rounds/2027-spring-1"


def test_the_kind_of_a_kept_seat_is_for_the_person_alone(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, NOW)
    with app.app_context():
        world = build_world()
        with transaction() as session:
            section = session.get_one(Section, world.sections["S-001"])
            section.capacity = 2
            row = {"section_id": section.id, "count": 1, "unfilled": "release"}
            session.add(Reserve(kind="disability", position=1, **row))
            session.add(Reserve(kind="low_income", position=2, **row))
            for name in ("Zhao", "Sun"):
                person_id = world.people[name]
                session.add(Tag(person_id=person_id, kind="disability", state="verified"))
        steps.opened(world)
        for name in ("Zhao", "Qian", "Sun", "Li"):
            steps.applied(world, name, "S-001 S-003")
        steps.closed(world)
        steps.frozen(world)
        steps.drawn(world)
        stop_clock(monkeypatch, steps.published(world).publishes_at + timedelta(hours=1))
        codes = dict(db.session.execute(select(Learner.code, Learner.person_id)).tuples().all())
    named = 0
    for code, person_id in codes.items():
        page = text_of(client.get(PAGE, query_string={"id": code}, headers=ENGLISH))
        own = page[page.index("First choice") : page.index("That is what the draw gave.")]
        assert not re.search("disability|income", own)
        with app.test_request_context(headers=ENGLISH):
            found = find_explanation(person_id, "2027-spring-1")
            assert found is not None
            named += "disability" in str([choice.sentences for choice in tell(found)])
    assert named >= 2  # the person's own page says it in full
