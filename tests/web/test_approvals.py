"""Asking a second person and answering: publishing, seats by hand; who sees what."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eldercampus.approvals.models import Approval
from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.models import Override, Placement
from eldercampus.jobs import work
from tests.enrolment import steps
from tests.web.samples import add_samples
from tests.web.visiting import (
    ENGLISH,
    build_open_world,
    counted_queries,
    sign_in,
    stop_clock,
    text_of,
)
from tests.world import NOW, World, build_world

STAFF = "/staff/rounds/2027-spring-1"


def as_(app: Flask, client: FlaskClient, world: World, who: str) -> FlaskClient:
    sign_in(app, client, world.accounts[who])
    return client


def seen(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return text_of(answer)


def send(client: FlaskClient, path: str, **data: Any) -> str:
    answer = client.post(path, data=data, headers=ENGLISH, follow_redirects=True)
    assert answer.status_code == 200
    return text_of(answer)


def newest(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(Approval.id).order_by(Approval.id.desc())).first() or 0


class TestPublishing:
    @pytest.fixture
    def world(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
        with app.app_context():
            built = build_world()
            steps.opened(built)
            for name in ("Zhao", "Qian", "Li"):
                steps.applied(built, name, "S-001 S-003")
            for take in (steps.closed, steps.frozen, steps.drawn):
                at = take(built).draws_at
        stop_clock(monkeypatch, at)
        return built

    def test_one_asks_another_agrees_and_the_clock_publishes(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        as_(app, client, world, "officer")
        assert "a second district officer has to agree" in seen(client, STAFF)
        page = send(client, f"{STAFF}/publishing", reason="数字都对过了")
        assert "A second officer is asked." in page
        assert "Officer asked a second officer on" in page
        assert "A second person has already been asked" in send(client, f"{STAFF}/publishing")
        path = f"/staff/approvals/{newest(app)}"
        assert "You have asked yourself." in seen(client, path)
        own = send(client, path, decision="given")  # a form made by hand
        assert "Somebody else has to decide" in own
        as_(app, client, world, "second_officer")
        page = seen(client, path)
        for words in ("Who asked Officer", "Why 数字都对过了", "Taking part 3 people"):
            assert words in page, words
        assert "Your answer is kept." in send(client, path, decision="given")
        assert "Officer asked, Second_Officer agreed." in seen(client, STAFF)
        assert "This has been decided already." in send(
            client, path, decision="refused", reason="晚了"
        )
        with app.app_context():
            at = steps.round_of(world).publishes_at
            assert work.publish_rounds(at) == 1
        assert "The results came out on" in seen(client, STAFF)

    def test_a_refusal_is_read_by_who_asked(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        as_(app, client, world, "officer")
        send(client, f"{STAFF}/publishing")
        path = f"/staff/approvals/{newest(app)}"
        as_(app, client, world, "second_officer")
        assert "Please say whether you agree." in send(client, path)
        assert "Please write why." in send(client, path, decision="refused", reason=" ")
        send(client, path, decision="refused", reason="西镇的数不对")
        as_(app, client, world, "officer")
        page = seen(client, STAFF)
        assert "Second_Officer did not agree: 西镇的数不对" in page
        assert "Ask a second officer" in page

    def test_only_the_district_has_a_say(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        send(as_(app, client, world, "officer"), f"{STAFF}/publishing")
        path = f"/staff/approvals/{newest(app)}"
        for who, status in (("clerk", 403), ("auditor", 200)):
            as_(app, client, world, who)
            assert client.post(f"{STAFF}/publishing").status_code == 403
            assert client.get(path).status_code == status
            assert client.post(path, data={"decision": "given"}).status_code == 403
        as_(app, client, world, "head")  # decides about seats of the campus, not about results
        assert client.get(path).status_code == 404
        assert client.post(path, data={"decision": "given"}).status_code == 404
        assert "Let the results come out" not in seen(client, "/staff/approvals")
        with app.app_context():
            assert db.session.scalars(select(Approval.state)).all() == ["asked"]

    def test_publish_now_is_there_when_it_is_due(
        self, app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with app.app_context():
            at = steps.approved(world).publishes_at
        as_(app, client, world, "officer")
        assert "Publish the results now" not in seen(client, STAFF)
        stop_clock(monkeypatch, at)
        assert "Publish the results now" in seen(client, STAFF)
        assert "Done." in send(client, f"{STAFF}/steps/publish")


class TestSeats:
    """Zhao has no seat in S-001 (Qian sits there, Li is offered the other seat, Sun waits)."""

    @pytest.fixture
    def world(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
        built = build_open_world(app, monkeypatch, NOW)
        add_samples(app, built)
        return built

    @staticmethod
    def give(world: World, person: str = "Wu", section: str = "S-001") -> str:
        return f"/staff/sections/{world.sections[section]}/give/{world.people[person]}"

    def test_a_head_asks_and_an_officer_agrees(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        as_(app, client, world, "head")
        section = f"/staff/sections/{world.sections['S-001']}"
        assert f"{section}/give" in client.get(f"{section}/roster").get_data(as_text=True)
        assert "Wu Yanshi" in send(client, f"{section}/give", words="吴演示")
        assert "Nobody found" in send(client, f"{section}/give", words="无此人")
        assert "Please write something" in send(client, f"{section}/give", words=" ")
        assert "the class gets one seat more" in seen(client, self.give(world))
        assert "Please write the reason." in send(client, self.give(world), reason=" ")
        page = send(client, self.give(world), reason="窗口录错了班")
        assert "A second person is asked." in page
        assert "already been asked" in send(client, self.give(world), reason="再来")
        path = f"/staff/approvals/{newest(app)}"
        assert "You have asked yourself." in seen(client, path)
        assert "Somebody else has to decide" in send(client, path, decision="given")
        as_(app, client, world, "officer")
        assert "requests for a second person 1" in seen(client, "/staff")
        page = seen(client, "/staff/approvals")
        assert "Give a seat by hand : Wu Yanshi, Calligraphy 1, Campus K-01" in page
        assert "Your answer is kept." in send(client, path, decision="given")
        assert "Wu Yanshi" in seen(client, f"{section}/roster")
        assert "seat given by hand" in seen(client, f"{section}/roster")
        with app.app_context():
            assert [row.kind for row in db.session.scalars(select(Override))] == ["give"]
            assert db.session.get_one(Section, world.sections["S-001"]).capacity == 3

    def test_what_cannot_be_given_says_why(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        as_(app, client, world, "head")
        assert "has a seat in the class already" in seen(client, self.give(world, "Qian"))
        assert "is being offered a seat" in seen(client, self.give(world, "Li"))
        refused = send(client, self.give(world, "Qian"), reason="试")
        assert "has a seat in the class already" in refused
        assert client.get(f"/staff/sections/{world.sections['S-001']}/give/999").status_code == 404

    def test_a_seat_is_taken_by_two(self, app: Flask, client: FlaskClient, world: World) -> None:
        with app.app_context():
            placement_id = db.session.scalars(select(Placement.id)).one()
        take = f"/staff/placements/{placement_id}/take"
        as_(app, client, world, "officer")
        assert "takes a seat from somebody who wants it" in seen(client, take)
        assert "Please write the reason." in send(client, take, reason="")
        send(client, take, reason="重复报名")
        path = f"/staff/approvals/{newest(app)}"
        as_(app, client, world, "head")
        assert "the person loses the seat at once" in seen(client, path)
        assert "Your answer is kept." in send(client, path, decision="given")
        with app.app_context():
            assert db.session.get_one(Placement, placement_id).state == "removed"
            assert [row.kind for row in db.session.scalars(select(Override))] == ["take"]
        assert "This seat is not held any more." in seen(client, take)

    def test_another_campus_is_another_office(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        send(as_(app, client, world, "officer"), self.give(world), reason="试")
        path = f"/staff/approvals/{newest(app)}"
        with app.app_context():
            placement_id = db.session.scalars(select(Placement.id)).one()
        as_(app, client, world, "west_head")
        take = f"/staff/placements/{placement_id}/take"
        for address in (path, take, self.give(world)):
            assert client.get(address).status_code == 404, address
            data = {"decision": "given", "reason": "x"}
            assert client.post(address, data=data).status_code == 404, address
        assert "Nothing waits for you." in seen(client, "/staff/approvals")
        as_(app, client, world, "auditor")  # reads what was asked, not about whom
        for address in (path, "/staff/approvals"):
            page = client.get(address, headers=ENGLISH)
            assert "a learner" in page.text
            assert 'name="decision"' not in page.text
            assert "样例" not in page.text
            assert "Zhao" not in page.text
        for address in (take, self.give(world)):
            assert client.get(address).status_code == 403
        assert client.post(path, data={"decision": "given"}).status_code == 403
        for who in ("clerk", "teacher", "Zhao"):
            as_(app, client, world, who)
            for address in (path, take, self.give(world), "/staff/approvals"):
                assert client.get(address).status_code == 403, (who, address)

    def test_a_full_class_looks_for_nobody(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        as_(app, client, world, "head")
        address = f"/staff/sections/{world.sections['S-001']}/give"
        assert 'name="words"' in client.get(address).text
        with app.app_context():
            section = db.session.get_one(Section, world.sections["S-001"])
            section.capacity = section.taken = 40
            db.session.commit()
        assert "No seat is free, and the room has no more places." in seen(client, address)
        assert 'name="words"' not in client.get(address).text

    def test_what_no_longer_holds_is_said(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        as_(app, client, world, "head")
        send(client, self.give(world), reason="试")
        path = f"/staff/approvals/{newest(app)}"
        with app.app_context():
            db.session.get_one(Section, world.sections["S-001"]).state = "closed"
            db.session.commit()
        as_(app, client, world, "officer")
        assert "This class takes nobody any more." in send(client, path, decision="given")
        with app.app_context():
            assert db.session.get_one(Approval, newest(app)).state == "asked"
        assert "Your answer is kept." in send(client, path, decision="refused", reason="班停了")

    def test_more_requests_take_no_more_queries(
        self, app: Flask, client: FlaskClient, world: World
    ) -> None:
        as_(app, client, world, "officer")
        send(client, self.give(world), reason="试")

        def queries() -> int:
            with counted_queries(app) as statements:
                assert client.get("/staff/approvals").status_code == 200
            return len(statements)

        before = queries()
        send(client, self.give(world, "Zhou"), reason="试")
        send(client, self.give(world, "Zhou", "S-003"), reason="试")
        assert queries() == before
