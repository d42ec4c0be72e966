"""Paper keyed in after the close takes two: one types it, another agrees, only then it counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.approvals.models import Approval
from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import Section
from eldercampus.db import transaction
from eldercampus.enrolment.applications import withdraw_application
from eldercampus.enrolment.freezing import freeze_round
from eldercampus.enrolment.late_paper_queries import (
    count_open_late_papers,
    get_late_paper,
    list_late_papers,
)
from eldercampus.enrolment.late_papers import Typed, ask_late_paper, decide_late_paper
from eldercampus.enrolment.models import Application, LatePaper, Round
from eldercampus.enrolment.paper_forms import print_form_for, print_forms
from eldercampus.enrolment.round_file import build_round_file
from eldercampus.enrolment.round_steps import hindrances
from eldercampus.enrolment.rounds import cancel_round
from eldercampus.errors import DomainError, NotFound
from eldercampus.notices.models import Notice
from eldercampus.people.models import Person
from tests.enrolment import steps
from tests.world import World, build_world

Break = Callable[[World], None]


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Closed. Qian has applied."""
    built = build_world()
    steps.opened(built)
    steps.applied(built, "Qian", "S-001")
    steps.closed(built)
    return built


def later(world: World) -> datetime:
    return steps.round_of(world).closes_at + timedelta(hours=20)


def typed(world: World, *codes: str, **changes: Any) -> Typed:
    """One course of these, stamped an hour before the close."""
    choices = [world.sections[code] for code in codes or ("S-001", "S-003")]
    stamp = steps.round_of(world).closes_at - timedelta(hours=1)
    draft = {"wants": 1, "choices": choices, "accept_automatically": True}
    return replace(Typed(draft, None, stamp), **changes)  # type: ignore[arg-type]


def asked(world: World, name: str = "Zhao", form: Typed | None = None, **changes: Any) -> int:
    """The request's id; the clerk has typed the form."""
    values: dict[str, Any] = {
        "reason": "信封压在箱底",
        "now": later(world),
        "account_id": world.accounts["clerk"],
        "campus_id": world.campuses["K-01"],
        **changes,
    }
    with transaction():
        paper = ask_late_paper(world.round_id, world.people[name], form or typed(world), **values)
        return paper.approval_id


def decided(world: World, approval_id: int, decision: Any = "given", **changes: Any) -> None:
    values = {"now": later(world), "account_id": world.accounts["head"], **changes}
    with transaction():
        decide_late_paper(approval_id, decision, **values)


def of_zhao(db: SQLAlchemy, world: World) -> Application | None:
    query = select(Application).where(Application.person_id == world.people["Zhao"])
    return db.session.scalar(query.execution_options(populate_existing=True))


def test_until_a_second_person_agrees_it_does_not_count(db: SQLAlchemy, world: World) -> None:
    asked(world)
    assert of_zhao(db, world) is None
    assert count_open_late_papers(world.round_id) == 1
    assert db.session.scalars(select(Notice)).all() == []
    assert len(build_round_file(world.round_id)["learners"]) == 1


def test_agreed_to_it_counts_as_if_it_had_come_in_time(db: SQLAlchemy, world: World) -> None:
    approval_id = asked(world)
    decided(world, approval_id)
    row, form = of_zhao(db, world), typed(world)
    assert row is not None
    assert (row.state, row.channel, row.arrived_at) == ("submitted", "paper", form.arrived_at)
    assert (row.clerk_id, row.accept_automatically) == (world.accounts["clerk"], True)
    assert get_late_paper(approval_id).application_id == row.id
    assert count_open_late_papers(world.round_id) == 0
    learners = build_round_file(world.round_id)["learners"]
    assert ["S-001", "S-003"] in [one["choices"] for one in learners]
    assert all(one["groups"] == {} for one in learners)
    [notice] = db.session.scalars(select(Notice)).all()
    assert (notice.kind, notice.person_id) == ("application_receipt", row.person_id)
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions[-3:] == [
        "approval.ask.application.late_paper",
        "approval.given.application.late_paper",
        "application.submit",
    ]


def test_refused_it_does_not_count_and_says_why(db: SQLAlchemy, world: World) -> None:
    approval_id = asked(world)
    with pytest.raises(DomainError, match="reason_missing"):
        decided(world, approval_id, "refused")
    decided(world, approval_id, "refused", reason="章看不清")
    assert of_zhao(db, world) is None
    assert count_open_late_papers(world.round_id) == 0
    asked(world)  # looked at again, it is typed once more


def test_who_typed_it_cannot_agree(db: SQLAlchemy, world: World) -> None:
    approval_id = asked(world)
    with pytest.raises(DomainError, match="same_person"):
        decided(world, approval_id, account_id=world.accounts["clerk"])
    assert of_zhao(db, world) is None


def test_agreeing_twice_has_one_effect(db: SQLAlchemy, world: World) -> None:
    approval_id = asked(world)
    decided(world, approval_id)
    with pytest.raises(DomainError, match="approval_already_decided"):
        decided(world, approval_id, account_id=world.accounts["officer"])
    row = of_zhao(db, world)
    assert row is not None
    assert row.version == 2


def test_one_request_for_a_person_at_a_time(world: World) -> None:
    asked(world)
    with pytest.raises(DomainError, match="approval_already_asked"):
        asked(world, account_id=world.accounts["officer"])
    asked(world, "Sun")


@pytest.mark.parametrize("reason", ["", " \n"])
def test_it_needs_a_reason(world: World, reason: str) -> None:
    with pytest.raises(DomainError, match="reason_missing"):
        asked(world, reason=reason)


@pytest.mark.parametrize("step", [timedelta(hours=1, seconds=1), timedelta(days=-21)])
def test_the_stamp_lies_between_opening_and_close(
    db: SQLAlchemy, world: World, step: timedelta
) -> None:
    form = typed(world)
    with pytest.raises(DomainError, match="paper_not_in_time"):
        asked(world, form=replace(form, arrived_at=form.arrived_at + step))
    assert db.session.scalars(select(Approval)).all() == []


def test_a_form_with_a_mistake_is_refused_before_a_second_person_is_asked(
    db: SQLAlchemy, world: World
) -> None:
    for name, codes, code in [
        ("Zhao", ("S-005",), "class_not_for_newcomers"),
        ("Yang", ("S-001",), "class_too_young"),
        ("Zhao", ("S-001", "S-001"), "section_twice"),
    ]:
        with pytest.raises(DomainError, match=code):
            asked(world, name, typed(world, *codes))
    assert db.session.scalars(select(LatePaper)).all() == []


def test_while_people_apply_nobody_else_is_needed(db: SQLAlchemy) -> None:
    world = build_world()
    steps.opened(world)
    with pytest.raises(DomainError, match="late_paper_in_time"):
        asked(world)


def test_once_the_list_is_fixed_nothing_is_asked_for(world: World) -> None:
    form = typed(world)
    steps.frozen(world)
    with pytest.raises(DomainError, match="list_is_fixed"):
        asked(world, form=form)


def test_the_list_is_not_fixed_while_one_waits(db: SQLAlchemy, world: World) -> None:
    approval_id = asked(world)
    at = steps.beacon_named(world).freezes_at
    [hindrance] = hindrances(steps.round_of(world), "freeze", at)
    assert (hindrance.code, hindrance.facts) == ("late_papers_open", {"count": 1})
    with pytest.raises(DomainError, match="late_papers_open"), transaction():
        freeze_round(world.round_id, now=at, account_id=world.accounts["officer"])
    decided(world, approval_id)
    assert steps.frozen(world).state == "frozen"


# what may have happened between typing and agreeing


def _froze(world: World) -> None:
    """As if nothing hindered it: agreeing has a guard of its own."""
    with transaction() as session:
        session.get_one(Round, world.round_id).state = "frozen"


def _cancelled(world: World) -> None:
    with transaction():
        officer = world.accounts["officer"]
        cancel_round(world.round_id, reason="台风", now=later(world), account_id=officer)


def _merged(world: World) -> None:
    with transaction() as session:
        zhao = session.get_one(Person, world.people["Zhao"])
        zhao.merged_into_id = world.people["Sun"]


def _died(world: World) -> None:
    with transaction() as session:
        session.get_one(Person, world.people["Zhao"]).died_on = date(2026, 12, 1)


def _class_closed(world: World) -> None:
    with transaction() as session:
        session.get_one(Section, world.sections["S-003"]).state = "closed"


def _applied_elsewhere(world: World) -> None:
    steps.applied(world, "Zhao", "S-002")


@pytest.mark.parametrize(
    ("happened", "code"),
    [
        (_froze, "list_is_fixed"),
        (_cancelled, "list_is_fixed"),
        (_merged, "person_merged"),
        (_died, "person_died"),
        (_class_closed, "section_closed"),
        (_applied_elsewhere, "late_paper_overtaken"),
    ],
)
def test_what_happened_since_is_looked_at_again(
    db: SQLAlchemy, world: World, happened: Break, code: str
) -> None:
    approval_id = asked(world)
    happened(world)
    before = db.session.scalars(select(Application.version).order_by(Application.id)).all()
    with pytest.raises(DomainError, match=code):
        decided(world, approval_id)
    db.session.rollback()
    assert db.session.get_one(Approval, approval_id).state == "asked"
    assert get_late_paper(approval_id).application_id is None
    after = db.session.scalars(select(Application.version).order_by(Application.id)).all()
    assert after == before
    decided(world, approval_id, "refused", reason="过时了")


def test_paper_takes_the_place_of_what_was_handed_in_before(db: SQLAlchemy, world: World) -> None:
    form = typed(world, "S-002", version=0)
    decided(world, asked(world, "Qian", form))
    query = select(Application).where(Application.person_id == world.people["Qian"])
    row = db.session.scalars(query.execution_options(populate_existing=True)).one()
    assert (row.channel, row.receipt) == ("paper", f"R-Qian-{row.round_id}")
    assert build_round_file(world.round_id)["learners"][0]["choices"] == ["S-002"]


def test_who_took_it_back_meanwhile_stays_out(db: SQLAlchemy, world: World) -> None:
    approval_id = asked(world, "Qian", typed(world, "S-002", version=0))
    with transaction():
        row = db.session.scalars(select(Application)).one()
        withdraw_application(row.id, now=later(world), account_id=None)
    with pytest.raises(DomainError, match="late_paper_overtaken"):
        decided(world, approval_id)


@pytest.mark.parametrize("version", [None, 3])
def test_somebody_was_quicker_before_it_was_asked(world: World, version: int | None) -> None:
    with pytest.raises(DomainError, match="stale_form"):
        asked(world, "Qian", typed(world, version=version))


def test_older_paper_does_not_count(world: World) -> None:
    form = typed(world, version=0)
    old = replace(form, arrived_at=steps.round_of(world).opens_at)
    with pytest.raises(DomainError, match="paper_is_older"):
        asked(world, "Qian", old)


def test_the_number_on_the_form_becomes_the_receipt(db: SQLAlchemy) -> None:
    world = build_world()
    at, clerk = steps.opened(world).opens_at, world.accounts["clerk"]
    with transaction():
        blank = print_forms(world.round_id, 1, now=at, account_id=clerk)[0]
        zhaos = print_form_for(world.round_id, world.people["Zhao"], now=at, account_id=clerk)
        number, hers = blank.receipt, zhaos.receipt
    steps.closed(world)
    with pytest.raises(DomainError, match="form_of_another_person"):
        asked(world, "Sun", typed(world, receipt=hers))
    decided(world, asked(world, form=typed(world, receipt=number)))
    row = of_zhao(db, world)
    assert row is not None
    assert row.receipt == number
    with pytest.raises(DomainError, match="form_used"):
        asked(world, "Sun", typed(world, receipt=number))


def test_a_form_used_meanwhile_is_refused(db: SQLAlchemy) -> None:
    world = build_world()
    at, clerk = steps.opened(world).opens_at, world.accounts["clerk"]
    with transaction():
        number = print_forms(world.round_id, 1, now=at, account_id=clerk)[0].receipt
    steps.closed(world)
    first = asked(world, form=typed(world, receipt=number))
    second = asked(world, "Sun", typed(world, receipt=number))
    decided(world, first)
    with pytest.raises(DomainError, match="form_used"):
        decided(world, second)


def test_the_list_of_what_waits_and_what_was_decided_today(db: SQLAlchemy, world: World) -> None:
    done, open_ = asked(world), asked(world, "Sun")
    decided(world, done)
    found = list_late_papers(later(world) - timedelta(hours=1))
    assert [row.approval.id for row in found] == [open_, done]
    assert [row.approval.id for row in list_late_papers(later(world) + timedelta(days=1))] == [
        open_
    ]


def test_what_does_not_exist_is_not_found(db: SQLAlchemy, world: World) -> None:
    with pytest.raises(NotFound, match="late_paper_not_found"):
        get_late_paper(99)
