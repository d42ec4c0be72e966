"""The outbox: one row is one thing to tell one person through one channel."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eldercampus.db import Model, UTCDateTime

NOTICE_STATES = (
    "queued",
    "claimed",
    "sent",
    "delivered",
    "failed",
    "in_doubt",
    "replaced",
    "dropped",
)


class Notice(Model):
    """Queued in the transaction of what it tells about; rendered and sent later by a job.

    subject: "offer:12"; occurrence tells repeats apart (a date, a number, or empty).
    """

    __table_args__ = (
        CheckConstraint(f"state IN {NOTICE_STATES!r}", name="state"),
        UniqueConstraint(
            "subject", "kind", "person_id", "occurrence", "channel", name="uq_notice_once"
        ),
        Index("ix_notice_state_due_at", "state", "due_at"),
        Index("ix_notice_address", "address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    occurrence: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[str] = mapped_column(String(10), default="")  # chosen when it is sent
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    why: Mapped[str] = mapped_column(String(60), default="")  # why dropped, failed or replaced
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_holder: Mapped[str] = mapped_column(String(80), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    address: Mapped[str] = mapped_column(String(120), default="")  # where it went
    text: Mapped[str] = mapped_column(Text, default="")  # what it said
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    out_id: Mapped[str] = mapped_column(String(80), default="")  # the gateway's name for it
