"""The receipt: on the page, on paper, its dates for the calendar, taking the application back."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from eldercampus.paper.receipt import _square
from tests.web.test_apply import Visitor
from tests.web.visiting import ENGLISH, build_open_world, counted_queries, set_round, stop_clock
from tests.world import NOW, World


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def visitor(app: Flask, client: FlaskClient, world: World) -> Visitor:
    """Zhao, who has handed in two choices."""
    visitor = Visitor(app, client, world)
    visitor.comes_as("Zhao").picks("S-001", "S-003")
    visitor.wants(2)
    visitor.hands_in()
    return visitor


def words_of(pdf: bytes, folder: Path) -> str:
    path = folder / "receipt.pdf"
    path.write_bytes(pdf)
    line = ["pdftotext", "-layout", str(path), "-"]
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")
    return re.sub(r"\s+", " ", done.stdout)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_paper_it_says_what_the_page_says(
    visitor: Visitor, tmp_path: Path, language: str
) -> None:
    number = visitor.application()["receipt"]
    answer = visitor.client.get("/apply/receipt.pdf", headers={"Accept-Language": language})
    assert answer.mimetype == "application/pdf"
    words = words_of(answer.data, tmp_path)
    told = {
        "zh": ["报名表收到了", "赵示范", "书法 一级", "两门", "先问我", "0574-0000 5678"],
        "en": [
            *("We have your application", "Zhao Shifan", "Calligraphy 1, Campus K-01"),
            *("Tuesdays 9:00–10:30", "two courses", "ask me first", "0574-0000 5678"),
        ],
    }
    for part in [number, *told[language]]:
        assert part in words, part


def test_the_square_is_the_number_alone() -> None:
    """The same picture for the same number, another for another."""
    one, same, other = _square("K7MQ-4F2X"), _square("K7MQ-4F2X"), _square("K7MQ-4F2Y")
    assert one == same != other
    assert "<svg" in one


def test_the_dates_for_the_calendar(visitor: Visitor) -> None:
    answer = visitor.client.get("/apply/dates.ics", headers=ENGLISH)
    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    told = [(str(event["SUMMARY"]), event.decoded("DTSTART")) for event in events]
    assert all(summary.endswith(" (Zhao Shifan)") for summary, _ in told)
    told = [(summary.partition(": ")[2].partition(" (")[0], at) for summary, at in told]
    assert told == [
        ("Applying ends", NOW + timedelta(days=13)),
        ("The public draw", (NOW + timedelta(days=17)).date()),
        ("The results come out", NOW + timedelta(days=18)),
        ("Tell us whether you come", NOW + timedelta(days=25)),
        ("Term begins", told[-1][1]),
    ]
    assert len({str(event["UID"]) for event in events}) == 5
    assert all("0574-0000 5678" in str(event["DESCRIPTION"]) for event in events)


def test_the_dates_of_two_parents_are_two(app: Flask, visitor: Visitor) -> None:
    other = Visitor(app, app.test_client(), visitor.world).comes_as("Qian")
    other.picks("S-001")
    other.wants(1)
    other.hands_in()
    marks = [
        {str(event["UID"]) for event in Calendar.from_ical(file.data).walk("VEVENT")}
        for file in (one.client.get("/apply/dates.ics") for one in (visitor, other))
    ]
    assert marks[0]
    assert marks[1]
    assert not marks[0] & marks[1]


def test_a_date_keeps_its_mark_and_what_is_over_is_left_out(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def marks() -> list[str]:
        events = Calendar.from_ical(visitor.client.get("/apply/dates.ics").data).walk("VEVENT")
        return [str(event["UID"]) for event in events]

    before = marks()
    stop_clock(monkeypatch, NOW + timedelta(days=14))
    assert marks() == before[1:]


def test_files_lead_on_where_there_is_nothing(app: Flask, visitor: Visitor) -> None:
    """Taken back, or never handed in: no sheet that says we have it."""
    visitor.sends("/apply/withdraw", **visitor.fields("/apply/withdraw"))
    assert visitor.client.get("/apply/receipt.pdf").headers["Location"] == "/apply/receipt"
    other = Visitor(app, app.test_client(), visitor.world).comes_as("Qian")
    for file in ("receipt.pdf", "dates.ics"):
        assert other.client.get(f"/apply/{file}").headers["Location"] == "/apply"


def test_files_are_not_kept_by_browsers(visitor: Visitor) -> None:
    for file in ("receipt.pdf", "dates.ics"):
        assert "no-store" in visitor.client.get(f"/apply/{file}").headers["Cache-Control"]


def test_the_receipt_page_has_the_ways_on(visitor: Visitor) -> None:
    page = visitor.client.get("/apply/receipt", headers=ENGLISH).text
    for address in ("/apply/receipt.pdf", "/apply/dates.ics", "/apply/withdraw"):
        assert f'href="{address}"' in page
    assert "Sunday 6 December, 10:00" in page


def test_taking_it_back_twice(visitor: Visitor) -> None:
    held = visitor.fields("/apply/withdraw")
    first = visitor.sends("/apply/withdraw", **held)
    assert visitor.sends("/apply/withdraw", **held) == first
    assert visitor.application()["state"] == "withdrawn"


def test_a_paper_of_a_frozen_round(app: Flask, visitor: Visitor) -> None:
    set_round(app, visitor.world, state="frozen")
    with counted_queries(app) as queries:
        assert visitor.client.get("/apply/receipt.pdf").status_code == 200
    assert len(queries) <= 12


@pytest.mark.parametrize(
    ("taken_back", "said", "unsaid"),
    [
        (False, ["Receipt number:", "The results come out on Friday 11 December"], ["No seat"]),
        (True, ["You took this application back on"], ["No seat", "Receipt number", "results"]),
    ],
)
def test_history_before_the_results(
    visitor: Visitor, taken_back: bool, said: list[str], unsaid: list[str]
) -> None:
    """Nobody reads "no seat" while nothing is drawn."""
    if taken_back:
        visitor.sends("/apply/withdraw", **visitor.fields("/apply/withdraw"))
    page = visitor.opens("/my/history")
    assert all(part in page for part in said), page
    assert not any(part in page for part in unsaid), page


def test_the_second_sentence_of_the_number_stands_where_it_helps(visitor: Visitor) -> None:
    """On the list and before handing in; elsewhere the number alone."""
    coming_back = "With it and the birth date you can go on later"
    for page, times in (("/apply/classes", 1), ("/apply/check", 1), ("/apply/wants", 0)):
        text = visitor.opens(page)
        assert text.count(coming_back) == times, page
        assert "Your number:" in text
