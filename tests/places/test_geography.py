"""The real district, English names, and the datums of Chinese maps."""

import shutil
from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.errors import DomainError
from eldercampus.places.datum import to_wgs84
from eldercampus.places.distances import communities_without_distance, haversine_m, town_seat_towns
from eldercampus.places.geography import FENGHUA, load_towns_and_communities
from eldercampus.places.queries import get_town, list_communities, list_towns
from eldercampus.places.romanise import community_in_english, spoken_name, town_in_english


def test_fenghua_has_12_towns_and_337_communities(db: SQLAlchemy) -> None:
    assert load_towns_and_communities(FENGHUA) == (12, 337)
    assert load_towns_and_communities(FENGHUA) == (0, 0)
    assert [town.name_en for town in list_towns()][:3] == [
        "Jinping Subdistrict", "Yuelin Subdistrict", "Jiangkou Subdistrict",
    ]  # fmt: skip
    assert get_town("330213007").mca_code == "330213008"  # two schemes, never mixed
    communities = list_communities()
    assert sum(community.longitude is not None for community in communities) == 29
    assert len({community.code for community in communities}) == 337
    assert not any(ord(letter) > 0x24F for row in communities for letter in row.name_en)


def test_until_points_are_known_every_town_is_measured_from_its_seat(db: SQLAlchemy) -> None:
    load_towns_and_communities(FENGHUA)
    assert len(town_seat_towns()) == 12
    assert communities_without_distance() == []


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("长汀社区", "Changting Community"),
        ("葛竹村委会", "Gezhu Village"),
        ("长岭村委会", "Changling Village"),
        ("西岙村委会", "Xi'ao Village"),
        ("绿都社区", "Lüdu Community"),
        ("尚田居委会", "Shangtian Neighbourhood"),
        ("三溪农场生活区", "Sanxi Farm Residential Area"),
        ("村", "Cun"),
    ],
)
def test_english_names(chinese: str, english: str) -> None:
    assert community_in_english(chinese) == english


def test_names_as_people_say_them() -> None:
    assert town_in_english("溪口镇") == "Xikou Town"
    assert spoken_name("葛竹村委会") == "葛竹村"
    assert spoken_name("尚田居委会") == "尚田居委会"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("towns.csv", "name", "title", "row 1: column missing: name"),
        ("communities.csv", "121.4126798", "here", "row 12: longitude or latitude is not a number"),
        ("communities.csv", ",29.6779595,", ",,", "row 12: half a point"),
        ("communities.csv", "330213001001,奉中社区", "330213001001,", "row 2: name missing"),
        ("communities.csv", ",330213108,330213105", ",330213999,1", "is not in towns.csv"),
    ],
)
def test_a_wrong_file_adds_nothing(
    db: SQLAlchemy, tmp_path: Path, file: str, old: str, new: str, problem: str
) -> None:
    for name in ("towns.csv", "communities.csv"):
        shutil.copy(FENGHUA / name, tmp_path / name)
    text = (FENGHUA / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DomainError) as refused:
        load_towns_and_communities(tmp_path)
    facts = refused.value.facts
    assert facts["file"] == file
    assert problem in f"row {facts['row']}: {facts['problem']}"
    assert list_towns() == []


def test_a_missing_file_is_named(db: SQLAlchemy, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match=r"towns\.csv"):
        load_towns_and_communities(tmp_path)


# How far off the maps are at the seat of Jinping (PROVENANCE.md).
@pytest.mark.parametrize(("datum", "least", "most"), [("gcj02", 480, 520), ("bd09", 1070, 1160)])
def test_other_maps_are_off_by_what_is_known(datum: str, least: int, most: int) -> None:
    longitude, latitude = to_wgs84(121.40226, 29.66295, datum)
    assert least <= haversine_m(121.40226, 29.66295, longitude, latitude) <= most
    assert to_wgs84(121.40226, 29.66295, "wgs84") == (121.40226, 29.66295)


def test_conversion_goes_there_and_back_within_a_metre() -> None:
    import prcoords

    true = prcoords.Coords(lat=29.66295, lon=121.40226)
    shown = prcoords.wgs_bd(true)
    assert haversine_m(*to_wgs84(shown.lon, shown.lat, "bd09"), true.lon, true.lat) == 0
    shown = prcoords.wgs_gcj(true)
    assert haversine_m(*to_wgs84(shown.lon, shown.lat, "gcj02"), true.lon, true.lat) == 0


@pytest.mark.parametrize(
    ("longitude", "latitude", "datum"), [(29.6, 121.4, "gcj02"), (121.4, 29.6, "x")]
)
def test_nonsense_is_not_converted(longitude: float, latitude: float, datum: str) -> None:
    with pytest.raises(ValueError, match=r"China|datum"):
        to_wgs84(longitude, latitude, datum)
