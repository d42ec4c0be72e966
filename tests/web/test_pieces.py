"""The pieces of pages say in words and numbers what they draw."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, current_app, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect

from eldercampus.web import words
from eldercampus.web.for_whom import init_for_whom


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    app = Flask("eldercampus")
    app.config.update(SECRET_KEY="a key for tests only")
    Babel(app, default_locale="en")
    CSRFProtect(app)
    words.register(app)
    init_for_whom(app)
    app.add_url_rule("/rounds/<code>", "round", lambda code: code)
    with app.test_request_context("/rounds/2027-1?q=%E8%B5%B5&page=2"):
        yield


def drawn(call: str, **values: object) -> str:
    imports = (
        '{% import "macros/pieces.html" as p %}{% import "macros/charts.html" as charts %}'
        '{% import "macros/rank.html" as rank %}'
    )
    return render_template_string(imports + call, **values)


def test_pages_keep_the_search() -> None:
    page = drawn("{{ p.pagination(2, 3, 55, 21, 40) }}")
    assert "21 to 40 of 55" in page
    assert 'rel="prev" href="/rounds/2027-1?q=%E8%B5%B5&amp;page=1"' in page
    assert 'rel="next" href="/rounds/2027-1?q=%E8%B5%B5&amp;page=3"' in page
    assert 'rel="next"' not in drawn("{{ p.pagination(3, 3, 55, 41, 55) }}")
    assert "<nav" not in drawn("{{ p.pagination(1, 1, 5, 1, 5) }}")


@pytest.mark.parametrize("words", ["_scheme=javascript&_external=1", "endpoint=x", "page=1&page=2"])
def test_pages_lead_nowhere_else_whatever_stands_in_the_address(words: str) -> None:
    with current_app.test_request_context(f"/rounds/2027-1?{words}"):
        page = drawn("{{ p.pagination(2, 3, 55, 21, 40) }}")
    assert len(re.findall(r'href="/rounds/2027-1\?[^"]*page=[13]"', page)) == 2


def test_a_table_has_row_headers_and_room_to_scroll() -> None:
    page = drawn("{{ p.table('Seats', ['Class', 'Seats'], [['<i>', 30], ['B', none]], [1]) }}")
    assert 'tabindex="0" role="region" aria-label="Seats"' in page
    assert '<th scope="row" class="govuk-table__header">&lt;i&gt;</th>' in page
    assert '<td class="govuk-table__cell govuk-table__cell--numeric">30</td>' in page
    assert "—</td>" in page


def test_steps_are_told_in_words() -> None:
    page = drawn(
        "{{ p.steps([{'text': 'Planned', 'state': 'done'},"
        " {'text': 'Open', 'state': 'now', 'note': 'until Sunday'}, {'text': 'Closed'}]) }}"
    )
    assert "✓ done</span>" in page
    assert 'aria-current="step"' in page
    assert "now at this step, until Sunday</span>" in page


def test_an_answer_is_a_post_with_yes_first() -> None:
    page = drawn("{{ p.answer('/offers/a', 'Yes', 'No', 'Tai chi', 'k' * 16) }}")
    assert 'method="post" action="/offers/a"' in page
    assert 'name="csrf_token"' in page
    assert 'name="key" value="kkkkkkkkkkkkkkkk"' in page
    assert page.index('value="yes"') < page.index('value="no"')
    assert page.count("Tai chi") == 2


def test_the_ranked_list_offers_only_moves_that_exist() -> None:
    row = {"title": "Tai chi", "when": "Tuesdays", "place": "Jinping", "remarks": []}
    rows = [row | {"number": number, "value": str(number * 7)} for number in (1, 2, 3)]
    page = drawn("{{ rank.rank(rows) }}", rows=rows)
    moves = re.findall(r'name="move" value="([^"]+)"', page)
    assert moves == ["down:7", "drop:7", "up:14", "down:14", "drop:14", "up:21", "drop:21"]
    assert 'id="choice-2"' in page
    assert "Second choice Tai chi, Jinping" in page


@pytest.mark.parametrize(
    ("seats", "applicants", "filled"),
    [(30, 121, "50.0"), (24, 11, "200.0"), (0, 5, "0.0"), (29, 30, "193.3")],
)
def test_the_seat_bar_is_as_long_as_the_odds(seats: int, applicants: int, filled: str) -> None:
    page = drawn("{{ charts.seat_bar(seats, applicants) }}", seats=seats, applicants=applicants)
    assert f'class="f-ink" width="{filled}"' in page


def test_the_place_in_line_is_told_and_drawn() -> None:
    page = drawn("{{ charts.place_in_line(30, 121, 34) }}")
    sentence = "121 people in one row, in order: the first 30 have a seat. You are number 34."
    assert sentence in page
    assert 'class="f-ink" x="12" y="34" width="73.4"' in page
    assert 'd="M94.0 57' in page


def test_bars_share_one_scale_and_stand_for_nothing() -> None:
    values = [{"label": "16", "value": 400}, {"label": "17", "value": 100, "now": True}]
    page = drawn("{{ charts.bar_chart('Days', 'd', 'c', values) }}", values=values)
    assert re.findall(r'class="f-(\w+)"[^>]*height="([\d.]+)"', page) == [
        ("ink", "125.0"),
        ("red", "31.2"),
    ]
    assert "<rect" not in drawn("{{ charts.bar_chart('Days', 'd', 'c', []) }}")
    assert "<rect" not in drawn("{{ charts.split_bars('Towns', 'd', 'c', []) }}")


def test_long_names_and_large_numbers_stand_above_their_bars() -> None:
    short = [{"label": "葛竹村", "part": 21, "whole": 31}]
    call = "{{ charts.split_bars('Towns', 'd', 'c', rows) }}"
    assert 'x="128"' in drawn(call, rows=short)
    for change in ({"label": "Xiaowangmiao"}, {"whole": 310}):
        assert 'x="128"' not in drawn(call, rows=[short[0] | change])
