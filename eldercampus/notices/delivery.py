"""Sending what stands in the outbox: claim, commit, send with no transaction open, mark, commit.

The functions about people, language and seats are given by the jobs, keyed by kind: this package
knows none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update

from eldercampus.db import db, transaction
from eldercampus.notices.channels import Channel, Message
from eldercampus.notices.kinds import KINDS
from eldercampus.notices.models import Notice

BATCH = 100
LEASE = timedelta(minutes=5)
ATTEMPTS = 5
_BACK_OFF = timedelta(minutes=2)


@dataclass(frozen=True)
class Recipient:
    """How to reach somebody. ways: (channel, address), the wished one first."""

    name: str
    name_latin: str
    language: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sender:
    """What deliver() is given.

    contacts(notices) → by notice id; render(notice, recipient) → text; still_holds(notice, now) →
    "" or why it no longer does; quiet_until(now) → when messages may go again, now if they may.
    """

    contacts: Callable[[Sequence[Notice]], Mapping[int, Recipient]]
    render: Callable[[Notice, Recipient], str]
    still_holds: Callable[[Notice, datetime], str]
    quiet_until: Callable[[datetime], datetime]
    channels: Mapping[str, Channel]


def deliver(now: datetime, sender: Sender, *, holder: str, wall: datetime) -> int:
    """Sends one batch of what is due; returns how many notices were settled.

    now: the present for due times and texts; wall: the wall clock, for leases.
    """
    _doubt_the_silent(wall)
    ids = _claim(now, holder, wall, quiet=sender.quiet_until(now) > now)
    notices = list(db.session.scalars(select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id)))
    recipients = sender.contacts(notices)
    outcomes = [
        (notice, _prepare(notice, recipients.get(notice.id), sender, now)) for notice in notices
    ]
    for notice in notices:
        db.session.expunge(notice)
    db.session.rollback()  # nothing stays open while messages leave
    done = [(notice, _send(notice, outcome, sender, now)) for notice, outcome in outcomes]
    with transaction():
        for notice, values in done:
            _mark(notice, holder, values)
    return len(done)


def _claim(now: datetime, holder: str, wall: datetime, quiet: bool) -> list[int]:
    """Takes due notices; in the quiet hours only those that may always go."""
    always = [kind for kind, rules in KINDS.items() if not rules.quiet]
    with transaction() as session:
        query = select(Notice.id).where(Notice.state == "queued", Notice.due_at <= now)
        if quiet:
            query = query.where(Notice.kind.in_(always))
        waiting = list(session.scalars(query.order_by(Notice.due_at, Notice.id).limit(BATCH)))
        taken = []
        for notice_id in waiting:
            step = (
                update(Notice)
                .where(Notice.id == notice_id, Notice.state == "queued")
                .values(
                    state="claimed",
                    lease_holder=holder,
                    lease_until=wall + LEASE,
                    attempts=Notice.attempts + 1,
                )
            )
            if cast("CursorResult[Any]", session.execute(step)).rowcount == 1:
                taken.append(notice_id)
        return taken


def _doubt_the_silent(wall: datetime) -> None:
    """A sender that died between sending and marking: nobody knows, so nobody sends it again."""
    with transaction() as session:
        session.execute(
            update(Notice)
            .where(Notice.state == "claimed", Notice.lease_until < wall)
            .values(state="in_doubt", why="sender_gone")
        )


@dataclass(frozen=True)
class _Ready:
    channel: str
    message: Message


def _prepare(
    notice: Notice, recipient: Recipient | None, sender: Sender, now: datetime
) -> "_Ready | dict[str, Any]":
    """A message that may leave, or what the row becomes instead."""
    why = sender.still_holds(notice, now)
    if why:
        return {"state": "dropped", "why": why}
    ways = [way for way in recipient.ways if way[0] in sender.channels] if recipient else []
    if recipient is None or not ways:
        return {"state": "failed", "why": "no_contact"}
    channel, address = ways[0]
    return _Ready(channel, Message(notice.id, address, sender.render(notice, recipient)))


def _send(
    notice: Notice, outcome: "_Ready | dict[str, Any]", sender: Sender, now: datetime
) -> dict[str, Any]:
    if isinstance(outcome, dict):
        return outcome
    try:
        out_id = sender.channels[outcome.channel].send(outcome.message, now)
    except OSError as error:
        if notice.attempts >= ATTEMPTS:
            return {"state": "failed", "why": type(error).__name__}
        return {"state": "queued", "due_at": now + _BACK_OFF * notice.attempts}
    erase = KINDS[notice.kind].erase_after_sending
    return {
        "state": "sent",
        "channel": outcome.channel,
        "address": outcome.message.address,
        "text": "" if erase else outcome.message.text,
        "facts": {} if erase else notice.facts,
        "sent_at": now,
        "out_id": out_id,
    }


def _mark(notice: Notice, holder: str, values: dict[str, Any]) -> None:
    db.session.execute(
        update(Notice)
        .where(
            Notice.id == notice.id,
            or_(Notice.state == "claimed", Notice.state == "in_doubt"),
            Notice.lease_holder == holder,
        )
        .values(lease_until=None, **values)
    )
