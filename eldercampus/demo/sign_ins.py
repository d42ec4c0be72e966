"""Whom to sign in as: staff, and seniors in situations worth seeing."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from eldercampus.db import db
from eldercampus.demo.staff import ACCOUNTS, PASSWORD
from eldercampus.enrolment.models import Application, Offer, Placement, Round, WaitlistEntry
from eldercampus.people.models import Account, Person, Representation


def list_sign_ins(now: datetime) -> Iterator[str]:
    """Lines for the terminal, in Chinese and English."""
    yield "学员和家人 · seniors, family: /sign-in（验证码在页面上 · the code is on the page）"
    for situation, (phone, name) in _seniors(now):
        yield f"  {phone}  {name}  {situation}"
    yield f"工作人员 · staff: /staff/sign-in  password {PASSWORD}"
    for one in ACCOUNTS:
        yield f"  {one.username:<9} {one.role}  {one.place}".rstrip()


def _seniors(now: datetime) -> Iterator[tuple[str, tuple[str, str]]]:
    live = exists().where(Offer.person_id == Person.id, Offer.state == "live", Offer.ends_at > now)
    awaits = exists().where(Placement.person_id == Person.id, Placement.state == "awaiting")
    waits = exists().where(WaitlistEntry.person_id == Person.id, WaitlistEntry.state == "waiting")
    applied = exists().where(
        Application.person_id == Person.id,
        Application.round_id == Round.id,
        Round.state == "open",
    )
    situations: list[tuple[str, ColumnElement[bool]]] = [
        ("有候补名额等回答 · an offer waits for an answer", live),
        ("录取了，请确认 · has a seat to confirm", awaits & ~live),
        ("在候补 · on a waiting list", waits & ~awaits & ~live),
        ("还没有报名 · has not applied yet", ~applied),
    ]
    for situation, condition in situations:
        found = db.session.execute(
            select(Account.phone, Person.name)
            .join(Representation, Representation.account_id == Account.id)
            .join(Person, Person.id == Representation.person_id)
            .where(condition, Account.phone.is_not(None))
            .order_by(Person.id)
            .limit(1)
        ).first()
        if found is not None and found.phone is not None:
            yield situation, (found.phone.removeprefix("+86"), found.name)
