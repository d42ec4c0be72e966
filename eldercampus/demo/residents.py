"""The demonstration's seniors: ages and sexes as in the 2020 census, the rest synthetic."""

import csv
import random
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any, NamedTuple

from pypinyin import lazy_pinyin
from sqlalchemy import insert, select

from eldercampus.db import db
from eldercampus.demo.courses import MEN, SURNAMES, WOMEN
from eldercampus.people.models import Account, Consent, Contact, Person, Representation, Tag
from eldercampus.places.models import Community

CHANNELS = ["web"] * 14 + ["counter"] * 3 + ["phone"] * 2 + ["paper"]
_NEWS = ["sms"] * 15 + ["call"] * 3 + ["letter"] * 2


class Resident(NamedTuple):
    """What later steps need of a person."""

    id: int
    community_id: int
    age: int
    channel: str


def census() -> list[tuple[int, int, str, int]]:
    """(age from, age to, sex, people) for ages 60 and over, both sexes."""
    file = resources.files("eldercampus.data") / "fenghua" / "census_2020.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return [
        (int(row["age_from"]), int(row["age_to"]), sex, int(row[column]))
        for row in rows
        for column, sex in (("men", "m"), ("women", "f"))
    ]


def _willing(age: int) -> float:
    """Share of an age group that studies, against the youngest: it falls with age."""
    return max(0.05, 1.0 - (age - 60) * 0.028)


def invent_residents(
    chance: random.Random, count: int, loaded_on: date, now: datetime
) -> list[Resident]:
    """Writes persons with contacts and consent; returns them in the order of their ids."""
    groups = census()
    weights = [number * _willing((low + high) // 2) for low, high, _, number in groups]
    communities = list(
        db.session.execute(select(Community.id, Community.name).order_by(Community.code))
    )
    crowd = [1.0 if "村" in name else 3.0 for _, name in communities]
    homes = [community_id for community_id, _ in communities]
    picked = chance.choices(groups, weights=weights, k=count)
    where = chance.choices(homes, weights=crowd, k=count)
    rows = [
        _person(chance, group, home, loaded_on, now)
        for group, home in zip(picked, where, strict=True)
    ]
    ids = list(
        db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows)
    )
    _write_contacts(chance, ids, rows, now)
    db.session.execute(
        insert(Consent),
        [
            {
                "person_id": person_id,
                "kind": "personal",
                "text_version": "demo-1",
                "channel": row["registered_by"],
                "signer": row["name"],
                "given_at": row["registered_at"],
            }
            for person_id, row in zip(ids, rows, strict=True)
        ],
    )
    return [
        Resident(
            person_id,
            row["community_id"],
            loaded_on.year - row["born_on"].year,
            row["registered_by"],
        )
        for person_id, row in zip(ids, rows, strict=True)
    ]


def _person(
    chance: random.Random,
    group: tuple[int, int, str, int],
    home: int,
    loaded_on: date,
    now: datetime,
) -> dict[str, Any]:
    low, high, sex, _ = group
    born = loaded_on - timedelta(days=chance.randint(low * 365 + 200, min(high, 92) * 365 + 360))
    surname = chance.choice(SURNAMES)
    given = chance.choice(WOMEN if sex == "f" else MEN)
    return {
        "name": surname + given,
        "name_latin": f"{_latin(surname)} {_latin(given)}",
        "sex": sex,
        "born_on": born,
        "community_id": home,
        "news": chance.choice(_NEWS),
        "registered_by": chance.choice(CHANNELS),
        "registered_at": now - timedelta(days=chance.randint(40, 400)),
    }


_LATIN: dict[str, str] = {}


def _latin(name: str) -> str:
    if name not in _LATIN:
        _LATIN[name] = "".join(lazy_pinyin(name)).title()
    return _LATIN[name]


def phone_number(index: int) -> str:
    """An invented mobile number; nothing is ever sent to it."""
    return f"+86138{index + 100000:08d}"


def _write_contacts(
    chance: random.Random, ids: list[int], rows: list[dict[str, Any]], now: datetime
) -> None:
    """Most have a mobile of their own, every twelfth shares one with the person before."""
    contacts: list[dict[str, Any]] = []
    accounts: list[dict[str, Any]] = []
    owners: list[tuple[str, int, datetime]] = []
    last = ""
    for index, (person_id, row) in enumerate(zip(ids, rows, strict=True)):
        if row["news"] == "letter":
            contacts.append(
                {"person_id": person_id, "kind": "landline", "value": f"+86574{88000000 + index}"}
            )
            continue
        shared = bool(last) and chance.random() < 1 / 12
        phone = last if shared else phone_number(index)
        last = phone
        contacts.append({"person_id": person_id, "kind": "mobile", "value": phone})
        if row["registered_by"] == "web":
            if not accounts or accounts[-1]["phone"] != phone:
                accounts.append(_account(phone, row["registered_at"], index, now))
            owners.append((phone, person_id, row["registered_at"]))
    db.session.execute(insert(Contact), contacts)
    _write_accounts(accounts, owners)


def _account(phone: str, created_at: datetime, index: int, now: datetime) -> dict[str, Any]:
    """Used in the last weeks, after everybody's registration: no birth date is asked for."""
    seen = now - timedelta(days=1 + index % 39)
    return {"phone": phone, "created_at": created_at, "last_sign_in_at": seen}


def _write_accounts(
    accounts: list[dict[str, Any]], owners: list[tuple[str, int, datetime]]
) -> None:
    """owners: the phone of the account that stands for a person, the person, since when."""
    query = insert(Account).returning(Account.id, Account.phone)
    by_phone = {phone: number for number, phone in db.session.execute(query, accounts)}
    db.session.execute(
        insert(Representation),
        [
            {"account_id": by_phone[phone], "person_id": person_id, "kind": "self", "given_at": at}
            for phone, person_id, at in owners
        ],
    )


def claim_tags(chance: random.Random, residents: list[Resident], now: datetime) -> None:
    """One in fifty is disabled, one in thirty has a low income; a few proofs wait for a clerk."""
    rows = []
    for resident in residents:
        for kind, share in (("disability", 0.02), ("low_income", 0.033)):
            if chance.random() < share:
                seen = chance.random() < 0.9
                rows.append(
                    {
                        "person_id": resident.id,
                        "kind": kind,
                        "state": "verified" if seen else "claimed",
                        "decided_at": now if seen else None,
                    }
                )
    db.session.execute(insert(Tag), rows)
