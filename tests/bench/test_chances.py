"""What the report of equal chances costs for ten thousand people, and what it says of a whole draw
in which the way of applying was given out by chance. `make bench` prints it."""

import random
import time

import pytest
from flask import Flask
from sqlalchemy import select, update

from eldercampus.db import db, transaction
from eldercampus.enrolment.equal_chances import compare, get_report, list_candidates
from eldercampus.enrolment.models import Application, Choice, Placement, Round
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.publishing_approval import ask_publishing, decide_publishing
from eldercampus.enrolment.runs import get_final_run
from tests.bench.ceremony import Ceremony
from tests.bench.district import OFFICERS, fill

pytestmark = pytest.mark.bench
LEARNERS, BOUND_S = 10_000, 1.0
WAYS = {"web": 6, "phone": 1, "counter": 2, "paper": 1}


def test_the_report_is_quick_and_right(app: Flask, backend: str) -> None:
    with app.app_context():
        fill(LEARNERS)
        chance = random.Random(7)
        ways = chance.choices([*WAYS], [*WAYS.values()], k=LEARNERS)
        _apply_by(dict(enumerate(ways, start=1)))
        _draw_and_publish()
        run = get_final_run(1)
        before = time.process_time()
        chances = get_report(run).of_all
        took = time.process_time() - before
        print(f"\n{backend}: {LEARNERS} learners, {took:.2f} s", end="")
        assert sum(share.candidates for share in chances.shares) > LEARNERS / 20
        assert chances.verdict in ("chance", "rare")
        assert took < BOUND_S
        # the twin: those on paper who got their first class are made to have come by web
        seated = [one for one in _persons_seated() if ways[one - 1] == "paper"]
        _apply_by(dict.fromkeys(seated, "web"))
        twin = compare(list_candidates(run))
        assert twin.verdict == "more"


def _apply_by(ways: dict[int, str]) -> None:
    with transaction() as session:
        for way in WAYS:
            ids = [number for number, chosen in ways.items() if chosen == way]
            mine = update(Application).where(Application.person_id.in_(ids))
            session.execute(mine.values(channel=way))


def _draw_and_publish() -> None:
    ceremony = Ceremony()
    ceremony.freeze()
    ceremony.draw()
    at = db.session.scalars(select(Round.publishes_at)).one()
    with transaction():
        approval = ask_publishing(1, now=at, account_id=OFFICERS[0])
        decide_publishing(approval.id, "given", now=at, account_id=OFFICERS[1])
    with transaction():
        publish_round(1, now=at, account_id=OFFICERS[0])


def _persons_seated() -> list[int]:
    """Who got the class that they put first."""
    query = (
        select(Application.person_id)
        .join(Choice, Choice.application_id == Application.id)
        .join(Placement, Placement.person_id == Application.person_id)
        .where(Choice.rank == 1, Placement.section_id == Choice.section_id)
    )
    return sorted(db.session.scalars(query))
