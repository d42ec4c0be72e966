"""Reads of places. campus_ids: None is every campus, a set only these (the asker's scope)."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from eldercampus.db import db
from eldercampus.errors import NotFound
from eldercampus.places.models import Campus, Community, District, Room, Town


def find_district() -> District | None:
    """The district; None in a database that was not set up yet."""
    return db.session.get(District, 1)


def get_district() -> District:
    """The district; NotFound("no_district") in a database that was not set up yet."""
    district = find_district()
    if district is None:
        raise NotFound("no_district")
    return district


def list_towns() -> list[Town]:
    return list(db.session.scalars(select(Town).order_by(Town.code)))


def get_town(code: str) -> Town:
    town = db.session.scalar(select(Town).where(Town.code == code))
    if town is None:
        raise NotFound("no_town", town=code)
    return town


def list_communities(town_id: int | None = None) -> list[Community]:
    """Communities with their town, of one town or of all, by code."""
    query = select(Community).options(joinedload(Community.town)).order_by(Community.code)
    if town_id is not None:
        query = query.where(Community.town_id == town_id)
    return list(db.session.scalars(query))


def get_community(community_id: int) -> Community:
    """The community with its town."""
    community = db.session.get(Community, community_id, options=[joinedload(Community.town)])
    if community is None:
        raise NotFound("no_community", community_id=community_id)
    return community


def list_campuses(
    campus_ids: Collection[int] | None = None, *, active: bool | None = None
) -> list[Campus]:
    """Campuses with town and rooms, by code; active=True leaves out those that are closed."""
    query = select(Campus).options(joinedload(Campus.town), selectinload(Campus.rooms))
    if campus_ids is not None:
        query = query.where(Campus.id.in_(campus_ids))
    if active is not None:
        query = query.where(Campus.active == active)
    return list(db.session.scalars(query.order_by(Campus.code)))


def get_campus(campus_id: int, campus_ids: Collection[int] | None = None) -> Campus:
    """The campus with town and rooms; NotFound also where it lies outside campus_ids."""
    campus = None
    if campus_ids is None or campus_id in campus_ids:
        options = [joinedload(Campus.town), selectinload(Campus.rooms)]
        campus = db.session.get(Campus, campus_id, options=options)
    if campus is None:
        raise NotFound("no_campus", campus_id=campus_id)
    return campus


def list_rooms(campus_ids: Collection[int] | None = None) -> list[Room]:
    """Rooms with their campus, by campus and name."""
    query = select(Room).join(Room.campus).options(joinedload(Room.campus))
    if campus_ids is not None:
        query = query.where(Room.campus_id.in_(campus_ids))
    return list(db.session.scalars(query.order_by(Campus.code, Room.name, Room.id)))


def get_room(room_id: int, campus_ids: Collection[int] | None = None) -> Room:
    """The room with its campus; NotFound also where it lies outside campus_ids."""
    room = db.session.get(Room, room_id, options=[joinedload(Room.campus)])
    if room is None or (campus_ids is not None and room.campus_id not in campus_ids):
        raise NotFound("no_room", room_id=room_id)
    return room
