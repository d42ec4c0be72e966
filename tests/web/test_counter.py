"""The counter: finding somebody, and an application in one screen."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application, PaperForm
from eldercampus.people.news import find_target
from eldercampus.people.queries import get_person
from tests.web.clerk import Clerk
from tests.web.visiting import (
    ENGLISH,
    RULES,
    build_open_world,
    hidden,
    set_round,
    sign_in,
    stop_clock,
    text_of,
)
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def clerk(app: Flask, client: FlaskClient, world: World) -> Clerk:
    return Clerk(app, client, world)


def test_an_application_in_one_screen(clerk: Clerk) -> None:
    page = clerk.enters("Sun", "S-001", "s-003 ", channel="phone", wants="2")
    clerk_id = clerk.world.accounts["clerk"]
    assert clerk.applications() == [
        ("Sun", "submitted", "phone", clerk_id, ["S-001", "S-003"]),
    ]
    assert "We have your application" in page
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", page)
    assert "First choice Calligraphy 1, Campus K-01, Tuesdays 9:00–10:30" in page
    assert "two courses" in page


def test_looking_first_changes_nothing(clerk: Clerk) -> None:
    page = clerk.enters("Sun", "S-001", "S-002", look="1", send=None)
    assert clerk.applications() == []
    assert "First choice Calligraphy 1, Campus K-01, Tuesdays 9:00–10:30 , 2.0 km" in page
    assert "Please note: It is at the same time as this one: First choice." in page


@pytest.mark.parametrize(
    ("codes", "fields", "says"),
    [
        (("S-001", "S-777"), {}, "There is no class with the number S-777 in this term."),
        (("S-001", "S-001"), {}, "Calligraphy 1 stands on the list already. Once is enough."),
        ((), {}, "There is no class on the list yet. Choose at least one."),
        (("S-005",), {}, "Calligraphy 2 goes on from an earlier class"),
        (("S-001",), {"wants": "3"}, "Please choose one from the list."),
        (("S-001", "S-003"), {"wants": ""}, "Please choose how many courses."),
        (("S-001",), {"channel": "web"}, "Please choose one from the list."),
        (("S-001",), {"channel": ""}, "Please say how the application came."),
        (("S" * 200,), {}, "That is too long."),
    ],
)
def test_bad_input(clerk: Clerk, codes: tuple[str, ...], fields: dict[str, str], says: str) -> None:
    """Each gets its sentence, keeps what was typed and changes nothing."""
    page = clerk.enters("Sun", *codes, **fields)
    assert says in page
    assert "to look at again" in page
    assert clerk.applications() == []


def test_what_was_typed_stays(clerk: Clerk) -> None:
    held = hidden(clerk.client.get(clerk.entry("Sun")))
    fields = {**held, "choice1": "S-003", "choice2": "？？", "wants": "2", "channel": "paper"}
    page = clerk.client.post(clerk.entry("Sun"), data={**fields, "send": "1"}).get_data(
        as_text=True
    )
    assert 'value="S-003"' in page
    assert 'value="？？"' in page
    assert re.search(r'value="2" checked', page)
    assert re.search(r'value="paper" checked', page)


def test_somebody_too_young(clerk: Clerk) -> None:
    assert "This person is younger." not in clerk.opens(clerk.entry("Sun"))
    assert "of 60 and over. This person is younger." in clerk.opens(clerk.entry("Yang"))
    page = clerk.enters("Yang", "S-001")
    assert "Calligraphy 1 is for people of 60 and over." in page
    assert clerk.applications() == []


def test_sent_twice_is_entered_once(clerk: Clerk) -> None:
    held = hidden(clerk.client.get(clerk.entry("Sun")))
    fields = {**held, "choice1": "S-001", "wants": "1", "channel": "counter", "send": "1"}
    assert clerk.sends(clerk.entry("Sun"), **fields) == clerk.sends(clerk.entry("Sun"), **fields)
    assert len(clerk.applications()) == 1


def test_two_clerks_enter_the_same_person(clerk: Clerk) -> None:
    """The second page is older than the first one's application: refused, with a word why."""
    second = hidden(clerk.client.get(clerk.entry("Sun")))
    clerk.enters("Sun", "S-001")
    before = clerk.applications()
    fields = {"choice1": "S-003", "wants": "1", "channel": "phone", "send": "1"}
    page = clerk.sends(clerk.entry("Sun"), **second, **fields)
    assert "This person has an application in this round already." in page
    assert clerk.applications() == before


@pytest.mark.parametrize("button", ["send", "look"])
def test_what_somebody_kept_meanwhile_is_shown_and_can_be_replaced(
    clerk: Clerk, button: str
) -> None:
    clerk.enters("Sun", "S-001")
    opened = hidden(clerk.client.get(clerk.entry("Sun")))
    clerk.enters("Sun", "S-003", "S-002", wants="2")
    fields = {**opened, "choice1": "S-004", "wants": "1", "channel": "counter", button: "1"}
    answer = clerk.client.post(clerk.entry("Sun"), data=fields, headers=ENGLISH)
    page = text_of(answer)
    assert "What somebody kept meanwhile How many courses two courses First choice" in page
    assert ("changed in another window" in page) is (button == "send")
    assert 'value="S-004"' in answer.text
    assert clerk.applications()[0][4] == ["S-003", "S-002"]
    again = {**fields, **hidden(answer), "send": "1"}
    assert "We have your application" in clerk.sends(clerk.entry("Sun"), **again)
    assert clerk.applications()[0][4] == ["S-004"]


def test_changing_what_was_entered(clerk: Clerk) -> None:
    """The page shows what is there; what is handed in takes its place, the receipt stays."""
    first = clerk.enters("Sun", "S-001", "S-003", channel="paper")
    assert 'value="S-003"' in clerk.client.get(clerk.entry("Sun")).get_data(as_text=True)
    again = clerk.enters("Sun", "S-003", choice2="")
    [(_, state, channel, _, choices)] = clerk.applications()
    assert (state, channel, choices) == ("submitted", "paper", ["S-003"])
    receipt = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", first)
    assert receipt is not None
    assert receipt[0] in again


def test_a_draft_from_the_web_becomes_the_clerks(clerk: Clerk) -> None:
    visitor = clerk.app.test_client()
    sign_in(clerk.app, visitor, clerk.world.accounts["Zhao"])
    visitor.post("/apply/pick", data={"section": clerk.world.sections["S-004"]})
    page = clerk.opens(clerk.entry("Zhao"))
    assert "This person has begun an application and not handed it in." in page
    clerk.enters("Zhao", "S-004", channel="phone")
    clerk_id = clerk.world.accounts["clerk"]
    assert clerk.applications() == [("Zhao", "submitted", "phone", clerk_id, ["S-004"])]


def test_after_the_close(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hidden(clerk.client.get(clerk.entry("Sun")))
    stop_clock(monkeypatch, NOW + timedelta(days=13))
    fields = {"choice1": "S-003", "wants": "1", "channel": "phone", "send": "1"}
    page = clerk.sends(clerk.entry("Sun"), **held, **fields)
    assert "Nobody can apply just now." in page
    assert clerk.applications() == []


def test_no_stamp_is_asked_for_while_people_apply(clerk: Clerk) -> None:
    assert "stamp" not in clerk.opens(clerk.entry("Sun"))


@pytest.mark.parametrize(
    "words",
    [
        "赵示范",
        "zhao shifan",
        "1954-05-02",
        "１３８００００ ０００１",
        "138 0000 0001",
        "赵 1954.5.2",
        "赵示范19540502",
    ],
)
def test_the_one_who_is_found_has_the_screen_at_once(clerk: Clerk, words: str) -> None:
    page = clerk.sends("/staff/counter", words=words)
    assert "Applying for: Zhao Shifan , woman, 2 May 1954, E1 Community" in page
    assert "138****0001" in page


def test_finding_by_receipt(clerk: Clerk) -> None:
    receipt = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", clerk.enters("Sun", "S-001"))
    assert receipt is not None
    assert "Applying for: Sun Xugou" in clerk.sends("/staff/counter", words=receipt[0].lower())


def test_of_several_the_number_is_enough(clerk: Clerk) -> None:
    """The couple with one phone."""
    several = clerk.client.post("/staff/counter", data={"words": "13800000005"}, headers=ENGLISH)
    page = text_of(several)
    assert "2 people found" in page
    assert "1 Zhou Moni woman 7 July 1960 West Town W1 Community 138****0005" in page
    assert "2 Wu Yanshi man" in page
    again = {**hidden(several), "words": "２"}
    assert "Applying for: Wu Yanshi" in clerk.sends("/staff/counter", **again)
    for beyond in ("3", "0", "99"):
        assert "Applying for:" not in clerk.sends("/staff/counter", **{**again, "words": beyond})
    assert "Applying for: Sun Xugou" in clerk.sends("/staff/counter", **{**again, "words": "孙"})


def test_who_is_not_found_can_be_entered_there(clerk: Clerk) -> None:
    page = clerk.looks_for("郑样本 1950.2.3")
    assert "Nobody found with what you typed." in text_of(page)
    assert 'value="郑样本"' in page.text
    assert re.search(r'name="born-year"[^>]*value="1950"', page.text)
    assert "77 years old on the first day of term" in text_of(page)
    assert "Please write something to look for." in clerk.sends("/staff/counter", words=" ")


def test_an_unknown_receipt_is_nobodys_name(clerk: Clerk) -> None:
    assert "K7MQ" not in clerk.looks_for("K7MQ-4F2X").text


def test_a_new_person_of_the_same_name(clerk: Clerk) -> None:
    page = clerk.looks_for("赵示范", new="1")
    assert "Enter a new person" in text_of(page)
    assert 'value="赵示范"' in page.text


def _print_form(clerk: Clerk, number: str, name: str | None) -> str:
    with clerk.app.app_context(), transaction() as session:
        form = PaperForm(
            receipt=number,
            round_id=clerk.world.round_id,
            person_id=clerk.world.people[name] if name else None,
            printed_at=NOW,
            printed_by_id=clerk.world.accounts["clerk"],
        )
        session.add(form)
    return number


def test_a_scanned_form_with_a_name_leads_to_the_person(clerk: Clerk) -> None:
    _print_form(clerk, "K7MQ-4F2X", "Sun")
    answer = clerk.client.post(
        "/staff/counter", data={"words": "k7mq4f2x"}, headers=ENGLISH, follow_redirects=True
    )
    assert "Applying for: Sun Xugou" in text_of(answer)
    assert 'name="number" type="text" value="K7MQ-4F2X"' in answer.text
    assert re.search(r'value="paper" checked', answer.text)
    fields = {**hidden(answer), "choice1": "S-001", "channel": "paper", "send": "1"}
    assert "K7MQ-4F2X" in clerk.sends(clerk.entry("Sun"), **fields, number="K7MQ-4F2X")
    assert "K7MQ" not in clerk.client.get(clerk.entry("Qian")).text


def test_a_blank_form_asks_whom_it_is_from(clerk: Clerk) -> None:
    _print_form(clerk, "K7MQ-4F2X", None)
    blank = clerk.client.post("/staff/counter", data={"words": "K7MQ-4F2X"}, headers=ENGLISH)
    assert "number K7MQ-4F2X. Whom is it from?" in text_of(blank)
    found = clerk.client.post(
        "/staff/counter", data={**hidden(blank), "words": "孙"}, follow_redirects=True
    )
    assert 'value="K7MQ-4F2X"' in found.text
    new = clerk.looks_for("郑样本", **hidden(blank))
    assert 'value="K7MQ-4F2X"' in new.text
    assert "K7MQ" not in clerk.client.get("/staff/counter/new").text


def test_a_form_of_somebody_else_is_refused_at_its_box(clerk: Clerk) -> None:
    _print_form(clerk, "K7MQ-4F2X", "Sun")
    page = clerk.enters("Qian", "S-001", channel="paper", number="K7MQ-4F2X")
    assert "to look at again" in page
    assert clerk.applications() == []


def test_the_enter_key_leads_on(clerk: Clerk) -> None:
    """To the next empty box; with nothing new to the open question; then to the button."""
    fields = {"choice1": "s001", "choice2": "", "channel": "counter", "look": "1"}
    first = clerk.client.post(clerk.entry("Sun"), data=fields)
    assert 'value="S-001"' in first.text
    assert _focus(first) == "choice2"
    fields |= {**hidden(first), "choice2": "3"}
    second = clerk.client.post(clerk.entry("Sun"), data=fields)
    assert 'value="S-003"' in second.text
    assert _focus(second) == "choice3"
    third = clerk.client.post(clerk.entry("Sun"), data={**fields, **hidden(second)})
    assert _focus(third) == "wants"
    wanted = {**fields, **hidden(third), "wants": "2"}
    assert _focus(clerk.client.post(clerk.entry("Sun"), data=wanted)) == "send"
    assert clerk.applications() == []


def _focus(answer: TestResponse) -> str:
    """The name of the field in which the typing goes on."""
    [field] = re.findall(r'<(?:input|button)[^>]*name="(\w+)"[^>]* autofocus', answer.text)
    return str(field)


def test_what_is_wrong_has_the_focus(clerk: Clerk) -> None:
    fields = {"choice1": "S-777", "channel": "counter", "send": "1"}
    page = clerk.client.post(clerk.entry("Sun"), data=fields).text
    assert re.search(r'class="govuk-error-summary"[^>]* autofocus', page)


def test_with_one_class_nobody_is_asked_how_many(clerk: Clerk) -> None:
    assert "one course" in clerk.enters("Sun", "S-001", wants="")
    assert len(clerk.applications()) == 1


def test_a_free_seat_later_is_taken_at_once_where_that_was_wished(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001", accept="yes")
    clerk.enters("Qian", "S-001")
    with clerk.app.app_context():
        rows = db.session.scalars(select(Application).order_by(Application.id)).all()
        assert [row.accept_automatically for row in rows] == [True, False]
    assert re.search(r'name="accept"[^>]*checked', clerk.client.get(clerk.entry("Sun")).text)


def test_what_to_say_on_the_telephone(clerk: Clerk) -> None:
    assert "read this out" not in clerk.enters("Sun", "S-001")
    page = clerk.enters("Qian", "S-001", channel="phone")
    receipt = re.search(r"([2-9A-Z]{4})-([2-9A-Z]{4})", page)
    assert receipt is not None
    spelled = ", ".join(" ".join(part) for part in receipt.groups())
    assert "The application of Qian Yangli is in. You have put down: How many courses" in page
    assert "First choice Calligraphy 1, Campus K-01, Tuesday" in page
    assert f"The receipt number is: {spelled}" in page
    assert "On Thursday 10 December seats are drawn." in page


def test_as_many_boxes_as_choices(clerk: Clerk) -> None:
    set_round(clerk.app, clerk.world, rules={**RULES, "choices_max": 3})
    page = clerk.client.get(clerk.entry("Sun")).text
    assert 'name="choice3"' in page
    assert 'name="choice4"' not in page


@pytest.mark.parametrize(
    ("news", "reach", "target"),
    [
        ("call", "", "+8613800000003"),
        ("call", "0574-8888 0021", "+8657488880021"),
        ("letter", "东二村 5 号", "东二村 5 号"),
        ("email", "sun@example.org", "sun@example.org"),
        ("relative", "139 0000 0000", "+8613900000000"),
    ],
)
def test_how_news_should_come_is_asked_each_time(
    clerk: Clerk, news: str, reach: str, target: str
) -> None:
    assert "We have your application" in clerk.enters("Sun", "S-001", news=news, reach=reach)
    with clerk.app.app_context():
        person = get_person(clerk.world.people["Sun"])
        assert person.news == news
        assert find_target(person, person.contacts, news) == target


@pytest.mark.parametrize(
    ("news", "reach", "says"),
    [
        ("letter", "", "Please write the address."),
        ("email", "", "Please write the e-mail address."),
        ("email", "sun@", "e-mail"),
        ("relative", "", "Please write the number that we shall ring or write to."),
        ("sms", "0574-8888 0021", "mobile"),
        ("call", "12", "We cannot ring this number."),
    ],
)
def test_news_that_could_not_arrive(clerk: Clerk, news: str, reach: str, says: str) -> None:
    page = clerk.enters("Sun", "S-001", news=news, reach=reach)
    assert "to look at again" in page
    assert says in page
    assert clerk.applications() == []


@pytest.mark.parametrize("pressed", [{"new": "1"}, {}])
def test_no_number_is_readable_in_the_cookie(clerk: Clerk, pressed: dict[str, str]) -> None:
    number = "330203195203271234"
    clerk.client.post("/staff/counter", data={"words": number, **pressed})
    with clerk.client.session_transaction() as kept:
        assert "looked_for" in kept
        assert number not in str(dict(kept))
    clerk.client.get("/staff/counter/new")
    with clerk.client.session_transaction() as kept:
        assert "looked_for" not in kept
