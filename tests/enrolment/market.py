"""A term after its draw, built by hand: who sits where, who waits for what, in which order.

A person's distance to a section is their place in the section's order (each section has a campus of
its own, and the round counts in metres), so that a test can write an order down as it stands in
allocation.md §12.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from eldercampus.allocation import lottery
from eldercampus.catalogue.models import Course, Meeting, Reserve, Section
from eldercampus.catalogue.models import Session as Lesson
from eldercampus.catalogue.rules import RULES
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import (
    HOLDING,
    Application,
    Choice,
    Learner,
    Offer,
    Placement,
    Reason,
    Round,
    Run,
    WaitlistEntry,
)
from eldercampus.enrolment.offers import accept_offer, decline_offer
from eldercampus.enrolment.placements import withdraw_placement
from eldercampus.enrolment.queue_places import list_line
from eldercampus.enrolment.waitlists import (
    Joined,
    check_waitlists,
    join_section,
    leave_waitlist,
)
from eldercampus.people.models import Person
from eldercampus.people.sealing import seal
from eldercampus.places.models import Campus
from tests.world import NOW, TERM_STARTS, World, build_world

AFTER = NOW + timedelta(days=21)  # a Monday, 10:00 in Shanghai; the round was published before
RULE_VALUES = {name: spec.default for name, spec in RULES.items()} | {"proximity": "metres"}
_MIDDLE = 500  # the place of somebody without one: behind all who have one
SEED = "5" * 64


def code_numbered(place: int) -> str:
    """A learner id whose draw number begins with these two hex digits: who applies first has the
    smallest number."""
    codes = (f"L-{place:04x}{nth:08x}" for nth in count())
    return next(code for code in codes if lottery.number(SEED, code).startswith(f"{place:02x}"))


def final_run(round_id: int) -> Run:
    """The draw of a round that never had one: only its seed is real."""
    file = {"input": b"", "input_sha256": "0" * 64}
    return Run(round_id=round_id, kind="final", made_at=NOW, seed=SEED, **file)


class Market:
    """Builds in the current session and commits each step; looks things up by name."""

    def __init__(self, tag_names: dict[str, str] | None = None) -> None:
        self.world: World = build_world()
        self.people: dict[str, int] = dict(self.world.people)
        self.sections: dict[str, int] = {}
        self._orders: dict[str, list[str]] = {}
        self._applied = 0
        with transaction():
            self._publish(tag_names or {})

    def _publish(self, tag_names: dict[str, str]) -> None:
        round_ = db.session.get_one(Round, self.world.round_id)
        round_.state, round_.rules, round_.tag_names = "published", dict(RULE_VALUES), tag_names
        round_.opened_at = NOW - timedelta(days=7)
        round_.published_at = round_.publishes_at
        round_.key_sealed = seal(b"k" * 32)
        db.session.add(final_run(round_.id))

    def section(
        self,
        code: str,
        capacity: int,
        *,
        weekday: int = 1,
        course: str | None = None,
        reserves: Iterable[tuple[str, int, str]] = (),
        order: str = "",
    ) -> None:
        """order: people, nearest first. Sections of one weekday meet at the same hour."""
        with transaction():
            campus = self._campus(code)
            made = Section(
                code=code,
                term_id=self.world.term_id,
                course_id=self._course(course or f"C-{code}"),
                campus_id=campus.id,
                capacity=capacity,
                meetings=[Meeting(weekday=weekday, starts_minute=540, ends_minute=630)],
                reserves=[
                    Reserve(position=place, kind=kind, count=count, unfilled=unfilled)
                    for place, (kind, count, unfilled) in enumerate(reserves)
                ],
            )
            db.session.add(made)
            db.session.flush()
            self._lessons(made.id, weekday)
            self.sections[code] = made.id
            self._orders[code] = order.split()

    def _campus(self, code: str) -> Campus:
        campus = Campus(
            code=f"K-{code}",
            kind="town_school",
            town_id=self.world.towns["East"],
            name=f"校区 {code}",
            name_en=f"Campus {code}",
            longitude=121.40,
            latitude=29.66,
            point_source="test",
            address="一号路 1 号",
            phone="0574-0000 5678",
            step_free=True,
        )
        db.session.add(campus)
        db.session.flush()
        return campus

    def _course(self, code: str) -> int:
        found = db.session.scalar(select(Course.id).where(Course.code == code))
        if found is not None:
            return found
        name = code.removeprefix("C-")
        course = Course(
            code=code, name=f"课程 {name}", name_en=f"Course {name}", department="music"
        )
        db.session.add(course)
        db.session.flush()
        return course.id

    def _lessons(self, section_id: int, weekday: int) -> None:
        for number in range(3):
            day = TERM_STARTS + timedelta(days=weekday - 1, weeks=number)
            db.session.add(
                Lesson(
                    section_id=section_id,
                    number=number + 1,
                    regular_on=day,
                    held_on=day,
                    starts_minute=540,
                    ends_minute=630,
                )
            )

    def person(
        self, name: str, choices: str = "", *, wants: int = 1, tags: Iterable[str] = ()
    ) -> None:
        """Somebody who applied for the sections, best first, and stands in the round's file."""
        with transaction():
            person = Person(
                name=name,
                name_latin=name,
                sex="f",
                born_on=date(1955, 1, 1),
                community_id=self.world.communities["E1"],
                registered_at=NOW,
            )
            db.session.add(person)
            db.session.flush()
            self.people[name] = person.id
        if choices:
            self.apply(name, choices, wants=wants, tags=tags)

    def apply(self, name: str, choices: str, *, wants: int = 1, tags: Iterable[str] = ()) -> None:
        """For somebody who is known: an application, and a place in the round's file."""
        with transaction():
            self._application(self.people[name], choices.split(), wants)
            self._learner(name, choices.split(), wants, list(tags))

    def _application(self, person_id: int, choices: list[str], wants: int) -> None:
        application = Application(
            round_id=self.world.round_id,
            person_id=person_id,
            state="submitted",
            wants=wants,
            created_at=NOW,
            changed_at=NOW,
            submitted_at=NOW,
            choices=[
                Choice(section_id=self.sections[code], rank=rank)
                for rank, code in enumerate(choices, start=1)
            ],
        )
        db.session.add(application)

    def _learner(self, name: str, choices: list[str], wants: int, tags: list[str]) -> None:
        def place(code: str) -> int:
            order = self._orders[code]
            return order.index(name) if name in order else _MIDDLE

        self._applied += 1
        number = self._applied
        db.session.add(
            Learner(
                round_id=self.world.round_id,
                person_id=self.people[name],
                code=code_numbered(number),
                wants=wants,
                tags=tags,
                metres={f"K-{code}": place(code) for code in choices},
            )
        )

    def sit(self, name: str, code: str, seat: str = "open", state: str = "confirmed") -> None:
        with transaction():
            db.session.add(
                Placement(
                    round_id=self.world.round_id,
                    person_id=self.people[name],
                    section_id=self.sections[code],
                    state=state,
                    seat=seat,
                    placed_at=NOW,
                    confirm_by_at=NOW + timedelta(days=25),
                )
            )
            step = update(Section).where(Section.id == self.sections[code])
            db.session.execute(step.values(taken=Section.taken + 1))

    def wait(self, name: str, *codes: str) -> None:
        """The person waits for sections of their own list since the draw."""
        with transaction():
            for code in codes:
                rank = db.session.scalars(
                    select(Choice.rank)
                    .join(Application, Application.id == Choice.application_id)
                    .where(
                        Application.person_id == self.people[name],
                        Choice.section_id == self.sections[code],
                    )
                ).one()
                db.session.add(
                    WaitlistEntry(
                        round_id=self.world.round_id,
                        person_id=self.people[name],
                        section_id=self.sections[code],
                        rank=rank,
                        joined_at=NOW,
                    )
                )

    def began(self, name: str, code: str, place: int, of: int) -> None:
        """Where the person stood in the queue at first."""
        with transaction():
            entry = db.session.merge(self.entry(name, code))
            entry.first_place, entry.first_length = place, of

    def reason(self, name: str, code: str, why: str, **facts: Any) -> None:
        """What the draw said about a choice; with_=CODE names the class in the way."""
        if "with_" in facts:
            facts["with"] = facts.pop("with_")
        with transaction():
            run_id = db.session.scalars(select(Run.id)).one()
            db.session.add(
                Reason(
                    run_id=run_id,
                    person_id=self.people[name],
                    section_id=self.sections[code],
                    code=why,
                    facts=facts,
                )
            )

    # what people do

    def give_back(self, name: str, code: str, now: datetime = AFTER) -> None:
        with transaction():
            withdraw_placement(self.placement(name, code).id, now=now)

    def answer(self, name: str, code: str, how: str, now: datetime = AFTER) -> None:
        """how: accept or decline."""
        answers = {"accept": accept_offer, "decline": decline_offer}
        with transaction():
            answers[how](self.offer(name, code).id, now=now)

    def join(self, name: str, code: str, now: datetime = AFTER) -> Joined:
        with transaction():
            return join_section(self.sections[code], self.people[name], now=now, account_id=None)

    def leave_line(self, name: str, code: str, now: datetime = AFTER) -> None:
        with transaction():
            leave_waitlist(self.entry(name, code).id, now=now, account_id=None)

    # what one looks at afterwards

    def name(self, person_id: int) -> str:
        return next(name for name, known in self.people.items() if known == person_id)

    def holders(self, code: str) -> str:
        """Names of those who hold a seat, in the order they got it."""
        query = select(Placement.person_id).where(
            Placement.section_id == self.sections[code], Placement.state.in_(HOLDING)
        )
        found = db.session.scalars(query.order_by(Placement.id))
        return " ".join(self.name(person_id) for person_id in found)

    def live(self, code: str) -> str:
        """Names of those who are asked, in the order of asking."""
        query = select(Offer.person_id).where(
            Offer.section_id == self.sections[code], Offer.state == "live"
        )
        found = db.session.scalars(query.order_by(Offer.id))
        return " ".join(self.name(person_id) for person_id in found)

    def line(self, code: str) -> str:
        """Names of those who wait, in order."""
        found = list_line(self.world.term_id, self.sections[code])
        return " ".join(self.name(one.person_id) for one in found)

    def placement(self, name: str, code: str) -> Placement:
        """The newest one."""
        query = select(Placement).where(
            Placement.person_id == self.people[name], Placement.section_id == self.sections[code]
        )
        return db.session.scalars(query.order_by(Placement.id.desc()).limit(1)).one()

    def offer(self, name: str, code: str) -> Offer:
        """The newest one."""
        query = select(Offer).where(
            Offer.person_id == self.people[name], Offer.section_id == self.sections[code]
        )
        newest = query.order_by(Offer.id.desc()).limit(1)
        whole = joinedload(Offer.section).joinedload(Section.term)
        return db.session.scalars(newest.options(whole)).one()

    def entry(self, name: str, code: str) -> WaitlistEntry:
        """The newest one."""
        query = select(WaitlistEntry).where(
            WaitlistEntry.person_id == self.people[name],
            WaitlistEntry.section_id == self.sections[code],
        )
        newest = query.order_by(WaitlistEntry.id.desc()).limit(1)
        return db.session.scalars(newest.options(joinedload(WaitlistEntry.section))).one()

    def sound(self, now: datetime = AFTER) -> None:
        """Nothing is wrong with seats, offers and queues."""
        db.session.rollback()
        assert check_waitlists(now) == []
        db.session.rollback()
