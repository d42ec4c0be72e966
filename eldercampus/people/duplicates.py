"""Two entries that may be one person: found at entry, settled by staff before a round is frozen."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import aliased

from eldercampus.audit.chain import record
from eldercampus.db import db, rows_changed
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.insertion import insert_once
from eldercampus.people.merging import merge_persons
from eldercampus.people.models import Contact, Person, SamePersonPair
from eldercampus.people.sealing import keyed_hash

Decision = Literal["same", "different"]

_PHONES = ("mobile", "landline")
_first, _second = aliased(Person), aliased(Person)
_mine, _theirs = aliased(Contact), aliased(Contact)


def find_pairs(person: Person) -> list[SamePersonPair]:
    """The open pairs that `person` is in, found anew. Pairs that were settled stay settled."""
    db.session.flush()
    alike = _alike(_first.id == person.id)
    mine = or_(SamePersonPair.first_id == person.id, SamePersonPair.second_id == person.id)
    _note(alike, mine)
    return list(db.session.scalars(select(SamePersonPair).where(mine, _OPEN)))


def find_alike(
    *, name: str, born_on: date | None, id_number: str | None, phones: Collection[str] = ()
) -> list[int]:
    """Ids of those who look like somebody of whom this is known, before anything is written; empty
    parts say nothing. phones: as +86…"""
    conditions: list[ColumnElement[bool]] = []
    if id_number:
        conditions.append(Person.id_number_key == keyed_hash(id_number))
    if born_on is not None and name:
        conditions.append(and_(Person.name == name, Person.born_on == born_on))
    if born_on is not None and phones:
        same_phone = select(Contact.person_id).where(
            Contact.value.in_(phones), Contact.kind.in_(_PHONES)
        )
        conditions.append(and_(Person.born_on == born_on, Person.id.in_(same_phone)))
    if not conditions:
        return []
    query = select(Person.id).where(Person.merged_into_id.is_(None), or_(*conditions))
    return list(db.session.scalars(query.order_by(Person.id)))


def find_all_pairs() -> None:
    """The same for everybody: two entries made in the same moment did not see each other."""
    db.session.flush()
    _note(_alike(_first.id < _second.id), SamePersonPair.id.is_not(None))


_OPEN = SamePersonPair.decision == ""


def _alike(which: ColumnElement[bool]) -> dict[tuple[int, int], str]:
    """(smaller id, larger id) → why, of entries that look like one person; the strongest reason."""
    gone = set(db.session.scalars(select(Person.id).where(Person.merged_into_id.is_not(None))))
    found: dict[tuple[int, int], str] = {}
    for why, pairs in _reasons():
        for one, other in db.session.execute(pairs.where(which, _first.id != _second.id)):
            if not {one, other} & gone:
                found.setdefault((min(one, other), max(one, other)), why)
    return found


def _reasons() -> Iterator[tuple[str, Select[tuple[int, int]]]]:
    """design.md §3. Each walks along an index: the number's, the name's, the phone's."""
    pairs = select(_first.id, _second.id).select_from(_first)
    same_birth = _first.born_on == _second.born_on
    yield "id_number", pairs.join(_second, _first.id_number_key == _second.id_number_key)
    yield "name_birth", pairs.join(_second, (_first.name == _second.name) & same_birth)
    yield (
        "birth_phone",
        pairs.join(_mine, _mine.person_id == _first.id)
        .join(_theirs, _theirs.value == _mine.value)
        .join(_second, (_second.id == _theirs.person_id) & same_birth)
        .where(_mine.kind.in_(_PHONES), _theirs.kind.in_(_PHONES)),
    )


def _note(alike: dict[tuple[int, int], str], within: ColumnElement[bool]) -> None:
    """Writes new pairs; open ones `within` that hold no longer go (a slip was corrected)."""
    known = {
        (pair.first_id, pair.second_id): pair
        for pair in db.session.scalars(select(SamePersonPair).where(within))
    }
    for (first_id, second_id), why in alike.items():
        if (first_id, second_id) not in known:
            insert_once(SamePersonPair, first_id=first_id, second_id=second_id, why=why)
    over = [pair.id for ids, pair in known.items() if not pair.decision and ids not in alike]
    db.session.execute(delete(SamePersonPair).where(SamePersonPair.id.in_(over)))


def list_open_pairs(person_ids: Collection[int] | None = None) -> list[SamePersonPair]:
    """Open pairs, oldest first; with person_ids those that one of them is in."""
    pairs = db.session.scalars(select(SamePersonPair).where(_OPEN).order_by(SamePersonPair.id))
    if person_ids is None:
        return list(pairs)
    wanted = set(person_ids)
    return [pair for pair in pairs if {pair.first_id, pair.second_id} & wanted]


def get_open_pair(pair_id: int) -> SamePersonPair:
    """Raises pair_not_found, or pair_already_settled."""
    pair = db.session.get(SamePersonPair, pair_id)
    if pair is None:
        raise NotFound("pair_not_found")
    if pair.decision:
        raise DomainError("pair_already_settled")
    return pair


def settle_pair(
    pair_id: int,
    decision: Decision,
    reason: str,
    *,
    account_id: int,
    now: datetime,
    keeps_phone: bool = False,
) -> tuple[int, int] | None:
    """Decides a pair; after "same" gives (id that stays, id that was merged into it). keeps_phone:
    the phone that signs in as the later entry is the same person's.

    What these persons hold in rounds is merged one floor above: pages call
    enrolment.merging.settle_same_persons. Raises reason_missing, pair_not_found,
    pair_already_settled.
    """
    if not reason.strip():
        raise DomainError("reason_missing")
    pair = get_open_pair(pair_id)
    step = (
        update(SamePersonPair)
        .where(SamePersonPair.id == pair_id, _OPEN)
        .values(decision=decision, reason=reason, decided_by_id=account_id, decided_at=now)
    )
    if rows_changed(step) != 1:
        raise DomainError("pair_already_settled")
    record(f"pair.{decision}", f"pair:{pair_id}", now=now, account_id=account_id)
    if decision == "different":
        return None
    stays, goes = merge_persons(
        pair.first_id, pair.second_id, account_id=account_id, now=now, keeps_phone=keeps_phone
    )
    find_pairs(stays)
    find_pairs(goes)
    return stays.id, goes.id
