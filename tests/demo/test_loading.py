"""Loading the demonstration: the same seed gives the same rows, and they hold together."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from eldercampus.app import create_app
from eldercampus.audit.chain import broken_links
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.models import Session as Lesson
from eldercampus.db import Base, db, transaction
from eldercampus.demo import story
from eldercampus.demo.sign_ins import list_sign_ins
from eldercampus.demo.state import Loading, how_far
from eldercampus.demo.story import STEPS, load_demonstration
from eldercampus.enrolment.models import Placement, Round, RoundDecision, Run
from eldercampus.enrolment.waitlists import check_waitlists
from eldercampus.people.models import Account, Person
from eldercampus.people.signing_in import (
    NUMBERS_ARE_RECYCLED_AFTER,
    Sent,
    send_code,
    sign_in_with_code,
)
from eldercampus.places.models import Campus, Community, District, Room
from tests.conftest import settings
from tests.databases import Databases

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PERSONS = 300
# made by real chance, or sealed anew each time
SECRETS = {
    "account": {"password_hash", "totp_sealed", "recovery_codes"},
    "offer": {"token"},
    "round": {"key_sealed", "secret_sealed"},
}


def load(app: Flask, seed: int = 1) -> int:
    """How many steps it told of."""
    steps: list[None] = []
    with app.app_context():
        load_demonstration(PERSONS, seed, NOW, lambda: steps.append(None))
        db.session.remove()
    return len(steps)


@pytest.fixture(scope="module")
def loaded(databases: Callable[[str], Databases], folder: Path) -> Flask:
    """One loading on SQLite that the tests below only look at."""
    app = create_app({**settings(databases("sqlite").fresh("demo"), folder), "DEMO": True})
    assert load(app) == STEPS
    return app


@pytest.fixture
def campus(loaded: Flask) -> Iterator[None]:
    """The loaded database within a context of its own."""
    with loaded.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows in order, without secrets."""
    found = {}
    for table in Base.metadata.sorted_tables:
        hidden = SECRETS.get(table.name, set())
        assert hidden <= set(table.columns.keys())
        columns = [column for column in table.columns if column.name not in hidden]
        query = select(*columns).order_by(*table.primary_key.columns)
        found[table.name] = [tuple(row) for row in db.session.execute(query)]
    return found


def test_the_same_seed_gives_the_same_rows_on_both_databases(
    loaded: Flask, make_app: Callable[..., Flask]
) -> None:
    again = make_app(DEMO=True)
    load(again)
    rows = []
    for app in (loaded, again):
        with app.app_context():
            rows.append(all_rows())
            db.session.remove()
            db.engine.dispose()
    first, second = rows
    assert len(first["person"]) == PERSONS
    assert [name for name in first if first[name] != second[name]] == []


def test_another_seed_gives_another_demonstration(
    loaded: Flask, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "_STORY", story._STORY[:3])  # as far as the people
    other = make_app(DEMO=True)
    load(other, seed=2)
    names = []
    for app in (loaded, other):
        with app.app_context():
            names.append(db.session.scalars(select(Person.name).order_by(Person.id)).all())
            db.session.remove()
    assert names[0] != names[1]


def test_the_district_is_whole(campus: None) -> None:
    kinds = Counter(db.session.scalars(select(Campus.kind)))
    assert kinds["town_school"] == 12
    assert kinds["elder_university"] == kinds["community_college"] == 1
    assert kinds["learning_point"] > 0
    assert kinds["shared_venue"] > 0
    assert db.session.scalar(select(func.count(Community.id))) == 337
    assert db.session.scalar(select(func.count()).where(Community.longitude.is_(None))) == 0
    sources = set(db.session.scalars(select(Community.point_source)))
    assert "synthetic" in sources
    assert len(sources) > 1  # the real points stayed
    assert db.session.scalar(select(func.count(Person.id))) == PERSONS
    assert sorted(db.session.scalars(select(Round.state))) == ["open", "published", "published"]


def test_the_drawn_round_was_tried_reviewed_and_drawn(campus: None) -> None:
    kinds = db.session.scalars(select(Run.kind).order_by(Run.id)).all()
    assert sorted(kinds) == ["dry", "dry", "final"]
    decision = db.session.scalars(select(RoundDecision)).one()
    final = select(Run.summary).where(Run.kind == "final")
    closed = {entry["section"] for entry in db.session.scalars(final).one()["closed"]}
    assert db.session.get_one(Section, decision.section_id).code not in closed


def test_no_room_and_no_teacher_is_in_two_places(campus: None) -> None:
    query = (
        select(
            Section.room_id,
            Section.teacher_id,
            Lesson.held_on,
            Lesson.starts_minute,
            Lesson.ends_minute,
        )
        .join(Lesson, Lesson.section_id == Section.id)
        .where(Lesson.state == "planned")
    )
    busy: dict[tuple[str, int, Any], list[tuple[int, int]]] = {}
    for room_id, teacher_id, day, starts, ends in db.session.execute(query):
        busy.setdefault(("room", room_id, day), []).append((starts, ends))
        busy.setdefault(("teacher", teacher_id, day), []).append((starts, ends))
    assert len(busy) > 1000
    for who, hours in busy.items():
        hours.sort()
        for (_, ends), (starts, _) in pairwise(hours):
            assert ends <= starts, who


def test_no_class_is_larger_than_its_room_or_fuller_than_itself(campus: None) -> None:
    too_large = select(Section.code).join(Room).where(Section.capacity > Room.places)
    assert db.session.scalars(too_large).all() == []
    assert (
        db.session.scalars(select(Section.code).where(Section.taken > Section.capacity)).all() == []
    )
    assert db.session.scalar(select(func.count(Placement.id)))


def test_seats_queues_and_the_chain_hold_together(campus: None) -> None:
    assert check_waitlists(NOW) == []
    assert list(broken_links()) == []


def test_there_is_somebody_to_sign_in_as(campus: None) -> None:
    said = "\n".join(list_sign_ins(NOW))
    for words in ("has a seat to confirm", "has not applied yet", "officer2", "xikou"):
        assert words in said


def test_a_code_is_enough(campus: None) -> None:
    """Also for those who registered long ago: no birth date is asked for."""
    old = Account.created_at < NOW - NUMBERS_ARE_RECYCLED_AFTER
    query = select(Account.phone).where(Account.phone.is_not(None), old).limit(3)
    phones = [str(phone) for phone in db.session.scalars(query)]
    assert len(phones) == 3
    for phone in phones:
        sent = send_code(phone, address="127.0.0.1", now=NOW)
        assert isinstance(sent, Sent)
        assert isinstance(sign_in_with_code(phone, sent.code, now=NOW), Account)
    db.session.rollback()


# the command


def flask(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["demo", *words])


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A story of its first and last step only."""
    monkeypatch.setattr(story, "_STORY", (story._places, story._end))


def state(app: Flask) -> Loading:
    with app.app_context():
        return how_far()


def test_it_is_refused_without_demo(make_app: Callable[..., Flask]) -> None:
    app = make_app(DEMO=False)
    result = flask(app, "load")
    assert result.exit_code == 1
    assert "DEMO=1" in result.output
    assert state(app) is Loading.NONE


def test_it_is_loaded_once(make_app: Callable[..., Flask], short: None) -> None:
    app = make_app(DEMO=True)
    assert flask(app, "load").exit_code == 0
    assert state(app) is Loading.DONE
    again = flask(app, "load", "--once")
    assert (again.exit_code, again.output) == (0, "")
    twice = flask(app, "load")
    assert twice.exit_code == 1
    assert "holds data already" in twice.output


def test_somebody_elses_database_is_left_alone(make_app: Callable[..., Flask]) -> None:
    app = make_app(DEMO=True)
    with app.app_context(), transaction() as session:
        session.add(District(id=1, code="1", name="别区", school_name="别校", phone="1"))
    for words in (["load"], ["load", "--once"]):
        result = flask(app, *words)
        assert result.exit_code == 1
        assert "holds data already" in result.output
    with app.app_context():
        assert db.session.get_one(District, 1).name == "别区"


def test_half_a_loading_starts_again(
    make_app: Callable[..., Flask], short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(DEMO=True)

    def power_cut(_story: story.Story) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(story, "_STORY", (story._places, power_cut))
        assert flask(app, "load").exit_code == 1
    assert state(app) is Loading.HALF
    again = flask(app, "load", "--once")
    assert again.exit_code == 0
    assert "starts again" in again.output
    assert state(app) is Loading.DONE
    with app.app_context():
        assert db.session.scalar(select(func.count(Community.id))) == 337
        assert list(broken_links()) == []
