"""/town and /district: demand, seats and unmet need, by scope, without giving anybody away."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.db import transaction
from eldercampus.enrolment.models import Application, Placement
from eldercampus.people.models import Person
from eldercampus.places.models import Town
from tests.web.visiting import (
    ENGLISH,
    build_open_world,
    counted_queries,
    set_round,
    sign_in,
    text_of,
)
from tests.world import NOW, World

EAST, WEST = "/town/330213001", "/town/330213100"


@pytest.fixture
def world(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> World:
    """A published round. E1: 12 applied, 6 of them seated; E2: 7 applied, none seated; E3: 2
    applied, none seated; W1: 6 applied, 1 seated in East."""
    world = build_open_world(app, monkeypatch)
    set_round(app, world, state="published", published_at=NOW)
    crowd(app, world, "E1", seated=6, others=6)
    crowd(app, world, "E2", others=7)
    crowd(app, world, "E3", others=2)
    crowd(app, world, "W1", seated=1, others=5)
    sign_in(app, client, world.accounts["officer"])
    return world


def crowd(app: Flask, world: World, community: str, *, seated: int = 0, others: int = 0) -> None:
    """People of a community who applied; seated ones hold a seat in S-001 of East."""
    with app.app_context(), transaction() as session:
        for number in range(seated + others):
            person = Person(
                name="某某",
                name_latin="Mou Mou",
                sex="f",
                born_on=date(1955, 1, 1),
                community_id=world.communities[community],
                registered_at=NOW,
            )
            session.add(person)
            session.flush()
            session.add(
                Application(
                    round_id=world.round_id,
                    person_id=person.id,
                    state="submitted",
                    wants=1,
                    created_at=NOW,
                    changed_at=NOW,
                    submitted_at=NOW,
                )
            )
            if number < seated:
                session.add(
                    Placement(
                        round_id=world.round_id,
                        person_id=person.id,
                        section_id=world.sections["S-001"],
                        state="confirmed",
                        placed_at=NOW,
                    )
                )


def rows_of(page: str) -> dict[str, list[str]]:
    """First cell → the other cells, of all tables of the page."""
    found = {}
    for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
        cells = [
            " ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        found[cells[0]] = cells[1:]
    return found


def test_an_officer_of_one_town_goes_straight_there(
    app: Flask, client: FlaskClient, world: World
) -> None:
    sign_in(app, client, world.accounts["town_officer"])
    assert client.get("/town").headers["Location"] == EAST
    assert client.get(EAST).status_code == 200


@pytest.mark.parametrize("path", [WEST, "/town/000000000", f"{WEST}?round=2027-spring-1"])
def test_another_town_is_not_there(
    app: Flask, client: FlaskClient, world: World, path: str
) -> None:
    sign_in(app, client, world.accounts["town_officer"])
    assert client.get(path).status_code == 404
    assert client.get("/district").status_code == 403


@pytest.mark.parametrize("who", ["clerk", "head", "Zhao"])
def test_campuses_and_seniors_see_no_town(
    app: Flask, client: FlaskClient, world: World, who: str
) -> None:
    sign_in(app, client, world.accounts[who])
    assert client.get("/town").status_code == 403
    assert client.get(EAST).status_code == 403


def test_the_district_sees_all_towns(client: FlaskClient, world: World) -> None:
    text = text_of(client.get("/town", headers=ENGLISH))
    assert "East Subdistrict" in text
    assert "West Town" in text
    rows = rows_of(client.get("/district", headers=ENGLISH).get_data(as_text=True))
    assert rows["East Subdistrict"][:3] == ["21", "6", "15"]
    assert rows["West Town"][:3] == ["6", "not shown", "not shown"]


def test_what_a_town_reads(client: FlaskClient, world: World) -> None:
    text = text_of(client.get(EAST, headers=ENGLISH))
    assert "21 people of this town applied, 6 have a seat, 15 have none." in text
    assert "Most people without a seat live here: " in text
    assert "not loaded" in text  # residents over 60 are not known: nothing is invented


def test_small_communities_stand_together(client: FlaskClient, world: World) -> None:
    rows = rows_of(client.get(EAST, headers=ENGLISH).get_data(as_text=True))
    assert rows["E2 Community"][:3] == ["7", "0", "7"]
    # E3 has two people: joined with E1, so that the two are nowhere and cannot be worked out
    assert rows["2 others together"][:3] == ["14", "6", "8"]
    assert "E1 Community" not in rows
    assert "E3 Community" not in rows


def test_one_person_is_not_given_away(client: FlaskClient, world: World) -> None:
    """One of six in West has a seat, at the campus in East: no page may tell, nor let it be
    worked out."""
    east = rows_of(client.get(EAST, headers=ENGLISH).get_data(as_text=True))
    assert east["A Campus K-01"][3:5] == ["not shown", "not shown"]
    page = client.get(WEST, headers=ENGLISH)
    assert "Only a few people are concerned here." in text_of(page)
    assert rows_of(page.get_data(as_text=True))["1 others together"][:3] == [
        "6",
        "not shown",
        "not shown",
    ]


def test_chinese_has_no_english(client: FlaskClient, world: World) -> None:
    for path in ("/town", EAST, WEST, "/district"):
        text = text_of(client.get(path))
        assert not re.findall("[A-Za-z]{2,}", text), path


def test_english_has_no_chinese(client: FlaskClient, world: World) -> None:
    for path in ("/town", EAST, WEST, "/district"):
        assert not re.findall("[一-鿿]", text_of(client.get(path, headers=ENGLISH))), path


def test_before_anything_is_published(app: Flask, client: FlaskClient, world: World) -> None:
    set_round(app, world, state="drawn")
    for path in (EAST, "/district", f"{EAST}?round=2027-spring-1"):
        assert "No round has been published yet." in text_of(client.get(path, headers=ENGLISH))


def test_a_town_without_any_point_has_no_map_and_no_distance(
    app: Flask, client: FlaskClient, world: World
) -> None:
    with app.app_context(), transaction() as session:
        town = session.get_one(Town, world.towns["West"])
        town.longitude = town.latitude = None
    page = client.get(WEST, headers=ENGLISH)
    assert page.status_code == 200
    assert rows_of(page.get_data(as_text=True))["1 others together"][3] == "–"


@pytest.mark.parametrize("path", [EAST, "/district"])
def test_twice_as_many_people_take_as_many_queries(
    app: Flask, client: FlaskClient, world: World, path: str
) -> None:
    counts = []
    assert client.get(path).status_code == 200  # what is looked up once a minute is known
    for _ in range(2):
        with counted_queries(app) as statements:
            assert client.get(path).status_code == 200
        counts.append(len(statements))
        crowd(app, world, "E1", seated=20, others=20)
        crowd(app, world, "W1", seated=10, others=10)
    assert counts[0] == counts[1]
