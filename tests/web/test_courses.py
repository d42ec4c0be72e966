"""The class finder: what it finds, in which order, at what cost."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.catalogue.models import Course, Meeting, Section
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application, Choice
from tests.web.visiting import (
    ENGLISH,
    build_open_world,
    counted_queries,
    set_round,
    stop_clock,
    text_of,
)
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


def found(client: FlaskClient, query: str) -> list[str]:
    """The codes are not shown: the addresses of the classes found, in order, as section ids."""
    page = client.get(f"/courses?{query}", headers=ENGLISH).get_data(as_text=True)
    return re.findall(r'name="section" value="(\d+)"', page)


def ids(world: World, *codes: str) -> list[str]:
    return [str(world.sections[code]) for code in codes]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=书法", ["S-001", "S-004", "S-005"]),
        ("q=PAINT+k-01", ["S-002"]),
        ("q=SF", ["S-001", "S-004", "S-005"]),
        ("q=ＳＦ", ["S-001", "S-004", "S-005"]),
        ("q=西校区", ["S-004", "S-006"]),
        ("q=%25", []),
        ("day=2", ["S-001", "S-002"]),
        ("part=afternoon", ["S-003"]),
        ("day=4&part=morning", []),
        ("q=书法&day=3", ["S-005"]),
    ],
)
def test_what_is_found(
    app: Flask, client: FlaskClient, world: World, query: str, codes: list[str]
) -> None:
    with app.app_context(), transaction():
        for course in db.session.query(Course).where(Course.department == "calligraphy"):
            course.initials = "sf"
    assert sorted(found(client, query)) == sorted(ids(world, *codes))


def test_the_nearest_come_first(client: FlaskClient, world: World) -> None:
    west = found(client, "town=330213100&community=330213100201")
    assert west[:2] == ids(world, "S-006", "S-004") or west[:2] == ids(world, "S-004", "S-006")
    east = found(client, "town=330213001&community=330213001003")
    assert set(east[-2:]) == set(ids(world, "S-004", "S-006"))
    page = text_of(client.get("/courses?town=330213001&community=330213001002", headers=ENGLISH))
    assert "nearest to E2 Community first" in page
    assert "2.0 km" in page


def test_what_does_not_fit_is_left_out(client: FlaskClient, world: World) -> None:
    """Addresses are typed and shortened by people; none of this is an error."""
    for query in (
        "town=999&community=1",
        "town=330213001&community=330213100201",
        "day=9&part=night&page=x",
        "page=99&page=-1",
        "q=" + "x" * 500,
    ):
        assert client.get(f"/courses?{query}").status_code == 200
    assert len(found(client, "town=999&community=1&day=9&part=night&page=77")) == 6


def test_a_card(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context(), transaction():
        section = db.session.get_one(Section, world.sections["S-001"])
        section.last_time_seats, section.last_time_applied, section.fee_yuan = 30, 121, 160
        application = Application(
            round_id=world.round_id,
            person_id=world.people["Qian"],
            state="submitted",
            created_at=NOW,
            changed_at=NOW,
            submitted_at=NOW,
        )
        db.session.add(application)
        db.session.flush()
        db.session.add(Choice(application_id=application.id, section_id=section.id, rank=1))
    page = text_of(client.get("/courses?q=calligraphy+1&day=2", headers=ENGLISH))
    assert "1 class found" in page
    assert "Tuesdays 9:00–10:30 2 March to 15 June, 16 lessons" in page
    assert "Wang Shiming" in page
    assert "160 yuan" in page
    assert "Last time: Of every 4 people who applied, 1 got a seat." in page
    assert "So far 1 person would like to come, for 2 seats: there is still room." in page


def test_a_closed_section_is_not_found(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context(), transaction():
        db.session.get_one(Section, world.sections["S-001"]).state = "closed"
        db.session.get_one(Section, world.sections["S-002"]).state = "planned"
    assert not set(ids(world, "S-001", "S-002")) & set(found(client, ""))
    shown = client.get(f"/courses/{world.sections['S-001']}", headers=ENGLISH)
    assert "This class takes nobody any more." in text_of(shown)
    assert client.get(f"/courses/{world.sections['S-002']}").status_code == 404


def test_one_class(client: FlaskClient, world: World) -> None:
    page = text_of(client.get(f"/courses/{world.sections['S-005']}", headers=ENGLISH))
    assert page.startswith("Back to all classes Calligraphy 2")
    assert "It is for people who have finished that." in page
    assert "Wednesday 3 March" in page
    assert client.get("/courses/987654").status_code == 404


def test_buttons_follow_the_round(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/courses/{world.sections['S-001']}"
    assert "Put on my list" in text_of(client.get(address, headers=ENGLISH))
    set_round(app, world, state="closed")
    assert "Put on my list" not in text_of(client.get(address, headers=ENGLISH))
    set_round(app, world, state="published")
    assert "Join this class" in text_of(client.get(address, headers=ENGLISH))
    stop_clock(monkeypatch, NOW + timedelta(days=200))
    assert "Join this class" not in text_of(client.get(address, headers=ENGLISH))


def test_twice_the_classes_take_the_same_queries(
    app: Flask, client: FlaskClient, world: World
) -> None:
    address = "/courses?town=330213001&community=330213001002&part=morning"
    client.get(address)  # what is kept for a minute is counted once
    with counted_queries(app) as before:
        client.get(address)
    _add_sections(app, world, 30)
    with counted_queries(app) as after:
        page = client.get(address)
    assert "35 " in text_of(page)
    assert len(after) == len(before) <= 5


def _add_sections(app: Flask, world: World, count: int) -> None:
    with app.app_context(), transaction():
        for number in range(count):
            section = Section(
                code=f"S-1{number:02}",
                term_id=world.term_id,
                course_id=world.courses["C-01"],
                campus_id=world.campuses["K-01"],
                capacity=5,
            )
            section.meetings = [Meeting(weekday=1, starts_minute=540, ends_minute=600)]
            db.session.add(section)


def test_pages_of_the_list_keep_the_question(app: Flask, client: FlaskClient, world: World) -> None:
    _add_sections(app, world, 30)
    first = client.get("/courses?day=1", headers=ENGLISH)
    assert "1 to 20 of 31" in text_of(first)
    assert "/courses?day=1&amp;page=2" in first.get_data(as_text=True)
    assert "21 to 31 of 31" in text_of(client.get("/courses?day=1&page=2", headers=ENGLISH))


def test_nothing_to_show_in_an_empty_district(app: Flask, client: FlaskClient) -> None:
    page = text_of(client.get("/courses", headers=ENGLISH))
    assert "There are no classes to show yet." in page
