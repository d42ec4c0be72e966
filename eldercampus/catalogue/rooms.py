"""Changing a room that classes meet in."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.places.campuses import RoomDetails, write_room
from eldercampus.places.models import Room
from eldercampus.places.queries import get_room


def change_room(
    room_id: int, details: RoomDetails, *, account_id: int | None, now: datetime
) -> Room:
    """Gives the room these details.

    Raises what create_room does, and room_too_small (section, course, capacity) where a class in it
    has more seats: the room's row is locked first, as sections.py does.
    """
    db.session.execute(update(Room).where(Room.id == room_id).values(places=Room.places))
    room = get_room(room_id)
    larger = db.session.scalar(
        select(Section)
        .options(joinedload(Section.course))
        .where(Section.room_id == room_id, Section.capacity > details.places)
        .where(Section.state != "closed")
        .order_by(Section.capacity.desc(), Section.code)
        .limit(1)
    )
    if larger is not None:
        raise DomainError(
            "room_too_small",
            section=larger.code,
            course=larger.course.name,
            course_en=larger.course.name_en,
            capacity=larger.capacity,
        )
    write_room(room, details, account_id=account_id, now=now)
    return room
