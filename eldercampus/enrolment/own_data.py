"""Everything that is kept about a person, as a file for themselves that a machine can read."""

import json
from typing import Any

from sqlalchemy import Select, select

from eldercampus.catalogue.models import Course, Section
from eldercampus.db import db
from eldercampus.enrolment.models import (
    Application,
    Choice,
    LatePaper,
    Learner,
    Offer,
    Placement,
    Reason,
    Round,
    WaitlistEntry,
)
from eldercampus.notices.models import Notice
from eldercampus.people.models import Person
from eldercampus.people.own_data import personal_values, values_of

FORMAT = "eldercampus.my-data.v1"
_LEFT_OUT = (
    *("person_id", "account_id", "clerk_id", "entered_by_id", "approval_id", "answered_by_id"),
    *("run_id", "token", "lease_holder", "lease_until", "out_id"),
)


def build_own_file(person: Person, *, whole_number: bool, with_links: bool) -> bytes:
    """UTF-8 JSON, one key a table, moments in UTC. person: with community and town; whole_number:
    see personal_values; with_links: of the texts sent, those that answer for the person too."""
    values: dict[str, Any] = {
        "format": FORMAT,
        **personal_values(person, whole_number=whole_number),
        "applications": _told(_in_round(Application, person.id)),
        "choices": _told(_choices(person.id)),
        "late_papers": _told(_in_round(LatePaper, person.id)),
        "in_the_draw": _told(_in_round(Learner, person.id)),
        "reasons": _told(_in_section(Reason, person.id)),
        "seats": _told(_in_section(Placement, person.id)),
        "waiting": _told(_in_section(WaitlistEntry, person.id)),
        "offers": _told(_in_section(Offer, person.id)),
        "messages": _messages(person.id, with_links),
    }
    return json.dumps(values, ensure_ascii=False, indent=1).encode()


def _told(query: Select[Any]) -> list[dict[str, Any]]:
    """The row's own values, and the names of what it is about."""
    return [
        values_of(row, _LEFT_OUT) | dict(zip(("about", "code"), names, strict=False))
        for row, *names in db.session.execute(query)
    ]


def _in_round(model: Any, person_id: int) -> Select[Any]:
    query = select(model, Round.name, Round.code).join(Round, Round.id == model.round_id)
    return query.where(model.person_id == person_id).order_by(model.id)


def _in_section(model: Any, person_id: int) -> Select[Any]:
    return (
        select(model, Course.name, Section.code)
        .join(Section, Section.id == model.section_id)
        .join(Course, Course.id == Section.course_id)
        .where(model.person_id == person_id)
        .order_by(*model.__table__.primary_key)
    )


def _choices(person_id: int) -> Select[Any]:
    return (
        select(Choice, Course.name, Section.code)
        .join(Application, Application.id == Choice.application_id)
        .join(Section, Section.id == Choice.section_id)
        .join(Course, Course.id == Section.course_id)
        .where(Application.person_id == person_id)
        .order_by(Choice.application_id, Choice.rank)
    )


def _messages(person_id: int, with_links: bool) -> list[dict[str, Any]]:
    query = select(Notice).where(Notice.person_id == person_id).order_by(Notice.id)
    rows = [values_of(row, (*_LEFT_OUT, "facts", "attempts")) for row in db.session.scalars(query)]
    return rows if with_links else [{**row, "text": ""} for row in rows]
