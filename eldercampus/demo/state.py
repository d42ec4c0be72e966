"""Whether the demonstration is loaded, and clearing away half of one."""

from enum import Enum

from sqlalchemy import delete, insert, select

from eldercampus.audit.chain import FIRST
from eldercampus.audit.models import AuditEntry, AuditHead
from eldercampus.db import Base, db
from eldercampus.demo.story import LOADED, STARTED
from eldercampus.places.models import District


class Loading(Enum):
    NONE = "an empty database"
    HALF = "a loading that was interrupted"
    DONE = "the demonstration"
    OTHER = "something else"


def how_far() -> Loading:
    """What the database holds."""
    known = set(
        db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.in_((STARTED, LOADED)))
        )
    )
    if LOADED in known:
        return Loading.DONE
    if STARTED in known:
        return Loading.HALF
    return Loading.OTHER if db.session.get(District, 1) else Loading.NONE


def empty_database() -> None:
    """Removes every row; only for a demonstration that was never finished."""
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(delete(table))
    db.session.execute(insert(AuditHead).values(id=1, number=0, hash=FIRST))
