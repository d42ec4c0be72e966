"""Who acts, or asks to act, for two entries that turn out to be one person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from eldercampus.db import db
from eldercampus.people.models import Account, Person, RelationRequest, Representation, WebSession
from eldercampus.people.representing import ASKED

_GIVEN = ("web", "code")  # by whoever signs in as the person, without staff


def move_relations(
    stays: Person, goes: Person, by_account_id: int, now: datetime, *, keeps_phone: bool
) -> None:
    """An account that stood for both stands for the one, with the rights it had for that one.

    Who may apply because they entered one of the two themselves, and has no yes, does not come to
    act for the other entry by this: that ends, the request stays. So it is with a phone that signed
    in as who goes, where who stays was entered by staff or signs in with another phone: anybody
    can enter somebody. keeps_phone: staff say that it is the same person's.
    """
    _move_acting(stays, goes, by_account_id, now, keeps_phone=keeps_phone)
    chosen = update(WebSession).where(WebSession.person_id == goes.id)
    db.session.execute(chosen.values(person_id=stays.id))
    _move_requests(stays.id, goes.id)
    _join_accounts(stays.id, goes.id, now)


def _move_acting(
    stays_: Person, goes_: Person, by_account_id: int, now: datetime, *, keeps_phone: bool
) -> None:
    stays, goes = stays_.id, goes_.id
    rows = db.session.scalars(
        select(Representation).where(
            Representation.person_id.in_((stays, goes)), Representation.ended_at.is_(None)
        )
    ).all()
    for_stays = {row.account_id for row in rows if row.person_id == stays}
    for_both = for_stays & {row.account_id for row in rows if row.person_id == goes}
    has_owner = stays_.registered_by != "web" or any(
        row.person_id == stays and row.kind == "self" for row in rows
    )
    strangers = set() if keeps_phone or not has_owner else _phones_of(rows, goes) - for_stays
    for row in rows:
        twice = row.person_id == goes and row.account_id in for_stays
        no_yes = row.given_how == ASKED and row.account_id not in for_both
        if twice or no_yes or row.account_id in strangers:
            row.ended_at, row.ended_by_id = now, by_account_id
        elif row.person_id == goes:
            row.person_id = stays


def _phones_of(rows: Sequence[Representation], person_id: int) -> set[int]:
    """Accounts that sign in as the person with a phone, and those to which they gave it: not who
    comes with receipt number and a code read out."""
    signs_in = {row.account_id for row in rows if row.person_id == person_id and row.kind == "self"}
    by_phone = set(
        db.session.scalars(
            select(Account.id).where(Account.id.in_(signs_in), Account.phone.is_not(None))
        )
    )
    given = {
        row.account_id
        for row in rows
        if row.person_id == person_id and row.kind == "relative" and row.given_how in _GIVEN
    }
    return by_phone | given if by_phone else set()


def _move_requests(stays: int, goes: int) -> None:
    """An account that asked for both asks once; the other request looks as before, and counts no
    more."""
    rows = db.session.scalars(
        select(RelationRequest).where(RelationRequest.person_id.in_((stays, goes)))
    ).all()
    open_of = {row.account_id for row in rows if row.person_id == stays and row.state == "asked"}
    for row in rows:
        if row.person_id == goes:
            again = row.state == "asked" and row.account_id in open_of
            row.person_id = None if again else stays


def _join_accounts(stays: int, goes: int, now: datetime) -> None:
    """Somebody without a phone comes with their own slip to one account; of two, that of who
    stays is kept."""
    own = {
        account.person_id: account
        for account in db.session.scalars(
            select(Account).where(Account.person_id.in_((stays, goes)))
        )
    }
    if goes not in own:
        return
    if stays not in own:
        own[goes].person_id = stays
        return
    account = own[goes]
    account.ended_at = account.ended_at or now
    acting = update(Representation).where(
        Representation.account_id == account.id, Representation.ended_at.is_(None)
    )
    db.session.execute(acting.values(ended_at=now))
    sessions = update(WebSession).where(
        WebSession.account_id == account.id, WebSession.ended_at.is_(None)
    )
    db.session.execute(sessions.values(ended_at=now))
