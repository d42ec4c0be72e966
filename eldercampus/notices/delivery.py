"""Sending what stands in the outbox: claim, commit, send with no transaction open, mark, commit.

The functions about people, language and seats are given by the jobs, keyed by kind: this package
knows none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, or_, select, update

from eldercampus.db import db, transaction
from eldercampus.notices.channels import Channel, Message
from eldercampus.notices.kinds import KINDS
from eldercampus.notices.models import Notice

BATCH = 100
LEASE = timedelta(minutes=5)
ATTEMPTS = 5
_BACK_OFF = timedelta(minutes=2)
_READY = "ready"  # may leave; never written to a row


@dataclass(frozen=True)
class Recipient:
    """How to reach somebody. ways: (channel, address), the wished one first."""

    name: str
    name_latin: str
    language: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sender:
    """What deliver() is given. Each function takes a whole batch, so that it needs few queries.

    contacts(notices) → by notice id; still_holds(notices, now) → why not, by id of those that no
    longer do; render(notices with recipients) → text by id; quiet_until(now) → when messages may go
    again, now if they may.
    """

    contacts: Callable[[Sequence[Notice]], Mapping[int, Recipient]]
    still_holds: Callable[[Sequence[Notice], datetime], Mapping[int, str]]
    render: Callable[[Sequence[tuple[Notice, Recipient]]], Mapping[int, str]]
    quiet_until: Callable[[datetime], datetime]
    channels: Mapping[str, Channel]


@dataclass(frozen=True)
class _Outcome:
    """What a row becomes. state "ready": a message that has yet to leave."""

    state: str
    due_at: datetime
    facts: dict[str, Any]
    why: str = ""
    channel: str = ""
    address: str = ""
    text: str = ""
    sent_at: datetime | None = None
    out_id: str = ""


def deliver(now: datetime, sender: Sender, *, holder: str, wall: datetime) -> int:
    """Sends one batch of what is due; returns how many notices were settled.

    now: the present for due times and texts; wall: the wall clock, for leases.
    """
    _doubt_the_silent(wall)
    ids = _claim(now, holder, wall, quiet=sender.quiet_until(now) > now)
    if not ids:
        return 0
    try:
        prepared = _prepare(ids, sender, now)
    except Exception:
        db.session.rollback()
        _put_back(ids, holder)  # nothing has left: nobody needs to doubt it
        raise
    done = [(notice, _send(notice, outcome, sender, now)) for notice, outcome in prepared]
    with transaction():
        _mark(done, holder)
    return len(done)


def _claim(now: datetime, holder: str, wall: datetime, quiet: bool) -> list[int]:
    """Takes due notices; in the quiet hours only those that may always go."""
    due = select(Notice.id).where(Notice.state == "queued", Notice.due_at <= now)
    if quiet:
        due = due.where(Notice.kind.in_([kind for kind, rules in KINDS.items() if not rules.quiet]))
    due = due.order_by(Notice.due_at, Notice.id).limit(BATCH)
    if db.session.scalars(due.limit(1)).first() is None:
        return []  # the usual case: no write transaction is needed
    with transaction() as session:
        taken = session.scalars(
            update(Notice)
            .where(Notice.id.in_(session.scalars(due).all()), Notice.state == "queued")
            .values(
                state="claimed",
                lease_holder=holder,
                lease_until=wall + LEASE,
                attempts=Notice.attempts + 1,
            )
            .returning(Notice.id)
            .execution_options(synchronize_session=False)
        )
        return list(taken)


def _put_back(ids: list[int], holder: str) -> None:
    mine = (Notice.id.in_(ids), Notice.state == "claimed", Notice.lease_holder == holder)
    with transaction() as session:
        session.execute(update(Notice).where(*mine).values(state="queued", lease_until=None))


def _doubt_the_silent(wall: datetime) -> None:
    """A sender that died between sending and marking: nobody knows, so nobody sends it again."""
    silent = (Notice.state == "claimed", Notice.lease_until < wall)
    if db.session.scalar(select(Notice.id).where(*silent).limit(1)) is None:
        return
    with transaction() as session:
        session.execute(update(Notice).where(*silent).values(state="in_doubt", why="sender_gone"))


def _prepare(ids: list[int], sender: Sender, now: datetime) -> list[tuple[Notice, _Outcome]]:
    """Each notice with what becomes of it. Nothing stays open while messages leave."""
    query = select(Notice).where(Notice.id.in_(ids)).order_by(Notice.due_at, Notice.id)
    notices = list(db.session.scalars(query))
    over, recipients = sender.still_holds(notices, now), sender.contacts(notices)
    ways = {
        notice_id: [way for way in one.ways if way[0] in sender.channels]
        for notice_id, one in recipients.items()
    }
    texts = sender.render(
        [
            (one, replace(recipients[one.id], ways=tuple(ways[one.id])))
            for one in notices
            if one.id not in over and ways.get(one.id)
        ]
    )
    prepared = []
    for notice in notices:
        db.session.expunge(notice)
        outcome = _Outcome("failed", notice.due_at, notice.facts)
        if notice.id in over:
            outcome = replace(outcome, state="dropped", why=over[notice.id])
        elif not ways.get(notice.id):
            outcome = replace(outcome, why="no_contact")
        elif notice.id not in texts:
            outcome = replace(outcome, why="no_text")
        else:
            channel, address = ways[notice.id][0]
            text = texts[notice.id]
            outcome = replace(outcome, state=_READY, channel=channel, address=address, text=text)
        prepared.append((notice, outcome))
    db.session.rollback()
    return prepared


def _send(notice: Notice, outcome: _Outcome, sender: Sender, now: datetime) -> _Outcome:
    if outcome.state != _READY:
        return outcome
    message = Message(notice.id, outcome.address, outcome.text)
    try:
        out_id = sender.channels[outcome.channel].send(message, now)
    except OSError as error:
        unsent = replace(outcome, channel="", address=notice.address, text="")
        if notice.attempts >= ATTEMPTS:
            return replace(unsent, state="failed", why=type(error).__name__)
        return replace(unsent, state="queued", due_at=now + _BACK_OFF * notice.attempts)
    sent = replace(outcome, state="sent", sent_at=now, out_id=out_id)
    return replace(sent, text="", facts={}) if KINDS[notice.kind].erase_after_sending else sent


def _mark(done: Sequence[tuple[Notice, _Outcome]], holder: str) -> None:
    """In one statement; a row that somebody else has settled meanwhile stays."""
    table = cast("Table", Notice.__table__)
    names = [field.name for field in fields(_Outcome)]
    db.session.connection().execute(
        table.update()
        .where(
            table.c.id == bindparam("notice"),
            or_(table.c.state == "claimed", table.c.state == "in_doubt"),
            table.c.lease_holder == holder,
        )
        .values(lease_until=None, **{name: bindparam(f"new_{name}") for name in names}),
        [
            {"notice": notice.id, **{f"new_{name}": getattr(outcome, name) for name in names}}
            for notice, outcome in done
        ],
    )
