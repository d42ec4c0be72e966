"""Staff hold, widen and merge classes before the list is fixed, each time with a reason."""

from collections.abc import Callable
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import get_section
from eldercampus.db import transaction
from eldercampus.enrolment.choosing import check_open
from eldercampus.enrolment.class_merging import merge_classes
from eldercampus.enrolment.deciding import exempt_class, undo_decision, widen_class
from eldercampus.enrolment.decision_queries import (
    find_listed_before,
    ids_that_can_be_undone,
    list_decisions,
    sections_of,
)
from eldercampus.enrolment.models import Application, Choice, Placement, Round, RoundDecision
from eldercampus.errors import DomainError, IllegalTransition, NotFound
from eldercampus.notices.models import Notice
from tests.enrolment import steps
from tests.world import NOW, World, build_world


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """Closed. S-001 and S-004 are the same course; S-006 needs three, only Wu has it first."""
    built = build_world()
    steps.opened(built)
    steps.applied(built, "Zhao", "S-003 S-001 S-004")
    steps.applied(built, "Qian", "S-004 S-003 S-001 S-002")
    steps.applied(built, "Sun", "S-004 S-006")
    steps.applied(built, "Li", "S-002 S-006")
    steps.applied(built, "Wu", "S-006")
    steps.closed(built)
    return built


def decide(world: World, use_case: Callable[..., Any], code: str, *args: Any, **more: Any) -> Any:
    values = {"reason": "试一试", "now": NOW, "account_id": world.accounts["officer"], **more}
    with transaction():
        made = use_case(world.round_id, world.sections[code], *args, **values)
        return made.id


def merge(world: World, code: str, into: str, **more: Any) -> Any:
    return decide(world, merge_classes, code, world.sections[into], **more)


def undo(world: World, decision_id: int, reason: str = "想错了") -> int:
    with transaction():
        officer = world.accounts["officer"]
        return undo_decision(decision_id, reason=reason, now=NOW, account_id=officer).id


def section(db: SQLAlchemy, world: World, code: str) -> Section:
    db.session.rollback()
    return db.session.get_one(Section, world.sections[code])


def frozen_beside(world: World) -> int:
    """The id of another round of the term that is closed, while the first one is frozen."""
    other_id = round_beside(world, "closed")
    steps.frozen(world)
    return other_id


def round_beside(world: World, state: str) -> int:
    """The id of another round of the term."""
    first = steps.round_of(world)
    own = ("id", "code", "state")
    same = {c.name: getattr(first, c.name) for c in Round.__table__.columns if c.name not in own}
    with transaction() as session:
        other = Round(**same, code="second", state=state)
        session.add(other)
        session.flush()
        return other.id


@pytest.mark.parametrize("kind", ["merge", "widen", "exempt"])
def test_classes_stay_as_they_are_beside_a_frozen_round(world: World, kind: str) -> None:
    """Its draw counts on the same classes: it could not be published any more."""
    sections = world.sections
    told: dict[str, Any] = {"reason": "x", "account_id": world.accounts["officer"]}
    uses: dict[str, Callable[..., Any]] = {
        "merge": lambda other: merge_classes(
            other, sections["S-004"], sections["S-001"], now=NOW, **told
        ),
        "widen": lambda other: widen_class(other, sections["S-004"], 29, now=NOW, **told),
        "exempt": lambda other: exempt_class(other, sections["S-006"], now=NOW, **told),
    }
    other_id = frozen_beside(world)
    with pytest.raises(DomainError) as refused, transaction():
        uses[kind](other_id)
    assert refused.value.code == "class_is_fixed"
    assert refused.value.facts["round"] == steps.round_of(world).name
    steps.drawn(world)
    assert steps.published(world).state == "published"


def list_of(db: SQLAlchemy, world: World, name: str) -> list[tuple[int, str, str | None]]:
    """(rank, class, the class listed before) of a person."""
    codes = {section_id: code for code, section_id in world.sections.items()}
    query = (
        select(Choice)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.person_id == world.people[name])
        .order_by(Choice.rank)
    )
    return [
        (row.rank, codes[row.section_id], codes[row.listed_id] if row.listed_id else None)
        for row in db.session.scalars(query)
    ]


def summary(world: World, db: SQLAlchemy) -> list[tuple[str, dict[str, Any], str]]:
    return [(one.kind, one.facts, one.reason) for one in reversed(list_decisions(world.round_id))]


def test_a_class_held_in_any_case_survives_the_draw(world: World, db: SQLAlchemy) -> None:
    decide(world, exempt_class, "S-006")
    assert section(db, world, "S-006").exempt
    assert summary(world, db) == [("exempt", {"before": False, "after": True}, "试一试")]
    with pytest.raises(DomainError, match="exempt_already"):
        decide(world, exempt_class, "S-006")
    deeds = select(AuditEntry.action).where(AuditEntry.subject == "round:2027-spring-1")
    assert "round.decide.exempt" in db.session.scalars(deeds).all()
    for take in (steps.frozen, steps.drawn, steps.published):
        take(world)
    assert section(db, world, "S-006").state == "open"
    seats = select(Placement.person_id).where(Placement.section_id == world.sections["S-006"])
    assert db.session.scalars(seats).all() == [world.people["Wu"]]


def test_a_class_gets_more_seats_up_to_its_room(world: World, db: SQLAlchemy) -> None:
    decide(world, widen_class, "S-001", 5)
    assert section(db, world, "S-001").capacity == 5
    assert summary(world, db) == [("widen", {"before": 2, "after": 5}, "试一试")]
    for seats in (5, 4, 0, -1):
        with pytest.raises(DomainError, match="not_wider"):
            decide(world, widen_class, "S-001", seats)
    with pytest.raises(DomainError, match="capacity_above_room"):
        decide(world, widen_class, "S-001", 41)
    decide(world, widen_class, "S-001", 40)
    assert section(db, world, "S-001").capacity == 40


def test_a_decision_is_undone_by_its_opposite(world: World, db: SQLAlchemy) -> None:
    held = decide(world, exempt_class, "S-006")
    wide = decide(world, widen_class, "S-001", 5)
    wider = decide(world, widen_class, "S-001", 7)

    def open_ones() -> set[int]:
        decisions = list_decisions(world.round_id)
        return ids_that_can_be_undone(decisions, sections_of(decisions))

    assert open_ones() == {held, wider}
    with pytest.raises(DomainError, match="decision_overtaken"):
        undo(world, wide)
    undo(world, wider)
    undo(world, held)
    assert (section(db, world, "S-001").capacity, section(db, world, "S-006").exempt) == (5, False)
    assert open_ones() == set()
    assert [facts for _kind, facts, _reason in summary(world, db)[-2:]] == [
        {"before": 7, "after": 5, "undoes": wider},
        {"before": True, "after": False, "undoes": held},
    ]
    with pytest.raises(NotFound):
        undo(world, 99)


def test_two_classes_become_one_at_the_better_rank(world: World, db: SQLAlchemy) -> None:
    before = {row.person_id: row.version for row in db.session.scalars(select(Application)).all()}
    merged = merge(world, "S-004", "S-001")
    assert list_of(db, world, "Zhao") == [(1, "S-003", None), (2, "S-001", None)]
    assert list_of(db, world, "Qian") == [
        (1, "S-001", "S-004"),
        (2, "S-003", None),
        (3, "S-002", None),
    ]
    assert list_of(db, world, "Sun") == [(1, "S-001", "S-004"), (2, "S-006", None)]
    assert list_of(db, world, "Li") == [(1, "S-002", None), (2, "S-006", None)]
    gone = section(db, world, "S-004")
    assert (gone.state, gone.merged_into_id) == ("closed", world.sections["S-001"])
    changed = {
        row.person_id
        for row in db.session.scalars(select(Application)).all()
        if row.version != before[row.person_id]
    }
    assert changed == {world.people[name] for name in ("Zhao", "Qian", "Sun")}
    with pytest.raises(DomainError, match="merge_stays"):
        undo(world, merged)
    db.session.expunge_all()
    with pytest.raises(DomainError) as refused:  # a paper form that names it is entered late
        check_open(get_section(world.sections["S-004"]))
    assert (refused.value.code, refused.value.facts["into"]) == ("section_merged", "S-001")
    listed = find_listed_before(world.round_id, world.people["Qian"])
    assert {now: then.code for now, then in listed.items()} == {world.sections["S-001"]: "S-004"}


def test_everybody_concerned_is_told_once(world: World, db: SQLAlchemy) -> None:
    with transaction():
        app_of_zhao = select(Application).where(Application.person_id == world.people["Zhao"])
        db.session.scalars(app_of_zhao).one().withdrawn_at = NOW
    merge(world, "S-004", "S-001")
    notices = db.session.scalars(select(Notice).where(Notice.kind == "merged")).all()
    assert {one.person_id for one in notices} == {world.people["Qian"], world.people["Sun"]}
    for one in notices:
        assert one.facts == {
            "listed": world.sections["S-004"],
            "section": world.sections["S-001"],
        }


def test_merged_again_what_was_listed_first_is_kept(world: World, db: SQLAlchemy) -> None:
    with transaction():
        singing = section(db, world, "S-006")
        singing.course_id = world.courses["C-01"]
    merge(world, "S-004", "S-006")
    merge(world, "S-006", "S-001")
    assert list_of(db, world, "Sun") == [(1, "S-001", "S-004")]
    assert list_of(db, world, "Li") == [(1, "S-002", None), (2, "S-001", "S-006")]
    told = select(Notice.person_id).where(Notice.kind == "merged")
    assert db.session.scalars(told).all().count(world.people["Sun"]) == 2


def test_the_draw_goes_by_the_merged_lists(world: World, db: SQLAlchemy) -> None:
    merge(world, "S-004", "S-001")
    for take in (steps.frozen, steps.drawn, steps.published):
        take(world)
    assert section(db, world, "S-001").taken == 2
    assert section(db, world, "S-004").taken == 0


def test_what_cannot_be_merged(world: World, db: SQLAlchemy) -> None:
    with pytest.raises(DomainError, match="merge_other_course"):
        merge(world, "S-004", "S-002")
    with pytest.raises(DomainError, match="merge_with_itself"):
        merge(world, "S-004", "S-004")
    with transaction():
        db.session.execute(
            update(Section).where(Section.id == world.sections["S-004"]).values(taken=1)
        )
    with pytest.raises(DomainError, match="merge_has_people"):
        merge(world, "S-004", "S-001")
    with transaction():
        db.session.execute(update(Section).values(taken=0))
        section(db, world, "S-001").state = "closed"
    with pytest.raises(DomainError, match="section_closed"):
        merge(world, "S-004", "S-001")
    assert list_decisions(world.round_id) == []


def test_while_people_choose_classes_are_not_merged(db: SQLAlchemy) -> None:
    built = build_world()
    steps.opened(built)
    with pytest.raises(DomainError, match="merge_while_open"):
        merge(built, "S-004", "S-001")
    decide(built, widen_class, "S-001", 3)  # this can be told to everybody who looks
    assert section(db, built, "S-001").capacity == 3


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_class_listed_in_another_round_is_not_merged(
    world: World, db: SQLAlchemy, state: str
) -> None:
    """Its applicants would find a list that they never handed in, and nobody would tell them."""
    other_id = round_beside(world, state)
    application_id = steps.applied(world, "Zhou", "S-004", round_id=other_id, receipt="beside")
    with pytest.raises(DomainError, match="merge_listed_beside"):
        merge(world, "S-004", "S-001")
    with transaction():
        db.session.get_one(Application, application_id).state = "withdrawn"
    merge(world, "S-004", "S-001")
    assert section(db, world, "S-004").state == "closed"


def test_every_decision_has_a_reason(world: World, db: SQLAlchemy) -> None:
    acts: list[Callable[[], Any]] = [
        lambda: decide(world, exempt_class, "S-006", reason="  "),
        lambda: decide(world, widen_class, "S-001", 5, reason=""),
        lambda: merge(world, "S-004", "S-001", reason="\n"),
    ]
    for act in acts:
        with pytest.raises(DomainError, match="reason_missing"):
            act()
    assert section(db, world, "S-001").capacity == 2
    assert db.session.scalars(select(RoundDecision)).all() == []


@pytest.mark.parametrize("state", ["draft", "frozen", "drawn", "published", "cancelled"])
def test_once_the_list_is_fixed_nothing_is_decided(
    world: World, db: SQLAlchemy, state: str
) -> None:
    held = decide(world, exempt_class, "S-006")
    with transaction():
        db.session.get_one(Round, world.round_id).state = state
    acts: list[Callable[[], Any]] = [
        lambda: decide(world, exempt_class, "S-001"),
        lambda: decide(world, widen_class, "S-001", 5),
        lambda: merge(world, "S-004", "S-001"),
        lambda: undo(world, held),
    ]
    for act in acts:
        with pytest.raises(DomainError) as refused:
            act()
        fixed = state in ("frozen", "drawn")
        assert refused.value.code == ("class_is_fixed" if fixed else "illegal_transition")
        assert isinstance(refused.value, IllegalTransition) != fixed


def test_a_class_of_another_term_is_none(world: World, db: SQLAlchemy) -> None:
    world.sections["other"] = 99
    with pytest.raises(NotFound):
        decide(world, exempt_class, "other")
