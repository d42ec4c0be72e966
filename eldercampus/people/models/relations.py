"""Who acts for whom: asked for, given, ended."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.db import Model, UTCDateTime, unique_where
from eldercampus.people.models.accounts import Account
from eldercampus.people.models.persons import Person


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
    # web (by the person, signed in), code (read out from their phone), paper, phone; asked: only
    # asked for so far, which lets the relative apply and no more
    given_how: Mapped[str] = mapped_column(String(20), default="web")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_note: Mapped[str] = mapped_column(Text, default="")  # who said so, where staff ended it

    account: Mapped[Account] = relationship(lazy="raise", foreign_keys=[account_id])
    person: Mapped[Person] = relationship(lazy="raise")


class RelationRequest(Model):
    """A relative asks to act for a person; the person gives it, in part or whole, or refuses.

    named: whom the relative wrote down, a name or a receipt number. person_id is empty where that
    is nobody we know: the relative must not see a difference. how: code, web, paper or phone, once
    decided; note: who witnessed the paper, or what was said on the telephone.
    """

    __table_args__ = (
        CheckConstraint("state IN ('asked', 'given', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_at"),
        unique_where(
            "uq_relation_request_open", "account_id", "person_id", where="state = 'asked'"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    named: Mapped[str] = mapped_column(String(60), default="")
    asker: Mapped[str] = mapped_column(String(60), default="")  # the relative's own name
    relation: Mapped[str] = mapped_column(String(20))
    may_apply: Mapped[bool] = mapped_column(default=True)
    may_answer: Mapped[bool] = mapped_column(default=True)
    may_see: Mapped[bool] = mapped_column(default=True)
    until_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    how: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(Text, default="")

    account: Mapped[Account] = relationship(lazy="raise", foreign_keys=[account_id])
    person: Mapped[Person | None] = relationship(lazy="raise")
