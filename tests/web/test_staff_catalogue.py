"""Staff pages of courses, classes, rules, calendar and places."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eldercampus.audit.chain import broken_links
from eldercampus.catalogue.courses import create_teacher
from eldercampus.catalogue.models import (
    CalendarDay,
    CalendarYear,
    Course,
    Rule,
    Section,
    Session,
    Teacher,
    Term,
)
from eldercampus.catalogue.sections import SectionDetails, create_section
from eldercampus.catalogue.timetable import WeeklyHour
from eldercampus.db import db, transaction
from eldercampus.places.models import Campus, Community, Room
from tests.enrolment import steps
from tests.web.visiting import (
    ENGLISH,
    build_open_world,
    counted_queries,
    set_round,
    sign_in,
    text_of,
)
from tests.world import NOW, World

OFFICER, HEAD, CLERK, AUDITOR = "officer", "head", "clerk", "auditor"


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def visit(app: Flask, world: World) -> Callable[[str], FlaskClient]:
    """visit("officer"): a browser of that member of staff."""

    def go(who: str) -> FlaskClient:
        client = app.test_client()
        sign_in(app, client, world.accounts[who])
        return client

    return go


def room_id(app: Flask, world: World, campus: str = "K-01", name: str = "101") -> int:
    with app.app_context():
        query = select(Room.id).where(Room.campus_id == world.campuses[campus], Room.name == name)
        return db.session.scalars(query).one()


def answers(app: Flask, world: World, **changes: Any) -> dict[str, Any]:
    plain = {
        "term": world.term_id,
        "course": world.courses["C-03"],
        "campus": world.campuses["K-01"],
        "room": room_id(app, world),
        "teacher": "",
        "day_1": 1,
        "from_1": "１４：００",
        "until_1": "15.30",
        "capacity": 30,
        "minimum": 10,
        "fee": 120,
        "mode": "in_person",
        "fill": "reserved_first",
        "state": "open",
        "kind_1": "disability",
        "count_1": 2,
        "unfilled_1": "release",
    }
    return {**plain, **changes}


PAGES = [
    "/staff/sections",
    "/staff/sections?course_id=1&campus_id=1",
    "/staff/sections/new",
    "/staff/sections/SECTION",
    "/staff/sections/SECTION/edit",
    "/staff/courses",
    "/staff/courses/new",
    "/staff/courses/COURSE",
    "/staff/teachers",
    "/staff/rules",
    "/staff/rules/age_women",
    "/staff/rules/proximity",
    "/staff/rules/bands_m",
    "/staff/rules/message_from",
    "/staff/rules/attendance_percent",
    "/staff/calendar",
    "/staff/calendar?year=2027",
    "/staff/calendar/day?on=2027-03-08",
    "/staff/terms",
    "/staff/terms/new",
    "/staff/places",
    "/staff/places/CAMPUS",
    "/staff/places/new",
    "/staff/places/CAMPUS/edit",
    "/staff/places/CAMPUS/rooms/new",
    "/staff/places/rooms/ROOM",
    "/staff/places/points",
]


def address(app: Flask, world: World, page: str, campus: str = "K-01") -> str:
    section = {"K-01": "S-001", "K-02": "S-004"}[campus]
    return (
        page.replace("SECTION", str(world.sections[section]))
        .replace("COURSE", str(world.courses["C-01"]))
        .replace("CAMPUS", str(world.campuses[campus]))
        .replace("ROOM", str(room_id(app, world, campus)))
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_both_languages(
    app: Flask, world: World, visit: Callable[[str], FlaskClient], page: str
) -> None:
    client = visit(OFFICER)
    for headers, empty in ((ENGLISH, False), ({"Accept-Language": "zh"}, False)):
        answer = client.get(address(app, world, page), headers=headers)
        assert answer.status_code == 200
        assert bool(text_of(answer)) is not empty


@pytest.mark.parametrize("page", [page for page in PAGES if "SECTION" in page or "ROOM" in page])
def test_a_head_does_not_see_another_campus(
    app: Flask, world: World, visit: Callable[[str], FlaskClient], page: str
) -> None:
    client = visit(HEAD)
    assert client.get(address(app, world, page)).status_code == 200
    assert client.get(address(app, world, page, "K-02")).status_code == 404
    posted = client.post(address(app, world, page, "K-02"), data=answers(app, world))
    assert posted.status_code in (404, 405)


def test_a_head_may_look_at_the_own_campus_but_not_change_it(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(HEAD)
    assert client.get(f"/staff/places/{world.campuses['K-01']}").status_code == 200
    assert client.get(f"/staff/places/{world.campuses['K-02']}").status_code == 404
    for page in ("/staff/places/new", "/staff/places/points", "/staff/courses/new"):
        assert client.get(page).status_code == 403
    assert "西校区" not in text_of(client.get("/staff/places"))
    assert "S-004" not in text_of(client.get("/staff/sections"))


def test_a_clerk_reads_and_changes_nothing(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(CLERK)
    for page in ("/staff/sections", "/staff/courses", "/staff/rules", "/staff/calendar"):
        assert client.get(page).status_code == 200
    assert "Set it anew" not in text_of(client.get("/staff/rules/age_men", headers=ENGLISH))
    assert client.post("/staff/rules/age_men", data={}).status_code == 403
    assert client.post("/staff/sections/new", data=answers(app, world)).status_code == 403
    assert client.post("/staff/calendar/2026/load").status_code == 403


def test_an_officer_makes_a_class_with_lessons_and_reserves(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(OFFICER)
    key = "a-key-of-this-form-1"
    for _twice in range(2):  # sent twice, one effect, the same page
        answer = client.post(
            "/staff/sections/new",
            data=answers(app, world, key=key),
            follow_redirects=True,
            headers=ENGLISH,
        )
        assert "Mondays 14:00–15:30" in text_of(answer)
        assert "people with a disability" in text_of(answer)
    with app.app_context():
        section = db.session.scalars(select(Section).where(Section.code == "S-007")).one()
        assert section.fee_yuan == 120
        lessons = select(func.count()).select_from(Session)
        assert db.session.scalar(lessons.where(Session.section_id == section.id)) == 17
        assert not list(broken_links())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"capacity": ""}, "Please fill in: Seats"),
        ({"capacity": "many"}, "in digits only"),
        ({"capacity": "４１", "minimum": "0"}, "The room has 40 places."),
        (
            {"day_1": "2", "from_1": "10:00", "until_1": "11:00"},
            "S-001 Calligraphy 1, Tuesdays 9:00–10:30",
        ),
        ({"from_1": "25:00"}, "Please write the time like this: 9:30."),
        ({"until_1": "13:00"}, "A lesson ends after it begins"),
        ({"until_1": ""}, "or leave all three empty"),
        ({"day_1": "", "from_1": "", "until_1": ""}, "at least one weekly hour"),
        ({"count_1": ""}, "for whom the seats are and how many"),
        ({"count_1": "31"}, "31 seats are reserved, but the class has only 30"),
        ({"room": ""}, "Please choose a room."),
        ({"course": "9999"}, "Please choose one from the list."),
        ({"campus": "9999"}, "Please choose one from the list."),
    ],
)
def test_bad_answers_stay_on_the_page_and_change_nothing(
    app: Flask,
    world: World,
    visit: Callable[[str], FlaskClient],
    changes: dict[str, str],
    sentence: str,
) -> None:
    answer = visit(OFFICER).post(
        "/staff/sections/new", data=answers(app, world, **changes), headers=ENGLISH
    )
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert 'value="120"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Section)) == 6


def test_a_head_cannot_put_a_class_elsewhere(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    elsewhere = {"campus": world.campuses["K-02"], "room": room_id(app, world, "K-02")}
    answer = visit(HEAD).post(
        "/staff/sections/new", data=answers(app, world, **elsewhere), headers=ENGLISH
    )
    assert "Please choose one from the list." in text_of(answer)


def edit(app: Flask, world: World, client: FlaskClient, **changes: Any) -> Any:
    typed = answers(
        app,
        world,
        course=world.courses["C-01"],
        day_1=2,
        from_1="9:00",
        until_1="10:30",
        **{"capacity": 2, "minimum": 0, "kind_1": "", "count_1": "", **changes},
    )
    page = f"/staff/sections/{world.sections['S-001']}/edit"
    return client.post(page, data=typed, follow_redirects=True, headers=ENGLISH)


def test_a_class_is_changed_but_not_below_its_seats_given(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(HEAD)
    assert "Saved." in text_of(edit(app, world, client, capacity=25, reason="换了教室"))
    with app.app_context(), transaction():
        db.session.get_one(Section, world.sections["S-001"]).taken = 20
    assert "20 seats are given or offered already" in text_of(
        edit(app, world, client, capacity=19, reason="x")
    )


def test_while_people_apply_a_change_says_why(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    """The reason stands on the round's pages, for staff and for everybody."""
    client, page = visit(OFFICER), f"/staff/sections/{world.sections['S-001']}/edit"
    set_round(app, world, state="draft")
    assert "Why is it changed?" not in text_of(client.get(page, headers=ENGLISH))
    with app.app_context():
        steps.opened(world)
    assert "Why is it changed?" in text_of(client.get(page, headers=ENGLISH))
    assert "Please write why." in text_of(edit(app, world, client, capacity=25))
    town = {"kind_1": "town:330213001", "count_1": 2, "unfilled_1": "keep"}
    kept = {"capacity": 25, "minimum": 3, "fill": "open_first", **town, "exempt": "y"}
    assert "Saved." in text_of(edit(app, world, client, reason="换了\x00教室", **kept))
    told = (
        "25 seats instead of 2. It is held even if few people come. "
        "Learners needed for it to be held: 3 instead of 0. "
        "Order before: reserved seats first, then the open ones. "
        "Now: open seats first, then the reserved ones. Seats kept before: none. "
        "Now: 2 for people who live in this town (if nobody asks for them, they stay empty)."
    )
    review = text_of(client.get("/staff/rounds/2027-spring-1/review", headers=ENGLISH))
    assert f"changed in its form: {told}" in review
    assert "换了教室" in review
    with app.app_context():
        steps.closed(world)
        steps.frozen(world)
    public = text_of(client.get("/rounds/2027-spring-1", headers=ENGLISH))
    assert f"{told} The reason: 换了教室" in public
    assert "nothing was decided about single classes" not in public


def test_nothing_of_the_draw_changes_while_the_list_is_fixed(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    set_round(app, world, state="frozen")
    client = visit(OFFICER)
    assert "the list is fixed" in text_of(edit(app, world, client, capacity=25))
    assert "Saved." in text_of(edit(app, world, client, fee=99))
    set_round(app, world, state="closed")
    assert "Saved." in text_of(edit(app, world, client, capacity=25, reason="换了教室"))


def test_courses_are_entered_and_changed(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(OFFICER)
    typed = {
        "code": "C-09",
        "name": "篆刻　一级",
        "name_en": "Seal carving 1",
        "department": "calligraphy",
        "stage": 1,
        "lesson_hours": 2,
        "newcomers": "yes",
    }
    assert "Seal carving 1" in text_of(
        client.post("/staff/courses/new", data=typed, follow_redirects=True, headers=ENGLISH)
    )
    again = client.post("/staff/courses/new", data=typed, headers=ENGLISH)
    assert 'The code "C-09" is taken already.' in again.text.replace("&#34;", '"')
    page = f"/staff/courses/{world.courses['C-02']}"
    circle = {**typed, "code": "C-02", "next_course_id": world.courses["C-01"]}
    assert "in a circle" in text_of(client.post(page, data=circle, headers=ENGLISH))
    with app.app_context():
        carving = db.session.scalars(select(Course).where(Course.code == "C-09")).one()
        assert (carving.name, carving.initials) == ("篆刻 一级", "zkyj")
        assert carving.pinyin.split()[0] == "zhuankeyiji"
        assert db.session.get_one(Course, world.courses["C-02"]).name == "书法 二级"


def test_a_teacher_sent_twice_is_one(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(HEAD)
    typed = {"name": "陈 老 师", "name_latin": "Chen Laoshi", "key": "a-key-of-this-form-2"}
    for _twice in range(2):
        client.post("/staff/teachers", data=typed)
    with app.app_context():
        assert set(db.session.scalars(select(Teacher.name))) == {"王试名", "陈老师"}


def set_rule_on_page(client: FlaskClient, name: str, value: str, on: date, **more: str) -> str:
    typed = {
        "value": value,
        "place": "district",
        "valid_from-year": str(on.year),
        "valid_from-month": str(on.month),
        "valid_from-day": str(on.day),
        "reason": "区里定的",
        **more,
    }
    page = f"/staff/rules/{name}"
    return text_of(client.post(page, data=typed, follow_redirects=True, headers=ENGLISH))


def test_a_rule_gets_a_new_value_from_a_day_on(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client, soon = visit(OFFICER), NOW.date() + timedelta(days=40)
    assert "The rule is set." in set_rule_on_page(client, "age_women", "55", soon)
    assert "changes soon" in text_of(client.get("/staff/rules", headers=ENGLISH))
    assert "55 years old" in set_rule_on_page(
        client, "age_women", "５７", NOW.date(), place=f"term:{world.term_id}"
    )
    set_rule_on_page(client, "bands_m", "500 1500 4000", soon)
    set_rule_on_page(client, "proximity", "metres", soon)
    set_rule_on_page(client, "message_from", "09:00", soon)
    with app.app_context():
        rows = {(row.name, row.scope): row.value for row in db.session.scalars(select(Rule))}
        assert rows == {
            ("age_women", "district"): 55,
            ("age_women", "term"): 57,
            ("bands_m", "district"): [500, 1500, 4000],
            ("proximity", "district"): "metres",
            ("message_from", "district"): "09:00",
        }
        assert not list(broken_links())


@pytest.mark.parametrize(
    ("name", "value", "on", "more", "sentence"),
    [
        ("age_women", "20", NOW.date(), {}, "Please write a number from 45 to 80."),
        ("age_women", "", NOW.date(), {}, "Please fill in: New value"),
        ("age_women", "55", date(2026, 11, 22), {}, "A rule cannot begin in the past"),
        ("age_women", "55", NOW.date(), {"reason": ""}, "Please fill in: Why"),
        ("age_women", "55", NOW.date(), {"place": "campus:1"}, "Please choose one from the list."),
        ("bands_m", "3000 1000", NOW.date(), {}, "Please write the limits in metres"),
        ("proximity", "minutes", NOW.date(), {}, "Please choose one from the list."),
        ("message_from", "9", NOW.date(), {}, "Please write the time like this: 08:00."),
    ],
)
def test_a_wrong_rule_is_not_set(
    app: Flask,
    visit: Callable[[str], FlaskClient],
    name: str,
    value: str,
    on: date,
    more: dict[str, str],
    sentence: str,
) -> None:
    assert sentence in set_rule_on_page(visit(OFFICER), name, value, on, **more)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Rule)) == 0


def test_unknown_rules_and_years_are_not_there(visit: Callable[[str], FlaskClient]) -> None:
    client = visit(OFFICER)
    for who in (OFFICER, HEAD, AUDITOR):
        assert visit(who).get("/staff/rules/age_of_dogs").status_code == 404
    assert client.get("/staff/calendar?year=1900").status_code == 404
    assert client.post("/staff/calendar/1900/load").status_code == 404
    assert client.post("/staff/calendar/2031/confirm", data={"source": "x"}).status_code == 404


def test_a_year_is_loaded_changed_and_confirmed(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(OFFICER)
    client.post("/staff/calendar/2027/load")
    page = text_of(client.get("/staff/calendar?year=2027", headers=ENGLISH))
    assert "This year is provisional" in page
    day = {"day-year": "2027", "day-month": "3", "day-day": "9", "kind": "holiday", "name": "校庆"}
    client.post("/staff/calendar/day", data={**day, "name_en": "School day"})
    assert "School day" in text_of(client.get("/staff/calendar?year=2027", headers=ENGLISH))
    lesson = text_of(client.get(f"/staff/sections/{world.sections['S-001']}", headers=ENGLISH))
    assert "moved from Tuesday 9 March, a holiday" in lesson
    assert "Please fill in" in text_of(
        client.post("/staff/calendar/2027/confirm", data={}, headers=ENGLISH)
    )
    client.post("/staff/calendar/2027/confirm", data={"source": "国办发明电〔2026〕1 号"})
    with app.app_context():
        assert not db.session.get_one(CalendarYear, 2027).provisional
        assert db.session.get_one(CalendarDay, date(2027, 3, 9)).kind == "holiday"


def test_a_wrong_day_changes_nothing(app: Flask, visit: Callable[[str], FlaskClient]) -> None:
    client = visit(OFFICER)
    day = {"day-year": "2027", "day-month": "2", "day-day": "30", "kind": "feast"}
    page = text_of(client.post("/staff/calendar/day", data=day, headers=ENGLISH))
    assert "That month has no such day." in page
    assert "Please choose one from the list." in page
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CalendarDay)) == 0


def test_a_term_is_entered(app: Flask, visit: Callable[[str], FlaskClient]) -> None:
    client = visit(OFFICER)

    def days(**named: tuple[int, int, int]) -> dict[str, str]:
        boxes = ("year", "month", "day")
        return {
            f"{name}-{box}": str(part)
            for name, parts in named.items()
            for box, part in zip(boxes, parts, strict=True)
        }

    typed = {"code": "2027-autumn", "name": "2027 年秋季", "name_en": "Autumn 2027"}
    wrong = days(starts_on=(2027, 9, 1), ends_on=(2027, 9, 1), last_joining_on=(2027, 9, 30))
    page = client.post("/staff/terms/new", data={**typed, **wrong}, headers=ENGLISH)
    assert "A term ends after it begins." in text_of(page)
    late = days(starts_on=(2027, 9, 1), ends_on=(2027, 12, 30), last_joining_on=(2028, 9, 30))
    page = client.post("/staff/terms/new", data={**typed, **late}, headers=ENGLISH)
    assert "The last day to join lies within the term." in text_of(page)
    right = days(starts_on=(2027, 9, 1), ends_on=(2027, 12, 30), last_joining_on=(2027, 9, 30))
    assert client.post("/staff/terms/new", data={**typed, **right}).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Term)) == 2


def campus_answers(world: World, **changes: Any) -> dict[str, Any]:
    plain = {
        "name": "新校区",
        "kind": "learning_point",
        "town": world.towns["East"],
        "address": "二号路 2 号",
        "phone": "0574-8888 0021",
        "datum": "gcj02",
        "longitude": "121.4066",
        "latitude": "29.6599",
        "point_source": "现场量的",
        "active": "yes",
    }
    return {**plain, **changes}


def test_a_campus_is_entered_in_the_datum_of_the_map(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(OFFICER)
    answer = client.post(
        "/staff/places/new", data=campus_answers(world), follow_redirects=True, headers=ENGLISH
    )
    assert "Given in GCJ-02" in text_of(answer)
    with app.app_context():
        campus = db.session.scalars(select(Campus).where(Campus.code == "K-03")).one()
        point = (campus.longitude, campus.latitude)
        assert campus.longitude == pytest.approx(121.402, abs=0.001)
        page = f"/staff/places/{campus.id}/edit"
    typed = campus_answers(
        world, datum="wgs84", longitude=point[0], latitude=point[1], address="三号路 3 号"
    )
    client.post(page, data=typed)
    with app.app_context():
        campus = db.session.scalars(select(Campus).where(Campus.code == "K-03")).one()
        assert (campus.longitude, campus.latitude) == point  # not converted a second time
        assert (campus.datum, campus.address) == ("gcj02", "三号路 3 号")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "东校区"}, "Another campus has this name already."),
        ({"longitude": "29.66", "latitude": "121.4"}, "the wrong way round"),
        ({"longitude": "2.35", "latitude": "48.9"}, "does not lie in China"),
        ({"longitude": "east"}, "Please write degrees with a point"),
        ({"phone": "123"}, "We cannot ring this number."),
        ({"address": "长" * 121}, "That is too long."),
        ({"datum": ""}, "Please fill in"),
    ],
)
def test_a_wrong_campus_is_not_entered(
    app: Flask,
    world: World,
    visit: Callable[[str], FlaskClient],
    changes: dict[str, str],
    sentence: str,
) -> None:
    typed = campus_answers(world, **changes)
    answer = visit(OFFICER).post("/staff/places/new", data=typed, headers=ENGLISH)
    assert sentence in text_of(answer)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Campus)) == 2


def test_rooms_are_entered_and_never_smaller_than_their_classes(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client, campus = visit(HEAD), world.campuses["K-01"]
    new = f"/staff/places/{campus}/rooms/new"
    assert client.post(new, data={"name": "103", "places": "25"}).status_code == 303
    again = client.post(new, data={"name": "103", "places": "25"}, headers=ENGLISH)
    assert "a room of this name already" in text_of(again)
    small = {"name": "101", "places": "2"}
    page = f"/staff/places/rooms/{room_id(app, world)}"
    assert "S-003 Tai chi meets in this room and has 3 seats." in text_of(
        client.post(page, data=small, headers=ENGLISH)
    )
    assert client.post(page, data={"name": "101", "places": "3"}).status_code == 303


def send_points(client: FlaskClient, content: bytes | None, **more: str) -> str:
    typed: dict[str, Any] = {"datum": "wgs84", "source": "镇里量的", **more}
    if content is not None:
        typed["file"] = (io.BytesIO(content), "points.csv")
    page = client.post(
        "/staff/places/points",
        data=typed,
        content_type="multipart/form-data",
        follow_redirects=True,
        headers=ENGLISH,
    )
    return text_of(page)


def test_points_come_from_a_file(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(OFFICER)
    assert "measured from the town's seat: West Town" in text_of(
        client.get("/staff/places", headers=ENGLISH)
    )
    wrong = b"code,longitude,latitude\n330213100201,29.67,121.31\n330213,121,29\n"
    page = send_points(client, wrong)
    assert "Rows to put right" in page
    assert "2 Longitude and latitude are the wrong way round." in page
    assert 'no community with the code "330213"' in page.replace("&#34;", '"')
    assert "Please choose a file." in send_points(client, None)
    assert "cannot be read" in send_points(client, b"PK\x03\x04")
    assert "Please fill in" in send_points(client, wrong, datum="")
    right = b"code,longitude,latitude\n330213100201,121.31,29.67\n"
    page = send_points(client, right)
    assert "Points taken in: 1." in page
    assert "measured from the town's seat" not in page
    with app.app_context():
        village = db.session.get_one(Community, world.communities["W1"])
        assert village.point_source == "镇里量的 (wgs84)"


LISTS = [
    "/staff/sections",
    "/staff/courses",
    "/staff/teachers",
    "/staff/rules",
    "/staff/rules/age_women",
    "/staff/calendar?year=2027",
    "/staff/terms",
    "/staff/places",
]


def grow(world: World) -> None:
    """As many again of everything that the lists show."""
    with transaction():
        for number in range(6):
            course = Course(code=f"D-{number}", name=f"课 {number}", department="life")
            campus = Campus(
                code=f"L-{number}",
                kind="learning_point",
                town_id=world.towns["West"],
                name=f"点 {number}",
                longitude=121.3,
                latitude=29.6,
                point_source="test",
                address="路",
                phone="0574-0000 0000",
                step_free=True,
            )
            teacher = create_teacher(f"师 {number}", account_id=None, now=NOW)
            db.session.add_all([course, campus])
            db.session.flush()
            room = Room(campus_id=campus.id, name="1", places=40)
            db.session.add(room)
            db.session.flush()
            details = SectionDetails(
                term_id=world.term_id,
                course_id=course.id,
                campus_id=campus.id,
                room_id=room.id,
                teacher_id=teacher.id,
                capacity=20,
                meetings=[WeeklyHour(1, 540, 600)],
            )
            create_section(details, account_id=None, now=NOW)
            on = date(2027, 5, number + 1)
            db.session.add(CalendarDay(on=on, kind="holiday", name="假"))
            term = Rule(scope="term", scope_id=world.term_id, name="age_women", value=60,
                        valid_from=on, reason="因")  # fmt: skip
            db.session.add(term)
            starts = date(2028 + number, 3, 1)
            db.session.add(
                Term(
                    code=f"T-{number}",
                    name=f"学期 {number}",
                    starts_on=starts,
                    ends_on=starts + timedelta(days=99),
                    last_joining_on=starts,
                )
            )


def test_classes_come_in_pages_and_keep_what_was_asked_for(
    app: Flask, world: World, visit: Callable[[str], FlaskClient]
) -> None:
    client = visit(OFFICER)
    with app.app_context(), transaction() as session:
        term_id = world.term_id
        course_id, campus_id = session.execute(
            select(Section.course_id, Section.campus_id).order_by(Section.code).limit(1)
        ).one()
        for number in range(30):
            more = {"course_id": course_id, "campus_id": campus_id, "capacity": 9}
            session.add(Section(code=f"Z-{number:03}", term_id=term_id, **more))
    asked = f"/staff/sections?term_id={term_id}&course_id={course_id}"
    first = client.get(asked, headers=ENGLISH)
    assert "Z-020" in text_of(first)
    assert "Z-029" not in text_of(first)
    onward = f"/staff/sections?term_id={term_id}&amp;course_id={course_id}&amp;page=2"
    assert f'rel="next" href="{onward}"' in first.text
    assert "Z-029" in text_of(client.get(f"{asked}&page=2"))
    assert "Z-029" in text_of(client.get(f"{asked}&page=999"))  # the last there is
    with counted_queries(app) as short:
        client.get(f"{asked}&page=2")
    with counted_queries(app) as full:
        client.get(asked)
    assert len(short) == len(full) > 0


@pytest.mark.parametrize("page", LISTS)
def test_longer_lists_take_no_more_queries(
    app: Flask, world: World, visit: Callable[[str], FlaskClient], page: str
) -> None:
    client = visit(OFFICER)
    client.get(page)
    with counted_queries(app) as before:
        client.get(page)
    with app.app_context():
        grow(world)
    with counted_queries(app) as after:
        assert client.get(page).status_code == 200
    assert len(after) == len(before) > 0
