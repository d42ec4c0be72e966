"""Printed forms: their numbers, and what may be keyed in from them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import transaction
from eldercampus.enrolment import receipts
from eldercampus.enrolment.applications import start_application
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.entry import enter_application
from eldercampus.enrolment.models import Application, PaperForm
from eldercampus.enrolment.paper_forms import (
    find_paper_form,
    find_person_by_form,
    list_forms_for,
    list_printed_with,
    list_printings,
    print_form_for,
    print_forms,
)
from eldercampus.enrolment.receipts import find_receipt, receipt_of, unused_receipts
from eldercampus.errors import DomainError, NotFound
from tests.enrolment import steps
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """The round is open."""
    built = build_world()
    steps.opened(built)
    return built


def printed(world: World, count: int = 1, now: datetime = NOW) -> list[str]:
    """Their numbers; the clerk has them printed."""
    with transaction():
        forms = print_forms(world.round_id, count, now=now, account_id=world.accounts["clerk"])
        return [one.receipt for one in forms]


def printed_for(world: World, name: str) -> str:
    with transaction():
        clerk_id, person_id = world.accounts["clerk"], world.people[name]
        return print_form_for(world.round_id, person_id, now=NOW, account_id=clerk_id).receipt


def entered(world: World, name: str, receipt: str, *codes: str, **values: Any) -> str | None:
    """The receipt number of the application."""
    draft: Draft = {
        "wants": 1,
        "choices": [world.sections[code] for code in codes or ("S-001",)],
        "accept_automatically": False,
    }
    with transaction():
        application = enter_application(
            world.round_id,
            world.people[name],
            draft,
            clerk_id=world.accounts["clerk"],
            now=NOW,
            receipt=receipt,
            **{"version": None, "channel": "paper", **values},
        )
        return application.receipt


def test_each_has_a_number_of_its_own(db: SQLAlchemy, world: World) -> None:
    numbers = printed(world, 200)
    assert len(set(numbers)) == 200
    assert all(find_receipt(number) == number for number in numbers)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "paper_form.print")
    ).one()
    assert '"count": 200' in entry.facts
    assert not any(number in entry.facts for number in numbers)


@pytest.mark.parametrize("count", [0, -1, 201, 10**9])
def test_not_none_and_not_too_many(db: SQLAlchemy, world: World, count: int) -> None:
    with pytest.raises(DomainError, match="forms_out_of_range"):
        printed(world, count)
    assert db.session.scalars(select(PaperForm)).all() == []


def test_only_while_people_apply(db: SQLAlchemy) -> None:
    world = build_world()
    with pytest.raises(DomainError, match="round_not_open"):
        printed(world)
    steps.opened(world)
    with pytest.raises(DomainError, match="round_closed"):
        printed(world, now=steps.round_of(world).closes_at)
    steps.closed(world)
    with pytest.raises(DomainError, match="round_closed"):
        printed_for(world, "Zhao")


def test_a_new_number_is_on_no_form_and_no_slip(
    db: SQLAlchemy, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed(world)
    known = db.session.scalars(select(PaperForm.receipt)).one()
    db.session.rollback()
    steps.applied(world, "Qian", "S-001", receipt="QQQQ-2222")
    chance = iter([known, "QQQQ-2222", receipt_of(1), receipt_of(1), receipt_of(2)])
    monkeypatch.setattr(receipts, "new_receipt", lambda: next(chance))
    assert unused_receipts(2) == sorted([receipt_of(1), receipt_of(2)])


def test_its_number_becomes_the_receipt(db: SQLAlchemy, world: World) -> None:
    [number] = printed(world)
    assert entered(world, "Zhao", number.lower().replace("-", " ")) == number
    form = find_paper_form(number)
    assert form is not None
    assert form.application_id == db.session.scalars(select(Application.id)).one()
    assert find_person_by_form(number) == world.people["Zhao"]


def test_who_has_a_receipt_number_keeps_it(db: SQLAlchemy, world: World) -> None:
    steps.applied(world, "Zhao", "S-001", receipt="ZZZZ-2222")
    [number] = printed(world)
    assert entered(world, "Zhao", number, "S-003", version=0) == "ZZZZ-2222"
    assert find_person_by_form(number) == world.people["Zhao"]
    # the clerk mistyped: the same form once more
    version = db.session.scalars(select(Application.version)).one()
    assert entered(world, "Zhao", number, "S-004", version=version) == "ZZZZ-2222"


def test_a_draft_without_a_number_takes_the_forms(db: SQLAlchemy, world: World) -> None:
    with transaction():
        draft = start_application(
            world.round_id, world.people["Zhao"], channel="web", clerk_id=None, now=NOW
        )
        draft.receipt = None
    [number] = printed(world)
    assert entered(world, "Zhao", number, version=0) == number


def test_ones_own_receipt_number_is_no_forms_but_taken(db: SQLAlchemy, world: World) -> None:
    steps.applied(world, "Zhao", "S-001", receipt="ZZZZ-2222")
    assert entered(world, "Zhao", "zzzz2222", "S-003", version=0) == "ZZZZ-2222"


def _used(world: World) -> str:
    [number] = printed(world)
    entered(world, "Sun", number)
    return number


def _of_another_person(world: World) -> str:
    return printed_for(world, "Sun")


def _of_another_round(world: World) -> str:
    [number] = printed(world)
    with transaction() as session:
        other = session.merge(steps.round_of(world))
        values = {
            column.key: getattr(other, column.key)
            for column in type(other).__table__.columns
            if column.key not in ("id", "code")
        }
        another = type(other)(code="another", **values)
        session.add(another)
        session.flush()
        form = session.scalars(select(PaperForm)).one()
        form.round_id = another.id
    return number


def _of_another_application(world: World) -> str:
    steps.applied(world, "Sun", "S-001", receipt="SSSS-2222")
    return "SSSS-2222"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda _world: "2222-2222", "form_unknown"),
        (lambda _world: "abc", "form_unknown"),
        (_used, "form_used"),
        (_of_another_person, "form_of_another_person"),
        (_of_another_round, "form_of_another_round"),
        (_of_another_application, "form_unknown"),
    ],
)
def test_a_number_that_is_not_this_persons_is_refused(
    db: SQLAlchemy, world: World, make: Callable[[World], str], code: str
) -> None:
    number = make(world)
    before = db.session.scalars(select(Application.id)).all()
    db.session.rollback()
    with pytest.raises(DomainError, match=code):
        entered(world, "Zhao", number)
    assert db.session.scalars(select(Application.id)).all() == before


def test_what_is_refused_uses_no_form_up(db: SQLAlchemy, world: World) -> None:
    [number] = printed(world)
    with pytest.raises(DomainError, match="class_not_for_newcomers"):
        entered(world, "Zhao", number, "S-005")
    assert entered(world, "Sun", number) == number


def test_one_with_a_name_leads_to_the_person(world: World) -> None:
    number = printed_for(world, "Zhao")
    assert find_person_by_form(f" {number.lower()} ") == world.people["Zhao"]
    assert [one.receipt for one in list_forms_for(world.people["Zhao"])] == [number]
    assert entered(world, "Zhao", number) == number


def test_a_blank_one_leads_to_nobody_yet(world: World) -> None:
    [number] = printed(world)
    assert find_person_by_form(number) is None
    assert find_paper_form("nothing") is None


def test_what_was_printed_together_is_found_again(world: World) -> None:
    first = printed(world, 3)
    second = printed(world, 2, NOW + timedelta(minutes=1))
    printed_for(world, "Zhao")
    entered(world, "Zhao", first[1])
    found = list_printings(world.round_id)
    assert [(one.count, one.used) for one in found] == [(2, 0), (3, 1)]
    assert {one.receipt for one in list_printed_with(found[1].first_id)} == set(first)
    assert {one.receipt for one in list_printed_with(found[0].first_id + 1)} == set(second)
    with pytest.raises(NotFound, match="form_not_found"):
        list_printed_with(999)
