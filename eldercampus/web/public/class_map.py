"""The campuses of the classes that were found, on a map: numbered from the nearest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, pi, sin

from flask_babel import gettext

from eldercampus.enrolment.finder import FoundCampus
from eldercampus.places.homes import Start
from eldercampus.web.map_drawing import MARGIN, WIDTH, Dot, Frame, Label, put_labels

MOST = 12
"""Campuses drawn where the visitor's place is known: further ones would crowd the near ones."""
_RADIUS = 14  # of a campus: two figures fit in, also where text is largest
_RINGS_KM = (1, 3, 6, 12, 24)
_SUFFIXES = ("街道", "镇", "乡", " Subdistrict", " Town", " Township")


@dataclass(frozen=True)
class Ring:
    """A circle of so many kilometres around home; r in units."""

    kilometres: int
    r: float

    @property
    def words(self) -> str:
        return gettext("%(kilometres)s km", kilometres=self.kilometres)


@dataclass(frozen=True)
class Pin:
    """A campus: its number, where it is drawn, and where it really lies if that is elsewhere."""

    dot: Dot
    x: float
    y: float

    @property
    def moved(self) -> bool:
        return hypot(self.dot.x - self.x, self.dot.y - self.y) > _RADIUS


@dataclass(frozen=True)
class ClassMap:
    """scale: (kilometres, units). shown: how many campuses are drawn."""

    height: int
    pins: list[Pin]
    home: Dot | None
    rings: list[Ring]
    labels: list[Label]
    towns: list[Dot]
    scale: tuple[int, float]

    @property
    def shown(self) -> int:
        return len(self.pins)


@lru_cache(maxsize=128)
def draw_map(
    found: tuple[FoundCampus, ...], start: Start | None, seats: tuple[Start, ...], english: bool
) -> ClassMap | None:
    """found: the nearest first; seats: of the towns. None where there is nothing to draw. The same
    facts give the same map, so it is drawn once."""
    shown = found[:MOST] if start else found
    points = [(campus.longitude, campus.latitude) for campus in shown]
    if not points:
        return None
    if start:
        points.append((start.point.longitude, start.point.latitude))
    frame = Frame(points)
    home = Dot(*frame.place(*points[-1]), _RADIUS) if start else None
    pins = _pins(shown, home, frame)
    towns = [(Dot(x, y, 2.5), name) for x, y, name in _towns(seats, frame, english)]
    taken = [pin.dot for pin in pins] + ([home] if home else [])
    free = [(dot, name) for dot, name in towns if not any(_covers(one, dot) for one in taken)]
    labels = put_labels(free, taken, frame)
    named = {label.text for label in labels}
    return ClassMap(
        frame.height,
        pins,
        home,
        _rings(home, frame) if home else [],
        labels,
        [dot for dot, name in free if name in named],
        _scale(frame),
    )


def _pins(shown: Sequence[FoundCampus], home: Dot | None, frame: Frame) -> list[Pin]:
    """Each where it lies, or as near to that as there is room."""
    taken = [home] if home else []
    pins = []
    for number, campus in enumerate(shown, 1):
        x, y = frame.place(campus.longitude, campus.latitude)
        dots = (Dot(*spot, _RADIUS, str(number)) for spot in _spots(x, y, frame))
        dot = next((dot for dot in dots if not any(_covers(one, dot) for one in taken)), None)
        pins.append(Pin(dot or Dot(x, y, _RADIUS, str(number)), x, y))
        taken.append(pins[-1].dot)
    return pins


def _spots(x: float, y: float, frame: Frame) -> Iterator[tuple[float, float]]:
    """The place itself, then places around it, further and further, inside the drawing."""
    yield x, y
    for far in range(_RADIUS // 2, WIDTH // 2, _RADIUS // 2):
        for part in range(16):
            near_x = round(x + far * cos(part * pi / 8), 1)
            near_y = round(y + far * sin(part * pi / 8), 1)
            if 16 <= near_x <= WIDTH - 16 and 16 <= near_y <= frame.height - 50:
                yield near_x, near_y


def _covers(one: Dot, other: Dot) -> bool:
    return hypot(one.x - other.x, one.y - other.y) < one.r + other.r + 1


def _towns(
    seats: Sequence[Start], frame: Frame, english: bool
) -> Iterator[tuple[float, float, str]]:
    for place, point in seats:
        x, y = frame.place(point.longitude, point.latitude)
        if MARGIN / 2 < x < WIDTH - MARGIN / 2 and MARGIN / 2 < y < frame.height - MARGIN:
            name = (place.name_en if english else place.name) or place.name
            yield x, y, _short(name)


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def _rings(home: Dot, frame: Frame) -> list[Ring]:
    """The largest first; those that are neither hidden by the home nor wholly outside."""
    corner = hypot(max(home.x, WIDTH - home.x), max(home.y, frame.height - home.y))
    rings = [Ring(km, round(km * 1000 * frame.scale, 1)) for km in _RINGS_KM]
    return [ring for ring in reversed(rings) if 2 * _RADIUS < ring.r < corner]


def _scale(frame: Frame) -> tuple[int, float]:
    kilometres = next((km for km in (10, 5, 3, 1) if km * 1000 * frame.scale <= WIDTH / 3), 1)
    return kilometres, round(kilometres * 1000 * frame.scale, 1)
