"""Many rows at once: written by COPY on PostgreSQL, with the same outcome on both databases."""

from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from eldercampus.db import insert_rows, transaction
from eldercampus.notices.models import Notice
from tests.world import NOW

ODD = "\\N\t双\n\"'\\."


def row(subject: str) -> dict[str, Any]:
    return {
        "kind": "any",
        "subject": subject,
        "person_id": None,
        "facts": {"言": [ODD, 1.5, None, True]},
        "queued_at": NOW,
        "due_at": NOW,
    }


def test_values_and_defaults_come_back_as_they_were(db: SQLAlchemy) -> None:
    with transaction():
        insert_rows(Notice, [row(ODD), row("plain")])
    first, second = db.session.scalars(select(Notice).order_by(Notice.id))
    assert (first.subject, second.subject) == (ODD, "plain")
    assert first.facts == {"言": [ODD, 1.5, None, True]}
    assert (first.person_id, first.queued_at) == (None, NOW)
    assert (first.state, first.occurrence) == ("queued", "")


def test_what_the_database_refuses_is_told_in_the_same_words(db: SQLAlchemy) -> None:
    with pytest.raises(IntegrityError) as told, transaction():
        insert_rows(Notice, [row("fine") | {"state": state} for state in ("queued", "unknown")])
    assert "ck_notice_state" in str(told.value)
    assert db.session.scalar(select(func.count(Notice.id))) == 0


def test_no_rows_are_nothing(db: SQLAlchemy) -> None:
    with transaction():
        insert_rows(Notice, iter(()))
    assert db.session.scalar(select(func.count(Notice.id))) == 0
