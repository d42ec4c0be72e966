"""Maps on a drawing 360 units wide: where degrees lie, and names that hide nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians

from eldercampus.web.words import breadth

WIDTH, MARGIN = 360, 26
_METRES = 111_195  # in a degree of latitude
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


class Frame:
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


def put_labels(
    named: Sequence[tuple[Dot, str]], squares: Sequence[Dot], frame: Frame
) -> list[Label]:
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
