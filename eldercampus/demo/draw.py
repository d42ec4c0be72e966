"""The demonstration's drawn round, taken through its steps as staff and the clock would."""

import random

from sqlalchemy import select

from eldercampus.db import db, transaction
from eldercampus.enrolment.approving import ask_publishing, decide_publishing
from eldercampus.enrolment.beacon import confirm_beacon, type_beacon
from eldercampus.enrolment.drawing import ask_draw, run_draw
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.publishing import publish_round
from eldercampus.enrolment.rounds import RoundPlan, close_round
from eldercampus.people.duplicates import list_open_pairs, settle_pair
from eldercampus.people.models import Account
from eldercampus.tasks.models import Task


def run_whole_round(round_id: int, plan: RoundPlan, chance: random.Random) -> None:
    """Closes, freezes, draws and publishes at the moments of the plan."""
    officer, second = db.session.scalars(
        select(Account.id).where(Account.username.in_(("officer", "officer2"))).order_by(Account.id)
    )
    with transaction():
        close_round(round_id, now=plan.closes_at)
        for pair in list_open_pairs():
            reason = "演示：同名同日生，是两个人"
            settle_pair(pair.id, "different", reason, account_id=officer, now=plan.closes_at)
    with transaction():
        freeze_round(round_id, now=plan.freezes_at, account_id=officer)
    beacon = " ".join(f"{ball:02d}" for ball in sorted(chance.sample(range(1, 34), 6)))
    beacon += f" + {chance.randint(1, 16):02d}"
    with transaction():
        type_beacon(round_id, beacon, now=plan.draws_at, account_id=officer)
        confirm_beacon(round_id, beacon, now=plan.draws_at, account_id=second)
        task_id = ask_draw(round_id, kind="final", account_id=officer, now=plan.draws_at).id
    result = run_draw(db.session.get_one(Task, task_id), lambda *_: None, plan.draws_at)
    with transaction():
        task = db.session.get_one(Task, task_id)
        task.state, task.result, task.finished_at = "done", result, plan.draws_at
        approval = ask_publishing(round_id, now=plan.draws_at, account_id=officer)
        decide_publishing(approval.id, "given", now=plan.draws_at, account_id=second)
        publish_round(round_id, now=plan.publishes_at, account_id=officer)
