"""Distances as allocation.md §3 counts them."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st

from eldercampus.places.distances import (
    band_of,
    communities_without_distance,
    haversine_m,
    metres_to_campuses,
    points_in_use,
    town_seat_towns,
)
from eldercampus.places.models import Community, Town
from tests.world import build_world

LIMITS = [1000, 3000, 6000, 12000]
LON = st.floats(121.1, 121.8)
LAT = st.floats(29.4, 29.8)


def test_a_degree_of_a_meridian() -> None:
    # 6 371 008.8 m × π / 180 = 111 195.08 m
    assert haversine_m(121.4, 29.0, 121.4, 30.0) == 111195
    assert haversine_m(0, 0, 180, 0) == 20015114


@given(LON, LAT, LON, LAT)
def test_both_ways_are_equally_long(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    assert haversine_m(lon1, lat1, lon2, lat2) == haversine_m(lon2, lat2, lon1, lat1)
    assert haversine_m(lon1, lat1, lon1, lat1) == 0


@pytest.mark.parametrize(
    ("metres", "band"),
    [(0, 0), (1000, 0), (1001, 1), (3000, 1), (6001, 3), (12000, 3), (12001, 4), (99999, 4)],
)
def test_a_limit_belongs_to_its_band(metres: int, band: int) -> None:
    assert band_of(metres, LIMITS) == band


def test_a_town_with_a_gap_is_measured_from_its_seat(db: SQLAlchemy) -> None:
    world = build_world()
    points = points_in_use()
    assert points[world.communities["E2"]].origin == "community"
    west = points[world.communities["W1"]]
    assert (west.origin, west.longitude) == ("town_seat", 121.30)
    assert [town.name for town in town_seat_towns()] == ["西镇"]


def test_one_missing_point_moves_the_whole_town_to_its_seat(db: SQLAlchemy) -> None:
    world = build_world()
    third = db.session.get_one(Community, world.communities["E3"])
    third.longitude = third.latitude = None
    db.session.flush()
    metres = metres_to_campuses()
    assert metres[world.communities["E1"]] == metres[world.communities["E2"]]
    assert {town.name for town in town_seat_towns()} == {"东街道", "西镇"}


def test_metres_to_each_campus(db: SQLAlchemy) -> None:
    world = build_world()
    metres = metres_to_campuses()
    assert metres[world.communities["E1"]]["K-01"] == 0
    assert metres[world.communities["W1"]]["K-02"] == 0
    assert metres[world.communities["E2"]]["K-01"] == haversine_m(121.42068, 29.66, 121.40, 29.66)


def test_nobody_stands_for_a_town_without_any_seat(db: SQLAlchemy) -> None:
    world = build_world()
    west = db.session.get_one(Town, world.towns["West"])
    west.longitude = west.latitude = None
    db.session.flush()
    assert world.communities["W1"] not in metres_to_campuses()
    assert communities_without_distance() == [world.communities["W1"]]
