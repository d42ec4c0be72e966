"""What is taught, when, where and by whom; the calendar and the dated rules."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.db import Model
from eldercampus.places.models import Campus, Room


class Teacher(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_latin: Mapped[str] = mapped_column(String(80), default="")


class Course(Model):
    """What is taught. `next_course_id` names the stage that follows."""

    __table_args__ = (
        CheckConstraint("stage >= 1", name="stage"),
        CheckConstraint("lesson_hours BETWEEN 1 AND 8", name="lesson_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    initials: Mapped[str] = mapped_column(String(60), default="")  # pinyin initials, lower case
    pinyin: Mapped[str] = mapped_column(Text, default="")  # catalogue.spelling.pinyin_tails
    department: Mapped[str] = mapped_column(String(30), index=True)
    stage: Mapped[int] = mapped_column(default=1)
    next_course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    newcomers: Mapped[bool] = mapped_column(default=True)
    physical: Mapped[bool] = mapped_column(default=False)
    lesson_hours: Mapped[int] = mapped_column(default=2)  # lesson hours in one session
    description: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")


class Term(Model):
    """A half-year of classes. The row lock of `seats_version` orders all changes of its seats."""

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="dates"),
        CheckConstraint("last_joining_on BETWEEN starts_on AND ends_on", name="last_joining"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    last_joining_on: Mapped[date]
    seats_version: Mapped[int] = mapped_column(default=0)


class Section(Model):
    """One class group. `taken` = active placements + live offers, ≤ capacity by the database."""

    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity"),
        CheckConstraint("minimum >= 0", name="minimum"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        CheckConstraint("fill IN ('reserved_first', 'open_first')", name="fill"),
        CheckConstraint("mode IN ('in_person', 'online', 'hybrid')", name="mode"),
        CheckConstraint("state IN ('planned', 'open', 'closed')", name="state"),
        UniqueConstraint("term_id", "code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))  # its id in the round file (S-001)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    campus_id: Mapped[int] = mapped_column(ForeignKey("campus.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("teacher.id"), index=True)
    capacity: Mapped[int]
    minimum: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    fill: Mapped[str] = mapped_column(String(20), default="reserved_first")
    fee_yuan: Mapped[int] = mapped_column(default=0)
    mode: Mapped[str] = mapped_column(String(10), default="in_person")
    state: Mapped[str] = mapped_column(String(10), default="open")
    exempt: Mapped[bool] = mapped_column(default=False)  # never closed by the draw
    paused: Mapped[bool] = mapped_column(default=False)  # no offers for the time being
    # the class of the same course that took its people in before a draw; this one is closed
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    # how many listed this class in the round before, and for how many seats, if known
    last_time_applied: Mapped[int | None]
    last_time_seats: Mapped[int | None]

    term: Mapped[Term] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")
    campus: Mapped[Campus] = relationship(lazy="raise")
    room: Mapped[Room | None] = relationship(lazy="raise")
    teacher: Mapped[Teacher | None] = relationship(lazy="raise")
    meetings: Mapped[list["Meeting"]] = relationship(
        back_populates="section", lazy="raise", order_by="Meeting.weekday, Meeting.starts_minute"
    )
    reserves: Mapped[list["Reserve"]] = relationship(
        back_populates="section", lazy="raise", order_by="Reserve.position"
    )


class Reserve(Model):
    """Seats kept for a kind of people, in order of precedence (allocation.md §5)."""

    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("unfilled IN ('release', 'keep')", name="unfilled"),
        UniqueConstraint("section_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))  # disability, low_income, new, town:CODE
    count: Mapped[int]
    unfilled: Mapped[str] = mapped_column(String(10), default="release")

    section: Mapped[Section] = relationship(back_populates="reserves", lazy="raise")


class Meeting(Model):
    """A weekly hour of a section: weekday 1 (Monday) … 7, minutes since midnight, half-open."""

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("0 <= starts_minute AND starts_minute < ends_minute", name="minutes"),
        CheckConstraint("ends_minute <= 1440", name="same_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    weekday: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]

    section: Mapped[Section] = relationship(back_populates="meetings", lazy="raise")


class Session(Model):
    """One dated lesson. `regular_on` is the timetable's date, `held_on` the day it is held.

    `version` counts each change by itself: calendars of learners see by it which is the newer.
    """

    __table_args__ = (
        CheckConstraint("state IN ('planned', 'cancelled')", name="state"),
        UniqueConstraint("section_id", "regular_on", "starts_minute"),
        Index("ix_session_held_on", "held_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    number: Mapped[int]  # 1, 2, 3 … in the section
    regular_on: Mapped[date]
    held_on: Mapped[date]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="planned")
    note: Mapped[str] = mapped_column(String(120), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it like this


class CalendarDay(Model):
    """A day that is not what its weekday says: a holiday, or a weekend day worked (调休)."""

    __table_args__ = (CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),)

    on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60), default="")
    name_en: Mapped[str] = mapped_column(String(80), default="")


class CalendarYear(Model):
    """Whether the official notice for a year is out; until then its days are provisional."""

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    provisional: Mapped[bool]
    source: Mapped[str] = mapped_column(String(120), default="")


class Rule(Model):
    """A dated setting (design.md §3). scope_id is empty for the district."""

    __table_args__ = (
        CheckConstraint("scope IN ('district', 'campus', 'term')", name="scope"),
        CheckConstraint("(scope = 'district') = (scope_id IS NULL)", name="scope_id"),
        Index("ix_rule_name_valid_from", "name", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(10))
    scope_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
