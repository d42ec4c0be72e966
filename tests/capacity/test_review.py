"""Aggregates for town offices, and that nobody can be worked out from them."""

from hypothesis import given
from hypothesis import strategies as st

from eldercampus.capacity.review import (
    PersonRow,
    review_campus,
    review_communities,
    review_residents,
    shown,
)

METRES = {1: {"K-01": 400, "K-02": 5000}, 2: {"K-01": 2600, "K-02": 3000}}


def many(community: int, *seats: str, count: int = 5) -> list[PersonRow]:
    return [PersonRow(community, seats)] * count


def test_unmet_are_those_who_applied_and_hold_nothing() -> None:
    residents = review_residents([*many(1, "K-01"), *many(2, count=6)], METRES)
    assert (residents.applied, residents.placed, residents.unmet) == (11, 5, 6)


def test_distances_count_each_seat() -> None:
    people = [*many(1, "K-01", "K-02"), *many(2, "K-01", count=3)]
    residents = review_residents(people, METRES)
    assert residents.median_m == 2600
    assert residents.mean_m == round((5 * 400 + 5 * 5000 + 3 * 2600) / 13)
    assert residents.near_share == 8 / 13


def test_small_numbers_are_not_shown() -> None:
    residents = review_residents([*many(1, "K-01", count=20), *many(2, count=4)], METRES)
    assert (residents.applied, residents.placed, residents.unmet) == (24, None, None)
    assert review_residents(many(1, "K-01", count=4), METRES).median_m is None


def test_one_small_community_gets_company() -> None:
    people = [*many(1, count=9), *many(2, count=7), *many(3, count=2)]
    rows = review_communities(people)
    assert [(row.community_id, row.communities, row.unmet) for row in rows] == [
        (1, 1, 9),
        (None, 2, 9),
    ]


@given(
    st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=60).map(
        lambda rows: [PersonRow(place, ("K-01",) if seat else ()) for place, seat in rows]
    )
)
def test_rows_add_up_and_no_single_community_is_small(people: list[PersonRow]) -> None:
    rows = review_communities(people)
    told = [row for row in rows if row.placed is not None and row.unmet is not None]
    for row in told:
        assert all(shown(count or 0) is not None for count in (row.applied, row.placed, row.unmet))
    if len(told) == len(rows):
        assert sum(row.applied or 0 for row in rows) == len(people)
        assert sum(row.unmet or 0 for row in rows) == sum(not person.seats for person in people)
    else:  # what is hidden is all there is: nothing can be subtracted from it
        assert len(rows) == 1
        assert rows[0].community_id is None


def test_a_town_of_few_hides_both_parts() -> None:
    people = [*many(1, count=5), *many(1, "K-01", count=1)]
    (row,) = review_communities(people)
    assert (row.applied, row.placed, row.unmet) == (6, None, None)  # 6 and 5 would tell of the one
    (row,) = review_communities(many(1, count=3))
    assert (row.applied, row.placed, row.unmet) == (None, None, None)


def test_a_campus_hides_both_parts_when_one_is_small() -> None:
    row = review_campus(1, seats=40, from_here=30, from_elsewhere=1, waiting=3)
    assert (row.taken, row.from_here, row.from_elsewhere, row.waiting) == (31, None, None, None)
    row = review_campus(1, seats=40, from_here=30, from_elsewhere=0, waiting=0)
    assert (row.from_here, row.from_elsewhere, row.waiting) == (30, 0, 0)


def test_zero_is_shown() -> None:
    assert [shown(0), shown(1), shown(4), shown(5)] == [0, None, None, 5]
