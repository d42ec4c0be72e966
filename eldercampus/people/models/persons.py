"""People, how to reach them, and what is known of them."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.db import Model, UTCDateTime, unique_where
from eldercampus.places.models import Community

CHANNELS = ("web", "phone", "counter", "paper")


class Person(Model):
    """Somebody who learns or wants to. Needs no account; two may share a phone or mailbox."""

    __table_args__ = (
        CheckConstraint("sex IN ('f', 'm')", name="sex"),
        CheckConstraint("news IN ('sms', 'call', 'letter', 'email', 'relative')", name="news"),
        CheckConstraint(f"registered_by IN {CHANNELS!r}", name="registered_by"),
        Index("ix_person_name_born_on", "name", "born_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_latin: Mapped[str] = mapped_column(String(120), default="")
    sex: Mapped[str] = mapped_column(String(1))
    born_on: Mapped[date]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    address: Mapped[str] = mapped_column(String(120), default="")
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # AES-GCM
    # keyed HMAC of the number, for look-up only
    id_number_key: Mapped[str | None] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(5), default="zh")
    news: Mapped[str] = mapped_column(String(10), default="sms")  # how news should come
    emergency_name: Mapped[str] = mapped_column(String(60), default="")
    emergency_phone: Mapped[str] = mapped_column(String(30), default="")
    emergency_relation: Mapped[str] = mapped_column(String(20), default="")
    registered_by: Mapped[str] = mapped_column(String(10), default="web")
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    died_on: Mapped[date | None]
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # name, number and ways erased

    community: Mapped[Community] = relationship(lazy="raise")
    contacts: Mapped[list["Contact"]] = relationship(back_populates="person", lazy="raise")
    tags: Mapped[list["Tag"]] = relationship(back_populates="person", lazy="raise")


class Contact(Model):
    """A way to reach a person. Not unique: spouses share phones and mailboxes."""

    __table_args__ = (
        CheckConstraint("kind IN ('mobile', 'landline', 'email', 'address')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(120), index=True)  # phones as +86…
    whose: Mapped[str] = mapped_column(String(20), default="own")  # own, or the relation
    position: Mapped[int] = mapped_column(default=1)
    # set where a relative may have written it down: then it proves nothing of the person's will
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    person: Mapped[Person] = relationship(back_populates="contacts", lazy="raise")


class Tag(Model):
    """A claim that opens reserved seats once a clerk has seen the proof."""

    __table_args__ = (
        CheckConstraint("kind IN ('disability', 'low_income')", name="kind"),
        CheckConstraint("state IN ('claimed', 'verified', 'refused')", name="state"),
        UniqueConstraint("person_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(String(120), default="")
    valid_until: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default="claimed")
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(back_populates="tags", lazy="raise")


class Undertaking(Model):
    """A signed safety undertaking (80 and over, physical courses)."""

    __table_args__ = (UniqueConstraint("person_id", "kind", "signed_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # age, physical
    signed_on: Mapped[date]
    witness: Mapped[str] = mapped_column(String(60))


class Consent(Model):
    """What somebody agreed to: which text, which version, through which channel, by whom."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # personal, sensitive
    text_version: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10))
    signer: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str] = mapped_column(String(20), default="")
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SamePersonPair(Model):
    """Two entries that may be one person; settled by staff before freezing (design.md §3)."""

    __table_args__ = (
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("decision IN ('', 'same', 'different')", name="decision"),
        UniqueConstraint("first_id", "second_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    why: Mapped[str] = mapped_column(String(20))  # id_number, name_birth, birth_phone
    decision: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DataRequest(Model):
    """Somebody asks that what is kept about a person be put right or erased; staff answer."""

    __table_args__ = (
        CheckConstraint("kind IN ('correct', 'erase')", name="kind"),
        CheckConstraint("state IN ('asked', 'done', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_at"),
        unique_where("uq_data_request_open", "person_id", "kind", where="state = 'asked'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(lazy="raise")


class CalendarFeed(Model):
    """The address under which a person's lessons can be read by their calendar; a new one ends the
    one before."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # opens nothing any more once this account may not see the person's lessons
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
