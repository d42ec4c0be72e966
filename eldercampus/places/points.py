"""Taking in measured points of communities: every row is judged, then all are written or none."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.places.datum import DATUMS, in_china, to_wgs84
from eldercampus.places.distances import haversine_m
from eldercampus.places.models import Community, Town
from eldercampus.places.point_file import PointRow

FARTHEST_M = 30_000  # from the seat of the community's town; the widest town here reaches 20 km

_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]+)?")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row of the file, as a code and its facts."""

    number: int
    error: DomainError


class PointsRefused(DomainError):
    """Some rows are wrong, so nothing was taken in; problems are in the order of the file."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__("points_refused", count=len(problems))
        self.problems = problems


@dataclass(frozen=True)
class _Home:
    """A community and the seat of its town."""

    id: int
    seat: tuple[float, float] | None


@dataclass(frozen=True)
class _Point:
    community_id: int
    longitude: float
    latitude: float


def import_points(
    rows: Iterable[PointRow],
    datum: str,
    *,
    source: str,
    account_id: int | None,
    now: datetime,
) -> int:
    """Gives communities the points of these rows, converted to WGS-84; returns how many.

    source: who measured, kept beside the point with the datum. Raises PointsRefused with a problem
    for each wrong row: point_code_missing, point_code_rounded, point_code_unknown (typed),
    point_code_twice (first), point_not_a_number (typed), point_swapped, point_outside,
    point_far (kilometres); DomainError("datum").
    """
    if datum not in DATUMS:
        raise DomainError("datum")
    homes = _homes()
    points: list[_Point] = []
    problems: list[RowProblem] = []
    first_rows: dict[str, int] = {}
    for row in rows:
        try:
            points.append(_judge(row, datum, homes, first_rows))
        except DomainError as error:
            problems.append(RowProblem(row.number, error))
    if problems:
        raise PointsRefused(problems)
    _write(points, f"{source} ({datum})"[:200])
    record(
        "places.import",
        "communities",
        now=now,
        account_id=account_id,
        points=len(points),
        datum=datum,
        source=source,
    )
    return len(points)


def _homes() -> dict[str, _Home]:
    rows = db.session.execute(
        select(Community.code, Community.id, Town.longitude, Town.latitude).join(
            Town, Town.id == Community.town_id
        )
    )
    return {
        code: _Home(community_id, None if lon is None or lat is None else (lon, lat))
        for code, community_id, lon, lat in rows
    }


def _judge(
    row: PointRow, datum: str, homes: dict[str, _Home], first_rows: dict[str, int]
) -> _Point:
    if not row.code:
        raise DomainError("point_code_missing")
    if re.search("[eE.]", row.code):
        raise DomainError("point_code_rounded", typed=row.code)
    if row.code not in homes:
        raise DomainError("point_code_unknown", typed=row.code)
    if row.code in first_rows:
        raise DomainError("point_code_twice", first=first_rows[row.code])
    first_rows[row.code] = row.number
    longitude, latitude = (_number(text) for text in (row.longitude, row.latitude))
    return _locate(longitude, latitude, datum, homes[row.code])


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise DomainError("point_not_a_number", typed=text[:20])
    return float(text)


def _locate(longitude: float, latitude: float, datum: str, home: _Home) -> _Point:
    """The point in WGS-84; it must lie in the surroundings of its town."""
    if not in_china(longitude, latitude):
        swapped = in_china(latitude, longitude)
        raise DomainError("point_swapped" if swapped else "point_outside")
    longitude, latitude = to_wgs84(longitude, latitude, datum)
    if home.seat is not None:
        metres = haversine_m(longitude, latitude, *home.seat)
        if metres > FARTHEST_M:
            kilometres = math.ceil(metres / 1000)
            raise DomainError("point_far", kilometres=kilometres)
    return _Point(home.id, longitude, latitude)


def _write(points: Sequence[_Point], source: str) -> None:
    if not points:
        return
    db.session.execute(
        update(Community),
        [
            {
                "id": point.community_id,
                "longitude": point.longitude,
                "latitude": point.latitude,
                "point_source": source,
            }
            for point in points
        ],
    )
    db.session.flush()
