"""A complaint, from the form to what came out; who may see it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eldercampus import clock
from eldercampus.db import db
from eldercampus.enrolment.models import Run
from eldercampus.jobs.work import TASKS
from eldercampus.tasks.models import Task
from eldercampus.tasks.running import run_next_task
from tests.enrolment.test_replaying import drawn_world
from tests.web.visiting import ENGLISH, sign_in, stop_clock, text_of
from tests.world import NOW, World

CODE = "2027-spring-1"


@pytest.fixture
def world(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> World:
    """Published, with the district officer signed in."""
    stop_clock(monkeypatch, NOW)
    with app.app_context():
        world = drawn_world()
    sign_in(app, client, world.accounts["officer"])
    return world


def address(world: World, name: str = "Li") -> str:
    return f"/staff/persons/{world.people[name]}/rounds/{CODE}/replay"


def complained(app: Flask, client: FlaskClient, world: World, **form: str) -> str:
    """Sends the form, does the task, and gives the address of what came out."""
    sent = client.post(address(world), data={"reason": "证件没有看", **form}, headers=ENGLISH)
    assert sent.status_code == 303, text_of(sent)
    with app.app_context():
        while run_next_task(TASKS, holder="test", clock=clock.wall_now, now=clock.now):
            pass
    page = client.get(sent.headers["Location"], headers=ENGLISH).get_data(as_text=True)
    with app.app_context():
        run_id = db.session.scalars(select(Run.id).where(Run.kind == "replay")).one()
    assert f'href="/staff/replays/{run_id}"' in page
    return f"/staff/replays/{run_id}"


def test_a_complaint_that_would_have_made_a_difference(
    app: Flask, client: FlaskClient, world: World
) -> None:
    form = text_of(client.get(address(world), headers=ENGLISH))
    assert "Counts among: people with a disability" in form
    assert "Has completed the stage before Calligraphy 2" in form
    assert "Nothing is changed by it" in form
    page = complained(app, client, world, fact="tag:disability")
    text = text_of(client.get(page, headers=ENGLISH))
    assert "Yes, the result would have been another one" in text
    assert "It counts for nothing, and nothing was changed by it." in text
    assert "Put right Counts among: people with a disability Why 证件没有看" in text
    first = text[text.index("First choice") : text.index("Second choice")]
    assert "As it was drawn: The only seat" in first or "As it was drawn: All" in first
    assert "As it would have been: You got one of the seats that are kept for people" in first
    assert "1 other person would have got less." in text


def test_a_complaint_that_makes_none(app: Flask, client: FlaskClient, world: World) -> None:
    east_two = str(world.communities["E2"])
    page = complained(app, client, world, fact="home", community=east_two)
    text = text_of(client.get(page, headers=ENGLISH))
    assert "Put right The person lived in East Subdistrict, E2 Community" in text
    assert "Campus K-01 3 to 6 km 1 to 3 km" in text
    assert "No, the result would have been the same" in text


def test_where_it_is_kept(app: Flask, client: FlaskClient, world: World) -> None:
    page = complained(app, client, world, fact="tag:disability")
    person = client.get(f"/staff/persons/{world.people['Li']}", headers=ENGLISH)
    assert f'href="{page}"' in person.get_data(as_text=True)
    auditor = app.test_client()
    sign_in(app, auditor, world.accounts["auditor"])
    listed = auditor.get(f"/staff/rounds/{CODE}/replays", headers=ENGLISH)
    assert "another result" in text_of(listed)
    shown = auditor.get(page, headers=ENGLISH).get_data(as_text=True)
    assert "Li Jiaming" not in shown
    assert f"/staff/persons/{world.people['Li']}" not in shown


def test_waiting_ones_are_listed(app: Flask, client: FlaskClient, world: World) -> None:
    client.post(address(world), data={"fact": "time", "reason": "x"})
    listed = client.get(f"/staff/rounds/{CODE}/replays", headers=ENGLISH)
    assert "Asked for on Monday 23 November, 10:00: waits its turn" in text_of(listed)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"reason": "x"}, "Please choose what has to be put right."),
        ({"fact": "home", "reason": "x"}, "Please choose where the person really lived."),
        ({"fact": "time"}, "Please write the reason."),
        ({"fact": "tag:town:330213100", "reason": "x"}, "Please choose one from the list."),
        ({"fact": "home", "community": "999", "reason": "x"}, "Please choose one from the list."),
    ],
)
def test_refusals_stand_at_their_field(
    app: Flask, client: FlaskClient, world: World, sent: dict[str, str], told: str
) -> None:
    assert told in text_of(client.post(address(world), data=sent, headers=ENGLISH))
    with app.app_context():
        asked = select(func.count(Task.id)).where(Task.kind == "replay")
        assert db.session.scalar(asked) == 0


def test_the_home_that_stands_already(app: Flask, client: FlaskClient, world: World) -> None:
    sent = {"fact": "home", "community": str(world.communities["E3"]), "reason": "x"}
    text = text_of(client.post(address(world), data=sent, headers=ENGLISH))
    assert "The list has it like this already." in text


@pytest.mark.parametrize("name", ["clerk", "head", "auditor", "Zhao"])
def test_only_the_district_asks_for_one(app: Flask, world: World, name: str) -> None:
    other = app.test_client()
    sign_in(app, other, world.accounts[name])
    assert other.get(address(world)).status_code == 403
    assert other.post(address(world), data={"fact": "time", "reason": "x"}).status_code == 403


def test_who_took_no_part_has_none(client: FlaskClient, world: World) -> None:
    assert client.get(address(world, "Wu")).status_code == 404


def test_another_run_is_no_replay(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context():
        final = db.session.scalars(select(Run.id).where(Run.kind == "final")).one()
    assert client.get(f"/staff/replays/{final}").status_code == 404
