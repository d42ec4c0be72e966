"""The map of a town: names hide nothing and stay inside, campuses stand side by side."""

from hypothesis import given
from hypothesis import strategies as st

from eldercampus.capacity.review import CommunityRow
from eldercampus.places.models import Campus, Community
from eldercampus.web.map_drawing import WIDTH
from eldercampus.web.town.places_map import SQUARE, TownMap, draw_map
from eldercampus.web.words import breadth

POINTS = st.tuples(st.integers(0, 40), st.integers(0, 40))
NAMES = st.sampled_from(["剡溪社区", "村", "Banxi Neighbourhood", "Jidong Village"])


def community(number: int, point: tuple[int, int] | None) -> Community:
    made = Community(id=number, code=str(number), name="某村")
    if point is not None:
        made.longitude, made.latitude = 121 + point[0] / 400, 29 + point[1] / 400
    return made


def campus(number: int, point: tuple[int, int]) -> Campus:
    longitude, latitude = 121 + point[0] / 400, 29 + point[1] / 400
    return Campus(id=number, longitude=longitude, latitude=latitude)


def draw(
    homes: list[tuple[int, int]], campuses: list[tuple[int, int]], names: list[str]
) -> TownMap:
    drawn = draw_map(
        [community(n, point) for n, point in enumerate(homes)],
        [CommunityRow(n, 1, 30, 30 - n - 5, n + 5) for n in range(len(homes))],
        [campus(n, point) for n, point in enumerate(campuses)],
        dict(enumerate(names[: len(homes)])),
        english=False,
    )
    assert drawn is not None
    return drawn


@given(
    st.lists(POINTS, min_size=1, max_size=12),
    st.lists(POINTS, max_size=4),
    st.lists(NAMES, max_size=5),
)
def test_names_hide_neither_each_other_nor_a_campus_and_stay_inside(
    homes: list[tuple[int, int]], campuses: list[tuple[int, int]], names: list[str]
) -> None:
    drawn = draw(homes, campuses, names)
    boxes = []
    for label in drawn.labels:
        half, tall = breadth(label.text) * 13 / 4, 13  # as drawn on a wide page
        boxes.append((label.x - half, label.y - tall, label.x + half, label.y))
        assert boxes[-1][0] >= 0
        assert boxes[-1][2] <= WIDTH
        assert 0 <= boxes[-1][1] <= boxes[-1][3] <= drawn.height
    side = SQUARE / 2
    squares = [(c.x - side, c.y - side, c.x + side, c.y + side) for c in drawn.campuses]
    for number, box in enumerate(boxes):
        for other in [*boxes[:number], *squares]:
            assert not (
                box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            )


def test_two_campuses_at_one_place_stand_side_by_side() -> None:
    drawn = draw([(0, 0), (40, 40)], [(20, 20), (20, 20)], [])
    first, second = drawn.campuses
    assert (first.label, second.label) == ("甲", "乙")
    assert second.x - first.x >= SQUARE


def test_only_people_without_a_seat_are_red() -> None:
    drawn = draw_map(
        [community(1, (0, 0)), community(2, (9, 9)), community(3, (20, 3)), community(4, None)],
        [
            CommunityRow(1, 1, 20, 4 + 6, 10),
            CommunityRow(2, 1, 9, 9, 0),
            CommunityRow(None, 2, 9, 0, 9),
        ],
        [],
        {1: "甲村"},
        english=False,
    )
    assert drawn is not None
    assert [(dot.red, dot.r) for dot in drawn.dots] == [(False, 2.5), (False, 2.5), (True, 6.2)]
    assert [label.text for label in drawn.labels] == ["甲村"]


def test_without_a_point_there_is_no_map() -> None:
    assert draw_map([community(1, None)], [], [], {}, english=True) is None
