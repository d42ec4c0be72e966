"""Reading rounds."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from eldercampus.db import db
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.states import FIXED
from eldercampus.errors import NotFound


def get_round(code: str) -> Round:
    """The round with its term; raises NotFound."""
    round_ = db.session.scalar(_with_term().where(Round.code == code))
    if round_ is None:
        raise NotFound("round_not_found")
    return round_


def get_round_by_id(round_id: int) -> Round:
    """The round with its term, read anew; raises NotFound."""
    query = _with_term().where(Round.id == round_id)
    round_ = db.session.scalar(query.execution_options(populate_existing=True))
    if round_ is None:
        raise NotFound("round_not_found")
    return round_


def get_public_round(code: str) -> Round:
    """As get_round, but a draft is nobody's business yet."""
    round_ = get_round(code)
    if round_.opened_at is None:
        raise NotFound("round_not_found")
    return round_


def list_rounds() -> list[Round]:
    """All rounds with their terms, the newest first."""
    return list(db.session.scalars(_with_term().order_by(Round.opens_at.desc(), Round.id.desc())))


def list_public_rounds() -> list[Round]:
    """The rounds that were opened, the newest first."""
    return [round_ for round_ in list_rounds() if round_.opened_at is not None]


def list_rounds_to_open(now: datetime) -> list[int]:
    """Ids of drafts whose window begins now or began, in order."""
    query = select(Round.id).where(Round.state == "draft", Round.opens_at <= now)
    return list(db.session.scalars(query.order_by(Round.opens_at, Round.id)))


def list_rounds_to_close(now: datetime) -> list[int]:
    """Ids of open rounds whose window is over, in order."""
    query = select(Round.id).where(Round.state == "open", Round.closes_at <= now)
    return list(db.session.scalars(query.order_by(Round.closes_at, Round.id)))


def list_rounds_to_publish(now: datetime) -> list[int]:
    """Ids of drawn rounds whose announced moment has come, in order."""
    query = select(Round.id).where(Round.state == "drawn", Round.publishes_at <= now)
    return list(db.session.scalars(query.order_by(Round.publishes_at, Round.id)))


def find_fixed_round(term_id: int, *, but: int | None = None) -> Round | None:
    """A round of the term whose file counts on the free seats until it is published; but: not this
    one."""
    query = select(Round).where(Round.term_id == term_id, Round.state.in_(FIXED))
    if but is not None:
        query = query.where(Round.id != but)
    return db.session.scalar(query.order_by(Round.id).limit(1))


def _with_term() -> Select[tuple[Round]]:
    return select(Round).options(joinedload(Round.term, innerjoin=True))
