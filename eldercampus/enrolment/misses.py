"""Past misses: earlier rounds of the year that gave a person nothing (an optional rule)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from eldercampus.catalogue.calendar import SHANGHAI
from eldercampus.db import db
from eldercampus.enrolment.models import Application, Learner, Placement, Round
from eldercampus.people.models import Person


def misses_count(rules: Mapping[str, Any]) -> bool:
    """Whether a round's rules look at past misses; rounds opened before there was such a rule have
    none."""
    return bool(rules.get("misses", "off") == "on")


def past_misses(round_: Round, people: Select[tuple[int]]) -> dict[int, int]:
    """Misses by person id, for those of `people` who have any; nobody where the rule is off.

    A miss is a round, published before this one was frozen and in the calendar year (Shanghai) of
    its announced freezing, in whose draw the person's application took part and got no seat. Who
    held as many seats as they wanted, or as the draw gives, could get none and missed none. Who
    was merged counts as the one they are now, once for each round.
    """
    if not misses_count(round_.rules):
        return {}
    drawn = _earlier(round_)
    nothing = _took_part(drawn).except_(_placed(drawn)).subquery()
    query = (
        select(nothing.c.person_id, func.count())
        .where(nothing.c.person_id.in_(people))
        .group_by(nothing.c.person_id)
    )
    return dict(db.session.execute(query).tuples().all())


def _earlier(round_: Round) -> Select[tuple[int]]:
    year = round_.freezes_at.astimezone(SHANGHAI).year
    query = select(Round.id).where(
        Round.id != round_.id,
        Round.published_at >= datetime(year, 1, 1, tzinfo=SHANGHAI),
        Round.published_at < datetime(year + 1, 1, 1, tzinfo=SHANGHAI),
    )
    return query if round_.frozen_at is None else query.where(Round.published_at < round_.frozen_at)


def _took_part(rounds: Select[tuple[int]]) -> Select[Any]:
    same_learner = (Application.round_id == Learner.round_id) & (
        Application.person_id == Learner.person_id
    )
    return (
        select(_person_id(), Learner.round_id)
        .join(Person, Person.id == Learner.person_id)
        .join(Application, same_learner)
        .where(
            Learner.round_id.in_(rounds),
            Learner.late.is_(False),
            Learner.took_part,
            Application.state == "submitted",
            Application.wants > 0,
        )
    )


def _placed(rounds: Select[tuple[int]]) -> Select[Any]:
    return (
        select(_person_id(), Placement.round_id)
        .join(Person, Person.id == Placement.person_id)
        .where(Placement.round_id.in_(rounds), Placement.origin == "draw")
    )


def _person_id() -> ColumnElement[int]:
    return func.coalesce(Person.merged_into_id, Person.id).label("person_id")
