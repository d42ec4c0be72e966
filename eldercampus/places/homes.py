"""Where people live, as they choose it on a page: first the town, then the community."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from eldercampus.db import db
from eldercampus.places.distances import Point, points_of
from eldercampus.places.models import Community, Town


@dataclass(frozen=True)
class Place:
    """A town or a community on a list to choose from."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Homes:
    """All towns and communities of the district, read at once."""

    rows: Sequence[Row[Any]]

    def towns(self) -> list[Place]:
        """By code."""
        found = {row.town_code: Place(row.town_code, row.town, row.town_en) for row in self.rows}
        return sorted(found.values(), key=lambda town: town.code)

    def communities(self, town_code: str) -> list[Place]:
        """Those of a town, by code; none for an unknown town."""
        return [
            Place(row.code, row.name, row.name_en)
            for row in self.rows
            if row.town_code == town_code
        ]

    def point(self, town_code: str, community_code: str) -> Point | None:
        """What distances are measured from: the community's point in use, else the town's seat."""
        for row in self.rows:
            if row.code == community_code:
                return points_of(self.rows).get(row.id)
        for row in self.rows:
            if row.town_code == town_code and row.seat_longitude is not None:
                return Point(row.seat_longitude, row.seat_latitude, "town_seat")
        return None


def list_homes() -> Homes:
    """One query."""
    query = (
        select(
            Community.id,
            Community.code,
            Community.name,
            Community.name_en,
            Community.town_id,
            Community.longitude,
            Community.latitude,
            Town.code.label("town_code"),
            Town.name.label("town"),
            Town.name_en.label("town_en"),
            Town.longitude.label("seat_longitude"),
            Town.latitude.label("seat_latitude"),
        )
        .join(Town, Town.id == Community.town_id)
        .order_by(Community.town_id, Community.code)
    )
    return Homes(db.session.execute(query).all())
