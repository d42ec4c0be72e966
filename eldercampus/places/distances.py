"""How far people live from a campus, as allocation.md §3 counts it: from the community's point.

If any community of a town lacks a point, all communities of that town are measured from the town's
seat, so that nobody gains or loses by a gap in the map.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from math import asin, cos, radians, sin, sqrt
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, select

from eldercampus.db import db
from eldercampus.places.models import Campus, Community, Town

EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True)
class Point:
    """WGS-84 degrees, and whether it is the community's own point or its town's seat."""

    longitude: float
    latitude: float
    origin: Literal["community", "town_seat"]


def haversine_m(lon1: float, lat1: float, lon2: float, lat2: float) -> int:
    """Metres on a sphere of radius 6 371 008.8 m, cut to whole metres. WGS-84 degrees."""
    phi1, phi2 = radians(lat1), radians(lat2)
    chord = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return int(2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, chord))))


def band_of(metres: int, limits: Sequence[int]) -> int:
    """The distance band: 0 up to and including limits[0]; len(limits) beyond the last."""
    return bisect_left(limits, metres)


def points_in_use() -> dict[int, Point]:
    """The point that stands for each community, by community id.

    A community is left out where neither it nor its town has a point that may be used.
    """
    return points_of(row for _, rows in _by_town() for row in rows)


def find_point(community_id: int) -> Point | None:
    """The same for one community; reads its town only."""
    rows = db.session.execute(_places_around(), {"community_id": community_id}).all()
    own = next((row for row in rows if row.id == community_id), None)
    return _point(own, _all_known(rows)) if own else None


def points_of(rows: Iterable[Row[Any]]) -> dict[int, Point]:
    """The same from rows read elsewhere: whole towns, one after the other, each row with id,
    town_id, longitude, latitude, seat_longitude and seat_latitude."""
    towns = (list(group) for _, group in groupby(rows, key=lambda row: row.town_id))
    known = ((town, _all_known(town)) for town in towns)
    return {
        row.id: point
        for town, all_known in known
        for row in town
        if (point := _point(row, all_known))
    }


def town_seat_towns() -> list[Town]:
    """The towns measured from their seat because a community of theirs lacks a point, by code."""
    ids = [town_id for town_id, rows in _by_town() if not _all_known(rows)]
    return list(db.session.scalars(select(Town).where(Town.id.in_(ids)).order_by(Town.code)))


def communities_without_distance() -> list[int]:
    """Ids of the communities that no point stands for; nobody from there can enter a draw."""
    known = points_in_use()
    return [row.id for _, rows in _by_town() for row in rows if row.id not in known]


def metres_to_campuses() -> dict[int, dict[str, int]]:
    """Whole metres by community id and campus code; communities without any point are left out."""
    campuses = db.session.execute(select(Campus.code, Campus.longitude, Campus.latitude)).all()
    return {
        community_id: {
            code: haversine_m(point.longitude, point.latitude, longitude, latitude)
            for code, longitude, latitude in campuses
        }
        for community_id, point in points_in_use().items()
    }


_Rows = Sequence[Row[tuple[int, int, float | None, float | None, float | None, float | None]]]


def _places() -> Select[tuple[int, int, float | None, float | None, float | None, float | None]]:
    return (
        select(
            Community.id,
            Community.town_id,
            Community.longitude,
            Community.latitude,
            Town.longitude.label("seat_longitude"),
            Town.latitude.label("seat_latitude"),
        )
        .join(Town, Town.id == Community.town_id)
        .order_by(Community.town_id, Community.id)
    )


@cache
def _places_around() -> Select[
    tuple[int, int, float | None, float | None, float | None, float | None]
]:
    town = select(Community.town_id).where(Community.id == bindparam("community_id"))
    return _places().where(Community.town_id == town.scalar_subquery())


def _by_town() -> Iterator[tuple[int, _Rows]]:
    rows = db.session.execute(_places()).all()
    for town_id, group in groupby(rows, key=lambda row: row.town_id):
        yield town_id, list(group)


def _all_known(rows: _Rows) -> bool:
    return all(row.longitude is not None for row in rows)


def _point(
    row: Row[tuple[int, int, float | None, float | None, float | None, float | None]],
    all_known: bool,
) -> Point | None:
    if all_known:
        return Point(row.longitude, row.latitude, "community")
    if row.seat_longitude is None or row.seat_latitude is None:
        return None
    return Point(row.seat_longitude, row.seat_latitude, "town_seat")
