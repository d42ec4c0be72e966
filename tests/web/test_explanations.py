"""One text in three places: the learner's page, the printed slip, the phone script of the staff."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select, update

from eldercampus.db import db, transaction
from eldercampus.enrolment.explaining import find_explanation
from eldercampus.enrolment.models import Application, Choice, Learner
from eldercampus.language.explanation import next_steps, tell
from tests.enrolment.market import AFTER, Market
from tests.web.visiting import ENGLISH, counted_queries, set_round, sign_in, stop_clock, text_of

OWN, LAST = "6a98" + "0" * 60, "0fab" + "0" * 60
CODE = "2027-spring-1"


@pytest.fixture
def market(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Market:
    """Zhao has an unanswered seat in X, waits for Y (once second of three), was outdrawn for Z by
    somebody who missed more often, and hears of W, V, U what is in the way."""
    stop_clock(monkeypatch, AFTER)
    with app.app_context():
        market = Market({"t1": "disability", "t2": "low_income"})
        market.section("X", 2)
        market.section("Y", 1, weekday=2, order="g Zhao")
        market.section("Z", 3, weekday=3, reserves=[("disability", 1, "release")])
        market.section("W", 3, course="C-X")
        market.section("V", 5, weekday=4)
        market.section("U", 5, weekday=5)
        market.apply("Zhao", "Y X Z W V U", wants=2)
        for name in ("g", "h", "n"):
            market.person(name, "Y")
        market.sit("Zhao", "X", state="awaiting")
        market.sit("n", "Y")
        market.sit("h", "Z")
        market.wait("Zhao", "Y")
        market.wait("g", "Y")
        market.began("Zhao", "Y", 2, 3)
        tell_reasons(market)
    sign_in(app, client, market.world.accounts["Zhao"])
    return market


def tell_reasons(market: Market) -> None:
    lottery = {"round": 1, "decided": "lottery", "cutoff": [0, 2, 700, LAST]}
    market.reason("Zhao", "Y", "below_cutoff", **lottery, key=[0, 2, 700, OWN], waitlist=2)
    market.reason("h", "Y", "below_cutoff", **lottery, key=[0, 2, 700, "7" * 64], waitlist=3)
    market.reason("Zhao", "X", "placed", round=1, seat="open", key=[0, 2, 1, OWN])
    market.reason(
        "Zhao",
        "Z",
        "below_cutoff",
        round=1,
        key=[0, 2, 700, 0, OWN],
        cutoff=[0, 2, 700, -2, LAST],
        decided="misses",
    )
    market.reason("Zhao", "W", "same_course", with_="X")
    market.reason("Zhao", "V", "enough")
    market.reason("Zhao", "U", "closed", enrolled=4, minimum=10)


def plain(text: str) -> str:
    """Without blanks, line ends and hyphens of the page: what is said."""
    return re.sub(r"[\s\u200b]+", "", text)


def words_of(pdf: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = folder / "slip.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_slip_and_script_say_the_same(
    market: Market, app: Flask, client: FlaskClient, tmp_path: Path, language: str
) -> None:
    headers = {"Accept-Language": language}
    person_id = market.people["Zhao"]
    with app.test_request_context(), force_locale(language):
        found = find_explanation(person_id, CODE)
        assert found is not None
        told = [one for choice in tell(found) for one in choice.sentences]
        told += next_steps(found, AFTER)
    assert len(told) >= 15
    page = text_of(client.get("/my/reasons", headers=headers))
    slip = client.get(f"/my/rounds/{CODE}/slip.pdf", headers=headers)
    clerk = app.test_client()
    sign_in(app, clerk, market.world.accounts["clerk"])
    script = text_of(clerk.get(f"/staff/persons/{person_id}/rounds/{CODE}", headers=headers))
    printed = words_of(slip.data, tmp_path)
    for sentence in told:
        assert plain(sentence) in plain(page), sentence
        assert plain(sentence) in plain(printed), sentence
        assert plain(sentence) in plain(script), sentence


def test_what_is_said(market: Market, client: FlaskClient) -> None:
    text = text_of(client.get("/my/reasons", headers=ENGLISH))
    assert "The only seat went to one of those who live nearer or drew a smaller number." in text
    assert "You are 2nd on the waiting list, of 2. At the draw you were 2nd of 3" in text
    assert "All the seats that you could have had went to people who live nearer or went" in text
    assert "This year they went without a seat 2 times, you 0 times." in text
    assert "1 seat is kept for people with a disability first." in text
    assert "You already got this course: your second choice, Monday." in text
    assert "only 4 people would have come, and it needs 10." in text
    assert "Course X: please tell us by Friday 18 December, 10:00" in text


def test_the_own_key_beside_the_last_seat(market: Market, client: FlaskClient) -> None:
    text = text_of(client.get("/my/reasons", headers=ENGLISH))
    lottery, misses = text.index("you beside the last seat"), text.rindex("you beside the last")
    assert "Draw number → this decided 6a98 0fab" in text[lottery:misses]
    assert "Without a seat this year" not in text[lottery:misses]
    assert "How far away the same 700 m 700 m" in text[misses:]
    assert "Without a seat this year → this decided 0 times 2 times" in text[misses:]
    assert "Draw number not looked at 6a98 0fab" in text[misses:]


def test_what_happened_since_is_said(market: Market, app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        market.give_back("n", "Y")
        market.answer("g", "Y", "accept")
        market.give_back("g", "Y")
    text = text_of(client.get("/my/reasons", headers=ENGLISH))
    assert "A seat is free now, and is kept for you until" in text
    assert "Course Y: a seat is kept for you." in text
    assert "on the waiting list" not in text
    with app.app_context():
        market.answer("Zhao", "Y", "accept")
        market.give_back("Zhao", "Y")
        market.section("T", 4, weekday=1)
    text = text_of(client.get("/my/reasons", headers=ENGLISH))
    assert "A seat became free later, and you took it on Monday 14 December." in text
    assert "You gave the seat back on Monday 14 December." in text


def test_own_and_others_reserved_seats(market: Market, app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        db.session.execute(
            update(Learner).where(Learner.person_id == market.people["Zhao"]).values(tags=["t1"])
        )
    text = text_of(client.get("/my/reasons", headers=ENGLISH))
    assert "Your turn did not come for the 1 seat kept for people with a disability either." in text
    assert "could have had" not in text


def test_a_class_that_was_put_together(market: Market, app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        choice = db.session.scalars(
            select(Choice).where(Choice.section_id == market.sections["V"])
        ).one()
        choice.listed_id = market.sections["U"]
    text = text_of(client.get("/my/reasons", headers=ENGLISH))
    assert "You chose Course U at Campus U, Fridays 9:00–10:30. Too few chose it" in text


def test_the_slip_is_a_file_without_a_name(market: Market, client: FlaskClient) -> None:
    response = client.get(f"/my/rounds/{CODE}/slip.pdf")
    assert response.mimetype == "application/pdf"
    named = response.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="2027-spring-1-L-[0-9a-zA-Z]+\.pdf"', named)
    assert response.headers["Cache-Control"] == "no-store"


def test_the_slip_tells_the_two_numbers_apart(
    market: Market, app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    app.config["PUBLIC_URL"] = "https://school.example/"
    app.config["DEMO"] = True
    response = client.get(f"/my/rounds/{CODE}/slip.pdf", headers=ENGLISH)
    text = re.sub(r"\s+", " ", words_of(response.data, tmp_path))
    with app.app_context():
        learner = db.session.scalars(
            select(Learner).where(Learner.person_id == market.people["Zhao"])
        ).one()
    assert "for you alone" in text
    assert learner.code in text
    assert "to look up the result" in text
    assert re.search(r"Your draw number begins with \w{4}: place \d of 4\.", text)
    address = f"https://school.example/rounds/{CODE}?id={learner.code}"
    assert plain(address) in plain(text)
    assert "Ring us: 0574-0000 5678" in text
    assert "Demonstration: all names are made up." in text


def test_before_the_results_there_is_nothing_to_see(
    market: Market, app: Flask, client: FlaskClient
) -> None:
    set_round(app, market.world, state="drawn", published_at=None)
    assert client.get(f"/my/rounds/{CODE}/slip.pdf").status_code == 404
    clerk = app.test_client()
    sign_in(app, clerk, market.world.accounts["clerk"])
    page = f"/staff/persons/{market.people['Zhao']}/rounds"
    assert clerk.get(f"{page}/{CODE}").status_code == 404
    assert clerk.get(f"{page}/{CODE}/slip.pdf").status_code == 404
    assert clerk.get(page).headers["Location"] == f"/staff/persons/{market.people['Zhao']}"


def test_anothers_slip_is_not_there(market: Market, app: Flask) -> None:
    other = app.test_client()
    sign_in(app, other, market.world.accounts["Li"])
    assert other.get(f"/my/rounds/{CODE}/slip.pdf").status_code == 404


def test_the_script_leads_to_where_the_answer_is_noted(market: Market, app: Flask) -> None:
    head = app.test_client()
    sign_in(app, head, market.world.accounts["officer"])
    with app.app_context():
        placement_id = market.placement("Zhao", "X").id
    address = f"/staff/persons/{market.people['Zhao']}/rounds/{CODE}"
    assert head.get(address.rpartition("/")[0]).headers["Location"] == address
    page = head.get(address, headers=ENGLISH).get_data(as_text=True)
    assert f'href="/staff/placements/{placement_id}"' in page
    assert "So that I tell the right person: when were you born?" in page
    assert "2 May 1954" in page
    clerk = app.test_client()
    sign_in(app, clerk, market.world.accounts["clerk"])
    elsewhere = clerk.get(address, headers=ENGLISH).get_data(as_text=True)
    assert f'href="/staff/placements/{placement_id}"' not in elsewhere
    assert "Course X belongs to Campus X. Please pass the call on:" in elsewhere


def test_more_choices_take_as_many_queries(market: Market, app: Flask) -> None:
    counts = []
    for rank, code in enumerate("ST", start=7):
        with app.app_context():
            add_choice(market, code, rank)
        with app.app_context(), counted_queries(app) as sent:
            found = find_explanation(market.people["Zhao"], CODE)
            assert found is not None
            assert len(found.choices) == rank
        counts.append(len(sent))
    assert counts[0] == counts[1]


def add_choice(market: Market, code: str, rank: int) -> None:
    market.section(code, 1, weekday=rank - 2)
    with transaction():
        application_id = db.session.scalars(select(Application.id).limit(1)).one()
        choice = Choice(application_id=application_id, section_id=market.sections[code])
        choice.rank = rank
        db.session.add(choice)
    market.reason("Zhao", code, "enough", waitlist=1)
    market.wait("Zhao", code)
