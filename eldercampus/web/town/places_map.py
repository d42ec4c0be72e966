"""A town on a square of 360 units: circles for people without a seat, squares for campuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from eldercampus.capacity.review import NEAR_M, CommunityRow
from eldercampus.places.models import Campus, Community
from eldercampus.web.map_drawing import WIDTH, Dot, Frame, Label, put_labels

SQUARE = 22
_LABELS = "甲乙丙丁戊己庚辛壬癸"
_LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class TownMap:
    height: int
    dots: list[Dot]
    campuses: list[Dot]
    labels: list[Label]
    ring: float  # radius of NEAR_M in units


def mark(number: int, english: bool) -> str:
    """The sign of the n-th campus (from 0), in the map and in the table."""
    signs = _LETTERS if english else _LABELS
    return signs[number] if number < len(signs) else str(number + 1)


def draw_map(
    communities: Sequence[Community],
    rows: Sequence[CommunityRow],
    campuses: Sequence[Campus],
    names: Mapping[int, str],
    english: bool,
) -> TownMap | None:
    """None where no point of the town is known.

    names: community id → label, the weightiest first; one that would hide another is left out.
    Communities whose number is small or zero are open circles.
    """
    known = {
        c.id: (c.longitude, c.latitude)
        for c in communities
        if c.longitude is not None and c.latitude is not None
    }
    points = [*known.values(), *((campus.longitude, campus.latitude) for campus in campuses)]
    if not points:
        return None
    frame = Frame(points)
    unmet = {row.community_id: row.unmet for row in rows if row.unmet}
    dots = {
        number: Dot(*frame.place(*point), r=round(3 + unmet[number] ** 0.5, 1), red=True)
        if number in unmet
        else Dot(*frame.place(*point), r=2.5)
        for number, point in known.items()
    }
    squares: list[Dot] = []
    for number, campus in enumerate(campuses):
        here = Dot(
            *frame.place(campus.longitude, campus.latitude), SQUARE / 2, mark(number, english)
        )
        squares.append(_beside(here, squares))
    labels = put_labels([(dots[i], name) for i, name in names.items() if i in dots], squares, frame)
    ordered = sorted(dots.values(), key=lambda dot: (dot.red, -dot.r))
    return TownMap(frame.height, ordered, squares, labels, round(NEAR_M * frame.scale, 1))


def _beside(square: Dot, others: Sequence[Dot]) -> Dot:
    """The same, moved to the right of those it would cover."""
    for other in sorted(others, key=lambda one: one.x):
        if abs(other.x - square.x) < SQUARE and abs(other.y - square.y) < SQUARE:
            square = replace(square, x=round(other.x + SQUARE + 2, 1))
    return replace(square, x=min(square.x, WIDTH - SQUARE / 2))
