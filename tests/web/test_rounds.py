"""The round's pages: staff take it from plan to publishing, everybody checks the draw."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eldercampus.allocation import lottery, problem
from eldercampus.approvals.models import Approval
from eldercampus.catalogue.models import Section, Term
from eldercampus.db import db, transaction
from eldercampus.enrolment.announced import MOMENTS
from eldercampus.enrolment.ceremony import spare_counts_from, void_from
from eldercampus.enrolment.drawing import TASK_KIND, run_draw
from eldercampus.enrolment.models import Learner, Round
from eldercampus.enrolment.rounds import cancel_round
from eldercampus.enrolment.runs import get_final_run
from eldercampus.people.sealing import unseal
from eldercampus.tasks.running import run_next_task
from tests.enrolment import steps
from tests.web.samples import add_samples
from tests.web.visiting import ENGLISH, counted_queries, set_round, sign_in, stop_clock, text_of
from tests.world import NOW, World, build_world

CODE = "2027-spring-1"
STAFF = f"/staff/rounds/{CODE}"
PUBLIC = f"/rounds/{CODE}"
Take = Callable[[World], Round]


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    stop_clock(monkeypatch, NOW)
    with app.app_context():
        return build_world()


def go(app: Flask, world: World, *takes: Take) -> None:
    with app.app_context():
        for take in takes:
            take(world)


def apply_all(world: World) -> Round:
    for name in ("Zhao", "Qian", "Sun", "Li"):
        steps.applied(world, name, "S-001 S-003", wants=2)
    steps.applied(world, "Wu", "S-006", channel="paper")
    return steps.round_of(world)


def publish(app: Flask, world: World) -> None:
    takes = (steps.opened, apply_all, steps.closed, steps.frozen, steps.drawn, steps.published)
    go(app, world, *takes)


def state_of(app: Flask, world: World) -> str:
    with app.app_context():
        return steps.round_of(world).state


def moment_fields(plan: dict[str, datetime]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, at in plan.items():
        stem = name.removesuffix("_at")
        for box in ("year", "month", "day"):
            fields[f"{stem}_on-{box}"] = str(getattr(at, box))
        fields[f"{stem}_time"] = f"{at:%H:%M}"
    return fields


def filled(world: World, **changes: str) -> dict[str, str]:
    plan = {name: datetime(2026, 12, day + 1, 8, 0) for day, name in enumerate(MOMENTS)}  # noqa: DTZ001
    return {
        "term": str(world.term_id),
        "code": "2027-spring-2",
        "name": "第二批",
        "name_en": "Second round",
        **moment_fields(plan),
        **changes,
    }


def test_a_round_is_planned(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(app, client, world.accounts["officer"])
    page = client.get("/staff/rounds/plan")
    assert page.status_code == 200
    done = client.post("/staff/rounds/plan", data=filled(world))
    assert done.status_code == 303
    assert done.location == "/staff/rounds/2027-spring-2"
    with app.app_context():
        planned = db.session.scalars(select(Round).where(Round.code == "2027-spring-2")).one()
        assert planned.opens_at.isoformat() == "2026-12-01T00:00:00+00:00"  # 8:00 in Shanghai
        assert planned.state == "draft"
    assert "第二批" in text_of(client.get("/staff/rounds"))


def fields_of(page: str) -> dict[str, str]:
    """What the form on the page would send as it stands."""
    main = page.partition("<main")[2]
    boxes = r'<input class="govuk-input[^>]* name="([^"]+)"[^>]* value="([^"]*)"'
    found = dict(re.findall(boxes, main))
    for name, options in re.findall(
        r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', main, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_plan_as_it_usually_is_only_has_to_be_kept(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """Nothing but the button: names, window and beacon are there, the other days follow."""
    with app.app_context():
        steps.beacon_named(world)
    sign_in(app, client, world.accounts["officer"])
    usual = fields_of(client.get("/staff/rounds/plan").text)
    assert usual["freezes_on-day"] == ""
    done = client.post("/staff/rounds/plan", data=usual)
    assert done.location == "/staff/rounds/2027-spring-2"
    with app.app_context():
        planned = db.session.scalars(select(Round).where(Round.code == "2027-spring-2")).one()
        moments = [getattr(planned, name) + timedelta(hours=8) for name in MOMENTS]
        assert [f"{at:%m-%d %H:%M}" for at in moments] == [
            "01-04 08:00",  # Monday, eight weeks before the term
            "01-24 20:00",
            "01-27 12:00",
            "01-28 21:30",
            "01-29 10:00",
            "02-05 16:30",
        ]
        assert (planned.name, planned.name_en) == (
            "2027 年春季，第二批报名",
            "Spring 2027, second round",
        )
        assert {name: getattr(planned, name) for name in steps.NAMED} == steps.NAMED


def test_another_term_has_a_plan_of_its_own(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context(), transaction() as session:
        autumn = Term(code="2027-autumn", name="2027 年秋季", name_en="Autumn 2027")
        autumn.starts_on, autumn.ends_on = date(2027, 9, 6), date(2027, 12, 31)
        autumn.last_joining_on = date(2027, 10, 8)
        session.add(autumn)
    sign_in(app, client, world.accounts["officer"])
    page = client.get("/staff/rounds/plan", headers=ENGLISH)
    assert fields_of(page.text)["code"] == "2027-autumn-1"  # spring has a round already
    assert "Or plan for another term: Spring 2027" in text_of(page)
    spring = client.get(f"/staff/rounds/plan?term={world.term_id}", headers=ENGLISH)
    assert fields_of(spring.text)["code"] == "2027-spring-2"
    for strange in ("99", "x", "１", "9" * 30):
        assert client.get(f"/staff/rounds/plan?term={strange}").status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": ""}, "Please write a short name."),
        ({"code": "Spring 2027"}, "Please write 2 to 40 small letters"),
        ({"code": CODE}, "There is a round 2027-spring-1 already."),
        ({"name": ""}, "Please write the name."),
        ({"name": "字" * 61}, "That is too long."),
        ({"term": "99"}, "Please choose one from the list."),
        ({"closes_on-day": ""}, "Applying ends: The day is missing."),
        (
            {"closes_on-year": "", "closes_on-month": "", "closes_on-day": ""},
            "Applying ends: Please write the day.",
        ),
        ({"freezes_on-day": "x"}, "The list is fixed: Please write the date in digits"),
        (
            {"closes_on-day": "31", "closes_on-month": "2"},
            "Applying ends: That month has no such day.",
        ),
        (
            {"closes_on-day": "1"},
            "Applying ends: this has to be later than “Applying begins”.",
        ),
        ({"closes_time": "25:00"}, "Please choose one from the list."),
        (
            {"publishes_on-year": "２０２５"},
            "this has to be later than “The number from outside is announced”.",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(
    app: Flask, client: FlaskClient, world: World, changes: dict[str, str], sentence: str
) -> None:
    sign_in(app, client, world.accounts["officer"])
    answer = client.post("/staff/rounds/plan", data=filled(world, **changes), headers=ENGLISH)
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    typed = changes.get("name_en", "Second round")
    assert typed in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count(Round.id))) == 1


def test_announced_dates_only_move_to_later_ones(
    app: Flask, client: FlaskClient, world: World
) -> None:
    go(app, world, steps.opened)
    sign_in(app, client, world.accounts["officer"])
    page = client.get(f"{STAFF}/plan", headers=ENGLISH)
    assert "They can only be moved to later ones." in text_of(page)
    with app.app_context():
        round_ = steps.round_of(world)
        plan = {name: getattr(round_, name) + timedelta(hours=8) for name in MOMENTS}
        name = round_.name
    form = filled(world, code=CODE, name=name, **moment_fields(plan))
    # the small world's moments are on the half hour, as the form's are
    earlier = form | moment_fields({"closes_at": plan["closes_at"] - timedelta(days=1)})
    answer = client.post(f"{STAFF}/plan", data=earlier, headers=ENGLISH)
    assert "It can only be moved to a later one." in text_of(answer)
    later = form | moment_fields({"closes_at": plan["closes_at"] + timedelta(days=1)})
    assert client.post(f"{STAFF}/plan", data=later).status_code == 303
    with app.app_context():
        assert steps.round_of(world).closes_at == plan["closes_at"] + timedelta(hours=16)


def test_the_whole_ceremony_by_two_people(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each button in its state; the draw is done by the jobs process; one person is not enough."""
    with app.app_context():
        moments = {name: getattr(steps.round_of(world), name) for name in MOMENTS}
    officer, auditor = world.accounts["officer"], world.accounts["auditor"]
    sign_in(app, client, officer)

    def press(path: str, at: datetime, **data: str) -> str:
        stop_clock(monkeypatch, at)
        answer = client.post(f"{STAFF}/{path}", data=data, headers=ENGLISH)
        if answer.status_code == 303:
            answer = client.get(answer.location, headers=ENGLISH)
        return text_of(answer)

    assert "Done." in press("steps/open", moments["opens_at"])
    go(app, world, apply_all)
    assert "This can be done from" in press("steps/close", moments["opens_at"])
    assert "on its way" in press("draw", moments["opens_at"], kind="dry")
    assert "is running already" in press("draw", moments["opens_at"], kind="dry")
    work(app, moments["opens_at"])
    page = text_of(client.get(STAFF, headers=ENGLISH))
    assert "The last dry run, it does not count" in page
    assert "Done." in press("steps/close", moments["closes_at"])
    assert "Nobody has said yet" in press("freeze", moments["freezes_at"])
    set_round(app, world, **steps.NAMED)
    page = text_of(client.get(f"{STAFF}/freeze", headers=ENGLISH))
    assert "Handed in until now 5 applications" in page
    assert "Decided since nothing" in page
    assert "1 class has too few people, it may not be held" in page
    assert "not one letter can be changed any more. Fix it?" in page
    assert "The list is fixed, with 5 people on it." in press("freeze", moments["freezes_at"])
    assert client.get(f"{STAFF}/freeze").status_code == 303
    assert "look up the number from outside" in press("draw", moments["draws_at"], kind="final")
    assert "Please write the number from outside." in in_english(client, "beacon/type", beacon="")
    asked = text_of(client.get(STAFF, headers=ENGLISH))
    assert "Sign for sign as in 01 02 03 04 05 06 + 07" in asked
    form = in_english(client, "beacon/type", beacon="3, 7, 12")
    assert "in the form that was announced, sign for sign: 01 02 03 04 05 06 + 07." in form
    assert "You have written" in press("beacon/type", moments["draws_at"], beacon=steps.BEACON)
    alone = in_english(client, "beacon/confirm", beacon=steps.BEACON)
    assert "You wrote the number yourself." in alone
    sign_in(app, client, auditor)
    other = in_english(client, "beacon/confirm", beacon=steps.BEACON.replace("03", "04"))
    assert "This is not what the first person wrote." in other
    assert "wrote something else" not in other
    sign_in(app, client, officer)
    told = "The second person wrote something else. Please look it up once more."
    assert told in text_of(client.get(STAFF, headers=ENGLISH))
    assert told not in press("beacon/type", moments["draws_at"], beacon=steps.BEACON)
    sign_in(app, client, auditor)
    assert "The draw can begin" in press("beacon/confirm", moments["draws_at"], beacon=steps.BEACON)
    assert client.post(f"{STAFF}/draw", data={"kind": "final"}).status_code == 403
    sign_in(app, client, officer)
    assert "It waits for its turn." in press("draw", moments["draws_at"], kind="final")
    work(app, moments["draws_at"])
    page = text_of(client.get(STAFF, headers=ENGLISH))
    assert "Nobody has been told yet." in page
    assert "This can be done from" in press("steps/publish", moments["draws_at"])
    assert state_of(app, world) == "drawn"
    assert "A second district officer has to agree" in press(
        "steps/publish", moments["publishes_at"]
    )
    go(app, world, steps.approved)
    page = press("steps/publish", moments["publishes_at"])
    assert "Done." in page
    assert "Officer asked for it, Second_Officer agreed on" in page
    assert "Dry runs and decisions" in page
    assert state_of(app, world) == "published"
    assert "That is not possible now." in press("steps/publish", moments["publishes_at"])


def in_english(client: FlaskClient, path: str, **data: str) -> str:
    return text_of(client.post(f"{STAFF}/{path}", data=data, headers=ENGLISH))


def work(app: Flask, at: datetime) -> None:
    """What the jobs process does."""
    with app.app_context():
        assert run_next_task({TASK_KIND: run_draw}, holder="test", clock=lambda: at, now=lambda: at)


def test_the_board_leads_to_offers_that_hinder_the_freezing(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(app, world, steps.opened)
    samples = add_samples(app, world)  # Li is offered a seat in S-001, from an earlier round
    go(app, world, steps.closed)
    with app.app_context():
        stop_clock(monkeypatch, steps.round_of(world).freezes_at)
    sign_in(app, client, world.accounts["officer"])
    answer = client.get(STAFF, headers=ENGLISH)
    page = text_of(answer)
    assert "1 offer is not answered yet: it has to be over first" in page
    assert "Seats of this term that are offered and not answered yet: 1." in page
    assert "Calligraphy 1, Tuesdays 9:00–10:30 Campus K-01 1" in page
    assert f"/staff/sections/{samples['section_id']}/waitlist" in answer.text
    assert "Yes, fix the list" not in client.get(f"{STAFF}/freeze", headers=ENGLISH).text
    answer = client.post(f"{STAFF}/freeze", headers=ENGLISH, follow_redirects=True)
    assert "Seats of this term that are offered" in answer.text
    assert state_of(app, world) == "closed"
    sign_in(app, client, world.accounts["auditor"])
    assert "/waitlist" not in client.get(STAFF, headers=ENGLISH).text


def test_only_the_district_moves_a_round(app: Flask, client: FlaskClient, world: World) -> None:
    for name in ("clerk", "head", "auditor"):
        sign_in(app, client, world.accounts[name])
        page = client.get(STAFF)
        assert page.status_code == 200
        assert f"{STAFF}/steps" not in page.get_data(as_text=True)
        assert client.post(f"{STAFF}/steps/open").status_code == 403
        assert client.get("/staff/rounds/plan").status_code == 403
    sign_in(app, client, world.accounts["town_officer"])
    assert client.get(STAFF).status_code == 403
    sign_in(app, client, world.accounts["officer"])
    assert client.post(f"{STAFF}/steps/annul").status_code == 404
    assert client.post(f"{STAFF}/beacon/guess", data={"beacon": "1"}).status_code == 404
    assert client.get("/staff/rounds/1999-1").status_code == 404
    assert state_of(app, world) == "draft"


def test_cancelling(app: Flask, client: FlaskClient, world: World) -> None:
    """The reason first, then how many it hits; only then is it done."""
    go(app, world, steps.opened, apply_all)
    sign_in(app, client, world.accounts["officer"])
    assert "Please write why." in in_english(client, "cancel", reason=" ", send="1")
    page = client.post(f"{STAFF}/cancel", data={"reason": "台风", "look": "1"}, headers=ENGLISH)
    assert "Handed in until now 5 applications" in text_of(page)
    assert "5 people get no seat in this round" in text_of(page)
    assert '<input type="hidden" name="reason" value="台风">' in page.text
    assert state_of(app, world) == "open"
    done = client.post(f"{STAFF}/cancel", data={"reason": "台风", "send": "1"})
    assert done.status_code == 303
    again = client.post(f"{STAFF}/cancel", data={"reason": "again", "send": "1"}, headers=ENGLISH)
    assert "cancelled already" in client.get(again.location, headers=ENGLISH).text
    set_round(app, world, state="published", published_at=NOW)
    page = client.get(f"{STAFF}/cancel", headers=ENGLISH, follow_redirects=True)
    assert "This round cannot be cancelled any more." in page.text
    set_round(app, world, state="cancelled")
    assert "台风" in text_of(client.get(PUBLIC))


def test_the_dashboard_counts(app: Flask, client: FlaskClient, world: World) -> None:
    go(app, world, steps.opened, apply_all)
    sign_in(app, client, world.accounts["clerk"])
    page = text_of(client.get(STAFF, headers=ENGLISH))
    for words in (
        "Applications 5",
        "Free seats 15",
        "Seats people would like 9",
        "1 class has too few people, it may not be held",
        "Calligraphy 1",
        "2 for one seat",
        "on paper",
        "20 %",
    ):
        assert words in page, words


def test_twice_the_classes_take_as_many_queries(
    app: Flask, client: FlaskClient, world: World
) -> None:
    publish(app, world)
    sign_in(app, client, world.accounts["officer"])
    paths = (STAFF, PUBLIC, f"{PUBLIC}/cutoffs", "/rounds", "/staff/rounds")

    def queries() -> list[int]:
        counts = []
        for path in paths:
            with counted_queries(app) as statements:
                assert client.get(path).status_code == 200
            counts.append(len(statements))
        return counts

    queries()  # what is looked up once a minute is known
    before = queries()
    with app.app_context(), transaction() as session:
        for section in session.scalars(select(Section)).all():
            values: dict[str, Any] = {
                column.name: getattr(section, column.name)
                for column in Section.__table__.columns
                if column.name not in ("id", "code", "taken")
            }
            session.add(Section(code=f"{section.code}-b", **values))
        plan = session.get_one(Round, world.round_id)
        columns = Round.__table__.columns
        values = {c.name: getattr(plan, c.name) for c in columns if c.name not in ("id", "code")}
        session.add(Round(code="2027-spring-9", **values))
    assert queries() == before


def test_before_the_results_nothing_is_given_away(
    app: Flask, client: FlaskClient, world: World
) -> None:
    assert client.get(PUBLIC).status_code == 404  # nobody's business yet
    go(app, world, steps.opened, apply_all, steps.closed, steps.frozen, steps.drawn)
    page = client.get(PUBLIC)
    html = page.get_data(as_text=True)
    with app.app_context():
        round_ = steps.round_of(world)
        assert round_.secret_sealed is not None
        secret = unseal(round_.secret_sealed).hex()
        learner = db.session.scalars(select(Learner.code).limit(1)).one()
        assert round_.commit in html
        assert round_.key_sha256 in html
    assert steps.BEACON in html
    assert secret not in html
    assert "tag_names" not in html
    assert learner not in text_of(client.get(f"{PUBLIC}?id={learner}"))
    for name in ("result.json", "cutoffs"):
        assert client.get(f"{PUBLIC}/{name}").status_code == 404


@pytest.mark.parametrize("name", ["officer", "auditor"])
def test_the_result_leaves_with_everybody_or_nobody(
    app: Flask, client: FlaskClient, world: World, name: str
) -> None:
    """The secret is in it: who had it sooner could know the result, and act on it."""
    go(app, world, steps.opened, apply_all, steps.closed, steps.frozen, steps.drawn)
    sign_in(app, client, world.accounts[name])
    assert client.get(f"{STAFF}/round.json").status_code == 200
    assert client.get(f"{STAFF}/result.json").status_code == 404
    assert "result.json" not in client.get(STAFF).text
    go(app, world, steps.published)
    assert client.get(f"{STAFF}/result.json").status_code == 200
    assert "result.json" in client.get(STAFF).text


def test_the_result_of_a_draw_thrown_away_is_there_for_auditors(
    app: Flask, client: FlaskClient, world: World
) -> None:
    go(app, world, steps.opened, apply_all, steps.closed, steps.frozen, steps.drawn)
    with app.app_context(), transaction():
        officer = world.accounts["officer"]
        cancel_round(world.round_id, reason="台风", now=NOW, account_id=officer)
    sign_in(app, client, world.accounts["auditor"])
    assert client.get(f"{STAFF}/result.json").status_code == 200
    assert "result.json" in client.get(STAFF).text


def test_a_remark_is_tidied(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(app, world, steps.opened, apply_all, steps.closed, steps.frozen, steps.drawn)
    with app.app_context():
        stop_clock(monkeypatch, steps.round_of(world).draws_at)
    sign_in(app, client, world.accounts["officer"])
    long = in_english(client, "publishing", reason="字" * 501)
    assert "A remark for the second officer" in long
    with app.app_context():
        assert db.session.scalars(select(Approval)).all() == []
    done = client.post(f"{STAFF}/publishing", data={"reason": " 请看\x00\x1b一下 "})
    assert done.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Approval.reason)).one() == "请看一下"


def test_everything_to_check_the_draw(
    app: Flask, client: FlaskClient, world: World, tmp_path: Path
) -> None:
    """The three files as anybody downloads them pass the check."""
    publish(app, world)
    html = client.get(PUBLIC).get_data(as_text=True)
    for name in ("round.json", "result.json", "verify.py"):
        answer = client.get(f"{PUBLIC}/{name}")
        assert answer.status_code == 200
        assert name in answer.headers["Content-Disposition"]
        (tmp_path / name).write_bytes(answer.data)
    assert problem.sha256_hex((tmp_path / "round.json").read_bytes()) in html
    result = json.loads((tmp_path / "result.json").read_bytes())
    assert result["seed"] in html
    assert result["lottery"]["secret"] in html
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", "round.json", "result.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with app.app_context():
        round_ = steps.round_of(world)
        assert result["lottery"]["commit"] == round_.commit
        names = {"赵示范", "Zhao Shifan", "+8613800000001", "R-Zhao"}
    for name in names:
        assert name not in html
        assert name not in (tmp_path / "round.json").read_text(encoding="utf-8")


def test_the_published_numbers_are_those_of_the_result(
    app: Flask, client: FlaskClient, world: World
) -> None:
    publish(app, world)
    result = client.get(f"{PUBLIC}/result.json").get_json()
    page = text_of(client.get(PUBLIC, headers=ENGLISH))
    placed = len({entry["learner"] for entry in result["placements"]})
    assert f"5 people applied, {placed} have a seat." in page
    assert "all ways together 5 4" in page  # one on paper: too few to show alone
    assert "1 class is not held" in page
    cutoffs = text_of(client.get(f"{PUBLIC}/cutoffs", headers=ENGLISH))
    for entry in result["cutoffs"]:
        assert entry["key"][3][:4] in cutoffs
    learner = result["placements"][0]["learner"]
    places: set[tuple[str | Any, ...]] = set()
    for typed in (
        learner,
        f" {learner.upper()} ",
        learner.replace("L-", "ｌ－").replace("ｌ", "l"),
    ):
        found = text_of(client.get(PUBLIC, query_string={"id": typed}, headers=ENGLISH))
        said = rf"The draw number of {learner} begins with (\w{{4}}) ?: place (\d) of 5\."
        place = re.search(said, found)
        assert place is not None, typed
        places.add(place.groups())
    with app.app_context():
        codes = db.session.scalars(select(Learner.code)).all()
        numbers = sorted((lottery.number(result["seed"], code), code) for code in codes)
        own = next(one for one in numbers if one[1] == learner)
        assert places == {(own[0][:4], str(numbers.index(own) + 1))}
    nobody = text_of(client.get(f"{PUBLIC}?id=L-000000000000", headers=ENGLISH))
    assert "Nobody with the id L-000000000000 was in the draw." in nobody


def test_a_round_by_the_metre_is_not_for_everybody(
    app: Flask, client: FlaskClient, world: World
) -> None:
    publish(app, world)
    with app.app_context():
        rules = steps.round_of(world).rules
    set_round(app, world, rules={**rules, "proximity": "metres"})
    assert "only auditors see them" in text_of(client.get(PUBLIC, headers=ENGLISH))
    assert client.get(f"{PUBLIC}/round.json").status_code == 404
    assert client.get(f"{PUBLIC}/result.json").status_code == 404
    assert client.get(f"{STAFF}/round.json").status_code == 303  # to the sign-in
    sign_in(app, client, world.accounts["head"])
    assert client.get(f"{STAFF}/round.json").status_code == 403
    sign_in(app, client, world.accounts["auditor"])
    with app.app_context():
        fingerprint = get_final_run(world.round_id).input_sha256
    assert problem.sha256_hex(client.get(f"{STAFF}/round.json").data) == fingerprint
    assert client.get(f"{STAFF}/result.json").get_json()["input_sha256"] == fingerprint


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_speak_one_language(
    app: Flask, client: FlaskClient, world: World, language: str
) -> None:
    publish(app, world)
    sign_in(app, client, world.accounts["officer"])
    headers = {"Accept-Language": language}
    for path in (STAFF, "/staff/rounds", PUBLIC, "/rounds", f"{PUBLIC}/cutoffs"):
        page = client.get(path, headers=headers)
        assert page.status_code == 200
        words = text_of(page)
        chinese = re.findall(r"[\u4e00-\u9fff]", re.sub("[学封名开号]", "", words))
        if language == "en":
            assert not chinese, (path, words)
        else:
            assert chinese
            odd = re.findall(r"\b[A-Za-z]{4,}\b", re.sub(r"\b(L-)?[0-9a-f]{4,}\b", "", words))
            assert set(odd) <= {"Python", "python", "round", "json", "result", "verify", "spring"}


def test_the_replacement_value_by_two_people(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its day first, a reason, then somebody else; the one named first is no longer asked for."""
    go(app, world, steps.opened, apply_all, steps.closed, steps.frozen)
    with app.app_context():
        round_ = steps.round_of(world)
        at, day = round_.draws_at, spare_counts_from(round_)
    spare = {"why": "开奖推迟了", "beacon": "05 11 19 27 33 + 02 09"}
    sign_in(app, client, world.accounts["officer"])
    stop_clock(monkeypatch, at - timedelta(seconds=1))
    assert "it can be written here" in text_of(client.get(STAFF, headers=ENGLISH))
    stop_clock(monkeypatch, at)
    assert 'name="beacon"' in client.get(STAFF).text
    early = in_english(client, "beacon/spare", **spare)
    assert "Until Monday 14 December, midnight only the number that was named first" in early
    stop_clock(monkeypatch, day - timedelta(seconds=1))
    page = client.get(STAFF, headers=ENGLISH)
    assert "The number is late. Until Sunday 13 December only this one counts" in text_of(page)
    assert "/beacon/spare" not in page.text
    stop_clock(monkeypatch, day)
    page = client.get(STAFF, headers=ENGLISH)
    assert "From now on only the replacement counts." in text_of(page)
    assert 'name="beacon"' not in page.text
    assert "/beacon/spare" in page.text
    for step in ("type", "confirm"):
        client.post(f"{STAFF}/beacon/{step}", data={"beacon": steps.BEACON})
    with app.app_context():
        assert steps.round_of(world).beacon == ""
    assert "Please write what happened." in in_english(client, "beacon/spare", beacon="1", why=" ")
    named = in_english(client, "beacon/spare", beacon=steps.BEACON, why="迟了")
    assert "sign for sign: 01 02 03 04 05 + 06 07." in named
    assert client.post(f"{STAFF}/beacon/spare", data=spare).status_code == 303
    page = client.get(STAFF, headers=ENGLISH)
    assert "The one named first does not count any more." in text_of(page)
    assert f"You have written {spare['beacon']} ." in text_of(page)
    assert 'name="beacon"' not in page.text
    assert "开奖推迟了" in client.get(f"{STAFF}/beacon/spare").text  # to write it again
    assert "The one named first does not count" in in_english(client, "beacon/type", beacon="7")
    sign_in(app, client, world.accounts["auditor"])
    done = client.post(f"{STAFF}/beacon/confirm", data={"beacon": spare["beacon"]})
    assert done.status_code == 303
    assert client.get(f"{STAFF}/beacon/spare").status_code == 303
    sign_in(app, client, world.accounts["head"])
    assert client.get(f"{STAFF}/beacon/spare").status_code == 403
    assert client.post(f"{STAFF}/beacon/spare", data=spare).status_code == 403


def test_a_void_draw_offers_nothing_but_cancelling(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(app, world, steps.opened, apply_all, steps.closed, steps.frozen)
    with app.app_context():
        stop_clock(monkeypatch, void_from(steps.round_of(world)))
    sign_in(app, client, world.accounts["officer"])
    page = client.get(STAFF, headers=ENGLISH)
    assert "so this draw is void. The round can only be cancelled." in text_of(page)
    assert "is looked up" not in text_of(page)
    assert 'name="beacon"' not in page.text
    assert f"{STAFF}/cancel" in page.text
    go(app, world, steps.beacon_known)
    page = client.get(STAFF, headers=ENGLISH)
    assert 'value="final"' not in page.text
    refused = client.post(
        f"{STAFF}/draw", data={"kind": "final"}, headers=ENGLISH, follow_redirects=True
    )
    assert "so this draw is void." in refused.text
    assert state_of(app, world) == "frozen"
