"""What is kept about a person: read for their own page, and as plain values for a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select

from eldercampus.audit.models import AuditEntry
from eldercampus.db import Model, db
from eldercampus.people.identity import masked_identity
from eldercampus.people.models import (
    Account,
    Consent,
    Contact,
    DataRequest,
    Person,
    RelationRequest,
    Representation,
    Tag,
    Undertaking,
)
from eldercampus.people.queries import id_number_of


@dataclass(frozen=True)
class Look:
    """Somebody of staff saw the whole identity number. name, name_latin: theirs."""

    at: datetime
    name: str
    name_latin: str


def list_looks(person_id: int) -> list[Look]:
    """The newest first."""
    query = (
        select(AuditEntry.at, Account.name, Account.name_latin)
        .join(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.subject == f"person:{person_id}", AuditEntry.action == "person.unmask")
        .order_by(AuditEntry.number.desc())
        .limit(50)
    )
    return [Look(*row) for row in db.session.execute(query)]


def list_consents(person_id: int) -> list[Consent]:
    """In the order they were given."""
    query = select(Consent).where(Consent.person_id == person_id)
    return list(db.session.scalars(query.order_by(Consent.given_at, Consent.id)))


def personal_values(person: Person, *, whole_number: bool) -> dict[str, Any]:
    """Everything that the people's tables keep, by table. whole_number: the identity number in the
    clear, for the person themselves. person: with community and town."""
    number = id_number_of(person) or ""
    shown = number if whole_number or not number else masked_identity(number)
    hidden = ("id_number_sealed", "id_number_key", "community_id", "merged_into_id")
    return {
        "person": values_of(person, hidden)
        | {
            "id_number": shown,
            "community": person.community.name,
            "town": person.community.town.name,
        },
        "contacts": _rows(Contact, person.id),
        "tags": _rows(Tag, person.id),
        "undertakings": _rows(Undertaking, person.id),
        "consents": _rows(Consent, person.id),
        "acted_for_by": _rows(Representation, person.id),
        "asked_to_act": _rows(RelationRequest, person.id, but=("named",)),
        "requests": _rows(DataRequest, person.id),
        "identity_number_seen": [
            {"at": one.at.isoformat(), "by": one.name} for one in list_looks(person.id)
        ],
    }


_OF_OTHERS = ("account_id", "clerk_id", "added_by_id", "decided_by_id", "ended_by_id", "person_id")


def _rows(model: type[Any], person_id: int, but: Sequence[str] = ()) -> list[dict[str, Any]]:
    query = select(model).where(model.person_id == person_id).order_by(model.id)
    return list_values(db.session.scalars(query), (*_OF_OTHERS, *but))


def list_values(rows: Iterable[Model], but: Sequence[str] = ()) -> list[dict[str, Any]]:
    return [values_of(row, but) for row in rows]


def values_of(row: Model, but: Sequence[str] = ()) -> dict[str, Any]:
    """Column → value as JSON has it; moments in UTC."""
    names = [column.key for column in inspect(type(row)).column_attrs if column.key not in but]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
