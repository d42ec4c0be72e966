"""The demonstration's courses and class groups; no room or teacher twice at one time. Synthetic."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pypinyin import lazy_pinyin

from eldercampus.catalogue.models import Course, Meeting, Reserve, Section, Teacher, Term
from eldercampus.catalogue.spelling import initials, pinyin_tails
from eldercampus.db import db
from eldercampus.demo.courses import MEN, STAGES, SUBJECTS, SURNAMES, WOMEN, Subject
from eldercampus.places.models import Campus, Room, Town

SLOTS = [(510, 600), (615, 705), (810, 900), (915, 1005)]  # 8:30, 10:15, 13:30, 15:15
_WEEK = [(weekday, slot) for weekday in range(1, 6) for slot in SLOTS]
_SECTIONS_AT = {
    "elder_university": 70,
    "community_college": 44,
    "town_school": 7,
    "learning_point": 2,
    "shared_venue": 5,
}


def build_courses() -> dict[str, list[Course]]:
    """Writes every stage of every subject; returns them by the subject's Chinese name."""
    courses: dict[str, list[Course]] = {}
    number = 0
    for subject in SUBJECTS:
        chain = []
        for stage in range(1, subject.stages + 1):
            number += 1
            zh, en = STAGES[stage] if subject.stages > 1 else ("", "")
            chain.append(
                Course(
                    code=f"C-{number:02d}",
                    name=f"{subject.name} {zh}".strip(),
                    name_en=f"{subject.name_en} {en}".strip(),
                    initials=initials(subject.name),
                    pinyin=pinyin_tails(subject.name),
                    department=subject.department,
                    stage=stage,
                    newcomers=stage == 1,
                    physical=subject.physical,
                )
            )
        db.session.add_all(chain)
        db.session.flush()
        for before, after in pairwise(chain):
            before.next_course_id = after.id
        courses[subject.name] = chain
    return courses


def build_teachers(chance: random.Random, count: int) -> list[Teacher]:
    teachers = []
    for _ in range(count):
        surname = chance.choice(SURNAMES)
        given = chance.choice(WOMEN if chance.random() < 0.6 else MEN)
        latin = "".join(lazy_pinyin(surname)).title() + " " + "".join(lazy_pinyin(given)).title()
        teachers.append(Teacher(name=surname + given, name_latin=latin))
    db.session.add_all(teachers)
    db.session.flush()
    return teachers


@dataclass
class _Week:
    """Who and what is free when, in one term."""

    chance: random.Random
    used: set[tuple[str, int, int, tuple[int, int]]] = field(default_factory=set)

    def place(
        self, rooms: list[Room], teachers: list[Teacher]
    ) -> Iterator[tuple[Room, Teacher, int, tuple[int, int]]]:
        """Yields one free (room, teacher, weekday, hours), or nothing where the campus is full."""
        options = [(room, when) for room in rooms for when in _WEEK]
        self.chance.shuffle(options)
        for room, (weekday, hours) in options:
            if ("room", room.id, weekday, hours) in self.used:
                continue
            for teacher in teachers:
                if ("teacher", teacher.id, weekday, hours) not in self.used:
                    self.used.add(("room", room.id, weekday, hours))
                    self.used.add(("teacher", teacher.id, weekday, hours))
                    yield room, teacher, weekday, hours
                    return


def build_sections(
    chance: random.Random,
    term: Term,
    campuses: list[Campus],
    courses: dict[str, list[Course]],
    teachers: dict[str, list[Teacher]],
    towns: dict[int, Town],
) -> list[Section]:
    """Writes the term's class groups with meetings and reserves."""
    week = _Week(chance)
    sections: list[Section] = []
    for campus in campuses:
        for subject, course in _offer(chance, campus, courses):
            for room, teacher, weekday, hours in week.place(
                campus.rooms, teachers[subject.department]
            ):
                sections.append(
                    _section(chance, term, campus, room, teacher, subject, course, towns)
                )
                sections[-1].code = f"S-{len(sections):03d}"
                sections[-1].meetings = [
                    Meeting(weekday=weekday, starts_minute=hours[0], ends_minute=hours[1])
                ]
    db.session.add_all(sections)
    db.session.flush()
    return sections


def _offer(
    chance: random.Random, campus: Campus, courses: dict[str, list[Course]]
) -> Iterable[tuple[Subject, Course]]:
    """What a campus teaches: wanted subjects more often, higher stages in the big schools."""
    big = campus.kind in ("elder_university", "community_college")
    subjects = [s for s in SUBJECTS if big or campus.kind != "learning_point" or s.village]
    picked: list[tuple[Subject, Course]] = []
    if campus.kind == "elder_university":
        picked = [(s, course) for s in SUBJECTS for course in courses[s.name]]
    while len(picked) < _SECTIONS_AT[campus.kind]:
        subject = chance.choices(subjects, weights=[s.wanted for s in subjects])[0]
        stage = 0 if not big else chance.choice(range(subject.stages))
        course = courses[subject.name][stage]
        if big or (subject, course) not in picked:
            picked.append((subject, course))
    return picked[: _SECTIONS_AT[campus.kind]]


def _section(
    chance: random.Random,
    term: Term,
    campus: Campus,
    room: Room,
    teacher: Teacher,
    subject: Subject,
    course: Course,
    towns: dict[int, Town],
) -> Section:
    capacity = min(subject.seats, room.places)
    free = campus.kind in ("learning_point", "shared_venue")
    reserves = []
    if campus.kind == "elder_university":
        reserves = [Reserve(position=1, kind="disability", count=1, unfilled="release")]
        if subject.wanted >= 7:
            reserves.append(Reserve(position=2, kind="new", count=3, unfilled="release"))
    elif campus.kind == "town_school":
        kind = f"town:{towns[campus.town_id].code}"
        reserves = [Reserve(position=1, kind=kind, count=capacity // 3, unfilled="release")]
    return Section(
        term_id=term.id,
        course_id=course.id,
        campus_id=campus.id,
        room_id=room.id,
        teacher_id=teacher.id,
        capacity=capacity,
        minimum=10 if campus.kind in ("elder_university", "community_college") else 8,
        fee_yuan=0 if free else max(0, subject.fee - (40 if campus.kind == "town_school" else 0)),
        mode="hybrid" if subject.department == "digital" and chance.random() < 0.2 else "in_person",
        reserves=reserves,
    )
