"""Applications with their choices, and how a person stands in a round."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.db import Model, UTCDateTime
from eldercampus.enrolment.models.rounds import Round
from eldercampus.people.models import CHANNELS, Person


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
    # the class that was listed, if staff merged it into this one before the draw
    listed_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))

    application: Mapped[Application] = relationship(back_populates="choices", lazy="raise")


class Learner(Model):
    """How a person stands in a round's queues: id in the file, group, tags, distances.

    One row per person and round, written at freezing, or later for those who join after the draw
    (late: group 3). tags hold the file's names (t1 …); groups are keyed by section code, metres by
    campus code; metres are as in the file: with bands the upper limit of the band (§1). The draw
    number is nowhere kept: runs.draw_seeds and the code give it.
    """

    __table_args__ = (
        UniqueConstraint("round_id", "person_id", name="uq_learner_person"),
        UniqueConstraint("round_id", "code", name="uq_learner_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    late: Mapped[bool] = mapped_column(default=False)
    wants: Mapped[int] = mapped_column(default=1)
    # whether the draw could give them a seat: who holds as many as wanted is passed over
    took_part: Mapped[bool] = mapped_column(default=True)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    groups: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    metres: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    # rounds of the year before this one that gave the person nothing; 0 where the rules do not ask
    misses: Mapped[int] = mapped_column(default=0)


class PaperForm(Model):
    """A printed form: blank, or filled in with a person. Its number becomes the receipt number."""

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(String(20), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    printed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    printed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # what was keyed in from it
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)


class LatePaper(Model):
    """A paper form keyed in after the close, with its stamp; counts once a second person agrees.

    draft: as Application.draft; version: of the application that the clerk saw, None for none. The
    reason stands in the approval.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int | None]
    receipt: Mapped[str] = mapped_column(String(20), default="")  # on the form, if printed by us
    arrived_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), unique=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
