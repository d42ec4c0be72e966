"""A row of every kind that an address can name, and a value for every part of an address."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from eldercampus.approvals.models import Approval
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.rules import RULES
from eldercampus.db import Base, db, transaction
from eldercampus.enrolment.models import (
    Application,
    Choice,
    Learner,
    Offer,
    PaperForm,
    Placement,
    Round,
    RoundDecision,
    Run,
    WaitlistEntry,
)
from eldercampus.enrolment.runs import packed
from eldercampus.people.accounts import grant
from eldercampus.people.asking import Terms, ask_relation
from eldercampus.people.data_requests import ask_correction
from eldercampus.people.models import Account, CalendarFeed, SamePersonPair, Tag
from eldercampus.people.representing import represent
from eldercampus.people.sealing import seal
from eldercampus.places.models import Room
from eldercampus.tasks.queue import add_task
from tests.world import NOW, World

Samples = dict[str, Any]
"""Name of the part of an address → a value that exists. A part that means several things is written
with the address's first folder: "town/code"."""


def add_samples(app: Flask, world: World) -> Samples:
    """Zhao has applied in the open round; in one published before Qian has a seat in S-001, Li has
    a live offer for it, Sun waits. Two more people of staff: a teacher and a class monitor."""
    with app.app_context(), transaction():
        published = _published_round(world)
        samples = {
            "section_id": world.sections["S-001"],
            "person_id": world.people["Zhao"],
            "course_id": world.courses["C-01"],
            "campus_id": world.campuses["K-01"],
            "room_id": db.session.scalars(select(Room.id)).first(),
            "year": 2027,
            "name": "courses_per_term",
            "step": "open",
            "code": "2027-spring-1",
            "town/code": "330213001",
            "filename": "seal.svg",
            "way": "call",
            "application_id": _apply(world, world.round_id, "Zhao", "K7MQ-4F2X"),
            **_seats(world, published),
            **_for_staff(world),
            **_for_family(world),
            **_for_the_review(world),
        }
        _more_accounts(world)
    return samples


def values_for(rule: Rule, samples: Samples) -> Samples:
    """The parts of this address; KeyError names one that is new."""
    folder = rule.rule.split("/")[1]
    return {name: samples.get(f"{folder}/{name}", samples[name]) for name in rule.arguments}


def _published_round(world: World) -> int:
    rules = {name: spec.default for name, spec in RULES.items()}
    open_ = db.session.get_one(Round, world.round_id)
    open_.rules = rules
    published = Round(
        code="2027-spring-0",
        term_id=world.term_id,
        name="2027 年春季，早先一批",
        name_en="Spring 2027, an earlier round",
        state="published",
        rules=rules,
        key_sealed=seal(b"k" * 32),
        secret_sealed=seal(b"s" * 32),
        **{
            name: NOW - timedelta(days=20 - place)
            for place, name in enumerate(
                ("opens_at", "closes_at", "freezes_at", "draws_at", "publishes_at", "published_at")
            )
        },
        confirm_by_at=NOW + timedelta(days=3),
    )
    run = {"kind": "final", "made_at": NOW, "input": b"", "input_sha256": "0" * 64}
    _added(published)
    _added(Run(round_id=published.id, seed="0" * 64, **run))
    return published.id


def _added(row: Base) -> int:
    db.session.add(row)
    db.session.flush()
    return int(row.id)  # type: ignore[attr-defined]


def _apply(world: World, round_id: int, key: str, receipt: str) -> int:
    application = Application(
        round_id=round_id,
        person_id=world.people[key],
        state="submitted",
        receipt=receipt,
        created_at=NOW,
        changed_at=NOW,
        submitted_at=NOW,
        version=1,
    )
    application_id = _added(application)
    _added(Choice(application_id=application_id, section_id=world.sections["S-001"], rank=1))
    return application_id


def _seats(world: World, round_id: int) -> Samples:
    section_id = world.sections["S-001"]
    for number, key in enumerate(("Qian", "Li", "Sun"), 1):
        _apply(world, round_id, key, f"AAAA-AAA{number + 1}")
        learner = Learner(round_id=round_id, person_id=world.people[key], code=f"L-{number:012x}")
        learner.metres = {"K-01": 1000, "K-02": 12001}
        _added(learner)
    of_this = {"round_id": round_id, "section_id": section_id}
    placement_id = _added(
        Placement(
            person_id=world.people["Qian"],
            state="awaiting",
            placed_at=NOW,
            confirm_by_at=NOW + timedelta(days=3),
            **of_this,
        )
    )
    entries = {
        key: _added(WaitlistEntry(person_id=world.people[key], rank=1, joined_at=NOW, **of_this))
        for key in ("Li", "Sun")
    }
    offer = Offer(
        person_id=world.people["Li"],
        entry_id=entries["Li"],
        seat="open",
        token="a" * 20,
        made_at=NOW,
        ends_at=NOW + timedelta(days=2),
        **of_this,
    )
    offer_id = _added(offer)
    _count_taken(section_id, 2)
    return {
        "placement_id": placement_id,
        "entry_id": entries["Sun"],
        "offer_id": offer_id,
        "token": offer.token,
        "calendar/token": _calendar_feed(world),
    }


def _calendar_feed(world: World) -> str:
    feed = CalendarFeed(person_id=world.people["Zhao"], token="c" * 32, made_at=NOW)
    db.session.add(feed)
    return feed.token


def _count_taken(section_id: int, taken: int) -> None:
    db.session.get_one(Section, section_id).taken = taken


def _for_staff(world: World) -> Samples:
    first, second = sorted((world.people["Zhao"], world.people["Qian"]))
    pair = SamePersonPair(first_id=first, second_id=second, why="birth_phone")
    task = add_task("draw", asked_by_id=world.accounts["officer"], now=NOW, round_id=world.round_id)
    return {
        "run_id": _replay(world),
        "pair_id": _added(pair),
        "tag_id": _added(Tag(person_id=world.people["Zhao"], kind="disability")),
        "task_id": task.id,
    }


def _for_family(world: World) -> Samples:
    """Zhou's account acts for Zhao; Sun's asks to, too; Zhao's asks to act for Li."""
    zhao, terms = world.people["Zhao"], Terms("daughter")
    acting = represent(world.accounts["Zhou"], zhao, kind="relative", relation="neighbour", now=NOW)
    wanted, asked = (
        ask_relation(world.accounts[who], of, terms, named=named, asker="试问", now=NOW)
        for who, of, named in (("Sun", zhao, "赵示范"), ("Zhao", world.people["Li"], "李假名"))
    )
    data = ask_correction(zhao, "我生日写错了", account_id=world.accounts["Zhao"], now=NOW)
    asking = {"request_id": data.id, "data_request_id": data.id}
    return {"acting_id": acting.id, "wanted_id": wanted.id, "asked_id": asked.id, **asking}


def _for_the_review(world: World) -> Samples:
    """A dry run of the open round, a decision about a class, a seat asked for by hand."""
    at = {"round_id": world.round_id, "made_at": NOW}
    _added(
        Run(
            kind="dry",
            input=packed({"learners": [], "sections": []}),
            result=packed({"placements": [], "closed": [], "waitlists": {}}),
            input_sha256="0" * 64,
            facts={"number": 1, "other_numbers": False},
            summary={
                **dict.fromkeys(("learners", "placed", "first", "placements", "waiting"), 0),
                "sections": 0,
                "free": 0,
                "closed": [],
            },
            **at,
        )
    )
    section_id, officer = world.sections["S-001"], world.accounts["officer"]
    facts = {"before": False, "after": True}
    decision = RoundDecision(
        kind="exempt", section_id=section_id, facts=facts, reason="试", account_id=officer, **at
    )
    approval = Approval(
        kind="seat.give",
        subject=f"seat:{section_id}/{world.people['Zhao']}",
        facts={
            "section_id": section_id,
            "person_id": world.people["Zhao"],
            "campus_id": world.campuses["K-01"],
        },
        asked_by_id=officer,
        asked_at=NOW,
        reason="试",
    )
    return {
        "number": 1,
        "part": "round",
        "form_id": _paper_form(world),
        "decision_id": _added(decision),
        "approval_id": _added(approval),
    }


def _paper_form(world: World) -> int:
    """Printed for Zhao."""
    row = PaperForm(
        receipt="A2B3-C4D5",
        round_id=world.round_id,
        person_id=world.people["Zhao"],
        printed_at=NOW,
        printed_by_id=world.accounts["clerk"],
    )
    return _added(row)


def _replay(world: World) -> int:
    told = {"code": "enough", "facts": {}, "seats": 1, "waiting": 0}
    choice = {"section": "S-001", "before": told, "after": told}
    facts = {
        "person_id": world.people["Zhao"],
        "learner": "L-000000000001",
        "fact": "home",
        "stood": None,
        "community_id": world.communities["E1"],
        "reason": "试",
        "tags": [],
        "before": {"metres": {"K-01": 3000}},
        "after": {"metres": {"K-01": 1000}},
    }
    others = {"gain": 0, "lose": 0}
    return _added(
        Run(
            round_id=world.round_id,
            kind="replay",
            made_at=NOW,
            input=b"",
            input_sha256="0" * 64,
            facts=facts,
            summary={"choices": [choice], "others": others, "opened": [], "shut": []},
        )
    )


def _more_accounts(world: World) -> None:
    for role, campus in (("teacher", "K-01"), ("monitor", None)):
        account = Account(username=role, password_hash="!", name=role, created_at=NOW)
        world.accounts[role] = _added(account)
        campus_id = world.campuses[campus] if campus else None
        grant(account.id, role, now=NOW, campus_id=campus_id)
