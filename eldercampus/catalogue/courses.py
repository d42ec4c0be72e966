"""Making and changing courses, teachers and terms."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.catalogue.models import Course, Teacher, Term
from eldercampus.catalogue.queries import get_course
from eldercampus.catalogue.spelling import initials, pinyin_tails
from eldercampus.db import db
from eldercampus.errors import DomainError

DEPARTMENTS = (
    "calligraphy",
    "painting",
    "music",
    "dance",
    "fitness",
    "health",
    "digital",
    "language",
    "life",
    "society",
)


@dataclass(frozen=True)
class CourseDetails:
    """What staff say about a course; next_course_id is the stage that follows it."""

    code: str
    name: str
    department: str
    name_en: str = ""
    stage: int = 1
    next_course_id: int | None = None
    newcomers: bool = True
    physical: bool = False
    lesson_hours: int = 2
    description: str = ""
    description_en: str = ""


@dataclass(frozen=True)
class TermDetails:
    """last_joining_on: the last day on which somebody may still join a class."""

    code: str
    name: str
    starts_on: date
    ends_on: date
    last_joining_on: date
    name_en: str = ""


def create_course(details: CourseDetails, *, account_id: int | None, now: datetime) -> Course:
    """Raises DomainError: code_taken, stages_in_a_circle, course_stage, lesson_hours."""
    course = Course(code=details.code)
    _write(course, details)
    db.session.add(course)
    db.session.flush()
    record("course.create", f"course:{course.id}", now=now, account_id=account_id)
    return course


def change_course(
    course_id: int, details: CourseDetails, *, account_id: int | None, now: datetime
) -> Course:
    """Raises what create_course does, and NotFound."""
    course = get_course(course_id)
    _write(course, details)
    db.session.flush()
    record("course.change", f"course:{course.id}", now=now, account_id=account_id)
    return course


def _write(course: Course, details: CourseDetails) -> None:
    if details.stage < 1:
        raise DomainError("course_stage")
    if not 1 <= details.lesson_hours <= 8:
        raise DomainError("lesson_hours")
    same_code = select(Course.id).where(Course.code == details.code, Course.id != (course.id or 0))
    with db.session.no_autoflush:
        if db.session.scalar(same_code) is not None:
            raise DomainError("code_taken", taken=details.code)
        _refuse_circle(course.id, details.next_course_id)
    for name, value in asdict(details).items():
        setattr(course, name, value)
    course.initials = initials(details.name)
    course.pinyin = pinyin_tails(details.name)


def _refuse_circle(course_id: int | None, next_id: int | None) -> None:
    """A course never follows itself, not by way of others either."""
    follows = dict(db.session.execute(select(Course.id, Course.next_course_id)).tuples().all())
    seen = set()
    while next_id is not None and next_id not in seen:
        if next_id == course_id:
            raise DomainError("stages_in_a_circle")
        if next_id not in follows:
            raise DomainError("no_course")
        seen.add(next_id)
        next_id = follows[next_id]


def create_teacher(
    name: str, name_latin: str = "", *, account_id: int | None, now: datetime
) -> Teacher:
    teacher = Teacher(name=name, name_latin=name_latin)
    db.session.add(teacher)
    db.session.flush()
    record("teacher.create", f"teacher:{teacher.id}", now=now, account_id=account_id)
    return teacher


def create_term(details: TermDetails, *, account_id: int | None, now: datetime) -> Term:
    """Raises DomainError: code_taken, term_dates."""
    if not details.starts_on < details.ends_on:
        raise DomainError("term_dates")
    if not details.starts_on <= details.last_joining_on <= details.ends_on:
        raise DomainError("last_joining")
    if db.session.scalar(select(Term.id).where(Term.code == details.code)) is not None:
        raise DomainError("code_taken", taken=details.code)
    term = Term(**asdict(details))
    db.session.add(term)
    db.session.flush()
    dates = [day.isoformat() for day in (term.starts_on, term.ends_on, term.last_joining_on)]
    record("term.create", f"term:{term.id}", now=now, account_id=account_id, dates=dates)
    return term
