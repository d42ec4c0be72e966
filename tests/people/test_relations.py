"""Asking to act for somebody, and the four ways of saying yes."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from eldercampus.db import db as database
from eldercampus.db import transaction
from eldercampus.enrolment.deaths import record_death
from eldercampus.errors import DomainError, NotFound
from eldercampus.notices.models import Notice
from eldercampus.people.asking import (
    ANSWERED_WITHIN,
    Terms,
    ask_relation,
    check_asker,
    end_old_requests,
    find_asked_for,
    get_request_of,
    may_ask,
    withdraw_request,
)
from eldercampus.people.giving import (
    change_relation,
    check_oneself,
    give_relation,
    give_to_phone,
    refuse_relation,
)
from eldercampus.people.merging import merge_persons
from eldercampus.people.models import (
    Account,
    CalendarFeed,
    Contact,
    DataRequest,
    DeskCode,
    Person,
    RelationRequest,
    Representation,
    SignInCode,
)
from eldercampus.people.news import choose_news
from eldercampus.people.queries import get_person_for, list_persons_of
from eldercampus.people.relation_codes import give_by_code, send_relation_code
from eldercampus.people.relation_queries import (
    get_acting,
    get_request,
    list_acting_for,
    list_asked_by,
    list_asked_of,
    list_open_requests,
)
from eldercampus.people.representing import (
    end_representation,
    find_relative,
    represent,
    tell_of,
)
from eldercampus.people.signing_in import Sent, sign_in_with_code
from tests.world import NOW, PHONE, World, build_world

DAY = date(2026, 11, 23)
LATER = NOW + timedelta(minutes=2)
DAUGHTER = Terms("daughter")


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    return build_world()


def ask(world: World, who: str = "Qian", of: str | None = "Zhao", terms: Terms = DAUGHTER) -> int:
    with transaction():
        person_id = world.people[of] if of else None
        return ask_relation(
            world.accounts[who], person_id, terms, named="赵示范", asker="钱小样", now=NOW
        ).id


def send(world: World, request_id: int, who: str = "Qian", wall: Any = NOW) -> Sent | DomainError:
    with transaction():
        account_id = world.accounts[who]
        return send_relation_code(request_id, account_id=account_id, address="::1", wall=wall)


def sent(world: World, request_id: int, **more: Any) -> str:
    outcome = send(world, request_id, **more)
    assert isinstance(outcome, Sent)
    return outcome.code


def type_code(
    world: World, request_id: int, code: str, who: str = "Qian", wall: Any = LATER
) -> Representation | DomainError:
    with transaction():
        return give_by_code(request_id, code, account_id=world.accounts[who], now=NOW, wall=wall)


def kinds(db: SQLAlchemy) -> list[tuple[str, int | None, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(row.kind, row.person_id, row.address) for row in rows]


def code_of(outcome: object) -> str:
    assert isinstance(outcome, DomainError)
    return outcome.code


def test_a_code_from_the_seniors_phone_gives_what_was_asked_for(
    db: SQLAlchemy, world: World
) -> None:
    until = DAY + timedelta(days=90)
    request_id = ask(world, terms=Terms("daughter", ("apply", "see"), until))
    with pytest.raises(NotFound):
        get_person_for(world.accounts["Qian"], world.people["Zhao"], "apply", DAY)
    code = sent(world, request_id)
    assert kinds(db) == [("relation_code", world.people["Zhao"], PHONE)]
    assert code_of(type_code(world, request_id, "x")) == "code_wrong"
    row = type_code(world, request_id, code)
    assert isinstance(row, Representation)
    assert (row.may_apply, row.may_answer, row.may_see) == (True, False, True)
    assert (row.relation, row.until_on, row.given_how) == ("daughter", until, "code")
    assert get_request_of(request_id, world.accounts["Qian"]).state == "given"
    assert code_of(type_code(world, request_id, code)) == "request_decided"
    told = kinds(db)[1:]
    assert told == [
        ("relation_given", world.people["Zhao"], ""),
        ("relation_answer", None, "+8613800000002"),
    ]


def test_the_code_signs_nobody_in_and_keeps_no_sign_in_code_from_counting(
    db: SQLAlchemy, world: World
) -> None:
    code = sent(world, ask(world))
    with transaction():
        outcome = sign_in_with_code(PHONE, code, now=LATER)
    assert code_of(outcome) == "code_over"  # none was sent for signing in


def test_asking_looks_the_same_whether_there_is_such_a_person(db: SQLAlchemy, world: World) -> None:
    known, unknown = ask(world), ask(world, of=None)
    for request_id in (known, unknown):
        sent(world, request_id)
        assert code_of(send(world, request_id)) == "code_sent_recently"
        for left in (4, 3, 2, 1):
            outcome = type_code(world, request_id, "x")
            assert code_of(outcome) == "code_wrong"
            assert isinstance(outcome, DomainError)
            assert outcome.facts == {"left": left}
        assert code_of(type_code(world, request_id, "x")) == "code_over"
    mine = list_asked_by(world.accounts["Qian"])
    assert [(row.named, row.state) for row in mine] == [("赵示范", "asked")] * 2
    with transaction():
        refuse_relation(known, how="web", by_account_id=world.accounts["Zhao"], now=NOW)
    assert len(list_asked_by(world.accounts["Qian"])) == 2
    assert len([kind for kind, *_rest in kinds(db) if kind == "relation_code"]) == 1
    assert db.session.scalars(select(SignInCode.phone).order_by(SignInCode.id)).all() == [PHONE, ""]


def test_the_code_of_a_request_that_found_nobody_gives_nothing(
    db: SQLAlchemy, world: World
) -> None:
    request_id = ask(world, of=None)
    code = sent(world, request_id)
    assert code_of(type_code(world, request_id, code)) == "code_wrong"
    assert list_open_requests() == []
    with pytest.raises(NotFound):
        get_request(request_id)
    with pytest.raises(NotFound), transaction():
        give_relation(
            request_id, DAUGHTER, how="web", by_account_id=world.accounts["Zhao"], now=NOW
        )


def test_codes_are_capped(db: SQLAlchemy, world: World) -> None:
    request_id = ask(world)
    for minutes in range(0, 10, 2):
        sent(world, request_id, wall=NOW + timedelta(minutes=minutes))
    late = NOW + timedelta(minutes=12)
    assert code_of(send(world, request_id, wall=late)) == "too_many_codes"
    # the phone itself gets four a day, however many ask; the answer does not show it
    assert len([kind for kind, *_rest in kinds(db) if kind == "relation_code"]) == 4
    sent(world, ask(world, "Li"), who="Li")
    assert len([kind for kind, *_rest in kinds(db) if kind == "relation_code"]) == 4


def test_a_code_is_over_after_a_day(world: World) -> None:
    request_id = ask(world)
    code = sent(world, request_id)
    tomorrow = NOW + timedelta(hours=24)
    assert code_of(type_code(world, request_id, code, wall=tomorrow)) == "code_over"


def test_somebody_elses_request_is_not_there(world: World) -> None:
    request_id = ask(world)
    code = sent(world, request_id)
    with pytest.raises(NotFound):
        type_code(world, request_id, code, who="Li")
    with pytest.raises(NotFound):
        send(world, request_id, who="Li")
    with pytest.raises(NotFound), transaction():
        withdraw_request(request_id, account_id=world.accounts["Li"], now=NOW)


def _change_contact(db: SQLAlchemy, world: World, who: str, **values: Any) -> None:
    with transaction():
        row = db.session.scalars(
            select(Contact).where(Contact.person_id == world.people[who])
        ).one()
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize(
    "values",
    [
        {"value": "+8613800000002"},  # the relative's own
        {"kind": "landline", "value": "+8657488880021"},
        {"whose": "son"},
    ],
)
def test_only_the_seniors_own_mobile_gets_the_code(
    db: SQLAlchemy, world: World, values: dict[str, str]
) -> None:
    _change_contact(db, world, "Zhao", **values)
    request_id = ask(world)
    code = sent(world, request_id)
    assert kinds(db) == []
    assert code_of(type_code(world, request_id, code)) == "code_wrong"


def test_a_number_that_a_relative_wrote_down_gets_no_code_and_no_copies(
    db: SQLAlchemy, world: World
) -> None:
    son, zhao = world.accounts["Qian"], world.people["Zhao"]
    with transaction():
        db.session.query(Contact).filter_by(person_id=zhao).delete()
        represent(son, zhao, kind="relative", relation="son", scope=("apply",), now=NOW)
        choose_news(zhao, "sms", [], target="+8613800000099", account_id=son, now=NOW)
    assert [kind for kind, *_rest in kinds(db)] == ["done_in_your_name"]
    request_id = ask(world)
    code = sent(world, request_id)
    assert [kind for kind, *_rest in kinds(db)] == ["done_in_your_name"]
    assert code_of(type_code(world, request_id, code)) == "code_wrong"


def test_asking_again_for_the_same_person_counts_once(world: World) -> None:
    first = ask(world)
    code = sent(world, first)
    second = ask(world)
    assert [row.id for row in list_asked_of([world.people["Zhao"]])] == [second]
    assert [row.id for row in list_asked_by(world.accounts["Qian"])] == [second, first]
    assert code_of(type_code(world, first, code)) == "code_wrong"
    assert isinstance(type_code(world, second, sent(world, second)), Representation)


def test_nobody_becomes_their_own_relative(world: World) -> None:
    request_id = ask(world, who="Zhao")
    assert list_asked_of([world.people["Zhao"]]) == []
    code = sent(world, request_id, who="Zhao")
    assert code_of(type_code(world, request_id, code, who="Zhao")) == "code_wrong"
    with pytest.raises(DomainError, match="relation_is_self"), transaction():
        give_to_phone(
            world.people["Zhao"],
            PHONE,
            DAUGHTER,
            how="web",
            by_account_id=world.accounts["Zhao"],
            now=NOW,
        )
    assert get_person_for(world.accounts["Zhao"], world.people["Zhao"], "answer", DAY)


def test_the_senior_gives_less_than_was_asked_for(world: World) -> None:
    request_id = ask(world)
    with transaction():
        row = give_relation(
            request_id,
            Terms("daughter", ("see",), DAY),
            how="web",
            by_account_id=world.accounts["Zhao"],
            now=NOW,
        )
    assert (row.may_apply, row.may_see, row.until_on) == (False, True, DAY)
    with pytest.raises(DomainError, match="request_decided"), transaction():
        refuse_relation(request_id, how="web", by_account_id=world.accounts["Zhao"], now=NOW)


def test_a_relation_past_its_date_does_nothing(world: World) -> None:
    qian, zhao = world.accounts["Qian"], world.people["Zhao"]
    with transaction():
        represent(qian, zhao, kind="relative", relation="son", until_on=DAY, now=NOW)
    after = DAY + timedelta(days=1)
    assert zhao in {one.id for one in list_persons_of(qian, DAY)}
    assert zhao not in {one.id for one in list_persons_of(qian, after)}
    assert [row.account_id for row in list_acting_for([zhao], DAY)] == [qian]
    (acting,) = list_acting_for([zhao], DAY)
    assert list_acting_for([zhao], after) == []
    with pytest.raises(NotFound):
        get_acting(acting.id, after)
    assert find_relative(zhao, qian, NOW) is not None
    assert find_relative(zhao, qian, NOW + timedelta(days=1)) is None


@pytest.mark.parametrize("how", ["paper", "phone"])
def test_paper_and_calls_leave_a_note(db: SQLAlchemy, world: World, how: str) -> None:
    request_id, clerk = ask(world), world.accounts["clerk"]
    with pytest.raises(DomainError, match="note_missing"), transaction():
        give_relation(request_id, DAUGHTER, how=how, note=" ", by_account_id=clerk, now=NOW)
    with transaction():
        give_relation(request_id, DAUGHTER, how=how, note="她本人", by_account_id=clerk, now=NOW)
    request = get_request(request_id)
    assert (request.how, request.note, request.decided_by_id) == (how, "她本人", clerk)


def test_a_signed_sheet_for_a_phone_that_never_signed_in(db: SQLAlchemy, world: World) -> None:
    """And an open request of the same two is settled by it."""
    zhao, clerk = world.people["Zhao"], world.accounts["clerk"]
    with transaction():
        row = give_to_phone(
            zhao,
            "+8613800000555",
            DAUGHTER,
            how="paper",
            note="看着签的",
            asker="赵小",
            by_account_id=clerk,
            now=NOW,
        )
    account = db.session.get_one(Account, row.account_id)
    assert (account.phone, list_asked_of([zhao])) == ("+8613800000555", [])
    assert get_person_for(account.id, zhao, "answer", DAY).id == zhao
    ask(world)
    with transaction():
        give_to_phone(
            zhao,
            "+8613800000002",
            DAUGHTER,
            how="phone",
            note="电话",
            by_account_id=clerk,
            now=NOW,
        )
    assert list_asked_of([zhao]) == []


def test_either_ends_it_and_the_other_hears_of_it(db: SQLAlchemy, world: World) -> None:
    qian, zhao = world.accounts["Qian"], world.people["Zhao"]
    for by in (qian, world.accounts["Zhao"], world.accounts["clerk"]):
        with transaction():
            represent(qian, zhao, kind="relative", relation="son", now=NOW)
        with transaction():
            end_representation(qian, zhao, by_account_id=by, now=LATER, note="她打电话来")
        row = db.session.scalars(select(Representation).order_by(Representation.id.desc())).first()
        assert row is not None
        assert (row.ended_by_id, row.ended_note) == (by, "她打电话来")
        with pytest.raises(NotFound):
            get_person_for(qian, zhao, "see", DAY)
    assert {kind for kind, *_rest in kinds(db)} == {"relation_ended", "relation_answer"}
    assert len(kinds(db)) == 6


def test_a_change_by_the_senior(world: World) -> None:
    qian, zhao = world.accounts["Qian"], world.people["Zhao"]
    with transaction():
        row = represent(qian, zhao, kind="relative", relation="son", now=NOW)
        own = _own_relation(world)
    for acting_id in (own, 999):
        with pytest.raises(NotFound), transaction():
            change_relation(acting_id, DAUGHTER, how="web", by_account_id=qian, now=NOW)
    with transaction():
        change_relation(
            row.id,
            Terms("son", ("see",)),
            how="web",
            by_account_id=world.accounts["Zhao"],
            now=NOW,
        )
    with pytest.raises(NotFound):
        get_person_for(qian, zhao, "apply", DAY)


def _own_relation(world: World) -> int:
    query = select(Representation.id).where(
        Representation.person_id == world.people["Zhao"], Representation.kind == "self"
    )
    return database.session.scalars(query).one()


def test_only_the_person_gives(world: World) -> None:
    check_oneself(world.accounts["Zhao"], world.people["Zhao"])
    with transaction():
        represent(world.accounts["Qian"], world.people["Zhao"], kind="relative", now=NOW)
    for who in ("Qian", "Li"):
        with pytest.raises(NotFound):
            check_oneself(world.accounts[who], world.people["Zhao"])


def test_a_slip_alone_gives_nothing_away(world: World) -> None:
    """Whoever is here with receipt number and birth date, and no code, is the person for the
    application only."""
    with transaction():
        represent(
            world.accounts["Li"], world.people["Zhao"], kind="self", scope=("apply",), now=NOW
        )
    with pytest.raises(NotFound):
        check_oneself(world.accounts["Li"], world.people["Zhao"])


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms("enemy"), "relation_missing"),
        (Terms("son", ()), "scope_missing"),
        (Terms("son", ("fly",)), "scope_missing"),
        (Terms("son", ("see",), DAY - timedelta(days=1)), "until_past"),
    ],
)
def test_terms_are_looked_at(world: World, terms: Terms, code: str) -> None:
    with pytest.raises(DomainError, match=code):
        ask(world, terms=terms)
    with pytest.raises(DomainError, match=code), transaction():
        give_to_phone(
            world.people["Zhao"], "+8613800000555", terms, how="web", by_account_id=1, now=NOW
        )


@pytest.mark.parametrize("name", ["王芳", "阿依古丽·买买提", "𬭎䶮", "Mary Ann O'Neil", "J. Smith"])
def test_names_of_those_who_ask(name: str) -> None:
    check_asker(name)


@pytest.mark.parametrize(
    "name", ["", "银行 http://x.cn", "加微信 12345", "王芳！", "王" * 31, "a\n"]
)
def test_no_message_is_made_of_a_name(name: str) -> None:
    with pytest.raises(DomainError, match="asker_odd"):
        check_asker(name)


def test_a_person_is_found_by_name_birth_date_and_own_phone(db: SQLAlchemy, world: World) -> None:
    born = date(1954, 5, 2)
    assert find_asked_for("赵示范", born, PHONE) == world.people["Zhao"]
    assert find_asked_for("赵示", born, PHONE) is None
    assert find_asked_for("赵示范", date(1954, 5, 3), PHONE) is None
    assert find_asked_for("赵示范", born, "+8613800000002") is None
    _change_contact(db, world, "Zhao", whose="son")
    assert find_asked_for("赵示范", born, PHONE) is None


def test_two_persons_with_one_phone_stay_two(world: World) -> None:
    phone = "+8613800000005"
    assert find_asked_for("周模拟", date(1960, 7, 7), phone) == world.people["Zhou"]
    assert find_asked_for("吴演示", date(1956, 10, 1), phone) == world.people["Wu"]
    assert find_asked_for("吴演示", date(1960, 7, 7), phone) is None
    request_id = ask(world, of="Wu")
    assert isinstance(type_code(world, request_id, sent(world, request_id)), Representation)
    stands_for = {person.id for person in list_persons_of(world.accounts["Qian"], DAY)}
    assert stands_for == {world.people["Qian"], world.people["Wu"]}


def test_questions_after_somebody_are_counted(world: World) -> None:
    with transaction():
        answers = [may_ask(world.accounts["Qian"], "::1", NOW) for _ in range(11)]
    assert answers == [True] * 10 + [False]


def test_a_copy_of_each_deed_once_and_only_of_a_relatives(db: SQLAlchemy, world: World) -> None:
    zhao = world.people["Zhao"]
    with transaction():
        represent(world.accounts["Qian"], zhao, kind="relative", relation="son", now=NOW)
    for who in ("Zhao", "clerk", "Li", "Qian", "Qian"):
        with transaction():
            tell_of(zhao, world.accounts[who], "confirm", NOW, subject="placement:123456")
    with transaction():
        tell_of(zhao, None, "confirm", NOW, subject="placement:123456")
        tell_of(zhao, world.accounts["Qian"], "data", NOW, subject=f"person:{zhao}", again=NOW)
    assert kinds(db) == [("done_in_your_name", zhao, "")] * 2
    assert all(len(one) <= 40 for one in db.session.scalars(select(Notice.occurrence)))


def _merge(world: World) -> None:
    """Qian's entry turns out to be Zhao's."""
    with transaction():
        merge_persons(
            world.people["Zhao"],
            world.people["Qian"],
            account_id=world.accounts["officer"],
            now=NOW,
        )


def test_what_hangs_on_a_merged_person_follows(db: SQLAlchemy, world: World) -> None:
    stays, goes = world.people["Zhao"], world.people["Qian"]
    request_id = ask(world, who="Li", of="Qian")
    with transaction() as session:
        session.add(CalendarFeed(person_id=goes, token="t" * 30, made_at=NOW))
        facts = {"account_id": world.accounts["Qian"], "kind": "erase", "asked_at": NOW}
        session.add_all([DataRequest(person_id=one, **facts) for one in (stays, goes)])
        session.add(Account(person_id=goes, created_at=NOW))
        session.add(
            DeskCode(
                person_id=goes,
                code_hash="x",
                checked="known",
                given_by_id=world.accounts["clerk"],
                given_at=NOW,
                ends_at=LATER,
            )
        )
    _merge(world)
    db.session.rollback()
    assert get_request(request_id).person_id == stays
    assert db.session.get_one(CalendarFeed, stays).token == "t" * 30
    requests = db.session.scalars(select(DataRequest).order_by(DataRequest.id)).all()
    assert [(row.person_id, row.state) for row in requests] == [
        (stays, "asked"),
        (stays, "withdrawn"),
    ]
    account = db.session.scalars(select(Account).where(Account.person_id.is_not(None))).one()
    assert account.person_id == stays
    assert db.session.scalars(select(DeskCode)).one().used_at == NOW


def test_of_two_calendars_and_two_accounts_one_stays(db: SQLAlchemy, world: World) -> None:
    stays, goes = world.people["Zhao"], world.people["Qian"]
    asked = [ask(world, who="Li", of=who) for who in ("Zhao", "Qian")]
    with transaction() as session:
        for person_id in (stays, goes):
            session.add(CalendarFeed(person_id=person_id, token=f"{person_id}" * 9, made_at=NOW))
            account = Account(person_id=person_id, created_at=NOW)
            session.add(account)
            session.flush()
            represent(account.id, person_id, kind="self", now=NOW)
    _merge(world)
    db.session.rollback()
    assert [row.person_id for row in db.session.scalars(select(CalendarFeed))] == [stays]
    ended = db.session.scalars(select(Account).where(Account.person_id == goes)).one()
    assert ended.ended_at == NOW
    assert list_persons_of(ended.id, DAY) == []
    assert [row.id for row in list_asked_of([stays])] == asked[:1]


@pytest.mark.parametrize("entered_both", [False, True])
def test_who_entered_one_of_two_does_not_come_to_act_for_the_other(
    db: SQLAlchemy, world: World, entered_both: bool
) -> None:
    """Unless the person says yes; and the number that they wrote down gives no code."""
    li = world.accounts["Li"]
    with transaction():
        for who in ("Zhao", "Qian") if entered_both else ("Qian",):
            query = select(Representation).where(Representation.person_id == world.people[who])
            for row in db.session.scalars(query):
                db.session.delete(row)
            db.session.flush()
            person_id = world.people[who]
            represent(li, person_id, kind="relative", scope=("apply",), given_how="asked", now=NOW)
    request_id = ask(world, who="Li", of="Qian")
    _merge(world)
    acts = world.people["Zhao"] in {person.id for person in list_persons_of(li, DAY)}
    assert acts == entered_both
    assert get_request(request_id).person_id == world.people["Zhao"]
    marked = db.session.scalars(select(Contact.value).where(Contact.added_by_id.is_not(None))).all()
    assert "+8613800000002" in marked
    assert (PHONE in marked) == entered_both


def test_nobody_acts_for_who_has_died(db: SQLAlchemy, world: World) -> None:
    qian, zhao = world.accounts["Qian"], world.people["Zhao"]
    request_id = ask(world, who="Li")
    with transaction() as session:
        represent(qian, zhao, kind="relative", relation="son", now=NOW)
        session.get_one(Person, zhao).died_on = DAY
    with pytest.raises(NotFound):
        get_person_for(qian, zhao, "see", DAY)
    assert list_open_requests() == []
    with pytest.raises(NotFound), transaction():
        give_relation(request_id, DAUGHTER, how="web", by_account_id=qian, now=NOW)
    assert db.session.get_one(RelationRequest, request_id).state == "asked"


def test_what_nobody_answered_is_over_after_a_quarter(db: SQLAlchemy, world: World) -> None:
    """With the name that was written down, whether anybody was meant by it or not."""
    for of in ("Zhao", None):
        ask(world, of=of)
    with transaction():
        end_old_requests(NOW + ANSWERED_WITHIN)
    assert len(list_asked_by(world.accounts["Qian"])) == 2
    with transaction():
        end_old_requests(NOW + ANSWERED_WITHIN + timedelta(seconds=1))
    assert list_asked_by(world.accounts["Qian"]) == []
    rows = db.session.scalars(select(RelationRequest)).all()
    assert [(row.state, row.named) for row in rows] == [("withdrawn", "")] * 2


def test_somebody_who_has_died_is_asked_no_more(db: SQLAlchemy, world: World) -> None:
    request_id = ask(world)
    with transaction():
        record_death(world.people["Zhao"], DAY, now=NOW, account_id=world.accounts["clerk"])
    assert get_request_of(request_id, world.accounts["Qian"]).state == "withdrawn"


@pytest.mark.parametrize("entered_by", ["web", "counter"])
@pytest.mark.parametrize("keeps_phone", [False, True])
def test_a_phone_that_entered_somebody_once_more_does_not_become_theirs(
    db: SQLAlchemy, world: World, entered_by: str, keeps_phone: bool
) -> None:
    """Unless staff say that it is. Zhao signs in herself, or was entered at a counter."""
    zhao, qian, friend = world.people["Zhao"], world.accounts["Qian"], world.accounts["Li"]
    with transaction() as session:
        represent(friend, world.people["Qian"], kind="relative", relation="son", now=NOW)
        session.get_one(Person, zhao).registered_by = entered_by
        if entered_by == "counter":
            session.query(Representation).filter_by(person_id=zhao).delete()
        merge_persons(
            zhao,
            world.people["Qian"],
            account_id=world.accounts["officer"],
            now=NOW,
            keeps_phone=keeps_phone,
        )
    for account_id in (qian, friend):
        assert (zhao in [one.id for one in list_persons_of(account_id, DAY)]) == keeps_phone


def test_where_nobody_signs_in_as_the_earlier_entry_the_phone_stays(world: World) -> None:
    with transaction() as session:
        session.query(Representation).filter_by(person_id=world.people["Zhao"]).delete()
    _merge(world)
    assert list_persons_of(world.accounts["Qian"], DAY)
