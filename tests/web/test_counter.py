"""The counter: finding somebody, and an application in one screen."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eldercampus.db import transaction
from eldercampus.enrolment.models import PaperForm
from tests.web.clerk import Clerk
from tests.web.visiting import (
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
    assert "First choice Calligraphy 1, Campus K-01, Tuesdays 9:00–10:30" in page
    assert "Please note: Second choice: It is at the same time as this one: First choice." in page


@pytest.mark.parametrize(
    ("codes", "fields", "says"),
    [
        (("S-001", "S-777"), {}, "There is no class with the number S-777 in this term."),
        (("S-001", "S-001"), {}, "Calligraphy 1 stands on the list already. Once is enough."),
        ((), {}, "There is no class on the list yet. Choose at least one."),
        (("S-005",), {}, "Calligraphy 2 goes on from an earlier class"),
        (("S-001",), {"wants": "3"}, "Please choose one from the list."),
        (("S-001",), {"wants": ""}, "Please choose how many courses."),
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
    ],
)
def test_finding_somebody(clerk: Clerk, words: str) -> None:
    page = clerk.sends("/staff/counter", words=words)
    assert "1 person found" in page
    assert "Zhao Shifan woman 2 May 1954 East Subdistrict E1 Community 138****0001" in page


def test_finding_by_receipt(clerk: Clerk) -> None:
    receipt = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", clerk.enters("Sun", "S-001"))
    assert receipt is not None
    assert "Sun Xugou" in clerk.sends("/staff/counter", words=receipt[0].lower())


def test_nobody_found(clerk: Clerk) -> None:
    assert "Nobody found" in clerk.sends("/staff/counter", words="没有这人")
    assert "Please write something to look for." in clerk.sends("/staff/counter", words=" ")


