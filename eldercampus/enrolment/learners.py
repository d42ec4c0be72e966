"""Learner rows: who a person is in a round's file and queues (allocation.md §1, §3, §4).

One id per person and round, worked out from the round's sealed key, so that somebody who comes
after the draw gets the id, and the draw number, that they would have had in it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, literal, or_, select

from eldercampus.allocation import lottery
from eldercampus.catalogue.models import Section
from eldercampus.db import db
from eldercampus.enrolment.misses import past_misses
from eldercampus.enrolment.models import Application, Learner, Placement, Round
from eldercampus.enrolment.runs import draw_seeds
from eldercampus.errors import DomainError
from eldercampus.people.models import Person, Tag
from eldercampus.people.sealing import unseal
from eldercampus.places.distances import band_of, haversine_m, points_in_use
from eldercampus.places.models import Community, Town

LATE_GROUP = 3
_LEARNER_ID = re.compile(r"(?:L)?([0-9a-f]{12})", re.IGNORECASE)


def learner_code(round_: Round, person_id: int) -> str:
    """L- and 12 hex digits of HMAC-SHA-256(round key, person id). The round must have been opened.

    For many people of one round take `codes_under` with the key unsealed once.
    """
    if round_.key_sealed is None:
        raise ValueError(f"round {round_.code} has no key yet: it was never opened")
    return codes_under(unseal(round_.key_sealed))(person_id)


def codes_under(key: bytes) -> Callable[[int], str]:
    """Gives the learner id of a person under a round's key."""
    mac = lottery.hmac_under(key)
    return lambda person_id: f"L-{mac(str(person_id))[:12]}"


def find_learner_id(text: str) -> str | None:
    """The learner id that `text` writes (any case, blanks, full-width, without L-), or None."""
    tidy = re.sub(r"[\s\-–—−]", "", unicodedata.normalize("NFKC", text))
    match = _LEARNER_ID.fullmatch(tidy)
    return f"L-{match[1].lower()}" if match else None


def find_drawn_person(round_id: int, learner_id: str) -> int | None:
    """The person behind an id that was in the draw."""
    return db.session.scalar(
        select(Learner.person_id).where(
            Learner.round_id == round_id, Learner.code == learner_id, Learner.late.is_(False)
        )
    )


def count_drawn(round_id: int) -> int:
    """How many are on the fixed list."""
    drawn = select(func.count()).where(Learner.round_id == round_id, Learner.late.is_(False))
    return db.session.scalar(drawn) or 0


def people_by_code(round_: Round) -> dict[str, int]:
    """Person ids by learner id, for all who have applied in the round, whatever became of it;
    worked out anew, since before the freezing nobody is written down as a learner."""
    if round_.key_sealed is None:
        return {}
    code = codes_under(unseal(round_.key_sealed))
    ids = db.session.scalars(select(Application.person_id).where(Application.round_id == round_.id))
    return {code(person_id): person_id for person_id in ids}


def find_number(learner: Learner | None) -> str | None:
    """The draw number, 64 hex digits; None before the draw, and for nobody."""
    if learner is None or not (seeds := draw_seeds([learner.round_id])):
        return None
    return lottery.number(seeds[learner.round_id], learner.code)


def list_numbers(round_id: int) -> list[str]:
    """The draw numbers of all who were in a round's draw, the smallest first."""
    seed = draw_seeds([round_id])[round_id]
    drawn = select(Learner.code).where(Learner.round_id == round_id, Learner.late.is_(False))
    return sorted(lottery.number(seed, code) for code in db.session.scalars(drawn))


def file_metres(metres: int, rules: Mapping[str, Any]) -> int:
    """The distance as it stands in the round file and in Learner.metres.

    With bands that is the band's upper limit, beyond the last one that limit + 1, which tells
    strangers less of where somebody lives; otherwise whole metres.
    """
    if rules["proximity"] != "bands":
        return metres
    limits: list[int] = rules["bands_m"]
    band = band_of(metres, limits)
    return limits[band] if band < len(limits) else limits[-1] + 1


def key_distance(metres: int, rules: Mapping[str, Any]) -> int:
    """The distance in a key: the number of the band, or metres. metres: as in the file."""
    return band_of(metres, rules["bands_m"]) if rules["proximity"] == "bands" else metres


def late_learner(round_: Round, person: Person, section: Section, on: date) -> Learner:
    """The person's row in a published round, made where none is; knows the way to the section.

    A new row has the kinds of seats that are open to the person on the day. section.campus must be
    loaded.
    """
    query = select(Learner).where(Learner.round_id == round_.id, Learner.person_id == person.id)
    learner = db.session.scalar(query)
    if learner is None:
        code, kinds = learner_code(round_, person.id), set(_kinds(person, on))
        learner = Learner(
            round_id=round_.id,
            person_id=person.id,
            code=code,
            late=True,
            tags=sorted(label for label, kind in round_.tag_names.items() if kind in kinds),
            metres={},
            misses=past_misses(round_, select(literal(person.id))).get(person.id, 0),
        )
        db.session.add(learner)
    campus = section.campus
    if campus.code not in learner.metres:
        home = points_in_use().get(person.community_id)
        if home is None:
            raise DomainError("home_without_point")
        metres = haversine_m(home.longitude, home.latitude, campus.longitude, campus.latitude)
        learner.metres = {**learner.metres, campus.code: file_metres(metres, round_.rules)}
    return learner


def _kinds(person: Person, on: date) -> Iterator[str]:
    """Verified tags that are valid, the town lived in, and new where never placed before."""
    yield from db.session.scalars(
        select(Tag.kind).where(
            Tag.person_id == person.id,
            Tag.state == "verified",
            or_(Tag.valid_until.is_(None), Tag.valid_until >= on),
        )
    )
    town = select(Town.code).join(Community, Community.town_id == Town.id)
    yield f"town:{db.session.scalars(town.where(Community.id == person.community_id)).one()}"
    placed = select(Placement.id).where(Placement.person_id == person.id).limit(1)
    if db.session.scalar(placed) is None:
        yield "new"
