"""Single pages of applying: undo, the same course elsewhere, news, and what goes wrong there."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.catalogue.models import Section
from eldercampus.db import db, transaction
from eldercampus.people.models import Person, Representation
from eldercampus.people.news import find_target
from eldercampus.people.queries import contacts_of
from tests.web.test_apply import Visitor
from tests.web.visiting import ENGLISH, RULES, build_open_world, set_round, stop_clock, text_of
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def visitor(app: Flask, client: FlaskClient, world: World) -> Visitor:
    return Visitor(app, client, world)


def test_taking_off_can_be_undone(visitor: Visitor) -> None:
    """It goes back to where it stood; the offer to do so lasts until the next step."""
    visitor.comes_as("Zhao").picks("S-001", "S-002", "S-003")
    page = visitor.moves("drop", "S-002")
    assert "Taken off the list: Chinese painting (Campus K-01)." in page
    section = visitor.world.sections["S-002"]
    page = visitor.sends(
        "/apply/classes", **visitor.fields("/apply/classes"), move=f"back:{section}:2"
    )
    assert visitor.application()["kept"] == ["S-001", "S-002", "S-003"]
    assert "Taken off" not in page
    assert "Taken off" not in visitor.opens(f"/apply/classes?removed={section}&place=2")


def test_the_last_class_can_be_put_back(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    page = visitor.moves("drop", "S-001")
    assert "There is no class on the list yet." in page
    section = visitor.world.sections["S-001"]
    held = visitor.fields(f"/apply/classes?removed={section}&place=1")
    visitor.sends("/apply/classes", **held, move=f"back:{section}:1")
    assert visitor.application()["kept"] == ["S-001"]


@pytest.mark.parametrize("asked", ["removed=x", "removed=99999", "removed=1&place=x", "place=2"])
def test_an_odd_address_offers_nothing(visitor: Visitor, asked: str) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    assert "Taken off" not in visitor.opens(f"/apply/classes?{asked}")


@pytest.mark.parametrize("move", ["back:99999:1", "back:x:y", "back:3:99999999999", "back:"])
def test_putting_back_what_was_never_there(visitor: Visitor, move: str) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    before = visitor.application()
    visitor.sends("/apply/classes", **visitor.fields("/apply/classes"), move=move)
    assert visitor.application() == before


def test_putting_back_when_the_list_has_filled_up(app: Flask, visitor: Visitor) -> None:
    set_round(app, visitor.world, rules={**RULES, "choices_max": 2})
    visitor.comes_as("Zhao").picks("S-001", "S-002")
    visitor.moves("drop", "S-002")
    visitor.picks("S-003")
    section = visitor.world.sections["S-002"]
    assert "Taken off" not in visitor.opens(f"/apply/classes?removed={section}&place=2")
    fields = visitor.fields("/apply/classes")
    page = visitor.sends("/apply/classes", **fields, move=f"back:{section}:2")
    assert "There is room for 2 classes on the list." in page
    assert visitor.application()["kept"] == ["S-001", "S-003"]


def test_what_was_picked_is_a_list_before_anything_is_kept(app: Flask, visitor: Visitor) -> None:
    """Looking starts nothing; the first button does, and twice is once."""
    visitor.picks("S-001", "S-003")
    visitor.comes_as("Zhao")
    page = visitor.opens("/apply")
    assert "Second choice Tai chi" in page
    held = visitor.fields("/apply/classes")
    for _ in range(2):
        page = visitor.moves("up", "S-003", held)
        assert "changed in another window" not in page
    now = visitor.application()
    assert (now["kept"], now["version"]) == (["S-003", "S-001"], 1)


def test_more_picked_than_fits(app: Flask, visitor: Visitor) -> None:
    visitor.picks("S-001", "S-002", "S-003")
    set_round(app, visitor.world, rules={**RULES, "choices_max": 2})
    visitor.comes_as("Zhao")
    assert "There is room for 2 classes on the list." in visitor.sends("/apply/classes")
    assert visitor.application()["kept"] == ["S-001", "S-002"]


def test_classes_picked_before_signing_in_join_a_list_that_stands(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    visitor.client.post("/sign-out")
    visitor.picks("S-003")
    visitor.comes_as("Zhao")
    assert "You have picked 1 class" in visitor.opens("/apply")
    visitor.sends("/apply")
    assert visitor.application()["kept"] == ["S-001", "S-003"]
    assert "You have picked" not in visitor.opens("/apply")


def test_the_same_course_elsewhere(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-003")
    address = f"/apply/elsewhere/{visitor.world.sections['S-001']}"
    page = visitor.opens(address)
    assert "Calligraphy 1 elsewhere" in page
    assert "Campus K-02, 9.7 km Fridays 9:00–10:30" in page
    page = visitor.sends(address, **visitor.fields(address))
    assert "1 class is now at the end of your list." in page
    assert visitor.application()["kept"] == ["S-001", "S-003", "S-004"]
    assert "This course is not held anywhere else this term" in visitor.opens(address)


def test_elsewhere_says_what_does_not_fit(app: Flask, visitor: Visitor) -> None:
    set_round(app, visitor.world, rules={**RULES, "choices_max": 2})
    visitor.comes_as("Zhao").picks("S-001", "S-003")
    address = f"/apply/elsewhere/{visitor.world.sections['S-001']}"
    page = visitor.opens(address)
    assert "There is no room for these The list has room for 2 classes. Take one off" in page
    assert "Put them on my list" not in page


def test_elsewhere_says_who_may_not_enter(visitor: Visitor) -> None:
    visitor.comes_as("Yang").picks("S-001")
    page = visitor.opens(f"/apply/elsewhere/{visitor.world.sections['S-001']}")
    assert "These are left out Campus K-02" in page
    assert "Calligraphy 1 is for people of 60 and over." in page


def test_elsewhere_pressed_twice_and_from_an_old_page(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    address = f"/apply/elsewhere/{visitor.world.sections['S-001']}"
    held, old = visitor.fields(address), visitor.fields(address)
    for _ in range(2):
        visitor.sends(address, **held)
    assert visitor.application()["kept"] == ["S-001", "S-004"]
    visitor.moves("drop", "S-004")
    assert "changed in another window" in visitor.sends(address, **old)
    assert visitor.application()["kept"] == ["S-001"]


def test_elsewhere_only_from_the_own_list(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    for section in (visitor.world.sections["S-003"], 99999):
        answer = visitor.client.get(f"/apply/elsewhere/{section}")
        assert answer.headers["Location"] == "/apply/classes"


@pytest.mark.parametrize(
    ("page", "wrong", "right"),
    [("/apply/wants", {"wants": "2"}, "2"), ("/apply/automatic", {"automatic": "yes"}, "yes")],
)
def test_an_answer_from_an_old_page_stays_and_is_sent_again(
    visitor: Visitor, page: str, wrong: dict[str, str], right: str
) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-003")
    visitor.wants(1)
    old = visitor.fields(page)
    visitor.moves("drop", "S-003")
    answer = visitor.client.post(page, data={**old, **wrong}, headers=ENGLISH)
    assert "changed in another window" in text_of(answer)
    assert f'value="{right}" checked' in answer.text
    assert visitor.application()["draft"]["wants"] == 1
    anew = dict(item for item in wrong.items())
    held = {**anew, **{k: v for k, v in visitor.fields(page).items() if k != "wants"}}
    visitor.sends(page, **held)
    draft = visitor.application()["draft"]
    assert (draft["wants"], draft["accept_automatically"]) == (
        (2, False) if page == "/apply/wants" else (1, True)
    )


def ways(visitor: Visitor, name: str = "Zhao") -> tuple[str, str | None]:
    """How news comes to the person, and where that goes."""
    with visitor.app.app_context():
        person = db.session.get_one(Person, visitor.world.people[name])
        contacts = contacts_of([person.id])[person.id]
        return person.news, find_target(person, contacts, person.news)


def test_who_has_no_way_is_asked_for_one(app: Flask, visitor: Visitor) -> None:
    """Between the other questions; whoever can be reached already is not."""
    with app.app_context(), transaction():
        db.session.get_one(Person, visitor.world.people["Zhao"]).news = "letter"
    visitor.comes_as("Zhao").picks("S-001")
    page = visitor.sends("/apply/wants", **visitor.fields("/apply/wants"), wants="1")
    assert "How shall we tell you the news?" in page
    page = visitor.sends("/apply/news", **visitor.fields("/apply/news"), news="letter")
    assert "Where do letters reach you?" in page
    held = visitor.fields("/apply/news/letter")
    page = visitor.sends("/apply/news/letter", **held, target="一号路 3 号")
    assert "If a seat comes free later, shall we take it for you?" in page
    assert ways(visitor) == ("letter", "一号路 3 号")


@pytest.mark.parametrize(
    ("way", "typed", "kept"),
    [
        ("call", {"target": "０５７４－８８８８ ００２１"}, "+8657488880021"),
        ("sms", {"target": "+86 139 0000 0009"}, "+8613900000009"),
        ("email", {"target": " wang@example.com "}, "wang@example.com"),
        ("relative", {"target": "13900000009", "relation": "daughter"}, "+8613900000009"),
    ],
)
def test_another_number_leads_back_to_check(
    visitor: Visitor, way: str, typed: dict[str, str], kept: str
) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    visitor.wants(1)
    held = visitor.fields("/apply/news")
    page = visitor.sends("/apply/news", **held, news=way, other="yes")
    assert "Read it once more" not in page
    page = visitor.sends(f"/apply/news/{way}", **visitor.fields(f"/apply/news/{way}"), **typed)
    assert "Read it once more, then hand it in" in page
    assert ways(visitor) == (way, kept)


@pytest.mark.parametrize(
    ("way", "typed", "says"),
    [
        ("sms", {}, "Please write the number."),
        ("sms", {"target": "0574-8888 0021"}, "Text messages need a mobile number"),
        ("call", {"target": "12"}, "We cannot ring this number."),
        ("email", {"target": "wang"}, "An e-mail address looks like wang@example.com."),
        ("letter", {"target": " "}, "Please write the address."),
        ("letter", {"target": "路" * 121}, "That is too long."),
        ("relative", {"target": "13900000009"}, "Please choose who that is."),
        ("relative", {"relation": "son"}, "Please write their phone number."),
    ],
)
def test_what_is_no_place_for_news(
    visitor: Visitor, way: str, typed: dict[str, str], says: str
) -> None:
    """What was typed stays on the page."""
    visitor.comes_as("Zhao").picks("S-001")
    before = ways(visitor)
    address = f"/apply/news/{way}"
    answer = visitor.client.post(
        address, data={**visitor.fields(address), **typed}, headers=ENGLISH
    )
    assert says in text_of(answer)
    assert typed.get("target", "").strip() in answer.text
    assert ways(visitor) == before


def test_the_phone_that_signed_in_is_proposed(app: Flask, visitor: Visitor) -> None:
    """One's own for oneself; the helper's where a relative shall be told."""
    visitor.comes_as("Zhao").picks("S-001")
    assert 'value="138 0000 0001"' in visitor.client.get("/apply/news/sms").text
    assert 'value="138' not in visitor.client.get("/apply/news/relative").text
    with app.app_context(), transaction():
        row = db.session.scalars(
            select(Representation).where(Representation.person_id == visitor.world.people["Zhao"])
        ).one()
        row.kind, row.relation = "relative", "daughter"
    assert 'value="138' not in visitor.client.get("/apply/news/sms").text
    page = visitor.client.get("/apply/news/relative").text
    assert 'value="138 0000 0001"' in page
    assert 'value="daughter" selected' in page


@pytest.mark.parametrize("news", ["", "pigeon"])
def test_a_way_must_be_chosen(visitor: Visitor, news: str) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    page = visitor.sends("/apply/news", **visitor.fields("/apply/news"), news=news)
    assert "Please choose" in page


def test_with_the_number_alone_news_goes_nowhere_new(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever found a slip must not turn the person's news to another telephone."""
    visitor.comes_as("Zhao").picks("S-001")
    held = visitor.fields("/apply/news/sms")
    monkeypatch.setattr("eldercampus.web.access.only_apply", lambda: True)
    before = ways(visitor)
    visitor.client.post("/apply/news/sms", data={**held, "target": "13900000009"})
    assert ways(visitor) == before
    assert visitor.client.get("/apply/news").status_code == 200


def test_a_list_stays_readable_after_the_close(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-003")
    stop_clock(monkeypatch, NOW + timedelta(days=14))
    page = visitor.opens("/apply")
    assert "What was on your list Calligraphy 1, Campus K-01, Tuesdays 9:00–10:30 Tai chi" in page
    assert "After the results you can join the waiting list of a class." in page


def test_a_class_that_was_put_together_with_another(app: Flask, visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    with app.app_context(), transaction():
        row = db.session.get_one(Section, visitor.world.sections["S-001"])
        row.state, row.merged_into_id = "closed", visitor.world.sections["S-004"]
    assert "S-004" in visitor.opens("/apply/classes")
