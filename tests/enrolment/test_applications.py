"""Applying: what is kept, what counts, and everything that is refused without leaving a trace."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from eldercampus.catalogue.models import Course, Section, Term
from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import (
    Search,
    count_applied,
    draft_of,
    find_application,
    find_open_round,
    find_round_of_interest,
    list_applications,
    submitted_choices,
)
from eldercampus.enrolment.applications import (
    add_choice,
    discard_draft,
    save_draft,
    start_application,
    submit_application,
    withdraw_application,
)
from eldercampus.enrolment.choosing import Draft, moved, remarks_on
from eldercampus.enrolment.models import Application, Choice, Placement, Round
from eldercampus.enrolment.receipts import find_receipt, receipt_of
from eldercampus.errors import DomainError, IllegalTransition, NotFound
from eldercampus.notices.models import Notice
from tests.world import NOW, World, build_world

RULES = {
    "choices_max": 8,
    "courses_per_term": 2,
    "age_women": 60,
    "age_men": 60,
    "age_undertaking": 80,
}


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    built = build_world()
    open_it(built.round_id)
    return built


def open_it(round_id: int, **changes: Any) -> None:
    with transaction():
        enrolment = db_get(Round, round_id)
        enrolment.state, enrolment.rules, enrolment.opened_at = "open", dict(RULES), NOW
        for name, value in changes.items():
            setattr(enrolment, name, value)


def db_get(model: type[Any], key: int) -> Any:
    from eldercampus.db import db

    return db.session.get_one(model, key)


def start(world: World, name: str = "Zhao", **options: Any) -> int:
    with transaction():
        made = start_application(
            world.round_id,
            world.people[name],
            **{"channel": "web", "clerk_id": None, "now": NOW, **options},
        )
        return made.id


def draft(world: World, *codes: str, wants: int | None = 1) -> Draft:
    sections = [world.sections[code] for code in codes]
    return {"wants": wants, "choices": sections, "accept_automatically": False}


def save(world: World, application: int, *codes: str, wants: int | None = 1) -> int:
    with transaction():
        version = db_get(Application, application).version
        return save_draft(application, draft(world, *codes, wants=wants), version=version, now=NOW)


def submit(application: int, **options: Any) -> Application:
    with transaction():
        return submit_application(application, **{"now": NOW, "account_id": None, **options})


def apply(world: World, name: str, *codes: str, wants: int = 1) -> int:
    application = start(world, name)
    save(world, application, *codes, wants=wants)
    submit(application)
    return application


def everything() -> dict[str, Any]:
    """All that an application is made of, to see that a refusal changed nothing."""
    from eldercampus.db import db

    db.session.rollback()
    columns = Application.__table__.columns
    return {
        "applications": db.session.execute(select(*columns).order_by(columns.id)).all(),
        "choices": db.session.execute(
            select(Choice.application_id, Choice.section_id, Choice.rank).order_by(Choice.id)
        ).all(),
        "notices": db.session.scalar(select(func.count()).select_from(Notice)),
    }


def refused(code: str, deed: Callable[[], object]) -> DomainError:
    before = everything()
    with pytest.raises(DomainError) as caught, transaction():
        deed()
    assert caught.value.code == code
    assert everything() == before
    return caught.value


def test_from_draft_to_receipt(world: World) -> None:
    application = start(world)
    save(world, application, "S-001", "S-003", wants=2)
    assert submitted_choices(application) == []
    submit(application)
    row = db_get(Application, application)
    assert (row.state, row.wants, row.draft, row.submitted_at) == ("submitted", 2, None, NOW)
    assert submitted_choices(application) == [world.sections["S-001"], world.sections["S-003"]]
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", row.receipt)
    assert count_applied(world.round_id, world.sections.values()) == {
        world.sections["S-001"]: 1,
        world.sections["S-003"]: 1,
    }


def test_editing_works_on_a_copy_until_it_is_handed_in(world: World) -> None:
    application = apply(world, "Zhao", "S-001", "S-003")
    receipt = db_get(Application, application).receipt
    save(world, application, "S-003", "S-004", "S-001", wants=2)
    row = db_get(Application, application)
    assert (row.state, row.wants) == ("submitted", 1)
    assert submitted_choices(application) == [world.sections["S-001"], world.sections["S-003"]]
    assert draft_of(row) == draft(world, "S-003", "S-004", "S-001", wants=2)
    submit(application, now=NOW + timedelta(hours=1))
    row = db_get(Application, application)
    assert submitted_choices(application) == draft(world, "S-003", "S-004", "S-001")["choices"]
    assert (row.wants, row.receipt, row.submitted_at) == (2, receipt, NOW + timedelta(hours=1))


def test_changes_can_be_given_up(world: World) -> None:
    application = apply(world, "Zhao", "S-001")
    save(world, application, "S-003", wants=2)
    with transaction():
        discard_draft(application, now=NOW)
    assert draft_of(db_get(Application, application)) == draft(world, "S-001")


def test_handing_in_twice_is_once(world: World) -> None:
    application = apply(world, "Zhao", "S-001")
    before = everything()
    submit(application, now=NOW + timedelta(minutes=1))
    assert everything() == before


def test_a_receipt_is_told_of_once_a_version(world: World, db: SQLAlchemy) -> None:
    application = apply(world, "Zhao", "S-001")
    save(world, application, "S-003")
    submit(application)
    notices = db.session.execute(
        select(Notice.kind, Notice.state, Notice.facts).order_by(Notice.id)
    ).all()
    assert [(kind, state) for kind, state, _ in notices] == [
        ("application_receipt", "dropped"),
        ("application_receipt", "queued"),
    ]
    assert notices[1].facts == {"receipt": db_get(Application, application).receipt}


def test_an_old_form_changes_nothing(world: World) -> None:
    application = start(world)
    save(world, application, "S-001")
    refused(
        "stale_form",
        lambda: save_draft(application, draft(world, "S-003"), version=0, now=NOW),
    )
    refused(
        "stale_form",
        lambda: submit_application(application, version=0, now=NOW, account_id=None),
    )
    assert draft_of(db_get(Application, application)) == draft(world, "S-001")


def test_nine_choices(world: World, db: SQLAlchemy) -> None:
    application = start(world)
    ids = _more_sections(world, 3)
    nine = [*list(world.sections.values()), *ids]
    wish: Draft = {"wants": 1, "choices": nine, "accept_automatically": False}
    error = refused("too_many_choices", lambda: save_draft(application, wish, version=0, now=NOW))
    assert error.facts == {"most": 8}
    wish["choices"] = nine[:8]
    with transaction():
        save_draft(application, wish, version=0, now=NOW)
    refused("too_many_choices", lambda: add_choice(application, nine[8], now=NOW))


def _more_sections(world: World, count: int) -> list[int]:
    from eldercampus.db import db

    with transaction():
        course = Course(code="C-99", name="摄影", name_en="Photography", department="arts")
        db.session.add(course)
        db.session.flush()
        rows = [
            Section(
                code=f"S-9{number}",
                term_id=world.term_id,
                course_id=course.id,
                campus_id=world.campuses["K-01"],
                capacity=5,
            )
            for number in range(count)
        ]
        db.session.add_all(rows)
        db.session.flush()
        return [row.id for row in rows]


def test_a_section_twice(world: World) -> None:
    application = start(world)
    error = refused(
        "section_twice",
        lambda: save_draft(application, draft(world, "S-001", "S-001"), version=0, now=NOW),
    )
    assert error.facts == {"course": "书法 一级", "course_en": "Calligraphy 1"}
    save(world, application, "S-001")
    refused("section_twice", lambda: add_choice(application, world.sections["S-001"], now=NOW))


def test_an_unknown_section(world: World) -> None:
    application = start(world)
    refused("unknown_section", lambda: add_choice(application, 987654, now=NOW))


def test_a_section_of_another_term(world: World, db: SQLAlchemy) -> None:
    with transaction():
        old = db_get(Term, world.term_id)
        term = Term(
            code="2026-autumn",
            name="2026 年秋季",
            starts_on=old.starts_on - timedelta(days=180),
            ends_on=old.starts_on - timedelta(days=60),
            last_joining_on=old.starts_on - timedelta(days=150),
        )
        db.session.add(term)
        db.session.flush()
        section = Section(
            code="S-001",
            term_id=term.id,
            course_id=world.courses["C-01"],
            campus_id=world.campuses["K-01"],
            capacity=5,
        )
        db.session.add(section)
        db.session.flush()
        other = section.id
    application = start(world)
    refused("section_of_another_term", lambda: add_choice(application, other, now=NOW))


def test_a_closed_section(world: World) -> None:
    application = start(world)
    save(world, application, "S-003")
    with transaction():
        db_get(Section, world.sections["S-001"]).state = "closed"
        db_get(Section, world.sections["S-003"]).state = "closed"
    refused("section_closed", lambda: add_choice(application, world.sections["S-001"], now=NOW))
    refused("section_closed", lambda: submit_application(application, now=NOW, account_id=None))


def test_no_choice(world: World) -> None:
    application = start(world)
    refused("no_choice", lambda: submit_application(application, now=NOW, account_id=None))


@pytest.mark.parametrize("wants", [0, 3, -1])
def test_wants_out_of_range(world: World, wants: int) -> None:
    application = start(world)
    wish = draft(world, "S-001", wants=wants)
    error = refused("wants_out_of_range", lambda: save_draft(application, wish, version=0, now=NOW))
    assert error.facts == {"most": 2}


def test_wants_must_be_answered(world: World) -> None:
    application = start(world)
    save(world, application, "S-001", wants=None)
    refused("wants_out_of_range", lambda: submit_application(application, now=NOW, account_id=None))


def test_the_rule_in_force_counts(world: World) -> None:
    application = start(world)
    open_it(world.round_id, rules={**RULES, "courses_per_term": 3, "choices_max": 1})
    save(world, application, "S-001", wants=3)
    refused("too_many_choices", lambda: add_choice(application, world.sections["S-003"], now=NOW))


def test_somebody_too_young(world: World) -> None:
    application = start(world, "Yang")
    save(world, application, "S-001")
    error = refused(
        "class_too_young", lambda: submit_application(application, now=NOW, account_id=None)
    )
    assert error.facts["course"] == "书法 一级"
    assert (error.facts["age"], error.facts["limit"]) == (59, 60)
    open_it(world.round_id, rules={**RULES, "age_women": 55})
    submit(application)


def test_a_class_that_goes_on_from_another(world: World, db: SQLAlchemy) -> None:
    application = start(world)
    save(world, application, "S-005")
    refused(
        "class_not_for_newcomers",
        lambda: submit_application(application, now=NOW, account_id=None),
    )
    with transaction():
        db.session.add(
            Placement(
                round_id=world.round_id,
                person_id=world.people["Zhao"],
                section_id=world.sections["S-001"],
                state="completed",
                placed_at=NOW,
            )
        )
    submit(application)


def test_a_second_application(world: World) -> None:
    start(world)
    refused(
        "second_application",
        lambda: start_application(
            world.round_id, world.people["Zhao"], channel="counter", clerk_id=None, now=NOW
        ),
    )


@pytest.mark.parametrize("state", ["closed", "frozen", "drawn", "published", "cancelled"])
def test_nothing_changes_after_the_close(world: World, state: str) -> None:
    application = apply(world, "Zhao", "S-001")
    open_it(world.round_id, state=state)
    _refused_everywhere(world, application, "round_closed")


def test_the_date_closes_the_round_also_when_the_clock_is_late(world: World) -> None:
    application = apply(world, "Zhao", "S-001")
    open_it(world.round_id, closes_at=NOW)
    _refused_everywhere(world, application, "round_closed")


def test_nothing_goes_before_the_opening(world: World) -> None:
    application = apply(world, "Zhao", "S-001")
    open_it(world.round_id, state="draft")
    _refused_everywhere(world, application, "round_not_open")


def _refused_everywhere(world: World, application: int, code: str) -> None:
    wish = draft(world, "S-003")
    person = world.people["Qian"]
    for deed in (
        lambda: start_application(world.round_id, person, channel="web", clerk_id=None, now=NOW),
        lambda: save_draft(application, wish, version=2, now=NOW),
        lambda: add_choice(application, world.sections["S-003"], now=NOW),
        lambda: submit_application(application, now=NOW, account_id=None),
    ):
        refused(code, deed)


def withdraw(application: int, **options: Any) -> None:
    with transaction():
        withdraw_application(application, **{"now": NOW, "account_id": None, **options})


def test_withdrawing_while_the_round_is_open(world: World, db: SQLAlchemy) -> None:
    application = apply(world, "Zhao", "S-001")
    withdraw(application)
    row = db_get(Application, application)
    assert (row.state, row.withdrawn_at) == ("withdrawn", NOW)
    assert count_applied(world.round_id, world.sections.values()) == {}
    before = everything()
    withdraw(application, now=NOW + timedelta(hours=1))
    assert everything() == before
    submit(application)
    row = db_get(Application, application)
    assert (row.state, row.withdrawn_at) == ("submitted", None)
    assert submitted_choices(application) == [world.sections["S-001"]]


@pytest.mark.parametrize("state", ["closed", "frozen", "drawn"])
def test_a_withdrawal_after_the_close_is_noted_for_publishing(world: World, state: str) -> None:
    application = apply(world, "Zhao", "S-001")
    open_it(world.round_id, state=state)
    withdraw(application)
    row = db_get(Application, application)
    assert (row.state, row.withdrawn_at) == ("submitted", NOW)


def test_withdrawing_comes_to_an_end(world: World) -> None:
    application = apply(world, "Zhao", "S-001")
    unfinished = start(world, "Qian")
    with pytest.raises(IllegalTransition):
        withdraw(unfinished)
    open_it(world.round_id, state="published")
    refused("round_published", lambda: withdraw_application(application, now=NOW, account_id=None))
    with pytest.raises(NotFound):
        withdraw(987654)


def test_remarks_name_the_better_choice(world: World, db: SQLAlchemy) -> None:
    from eldercampus.catalogue.queries import sections_by_id

    known = sections_by_id(world.sections.values())
    ranked = [known[world.sections[code]] for code in ("S-001", "S-002", "S-004", "S-003")]
    assert {
        section_id: [(remark.kind, remark.rank) for remark in remarks]
        for section_id, remarks in remarks_on(ranked).items()
    } == {
        world.sections["S-002"]: [("clash", 1)],
        world.sections["S-004"]: [("same_course", 1)],
    }


def test_moving_a_choice() -> None:
    assert moved([1, 2, 3], "up", 2) == [2, 1, 3]
    assert moved([1, 2, 3], "down", 2) == [1, 3, 2]
    assert moved([1, 2, 3], "drop", 2) == [1, 3]
    for way, one in (("up", 1), ("down", 3), ("up", 9), ("sideways", 2)):
        assert moved([1, 2, 3], way, one) == [1, 2, 3]


def test_receipts_are_read_as_people_write_them() -> None:
    receipt = receipt_of(0)
    assert receipt == "2222-2222"
    assert find_receipt(" ｋ7mq 4f2x ") == "K7MQ-4F2X"
    for wrong in ("K7MQ-4F2", "K7MQ-4F21", "赵示范", ""):
        assert find_receipt(wrong) is None


def test_which_round_a_visitor_hears_of(world: World, db: SQLAlchemy) -> None:
    found = find_open_round(NOW)
    assert found is not None
    assert found.id == world.round_id
    assert found.term.code == "2027-spring"
    assert find_open_round(NOW + timedelta(days=13)) is None
    for state in ("draft", "frozen", "published"):
        open_it(world.round_id, state=state)
        interesting = find_round_of_interest()
        assert interesting is not None
    open_it(world.round_id, state="cancelled")
    assert find_round_of_interest() is None


def test_looking_for_applications(world: World) -> None:
    first = apply(world, "Zhao", "S-001")
    apply(world, "Qian", "S-001")
    start(world, "Sun", channel="counter")
    receipt = db_get(Application, first).receipt

    def names(**search: Any) -> list[str]:
        rows = list_applications(Search(**search), page=1).rows
        return sorted(row.person_latin for row in rows)

    assert names() == ["Qian Yangli", "Sun Xugou", "Zhao Shifan"]
    assert names(words="示范") == ["Zhao Shifan"]
    assert names(words=receipt.lower().replace("-", " ")) == ["Zhao Shifan"]
    assert names(state="submitted", channel="web") == ["Qian Yangli", "Zhao Shifan"]
    assert names(channel="counter") == ["Sun Xugou"]
    assert names(words="%") == []
    assert find_application(world.round_id, world.people["Li"]) is None
    page = list_applications(Search(), page=99, size=2)
    assert (page.number, page.pages, page.total, page.first, page.last) == (2, 2, 3, 3, 3)
