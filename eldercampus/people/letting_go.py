"""What ends with a relation, or with a right taken out of it: the address of a calendar that the
relative made, and their number among the places where the person's news goes."""

from datetime import datetime

from sqlalchemy import delete, or_, select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.people.models import Account, CalendarFeed, Contact, Person, Representation

_OWN_WAYS = {"mobile": "sms", "landline": "call", "email": "email", "address": "letter"}
_KINDS_OF = {
    "sms": ("mobile",),
    "call": ("mobile", "landline"),
    "email": ("email",),
    "letter": ("address",),
}


def let_go(row: Representation, *, by_account_id: int, now: datetime) -> None:
    """Nothing for a right that stands."""
    ended = row.ended_at is not None
    if ended or not row.may_see:
        _end_calendar(row, by_account_id, now)
    if ended or not row.may_answer:
        _take_back_news(row, by_account_id, now)


def _end_calendar(row: Representation, by_account_id: int, now: datetime) -> None:
    theirs = delete(CalendarFeed).where(
        CalendarFeed.person_id == row.person_id, CalendarFeed.made_by_id == row.account_id
    )
    if db.session.scalar(theirs.returning(CalendarFeed.person_id)) is not None:
        subject = f"person:{row.person_id}"
        record("calendar.end", subject, now=now, account_id=by_account_id)


def _take_back_news(row: Representation, by_account_id: int, now: datetime) -> None:
    """What they wrote down goes, and their own phone; news comes to the person's own way again."""
    phone = select(Account.phone).where(Account.id == row.account_id).scalar_subquery()
    theirs = delete(Contact).where(
        Contact.person_id == row.person_id,
        or_(
            Contact.added_by_id == row.account_id,
            (Contact.whose != "own") & (Contact.value == phone),
        ),
    )
    gone = db.session.scalars(theirs.returning(Contact.id)).all()
    if not gone:
        return
    person = db.session.get_one(Person, row.person_id, with_for_update=True)
    fields = ["contacts"]
    if (way := _own_way(person)) != person.news:
        person.news = way
        fields.append("news")
    db.session.flush()
    subject = f"person:{person.id}"
    record("person.change", subject, now=now, account_id=by_account_id, fields=fields)


def _own_way(person: Person) -> str:
    """The one chosen, where it still leads somewhere; else the first of their own."""
    query = (
        select(Contact.kind, Contact.whose)
        .where(Contact.person_id == person.id)
        .order_by(Contact.position, Contact.id)
    )
    left = db.session.execute(query).tuples().all()
    own = [kind for kind, whose in left if whose == "own"]
    own += ["address"] if person.address else []
    if person.news == "relative":
        leads = any(whose != "own" for _kind, whose in left)
    else:
        leads = any(kind in own for kind in _KINDS_OF[person.news])
    return person.news if leads or not own else _OWN_WAYS[own[0]]
