"""Where people live and where classes meet. All points are WGS-84 degrees."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eldercampus.db import Model

CAMPUS_KINDS = (
    "elder_university",
    "community_college",
    "town_school",
    "learning_point",
    "shared_venue",
)


class District(Model):
    """The one district of this database; a single row."""

    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    school_name: Mapped[str] = mapped_column(String(40))
    school_name_en: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(30))
    clock_shift_s: Mapped[int] = mapped_column(default=0)  # the demonstration's clock, else 0


class Town(Model):
    """A town or street. `code` is the statistics code; `mca_code` the ministry's, never mixed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(9), unique=True)
    mca_code: Mapped[str] = mapped_column(String(9), default="")
    name: Mapped[str] = mapped_column(String(40), unique=True)
    name_en: Mapped[str] = mapped_column(String(80), default="")
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    point_source: Mapped[str] = mapped_column(String(200), default="")
    residents_60: Mapped[int | None]  # None: not loaded

    communities: Mapped[list["Community"]] = relationship(back_populates="town", lazy="raise")


class Community(Model):
    """A community or village; its point stands for everybody who lives there (allocation.md §3)."""

    __table_args__ = (
        CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name="whole_point"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    point_source: Mapped[str] = mapped_column(String(200), default="")  # "" where no point is known
    residents_60: Mapped[int | None]  # None: not loaded

    town: Mapped[Town] = relationship(back_populates="communities", lazy="raise")


class Campus(Model):
    """A place with rooms where classes meet. `code` is its id in the round file (K-01)."""

    __table_args__ = (
        CheckConstraint(f"kind IN {CAMPUS_KINDS!r}", name="kind"),
        CheckConstraint("datum IN ('wgs84', 'gcj02', 'bd09')", name="datum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    name_en: Mapped[str] = mapped_column(String(120), default="")
    longitude: Mapped[float]  # WGS-84, converted on entry
    latitude: Mapped[float]
    datum: Mapped[str] = mapped_column(String(5), default="wgs84")  # the datum it was given in
    point_source: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(120))
    address_en: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(30))
    bus: Mapped[str] = mapped_column(String(200), default="")
    bus_en: Mapped[str] = mapped_column(String(200), default="")
    step_free: Mapped[bool]
    access_note: Mapped[str] = mapped_column(String(200), default="")
    access_note_en: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)

    town: Mapped[Town] = relationship(lazy="raise")
    rooms: Mapped[list["Room"]] = relationship(back_populates="campus", lazy="raise")


class Room(Model):
    """A room with so many places; no section in it may have more."""

    __table_args__ = (CheckConstraint("places > 0", name="places"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campus_id: Mapped[int] = mapped_column(ForeignKey("campus.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    places: Mapped[int]
    step_free: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Text, default="")

    campus: Mapped[Campus] = relationship(back_populates="rooms", lazy="raise")
