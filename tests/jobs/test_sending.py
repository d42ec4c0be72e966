"""What leaves: the right words, in the person's language, by the way they wish; or why not."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, select

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.models import Application, Offer, Placement
from eldercampus.jobs.matters import CHECKS
from eldercampus.jobs.notice_facts import FACTS
from eldercampus.jobs.sending import deliver_due
from eldercampus.language.notices import TEXTS
from eldercampus.language.unlinked_notices import UNLINKED
from eldercampus.notices.kinds import KINDS
from eldercampus.notices.models import Notice
from eldercampus.notices.outbox import queue_notice
from eldercampus.people.models import Account, Contact, Person, Representation, SignInCode
from eldercampus.people.representing import represent
from eldercampus.people.signing_in import account_of_phone, send_code
from tests.enrolment.market import AFTER, Market
from tests.world import NOW

ACTING: dict[str, Any] = {
    "relation_answer": {"result": "given"},
    "done_in_your_name": {"act": "data", "about": "person:1"},
}
NIGHT = datetime.fromisoformat("2026-12-14T23:00:00+08:00")
# kind → what it is about
SUBJECTS = {
    "application_receipt": "application",
    "application_withdrawn": "application",
    "merged": "application",
    "result_published": "round",
    "confirmation_due": "placement",
    "placement_lapsed": "placement",
    "seat_given": "placement",
    "seat_taken": "placement",
    "first_lesson": "placement",
    "offer_made": "offer",
    "offer_lapsed": "offer",
    "class_changed": "placement",
    "offer_changed": "offer",
    "round_cancelled": "round",
    "sign_in_code": "code",
    "relation_code": "code",
    "relation_given": "representation",
    "relation_ended": "representation",
    "relation_answer": "representation",
    "done_in_your_name": "representation",
    "slip_used": "representation",
}
CODES = {kind for kind, about in SUBJECTS.items() if about == "code"}


@pytest.fixture
def market(db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch) -> Market:
    """m holds a seat of X, d is offered one; both are reached by text message."""
    monkeypatch.setattr(clock, "wall_now", lambda: AFTER)
    market = Market()
    market.section("X", 2, order="d")
    market.person("m", "X")
    market.sit("m", "X", state="awaiting")
    market.person("n", "X")
    market.sit("n", "X")
    market.person("d", "X")
    market.wait("d", "X")
    for name in ("m", "d"):
        reach(db, market, name, ("mobile", "+8613800000009"))
    market.give_back("n", "X")
    return market


def reach(db: SQLAlchemy, market: Market, who: str, *ways: tuple[str, str], **person: Any) -> None:
    """ways: contacts (kind, value), or (kind, value) of a daughter where the kind begins with +."""
    with transaction() as session:
        row = session.get_one(Person, market.people[who])
        for key, value in person.items():
            setattr(row, key, value)
        for kind, value in ways:
            whose = "daughter" if kind.startswith("+") else "own"
            session.add(
                Contact(person_id=row.id, kind=kind.removeprefix("+"), value=value, whose=whose)
            )


def subject_of(db: SQLAlchemy, market: Market, kind: str, name: str) -> str:
    about = SUBJECTS[kind]
    person_id = market.people[name]
    model: Any = {
        "application": Application,
        "placement": Placement,
        "offer": Offer,
        "representation": Representation,
    }.get(about)
    if about == "round":
        return f"round:{market.world.round_id}"
    if about == "code":
        return f"code:{db.session.scalars(select(SignInCode.id)).one()}"
    return (
        f"{about}:{db.session.scalars(select(model.id).where(model.person_id == person_id)).one()}"
    )


def only(db: SQLAlchemy, kind: str) -> Notice:
    db.session.rollback()
    return db.session.scalars(select(Notice).where(Notice.kind == kind)).one()


def tell(db: SQLAlchemy, market: Market, kind: str, name: str, now: datetime = AFTER) -> Notice:
    """Queues one notice as the use cases do, sends all that is due, and gives the row."""
    with transaction():
        if kind == "sign_in_code":
            send_code("+8613800000009", address="::1", now=now)
        else:
            queue_notice(
                kind,
                subject=subject_of(db, market, kind, name),
                person_id=market.people[name],
                now=now,
                still_waiting=True,
                section=market.sections["X"],
                listed=market.sections["X"],
                **ACTING.get(kind, {}),
            )
    deliver_due(now)
    return only(db, kind)


def test_each_kind_has_its_text_its_facts_and_what_can_end_it() -> None:
    assert set(KINDS) == set(TEXTS) == set(FACTS) == set(SUBJECTS)
    assert set(CHECKS) == {name for name, kind in KINDS.items() if kind.if_late == "drop"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_kind_is_whole_in_both_languages(
    db: SQLAlchemy, market: Market, language: str
) -> None:
    for name in ("m", "d"):
        reach(db, market, name, language=language, name="王试名", name_latin="Wang Shiming")
    with transaction():
        daughter = account_of_phone("+8613800000777", AFTER)
        represent(daughter.id, market.people["m"], kind="relative", relation="daughter", now=AFTER)
    for kind in sorted(KINDS.keys() - CODES - {"offer_made"}):
        tell(db, market, kind, "d" if SUBJECTS[kind] == "offer" else "m")
    sent = db.session.scalars(select(Notice)).all()
    assert {(notice.kind, notice.state, notice.why) for notice in sent} == {
        (kind, "sent", "") for kind in KINDS.keys() - CODES
    }
    for notice in sent:
        name, other = ("王试名", "Wang Shiming")[:: 1 if language == "zh" else -1]
        assert name in notice.text
        assert other not in notice.text
        assert any("一" <= letter <= "鿿" for letter in notice.text) == (language == "zh")
        assert "0574-0000 1234" in notice.text
        assert all(word[:4] == "http" for word in notice.text.split() if "http" in word)  # alone


def test_an_offer_says_what_when_where_until_and_how_to_answer(
    db: SQLAlchemy, market: Market
) -> None:
    reach(db, market, "d", language="en", name_latin="Deng")
    deliver_due(AFTER)
    text, token = only(db, "offer_made").text, market.offer("d", "X").token
    for words in ("Course X", "Campus X", "Mondays 9:00–10:30", f"/offers/{token}"):
        assert words in text
    assert "Wednesday 16 December" in text  # 48 hours of working days after Monday 10:00


@pytest.mark.parametrize("way", ["call", "letter"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_voice_and_a_letter_have_no_link(
    db: SQLAlchemy, market: Market, way: str, language: str
) -> None:
    """Nobody can press it there; what it is good for can be had by ringing."""
    with transaction():
        person = db.session.get_one(Person, market.people["d"])
        person.news, person.language, person.address = way, language, "试验路 1 号"
    deliver_due(AFTER)
    notice = only(db, "offer_made")
    assert notice.channel == way
    assert "http" not in notice.text
    assert market.offer("d", "X").token not in notice.text
    assert "0574-0000 1234" in notice.text


def test_every_text_without_a_link_has_one_elsewhere() -> None:
    for channel in ("call", "letter"):
        assert set(UNLINKED[channel]) == {kind for kind, text in TEXTS.items() if "(link)" in text}
        assert not any("(link)" in text for text in UNLINKED[channel].values())


def test_the_result_is_counted_when_it_leaves(db: SQLAlchemy, market: Market) -> None:
    reach(db, market, "m", language="en")
    reach(db, market, "d", language="en")
    for name in ("m", "d"):
        with transaction():
            queue_notice(
                "result_published",
                subject=f"round:{market.world.round_id}",
                person_id=market.people[name],
                now=NOW,
            )
    deliver_due(AFTER)
    texts = db.session.scalars(
        select(Notice.text).where(Notice.kind == "result_published").order_by(Notice.id)
    ).all()
    assert "You have a seat in 1 class." in texts[0]
    assert "You have no seat yet. You are on a waiting list." in texts[1]


def test_a_round_that_was_called_off_says_where_to_read_why(
    db: SQLAlchemy, market: Market, app: Flask
) -> None:
    reach(db, market, "m", language="en")
    with transaction():
        queue_notice(
            "round_cancelled",
            subject=f"round:{market.world.round_id}",
            person_id=market.people["m"],
            now=AFTER,
            round_page="2027-spring-1",
        )
    deliver_due(AFTER)
    text = only(db, "round_cancelled").text
    assert f"{app.config['PUBLIC_URL']}/rounds/2027-spring-1" in text
    assert "called off" in text


@pytest.mark.parametrize(("days", "why"), [(0, ""), (200, "over")])
def test_new_hours_are_not_told_once_the_class_is_over(
    db: SQLAlchemy, market: Market, days: int, why: str
) -> None:
    assert tell(db, market, "class_changed", "m", AFTER + timedelta(days=days)).why == why


def test_a_code_leaves_at_night_and_leaves_no_trace(
    db: SQLAlchemy, market: Market, app: Flask
) -> None:
    sent = tell(db, market, "sign_in_code", "m", NIGHT)
    assert (sent.state, sent.text, sent.facts) == ("sent", "", {})
    written = "".join(f.read_text() for f in Path(app.config["OUTBOX_FOLDER"]).glob("*-sms.txt"))
    assert "验证码" in written
    assert only(db, "offer_made").state == "queued"


@pytest.mark.parametrize("how", ["used", "too old"])
def test_a_code_that_opens_nothing_any_more_is_not_sent(
    db: SQLAlchemy, market: Market, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    with transaction():
        send_code("+8613800000009", address="::1", now=AFTER)
        db.session.scalars(select(SignInCode)).one().used_at = AFTER if how == "used" else None
    late = AFTER + timedelta(minutes=0 if how == "used" else 11)
    monkeypatch.setattr(clock, "wall_now", lambda: late)
    deliver_due(late)
    assert only(db, "sign_in_code").state == "dropped"


def test_an_offer_answered_meanwhile_is_not_sent(db: SQLAlchemy, market: Market) -> None:
    with transaction():
        market.offer("d", "X")
        row = db.session.scalars(select(Offer)).one()
        row.state, row.answered_at = "declined", AFTER
    deliver_due(AFTER)
    assert (only(db, "offer_made").state, only(db, "offer_made").why) == ("dropped", "answered")


def test_a_reminder_is_dropped_once_it_was_answered(db: SQLAlchemy, market: Market) -> None:
    with transaction():
        db.session.scalars(
            select(Placement).where(Placement.state == "awaiting")
        ).one().state = "confirmed"
    assert tell(db, market, "confirmation_due", "m").why == "answered"


def test_a_lesson_is_not_announced_after_it_began(db: SQLAlchemy, market: Market) -> None:
    in_march = datetime.fromisoformat("2027-03-01T09:00:00+08:00")
    assert tell(db, market, "first_lesson", "m", in_march).why == "over"


def test_a_lesson_is_not_announced_to_who_gave_the_seat_back(
    db: SQLAlchemy, market: Market
) -> None:
    assert tell(db, market, "first_lesson", "n").why == "seat_gone"


@pytest.mark.parametrize(
    ("news", "ways", "channel", "address"),
    [
        ("sms", [("landline", "+86574"), ("mobile", "+861")], "sms", "+861"),
        ("sms", [("landline", "+86574")], "call", "+86574"),
        ("sms", [("email", "d@example.org"), ("landline", "+86574")], "email", "d@example.org"),
        ("call", [("email", "d@example.org"), ("mobile", "+861")], "call", "+861"),
        ("letter", [("mobile", "+861"), ("address", "二号路 2 号")], "letter", "二号路 2 号"),
        ("letter", [("mobile", "+861")], "call", "+861"),
        ("email", [("mobile", "+861"), ("email", "d@example.org")], "email", "d@example.org"),
        ("sms", [("+mobile", "+869"), ("mobile", "+861")], "sms", "+861"),
        ("relative", [("mobile", "+861"), ("+mobile", "+869")], "sms", "+869"),
    ],
)
def test_news_comes_the_way_it_was_wished(
    db: SQLAlchemy,
    market: Market,
    news: str,
    ways: list[tuple[str, str]],
    channel: str,
    address: str,
) -> None:
    market.person("e", "X")
    reach(db, market, "e", *ways, news=news)
    sent = tell(db, market, "result_published", "e")
    assert (sent.channel, sent.address) == (channel, address)


def test_an_address_alone_means_a_letter(db: SQLAlchemy, market: Market) -> None:
    market.person("e", "X")
    reach(db, market, "e", address="一号路 1 号")
    assert tell(db, market, "result_published", "e").channel == "letter"


def test_nobody_to_reach_fails_and_says_so(db: SQLAlchemy, market: Market) -> None:
    market.person("e", "X")
    assert tell(db, market, "result_published", "e").why == "no_contact"


def test_a_hundred_messages_take_as_many_queries_as_one(db: SQLAlchemy, market: Market) -> None:
    deliver_due(AFTER)
    counts = []
    for names in (["e1"], [f"f{number}" for number in range(20)]):
        for name in names:
            market.person(name, "X")
            reach(db, market, name, ("mobile", "+861"))
        with transaction():
            for name in names:
                queue_notice(
                    "result_published",
                    subject=f"round:{market.world.round_id}",
                    person_id=market.people[name],
                    now=AFTER,
                )
        statements: list[str] = []

        def note(
            _c: Any, _cursor: Any, statement: str, *_more: Any, kept: Any = statements
        ) -> None:
            kept.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        assert deliver_due(AFTER) == len(names)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("whose", ["own", "daughter"])
@pytest.mark.parametrize(
    ("scope", "linked"),
    [(("apply", "see"), False), (("apply", "answer", "see"), True), ((), False)],
)
def test_the_link_that_answers_goes_to_no_relative_who_may_not(
    db: SQLAlchemy, market: Market, scope: tuple[str, ...], linked: bool, whose: str
) -> None:
    """Neither to their own phone nor to a number they wrote down; ended: (). The text says whom to
    ring."""
    person_id = market.people["d"]
    with transaction() as session:
        helper = Account(phone="+8613800000071", created_at=AFTER)
        session.add(helper)
        session.flush()
        acting = represent(helper.id, person_id, kind="relative", scope=scope, now=AFTER)
        acting.ended_at = None if scope else AFTER
        session.query(Contact).filter_by(person_id=person_id).delete()
        value = "+8613800000071" if whose == "daughter" else "+8613800000072"
        row = Contact(person_id=person_id, kind="mobile", value=value, whose=whose)
        row.added_by_id = helper.id if whose == "own" else None
        session.add(row)
    deliver_due(AFTER)
    notice = only(db, "offer_made")
    assert notice.address == value
    assert ("/offers/" in notice.text) == linked
    assert "0574-0000 1234" in notice.text
