"""What the finder reads, and in which order; without pages."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from eldercampus.db import db, transaction
from eldercampus.enrolment.finder import (
    FoundCampus,
    Wanted,
    Word,
    find_all_classes,
    find_campuses,
    find_classes,
    get_class,
    read_words,
)
from eldercampus.errors import NotFound
from eldercampus.places.distances import Point
from eldercampus.places.homes import Place, Start, list_places
from eldercampus.places.models import Campus, Community
from eldercampus.web.map_drawing import WIDTH
from eldercampus.web.public.class_map import draw_map
from tests.world import World, build_world

EAST = Point(121.40, 29.66, "community")


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        return build_world()


def test_pages_and_distances(app: Flask, world: World) -> None:
    with app.app_context():
        all_of_them = find_all_classes(world.term_id, Wanted(near=EAST))
        assert [one.metres for one in all_of_them] == [0] * 4 + [9662] * 2
        last = find_classes(world.term_id, Wanted(near=EAST), page=9, size=4)
        assert (last.number, last.total, last.rows) == (2, 6, all_of_them[4:])
        none = find_classes(world.term_id, Wanted(words=(Word("没有"),)), page=3)
        assert (none.number, none.total, list(none.rows)) == (1, 0, [])


def test_facts_of_a_class(app: Flask, world: World) -> None:
    with app.app_context():
        known = get_class(world.sections["S-001"]).facts
        assert (known.course, known.teacher_latin, known.lessons) == (
            "书法 一级",
            "Wang Shiming",
            16,
        )
        assert [(m.weekday, m.starts_minute) for m in known.meetings] == [(2, 540)]
        assert known.room == "101"
        with pytest.raises(NotFound):
            get_class(987654)


def test_campuses_with_what_fits(app: Flask, world: World) -> None:
    with app.app_context():
        found = find_campuses(world.term_id, Wanted(words=(Word("书法"),), near=EAST))
        assert [(one.code, one.classes, one.metres) for one in found] == [
            ("K-01", 2, 0),
            ("K-02", 1, 9662),
        ]


def test_words_are_plain_text() -> None:
    assert read_words(" ＳＦ　书法\t100%_ ") == ["sf", "书法", "100%_"]
    assert len(read_words("a " * 50)) == 6


def test_places_of_a_town(app: Flask, world: World) -> None:
    """A town with a gap is measured from its seat, as in the draw; what is shut is no start."""
    with app.app_context():
        east = list_places("330213001")
        assert [place.code[-3:] for place in east.communities] == ["001", "002", "003"]
        assert _at(east.home("330213001", "330213001002")) == (121.42068, "community")
        assert _at(east.home("330213001", "")) == (121.40, "town_seat")
        assert list_places("330213100").home("330213100", "330213100201") == Start(
            list_places("330213100").communities[0], Point(121.30, 29.66, "town_seat")
        )
        assert east.home("", "") is None
        with transaction():
            db.session.get_one(Campus, world.campuses["K-02"]).active = False
            row = db.session.get_one(Community, world.communities["E3"])
            row.longitude = row.latitude = None
        after = list_places("330213001")
        assert after.campus("K-02") is None
        assert _at(after.home("330213001", "330213001002")) == (121.40, "town_seat")


def _at(start: Start | None) -> tuple[float, str]:
    assert start is not None
    return round(start.point.longitude, 5), start.point.origin


_DEGREES = st.tuples(st.integers(0, 400), st.integers(0, 300))


@given(st.lists(_DEGREES, min_size=1, max_size=34), _DEGREES, st.booleans())
def test_no_number_on_the_map_hides_another(
    points: list[tuple[int, int]], home: tuple[int, int], at_home: bool
) -> None:
    campuses = tuple(
        FoundCampus(n, f"K-{n}", "校", "", "", "", "", True, "", "", *_degrees(point), 1, None)
        for n, point in enumerate(points)
    )
    start = Start(Place("1", "家", ""), Point(*_degrees(home), "community")) if at_home else None
    drawn = draw_map(campuses, start, (), english=False)
    assert drawn is not None
    dots = [pin.dot for pin in drawn.pins] + ([drawn.home] if drawn.home else [])
    for number, one in enumerate(dots):
        assert one.r <= one.x <= WIDTH - one.r
        assert one.r <= one.y <= drawn.height - one.r
        for other in dots[:number]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (one.r + other.r) ** 2


def _degrees(point: tuple[int, int]) -> tuple[float, float]:
    return 121.2 + point[0] / 1000, 29.5 + point[1] / 1000
