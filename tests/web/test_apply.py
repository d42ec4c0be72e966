"""Applying on the web: the whole way, and everything that goes wrong on it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eldercampus.catalogue.models import Section, Term
from eldercampus.db import db, transaction
from eldercampus.enrolment.application_queries import draft_of, submitted_choices
from eldercampus.enrolment.applications import submit_application
from eldercampus.enrolment.models import Application
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.notices.models import Notice
from tests.web.visiting import (
    ENGLISH,
    RULES,
    build_open_world,
    counted_queries,
    hidden,
    set_round,
    sign_in,
    stop_clock,
    text_of,
)
from tests.world import NOW, World

CLOSED = "Applying ended on Sunday 6 December, 10:00. Nothing was changed."


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


class Visitor:
    """Somebody with a browser who reads English."""

    def __init__(self, app: Flask, client: FlaskClient, world: World) -> None:
        self.app, self.client, self.world = app, client, world

    def comes_as(self, name: str) -> "Visitor":
        sign_in(self.app, self.client, self.world.accounts[name])
        return self

    def opens(self, address: str) -> str:
        return text_of(self.client.get(address, headers=ENGLISH, follow_redirects=True))

    def sends(self, address: str, **fields: Any) -> str:
        """Without having opened the page: for forms that hold nothing of it."""
        answer = self.client.post(address, data=fields, headers=ENGLISH, follow_redirects=True)
        return text_of(answer)

    def picks(self, *codes: str) -> None:
        for code in codes:
            self.client.post("/apply/pick", data={"section": self.world.sections[code]})

    def fields(self, address: str) -> dict[str, str]:
        """What the page's form holds."""
        return hidden(self.client.get(address))

    def moves(self, way: str, code: str, held: dict[str, str] | None = None) -> str:
        fields = held or self.fields("/apply/classes")
        return self.sends("/apply/classes", **fields, move=f"{way}:{self.world.sections[code]}")

    def wants(self, number: int) -> str:
        """How many courses; and to be asked first if a seat comes free."""
        self.sends("/apply/wants", **self.fields("/apply/wants"), wants=str(number))
        held = self.fields("/apply/automatic")
        return self.sends("/apply/automatic", **held, automatic="no")

    def hands_in(self, held: dict[str, str] | None = None) -> str:
        return self.sends("/apply/check", **(held or self.fields("/apply/check")))

    def application(self) -> dict[str, Any]:
        """The only application there is, by its columns, with both lists as section codes."""
        codes = {section_id: code for code, section_id in self.world.sections.items()}
        with self.app.app_context():
            row = db.session.scalars(select(Application)).one()
            columns = {column.name: getattr(row, column.name) for column in Application.__table__.c}
            kept = [codes[one] for one in draft_of(row)["choices"]]
            return {
                **columns,
                "kept": kept,
                "counts": [codes[one] for one in submitted_choices(row.id)],
                "notices": db.session.scalar(select(func.count(Notice.id))),
            }


@pytest.fixture
def visitor(app: Flask, client: FlaskClient, world: World) -> Visitor:
    return Visitor(app, client, world)


def test_the_whole_way(visitor: Visitor) -> None:
    """Picks two classes, signs in, puts them in order, says how many, checks, hands in."""
    visitor.picks("S-001", "S-003")
    assert "You have put 2 classes on your list." in visitor.opens("/courses")
    assert visitor.client.get("/apply").headers["Location"] == "/sign-in?next=/apply"
    visitor.comes_as("Zhao")
    page = visitor.opens("/apply")
    assert page.index("Calligraphy 1") < page.index("Tai chi")
    assert "Your number:" not in page
    page = visitor.moves("up", "S-003")
    assert page.index("Tai chi") < page.index("Calligraphy 1")
    assert f"Your number: {visitor.application()['receipt']} ." in page
    assert "How many courses would you like?" in visitor.sends("/apply/classes")
    page = visitor.wants(2)
    assert "two courses" in page
    assert "First choice Tai chi, Campus K-01 Thursdays 14:00–15:30" in page
    assert "Identity number not given" in page
    page = visitor.hands_in()
    now = visitor.application()
    assert now["receipt"] in page
    assert (now["state"], now["wants"], now["counts"]) == ("submitted", 2, ["S-003", "S-001"])
    assert (now["channel"], now["clerk_id"], now["notices"]) == ("web", None, 1)
    with visitor.client.session_transaction() as kept:
        assert "picks" not in kept


def test_a_class_already_signed_in(visitor: Visitor) -> None:
    """Picking keeps the class in the draft at once, and leads back to the same search."""
    visitor.comes_as("Zhao")
    section = visitor.world.sections["S-001"]
    answer = visitor.client.post(
        "/apply/pick", data={"section": section, "q": "calli", "day": "2"}, headers=ENGLISH
    )
    assert answer.headers["Location"] == f"/courses?q=calli&day=2#class-{section}"
    assert "1 class is on the list." in visitor.opens("/apply")
    assert visitor.application()["kept"] == ["S-001"]


def test_one_class_too_many_before_signing_in(app: Flask, visitor: Visitor) -> None:
    set_round(app, visitor.world, rules={**RULES, "choices_max": 2})
    visitor.picks("S-001", "S-002")
    third = visitor.world.sections["S-003"]
    assert "There is room for 2 classes" in visitor.sends("/apply/pick", section=third)


@pytest.mark.parametrize("why", ["unknown", "closed", "other term", "no round"])
def test_what_cannot_be_listed_is_not_picked(app: Flask, visitor: Visitor, why: str) -> None:
    """Nothing of it stays in the browser."""
    section = visitor.world.sections["S-001"]
    with app.app_context(), transaction():
        row = db.session.get_one(Section, section)
        if why == "closed":
            row.state = "closed"
        if why == "other term":
            first, last = NOW.date(), NOW.date() + timedelta(days=90)
            term = Term(
                code="other",
                name="另一个学期",
                starts_on=first,
                ends_on=last,
                last_joining_on=first,
            )
            db.session.add(term)
            db.session.flush()
            row.term_id = term.id
    if why == "no round":
        set_round(app, visitor.world, state="closed")
    says = {
        "unknown": "We do not know this class.",
        "closed": "Calligraphy 1 takes nobody any more.",
        "other term": "Calligraphy 1 belongs to another term.",
        "no round": "Nobody can apply just now.",
    }
    page = visitor.sends("/apply/pick", section=99999 if why == "unknown" else section)
    assert says[why] in page
    assert "You have put" not in page
    with visitor.client.session_transaction() as kept:
        assert "picks" not in kept


def test_a_ninth_choice(app: Flask, visitor: Visitor) -> None:
    set_round(app, visitor.world, rules={**RULES, "choices_max": 2})
    visitor.comes_as("Zhao").picks("S-001", "S-002")
    page = visitor.sends("/apply/pick", section=visitor.world.sections["S-003"])
    assert "There is room for 2 classes on the list. Take one off before you add another." in page
    assert visitor.application()["kept"] == ["S-001", "S-002"]
    assert "The list is full." in visitor.opens("/apply/classes")


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("S-001", "Calligraphy 1 stands on the list already. Once is enough."),
        ("", "We do not know this class."),
    ],
)
def test_one_that_cannot_be_added(visitor: Visitor, section: str, says: str) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    page = visitor.sends("/apply/pick", section=visitor.world.sections.get(section, 987654))
    assert says in page
    assert visitor.application()["kept"] == ["S-001"]


@pytest.mark.parametrize("section", ["", "x", "1.5"])
def test_a_class_that_is_no_number(visitor: Visitor, section: str) -> None:
    assert visitor.client.post("/apply/pick", data={"section": section}).status_code == 400


def test_what_was_picked_and_has_gone_is_told(app: Flask, visitor: Visitor) -> None:
    visitor.picks("S-001", "S-002")
    with app.app_context(), transaction():
        db.session.get_one(Section, visitor.world.sections["S-002"]).state = "closed"
    visitor.comes_as("Zhao")
    assert "Chinese painting takes nobody any more." in visitor.sends("/apply")
    assert visitor.application()["kept"] == ["S-001"]


def test_remarks_below_the_choices(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-002", "S-004", "S-005")
    page = visitor.opens("/apply/classes")
    assert "Please note: It is at the same time as this one: First choice." in page
    assert "A reminder: It is the same course as this one: First choice." in page
    assert "Please note: Calligraphy 2 goes on from an earlier class" in page
    assert "You have chosen 4 classes. There is room for 4 more." in page


def test_a_choice_goes_down_and_off(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-002", "S-003")
    visitor.moves("down", "S-001")
    assert visitor.application()["kept"] == ["S-002", "S-001", "S-003"]
    visitor.moves("drop", "S-002")
    assert visitor.application()["kept"] == ["S-001", "S-003"]
    visitor.moves("up", "S-001")
    assert visitor.application()["kept"] == ["S-001", "S-003"]


def test_the_focus_follows_the_class_that_moved(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-002", "S-003")
    fields = visitor.fields("/apply/classes")
    section = visitor.world.sections["S-003"]
    answer = visitor.client.post("/apply/classes", data={**fields, "move": f"up:{section}"})
    assert answer.headers["Location"] == "/apply/classes#choice-2"


def test_a_double_click_moves_once(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-002", "S-003")
    fields = visitor.fields("/apply/classes")
    for _ in range(2):
        assert "changed in another window" not in visitor.moves("up", "S-003", fields)
    assert visitor.application()["kept"] == ["S-001", "S-003", "S-002"]


def test_two_windows(visitor: Visitor) -> None:
    """The second window's button is refused in words; what the first one kept is shown."""
    visitor.comes_as("Zhao").picks("S-001", "S-002", "S-003")
    second = visitor.fields("/apply/classes")
    visitor.moves("drop", "S-001")
    page = visitor.moves("up", "S-003", second)
    assert "The list was changed in another window meanwhile." in page
    assert visitor.application()["kept"] == ["S-002", "S-003"]
    assert page.index("Chinese painting") < page.index("Tai chi")


@pytest.mark.parametrize("page", ["/apply/wants", "/apply/check"])
def test_an_old_page_of_the_other_questions(visitor: Visitor, page: str) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-002")
    visitor.wants(1)
    old = visitor.fields(page)
    visitor.moves("drop", "S-002")
    before = visitor.application()
    assert "changed in another window" in visitor.sends(page, **old, wants="2")
    assert visitor.application() == before


@pytest.mark.parametrize("wants", ["", "0", "3", "two"])
def test_how_many_must_be_said(visitor: Visitor, wants: str) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    before = visitor.application()
    page = visitor.sends("/apply/wants", **visitor.fields("/apply/wants"), wants=wants)
    assert "Please choose" in page
    assert "One thing to look at again" in page
    assert visitor.application() == before


def test_an_empty_list(visitor: Visitor) -> None:
    visitor.comes_as("Zhao")
    visitor.sends("/apply")
    assert "There is no class on the list yet. Choose at least one." in visitor.sends(
        "/apply/classes"
    )
    assert "There is no class on the list yet." in visitor.opens("/apply/check")
    assert "no class on the list" in visitor.sends("/apply/check", version="0", key="k" * 20)
    assert visitor.application()["state"] == "draft"


def test_handing_in_without_saying_how_many(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    assert "How many courses would you like?" in visitor.opens("/apply/check")
    page = visitor.sends("/apply/check", version="1", key="k" * 20)
    assert "Please say how many courses you would like: from 1 to 2." in page
    assert visitor.application()["state"] == "draft"


def test_somebody_too_young(visitor: Visitor) -> None:
    """The sentence names the class, the age and the limit; the draft stays."""
    visitor.comes_as("Yang").picks("S-001")
    visitor.wants(1)
    page = visitor.hands_in()
    assert "Calligraphy 1 is for people of 60 and over. On Monday 1 March the age is 59." in page
    now = visitor.application()
    assert (now["state"], now["kept"], now["counts"]) == ("draft", ["S-001"], [])


def test_a_class_closed_meanwhile(app: Flask, visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    visitor.wants(1)
    held = visitor.fields("/apply/check")
    with app.app_context(), transaction():
        db.session.get_one(Section, visitor.world.sections["S-001"]).state = "closed"
    assert "Calligraphy 1 takes nobody any more." in visitor.hands_in(held)
    assert visitor.application()["state"] == "draft"


def test_handing_in_twice_is_once(visitor: Visitor) -> None:
    visitor.comes_as("Zhao").picks("S-001")
    visitor.wants(1)
    held = visitor.fields("/apply/check")
    first = visitor.hands_in(held)
    once = visitor.application()
    assert visitor.hands_in(held) == first
    assert visitor.application() == once
    assert once["notices"] == 1


def _apply(visitor: Visitor, name: str = "Zhao") -> None:
    visitor.comes_as(name).picks("S-001", "S-003")
    visitor.wants(1)
    visitor.hands_in()


def test_changing_what_was_handed_in(visitor: Visitor) -> None:
    _apply(visitor)
    receipt = visitor.application()["receipt"]
    visitor.moves("up", "S-003")
    assert visitor.application()["counts"] == ["S-001", "S-003"]
    assert "Until you do, the application counts as it was." in visitor.opens("/apply")
    visitor.hands_in()
    now = visitor.application()
    assert (now["counts"], now["receipt"]) == (["S-003", "S-001"], receipt)


def test_leaving_it_as_it_was(visitor: Visitor) -> None:
    _apply(visitor)
    visitor.moves("drop", "S-003")
    visitor.sends("/apply/discard")
    now = visitor.application()
    assert (now["kept"], now["counts"]) == (["S-001", "S-003"], ["S-001", "S-003"])


def test_taking_it_back_and_applying_after_all(visitor: Visitor) -> None:
    _apply(visitor)
    assert "Take the application back?" in visitor.opens("/apply/withdraw")
    assert visitor.application()["state"] == "submitted"
    assert "You took the application back" in visitor.sends("/apply/withdraw")
    assert visitor.application()["state"] == "withdrawn"
    visitor.hands_in()
    assert visitor.application()["state"] == "submitted"


def test_taking_it_back_after_the_close(app: Flask, visitor: Visitor) -> None:
    _apply(visitor)
    set_round(app, visitor.world, state="frozen")
    assert "This cannot be undone." in visitor.opens("/apply/withdraw")
    assert "it goes to the next in line" in visitor.sends("/apply/withdraw")
    now = visitor.application()
    assert (now["state"], now["withdrawn_at"]) == ("submitted", NOW)
    set_round(app, visitor.world, state="published")
    assert "The results are out." in visitor.sends("/apply/withdraw")


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/apply/classes", {"move": "up:3"}),
        ("/apply/wants", {"wants": "1"}),
        ("/apply/check", {}),
        ("/apply/discard", {}),
        ("/apply/pick", {"section": "2"}),
        ("/apply", {}),
    ],
)
def test_a_form_sent_after_the_close(
    visitor: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    fields: dict[str, str],
) -> None:
    """Also when the clock's job has not closed the round yet: the date counts."""
    visitor.comes_as("Zhao").picks("S-001", "S-003")
    visitor.wants(2)
    held = visitor.fields("/apply/check")
    before = visitor.application()
    stop_clock(monkeypatch, NOW + timedelta(days=13))
    page = visitor.sends(address, **held, **fields)
    assert "Nobody can apply just now." in page
    if address not in ("/apply", "/apply/pick"):
        assert CLOSED in page
    assert "You had begun an application and not handed it in." in visitor.opens("/apply")
    assert visitor.application() == before


def test_what_stands_is_shown_after_the_close(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _apply(visitor)
    held = visitor.fields("/apply/classes")
    stop_clock(monkeypatch, NOW + timedelta(days=13))
    page = visitor.moves("up", "S-003", held)
    assert CLOSED in page
    assert f"Receipt number: {visitor.application()['receipt']}" in page


def test_taking_back_is_asked_anew_where_it_became_final(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _apply(visitor)
    held = visitor.fields("/apply/withdraw")
    stop_clock(monkeypatch, NOW + timedelta(days=13))
    page = visitor.sends("/apply/withdraw", **held)
    assert "Applying has ended since you opened this page." in page
    assert "This cannot be undone." in page
    assert visitor.application()["withdrawn_at"] is None
    visitor.sends("/apply/withdraw", **visitor.fields("/apply/withdraw"))
    assert visitor.application()["withdrawn_at"] is not None


@pytest.mark.parametrize("address", ["/apply/wants", "/apply/discard", "/apply/withdraw"])
def test_sent_where_nothing_was_handed_in(visitor: Visitor, address: str) -> None:
    visitor.comes_as("Zhao")
    assert "What you just sent was not taken." in visitor.sends(address, wants="1")


@pytest.mark.parametrize("move", ["up:99999", "up:99999999999999999999", "up:x", "sideways:1", ":"])
def test_a_move_that_moves_nothing(visitor: Visitor, move: str) -> None:
    visitor.comes_as("Zhao").picks("S-001", "S-003")
    fields = visitor.fields("/apply/classes")
    before = visitor.application()
    visitor.sends("/apply/classes", **fields, move=move)
    assert visitor.application() == before


def test_a_form_on_its_way_at_the_close(app: Flask, visitor: Visitor) -> None:
    """The round closes between the page's look and the deed: the deed says so."""
    _apply(visitor)
    set_round(app, visitor.world, state="closed")
    request = app.test_request_context(headers=ENGLISH)
    with request, pytest.raises(DomainError) as caught, transaction():
        submit_application(1, now=NOW, account_id=None)
    with app.test_request_context(headers=ENGLISH):
        assert sentence(caught.value).startswith(CLOSED)


def test_staff_do_not_apply_for_themselves(visitor: Visitor) -> None:
    visitor.comes_as("clerk")
    assert visitor.client.get("/apply").status_code == 403
    assert visitor.client.post("/apply/check").status_code == 403


def test_a_couple_with_one_phone_chooses_for_whom(visitor: Visitor) -> None:
    """Until then nothing is started, and the class picked is kept."""
    visitor.comes_as("Zhou")
    section = visitor.world.sections["S-001"]
    answer = visitor.client.post("/apply/pick", data={"section": section})
    assert answer.headers["Location"] == "/whom"
    assert visitor.client.get("/apply").headers["Location"] == "/whom?next=/apply"
    visitor.client.post("/whom?next=/apply", data={"person": visitor.world.people["Wu"]})
    page = visitor.opens("/apply")
    assert "Wu Yanshi" in page
    assert "First choice Calligraphy 1" in page


def test_pages_of_applying_are_cheap(visitor: Visitor) -> None:
    """A list twice as long takes as many queries."""
    counts = []
    for codes in (("S-001", "S-003"), ("S-002", "S-004")):
        visitor.comes_as("Zhao").picks(*codes)
        visitor.wants(1)
        visitor.hands_in()
        taken = {}
        for page in ("", "/classes", "/wants", "/news", "/automatic", "/check", "/receipt"):
            address = f"/apply{page}"
            with counted_queries(visitor.app) as queries:
                assert visitor.client.get(address).status_code == 200
            taken[address] = len(queries)
        counts.append(taken)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 8, counts[0]
