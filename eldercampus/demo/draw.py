"""The demonstration's drawn round, taken through its steps as staff and the clock would."""

import random
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from eldercampus.catalogue.models import Section
from eldercampus.db import db, transaction
from eldercampus.enrolment.beacon import confirm_beacon, type_beacon
from eldercampus.enrolment.deciding import exempt_class
from eldercampus.enrolment.drawing import ask_draw, run_draw
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.models import Round, Run
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.publishing_approval import ask_publishing, decide_publishing
from eldercampus.enrolment.rounds import RoundPlan, close_round
from eldercampus.people.duplicates import list_open_pairs, settle_pair
from eldercampus.people.models import Account
from eldercampus.tasks.models import Task

_A_DAY, _AN_HOUR = timedelta(days=1), timedelta(hours=1)


def run_whole_round(round_id: int, plan: RoundPlan, chance: random.Random) -> None:
    """Closes, tries, freezes, draws and publishes at the moments of the plan."""
    officer, second = db.session.scalars(
        select(Account.id).where(Account.username.in_(("officer", "officer2"))).order_by(Account.id)
    )
    with transaction():
        close_round(round_id, now=plan.closes_at)
        for pair in list_open_pairs():
            reason = "演示：同名同日生，是两个人"
            settle_pair(pair.id, "different", reason, account_id=officer, now=plan.closes_at)
    _review(round_id, plan.closes_at + _A_DAY, officer)
    with transaction():
        freeze_round(round_id, now=plan.freezes_at, account_id=officer)
    beacon = " ".join(f"{ball:02d}" for ball in sorted(chance.sample(range(1, 34), 6)))
    beacon += f" + {chance.randint(1, 16):02d}"
    with transaction():
        type_beacon(round_id, beacon, now=plan.draws_at, account_id=officer)
        confirm_beacon(round_id, beacon, now=plan.draws_at, account_id=second)
    _draw(round_id, "final", plan.draws_at, officer)
    with transaction():
        approval = ask_publishing(round_id, now=plan.draws_at, account_id=officer)
        decide_publishing(approval.id, "given", now=plan.draws_at, account_id=second)
        publish_round(round_id, now=plan.publishes_at, account_id=officer)


def _review(round_id: int, now: datetime, officer: int) -> None:
    """A dry run, a decision about the class that misses the fewest people, and how that looks."""
    summary = _draw(round_id, "dry", now, officer).summary
    near = [entry for entry in summary["closed"] if entry["enrolled"]]
    if not near:
        return
    saved = min(near, key=lambda one: (one["minimum"] - one["enrolled"], one["section"]))
    term = select(Round.term_id).where(Round.id == round_id).scalar_subquery()
    query = select(Section.id).where(Section.term_id == term, Section.code == saved["section"])
    section_id = db.session.scalars(query).one()
    reason = f"只差 {saved['minimum'] - saved['enrolled']} 个人，先开起来"
    with transaction():
        exempt_class(round_id, section_id, reason=reason, now=now, account_id=officer)
    _draw(round_id, "dry", now + _AN_HOUR, officer)


def _draw(round_id: int, kind: Literal["dry", "final"], now: datetime, officer: int) -> Run:
    """As the jobs process does it."""
    with transaction():
        task_id = ask_draw(round_id, kind=kind, account_id=officer, now=now).id
    result = run_draw(db.session.get_one(Task, task_id), lambda *_: None, now)
    with transaction():
        task = db.session.get_one(Task, task_id)
        task.state, task.result, task.finished_at = "done", result, now
    return db.session.get_one(Run, result["run_id"])
