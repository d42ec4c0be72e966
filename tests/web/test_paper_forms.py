"""The page that makes paper forms, and their PDF."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.db import db
from eldercampus.enrolment.models import Application, PaperForm
from tests.paper.test_slip import look
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

PAGE = "/staff/paper-forms"


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def clerk(app: Flask, client: FlaskClient, world: World) -> FlaskClient:
    sign_in(app, client, world.accounts["clerk"])
    return client


def opens(client: FlaskClient, address: str = PAGE) -> str:
    answer = client.get(address, headers=ENGLISH)
    assert answer.status_code == 200
    return text_of(answer)


def makes(client: FlaskClient, address: str = PAGE, **fields: str) -> str:
    sent = {**hidden(client.get(address)), "send": "1", **fields}
    return text_of(client.post(address, data=sent, headers=ENGLISH, follow_redirects=True))


def forms(app: Flask) -> list[PaperForm]:
    with app.app_context():
        return list(db.session.scalars(select(PaperForm).order_by(PaperForm.id)))


def test_blank_forms_are_made_and_fetched_again(app: Flask, clerk: FlaskClient) -> None:
    page = makes(clerk, count="１２")
    assert "12 forms are ready. Please print them." in page
    assert "Monday 23 November, 10:00 12 forms 0 Clerk PDF in Chinese" in page
    rows = forms(app)
    assert len({row.receipt for row in rows}) == 12
    address = f"{PAGE}/{rows[0].id}/pdf"
    first, again = clerk.get(address), clerk.get(address)
    assert first.mimetype == "application/pdf"
    assert first.data == again.data
    assert first.headers["Content-Disposition"].startswith("attachment; filename=")
    assert len(forms(app)) == 12


def test_the_pdf_bears_every_number(app: Flask, clerk: FlaskClient, tmp_path: Path) -> None:
    makes(clerk, count="3")
    rows = forms(app)
    for language, words in (("zh", "东校区"), ("en", "Campus K-01")):
        answer = clerk.get(f"{PAGE}/{rows[1].id}/pdf?lang={language}&classes=1")
        text = look(answer.data, tmp_path, "pdftotext", "-layout")
        assert all(row.receipt in text for row in rows)
        assert words in text
        assert "0574-0000 5678" in text  # the clerk's own campus


def test_the_list_of_classes(app: Flask, clerk: FlaskClient, world: World) -> None:
    answer = clerk.get(f"{PAGE}/classes/pdf?lang=en")
    assert answer.mimetype == "application/pdf"
    set_round(app, world, state="closed")
    assert clerk.get(f"{PAGE}/classes/pdf").status_code == 404
    assert forms(app) == []


@pytest.mark.parametrize(
    ("count", "says"),
    [
        ("", "Please write how many forms."),
        ("0", "Please write a number from 1 to 200."),
        ("201", "Please write a number from 1 to 200."),
        ("9999", "Please write a number from 1 to 200."),
        ("-1", "Please write a whole number"),
        ("viele", "Please write a whole number"),
    ],
)
def test_bad_numbers(app: Flask, clerk: FlaskClient, count: str, says: str) -> None:
    page = makes(clerk, count=count)
    assert says in page
    assert "to look at again" in page
    assert forms(app) == []


def test_sent_twice_they_are_made_once(app: Flask, clerk: FlaskClient) -> None:
    sent = {**hidden(clerk.get(PAGE)), "send": "1", "count": "5"}
    for _ in range(2):
        assert clerk.post(PAGE, data=sent).status_code == 303
    assert len(forms(app)) == 5


def test_a_form_with_a_name(app: Flask, clerk: FlaskClient, world: World) -> None:
    address = f"{PAGE}/for/{world.people['Zhao']}"
    assert "Zhao Shifan" in opens(clerk, address)
    page = makes(clerk, address)
    [row] = forms(app)
    assert row.person_id == world.people["Zhao"]
    assert f"Number {row.receipt}, of Monday 23 November, 10:00" in page
    assert "Make another form" in page
    answer = clerk.get(f"{PAGE}/{row.id}/pdf")
    assert answer.mimetype == "application/pdf"
    assert "Zhao" not in answer.headers["Content-Disposition"]
    assert clerk.get(f"{PAGE}/for/9999").status_code == 404
    assert clerk.get(f"{PAGE}/9999/pdf").status_code == 404


def test_the_counter_takes_the_number(app: Flask, clerk: FlaskClient, world: World) -> None:
    makes(clerk, count="1")
    [row] = forms(app)
    entry = f"/staff/counter/{world.people['Sun']}"
    fields = {"choice1": "S-001", "wants": "1", "channel": "paper", "number": row.receipt}
    page = makes(clerk, entry, **fields)
    assert row.receipt in page
    with app.app_context():
        assert db.session.scalars(select(Application.receipt)).one() == row.receipt
    assert re.search(r"1 form 1 Clerk", opens(clerk))
    other = f"/staff/counter/{world.people['Li']}"
    assert "keyed in for somebody else already" in makes(clerk, other, **fields)


def test_nobody_can_apply(
    app: Flask, clerk: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = hidden(clerk.get(PAGE))
    stop_clock(monkeypatch, NOW + timedelta(days=13))
    answer = clerk.post(PAGE, data={**held, "count": "3", "send": "1"}, headers=ENGLISH)
    assert "Nobody can apply just now." in text_of(answer)
    address = f"{PAGE}/for/{world.people['Zhao']}"
    answer = clerk.post(address, data={**held, "send": "1"}, headers=ENGLISH)
    assert "Nobody can apply just now." in text_of(answer)
    assert forms(app) == []


@pytest.mark.parametrize("name", ["town_officer", "auditor", "Zhao"])
def test_others_are_kept_out(app: Flask, client: FlaskClient, world: World, name: str) -> None:
    sign_in(app, client, world.accounts[name])
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data={"count": "1"}).status_code == 403


def test_more_printings_take_no_more_queries(app: Flask, clerk: FlaskClient) -> None:
    def queries() -> int:
        with counted_queries(app) as statements:
            opens(clerk)
        return len(statements)

    makes(clerk, count="2")
    before = queries()
    for _ in range(3):
        makes(clerk, count="2")
    assert queries() == before
