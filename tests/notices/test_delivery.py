"""Sending: claim, commit, send with nothing open, mark, commit; and every way it can go wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.db import transaction
from eldercampus.notices import delivery
from eldercampus.notices.channels import FileChannel, Message
from eldercampus.notices.delivery import ATTEMPTS, LEASE, Recipient, Sender, deliver
from eldercampus.notices.models import Notice
from eldercampus.notices.outbox import queue_notice
from tests.world import NOW, World, build_world

NIGHT = datetime.fromisoformat("2026-11-23T23:30:00+08:00")
MORNING = datetime.fromisoformat("2026-11-24T08:00:00+08:00")


class GatewayDown(OSError):
    """The other side does not answer."""


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Gateway:
    """Remembers what it was given. errors: raised one after the other before it works again."""

    db: SQLAlchemy
    given: list[Message] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def send(self, message: Message, now: datetime) -> str:
        assert not self.db.session().in_transaction(), "a transaction is open while sending"
        if self.errors:
            raise self.errors.pop(0)
        self.given.append(message)
        return f"gateway-{message.number}"


@dataclass
class Post:
    """A sender with people who are all reached by text message."""

    gateway: Gateway
    over: dict[int, str] = field(default_factory=dict)  # notice id → why it no longer holds
    unreachable: set[int] = field(default_factory=set)  # person ids
    wordless: set[int] = field(default_factory=set)  # notice ids without a text
    broken: bool = False  # the reading fails

    def contacts(self, notices: Sequence[Notice]) -> Mapping[int, Recipient]:
        return {
            notice.id: Recipient(
                "赵", "Zhao", "zh", (("pigeon", "loft"), ("sms", "+8613800000001"))
            )
            for notice in notices
            if notice.person_id not in self.unreachable
        }

    def still_holds(self, notices: Sequence[Notice], now: datetime) -> Mapping[int, str]:
        if self.broken:
            raise RuntimeError("cannot read")
        return self.over

    def render(self, notices: Sequence[tuple[Notice, Recipient]]) -> Mapping[int, str]:
        return {
            notice.id: f"{who.name}: {notice.facts.get('code', notice.subject)}"
            for notice, who in notices
            if notice.id not in self.wordless
        }

    def sender(self) -> Sender:
        def quiet_until(now: datetime) -> datetime:
            return MORNING if NIGHT <= now < MORNING else now

        return Sender(
            self.contacts, self.still_holds, self.render, quiet_until, {"sms": self.gateway}
        )

    def deliver(self, now: datetime = NOW, wall: datetime = NOW, holder: str = "me") -> int:
        return deliver(now, self.sender(), holder=holder, wall=wall)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


@pytest.fixture
def post(db: SQLAlchemy, world: World) -> Post:
    return Post(Gateway(db))


def queue(world: World, *names: str, kind: str = "offer_made", due: datetime = NOW) -> list[int]:
    made = []
    with transaction() as session:
        for name in names:
            notice = queue_notice(
                kind,
                subject="offer:1",
                person_id=world.people[name],
                now=NOW,
                due_at=due,
                code="12",
            )
            session.flush()
            assert notice is not None
            made.append(notice.id)
    return made


def row(db: SQLAlchemy, number: int) -> Notice:
    db.session.rollback()
    return db.session.get_one(Notice, number)


def states(db: SQLAlchemy) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice.state).order_by(Notice.id)))


def test_what_is_due_leaves_once(db: SQLAlchemy, world: World, post: Post) -> None:
    first, later = queue(world, "Zhao")[0], queue(world, "Qian", due=NOW + timedelta(hours=1))[0]
    assert post.deliver() == 1
    assert post.deliver() == 0
    assert [message.number for message in post.gateway.given] == [first]
    sent = row(db, first)
    assert (sent.state, sent.channel, sent.address) == ("sent", "sms", "+8613800000001")
    assert (sent.text, sent.out_id, sent.sent_at) == ("赵: 12", f"gateway-{first}", NOW)
    assert (sent.attempts, sent.lease_until) == (1, None)
    assert row(db, later).state == "queued"


def test_batches_take_the_oldest_first(
    db: SQLAlchemy, world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 2)
    late = queue(world, "Zhao", due=NOW - timedelta(hours=1))
    early = queue(world, "Qian", "Sun", due=NOW - timedelta(hours=2))
    assert [post.deliver(), post.deliver(), post.deliver()] == [2, 1, 0]
    assert [message.number for message in post.gateway.given] == early + late


def test_quiet_hours_hold_back_all_but_codes(db: SQLAlchemy, world: World, post: Post) -> None:
    quiet = queue(world, "Zhao")[0]
    code = queue(world, "Qian", kind="sign_in_code")[0]
    assert post.deliver(NIGHT) == 1
    assert [message.number for message in post.gateway.given] == [code]
    assert post.deliver(MORNING) == 1
    assert row(db, quiet).state == "sent"


def test_a_code_is_erased_once_it_has_left(db: SQLAlchemy, world: World, post: Post) -> None:
    code = queue(world, "Zhao", kind="sign_in_code")[0]
    post.deliver()
    assert post.gateway.given[0].text == "赵: 12"
    assert (row(db, code).text, row(db, code).facts, row(db, code).state) == ("", {}, "sent")


def test_what_no_longer_holds_is_dropped(db: SQLAlchemy, world: World, post: Post) -> None:
    over, holds = queue(world, "Zhao", "Qian")
    post.over = {over: "answered"}
    assert post.deliver() == 2
    assert [message.number for message in post.gateway.given] == [holds]
    assert (row(db, over).state, row(db, over).why) == ("dropped", "answered")


def test_nobody_to_reach_fails_and_stays_visible(db: SQLAlchemy, world: World, post: Post) -> None:
    number = queue(world, "Zhao")[0]
    post.unreachable = {world.people["Zhao"]}
    post.deliver()
    assert (row(db, number).state, row(db, number).why) == ("failed", "no_contact")


def test_a_notice_without_words_does_not_stop_the_others(
    db: SQLAlchemy, world: World, post: Post
) -> None:
    bad, good = queue(world, "Zhao", "Qian")
    post.wordless = {bad}
    post.deliver()
    assert (row(db, bad).state, row(db, bad).why) == ("failed", "no_text")
    assert row(db, good).state == "sent"


def test_a_batch_that_cannot_be_read_is_put_back(db: SQLAlchemy, world: World, post: Post) -> None:
    queue(world, "Zhao", "Qian")
    post.broken = True
    with pytest.raises(RuntimeError, match="cannot read"):
        post.deliver()
    assert states(db) == ["queued", "queued"]
    post.broken = False
    assert post.deliver() == 2


def test_a_refusal_is_tried_again_later_and_later(db: SQLAlchemy, world: World, post: Post) -> None:
    number = queue(world, "Zhao")[0]
    post.gateway.errors = [GatewayDown() for _ in range(ATTEMPTS)]
    now, waits = NOW, []
    for _ in range(ATTEMPTS - 1):
        post.deliver(now)
        assert row(db, number).state == "queued"
        assert post.deliver(now) == 0  # not before it is due again
        waits.append(row(db, number).due_at - now)
        now = row(db, number).due_at
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    post.deliver(now)
    failed = row(db, number)
    assert (failed.state, failed.why, failed.attempts) == ("failed", "GatewayDown", ATTEMPTS)
    assert (failed.text, failed.address) == ("", "")


def test_one_refusal_stops_no_other(db: SQLAlchemy, world: World, post: Post) -> None:
    queue(world, "Zhao", "Qian")
    post.gateway.errors = [GatewayDown()]
    post.deliver()
    assert states(db) == ["queued", "sent"]


def test_a_sender_that_died_leaves_doubt_and_no_second_message(
    db: SQLAlchemy, world: World, post: Post
) -> None:
    number = queue(world, "Zhao")[0]
    post.gateway.errors = [Killed()]
    with pytest.raises(Killed):
        post.deliver()
    assert row(db, number).state == "claimed"
    assert post.deliver(wall=NOW + LEASE, holder="other") == 0  # it may still be at work
    assert post.deliver(wall=NOW + LEASE + timedelta(seconds=1), holder="other") == 0
    assert (row(db, number).state, row(db, number).why) == ("in_doubt", "sender_gone")
    assert post.gateway.given == []


def test_a_slow_sender_still_marks_what_it_sent(
    db: SQLAlchemy, world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = queue(world, "Zhao")[0]
    send = post.gateway.send

    def slow(message: Message, now: datetime) -> str:
        later = NOW + LEASE + timedelta(minutes=1)
        assert Post(Gateway(db)).deliver(wall=later, holder="other") == 0
        assert row(db, number).state == "in_doubt"
        db.session.rollback()
        return send(message, now)

    monkeypatch.setattr(post.gateway, "send", slow)
    post.deliver()
    assert row(db, number).state == "sent"


def test_two_senders_take_different_notices(
    db: SQLAlchemy, world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 1)
    first, second = queue(world, "Zhao", "Qian")
    other, send = Post(Gateway(db)), post.gateway.send

    def slow(message: Message, now: datetime) -> str:
        assert other.deliver(holder="other") == 1
        return send(message, now)

    monkeypatch.setattr(post.gateway, "send", slow)
    post.deliver()
    assert [m.number for m in post.gateway.given] == [first]
    assert [m.number for m in other.gateway.given] == [second]


def test_a_file_a_day_by_the_clock_of_shanghai(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "out", "letter")
    evening = datetime.fromisoformat("2026-11-23T18:30:00+00:00")
    assert channel.send(Message(7, "一号路 1 号", "您好"), evening) == "2026-11-24-letter.txt#7"
    channel.send(Message(8, "二号路 2 号", "您好"), evening)
    text = (tmp_path / "out" / "2026-11-24-letter.txt").read_text(encoding="utf-8")
    assert text == "[7] 02:30 → 一号路 1 号\n您好\n\n[8] 02:30 → 二号路 2 号\n您好\n\n"
