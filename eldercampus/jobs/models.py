"""What the clock has done: each due slot of a job once, whoever claimed it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from eldercampus.db import Model, UTCDateTime


class JobSlot(Model):
    """One due time of one job. Whoever inserts the row runs it."""

    __table_args__ = (CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),)

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    lease_until: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10), default="running")
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(Text, default="")


class Heartbeat(Model):
    """When a jobs process last ticked."""

    holder: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
