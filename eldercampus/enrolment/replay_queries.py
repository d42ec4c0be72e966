"""Reading replays."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from eldercampus.db import db
from eldercampus.enrolment.models import Learner, Round, Run
from eldercampus.enrolment.replaying import TASK_KIND
from eldercampus.errors import NotFound
from eldercampus.people.models import Account
from eldercampus.tasks.models import UNDER_WAY, Task
from eldercampus.tasks.queries import list_tasks


@dataclass(frozen=True)
class Replay:
    """A replay with its round, and who asked for it."""

    run: Run
    round: Round
    asked_by: Account | None

    @property
    def differs(self) -> bool:
        """Whether this person's result would have been another one: a seat more or less, another
        class. Another place in a queue is none."""
        return any(
            (choice["before"]["code"] == "placed") != (choice["after"]["code"] == "placed")
            for choice in self.run.summary["choices"]
        )


def get_replay(run_id: int) -> Replay:
    """Raises NotFound, for other runs too."""
    row = db.session.execute(_replays().where(Run.id == run_id)).one_or_none()
    if row is None:
        raise NotFound("run_not_found")
    return Replay(*row)


def list_replays_of_person(person_id: int) -> list[Replay]:
    """The newest first, of any round."""
    codes = select(Learner.code).where(Learner.person_id == person_id)
    query = _replays().where(Run.facts["learner"].as_string().in_(codes))
    return [Replay(*row) for row in db.session.execute(query)]


def list_replays_of_round(round_id: int) -> list[Replay]:
    """The newest first."""
    return [Replay(*row) for row in db.session.execute(_replays().where(Run.round_id == round_id))]


def list_waiting_replays(round_id: int) -> list[Task]:
    """Asked for and not done yet, or failed, the newest first."""
    return list_tasks(TASK_KIND, (*UNDER_WAY, "failed"), round_id)


def _replays() -> Select[tuple[Run, Round, Account]]:
    return (
        select(Run, Round, Account)
        .join(Round, Round.id == Run.round_id)
        .outerjoin(Account, Account.id == Run.asked_by_id)
        .where(Run.kind == "replay")
        .order_by(Run.id.desc())
    )
