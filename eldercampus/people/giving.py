"""The person says yes: on their own page, by a code from their phone, on paper, or on a call."""

from datetime import datetime

from sqlalchemy import select

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError, NotFound
from eldercampus.people.asking import Terms, check_asker, write_terms
from eldercampus.people.models import Person, RelationRequest, Representation
from eldercampus.people.representing import is_own, represent, tell_both
from eldercampus.people.signing_in import account_of_phone


def give_relation(
    request_id: int,
    terms: Terms,
    *,
    how: str,
    by_account_id: int,
    now: datetime,
    note: str = "",
) -> Representation:
    """Gives what was asked for, in part or whole; both are told.

    how: web, code, paper or phone; note: who witnessed the paper, or what was said on the call.
    Raises request_not_found, request_decided, note_missing, and the codes of Terms.check.
    """
    terms.check(now)
    request = _open_request(request_id)
    if request.person_id is None:
        raise NotFound("request_not_found")
    _check_living(request.person_id)
    _check_note(how, note)
    write_terms(request, terms)
    _decide(request, "given", how, note, by_account_id, now)
    return _give(request.account_id, request.person_id, terms, how, by_account_id, now)


def refuse_relation(
    request_id: int, *, how: str, by_account_id: int, now: datetime, note: str = ""
) -> None:
    """The person says no. Raises request_not_found, request_decided, note_missing."""
    request = _open_request(request_id)
    _check_note(how, note)
    _decide(request, "refused", how, note, by_account_id, now)


def give_to_phone(
    person_id: int,
    phone: str,
    terms: Terms,
    *,
    how: str,
    by_account_id: int,
    now: datetime,
    asker: str = "",
    note: str = "",
) -> Representation:
    """Gives it without having been asked, to whoever signs in with this phone (E.164).

    Raises person_not_found, relation_is_self, note_missing, and the codes of Terms.check.
    """
    terms.check(now)
    _check_living(person_id)
    _check_note(how, note)
    if asker:
        check_asker(asker)
    account = account_of_phone(phone, now)
    row = _give(account.id, person_id, terms, how, by_account_id, now)
    request = db.session.scalar(
        select(RelationRequest).where(
            RelationRequest.account_id == account.id,
            RelationRequest.person_id == person_id,
            RelationRequest.state == "asked",
        )
    )
    if request is None:
        request = RelationRequest(
            account_id=account.id, person_id=person_id, asker=asker, asked_at=now
        )
        db.session.add(request)
    write_terms(request, terms)
    _decide(request, "given", how, note, by_account_id, now)
    return row


def change_relation(
    acting_id: int, terms: Terms, *, how: str, by_account_id: int, now: datetime
) -> Representation:
    """Another scope or end date for what was given. Raises representation_not_found."""
    terms.check(now)
    row = db.session.get(Representation, acting_id, with_for_update=True)
    if row is None or row.ended_at is not None or row.kind == "self":
        raise NotFound("representation_not_found")
    _check_living(row.person_id)
    return _give(row.account_id, row.person_id, terms, how, by_account_id, now)


def check_oneself(account_id: int, person_id: int) -> None:
    """Raises person_not_found unless the account is the person's own, known by more than a slip."""
    if not is_own(account_id, person_id, whole=True):
        raise NotFound("person_not_found")


def _give(
    account_id: int, person_id: int, terms: Terms, how: str, by_account_id: int, now: datetime
) -> Representation:
    if is_own(account_id, person_id):  # needs no leave, and must not lose rights by it
        raise DomainError("relation_is_self")
    row = represent(
        account_id,
        person_id,
        kind="relative",
        relation=terms.relation,
        scope=tuple(terms.scope),
        until_on=terms.until_on,
        given_how=how,
        by_account_id=by_account_id,
        now=now,
    )
    tell_both(row, "given", now)
    return row


def _open_request(request_id: int) -> RelationRequest:
    request = db.session.get(
        RelationRequest, request_id, with_for_update=True, populate_existing=True
    )
    if request is None:
        raise NotFound("request_not_found")
    if request.state != "asked":
        raise DomainError("request_decided")
    return request


def _decide(
    request: RelationRequest, state: str, how: str, note: str, by_account_id: int, now: datetime
) -> None:
    request.state, request.decided_at, request.decided_by_id = state, now, by_account_id
    request.how, request.note = how, note
    db.session.flush()
    subject = f"relation:{request.id}"
    record(f"relation.{state}", subject, now=now, account_id=by_account_id, how=how)


def _check_living(person_id: int) -> None:
    person = db.session.get(Person, person_id)
    if person is None or person.merged_into_id or person.died_on or person.erased_at:
        raise NotFound("person_not_found")


def _check_note(how: str, note: str) -> None:
    if how in ("paper", "phone") and not note.strip():
        raise DomainError("note_missing")
