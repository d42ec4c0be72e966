"""Somebody new at the counter: entered together with the application."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eldercampus.db import db
from eldercampus.enrolment.application_queries import submitted_choices
from eldercampus.enrolment.models import Application
from eldercampus.people.identity import check_digit
from eldercampus.people.models import Consent, Contact, Person, SamePersonPair
from tests.web.clerk import Clerk
from tests.web.visiting import (
    ENGLISH,
    build_open_world,
    hidden,
    set_round,
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


NEW = "/staff/counter/new"
STEM = "33020319500203121"
NUMBER = STEM + check_digit(STEM)  # a man, born on 3 February 1950
NO_DATE = {"born-year": "", "born-month": "", "born-day": ""}
LIKE_ZHAO = {"name": "赵示范", "born-year": "1954", "born-month": "5", "born-day": "2", "sex": "f"}


def person(**changes: str | None) -> dict[str, str | None]:
    """Everything that the screen asks for, classes included."""
    return {
        "name": "郑样本",
        "born-year": "1950",
        "born-month": "2",
        "born-day": "3",
        "sex": "m",
        "community": "E2",
        "news": "letter",
        "address": "东二村 5 号",
        "consent": "yes",
        "choice1": "S-001",
        "channel": "counter",
        "send": "1",
        **changes,
    }


def test_the_person_and_the_application_in_one_sending(clerk: Clerk) -> None:
    page = clerk.sends(
        NEW, **person(phone="0574-8888 0021", tags="disability", sensitive="yes", channel="phone")
    )
    assert "We have your application" in page
    with clerk.app.app_context():
        row = db.session.scalars(select(Person).where(Person.name == "郑样本")).one()
        assert (row.born_on, row.sex, row.registered_by) == (date(1950, 2, 3), "m", "phone")
        application = db.session.scalars(select(Application)).one()
        assert (application.person_id, application.channel) == (row.id, "phone")
        assert application.clerk_id == clerk.world.accounts["clerk"]
        assert submitted_choices(application.id) == [clerk.world.sections["S-001"]]
        kinds = db.session.scalars(select(Consent.kind).where(Consent.person_id == row.id))
        assert sorted(kinds) == ["personal", "sensitive"]


def test_news_through_a_relative(clerk: Clerk) -> None:
    fields = {"news": "relative", "emergency_phone": "139 0000 0000", "emergency_name": "郑二"}
    assert "We have your application" in clerk.sends(NEW, **person(**fields))
    with clerk.app.app_context():
        row = db.session.scalars(select(Contact).order_by(Contact.id.desc())).first()
        assert row is not None
        assert (row.whose, row.value) == ("relative", "+8613900000000")


def test_sent_twice_one_person_is_entered(clerk: Clerk) -> None:
    fields = {**person(), **hidden(clerk.client.get(NEW))}
    assert clerk.sends(NEW, **fields) == clerk.sends(NEW, **{**fields, "another": "8"})
    assert (clerk.count(Person), clerk.count(Application)) == (8, 1)


@pytest.mark.parametrize("button", ["look", "send"])
def test_birth_date_sex_and_age_follow_from_the_identity_number(clerk: Clerk, button: str) -> None:
    typed = f"{NUMBER[:6]} {NUMBER[6:]}"
    typed_in = person(**NO_DATE, sex="", id_number=typed, sensitive="yes")
    fields = {**typed_in, "send": None, button: "1"}
    page = clerk.sends(NEW, **fields)
    if button == "look":
        assert "77 years old on the first day of term" in page
        assert clerk.count(Person) == 7
    else:
        assert "We have your application" in page
        assert NUMBER not in page


def test_the_number_alone_fills_the_boxes(clerk: Clerk) -> None:
    page = clerk.client.post(NEW, data={"id_number": NUMBER.lower(), "look": "1"}).text
    assert "govuk-error-summary" not in page, "blanks are no fault yet"
    assert re.search(r'name="born-year"[^>]*value="1950"', page)
    assert re.search(r'name="sex" type="radio" value="m" checked', page)
    assert re.search(r'name="name"[^>]* autofocus', page), "the first question that is open"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Please write the name."),
        ({"name": "郑" * 61}, "That is too long."),
        ({"name": "＊＊ 12"}, "A name has letters or Chinese characters."),
        ({"born-year": "2030"}, "future"),
        (NO_DATE, "Please write the birth date."),
        ({"born-month": "13"}, "One thing to look at again"),
        ({"sex": ""}, "Please choose woman or man."),
        ({"community": "987654"}, "We know no community or village of this name."),
        ({"community": ""}, "Please write the community or village."),
        ({"community": "Community"}, "4 places have this name: East Subdistrict E1 Community"),
        ({"id_number": NUMBER[:17] + "0"}, "The last sign of the identity number"),
        ({"id_number": NUMBER[:14]}, "An identity number has 18 signs."),
        ({"id_number": NUMBER, "sex": "f"}, "do not fit together"),
        ({"id_number": NUMBER, "born-day": "4"}, "The identity number says another birth date."),
        ({"id_number": NUMBER}, "Please read this out too"),
        ({"tags": "low_income"}, "Please read this out too"),
        ({"phone": "12345"}, "We cannot ring this number."),
        ({"news": ""}, "Please choose how news should come."),
        ({"news": "sms"}, "Please write the number that we shall ring or write to."),
        ({"news": "call"}, "Please write the number that we shall ring or write to."),
        ({"address": ""}, "Please write the address."),
        ({"news": "relative"}, "Please write the number that we shall ring or write to."),
        ({"consent": None}, "We may only keep it if the person agrees."),
        ({"choice1": ""}, "There is no class on the list yet."),
        ({"choice1": "S-777"}, "There is no class with the number S-777 in this term."),
        ({"choice1": "S-005"}, "Calligraphy 2 goes on from an earlier class"),
        ({"choice2": "S-002"}, "Please choose how many courses."),
        ({"channel": ""}, "Please say how the application came."),
        ({"number": "K7MQ-4F2X"}, "K7MQ-4F2X"),
        ({"born-year": "1975"}, "Calligraphy 1 is for people of 60 and over."),
    ],
)
def test_bad_input(clerk: Clerk, changes: dict[str, str | None], says: str) -> None:
    """Each gets its sentence, keeps what was typed, and enters nobody."""
    fields = person(**changes)
    answer = clerk.client.post(NEW, data=fields, headers=ENGLISH)
    assert says in text_of(answer)
    assert "to look at again" in text_of(answer)
    assert "东二村 5 号" in answer.text or "address" in changes
    kept = fields["name"]
    assert not kept or kept in answer.text
    assert (clerk.count(Person), clerk.count(Application)) == (7, 0)


def test_somebody_too_young_is_told(clerk: Clerk) -> None:
    page = clerk.sends(NEW, **person(**{"born-year": "1975", "send": None, "look": "1"}))
    assert "52 years old on the first day of term" in page
    assert "of 60 and over. This person is younger." in page


@pytest.mark.parametrize(
    "community", ["E2", "e2 community", "东二", "东街道东二社区", "330213001002"]
)
def test_a_part_of_the_community_is_enough(clerk: Clerk, community: str) -> None:
    assert "We have your application" in clerk.sends(NEW, **person(community=community))
    with clerk.app.app_context():
        row = db.session.scalars(select(Person).where(Person.name == "郑样本")).one()
        assert row.community_id == clerk.world.communities["E2"]


def test_full_width_digits_are_read(clerk: Clerk) -> None:
    digits = {"born-year": "１９５０", "born-month": "２", "born-day": "３"}
    assert "We have your application" in clerk.sends(NEW, **person(**digits))


def _alike(clerk: Clerk, **changes: str | None) -> TestResponse:
    return clerk.client.post(NEW, data=person(**LIKE_ZHAO, **changes), headers=ENGLISH)


@pytest.mark.parametrize("button", ["look", "send"])
def test_duplicates_are_shown_before_a_second_person_is_made(clerk: Clerk, button: str) -> None:
    page = text_of(_alike(clerk, **{"send": None, button: "1"}))
    assert "This entry looks like the same person." in page
    assert "Zhao Shifan woman 2 May 1954 — East Subdistrict E1 Community 138****0001" in page
    assert (clerk.count(Person), clerk.count(SamePersonPair)) == (7, 0)


def test_none_of_those_is_somebody_new(clerk: Clerk) -> None:
    alike = _alike(clerk)
    page = clerk.sends(NEW, **hidden(alike), send="1")
    assert "We have your application" in page
    assert (clerk.count(Person), clerk.count(SamePersonPair)) == (8, 1)


def test_one_of_those_takes_the_classes_along(clerk: Clerk) -> None:
    fields = hidden(_alike(clerk, choice2="S-003", wants="2", channel="phone"))
    taken = clerk.client.post(clerk.entry("Zhao"), data={**fields, "look": "1"}, headers=ENGLISH)
    assert "Applying for: Zhao Shifan" in text_of(taken)
    assert 'value="S-003"' in taken.text
    assert re.search(r'value="phone" checked', taken.text)
    assert clerk.applications() == []
    assert re.search(r'name="news" type="radio" value="sms" checked', taken.text), "as it was"
    typed = {name: fields[name] for name in ("choice1", "choice2", "wants", "channel")}
    sent = {**hidden(taken), **typed, "news": "sms", "send": "1"}
    assert "We have your application" in clerk.sends(clerk.entry("Zhao"), **sent)
    clerk_id = clerk.world.accounts["clerk"]
    assert clerk.applications() == [
        ("Zhao", "submitted", "phone", clerk_id, ["S-001", "S-003"]),
    ]
    assert clerk.count(Person) == 7


def test_what_was_typed_can_be_changed_and_is_looked_at_again(clerk: Clerk) -> None:
    fields = hidden(_alike(clerk))
    page = clerk.client.post(NEW, data={**fields, "edit": "1"}, headers=ENGLISH)
    assert "Enter a new person" in text_of(page)
    assert 'value="赵示范"' in page.text
    again = clerk.sends(NEW, **{**fields, **hidden(page), "send": "1"})
    assert "looks like the same person" in again
    other = {**fields, **hidden(page), "name": "郑样本", "send": "1"}
    assert "We have your application" in clerk.sends(NEW, **other)


def test_while_nobody_can_apply_the_person_alone_is_entered(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, NOW + timedelta(days=13))
    assert "You can enter the person." in clerk.opens(NEW)
    page = clerk.sends(NEW, **person())
    assert "郑样本" in page
    assert "the learner" not in page
    assert (clerk.count(Person), clerk.count(Application)) == (8, 0)
    alike = text_of(_alike(clerk))
    assert "This one" in alike


def test_after_the_close_the_paper_form_comes_next(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_round(clerk.app, clerk.world, state="closed", closed_at=NOW + timedelta(days=13))
    stop_clock(monkeypatch, NOW + timedelta(days=14))
    page = clerk.sends(NEW, **person())
    assert "Applying for: 郑样本" in page
    assert "The time on the stamp" in page


def test_nothing_typed_is_in_an_address(clerk: Clerk) -> None:
    answer = clerk.client.post(NEW, data=person())
    assert re.fullmatch(r"/staff/applications/\d+/slip", answer.headers["Location"])


def test_news_by_email(clerk: Clerk) -> None:
    assert "Please write the e-mail address." in clerk.sends(NEW, **person(news="email"))
    odd = clerk.sends(NEW, **person(news="email", mailbox="zheng@"))
    assert "An e-mail address looks like wang@example.com." in odd
    assert "We have your application" in clerk.sends(
        NEW, **person(news="email", mailbox="zheng@example.com")
    )
    with clerk.app.app_context():
        row = db.session.scalars(select(Person).where(Person.name == "郑样本")).one()
        kept = db.session.scalars(select(Contact).where(Contact.person_id == row.id)).all()
        assert row.news == "email"
        assert [(one.kind, one.value) for one in kept] == [("email", "zheng@example.com")]
