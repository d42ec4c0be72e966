"""The steps of a round's draw, timed, on the district of district.py."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from eldercampus.db import db, transaction
from eldercampus.enrolment import drawing
from eldercampus.enrolment.beacon import confirm_beacon, type_beacon
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.models import Round
from eldercampus.tasks.models import Task
from tests.bench.cases import took
from tests.bench.district import OFFICERS
from tests.world import NOW

_BEACON = "03 07 12 19 25 31 + 08"


class Ceremony:
    """Only drawing.transaction is replaced, by one that looks at the clock."""

    def __init__(self) -> None:
        self._writing = 0.0
        self._round = db.session.scalars(select(Round)).one()
        drawing.transaction = self._timed  # type: ignore[attr-defined]

    def dry_run(self) -> tuple[float, float]:
        """Seconds in all, and inside the writing transaction."""
        return self._run("dry", NOW)

    def draw(self) -> tuple[float, float]:
        """From the beacon on; seconds without the two who type it."""
        at = self._round.draws_at
        with transaction():
            type_beacon(self._round.id, _BEACON, now=at, account_id=OFFICERS[0])
        with transaction():
            confirm_beacon(self._round.id, _BEACON, now=at, account_id=OFFICERS[1])
        return self._run("final", at)

    def freeze(self) -> float:
        """One transaction, during which nobody else writes."""
        round_id, at = self._round.id, self._round.freezes_at

        def freeze() -> None:
            with transaction():
                freeze_round(round_id, now=at, account_id=OFFICERS[0])

        return took(freeze)

    def _run(self, kind: Literal["dry", "final"], at: datetime) -> tuple[float, float]:
        with transaction():
            task = drawing.ask_draw(self._round.id, kind=kind, account_id=OFFICERS[0], now=at)
        seconds = took(lambda: drawing.run_draw(task, lambda _done, _total: None, at))
        with transaction() as session:
            session.get_one(Task, task.id).state = "done"
        return seconds, self._writing

    @contextmanager
    def _timed(self) -> Iterator[Session | Any]:
        before = time.perf_counter()
        with transaction() as session:
            yield session
        self._writing = time.perf_counter() - before
