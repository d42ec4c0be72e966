"""A town on a square of 360 units: circles for people without a seat, squares for campuses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, radians

from eldercampus.capacity.review import NEAR_M, CommunityRow
from eldercampus.places.models import Campus, Community
from eldercampus.web.words import breadth

WIDTH, MARGIN = 360, 26
SQUARE = 22
_METRES = 111_195  # in a degree of latitude
_LABELS = "甲乙丙丁戊己庚辛壬癸"
_LETTERS = "ABCDEFGHIJ"
_HALF, _TALL = 11.8, 25  # of a letter, in units, on the smallest phone: text is largest there

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Dot:
    """x, y: the middle in units; r: radius, or half the side of a square."""

    x: float
    y: float
    r: float
    label: str = ""
    red: bool = False


@dataclass(frozen=True)
class Label:
    """x: the middle of the text, y: its base line."""

    x: float
    y: float
    text: str


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


class _Frame:
    """Where degrees lie on the drawing."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self.west, south = min(x for x, _ in points), min(y for _, y in points)
        east, self.north = max(x for x, _ in points), max(y for _, y in points)
        self.shrink = cos(radians((south + self.north) / 2))
        metres = max(
            (east - self.west) * _METRES * self.shrink, (self.north - south) * _METRES, 2000.0
        )
        self.scale = (WIDTH - 2 * MARGIN) / metres
        high = (self.north - south) * _METRES * self.scale
        self.height = max(round(high + 2 * MARGIN + 20), 160)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.west) * _METRES * self.shrink * self.scale + MARGIN
        y = (self.north - lat) * _METRES * self.scale + MARGIN
        return round(x, 1), round(y, 1)


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
    frame = _Frame(points)
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
    labels = _label([(dots[i], name) for i, name in names.items() if i in dots], squares, frame)
    ordered = sorted(dots.values(), key=lambda dot: (dot.red, -dot.r))
    return TownMap(frame.height, ordered, squares, labels, round(NEAR_M * frame.scale, 1))


def _beside(square: Dot, others: Sequence[Dot]) -> Dot:
    """The same, moved to the right of those it would cover."""
    for other in sorted(others, key=lambda one: one.x):
        if abs(other.x - square.x) < SQUARE and abs(other.y - square.y) < SQUARE:
            square = replace(square, x=round(other.x + SQUARE + 2, 1))
    return replace(square, x=min(square.x, WIDTH - SQUARE / 2))


def _label(named: Sequence[tuple[Dot, str]], squares: Sequence[Dot], frame: _Frame) -> list[Label]:
    """Below, above, right or left of its circle, whichever is free first."""
    taken: list[Box] = [_box(square) for square in squares]
    taken.append((0, frame.height - 34, 70, frame.height))  # the scale
    taken += [_box(dot) for dot, _ in named]
    labels = []
    for dot, text in named:
        for x, y, box in _spots(dot, breadth(text) * _HALF, frame.height):
            if not any(_meet(box, other) for other in taken):
                labels.append(Label(round(x, 1), round(y, 1), text))
                taken.append(box)
                break
    return labels


def _spots(dot: Dot, wide: float, height: int) -> Iterator[tuple[float, float, Box]]:
    """(middle, base line, box) of a text that wide, all inside the drawing."""
    gap = dot.r + 2
    tops = {"below": dot.y + gap, "above": dot.y - gap - _TALL, "level": dot.y - _TALL / 2}
    for wished_x, wished_top in (
        (dot.x, tops["below"]),
        (dot.x, tops["above"]),
        (dot.x + gap + wide / 2, tops["level"]),
        (dot.x - gap - wide / 2, tops["level"]),
    ):
        x = min(max(wished_x, wide / 2 + 2), WIDTH - wide / 2 - 2)
        top = min(max(wished_top, 2), height - _TALL - 2)
        yield x, top + _TALL * 0.78, (x - wide / 2, top, x + wide / 2, top + _TALL)


def _box(dot: Dot) -> Box:
    return dot.x - dot.r, dot.y - dot.r, dot.x + dot.r, dot.y + dot.r


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
