"""What every page shows: the school's name, whom to ring, and the office of who is signed in."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from flask import Flask, current_app, g
from flask_babel import gettext
from sqlalchemy import Select, bindparam, case, select
from sqlalchemy.exc import SQLAlchemyError

from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.models import HOLDING, Placement
from eldercampus.language import name_of
from eldercampus.people.models import Person
from eldercampus.places.models import Campus, Community, District, Town
from eldercampus.web.access import signed_in


@dataclass(frozen=True)
class HelpLine:
    """phone as people write it; hours in words."""

    phone: str
    hours: str


@dataclass(frozen=True)
class School:
    """What pages need of the district's row; kept for the error page of a missing database."""

    name: str
    name_en: str
    phone: str


_SCHOOL_GOOD_UNTIL = "eldercampus_school_good_until"


def init_context(app: Flask) -> None:
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    school = current_school()
    return {
        "district_name": name_of(school) if school else gettext("Elder university"),
        "help_line": _help_line(school),
        "office_name": _office_name(),
    }


def current_school() -> School | None:
    """The district's school, looked up once a minute: no page changes it, only commands do. The one
    last seen where the database does not answer."""
    known = current_app.extensions
    if time.monotonic() < known.get(_SCHOOL_GOOD_UNTIL, 0.0) or g.get("school_was_asked_for"):
        return cast("School | None", known.get("eldercampus_school"))
    g.school_was_asked_for = True
    query = select(District.school_name, District.school_name_en, District.phone)
    try:
        row = db.session.execute(query).one_or_none()
    except SQLAlchemyError:
        return cast("School | None", known.get("eldercampus_school"))
    known["eldercampus_school"] = School(*row) if row else None
    known[_SCHOOL_GOOD_UNTIL] = time.monotonic() + (60 if row else 0)
    return cast("School | None", known["eldercampus_school"])


def _help_line(school: School | None) -> HelpLine | None:
    """The phone of the person's own campus where the page is about one, else the district's."""
    person: Person | None = g.get("person")
    phone = (campus_phone(person) if person else None) or (school.phone if school else None)
    return HelpLine(phone, office_hours()) if phone else None


def office_hours() -> str:
    """When somebody answers the telephone."""
    return gettext("Monday to Friday, 8:30–16:30")


def campus_phone(person: Person) -> str | None:
    """Where they hold a seat, else the school of their town."""
    of_them = {"person_id": person.id, "community_id": person.community_id}
    try:
        return db.session.scalar(_phone_for(), of_them)
    except SQLAlchemyError:
        return None


@cache
def _phone_for() -> Select[tuple[str]]:
    """Built once: every page about a person ends with it."""
    seat = (
        select(Section.campus_id)
        .join(Placement, Placement.section_id == Section.id)
        .where(Placement.person_id == bindparam("person_id"), Placement.state.in_(HOLDING))
    )
    town = select(Community.town_id).where(Community.id == bindparam("community_id"))
    here = (Campus.id.in_(seat), 0), (Campus.kind == "town_school", 1)
    return (
        select(Campus.phone)
        .where(Campus.active.is_(True))
        .where(Campus.id.in_(seat) | Campus.town_id.in_(town))
        .order_by(case(*here, else_=2), Campus.id)
        .limit(1)
    )


def _office_name() -> str:
    """The campus or town of a staff account; empty for the district and for everybody else."""
    try:
        account = signed_in()
        grants = account.grants if account else []
        for grant in grants:
            if grant.campus_id is not None:
                return name_of(db.session.get(Campus, grant.campus_id))
            if grant.town_id is not None:
                return name_of(db.session.get(Town, grant.town_id))
    except SQLAlchemyError:
        return ""
    return ""
