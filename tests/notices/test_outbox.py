"""Queueing: the same thing is told once, and taken back when it no longer holds."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eldercampus.db import transaction
from eldercampus.notices.models import Notice
from eldercampus.notices.outbox import drop_notices, queue_notice, queue_notices
from eldercampus.notices.queries import count_by_state, list_sent
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def queue(world: World, name: str = "Zhao", occurrence: str = "") -> Notice | None:
    with transaction():
        return queue_notice(
            "offer_made",
            subject="offer:1",
            person_id=world.people[name],
            now=NOW,
            occurrence=occurrence,
        )


def test_the_same_thing_is_queued_once(world: World) -> None:
    assert queue(world) is not None
    assert queue(world) is None
    assert queue(world, occurrence="2") is not None
    assert queue(world, "Qian") is not None
    assert count_by_state() == {"queued": 3}


def test_the_database_too_refuses_a_twin(db: SQLAlchemy, world: World) -> None:
    queue(world)
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(
            Notice(
                kind="offer_made",
                subject="offer:1",
                person_id=world.people["Zhao"],
                facts={},
                queued_at=NOW,
                due_at=NOW,
            )
        )
    assert count_by_state() == {"queued": 1}


def test_many_people_in_one_statement(db: SQLAlchemy, world: World) -> None:
    with transaction():
        queue_notices(
            "result_published", world.people.values(), subject="round:1", now=NOW, round="r"
        )
        queue_notices("result_published", [], subject="round:2", now=NOW)
    notices = db.session.scalars(select(Notice)).all()
    assert {notice.person_id for notice in notices} == set(world.people.values())
    assert {(n.state, n.subject, n.facts["round"]) for n in notices} == {("queued", "round:1", "r")}


def test_dropping_takes_back_only_what_waits(db: SQLAlchemy, world: World) -> None:
    sent, waiting = queue(world), queue(world, "Qian")
    assert sent is not None
    assert waiting is not None
    with transaction() as session:
        session.get_one(Notice, sent.id).state = "sent"
    with transaction():
        drop_notices("offer:1", why="answered", kind="offer_lapsed")
    assert count_by_state() == {"queued": 1, "sent": 1}
    with transaction():
        drop_notices("offer:1", why="answered")
    assert count_by_state() == {"dropped": 1, "sent": 1}
    assert db.session.get_one(Notice, waiting.id).why == "answered"


def test_a_kind_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="no notice kind 'gossip'"):
        queue_notice("gossip", subject="round:1", person_id=1, now=NOW)
    with pytest.raises(KeyError, match="no notice kind 'gossip'"):
        queue_notices("gossip", [1], subject="round:1", now=NOW)


def test_sent_messages_can_be_read_by_address(db: SQLAlchemy, world: World) -> None:
    for name, address, text in [("Zhao", "+861", "甲"), ("Qian", "+862", "乙"), ("Li", "+862", "")]:
        made = queue(world, name)
        assert made is not None
        with transaction() as session:
            row = session.get_one(Notice, made.id)
            row.state, row.address, row.text, row.sent_at = "sent", address, text, NOW
    assert [notice.text for notice in list_sent("+862")] == ["乙"]
    assert [notice.text for notice in list_sent()] == ["乙", "甲"]
