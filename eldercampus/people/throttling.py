"""How often something may be tried. Counted in the database, so that it holds in every process."""

from datetime import UTC, datetime, timedelta

from eldercampus.db import db
from eldercampus.people.insertion import insert_statement
from eldercampus.people.models import Throttle
from eldercampus.people.sealing import keyed_hash


def count_try(what: str, who: str, *, most: int, window: timedelta, now: datetime) -> bool:
    """Counts one try of `what` by `who`; True while there were at most `most` in this window.

    Windows are fixed pieces of the clock. who may be a phone or an address: only its hash is kept.
    """
    length = int(window.total_seconds())
    start = datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC)
    key = f"{what}:{length}:{keyed_hash(who)}"
    statement = insert_statement(Throttle).values(key=key, window_start=start, count=1)
    statement = statement.on_conflict_do_update(
        index_elements=[Throttle.key, Throttle.window_start],
        set_={"count": Throttle.count + 1},
    )
    return bool(db.session.scalar(statement.returning(Throttle.count)) <= most)
