"""A form keyed in after the close: the clerk types it, somebody else agrees, then it counts."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.approvals.models import Approval
from eldercampus.db import db, transaction
from eldercampus.enrolment.application_queries import submitted_choices
from eldercampus.enrolment.models import Application, LatePaper, PaperForm
from eldercampus.people.models import Person
from tests.enrolment import steps
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

LIST = "/staff/late-papers"


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    """The window of the round is over, its list not fixed yet. Qian has applied on the web."""
    built = build_open_world(app, monkeypatch)
    with app.app_context():
        steps.applied(built, "Qian", "S-001")
    set_round(app, built, state="closed", closed_at=NOW + timedelta(days=13))
    stop_clock(monkeypatch, NOW + timedelta(days=14))
    return built


class Staff:
    """Whoever sits at the screen; clerk and head are of K-01."""

    def __init__(self, app: Flask, client: FlaskClient, world: World) -> None:
        self.app, self.client, self.world = app, client, world
        self.is_("clerk")

    def is_(self, name: str) -> None:
        sign_in(self.app, self.client, self.world.accounts[name])

    def opens(self, address: str) -> str:
        return text_of(self.client.get(address, headers=ENGLISH, follow_redirects=True))

    def sends(self, address: str, **fields: Any) -> str:
        answer = self.client.post(address, data=fields, headers=ENGLISH, follow_redirects=True)
        return text_of(answer)

    def entry(self, name: str) -> str:
        return f"/staff/counter/{self.world.people[name]}"

    def fields(self, name: str, *codes: str, **changes: str) -> dict[str, str]:
        """The person's page, filled in."""
        choices = {f"choice{number}": code for number, code in enumerate(codes, start=1)}
        held = hidden(self.client.get(self.entry(name)))
        answers = {"wants": "1", "accept": "y", "reason": "信封压在箱底", "send": "1"}
        return {**held, **answers, **choices, **stamp("5", "16:30"), **changes}

    def enters(self, name: str, *codes: str, **changes: str) -> str:
        return self.sends(self.entry(name), **self.fields(name, *codes, **changes))

    def decides(self, who: str, decision: str = "given", reason: str = "") -> str:
        """About the newest request."""
        with self.app.app_context():
            query = select(Approval.id).order_by(Approval.id.desc()).limit(1)
            approval_id = db.session.scalars(query).one()
        self.is_(who)
        address = f"/staff/approvals/{approval_id}"
        return self.sends(address, decision=decision, reason=reason)

    def applications(self) -> list[tuple[Any, ...]]:
        """(person, state, channel, choices) of all."""
        people = {person_id: name for name, person_id in self.world.people.items()}
        codes = {section_id: code for code, section_id in self.world.sections.items()}
        with self.app.app_context():
            return [
                (
                    people[row.person_id],
                    row.state,
                    row.channel,
                    [codes[one] for one in submitted_choices(row.id)],
                )
                for row in db.session.scalars(select(Application).order_by(Application.id)).all()
            ]


QIANS = ("Qian", "submitted", "web", ["S-001"])


@pytest.fixture
def staff(app: Flask, client: FlaskClient, world: World) -> Staff:
    return Staff(app, client, world)


def stamp(day: str, clock: str) -> dict[str, str]:
    """Of December 2026; the window ended on the 6th at 10:00."""
    date_boxes = {"arrived_on-year": "2026", "arrived_on-month": "12", "arrived_on-day": day}
    return {**date_boxes, "arrived_minute": clock}


def test_one_types_it_another_agrees_and_it_counts(staff: Staff) -> None:
    page = staff.opens("/staff/counter")
    assert "Forms that arrived on paper before that can still be entered" in page
    page = staff.opens(staff.entry("Sun"))
    assert "It counts once a second person has looked at the form and agrees." in page
    assert "How did it come?" not in page
    page = staff.enters("Sun", "S-001", "s003", **stamp("５", "16:30"))
    assert "The form waits for a second person. Until they agree, it does not count." in page
    assert "Sun Xugou Saturday 5 December, 16:30 信封压在箱底 Clerk" in page
    assert staff.applications() == [QIANS]
    staff.is_("head")
    page = staff.opens("/staff/approvals")
    assert "Let a form in that came in time : Sun Xugou, Spring 2027, first round" in page
    page = staff.opens("/staff/approvals/1")
    for words in (
        "Sun Xugou Birth date 30 December 1945",
        "Stamp Saturday 5 December, 16:30 Applying ended Sunday 6 December, 10:00",
        "How many courses one course First choice Calligraphy 1, Campus K-01, Tuesdays 9:00–10:30",
        "Second choice Tai chi",
        "take it at once, without asking",
        "What this person has handed in now Nothing.",
        "Who asked Clerk",
        "信封压在箱底",
    ):
        assert words in page
    assert "Your answer is kept." in staff.decides("head")
    assert staff.applications() == [QIANS, ("Sun", "submitted", "paper", ["S-001", "S-003"])]
    page = staff.opens(LIST)
    assert "No form waits. Decided today" in page
    assert "Sun Xugou agreed to, Head" in page
    page = staff.opens("/staff/applications/2")
    assert "Stamp on the paper form Saturday 5 December, 16:30" in page


def test_a_no_says_why_and_it_can_be_typed_again(staff: Staff) -> None:
    staff.enters("Sun", "S-001")
    assert "Please write why." in staff.decides("officer", "refused")
    staff.decides("officer", "refused", "章看不清")
    staff.is_("clerk")
    assert "Sun Xugou refused, Officer 章看不清" in staff.opens(LIST)
    staff.enters("Sun", "S-001")
    staff.decides("officer")
    assert staff.applications() == [QIANS, ("Sun", "submitted", "paper", ["S-001"])]


def test_what_counts_now_stands_beside_it(staff: Staff) -> None:
    page = staff.opens(staff.entry("Qian"))
    assert "There is an application already (handed in" in page
    staff.enters("Qian", "S-003")
    staff.is_("head")
    page = staff.opens("/staff/approvals/1")
    assert "What this person has handed in now How many courses one course First choice" in page
    assert "If you agree, the form takes the place of this." in page
    staff.decides("head")
    assert staff.applications() == [("Qian", "submitted", "paper", ["S-003"])]


def test_nobody_answers_their_own_question(staff: Staff) -> None:
    staff.is_("head")
    staff.enters("Sun", "S-001")
    assert "You have asked yourself." in staff.opens("/staff/approvals/1")
    assert "Somebody else has to decide" in staff.decides("head")
    assert staff.applications() == [QIANS]


def test_another_campus_and_clerks_have_no_say(staff: Staff) -> None:
    staff.enters("Sun", "S-001")
    for name, status in (("west_head", 404), ("clerk", 403), ("auditor", 403)):
        staff.is_(name)
        assert staff.client.post("/staff/approvals/1", data={}).status_code == status
    staff.is_("auditor")
    page = staff.opens("/staff/approvals/1")
    assert "a learner" in page
    assert "Sun" not in page.replace("Sunday", "")
    assert staff.applications() == [QIANS]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (dict.fromkeys(stamp("", ""), ""), "Please write the day on the stamp."),
        (stamp("5", ""), "Please write the time on the stamp."),
        (stamp("5", "25:00"), "Please write the time like this: 9:30."),
        (stamp("31", "x"), "Please write the time like this: 9:30."),
        (stamp("6", "10:01"), "A form can be entered now only if it arrived from"),
        ({"reason": " "}, "Please write the reason."),
        ({"number": "2222-2222"}, "No form of ours bears the number 2222-2222."),
        ({"choice1": "S-777"}, "There is no class with the number S-777"),
    ],
)
def test_bad_input(staff: Staff, changes: dict[str, str], says: str) -> None:
    page = staff.enters("Sun", "S-001", **changes)
    assert says in page
    assert "to look at again" in page
    with staff.app.app_context():
        assert db.session.scalars(select(LatePaper)).all() == []


def test_what_was_typed_stays_after_a_refusal(staff: Staff) -> None:
    fields = staff.fields("Sun", "S-001", **stamp("6", "10:01"))
    answer = staff.client.post(staff.entry("Sun"), data=fields).get_data(as_text=True)
    assert 'value="10:01"' in answer
    assert "信封压在箱底" in answer
    assert re.search(r'name="arrived_on-day"[^>]*value="6"', answer)


def test_sent_twice_it_is_asked_once(staff: Staff) -> None:
    fields = staff.fields("Sun", "S-001")
    for _ in range(2):
        assert "The form waits for a second person." in staff.sends(staff.entry("Sun"), **fields)
    with staff.app.app_context():
        assert len(db.session.scalars(select(LatePaper)).all()) == 1
    assert "A second person has already been asked" in staff.enters("Sun", "S-003")


def test_changed_meanwhile_it_is_not_taken(staff: Staff) -> None:
    staff.enters("Qian", "S-003")
    with staff.app.app_context(), transaction():
        db.session.scalars(select(Application)).one().version += 1
    page = staff.decides("head")
    assert "The application of this person was changed since the form was entered." in page
    assert staff.applications() == [QIANS]
    staff.decides("head", "refused", "过时了")


def test_merged_meanwhile_the_page_still_shows_it(staff: Staff) -> None:
    staff.enters("Sun", "S-003")
    with staff.app.app_context(), transaction():
        paper = db.session.scalars(select(LatePaper)).one()
        db.session.get_one(Person, paper.person_id).merged_into_id = staff.world.people["Li"]
    assert "This entry was put together with another one" in staff.decides("head")
    assert "Your answer is kept." in staff.decides("head", "refused", "并了")


def test_the_number_on_the_form_becomes_the_receipt(staff: Staff) -> None:
    with staff.app.app_context(), transaction():
        clerk_id = staff.world.accounts["clerk"]
        row = PaperForm(receipt="PAPR-2345", round_id=staff.world.round_id, printed_at=NOW)
        row.printed_by_id = clerk_id
        db.session.add(row)
    staff.enters("Sun", "S-001", number="papr 2345")
    staff.decides("head")
    with staff.app.app_context():
        receipts = db.session.scalars(select(Application.receipt)).all()
    assert "PAPR-2345" in receipts
    staff.is_("clerk")
    page = staff.enters("Li", "S-001", number="PAPR-2345")
    assert "The form PAPR-2345 was keyed in for somebody else already." in page


def test_the_list_is_not_fixed_while_one_waits(staff: Staff, app: Flask) -> None:
    staff.enters("Sun", "S-001")
    staff.is_("officer")
    for address in ("/staff/rounds/2027-spring-1", "/staff/rounds/2027-spring-1/freeze"):
        page = staff.opens(address)
        assert "1 form that came in time waits for a second person" in page
        assert "Forms that came in time wait for a second person: 1." in page


def test_no_paper_once_the_list_is_fixed(staff: Staff) -> None:
    fields = staff.fields("Sun", "S-001")
    set_round(staff.app, staff.world, state="frozen")
    assert "Nobody can apply just now." in staff.sends(staff.entry("Sun"), **fields)
    with staff.app.app_context():
        assert db.session.scalars(select(LatePaper)).all() == []


def test_more_forms_take_no_more_queries(staff: Staff, app: Flask) -> None:
    def queries() -> int:
        with counted_queries(app) as statements:
            staff.opens(LIST)
        return len(statements)

    staff.enters("Sun", "S-001")
    before = queries()
    for name in ("Zhao", "Li", "Wu"):
        staff.enters(name, "S-001")
    assert queries() == before
