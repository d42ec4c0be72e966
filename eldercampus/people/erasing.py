"""Erasing a person: name, numbers and ways to reach them, wherever they stand.

What stays points to nobody: year of birth, sex, community, and what rounds and seats were counted
by. Who was merged into the person is the person, and is erased with them.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, or_, select, update

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import NotFound
from eldercampus.notices.models import Notice
from eldercampus.notices.outbox import drop_notices, drop_notices_to
from eldercampus.people.asking import withdraw_requests_about
from eldercampus.people.models import (
    Account,
    CalendarFeed,
    Consent,
    Contact,
    DataRequest,
    DeskCode,
    KeptForm,
    Person,
    RelationRequest,
    Representation,
    SamePersonPair,
    SignInCode,
    Tag,
    Undertaking,
    WebSession,
)
from eldercampus.people.representing import end_representations_of

ERASED, ERASED_LATIN = "已删除", "Erased"
"""What lists of earlier terms show instead of the name."""
_EMPTIED = {
    "name": ERASED,
    "name_latin": ERASED_LATIN,
    "address": "",
    "id_number_sealed": None,
    "id_number_key": None,
    "emergency_name": "",
    "emergency_phone": "",
    "emergency_relation": "",
    "news": "letter",
}


def erase_person(person_id: int, *, account_id: int, now: datetime) -> list[int]:
    """The ids of the person's entries: their own, and those merged into it. What hinders it is
    looked at before: see enrolment.erasing. Raises person_not_found."""
    entries = db.session.scalars(
        select(Person)
        .where((Person.id == person_id) | (Person.merged_into_id == person_id))
        .with_for_update()
    ).all()
    if not any(one.id == person_id and one.merged_into_id is None for one in entries):
        raise NotFound("person_not_found")
    ids, names = [one.id for one in entries], {one.name for one in entries}
    subjects = _subjects_about(ids)
    acted = [one for each in ids for one in _end_relations(each, account_id, now)]
    _empty_relations(ids, acted, names, now)
    for account in acted:
        _free_account(account, now)
    _empty_notices(ids, subjects)
    _delete_ways(ids)
    _empty_papers(ids, now)
    for one in entries:
        _empty(one, now)
    record("person.erase", f"person:{person_id}", now=now, account_id=account_id)
    db.session.flush()
    return ids


def _empty(person: Person, now: datetime) -> None:
    for name, value in _EMPTIED.items():
        setattr(person, name, value)
    person.born_on, person.erased_at = date(person.born_on.year, 1, 1), now


def _end_relations(person_id: int, by_account_id: int, now: datetime) -> list[int]:
    """Nobody acts or asks to act for them any more; the accounts that ever did."""
    ever = select(Representation.account_id).where(Representation.person_id == person_id)
    own = select(Account.id).where(Account.person_id == person_id)
    accounts = {*db.session.scalars(ever), *db.session.scalars(own)}
    end_representations_of(person_id, by_account_id=by_account_id, now=now)
    withdraw_requests_about(person_id, now=now, account_id=by_account_id)
    return sorted(accounts)


def _empty_relations(
    ids: Collection[int], accounts: Collection[int], names: Collection[str], now: datetime
) -> None:
    """What was written in free words about them, their name where they asked for others, and where
    somebody wrote it down with a birth date that fitted nobody: that could not be given anyway."""
    about = update(RelationRequest).where(RelationRequest.person_id.in_(ids))
    db.session.execute(about.values(named="", asker="", note=""))
    own_name = RelationRequest.asker.in_(names) | RelationRequest.named.in_(names)
    by_them = update(RelationRequest).where(RelationRequest.account_id.in_(accounts), own_name)
    db.session.execute(by_them.values(named="", asker=""))
    for_nobody = update(RelationRequest).where(RelationRequest.person_id.is_(None))
    same_name = for_nobody.where(RelationRequest.named.in_(names))
    still_open = same_name.where(RelationRequest.state == "asked")
    db.session.execute(still_open.values(state="withdrawn", decided_at=now))
    db.session.execute(same_name.values(named=""))
    notes = update(Representation).where(Representation.person_id.in_(ids))
    db.session.execute(notes.values(ended_note=""))
    chosen = update(WebSession).where(WebSession.person_id.in_(ids))
    db.session.execute(chosen.values(person_id=None))


def _free_account(account_id: int, now: datetime) -> None:
    """An account that stands for nobody else ends: its phone is nobody's, and can be another's."""
    account = db.session.get(Account, account_id, with_for_update=True)
    if account is None or account.username is not None or _stands_for_others(account_id):
        return
    if account.phone is not None:
        codes = delete(SignInCode).where(SignInCode.phone == account.phone)
        db.session.execute(codes)
        sent = update(Notice).where(Notice.person_id.is_(None), Notice.address == account.phone)
        db.session.execute(sent.values(address="", text=""))
        account.phone = f"erased-{account_id:04d}"
    account.name = account.name_latin = ""
    account.ended_at = account.ended_at or now
    sessions = update(WebSession).where(WebSession.account_id == account_id)
    db.session.execute(sessions.where(WebSession.ended_at.is_(None)).values(ended_at=now))
    db.session.execute(delete(KeptForm).where(KeptForm.account_id == account_id))


def _stands_for_others(account_id: int) -> bool:
    acting = select(Representation.id).where(
        Representation.account_id == account_id, Representation.ended_at.is_(None)
    )
    asking = select(RelationRequest.id).where(
        RelationRequest.account_id == account_id, RelationRequest.state == "asked"
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in (acting, asking))


def _subjects_about(ids: Collection[int]) -> list[str]:
    """Of notices to others that name the person: to a relative, about acting for them."""
    acting = select(Representation.id).where(Representation.person_id.in_(ids))
    asked = select(RelationRequest.id).where(RelationRequest.person_id.in_(ids))
    return [
        *(f"representation:{one}" for one in db.session.scalars(acting)),
        *(f"relation:{one}" for one in db.session.scalars(asked)),
    ]


def _empty_notices(ids: Collection[int], subjects: list[str]) -> None:
    """When and by which way something was sent stays, for counting."""
    for person_id in ids:
        drop_notices_to(person_id, why="erased")
    if subjects:
        drop_notices(*subjects, why="erased")
    about: ColumnElement[bool] = or_(Notice.person_id.in_(ids), Notice.subject.in_(subjects))
    db.session.execute(update(Notice).where(about).values(text="", address=""))


def _delete_ways(ids: Collection[int]) -> None:
    for model in (Contact, Tag, Undertaking, DeskCode, CalendarFeed):
        db.session.execute(delete(model).where(model.person_id.in_(ids)))


def _empty_papers(ids: Collection[int], now: datetime) -> None:
    """That there was a consent, and to which text, stays; who signed it does not."""
    given = update(Consent).where(Consent.person_id.in_(ids))
    db.session.execute(given.where(Consent.withdrawn_at.is_(None)).values(withdrawn_at=now))
    db.session.execute(given.values(signer=""))
    asked = update(DataRequest).where(DataRequest.person_id.in_(ids))
    db.session.execute(asked.values(text="", answer=""))
    pair = SamePersonPair.first_id.in_(ids) | SamePersonPair.second_id.in_(ids)
    db.session.execute(update(SamePersonPair).where(pair).values(reason=""))
