"""People, how to reach them, who acts for them, and how they sign in."""

from datetime import date, datetime
from typing import Any

from flask_login import UserMixin
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

from eldercampus.db import Model, UTCDateTime, unique_where
from eldercampus.places.models import Community

ROLES = (
    "learner",
    "monitor",
    "teacher",
    "clerk",
    "campus_head",
    "town_officer",
    "district_officer",
    "auditor",
)
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

    person: Mapped[Person] = relationship(back_populates="contacts", lazy="raise")


class Account(UserMixin, Model):
    """A sign-in: a phone (seniors and family) or a user name (staff), never both."""

    __table_args__ = (
        CheckConstraint("(phone IS NULL) <> (username IS NULL)", name="one_sign_in"),
        CheckConstraint("(username IS NULL) = (password_hash IS NULL)", name="staff_password"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(30), unique=True)
    username: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60), default="")
    name_latin: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(default=0)  # a code is taken once
    recovery_codes: Mapped[list[str]] = mapped_column(JSON, default=list)  # hashes
    language: Mapped[str] = mapped_column(String(5), default="zh")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    grants: Mapped[list["Grant"]] = relationship(back_populates="account", lazy="raise")


class Grant(Model):
    """A role of an account and where it holds: a campus, a town, or (both empty) the district."""

    __table_args__ = (
        CheckConstraint(f"role IN {ROLES!r}", name="role"),
        CheckConstraint("campus_id IS NULL OR town_id IS NULL", name="one_place"),
        UniqueConstraint("account_id", "role", "campus_id", "town_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    campus_id: Mapped[int | None] = mapped_column(ForeignKey("campus.id"))
    town_id: Mapped[int | None] = mapped_column(ForeignKey("town.id"))

    account: Mapped[Account] = relationship(back_populates="grants", lazy="raise")


class Representation(Model):
    """An account acts for a person: for oneself, or as a relative, within a scope, until a date."""

    __table_args__ = (
        CheckConstraint("kind IN ('self', 'relative')", name="kind"),
        unique_where(
            "uq_representation_active", "account_id", "person_id", where="ended_at IS NULL"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    relation: Mapped[str] = mapped_column(String(20), default="")  # daughter, son, spouse …
    may_apply: Mapped[bool] = mapped_column(default=True)
    may_answer: Mapped[bool] = mapped_column(default=True)
    may_see: Mapped[bool] = mapped_column(default=True)
    until_on: Mapped[date | None]
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    given_how: Mapped[str] = mapped_column(String(20), default="web")  # web, code, paper, phone
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


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


class SignInCode(Model):
    """A six-digit code sent to a phone: hashed, ten minutes, one use, five tries."""

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(30), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Throttle(Model):
    """How often something was tried in a window of time; a row counts for all processes."""

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class WebSession(Model):
    """A signed-in browser. The cookie holds a secret, the row its hash; ended rows do nothing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # for whom, once chosen
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(lazy="raise")


class FormKey(Model):
    """A form that was taken in: sent again with the same key it has no second effect."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what the first led to
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
