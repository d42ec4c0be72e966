"""R1: many people click at the same moment, each twice, on a class with 30 free seats.

Four real processes on one database. RACE_PEOPLE=100 in the environment makes it smaller. The twin
without the guard must fail.
"""

import os
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Placement, WaitlistEntry
from eldercampus.enrolment.waitlists import check_waitlists
from eldercampus.people.models import Person
from tests.enrolment.market import AFTER, Market
from tests.enrolment.race import Answer, Clicks, click, spread
from tests.world import NOW

PEOPLE = int(os.environ.get("RACE_PEOPLE", "500"))
SEATS = 30
PROCESSES = 4


def _crowd(market: Market, people: int) -> list[int]:
    row = {
        "sex": "f",
        "born_on": date(1955, 1, 1),
        "community_id": market.world.communities["E2"],
        "registered_at": NOW,
    }
    with transaction() as session:
        rows = [{"name": f"众{number}", **row} for number in range(people)]
        return list(session.scalars(insert(Person).returning(Person.id), rows))


def _race(app: Flask, folder: Path, *, guarded: bool, people: int) -> tuple[list[Answer], int]:
    """All answers, and the section's id."""
    with app.app_context():
        market = Market()
        market.section("X", SEATS)
        person_ids = _crowd(market, people)
        section_id = market.sections["X"]
        db.session.remove()
        db.engine.dispose()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    hands = [
        Clicks(url, str(folder), section_id, hand, AFTER, guarded)
        for hand in spread(person_ids, PROCESSES)
    ]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return [answer for answers in pool.map(click, hands) for answer in answers], section_id


def _faults(app: Flask, answers: list[Answer], section_id: int, people: int) -> list[str]:
    """What R1 forbids and the race has shown."""
    told: dict[int, set[str]] = defaultdict(set)
    for person_id, answer in answers:
        told[person_id].add(answer)
    faults = [answer for _, answer in answers if answer.startswith("error")]
    faults += [f"{answers} for one person" for answers in told.values() if len(answers) > 1]
    with app.app_context():
        seated = db.session.scalar(select(func.count()).select_from(Placement))
        held = set(db.session.scalars(select(Placement.person_id)))
        waits = list(
            db.session.scalars(
                select(WaitlistEntry.person_id).where(
                    WaitlistEntry.section_id == section_id, WaitlistEntry.state == "waiting"
                )
            )
        )
        faults += check_waitlists(AFTER)
    if seated != SEATS:
        faults.append(f"{seated} seated")
    if len(waits) != len(set(waits)) or len(waits) != people - SEATS or held & set(waits):
        faults.append(f"{len(waits)} wait")
    return faults


def test_thirty_are_seated_and_everybody_else_waits_once(app: Flask, folder: Path) -> None:
    answers, section_id = _race(app, folder, guarded=True, people=PEOPLE)
    assert len(answers) == 2 * PEOPLE
    assert _faults(app, answers, section_id, PEOPLE) == []


@pytest.mark.parametrize("people", [60])
def test_the_twin_without_the_guard_fails(app: Flask, folder: Path, people: int) -> None:
    answers, section_id = _race(app, folder, guarded=False, people=people)
    assert _faults(app, answers, section_id, people) != []
