"""Where people live and where classes meet, as they are chosen on a page: first the town, then the
community; or a campus."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from eldercampus.db import db
from eldercampus.places.distances import Point, points_of
from eldercampus.places.models import Campus, Community, Town

_COMMUNITY, _TOWN, _CAMPUS = 0, 1, 2


class Place(NamedTuple):
    """A town, community or campus on a list to choose from."""

    code: str
    name: str
    name_en: str


class Start(NamedTuple):
    """Where distances are measured from."""

    place: Place
    point: Point


class _Row(NamedTuple):
    """What is read of each; seat_…: of a community's town, else its own point."""

    kind: int
    id: int
    town_id: int
    code: str
    name: str
    name_en: str
    longitude: float | None
    latitude: float | None
    seat_longitude: float | None
    seat_latitude: float | None


class Places:
    """All towns and campuses of the district and the communities of one town, each by code.

    towns, communities (by their pinyin) and campuses (those in use): Place; seats: of the towns,
    where known.
    """

    def __init__(self, rows: Iterable[_Row]) -> None:
        self._lived_in: list[Any] = [row for row in rows if row.kind == _COMMUNITY]
        self._points = points_of(self._lived_in)
        self._starts = {(row.kind, row.code): _start(row) for row in rows}
        self.towns = _places(rows, _TOWN)
        self.communities = tuple(sorted(_places(rows, _COMMUNITY), key=_spelling))
        self.campuses = _places(rows, _CAMPUS)
        self._town_ids = {row.code: row.id for row in rows if row.kind == _TOWN}
        self._of_towns = {row.id: row.town_id for row in rows if row.kind == _CAMPUS}
        seats = (self._starts[_TOWN, town.code] for town in self.towns)
        self.seats = tuple(seat for seat in seats if seat is not None)

    def home(self, town_code: str, community_code: str) -> Start | None:
        """The community by its point in use, else the town by its seat; None where neither is
        known."""
        for row in self._lived_in:
            if row.code == community_code:
                point = self._points.get(row.id)
                return Start(_place(row), point) if point else None
        return self._starts.get((_TOWN, town_code))

    def campuses_in(self, town_code: str) -> frozenset[int]:
        """The ids of the campuses of a town; none for an unknown one."""
        town_id = self._town_ids.get(town_code)
        return frozenset(one for one, of_town in self._of_towns.items() if of_town == town_id)

    def campus(self, code: str) -> Start | None:
        return self._starts.get((_CAMPUS, code))


def _places(rows: Iterable[_Row], kind: int) -> tuple[Place, ...]:
    return tuple(sorted(_place(row) for row in rows if row.kind == kind))


def _spelling(place: Place) -> tuple[str, str]:
    """In the order of a dictionary: the English name begins with the pinyin."""
    return place.name_en.lower(), place.code


def _place(row: _Row) -> Place:
    return Place(row.code, row.name, row.name_en)


def _start(row: _Row) -> Start | None:
    if row.longitude is None or row.latitude is None:
        return None
    return Start(_place(row), Point(row.longitude, row.latitude, "town_seat"))


def list_places(town_code: str) -> Places:
    """With the communities of this town, none for an unknown one. One query."""
    rows = db.session.execute(_query(), {"town": town_code})
    return _sorted_out(tuple(_Row._make(row) for row in rows))


@lru_cache(maxsize=64)
def _sorted_out(rows: tuple[_Row, ...]) -> Places:
    """Once for the same rows: each visitor asks for them, and they hardly change."""
    return Places(rows)


@cache
def _query() -> CompoundSelect[Any]:
    community, town, campus = Community.__table__.c, Town.__table__.c, Campus.__table__.c
    seat = (town.longitude.label("seat_longitude"), town.latitude.label("seat_latitude"))
    return union_all(
        _columns(_COMMUNITY, community, community.town_id, *seat)
        .join_from(Community.__table__, Town.__table__)
        .where(town.code == bindparam("town")),
        _columns(_TOWN, town, town.id, *seat),
        _columns(_CAMPUS, campus, campus.town_id, campus.longitude, campus.latitude).where(
            campus.active
        ),
    )


def _columns(
    kind: int, table: Any, town_id: Any, seat_longitude: Any, seat_latitude: Any
) -> Select[Any]:
    return select(
        literal(kind).label("kind"),
        table.id,
        town_id.label("town_id"),
        table.code,
        table.name,
        table.name_en,
        table.longitude,
        table.latitude,
        seat_longitude,
        seat_latitude,
    )
