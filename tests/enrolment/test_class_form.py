"""What the form of a class changes while people apply is a decision with a reason."""

from dataclasses import replace
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from eldercampus.catalogue.queries import get_section
from eldercampus.catalogue.sections import ReserveSeats
from eldercampus.db import transaction
from eldercampus.enrolment.class_changes import details_of
from eldercampus.enrolment.class_form import save_class
from eldercampus.enrolment.deciding import exempt_class, undo_decision
from eldercampus.enrolment.decision_queries import (
    ids_that_can_be_undone,
    list_decisions,
    sections_of,
)
from eldercampus.errors import DomainError
from tests.enrolment import steps
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def save(world: World, reason: str = "", **changes: Any) -> None:
    section_id = world.sections["S-001"]
    with transaction():
        details = replace(details_of(get_section(section_id)), **changes)
        officer = world.accounts["officer"]
        save_class(section_id, details, reason=reason, account_id=officer, now=NOW)


def refused(world: World, reason: str = "", **changes: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        save(world, reason, **changes)
    return caught.value


NEW = [ReserveSeats("new", 1, "keep")]
DIFFERENCES = [
    ("capacity", 3, 2, 3),
    ("minimum", 2, 0, 2),
    ("exempt", True, False, True),
    ("fill", "open_first", "reserved_first", "open_first"),
    ("state", "closed", "open", "closed"),
    ("reserves", NEW, [], [["new", 1, "keep"]]),
]


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize(("part", "value", "before", "after"), DIFFERENCES)
def test_a_reason_is_asked_and_kept(
    world: World, state: str, part: str, value: Any, before: Any, after: Any
) -> None:
    steps.opened(world)
    if state == "closed":
        steps.closed(world)
    for empty in ("", " \n"):
        assert refused(world, empty, **{part: value}).code == "reason_missing"
    assert list_decisions(world.round_id) == []
    save(world, " 教室换大了 ", **{part: value})
    (kept,) = list_decisions(world.round_id)
    assert (kept.kind, kept.reason, kept.section_id) == (
        "change",
        "教室换大了",
        world.sections["S-001"],
    )
    assert kept.facts == {"before": {part: before}, "after": {part: after}}
    now = details_of(get_section(world.sections["S-001"]))
    assert getattr(now, part) == value


def test_only_what_the_draw_counts_on_needs_a_reason(world: World) -> None:
    save(world, capacity=3)  # nobody applies yet
    steps.opened(world)
    save(world, fee_yuan=99)
    save(world, paused=True)
    assert list_decisions(world.round_id) == []
    save(world, "多来几位", capacity=4, minimum=1, fee_yuan=1)
    (kept,) = list_decisions(world.round_id)
    assert kept.facts == {
        "before": {"capacity": 3, "minimum": 0},
        "after": {"capacity": 4, "minimum": 1},
    }


def test_while_the_list_is_fixed_no_reason_helps(world: World) -> None:
    steps.opened(world)
    steps.applied(world, "Zhao", "S-001")
    steps.closed(world)
    steps.frozen(world)
    assert refused(world, "", capacity=3).code == "class_is_fixed"
    assert refused(world, "多来几位", capacity=3).code == "class_is_fixed"
    assert list_decisions(world.round_id) == []


def test_what_fails_leaves_no_decision(world: World) -> None:
    steps.opened(world)
    assert refused(world, "试", capacity=500).code == "capacity_above_room"
    assert list_decisions(world.round_id) == []


def test_a_change_is_undone_in_the_form_only(world: World) -> None:
    officer = world.accounts["officer"]
    steps.opened(world)
    with transaction():
        section_id = world.sections["S-001"]
        exempt_class(world.round_id, section_id, reason="留着", now=NOW, account_id=officer)
    save(world, "还是看人数", exempt=False)
    decisions = list_decisions(world.round_id)
    assert [one.kind for one in decisions] == ["change", "exempt"]
    assert ids_that_can_be_undone(decisions, sections_of(decisions)) == set()
    with pytest.raises(DomainError, match="change_stays"), transaction():
        undo_decision(decisions[0].id, reason="x", now=NOW, account_id=officer)
