"""Signing in: accounts, roles, codes, sessions, and forms that were sent."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.db import Model, UTCDateTime

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


class Account(UserMixin, Model):
    """A sign-in: a phone (seniors and family), a user name (staff), or a person who has no phone.

    Exactly one of them; who has no phone comes with the receipt number.
    """

    __table_args__ = (
        CheckConstraint(
            "CASE WHEN phone IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN username IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_sign_in",
        ),
        CheckConstraint("(username IS NULL) = (password_hash IS NULL)", name="staff_password"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(30), unique=True)
    username: Mapped[str | None] = mapped_column(String(40), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
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


class SignInCode(Model):
    """A six-digit code sent to a phone: hashed, ten minutes, one use, five tries.

    purpose: sign_in, or relation:ID for a code that only gives that relation.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(30), index=True)
    purpose: Mapped[str] = mapped_column(String(30), default="sign_in")
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DeskCode(Model):
    """A code that a clerk reads out to somebody without a phone, after seeing who it is.

    Hashed, one use, five tries. checked: how they were recognised (id_card, known, call).
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    checked: Mapped[str] = mapped_column(String(10))
    given_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
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
    # came with receipt number and birth date, without a code: may go on with the application only
    only_apply: Mapped[bool] = mapped_column(default=False)

    account: Mapped[Account] = relationship(lazy="raise")


class FormKey(Model):
    """A form that was taken in: sent again with the same key it has no second effect."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what the first led to
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class KeptForm(Model):
    """What somebody typed into a page after their session had ended, sealed, until they are signed
    in again. token: its hash; the browser's cookie holds it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # whose session had ended; given back to nobody else
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    path: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
