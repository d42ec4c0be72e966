"""The seats that a draw or staff give, the queues for them, and offers."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.catalogue.models import Section
from eldercampus.db import Model, UTCDateTime, unique_where
from eldercampus.enrolment.states import ENTRY_STATES, PLACEMENT_STATES
from eldercampus.people.models import Person

HOLDING = ("awaiting", "confirmed")  # a placement in one of these is a seat taken
_HOLDING = "state IN ('awaiting', 'confirmed')"


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
    # place and length of the queue when it began for them: at publishing, or on joining
    first_place: Mapped[int | None]
    first_length: Mapped[int | None]

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
    entry: Mapped[WaitlistEntry] = relationship(lazy="raise")


class Override(Model):
    """A seat given or taken by hand after the draw; the reason stands in the approval."""

    __table_args__ = (CheckConstraint("kind IN ('give', 'take')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(5))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
