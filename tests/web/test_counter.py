"""The counter: finding or entering somebody, an application in one screen, the list, the slip."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eldercampus.catalogue.models import Session as Lesson
from eldercampus.db import db, transaction
from eldercampus.enrolment.application_queries import submitted_choices
from eldercampus.enrolment.models import Application
from eldercampus.people.identity import check_digit
from eldercampus.people.models import Person, SamePersonPair
from tests.web.visiting import (
    ENGLISH,
    build_open_world,
    counted_queries,
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


class Clerk:
    """A clerk at the counter of K-01."""

    def __init__(self, app: Flask, client: FlaskClient, world: World) -> None:
        self.app, self.client, self.world = app, client, world
        sign_in(app, client, world.accounts["clerk"])

    def opens(self, address: str) -> str:
        return text_of(self.client.get(address, headers=ENGLISH, follow_redirects=True))

    def sends(self, address: str, **fields: Any) -> str:
        answer = self.client.post(address, data=fields, headers=ENGLISH, follow_redirects=True)
        return text_of(answer)

    def entry(self, name: str) -> str:
        return f"/staff/counter/{self.world.people[name]}"

    def enters(self, name: str, *codes: str, **fields: Any) -> str:
        """Opens the person's page, fills it in and hands in."""
        choices = {f"choice{number}": code for number, code in enumerate(codes, start=1)}
        held = hidden(self.client.get(self.entry(name)))
        sent = {**held, "wants": "1", "channel": "counter", "send": "1", **choices, **fields}
        return self.sends(self.entry(name), **sent)

    def applications(self) -> list[tuple[Any, ...]]:
        """(person, state, channel, clerk, choices) of all."""
        people = {person_id: name for name, person_id in self.world.people.items()}
        codes = {section_id: code for code, section_id in self.world.sections.items()}
        with self.app.app_context():
            rows = db.session.scalars(select(Application).order_by(Application.id)).all()
            return [
                (
                    people[row.person_id],
                    row.state,
                    row.channel,
                    row.clerk_id,
                    [codes[one] for one in submitted_choices(row.id)],
                )
                for row in rows
            ]


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


@pytest.fixture
def closed(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """The window of the round is over, its list not fixed yet."""
    set_round(clerk.app, clerk.world, state="closed", closed_at=NOW + timedelta(days=13))
    stop_clock(monkeypatch, NOW + timedelta(days=14))
    return clerk


def stamp(day: str, clock: str) -> dict[str, str]:
    """Of December 2026; the window ended on the 6th at 10:00."""
    date_boxes = {"arrived_on-year": "2026", "arrived_on-month": "12", "arrived_on-day": day}
    return {**date_boxes, "arrived_minute": clock}


def test_paper_that_came_in_time_is_entered_after_the_close(closed: Clerk) -> None:
    page = closed.opens("/staff/counter")
    assert "Forms that arrived on paper before that can still be entered" in page
    page = closed.opens(closed.entry("Sun"))
    assert "The time on the stamp" in page
    assert "How did it come?" not in page
    page = closed.enters("Sun", "S-001", **stamp("５", "16:30"))
    assert "We have your application" in page
    clerk_id = closed.world.accounts["clerk"]
    assert closed.applications() == [("Sun", "submitted", "paper", clerk_id, ["S-001"])]
    page = closed.opens("/staff/applications/1")
    assert "Stamp on the paper form Saturday 5 December, 16:30" in page
    again = closed.client.get(closed.entry("Sun")).get_data(as_text=True)
    assert 'value="16:30"' in again
    assert re.search(r'name="arrived_on-day"[^>]*value="5"', again)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Please write the day on the stamp."),
        (stamp("5", ""), "Please write the time on the stamp."),
        (stamp("5", "25:00"), "Please write the time like this: 9:30."),
        (stamp("31", "x"), "Please write the time like this: 9:30."),
        (stamp("6", "10:01"), "A form can be entered now only if it arrived from"),
        ({**stamp("6", "10:01"), "channel": "counter"}, "A form can be entered now only if"),
    ],
)
def test_a_stamp_that_does_not_let_it_in(closed: Clerk, fields: dict[str, str], says: str) -> None:
    page = closed.enters("Sun", "S-001", **fields)
    assert says in page
    assert "to look at again" in page
    assert closed.applications() == []


def test_no_stamp_is_asked_for_while_people_apply(clerk: Clerk) -> None:
    assert "stamp" not in clerk.opens(clerk.entry("Sun"))


def test_no_paper_once_the_list_is_fixed(closed: Clerk) -> None:
    held = hidden(closed.client.get(closed.entry("Sun")))
    set_round(closed.app, closed.world, state="frozen")
    fields = {"choice1": "S-001", "wants": "1", "send": "1", **stamp("5", "16:30")}
    assert "Nobody can apply just now." in closed.sends(closed.entry("Sun"), **held, **fields)
    assert closed.applications() == []


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


def person(world: World, **changes: str | None) -> dict[str, str | None]:
    return {
        "name": "郑样本",
        "born-year": "1950",
        "born-month": "2",
        "born-day": "3",
        "sex": "m",
        "community": str(world.communities["E2"]),
        "news": "letter",
        "consent": "yes",
        "send": "1",
        **changes,
    }


def _count(clerk: Clerk, table: type[Any]) -> int:
    with clerk.app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_entering_a_new_person(clerk: Clerk) -> None:
    page = clerk.sends(
        "/staff/counter/new", **person(clerk.world, phone="0574-8888 0021", tags="disability")
    )
    assert "Applying for: 郑样本" in page
    with clerk.app.app_context():
        row = db.session.scalars(select(Person).where(Person.name == "郑样本")).one()
        assert (row.born_on, row.sex, row.registered_by) == (date(1950, 2, 3), "m", "counter")


def test_birth_date_and_sex_from_the_identity_number(clerk: Clerk) -> None:
    stem = "33020319500203121"
    fields = person(clerk.world, **{"born-year": "", "born-month": "", "born-day": "", "sex": ""})
    page = clerk.sends(
        "/staff/counter/new", **{**fields, "id_number": f"{stem[:6]} {stem[6:]}{check_digit(stem)}"}
    )
    assert "3 February 1950" in page
    assert "3302**********" in page
    assert stem not in page


def test_duplicates_are_shown_before_a_second_person_is_made(clerk: Clerk) -> None:
    same = {"born-year": "1954", "born-month": "5", "sex": "f", "name": "赵示范"}
    fields = person(clerk.world, **{**same, "born-day": "2"})
    page = clerk.sends("/staff/counter/new", **fields)
    assert "These look like the same person." in page
    assert "Zhao Shifan" in page
    assert (_count(clerk, Person), _count(clerk, SamePersonPair)) == (7, 0)
    page = clerk.sends("/staff/counter/new", **fields, another="yes")
    assert "Applying for:" in page
    assert (_count(clerk, Person), _count(clerk, SamePersonPair)) == (8, 1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Please write the name."),
        ({"name": "郑" * 61}, "That is too long."),
        ({"name": "＊＊ 12"}, "A name has letters or Chinese characters."),
        ({"born-year": "2030"}, "future"),
        ({"born-year": "", "born-month": "", "born-day": ""}, "Please write the birth date."),
        ({"born-month": "13"}, "One thing to look at again"),
        ({"sex": ""}, "Please choose woman or man."),
        ({"community": "987654"}, "Please choose one from the list."),
        ({"community": ""}, "Please choose the community or village."),
        ({"id_number": "330203195002031211"}, "The last sign of the identity number"),
        ({"id_number": "33020319500203"}, "An identity number has 18 signs."),
        ({"phone": "12345"}, "We cannot ring this number."),
        ({"news": ""}, "Please choose how news should come."),
        ({"news": "sms"}, "Please write the number that we shall ring or write to."),
        ({"news": "call"}, "Please write the number that we shall ring or write to."),
        ({"consent": None}, "We may only keep it if the person agrees."),
    ],
)
def test_bad_input_about_a_person(clerk: Clerk, changes: dict[str, str | None], says: str) -> None:
    page = clerk.sends("/staff/counter/new", **person(clerk.world, **changes))
    assert says in page
    assert _count(clerk, Person) == 7


def test_full_width_digits_are_read(clerk: Clerk) -> None:
    digits = {"born-year": "１９５０", "born-month": "２", "born-day": "３"}
    page = clerk.sends("/staff/counter/new", **person(clerk.world, **digits))
    assert "3 February 1950" in page


def test_the_list_of_applications(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001", channel="paper")
    clerk.enters("Qian", "S-003", channel="phone")
    assert "2 applications" in clerk.opens("/staff/applications")
    page = clerk.sends("/staff/applications", words="孙")
    assert "1 application " in page
    assert "Sun Xugou handed in on paper" in page
    assert "1 application " in clerk.opens("/staff/applications")
    assert "Qian Yangli" in clerk.sends("/staff/applications", channel="phone")
    assert "No application fits" in clerk.sends("/staff/applications", state="withdrawn")
    assert "Please choose one from the list." in clerk.sends("/staff/applications", state="lost")


def test_names_stay_out_of_addresses(clerk: Clerk) -> None:
    for address in ("/staff/applications", "/staff/counter"):
        answer = clerk.client.post(address, data={"words": "赵示范", "send": "1"})
        assert answer.headers.get("Location", address) == address


def test_one_application(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001")
    page = clerk.opens("/staff/applications/1")
    assert "Application of Sun Xugou" in page
    assert "at the counter" in page
    assert "138****0003" in page
    assert "13800000003" not in page
    assert clerk.client.get("/staff/applications/987654").status_code == 404


def test_taking_it_back_for_somebody(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001")
    page = clerk.sends("/staff/applications/1/withdraw")
    assert "The application is taken back." in page
    assert clerk.applications()[0][1] == "withdrawn"
    assert clerk.client.get("/staff/applications/1/slip").status_code == 404


def test_taking_it_back_when_the_results_are_out(clerk: Clerk) -> None:
    clerk.enters("Sun", "S-001")
    set_round(clerk.app, clerk.world, state="published")
    assert "The results are out." in clerk.sends("/staff/applications/1/withdraw")
    assert clerk.applications()[0][1] == "submitted"


def test_a_learner_and_a_town_officer_are_kept_out(
    app: Flask, client: FlaskClient, world: World
) -> None:
    for name in ("Zhao", "town_officer", "auditor"):
        sign_in(app, client, world.accounts[name])
        assert client.get("/staff/counter").status_code == 403
        assert client.get("/staff/applications").status_code == 403
        assert client.post(f"/staff/counter/{world.people['Sun']}").status_code == 403


def test_today(clerk: Clerk) -> None:
    with clerk.app.app_context(), transaction():
        for number, code in enumerate(("S-001", "S-004")):
            section_id = clerk.world.sections[code]
            query = select(Lesson).where(Lesson.section_id == section_id, Lesson.number == 1)
            lesson = db.session.scalars(query).one()
            lesson.held_on, lesson.note = NOW.date(), str(number)
    page = clerk.opens("/staff")
    assert "Today, Monday 23 November" in page
    assert "lessons today 1" in page
    assert "9:00–10:30 Calligraphy 1 Campus K-01 0" in page
    assert "Campus K-02" not in page
    sign_in(clerk.app, clerk.client, clerk.world.accounts["officer"])
    assert "lessons today 2" in clerk.opens("/staff")


def test_the_list_takes_the_same_queries_for_more(clerk: Clerk) -> None:
    counts = []
    for names in (("Sun",), ("Qian", "Zhao")):
        for name in names:
            clerk.enters(name, "S-001")
        with counted_queries(clerk.app) as queries:
            clerk.client.get("/staff/applications")
        counts.append(len(queries))
    assert counts[0] == counts[1]
