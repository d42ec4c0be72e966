"""One process of the race for free seats: a browser's clicks, each its own transaction."""

import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from eldercampus import db as database
from eldercampus.app import create_app
from eldercampus.db import transaction
from eldercampus.enrolment import seats, waitlists
from tests.conftest import settings


@dataclass(frozen=True)
class Clicks:
    """What a process gets: where the database is, who clicks (in this order), guarded or not."""

    url: str
    folder: str
    section_id: int
    person_ids: list[int]
    now: datetime
    guarded: bool = True


Answer = tuple[int, str]
"""A person and what they were told: "seat 12", "waiting 7", or the name of an error."""


def click(clicks: Clicks) -> list[Answer]:
    """Asks for the section for each person in turn."""
    app = create_app(settings(clicks.url, Path(clicks.folder)))
    if not clicks.guarded:
        take_the_guard_off()
    answers = []
    with app.app_context():
        for person_id in clicks.person_ids:
            answers.append((person_id, ask(clicks, person_id)))
            database.db.session.remove()
        database.db.engine.dispose()
    return answers


def ask(clicks: Clicks, person_id: int) -> str:
    try:
        with transaction():
            joined = waitlists.join_section(
                clicks.section_id, person_id, now=clicks.now, account_id=None
            )
    except Exception as error:  # whatever it is, a person would have seen a broken page
        return f"error {type(error).__name__}"
    seat = joined.placement_id if joined.outcome == "seat" else joined.entry_id
    return f"{joined.outcome} {seat}"


def take_the_guard_off() -> None:
    """No row lock, and on SQLite no BEGIN IMMEDIATE: each transaction starts by reading."""

    def no_lock(term_id: int) -> None:
        return None

    def plain_connection(self: Session, **options: Any) -> Any:
        return original(self)

    original = Session.connection
    Session.connection = plain_connection  # type: ignore[method-assign,assignment]
    for module in (seats, waitlists):
        setattr(module, "lock_seats", no_lock)  # noqa: B010 - imported names are not exported ones


def spread(person_ids: list[int], processes: int) -> list[list[int]]:
    """Everybody clicks twice, in two processes that come to them at about the same time."""
    order = random.Random(1).sample(person_ids, len(person_ids))
    hands: list[list[int]] = [[] for _ in range(processes)]
    for place, person_id in enumerate(order):
        hands[place % processes].append(person_id)
        hands[(place + 1) % processes].append(person_id)
    return hands
