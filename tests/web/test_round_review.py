"""The pages before the list is fixed: dry runs, whom a closing touches, decisions, comparing."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.drawing import TASK_KIND, run_draw
from eldercampus.enrolment.models import Application, Choice, RoundDecision, Run
from eldercampus.tasks.running import run_next_task
from tests.enrolment import steps
from tests.web.visiting import ENGLISH, counted_queries, set_round, sign_in, stop_clock, text_of
from tests.world import NOW, World, build_world

STAFF = "/staff/rounds/2027-spring-1"
REVIEW = f"{STAFF}/review"


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    """Closed. S-006 needs three and would get two; S-002 is short of a seat; S-004 is S-001's
    course."""
    with app.app_context():
        built = build_world()
        steps.opened(built)
        steps.applied(built, "Zhao", "S-006 S-003", wants=2)
        steps.applied(built, "Wu", "S-006")
        for name in ("Qian", "Sun"):
            steps.applied(built, name, "S-002 S-004")
        steps.applied(built, "Li", "S-002 S-003 S-006")
        at = steps.closed(built).closes_at
    stop_clock(monkeypatch, at)
    return built


def dry_run(app: Flask, client: FlaskClient, kind: str = "dry") -> None:
    """As an officer presses it and the jobs process does it."""
    assert client.post(f"{STAFF}/draw", data={"kind": kind}).status_code == 303
    with app.app_context():
        work = {TASK_KIND: run_draw}
        assert run_next_task(work, holder="test", clock=lambda: NOW, now=lambda: NOW)


def as_(app: Flask, client: FlaskClient, world: World, who: str) -> FlaskClient:
    sign_in(app, client, world.accounts[who])
    return client


def seen(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return text_of(answer)


def seen_at_last(answer: TestResponse, client: FlaskClient) -> str:
    """The whole page that an answer leads to."""
    assert answer.status_code == 303
    return client.get(answer.location, headers=ENGLISH).get_data(as_text=True)


def decide(client: FlaskClient, world: World, code: str, **data: Any) -> str:
    path = f"{STAFF}/classes/{world.sections[code]}"
    filled = {"reason": "试一试", **data}
    answer = client.post(path, data=filled, headers=ENGLISH, follow_redirects=True)
    assert answer.status_code == 200
    return text_of(answer)


def test_the_review_says_whom_a_closing_touches(
    app: Flask, client: FlaskClient, world: World
) -> None:
    as_(app, client, world, "officer")
    assert "There was no dry run yet." in seen(client, REVIEW)
    dry_run(app, client)
    page = seen(client, REVIEW)
    for words in (
        "Dry run 1",
        "Dry run: Taking part 5 people",
        "With their first choice 2 people",
        "Singing, Campus K-02, Mondays 9:00–10:30 Dry run: 2 there, 3 needed 3 people",
        "Dry run: 1 person would wait",
    ):
        assert words in page, words
    page = seen(client, f"{REVIEW}/{world.sections['S-006']}")
    for words in (
        "S-006 Singing Place Campus K-02",
        "3 people have it on the list. 1 of them would get nothing at all.",
        "Wu Yanshi",
        "First choice Dry run: no seat",
        "First choice Dry run: Tai chi, Second choice",
    ):
        assert words in page, words
    assert client.get(f"{REVIEW}/{world.sections['S-001']}").status_code == 404
    assert "不" not in page


def test_who_may_not_see_names_sees_ids(app: Flask, client: FlaskClient, world: World) -> None:
    dry_run(app, as_(app, client, world, "officer"))
    dry_run(app, client, "other")
    singing = f"{REVIEW}/{world.sections['S-006']}"
    page = client.get(singing).get_data(as_text=True)
    assert "吴演示" in page
    assert "/classes/" in page
    as_(app, client, world, "auditor")
    for path in (REVIEW, singing, f"{STAFF}/compare?a=1&b=2"):
        page = client.get(path).get_data(as_text=True)
        assert "吴演示" not in page
        assert "/classes/" not in page
    assert "L-" in client.get(singing).get_data(as_text=True)
    assert "Make a dry run" not in seen(client, f"{STAFF}/dry-runs")
    as_(app, client, world, "head")
    assert "吴演示" in client.get(singing).get_data(as_text=True)
    assert client.get(f"{STAFF}/classes/{world.sections['S-006']}").status_code == 403


def test_holding_a_class_and_taking_it_back(app: Flask, client: FlaskClient, world: World) -> None:
    as_(app, client, world, "officer")
    dry_run(app, client)
    page = decide(client, world, "S-006", kind="exempt", reason="只有这一个声乐班")
    assert "It is decided." in page
    assert "Something was decided since." in page
    assert "held in any case 只有这一个声乐班 Officer" in page
    with app.app_context():
        decision = db.session.scalars(select(RoundDecision)).one()
        assert db.session.get_one(Section, world.sections["S-006"]).exempt
    undo = f"{STAFF}/decisions/{decision.id}/undo"
    assert undo in client.get(REVIEW).get_data(as_text=True)
    assert "Please write why." in text_of(client.post(undo, data={}, headers=ENGLISH))
    done = client.post(undo, data={"reason": "老师没空"}, headers=ENGLISH, follow_redirects=True)
    assert "no longer held in any case 老师没空" in text_of(done)
    assert undo not in client.get(REVIEW).get_data(as_text=True)
    with app.app_context():
        assert not db.session.get_one(Section, world.sections["S-006"]).exempt
    again = client.post(undo, data={"reason": "x"}, headers=ENGLISH)
    assert "The class was changed since." in text_of(again)
    assert client.get(f"{STAFF}/decisions/999/undo").status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Please choose what is decided."),
        ({"kind": "widen"}, "Please write how many seats."),
        ({"kind": "widen", "seats": "2"}, "The class has 2 seats already."),
        ({"kind": "widen", "seats": "0"}, "The class has 2 seats already."),
        ({"kind": "widen", "seats": "-3"}, "Please write a whole number"),
        ({"kind": "widen", "seats": "999999999"}, "The room has 40 places"),
        ({"kind": "widen", "seats": "5", "reason": " "}, "Please write why."),
        ({"kind": "merge"}, "Please choose the other class."),
        ({"kind": "merge", "into": "2"}, "Please choose one from the list."),
        ({"kind": "close"}, "Please choose one from the list."),
    ],
)
def test_what_does_not_fit_is_said(
    app: Flask, client: FlaskClient, world: World, data: dict[str, str], sentence: str
) -> None:
    as_(app, client, world, "officer")
    page = decide(client, world, "S-004", **data)
    assert sentence in page
    with app.app_context():
        assert db.session.scalars(select(RoundDecision)).all() == []


def test_two_classes_put_together(app: Flask, client: FlaskClient, world: World) -> None:
    as_(app, client, world, "officer")
    dry_run(app, client)
    other = str(world.sections["S-001"])
    page = decide(client, world, "S-004", kind="merge", into=other)
    assert "2 people move to Tuesdays 9:00–10:30, Campus K-01, and are told." in page
    assert "Two classes put together cannot be parted again." in page
    with app.app_context():
        assert db.session.scalars(select(RoundDecision)).all() == []
    page = decide(client, world, "S-004", kind="merge", into=other, sure="1")
    assert "held together with another class: Calligraphy 1, Campus K-01" in page
    with app.app_context():
        listed = set(db.session.scalars(select(Choice.section_id)))
        assert world.sections["S-004"] not in listed
        assert world.sections["S-001"] in listed
    told = (
        "In place of the class at Campus K-02, Fridays 9:00–10:30: too few people chose that one."
    )
    with app.app_context():
        listed_it = select(Application.id).where(Application.person_id == world.people["Qian"])
        application_id = db.session.scalars(listed_it).one()
    assert told in seen(client, f"/staff/applications/{application_id}")
    receipt = seen(as_(app, client, world, "Qian"), "/apply/receipt")
    assert told in receipt.replace(" :", ":")  # hours are a phrase of their own
    as_(app, client, world, "officer")
    dry_run(app, client)
    page = seen(client, f"{STAFF}/compare?a=1&b=2")
    assert "Not there any more Dry run: Calligraphy 1, Campus K-02" in page


def test_two_dry_runs_beside_each_other(app: Flask, client: FlaskClient, world: World) -> None:
    as_(app, client, world, "officer")
    dry_run(app, client)
    decide(client, world, "S-006", kind="exempt")
    dry_run(app, client)
    dry_run(app, client, "other")
    page = seen(client, f"{STAFF}/dry-runs")
    assert "Dry run 3" in page
    assert page.count("the usual numbers") == 2
    assert "other numbers" in page
    page = seen(client, f"{STAFF}/compare?a=1&b=2")
    for words in (
        "Dry run 1 and Dry run 2",
        "Dry run: Better off 2 people",
        "Worse off 0 people",
        "Unchanged 3 people",
        "Dry run: Held now, not before Dry run: Singing, Campus K-02",
        "Dry run: Who is better off",
        "Dry run: no seat Dry run: Singing, First choice",
    ):
        assert words in page, words
    assert "What differs is chance, too." not in page
    assert "What differs is chance, too." in seen(client, f"{STAFF}/compare?a=2&b=3")
    for query in ("", "?a=1", "?a=1&b=9", "?a=0&b=1", "?a=x&b=1", "?a=1&b=99999999999"):
        assert client.get(f"{STAFF}/compare{query}").status_code == 404, query


def test_the_files_of_a_dry_run_say_what_they_are(
    app: Flask, client: FlaskClient, world: World
) -> None:
    dry_run(app, as_(app, client, world, "officer"))
    for part in ("round", "result"):
        answer = client.get(f"{STAFF}/dry-runs/1/{part}.json")
        name = f"2027-spring-1.dry-1.{part}.json"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert json.loads(answer.data)["round"] == "2027-spring-1.dry-1"
    assert client.get(f"{STAFF}/dry-runs/2/round.json").status_code == 404
    assert client.get(f"{STAFF}/dry-runs/1/secret.json").status_code == 404
    as_(app, client, world, "head")
    assert client.get(f"{STAFF}/dry-runs/1/round.json").status_code == 403
    # nothing of it is public
    for name in ("result.json", "cutoffs", "dry-runs/1/result.json"):
        assert client.get(f"/rounds/2027-spring-1/{name}").status_code == 404
    with app.app_context():
        assert [run.kind for run in db.session.scalars(select(Run))] == ["dry"]


@pytest.mark.parametrize("state", ["frozen", "drawn", "published", "cancelled"])
def test_once_the_list_is_fixed_it_is_history(
    app: Flask, client: FlaskClient, world: World, state: str
) -> None:
    as_(app, client, world, "officer")
    dry_run(app, client)
    decide(client, world, "S-006", kind="exempt")
    set_round(app, world, state=state)
    page = client.get(REVIEW)
    assert page.status_code == 200
    assert "/classes/" not in page.get_data(as_text=True)
    assert "/undo" not in page.get_data(as_text=True)
    refused = decide(client, world, "S-001", kind="widen", seats="5")
    assert "Nothing can be decided about classes in this round now." in refused
    undo = f"{STAFF}/decisions/1/undo"
    assert "Nothing can be decided" in seen_at_last(client.get(undo, headers=ENGLISH), client)
    sent = client.post(undo, data={"reason": "x"}, headers=ENGLISH)
    assert "Nothing can be decided" in seen_at_last(sent, client)
    with app.app_context():
        assert db.session.get_one(Section, world.sections["S-001"]).capacity == 2


def test_more_persons_take_no_more_queries(app: Flask, client: FlaskClient, world: World) -> None:
    as_(app, client, world, "officer")
    dry_run(app, client)

    def queries() -> list[int]:
        counts = []
        singing = f"{REVIEW}/{world.sections['S-006']}"
        for path in (REVIEW, singing, f"{STAFF}/dry-runs", f"{STAFF}/compare?a=1&b=1"):
            with counted_queries(app) as statements:
                assert client.get(path).status_code == 200
            counts.append(len(statements))
        return counts

    decide(client, world, "S-002", kind="widen", seats="3")
    before = queries()
    with app.app_context():
        steps.applied(world, "Zhou", "S-002 S-003 S-006")
    dry_run(app, client)
    decide(client, world, "S-001", kind="widen", seats="3")
    assert queries() == before
