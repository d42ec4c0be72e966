"""Somebody asks that what is kept about a person be put right or erased; staff answer."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from eldercampus.audit.chain import record
from eldercampus.audit.queries import has_done
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.models import Account, DataRequest, Person
from eldercampus.people.representing import is_own, tell_of
from eldercampus.places.models import Community

Kind = Literal["correct", "erase"]
LONGEST_TEXT = 1000


def ask_correction(person_id: int, text: str, *, account_id: int, now: datetime) -> DataRequest:
    """Asks staff to put something right; asked again while one is open, the new text counts.

    Raises text_missing or text_long.
    """
    if not text.strip():
        raise DomainError("text_missing")
    return _ask(person_id, "correct", text.strip(), account_id, now)


def ask_erasure(
    person_id: int, *, account_id: int, now: datetime, by_staff: bool = False, text: str = ""
) -> DataRequest:
    """Asks that everything be erased. by_staff: somebody of staff writes down what the person said.

    Raises not_own where a relative asks: only the person may.
    """
    if not by_staff and not is_own(account_id, person_id, whole=True):
        raise DomainError("not_own")
    return _ask(person_id, "erase", text.strip(), account_id, now)


def _ask(person_id: int, kind: Kind, text: str, account_id: int, now: datetime) -> DataRequest:
    if len(text) > LONGEST_TEXT:
        raise DomainError("text_long", most=LONGEST_TEXT)
    person = db.session.get(Person, person_id, with_for_update=True)  # of two, one opens it
    if person is None or person.merged_into_id or person.erased_at:
        raise NotFound("person_not_found")
    row = find_open_request(person_id, kind)
    if row is None:
        row = DataRequest(person_id=person_id, kind=kind, account_id=account_id, asked_at=now)
        db.session.add(row)
    elif row.text == text:
        return row
    row.text, row.account_id = text, account_id
    db.session.flush()
    record(f"data.ask_{kind}", f"person:{person_id}", now=now, account_id=account_id)
    tell_of(person_id, account_id, "data", now, subject=f"person:{person_id}", again=now)
    return row


def withdraw_data_request(
    person_id: int, request_id: int, *, account_id: int, now: datetime
) -> None:
    """It is not wanted any more; twice has one effect. A relative takes back only what they asked
    for. Raises data_request_not_found, not_own."""
    row = _locked(request_id)
    if row.person_id != person_id:
        raise NotFound("data_request_not_found")
    if not may_withdraw(row, account_id):
        raise DomainError("not_own")
    if row.state == "asked":
        row.state, row.decided_at, row.decided_by_id = "withdrawn", now, account_id
        record(f"data.withdraw_{row.kind}", f"person:{person_id}", now=now, account_id=account_id)


def may_withdraw(row: DataRequest, account_id: int) -> bool:
    """Whether it is the account's own request, or that of the person whose own account it is."""
    return row.account_id == account_id or is_own(account_id, row.person_id, whole=True)


def answer_data_request(
    request_id: int,
    decision: Literal["done", "refused"],
    answer: str,
    *,
    account_id: int,
    now: datetime,
) -> DataRequest:
    """Closes it. answer: what was done, or why not; who asked reads it.

    Raises data_request_not_found, data_request_answered, reason_missing where a refusal says not
    why, or same_person: nobody alone has somebody erased.
    """
    row = _locked(request_id)
    if row.state != "asked":
        raise DomainError("data_request_answered")
    if decision == "done" and is_asker(row, account_id):
        raise DomainError("same_person", kind=f"data.{row.kind}")
    if decision == "refused" and not answer.strip():
        raise DomainError("reason_missing")
    row.state, row.answer = decision, answer.strip()
    row.decided_at, row.decided_by_id = now, account_id
    subject = f"person:{row.person_id}"
    record(f"data.{decision}_{row.kind}", subject, now=now, account_id=account_id)
    db.session.flush()
    return row


def is_asker(row: DataRequest, account_id: int) -> bool:
    """Whether erasing may be this account's own idea: it wrote the request down, or read out a code
    with which it could have signed in for the person."""
    if row.kind != "erase" or row.account_id == account_id:
        return row.kind == "erase"
    asker = db.session.get_one(Account, row.account_id)
    subject = f"person:{row.person_id}"
    return asker.person_id is not None and has_done(account_id, "desk_code.give", subject)


def find_open_request(person_id: int, kind: Kind) -> DataRequest | None:
    query = select(DataRequest).where(
        DataRequest.person_id == person_id, DataRequest.kind == kind, DataRequest.state == "asked"
    )
    return db.session.scalar(query)


def list_requests_of(person_id: int) -> list[DataRequest]:
    """The newest first."""
    query = select(DataRequest).where(DataRequest.person_id == person_id)
    return list(db.session.scalars(query.order_by(DataRequest.id.desc()).limit(20)))


def list_open_data_requests(*, at_most: int = 100) -> list[DataRequest]:
    """For staff: the oldest first, with .person, community and town."""
    return list(db.session.scalars(_open().options(*_whole()).limit(at_most)))


def count_open_data_requests() -> int:
    return db.session.scalar(_open().with_only_columns(func.count()).order_by(None)) or 0


def get_data_request(request_id: int) -> DataRequest:
    """For staff, in any state, with .person, community and town. Raises data_request_not_found."""
    query = select(DataRequest).where(DataRequest.id == request_id).options(*_whole())
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("data_request_not_found")
    return row


def _locked(request_id: int) -> DataRequest:
    row = db.session.get(DataRequest, request_id, with_for_update=True)
    if row is None:
        raise NotFound("data_request_not_found")
    return row


def _open() -> Select[tuple[DataRequest]]:
    query = select(DataRequest).join(DataRequest.person)
    waiting = query.where(DataRequest.state == "asked", Person.merged_into_id.is_(None))
    return waiting.order_by(DataRequest.asked_at, DataRequest.id)


def _whole() -> tuple[ExecutableOption, ...]:
    return (joinedload(DataRequest.person).joinedload(Person.community).joinedload(Community.town),)
