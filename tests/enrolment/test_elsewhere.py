"""The same course at other campuses: the nearest first, what has no room, what is left out."""

from collections.abc import Sequence

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eldercampus.catalogue.models import Course, Meeting, Section
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import draft_of
from eldercampus.enrolment.applications import save_draft, start_application
from eldercampus.enrolment.elsewhere import Elsewhere, Found, add_elsewhere, find_elsewhere
from eldercampus.enrolment.models import Application, Round
from eldercampus.errors import DomainError
from eldercampus.people.models import Person
from eldercampus.places.distances import find_point, points_in_use
from eldercampus.places.models import Town
from tests.enrolment.steps import opened
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Calligraphy is taught in two places of the small world; here, in four more."""
    world = build_world()
    with transaction():
        for number, campus in enumerate(("K-02", "K-01", "K-02", "K-01"), start=1):
            add_section(db, world, f"S-10{number}", "C-01", campus, weekday=number)
    opened(world)
    return world


def add_section(
    db: SQLAlchemy, world: World, code: str, course: str, campus: str, weekday: int
) -> None:
    section = Section(
        code=code,
        term_id=world.term_id,
        course_id=world.courses[course],
        campus_id=world.campuses[campus],
        capacity=2,
    )
    db.session.add(section)
    db.session.flush()
    meeting = Meeting(section_id=section.id, weekday=weekday, starts_minute=600, ends_minute=660)
    db.session.add(meeting)
    world.sections[code] = section.id


def round_of(db: SQLAlchemy, world: World) -> Round:
    query = select(Round).where(Round.id == world.round_id).options(joinedload(Round.term))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def look(db: SQLAlchemy, world: World, name: str, *listed: str) -> Elsewhere:
    db.session.expire_all()
    person = db.session.get_one(Person, world.people[name])
    ids = [world.sections[code] for code in listed]
    return find_elsewhere(round_of(db, world), person, ids, world.courses["C-01"])


def codes(found: Sequence[Found]) -> list[str]:
    return [one.section.code for one in found]


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("Zhao", ["S-102", "S-104", "S-004", "S-101", "S-103"]),
        ("Zhou", ["S-004", "S-101", "S-103", "S-102", "S-104"]),
    ],
)
def test_the_nearest_come_first(db: SQLAlchemy, world: World, name: str, order: list[str]) -> None:
    """Zhao lives in East, Zhou in West; what is on the list is not found again."""
    found = look(db, world, name, "S-001")
    assert codes(found.fitting) == order
    metres = [one.metres for one in found.fitting]
    assert metres == sorted(metres, key=lambda metre: metre or 0)
    assert None not in metres
    assert not found.too_many
    assert not found.refused


def test_what_is_closed_is_not_offered(db: SQLAlchemy, world: World) -> None:
    with transaction():
        db.session.get_one(Section, world.sections["S-104"]).state = "closed"
        db.session.get_one(Section, world.sections["S-103"]).state = "planned"
    assert codes(look(db, world, "Zhao", "S-001").fitting) == ["S-102", "S-004", "S-101"]


def test_eight_is_the_end(db: SQLAlchemy, world: World) -> None:
    with transaction():
        rules = db.session.get_one(Round, world.round_id)
        rules.rules = {**rules.rules, "choices_max": 4}
    found = look(db, world, "Zhao", "S-001", "S-003")
    assert codes(found.fitting) == ["S-102", "S-104"]
    assert codes(found.too_many) == ["S-004", "S-101", "S-103"]


def test_who_may_not_enter_hears_why(db: SQLAlchemy, world: World) -> None:
    with transaction():
        db.session.get_one(Course, world.courses["C-01"]).newcomers = False
    found = look(db, world, "Zhao", "S-001")
    assert not found.fitting
    assert {error.code for _, error in found.refused} == {"class_not_for_newcomers"}
    assert codes([one for one, _ in found.refused])[0] == "S-102"


def test_a_home_without_a_point(db: SQLAlchemy, world: World) -> None:
    with transaction():
        for town in db.session.query(Town):
            town.longitude = town.latitude = None
    found = look(db, world, "Zhou", "S-001")
    assert codes(found.fitting) == ["S-004", "S-101", "S-102", "S-103", "S-104"]
    assert {one.metres for one in found.fitting} == {None}


def start(world: World, *listed: str) -> int:
    with transaction():
        made = start_application(
            world.round_id,
            world.people["Zhao"],
            channel="web",
            clerk_id=None,
            now=NOW,
            choices=[world.sections[code] for code in listed],
        )
        return made.id


def add(db: SQLAlchemy, world: World, application: int, version: int = 0) -> Elsewhere:
    with transaction():
        return add_elsewhere(application, world.courses["C-01"], version=version, now=NOW)


def kept(db: SQLAlchemy, world: World, application: int) -> list[str]:
    db.session.expire_all()
    by_id = {section_id: code for code, section_id in world.sections.items()}
    draft = draft_of(db.session.get_one(Application, application))
    return [by_id[one] for one in draft["choices"]]


def test_all_at_once_to_the_end_of_the_list(db: SQLAlchemy, world: World) -> None:
    application = start(world, "S-001", "S-003")
    add(db, world, application)
    assert kept(db, world, application) == [
        *("S-001", "S-003", "S-102", "S-104", "S-004", "S-101", "S-103")
    ]


def test_nothing_more_to_add_changes_nothing(db: SQLAlchemy, world: World) -> None:
    application = start(world, "S-001", "S-102", "S-104", "S-004", "S-101", "S-103")
    assert not add(db, world, application).fitting
    assert db.session.get_one(Application, application).version == 0


def test_an_old_page_adds_nothing(db: SQLAlchemy, world: World) -> None:
    application = start(world, "S-001")
    add(db, world, application)
    before = kept(db, world, application)
    with transaction():
        draft = draft_of(db.session.get_one(Application, application))
        draft["choices"] = draft["choices"][:1]
        save_draft(application, draft, version=1, now=NOW)
    with pytest.raises(DomainError) as caught:
        add(db, world, application, version=1)
    assert caught.value.code == "stale_form"
    assert kept(db, world, application) == before[:1]


def test_one_point_is_as_all_points_say(db: SQLAlchemy, world: World) -> None:
    all_points = points_in_use()
    assert {one: find_point(one) for one in all_points} == all_points
    assert find_point(99999) is None
