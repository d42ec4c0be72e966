"""Saying yes by telephone number: a code sent to the senior, which the relative types.

The code only gives the relation that its message names; it can never sign anybody in. Requests
that found nobody get a code too, which is sent to nobody. What counts tries must be committed, also
when the answer is no: refusals are returned, not raised. Moments of codes are those of the clock on
the wall.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.notices.outbox import queue_notice
from eldercampus.people.asking import get_request_of, terms_of
from eldercampus.people.giving import give_relation
from eldercampus.people.models import Account, Contact, RelationRequest, Representation, SignInCode
from eldercampus.people.sealing import keyed_hash
from eldercampus.people.signing_in import Sent
from eldercampus.people.throttling import count_try

CODE_LASTS = timedelta(hours=24)  # the senior need not be at hand
PAUSE = timedelta(seconds=60)
TRIES = 5
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def send_relation_code(
    request_id: int, *, account_id: int, address: str, wall: datetime
) -> Sent | DomainError:
    """Sends a code to the mobile kept for the person. The same answer where there is no such
    person, or no mobile, or one that is the relative's own: then nobody gets the code, and it does
    not count.

    Gives request_decided, code_sent_recently (within 60 s) or too_many_codes. Raises
    request_not_found.
    """
    request = get_request_of(request_id, account_id)
    if request.state != "asked":
        return DomainError("request_decided")
    latest = db.session.scalar(_latest(request_id))
    if latest is not None and wall < latest.sent_at + PAUSE:
        return DomainError("code_sent_recently")
    caps = (
        count_try("relation_code", f"request:{request_id}", most=5, window=_DAY, now=wall),
        count_try("relation_code_from", address, most=60, window=_HOUR, now=wall),
    )
    if not all(caps):
        return DomainError("too_many_codes")
    return _send(request, wall)


def _send(request: RelationRequest, wall: datetime) -> Sent:
    phone, code = _phone_of(request) or "", f"{secrets.randbelow(1_000_000):06d}"
    sent = SignInCode(
        phone=phone,
        purpose=_purpose(request.id),
        code_hash=_hash(request.id, code),
        sent_at=wall,
        ends_at=wall + CODE_LASTS,
    )
    db.session.add(sent)
    db.session.flush()
    # however many ask: nobody's phone is flooded
    if count_try("relation_code_to", phone, most=4, window=_DAY, now=wall) and phone:
        queue_notice(
            "relation_code",
            subject=f"code:{sent.id}",
            occurrence=wall.isoformat(),
            person_id=request.person_id,
            now=wall,
            address=phone,
            code=code,
            about=f"relation:{request.id}",
        )
    return Sent(code, sent.ends_at)


def give_by_code(
    request_id: int, code: str, *, account_id: int, now: datetime, wall: datetime
) -> Representation | DomainError:
    """What was asked for, given. Gives code_wrong with `left` tries, code_over, request_decided.

    Raises request_not_found.
    """
    request = get_request_of(request_id, account_id)
    if request.state != "asked":
        return DomainError("request_decided")
    latest = db.session.scalar(_latest(request_id).with_for_update())
    if latest is None or latest.used_at or wall >= latest.ends_at or latest.tries >= TRIES:
        return DomainError("code_over")
    latest.tries += 1
    same = secrets.compare_digest(latest.code_hash, _hash(request_id, code))
    # the phone still is the senior's, and never the relative's own
    if not same or request.person_id is None or _phone_of(request) != latest.phone:
        left = TRIES - latest.tries
        return DomainError("code_wrong", left=left) if left else DomainError("code_over")
    latest.used_at = wall
    terms = terms_of(request)
    return give_relation(request_id, terms, how="code", by_account_id=account_id, now=now)


def _phone_of(request: RelationRequest) -> str | None:
    """The person's own mobile; one that the relative signs in with says nothing of their will."""
    asker = select(Account.phone).where(Account.id == request.account_id)
    query = (
        select(Contact.value)
        .where(Contact.person_id == request.person_id, Contact.kind == "mobile")
        .where(Contact.whose == "own", Contact.added_by_id.is_(None))
        .order_by(Contact.position, Contact.id)
        .limit(1)
    )
    phone = db.session.scalar(query)
    return None if phone == db.session.scalar(asker) else phone


def _latest(request_id: int) -> Select[tuple[SignInCode]]:
    return (
        select(SignInCode)
        .where(SignInCode.purpose == _purpose(request_id))
        .order_by(SignInCode.id.desc())
        .limit(1)
    )


def _purpose(request_id: int) -> str:
    return f"relation:{request_id}"


def _hash(request_id: int, code: str) -> str:
    return keyed_hash(f"relation:{request_id}:{code}")
