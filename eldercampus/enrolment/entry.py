"""A clerk enters an application for somebody: at the counter, on the phone, from a paper form."""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.application_queries import find_application
from eldercampus.enrolment.applications import (
    replace_by_paper,
    save_draft,
    start_application,
    submit_application,
)
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.models import Application, PaperForm
from eldercampus.enrolment.paper_forms import check_form, use_form
from eldercampus.errors import NotFound


def enter_application(
    round_id: int,
    person_id: int,
    draft: Draft,
    *,
    version: int | None,
    channel: str,
    clerk_id: int,
    now: datetime,
    arrived_at: datetime | None = None,
    receipt: str = "",
) -> Application:
    """Starts, fills in and hands in, in one go; raises what these three and check_form raise.

    version: None for somebody without an application, else the one that the clerk saw. What was
    handed in before keeps its channel of entry; a mere draft becomes the clerk's. arrived_at: the
    stamp on a paper form that is entered after the close; it counts for no other channel. receipt:
    the number that stands on the form, "" where there is none.
    """
    stamp = arrived_at if channel == "paper" else None
    form = check_form(receipt, round_id, person_id) if receipt else None
    if version is None:
        application = start_application(
            round_id,
            person_id,
            channel=channel,
            clerk_id=clerk_id,
            now=now,
            arrived_at=stamp,
            receipt=form.receipt if form else None,
        )
        version = application.version
    else:
        application = _take_over(round_id, person_id, channel, clerk_id, stamp)
    if form is not None:
        _note_form(form, application)
    save_draft(application.id, draft, version=version, now=now, arrived_at=stamp)
    return submit_application(application.id, now=now, account_id=clerk_id, arrived_at=stamp)


def _take_over(
    round_id: int, person_id: int, channel: str, clerk_id: int, stamp: datetime | None
) -> Application:
    application = find_application(round_id, person_id)
    if application is None:
        raise NotFound("application_not_found")
    if stamp is not None:
        replace_by_paper(application.id, arrived_at=stamp, clerk_id=clerk_id)
    elif application.state == "draft":
        application.channel, application.clerk_id = channel, clerk_id
        db.session.flush()
    return application


def _note_form(form: PaperForm, application: Application) -> None:
    """Its number becomes the receipt number, unless the person has one already."""
    application.receipt = application.receipt or form.receipt
    use_form(form, application)


def list_classes_of_term(term_id: int) -> list[Section]:
    """The open sections with course, campus and meetings, by code: what a clerk chooses from."""
    query = (
        select(Section)
        .where(Section.term_id == term_id, Section.state == "open")
        .options(
            joinedload(Section.course, innerjoin=True),
            joinedload(Section.campus, innerjoin=True),
            selectinload(Section.meetings),
        )
        .order_by(Section.code)
    )
    return list(db.session.scalars(query))


def find_by_code(term_id: int, typed: Iterable[str]) -> dict[str, tuple[int, str]]:
    """What was typed → (section id, its code); what means no class, or several, is left out.

    S-001 may be typed s001 too, and 1 where only one class of the term has that number.
    """
    wanted = {text: _bare(text) for text in typed}
    query = select(Section.id, Section.code).where(Section.term_id == term_id)
    by_code: dict[str, tuple[int, str]] = {}
    by_number: dict[str, list[tuple[int, str]]] = {}
    for section_id, code in db.session.execute(query).tuples() if wanted else ():
        by_code[_bare(code)] = (section_id, code)
        by_number.setdefault(_number(code), []).append((section_id, code))
    found = {text: by_code[bare] for text, bare in wanted.items() if bare in by_code}
    for text, bare in wanted.items():
        alike = by_number.get(bare.lstrip("0"), []) if bare.isdecimal() else []
        if text not in found and len(alike) == 1:
            found[text] = alike[0]
    return found


def _bare(code: str) -> str:
    return re.sub(r"\W", "", code).upper()


def _number(code: str) -> str:
    """The digits that a code ends with, without noughts before them: S-001 → 1."""
    return _bare(code)[len(_bare(code).rstrip("0123456789")) :].lstrip("0")
