"""A second person's decision."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from eldercampus.db import Model, UTCDateTime, unique_where


class Approval(Model):
    """asked → given | refused, by somebody else than the asker; one open for a subject and kind."""

    __table_args__ = (
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="second_person"
        ),
        CheckConstraint("state IN ('asked', 'given', 'refused')", name="state"),
        unique_where("uq_approval_open", "kind", "subject", where="state = 'asked'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision_reason: Mapped[str] = mapped_column(Text, default="")
