"""Loading the demonstration: places, three terms, a round drawn and published, one open. Synthetic.

Everything that people would do through a page goes through the same use cases; only crowds of rows
(residents, applications) are written in bulk.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from eldercampus.audit.chain import record
from eldercampus.catalogue.calendar import SHANGHAI
from eldercampus.catalogue.models import Course, Section, Term
from eldercampus.catalogue.queries import get_calendar
from eldercampus.catalogue.years import load_calendar_year
from eldercampus.db import db, transaction
from eldercampus.demo import answers, draw, geography, staff, terms, timetable
from eldercampus.demo.courses import SUBJECTS
from eldercampus.demo.history import write_history
from eldercampus.demo.residents import Resident, claim_tags, invent_residents
from eldercampus.demo.wishes import Class, Taste, write_applications
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.rounds import RoundPlan, open_round, plan_round
from eldercampus.places.distances import metres_to_campuses
from eldercampus.places.geography import load_towns_and_communities
from eldercampus.places.models import Campus, District, Town

PHONE = "0574-0000 1234"
STARTED, LOADED = "demo.start", "demo.load"


@dataclass
class Story:
    """What the steps hand on to each other: ids, never rows, since each step is a transaction."""

    chance: random.Random
    now: datetime
    count: int
    term_ids: tuple[int, int, int] = (0, 0, 0)
    residents: list[Resident] = field(default_factory=list)
    onward: dict[int, int] = field(default_factory=dict)  # person → the course that comes next

    @property
    def loaded_on(self) -> date:
        return self.now.astimezone(SHANGHAI).date()


def load_demonstration(count: int, seed: int, now: datetime, tell: Callable[[], None]) -> None:
    """Writes the whole demonstration into an empty database.

    count: residents; the same count, seed and day give the same rows.
    tell() is called after each of the STEPS.
    """
    story = Story(random.Random(seed), now, count)
    for step in _STORY:
        step(story)
        _count_rows()
        tell()


def _count_rows() -> None:
    """PostgreSQL plans by statistics, which its own vacuum would only gather a minute later."""
    if db.engine.dialect.name == "postgresql":
        with transaction() as session:
            session.execute(text("ANALYZE"))


def _places(story: Story) -> None:
    with transaction():
        record(STARTED, "demo", now=story.now)
        db.session.add(
            District(
                id=1,
                code="330213",
                name="奉化区",
                name_en="Fenghua District",
                school_name="奉化老年大学",
                school_name_en="Fenghua Elder University",
                phone=PHONE,
            )
        )
        load_towns_and_communities(Path(str(resources.files("eldercampus.data") / "fenghua")))
        geography.invent_points(story.chance)
        geography.build_campuses(story.chance, PHONE)
        for year in range(story.now.year - 1, story.now.year + 3):
            load_calendar_year(year, now=story.now)


def _classes(story: Story) -> None:
    with transaction():
        chance = story.chance
        campuses = list(
            db.session.scalars(
                select(Campus).options(selectinload(Campus.rooms)).order_by(Campus.code)
            )
        )
        towns = {town.id: town for town in db.session.scalars(select(Town))}
        courses = timetable.build_courses()
        staffed = {s.department: timetable.build_teachers(chance, 14) for s in SUBJECTS}
        calendar = get_calendar()
        rows = terms.make_terms(story.loaded_on)
        story.term_ids = (rows[0].id, rows[1].id, rows[2].id)
        for term in rows:
            timetable.build_sections(chance, term, campuses, courses, staffed, towns)
            terms.write_lessons(term, calendar)


def _people(story: Story) -> None:
    with transaction():
        story.residents = invent_residents(story.chance, story.count, story.loaded_on, story.now)
        claim_tags(story.chance, story.residents, story.now)


def _staff(story: Story) -> None:
    with transaction():
        staff.make_accounts(story.now)


def _past(story: Story) -> None:
    with transaction():
        term = db.session.get_one(Term, story.term_ids[0])
        story.onward = write_history(story.chance, term, story.residents)


def _draw(story: Story) -> None:
    """Three in four apply; the round is drawn and published as staff would do it."""
    applicants = story.chance.sample(story.residents, len(story.residents) * 3 // 4)
    with transaction():
        term = db.session.get_one(Term, story.term_ids[1])
        plan = terms.plan_drawn_round(term, story.loaded_on, get_calendar())
        round_ = _open(story, plan)
        _apply(story, round_, applicants, until=plan.closes_at)
        round_id = round_.id
    draw.run_whole_round(round_id, plan, story.chance)


def _answer(story: Story) -> None:
    answers.give_answers(story.chance, story.term_ids[1], story.now)


def _apply_again(story: Story) -> None:
    """A third of the residents has applied in the open round so far."""
    applicants = story.chance.sample(story.residents, len(story.residents) // 3)
    with transaction():
        term = db.session.get_one(Term, story.term_ids[2])
        terms.remember_last_time(story.term_ids[1], term.id)
        plan = terms.plan_open_round(term, story.loaded_on, get_calendar())
        _apply(story, _open(story, plan), applicants, until=story.now)


def _end(story: Story) -> None:
    with transaction():
        record(LOADED, "demo", now=story.now, residents=story.count)


def _open(story: Story, plan: RoundPlan) -> Round:
    planned = plan_round(plan, now=plan.opens_at, account_id=None)
    return open_round(planned.id, now=plan.opens_at, chance=story.chance.randbytes)


def _apply(story: Story, round_: Round, applicants: list[Resident], until: datetime) -> None:
    classes, by_course = _classes_of(round_.term_id)
    onward = {person: by_course.get(course, []) for person, course in story.onward.items()}
    taste = Taste(classes, metres_to_campuses())
    write_applications(story.chance, round_, applicants, taste, until, onward=onward)


def _classes_of(term_id: int) -> tuple[list[Class], dict[int, list[int]]]:
    """The term's sections as people choose among them, and section ids by course."""
    wanted = {subject.name: subject.wanted for subject in SUBJECTS}
    query = (
        select(Section.id, Course, Campus.code)
        .join(Course, Course.id == Section.course_id)
        .join(Campus, Campus.id == Section.campus_id)
        .where(Section.term_id == term_id)
        .order_by(Section.id)
    )
    classes, by_course = [], defaultdict(list)
    for section_id, course, campus in db.session.execute(query):
        weight = wanted[course.name.split(" ")[0]]
        classes.append(
            Class(section_id, course.id, campus, weight, course.physical, course.newcomers)
        )
        by_course[course.id].append(section_id)
    return classes, by_course


_STORY = (_places, _classes, _people, _staff, _past, _draw, _answer, _apply_again, _end)
STEPS = len(_STORY)
