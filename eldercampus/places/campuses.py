"""Making and changing campuses and their rooms."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound
from eldercampus.places.datum import DATUMS, in_china, to_wgs84
from eldercampus.places.models import CAMPUS_KINDS, Campus, Room, Town


@dataclass(frozen=True)
class CampusDetails:
    """What staff say about a campus. longitude and latitude are degrees in `datum`."""

    kind: str
    town_id: int
    name: str
    longitude: float
    latitude: float
    address: str
    phone: str
    step_free: bool
    datum: str = "wgs84"
    point_source: str = ""
    name_en: str = ""
    address_en: str = ""
    bus: str = ""
    bus_en: str = ""
    access_note: str = ""
    access_note_en: str = ""
    active: bool = True


@dataclass(frozen=True)
class RoomDetails:
    name: str
    places: int
    name_en: str = ""
    step_free: bool = True
    note: str = ""


def create_campus(details: CampusDetails, *, account_id: int | None, now: datetime) -> Campus:
    """A new campus with the next free code (K-07).

    Raises DomainError: campus_name_taken, point_swapped, point_outside, campus_kind, datum;
    NotFound for an unknown town.
    """
    _check(details, None)
    codes = db.session.scalars(select(Campus.code)).all()
    campus = Campus(code=_next_code(list(codes)))
    _write(campus, details)
    db.session.add(campus)
    db.session.flush()
    _record("campus.create", campus, account_id, now)
    return campus


def change_campus(
    campus_id: int, details: CampusDetails, *, account_id: int | None, now: datetime
) -> Campus:
    """Gives the campus these details. Raises what create_campus does."""
    campus = db.session.get(Campus, campus_id)
    if campus is None:
        raise NotFound("no_campus", campus_id=campus_id)
    _check(details, campus_id)
    _write(campus, details)
    db.session.flush()
    _record("campus.change", campus, account_id, now)
    return campus


def create_room(
    campus_id: int, details: RoomDetails, *, account_id: int | None, now: datetime
) -> Room:
    """A new room. Raises DomainError room_name_taken, room_places."""
    _check_room(campus_id, details, None)
    room = Room(campus_id=campus_id, **asdict(details))
    db.session.add(room)
    db.session.flush()
    record("room.create", f"room:{room.id}", now=now, account_id=account_id, places=room.places)
    return room


def write_room(room: Room, details: RoomDetails, *, account_id: int | None, now: datetime) -> None:
    """Gives the room these details. Raises what create_room does.

    Whether its classes still fit is for eldercampus.catalogue.rooms.change_room to ask, which calls
    this: places know nothing of classes.
    """
    _check_room(room.campus_id, details, room.id)
    for name, value in asdict(details).items():
        setattr(room, name, value)
    db.session.flush()
    record("room.change", f"room:{room.id}", now=now, account_id=account_id, places=room.places)


def _check(details: CampusDetails, campus_id: int | None) -> None:
    if details.kind not in CAMPUS_KINDS:
        raise DomainError("campus_kind")
    if details.datum not in DATUMS:
        raise DomainError("datum")
    if db.session.get(Town, details.town_id) is None:
        raise NotFound("no_town", town=details.town_id)
    if not in_china(details.longitude, details.latitude):
        swapped = in_china(details.latitude, details.longitude)
        raise DomainError("point_swapped" if swapped else "point_outside")
    named = select(Campus.id).where(Campus.name == details.name, Campus.id != (campus_id or 0))
    if db.session.scalar(named) is not None:
        raise DomainError("campus_name_taken", name=details.name)


def _write(campus: Campus, details: CampusDetails) -> None:
    """A point left as it stands in the table keeps the datum that it was given in."""
    values = asdict(details)
    given = (values.pop("longitude"), values.pop("latitude"))
    if details.datum == "wgs84" and given == (campus.longitude, campus.latitude):
        values.pop("datum")
    else:
        campus.longitude, campus.latitude = to_wgs84(*given, details.datum)
    for name, value in values.items():
        setattr(campus, name, value)


def _check_room(campus_id: int, details: RoomDetails, room_id: int | None) -> None:
    if details.places < 1:
        raise DomainError("room_places")
    named = select(Room.id).where(
        Room.campus_id == campus_id, Room.name == details.name, Room.id != (room_id or 0)
    )
    if db.session.scalar(named) is not None:
        raise DomainError("room_name_taken", name=details.name)


def _next_code(codes: list[str]) -> str:
    numbers = [int(code[2:]) for code in codes if code.startswith("K-") and code[2:].isdecimal()]
    return f"K-{max(numbers, default=0) + 1:02d}"


def _record(action: str, campus: Campus, account_id: int | None, now: datetime) -> None:
    record(
        action,
        f"campus:{campus.id}",
        now=now,
        account_id=account_id,
        code=campus.code,
        longitude=campus.longitude,
        latitude=campus.latitude,
        datum=campus.datum,
        active=campus.active,
    )
