"""A town on a square of 360 units: circles for people without a seat, squares for campuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from eldercampus.capacity.review import NEAR_M, CommunityRow
from eldercampus.places.models import Campus, Community

WIDTH, MARGIN = 360, 26
_METRES = 111_195  # in a degree of latitude
_LABELS = "甲乙丙丁戊己庚辛壬癸"
_LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class Dot:
    """x, y: units; r: radius; label: written below, may be empty."""

    x: float
    y: float
    r: float
    label: str


@dataclass(frozen=True)
class TownMap:
    height: int
    dots: list[Dot]
    campuses: list[Dot]
    ring: float  # radius of NEAR_M in units


def mark(number: int, english: bool) -> str:
    """The sign of the n-th campus (from 0), in the map and in the table."""
    signs = _LETTERS if english else _LABELS
    return signs[number] if number < len(signs) else str(number + 1)


def draw_map(
    communities: Sequence[Community],
    rows: Sequence[CommunityRow],
    campuses: Sequence[Campus],
    names: dict[int, str],
    english: bool,
) -> TownMap | None:
    """None where no point of the town is known. names: community id → label, for the largest."""
    known = [c for c in communities if c.longitude is not None and c.latitude is not None]
    points = [(c.longitude or 0.0, c.latitude or 0.0) for c in known]
    points += [(campus.longitude, campus.latitude) for campus in campuses]
    if not points:
        return None
    west, south = min(x for x, _ in points), min(y for _, y in points)
    east, north = max(x for x, _ in points), max(y for _, y in points)
    shrink = cos(radians((south + north) / 2))
    metres = max((east - west) * _METRES * shrink, (north - south) * _METRES, 2000.0)
    scale = (WIDTH - 2 * MARGIN) / metres
    height = round((north - south) * _METRES * scale + 2 * MARGIN + 20)

    def place(lon: float, lat: float) -> tuple[float, float]:
        x = (lon - west) * _METRES * shrink * scale + MARGIN
        y = (north - lat) * _METRES * scale + MARGIN
        return round(x, 1), round(y, 1)

    unmet = {row.community_id: row.unmet for row in rows}
    dots = [
        Dot(
            *place(c.longitude or 0.0, c.latitude or 0.0),
            r=round(3 + unmet.get(c.id, 0) ** 0.5, 1) if c.id in unmet else 2.5,
            label=names.get(c.id, ""),
        )
        for c in known
    ]
    squares = [
        Dot(*place(campus.longitude, campus.latitude), r=11, label=mark(number, english))
        for number, campus in enumerate(campuses)
    ]
    return TownMap(max(height, 160), dots, squares, round(NEAR_M * scale, 1))
