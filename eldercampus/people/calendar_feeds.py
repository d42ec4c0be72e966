"""The address under which a person's calendar reads their lessons: made, replaced, ended.

Whoever knows it reads it without signing in; so it is long and by chance, and another one ends it.
"""

import secrets
from datetime import date, datetime

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.people.insertion import insert_once
from eldercampus.people.models import CalendarFeed, Person, Representation
from eldercampus.people.representing import stands_on

_TOKEN_BYTES = 24  # 192 bits; 32 letters in the address


def make_feed(person_id: int, *, now: datetime, account_id: int) -> CalendarFeed:
    """A new address; the one before, if there was one, opens nothing any more."""
    new = {"token": secrets.token_urlsafe(_TOKEN_BYTES), "made_at": now, "made_by_id": account_id}
    insert_once(CalendarFeed, person_id=person_id, **new)
    feed = db.session.get_one(CalendarFeed, person_id, with_for_update=True, populate_existing=True)
    for name, value in new.items():
        setattr(feed, name, value)
    record("calendar.make", f"person:{person_id}", now=now, account_id=account_id)
    return feed


def end_feed(person_id: int, *, now: datetime, account_id: int | None) -> None:
    """Nothing opens any more; twice has one effect."""
    feed = db.session.get(CalendarFeed, person_id, with_for_update=True)
    if feed is not None:
        db.session.delete(feed)
        record("calendar.end", f"person:{person_id}", now=now, account_id=account_id)


def find_feed(person_id: int) -> CalendarFeed | None:
    return db.session.get(CalendarFeed, person_id)


def find_feed_owner(token: str, on: date) -> Person | None:
    """Whose lessons the address shows; None for unknown ones, and once the person has died, was
    erased or entered twice and put together, or who made it may not see the lessons any more."""
    may_see = select(Representation.id).where(
        Representation.account_id == CalendarFeed.made_by_id,
        Representation.person_id == CalendarFeed.person_id,
        Representation.may_see,
        stands_on(on),
    )
    query = (
        select(Person)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(CalendarFeed.token == token)
        .where(CalendarFeed.made_by_id.is_(None) | may_see.exists())
        .where(
            Person.merged_into_id.is_(None), Person.died_on.is_(None), Person.erased_at.is_(None)
        )
    )
    return db.session.scalar(query)
