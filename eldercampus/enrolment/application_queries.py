"""Reading applications and the round that people apply in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from eldercampus.db import Page, db, nearest_page
from eldercampus.enrolment.choosing import EMPTY, Draft
from eldercampus.enrolment.models import Application, Choice, Round
from eldercampus.enrolment.receipts import find_receipt
from eldercampus.enrolment.windows import interest
from eldercampus.errors import NotFound
from eldercampus.people.models import Person
from eldercampus.places.models import Community


@dataclass(frozen=True)
class Search:
    """What staff look for; empty parts ask for nothing. words: a name or a receipt number."""

    words: str = ""
    state: str = ""
    channel: str = ""
    round_id: int | None = None


def find_open_round(now: datetime) -> Round | None:
    """The round that takes applications, with its term; of several the one that closes first."""
    query = _rounds().where(Round.state == "open", Round.closes_at > now)
    return db.session.scalar(query.order_by(Round.closes_at).limit(1))


def find_round_for_paper() -> Round | None:
    """The round that is closed and not frozen yet, with its term: paper that arrived in time is
    still entered; of several the one whose list is fixed first."""
    query = _rounds().where(Round.state == "closed")
    return db.session.scalar(query.order_by(Round.freezes_at).limit(1))


def find_round_of_interest() -> Round | None:
    """What a visitor should hear of, with its term: the open round, else one under way, else the
    next one to open, else the last that was published."""
    return min(db.session.scalars(_rounds_to_hear_of()), key=interest, default=None)


@cache
def _rounds_to_hear_of() -> Select[tuple[Round]]:
    return _rounds().where(Round.state != "cancelled")


def _rounds() -> Select[tuple[Round]]:
    return select(Round).options(joinedload(Round.term, innerjoin=True))


def find_application(round_id: int, person_id: int) -> Application | None:
    """The person's application in this round, in whatever state."""
    query = select(Application).where(
        Application.round_id == round_id, Application.person_id == person_id
    )
    return db.session.scalar(query)


def find_listed(round_id: int, person_id: int) -> tuple[Application, list[int]] | None:
    """The person's application and the sections on its list, best first: those being edited, else
    those handed in."""
    rows = db.session.execute(_listed(), {"round": round_id, "person": person_id}).tuples().all()
    if not rows:
        return None
    application = rows[0][0]
    handed_in = [section_id for _, section_id in rows if section_id is not None]
    if application.draft is None and application.state != "draft":
        return application, handed_in
    return application, draft_of(application)["choices"]


@cache
def _listed() -> Select[tuple[Application, int]]:
    """Built once: putting it together takes longer than asking it; so with those below."""
    own = Application.person_id == bindparam("person")
    return (
        select(Application, Choice.section_id)
        .outerjoin(Choice, Choice.application_id == Application.id)
        .where(Application.round_id == bindparam("round"), own)
        .order_by(Choice.rank)
    )


def find_open_application(
    person_id: int, now: datetime
) -> tuple[Round, Application | None] | tuple[None, None]:
    """The round that takes applications, with its term, and the person's application in it."""
    row = db.session.execute(_open_application(), {"person_id": person_id, "now": now}).first()
    return (None, None) if row is None else (row[0], row[1])


@cache
def _open_application() -> Select[tuple[Round, Application]]:
    """Written once: each page of applying asks it."""
    own = and_(Application.round_id == Round.id, Application.person_id == bindparam("person_id"))
    return (
        select(Round, Application)
        .join(Application, own, isouter=True)
        .where(Round.state == "open", Round.closes_at > bindparam("now"))
        .options(joinedload(Round.term, innerjoin=True))
        .order_by(Round.closes_at)
        .limit(1)
    )


def get_application(application_id: int) -> Application:
    """The application with its round, term, person and where they live; raises NotFound."""
    query = (
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.round, innerjoin=True).joinedload(Round.term, innerjoin=True),
            joinedload(Application.person, innerjoin=True)
            .joinedload(Person.community, innerjoin=True)
            .joinedload(Community.town, innerjoin=True),
        )
    )
    application = db.session.scalar(query)
    if application is None:
        raise NotFound("application_not_found")
    return application


def first_draft(round_: Round, person_id: int, choices: Iterable[int]) -> Draft:
    """What somebody begins with: these sections, and the answers of the last time they applied."""
    query = (
        select(Application.wants, Application.accept_automatically)
        .join(Round, Round.id == Application.round_id)
        .where(Application.person_id == person_id, Application.submitted_at.is_not(None))
        .order_by(Round.opens_at.desc(), Round.id.desc())
    )
    before = db.session.execute(query.limit(1)).one_or_none()
    if before is None:
        return {**EMPTY, "choices": list(choices)}
    wants, automatically = before
    return {
        "wants": min(max(wants, 1), int(round_.rules["courses_per_term"])),
        "choices": list(choices),
        "accept_automatically": automatically,
        "carried": True,
    }


def submitted_choices(application_id: int) -> list[int]:
    """The section ids handed in, best first; empty where nothing was."""
    return list(db.session.scalars(_choices(), {"application": application_id}))


@cache
def _choices() -> Select[tuple[int]]:
    own = Choice.application_id == bindparam("application")
    return select(Choice.section_id).where(own).order_by(Choice.rank)


def draft_of(application: Application) -> Draft:
    """A copy of what is being edited, else of what was handed in; safe to change."""
    kept = application.draft
    if kept is not None:
        draft: Draft = {
            "wants": kept.get("wants"),
            "choices": list(kept.get("choices", [])),
            "accept_automatically": kept.get("accept_automatically"),
        }
        if kept.get("carried"):
            draft["carried"] = True
        return draft
    if application.state == "draft":
        return {**EMPTY, "choices": []}
    return {
        "wants": application.wants,
        "choices": submitted_choices(application.id),
        "accept_automatically": application.accept_automatically,
    }


def count_applied(round_id: int, section_ids: Iterable[int]) -> dict[int, int]:
    """How many have handed in a list with each section; sections nobody listed are left out."""
    query = (
        select(Choice.section_id, func.count())
        .join(Application, Application.id == Choice.application_id)
        .where(
            Application.round_id == round_id,
            Application.state == "submitted",
            Choice.section_id.in_(set(section_ids)),
        )
        .group_by(Choice.section_id)
    )
    return dict(db.session.execute(query).tuples().all())


def list_applications(search: Search, *, page: int, size: int = 25) -> Page[Row[Any]]:
    """Newest first: id, state, withdrawn_at, channel, receipt, changed_at, person and round."""
    matching = _matching(search)
    total = db.session.scalar(matching.with_only_columns(func.count(Application.id))) or 0
    number = nearest_page(page, size, total)
    query = matching.order_by(Application.changed_at.desc(), Application.id.desc())
    rows = db.session.execute(query.offset((number - 1) * size).limit(size)).all()
    return Page(rows, number, size, total)


def _matching(search: Search) -> Select[Any]:
    query = (
        select(
            Application.id,
            Application.state,
            Application.withdrawn_at,
            Application.channel,
            Application.receipt,
            Application.changed_at,
            Person.name.label("person"),
            Person.name_latin.label("person_latin"),
            Round.name.label("round"),
            Round.name_en.label("round_en"),
        )
        .join(Person, Person.id == Application.person_id)
        .join(Round, Round.id == Application.round_id)
    )
    if search.state:
        query = query.where(Application.state == search.state)
    if search.channel:
        query = query.where(Application.channel == search.channel)
    if search.round_id is not None:
        query = query.where(Application.round_id == search.round_id)
    if not search.words:
        return query
    if receipt := find_receipt(search.words):
        return query.where(Application.receipt == receipt)
    return query.where(Person.name.contains(search.words, autoescape=True))


def find_latest_application(person_id: int) -> Application | None:
    """The person's application in the newest round, with round and term."""
    return db.session.scalar(_latest(), {"person": person_id})


@cache
def _latest() -> Select[tuple[Application]]:
    return (
        select(Application)
        .join(Application.round)
        .where(Application.person_id == bindparam("person"))
        .options(contains_eager(Application.round).joinedload(Round.term, innerjoin=True))
        .order_by(Round.opens_at.desc(), Round.id.desc())
        .limit(1)
    )
