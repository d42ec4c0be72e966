"""The class finder: what it finds, in which order, at what cost."""

import gzip
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.catalogue.models import Course, Meeting, Section
from eldercampus.catalogue.spelling import initials, pinyin_tails
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application, Choice
from eldercampus.places.models import Community
from tests.web.visiting import (
    ENGLISH,
    RULES,
    build_open_world,
    counted_queries,
    set_round,
    sign_in,
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
        ("q=绘", ["S-002"]),
        ("q=exerc", ["S-003"]),
        ("q=j", ["S-003"]),
        ("q=x", []),
        ("q=shufa", ["S-001", "S-004", "S-005"]),
        ("q=SHU+FA", ["S-001", "S-004", "S-005"]),
        ("q=fayi", ["S-001", "S-004"]),
        ("q=ufa", []),
        ("q=f", []),
        ("department=painting", ["S-002"]),
        ("department=calligraphy&stage=2", ["S-005"]),
        ("stage=3", ["S-003"]),
        ("mode=hybrid", ["S-006"]),
        ("mode=online", []),
        ("q=_", []),
        ("q=书法+" + "书+" * 20, ["S-001", "S-004", "S-005"]),
    ],
)
def test_what_is_found(
    app: Flask, client: FlaskClient, world: World, query: str, codes: list[str]
) -> None:
    """By course, pinyin, campus and field; a letter of a Latin word alone says nothing."""
    with app.app_context(), transaction():
        for course in db.session.query(Course).where(Course.department == "calligraphy"):
            course.initials, course.pinyin = initials(course.name), pinyin_tails(course.name)
        db.session.get_one(Course, world.courses["C-02"]).stage = 2
        db.session.get_one(Course, world.courses["C-04"]).stage = 5
        db.session.get_one(Section, world.sections["S-006"]).mode = "hybrid"
    assert sorted(found(client, query)) == sorted(ids(world, *codes))


def test_why_nothing_fits(client: FlaskClient, world: World) -> None:
    one = text_of(client.get("/courses?q=xyz", headers=ENGLISH))
    assert "No class has a name like that." in one
    assert "several things" not in one
    several = text_of(client.get("/courses?q=xyz&day=2", headers=ENGLISH))
    assert "You asked for several things at once." in several


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
        "department=magic&stage=0&mode=swim&campus=K-99",
        "community=330213001002",
        "all=&page=3",
        "q=%00%FF&day=%D9%A1",
    ):
        for path in ("/courses", "/courses/map", "/courses/print", "/courses/1"):
            assert client.get(f"{path}?{query}").status_code == 200
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
    assert "Last time: of every 4 people who applied, 1 got a seat." in page
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
    add_sections(app, world, 30)
    with counted_queries(app) as after:
        page = client.get(address)
    assert "35 " in text_of(page)
    assert len(after) == len(before) <= 5


def add_sections(app: Flask, world: World, count: int) -> None:
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
    add_sections(app, world, 30)
    first = client.get("/courses?day=1", headers=ENGLISH)
    assert "1 to 20 of 31" in text_of(first)
    assert "/courses?day=1&amp;page=2" in first.get_data(as_text=True)
    assert "21 to 31 of 31" in text_of(client.get("/courses?day=1&page=2", headers=ENGLISH))


def test_nothing_to_show_in_an_empty_district(app: Flask, client: FlaskClient) -> None:
    page = text_of(client.get("/courses", headers=ENGLISH))
    assert "There are no classes to show yet." in page


def test_near_a_campus(client: FlaskClient, world: World) -> None:
    """It counts before the home."""
    west = found(client, "campus=K-02&town=330213001&community=330213001001")
    assert set(west[:2]) == set(ids(world, "S-004", "S-006"))
    page = text_of(client.get("/courses?campus=K-02", headers=ENGLISH))
    assert "nearest to Campus K-02 first" in page


def test_online_classes_have_no_distance(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context(), transaction():
        db.session.get_one(Section, world.sections["S-001"]).mode = "online"
    query = "town=330213001&community=330213001001"
    assert found(client, query)[-1] == str(world.sections["S-001"])
    page = text_of(client.get(f"/courses?{query}&mode=online", headers=ENGLISH))
    assert "at home, by phone or computer" in page
    assert " km" not in page
    assert "No class fits" in text_of(client.get("/courses/map?mode=online", headers=ENGLISH))


def test_ones_own_home_is_the_start(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(app, client, world.accounts["Sun"])
    page = text_of(client.get("/courses", headers=ENGLISH))
    assert "We start from where Sun Xugou lives: E2 Community." in page
    assert "We start" not in text_of(client.get("/courses?town=", headers=ENGLISH))
    other = text_of(client.get("/courses?town=330213100", headers=ENGLISH))
    assert "nearest to West Town first" in other


def test_words_that_name_something_else(client: FlaskClient, world: World) -> None:
    page = client.get("/courses?q=calligraphy&day=3", headers=ENGLISH).get_data(as_text=True)
    assert "Calligraphy is also the name of a field." in page
    assert "/courses?day=3&amp;department=calligraphy#found" in page
    page = client.get("/courses?q=campus+k-02", headers=ENGLISH).get_data(as_text=True)
    assert "Campus K-02 is also the name of a campus." in page
    assert "/courses?campus=K-02#found" in page


def test_nothing_found_says_what_to_do(client: FlaskClient, world: World) -> None:
    for path in ("/courses", "/courses/map", "/courses/print"):
        page = client.get(f"{path}?q=swimming&day=2", headers=ENGLISH)
        assert "No class fits" in text_of(page)
        assert f"{path}?day=2#found" in page.get_data(as_text=True)
        assert "0574-0000 1234" in text_of(page)


def test_chances_in_words(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context(), transaction():
        for key in ("Qian", "Zhao", "Li"):
            application = Application(
                round_id=world.round_id,
                person_id=world.people[key],
                state="submitted",
                created_at=NOW,
                changed_at=NOW,
                submitted_at=NOW,
            )
            application.choices = [Choice(section_id=world.sections["S-001"], rank=1)]
            db.session.add(application)
        section = db.session.get_one(Section, world.sections["S-002"])
        section.capacity = section.taken = 2
    page = text_of(client.get("/courses?day=2", headers=ENGLISH))
    assert "This class is new. So far 3 people would like to come, for 2 seats: they will" in page
    assert "All seats are taken at the moment." in page


def test_putting_on_the_list_and_taking_off(client: FlaskClient, world: World) -> None:
    """Back to the same classes, at the same one; signed in or not."""
    section = world.sections["S-001"]
    sent = {"section": section, "day": "2", "town": "", "page": "1"}
    answer = client.post("/apply/pick", data=sent)
    assert answer.headers["Location"] == f"/courses?town=&day=2&page=1#class-{section}"
    page = client.get("/courses?day=2", headers=ENGLISH)
    assert "You have put 1 class on your list." in text_of(page)
    assert f'name="drop" value="{section}"' in page.get_data(as_text=True)
    assert 'href="/apply/classes"' in page.get_data(as_text=True)
    client.post("/apply/pick", data={"drop": section})
    assert "on my list" not in text_of(client.get("/courses?day=2", headers=ENGLISH)).replace(
        "Put on my list", ""
    )


def test_the_list_of_somebody_signed_in(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(app, client, world.accounts["Li"])
    section = world.sections["S-001"]
    whom = {"whom": world.people["Li"]}
    shown = client.post("/apply/pick", data={"section": section, "shown": section, **whom})
    assert shown.headers["Location"] == f"/courses/{section}"
    assert _draft(app) == [section]
    assert "Take it off again" in text_of(client.get(f"/courses/{section}", headers=ENGLISH))
    for _again in range(2):
        client.post("/apply/pick", data={"drop": section, **whom})
        assert _draft(app) == []


def _draft(app: Flask) -> list[int]:
    with app.app_context():
        draft = db.session.query(Application.draft).scalar()
        choices: list[int] = draft["choices"]
        return choices


def test_a_full_list_is_told_at_the_top(app: Flask, client: FlaskClient, world: World) -> None:
    set_round(app, world, rules={**RULES, "choices_max": 2})
    for code in ("S-001", "S-002"):
        client.post("/apply/pick", data={"section": world.sections[code]})
    third = {"section": world.sections["S-003"]}
    answer = client.post("/apply/pick", data=third, headers=ENGLISH)
    assert answer.headers["Location"] == "/courses"
    page = text_of(client.get("/courses", headers=ENGLISH))
    assert "There is room for 2 classes on the list." in page
    assert "You have put 2 classes on your list." in page


def test_the_map_and_its_table(client: FlaskClient, world: World) -> None:
    page = client.get("/courses/map?town=330213100", headers=ENGLISH)
    assert "6 classes found, nearest to West Town first" in text_of(page)
    assert "1 Campus K-02 no steps at the door, 0574-0000 5678 less than 100 m" in text_of(page)
    assert "2 Campus K-01 no steps at the door, 0574-0000 5678 9.7 km" in text_of(page)
    drawn = page.get_data(as_text=True).partition("<figure")[2].partition("</figure>")[0]
    assert re.findall(r'class="on"[^>]*>(\d+)<', drawn) == ["1", "2"]
    assert "The little house is West Town" in drawn
    whole = text_of(client.get("/courses/map?day=1", headers=ENGLISH))
    assert "Choose where you live, then the map begins there." in whole


def test_a_sheet_for_the_village_board(app: Flask, client: FlaskClient, world: World) -> None:
    page = text_of(client.get("/courses/print?town=330213100&extent=all", headers=ENGLISH))
    assert "6 classes, nearest to West Town first" in page
    assert page.index("Campus K-02, less than 100 m") < page.index("Campus K-01, 9.7 km")
    assert "You can apply until Sunday 6 December, 10:00." in page
    assert "Calligraphy 1 Fridays 9:00–10:30 5 March to 18 June" in page


@pytest.mark.parametrize("path", ["/courses?all=1", "/courses/print"])
def test_three_hundred_classes(app: Flask, client: FlaskClient, world: World, path: str) -> None:
    """On one page: at most 60 kB as it travels, and five queries, however many there are."""
    add_sections(app, world, 294)
    with counted_queries(app) as statements:
        page = client.get(path, headers=ENGLISH)
    assert "300 classes" in text_of(page)
    assert len(gzip.compress(page.data)) <= 60_000
    assert len(statements) <= 5


def test_pages_of_somebody_signed_in_ask_little(
    app: Flask, client: FlaskClient, world: World
) -> None:
    sign_in(app, client, world.accounts["Li"])
    whom = {"whom": world.people["Li"]}
    client.post("/apply/pick", data={"section": world.sections["S-002"], **whom})
    for path in ("/courses", "/courses/map", "/courses/print", "/courses/1"):
        client.get(path)
        with counted_queries(app) as statements:
            client.get(path)
        assert len(statements) <= 8, path


def test_changed_facts_are_shown_at_once(app: Flask, client: FlaskClient, world: World) -> None:
    """Cards are kept by what they say."""
    assert "free" in text_of(client.get("/courses?q=painting", headers=ENGLISH))
    with app.app_context(), transaction():
        db.session.get_one(Section, world.sections["S-002"]).fee_yuan = 77
        db.session.get_one(Community, world.communities["E2"]).name_en = "Elm Tree"
    address = "/courses?q=painting&town=330213001&community=330213001002"
    page = text_of(client.get(address, headers=ENGLISH))
    assert "77 yuan" in page
    assert "nearest to Elm Tree first" in page
    assert "77 元" in text_of(client.get(address))


def test_how_far_the_list_on_paper_goes(client: FlaskClient, world: World) -> None:
    """Near a home that is named, else all; the town and everything are a link away."""

    def printed(query: str) -> list[str]:
        page = client.get(f"/courses/print?{query}", headers=ENGLISH).text
        return re.findall(r'<h2[^>]* id="place-\d+">(Campus K-\d+)', page)

    assert printed("") == ["Campus K-01", "Campus K-02"] or len(printed("")) == 2
    home = "town=330213001&community=330213001002"
    assert printed(home) == ["Campus K-01"]
    assert printed(f"{home}&extent=town") == ["Campus K-01"]
    assert printed(f"{home}&extent=all") == ["Campus K-01", "Campus K-02"]
    assert printed("extent=near") == printed("extent=x") == printed("")
    assert "Only as far as 5 km" not in client.get("/courses/print", headers=ENGLISH).text
