"""Rounds, applications, draws, and the seats and queues that come of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.catalogue.models import Section, Term
from eldercampus.db import Model, UTCDateTime, unique_where
from eldercampus.enrolment.states import ENTRY_STATES, PLACEMENT_STATES, ROUND_STATES
from eldercampus.people.models import CHANNELS, Person

HOLDING = ("awaiting", "confirmed")  # a placement in one of these is a seat taken
_HOLDING = "state IN ('awaiting', 'confirmed')"


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
    beacon_source: Mapped[str] = mapped_column(String(200), default="")  # named before the freezing
    beacon_source_en: Mapped[str] = mapped_column(String(200), default="")
    beacon: Mapped[str] = mapped_column(String(200), default="")
    beacon_typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    beacon_typed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    beacon_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    beacon_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tag_names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # {"t1": "disability"}
    town_seat_towns: Mapped[list[str]] = mapped_column(JSON, default=list)
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")

    term: Mapped[Term] = relationship(lazy="raise")


class Application(Model):
    """One per person and round. `draft` is the copy being edited; Choice rows were submitted.

    draft: {"wants": 1, "choices": [section id, …], "accept_automatically": false}
    """

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'submitted', 'withdrawn')", name="state"),
        CheckConstraint("wants BETWEEN 0 AND 3", name="wants"),
        CheckConstraint(f"channel IN {CHANNELS!r}", name="channel"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted_at"),
        CheckConstraint("arrived_at IS NULL OR channel = 'paper'", name="arrived_at"),
        UniqueConstraint("round_id", "person_id", name="uq_application_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    wants: Mapped[int] = mapped_column(default=1)
    accept_automatically: Mapped[bool] = mapped_column(default=False)
    receipt: Mapped[str | None] = mapped_column(String(20), unique=True)
    channel: Mapped[str] = mapped_column(String(10), default="web")
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # the stamp on a paper form that was entered after the close
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=0)  # a stale form names an older one

    round: Mapped[Round] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    choices: Mapped[list["Choice"]] = relationship(
        back_populates="application",
        lazy="raise",
        order_by="Choice.rank",
        cascade="all, delete-orphan",
    )


class Choice(Model):
    """A submitted choice; rank 1 is the best."""

    __table_args__ = (
        CheckConstraint("rank BETWEEN 1 AND 8", name="rank"),
        UniqueConstraint("application_id", "rank"),
        UniqueConstraint("application_id", "section_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    rank: Mapped[int]

    application: Mapped[Application] = relationship(back_populates="choices", lazy="raise")
    section: Mapped[Section] = relationship(lazy="raise")


class Learner(Model):
    """How a person stands in a round's queues: id in the file, number, group, tags, distances.

    One row per person and round, written at freezing, or later for those who join after the draw
    (late: group 3). tags hold the file's names (t1 …); groups are keyed by section code, metres by
    campus code; metres are as in the file: with bands the upper limit of the band (§1).
    """

    __table_args__ = (
        UniqueConstraint("round_id", "person_id", name="uq_learner_person"),
        UniqueConstraint("round_id", "code", name="uq_learner_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    lottery: Mapped[str] = mapped_column(String(64), default="")  # hex; empty until the draw
    late: Mapped[bool] = mapped_column(default=False)
    wants: Mapped[int] = mapped_column(default=1)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    groups: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    metres: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    person: Mapped[Person] = relationship(lazy="raise")


class Run(Model):
    """One computation over a round's file. Files are canonical JSON, zlib-compressed.

    dry runs use a seed of their own and can never be published.
    """

    __table_args__ = (
        CheckConstraint("kind IN ('dry', 'final')", name="kind"),
        unique_where("uq_run_final", "round_id", where="kind = 'final'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(5))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    input: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    input_sha256: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(64), default="")
    result: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    result_sha256: Mapped[str] = mapped_column(String(64), default="")
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # counts for pages


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

    section: Mapped[Section] = relationship(lazy="raise")


class Placement(Model):
    """A seat given: awaiting → confirmed | declined | lapsed; its other steps are in states.py."""

    __table_args__ = (
        CheckConstraint(f"state IN {PLACEMENT_STATES!r}", name="state"),
        CheckConstraint("origin IN ('draw', 'offer', 'join', 'staff')", name="origin"),
        unique_where("uq_placement_holding", "person_id", "section_id", where=_HOLDING),
        Index("ix_placement_section_id_state", "section_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    state: Mapped[str] = mapped_column(String(12), default="awaiting")
    seat: Mapped[str] = mapped_column(String(20), default="open")  # label: open, or the kind (t1)
    origin: Mapped[str] = mapped_column(String(10), default="draw")
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirm_by_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_why: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(lazy="raise")
    section: Mapped[Section] = relationship(lazy="raise")


class WaitlistEntry(Model):
    """A place in a section's queue. The order is worked out anew at each vacancy, never stored.

    dormant: with the seats held now the person would not take it; waits again should one be lost.
    """

    __table_args__ = (
        CheckConstraint(f"state IN {ENTRY_STATES!r}", name="state"),
        unique_where(
            "uq_waitlist_entry_waiting", "person_id", "section_id", where="state = 'waiting'"
        ),
        Index("ix_waitlist_entry_section_id_state", "section_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    rank: Mapped[int]  # place on the person's own list; later joins stand at its end
    late: Mapped[bool] = mapped_column(default=False)  # joined after the draw: group 3
    # offers for this section that ran out unanswered
    lapses: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="raise")
    section: Mapped[Section] = relationship(lazy="raise")


class Offer(Model):
    """A time-limited seat: live → accepted | declined | lapsed | revoked; extending keeps it."""

    __table_args__ = (
        CheckConstraint(
            "state IN ('live', 'accepted', 'declined', 'lapsed', 'revoked')", name="state"
        ),
        CheckConstraint("(state = 'live') = (answered_at IS NULL)", name="answered"),
        unique_where("uq_offer_live", "person_id", "section_id", where="state = 'live'"),
        Index("ix_offer_state_ends_at", "state", "ends_at"),
        Index("ix_offer_section_id_state", "section_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("waitlist_entry.id"))
    seat: Mapped[str] = mapped_column(String(20))  # label of the free seat
    gives_up_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))
    state: Mapped[str] = mapped_column(String(10), default="live")
    # in the link; opens this offer only
    token: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)  # the last moment that counts
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # web, link, phone, counter
    answered_through: Mapped[str] = mapped_column(String(10), default="")

    person: Mapped[Person] = relationship(lazy="raise")
    section: Mapped[Section] = relationship(lazy="raise")
