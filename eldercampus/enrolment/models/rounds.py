"""Rounds, their computations, and what was decided about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.catalogue.models import Term
from eldercampus.db import Model, UTCDateTime, unique_where
from eldercampus.enrolment.states import ROUND_STATES


class Round(Model):
    """One application window with its draw. Its rules are copied in when it opens."""

    __table_args__ = (CheckConstraint(f"state IN {ROUND_STATES!r}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    freezes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    draws_at: Mapped[datetime] = mapped_column(UTCDateTime)
    publishes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirm_by_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    drawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # empty until it opens
    # the lottery (allocation.md §4): secret and key of the learner ids, sealed; their fingerprints
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    commit: Mapped[str] = mapped_column(String(64), default="")
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_sha256: Mapped[str] = mapped_column(String(64), default="")
    # the beacon, named before the freezing: what it is, where it is announced (when: draws_at) and
    # how it is written, by an example; and the spare if it is not announced in time
    beacon_source: Mapped[str] = mapped_column(String(200), default="")
    beacon_source_en: Mapped[str] = mapped_column(String(200), default="")
    beacon_where: Mapped[str] = mapped_column(String(200), default="")
    beacon_where_en: Mapped[str] = mapped_column(String(200), default="")
    beacon_example: Mapped[str] = mapped_column(String(200), default="")
    spare_source: Mapped[str] = mapped_column(String(200), default="")
    spare_source_en: Mapped[str] = mapped_column(String(200), default="")
    spare_example: Mapped[str] = mapped_column(String(200), default="")
    spare_why: Mapped[str] = mapped_column(
        Text, default=""
    )  # why the spare was taken; "": it was not
    # what was announced, and changed after the opening: see announced.py
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    beacon: Mapped[str] = mapped_column(String(200), default="")
    beacon_typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    beacon_typed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    beacon_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    beacon_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tag_names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # {"t1": "disability"}
    town_seat_towns: Mapped[list[str]] = mapped_column(JSON, default=list)
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")

    term: Mapped[Term] = relationship(lazy="raise")


class Run(Model):
    """One computation over a round's file. Files are canonical JSON, zlib-compressed.

    dry runs and replays use a seed or a file that does not count, and can never be published.
    facts of a replay: {"person_id", "learner", "reason", "before": {…}, "after": {…}}, the parts of
    the learner's line in the file that staff changed in the copy; of a dry run: {"number": 3,
    "other_numbers": false}.
    """

    __table_args__ = (
        CheckConstraint("kind IN ('dry', 'final', 'replay')", name="kind"),
        unique_where("uq_run_final", "round_id", where="kind = 'final'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    input: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    input_sha256: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(64), default="")
    result: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    result_sha256: Mapped[str] = mapped_column(String(64), default="")
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # counts for pages
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class RoundDecision(Model):
    """What staff decided about a class while the round was gathering, with its reason.

    exempt: never closed by the draw; merge: the choices of section became choices of into; widen:
    facts {"before": seats, "after": seats}; change, in the form of the class: facts {"before":
    {part: value}, "after": {part: value}} with the parts that differ (class_changes.TO_BE_TOLD).
    """

    __table_args__ = (
        CheckConstraint("kind IN ('exempt', 'merge', 'widen', 'change')", name="kind"),
        CheckConstraint("(kind = 'merge') = (into_id IS NOT NULL)", name="into"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ClosedSection(Model):
    """A section that the draw closed for want of learners."""

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), primary_key=True, index=True)
    enrolled: Mapped[int]
    minimum: Mapped[int]


class Cutoff(Model):
    """The worst key placed for a section, round and seat label, and how many were refused."""

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), primary_key=True, index=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    seat: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[list[Any]] = mapped_column(JSON)
    refused: Mapped[int]


class Reason(Model):
    """Why a person did or did not get a section they listed: code and facts (allocation.md §9)."""

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), primary_key=True, index=True)
    code: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
