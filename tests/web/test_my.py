"""My classes: the result of each choice with its reason, and what a person can answer."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from eldercampus.db import db
from eldercampus.enrolment.models import Placement, WaitlistEntry
from eldercampus.language.kept_seats import Reserved
from eldercampus.language.reasons import About, Other, distance_range, reason_sentence
from tests.enrolment.market import AFTER, Market
from tests.web.visiting import ENGLISH, counted_queries, set_round, sign_in, stop_clock, text_of

BANDS = {"proximity": "bands", "bands_m": [1000, 3000, 6000, 12000]}


@pytest.fixture
def market(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Market:
    """Zhao holds an unanswered seat in X and waits for Y as the second."""
    stop_clock(monkeypatch, AFTER)
    with app.app_context():
        market = Market()
        market.section("X", 2)
        market.section("Y", 1, weekday=2, order="g Zhao")
        market.apply("Zhao", "Y X", wants=2)
        market.person("g", "Y")
        market.person("n", "Y")
        market.sit("Zhao", "X", state="awaiting")
        market.sit("n", "Y")
        market.wait("Zhao", "Y")
        market.wait("g", "Y")
        market.reason("Zhao", "X", "placed", round=1, seat="open", key=[0, 2, 1, "6a98"])
        market.reason(
            "Zhao",
            "Y",
            "below_cutoff",
            round=1,
            key=[0, 2, 700, "6a98" + "0" * 60],
            cutoff=[0, 2, 700, "0fab" + "0" * 60],
            decided="lottery",
            waitlist=2,
        )
    sign_in(app, client, market.world.accounts["Zhao"])
    return market


Look = Callable[[str], str]


@pytest.fixture
def look(client: FlaskClient) -> Look:
    """The English words of a page."""

    def see(address: str) -> str:
        response = client.get(address, headers=ENGLISH)
        assert response.status_code == 200, response.status_code
        return text_of(response)

    return see


def placement_of(app: Flask, market: Market, name: str, code: str) -> tuple[int, str]:
    with app.app_context():
        found = market.placement(name, code)
        return found.id, found.state


def test_the_result_with_its_reason(market: Market, look: Look) -> None:
    text = look("/my")
    assert "You have a seat in 1 class, and are waiting for 1" in text
    assert "Course X, Monday You are in" in text
    assert "Please tell us by Friday 18 December, 10:00 whether you will come; that is" in text
    assert "in 4 days" in text
    assert "Course Y, Tuesday 2nd in line" in text
    assert "The only seat went to one of those who live nearer or drew a smaller number." in text
    assert "Their draw number is 0fab, yours is 6a98. The smaller number goes first." in text
    assert "Place 2 of 2 on the waiting list." in text


def test_chinese_page_has_no_english_words(market: Market, client: FlaskClient) -> None:
    text = text_of(client.get("/my"))
    assert "录取" in text
    assert "候补第 2 位" in text
    words = set(re.findall(r"[A-Za-z]{2,}", text))
    assert words <= {"fab"}  # of the draw numbers


def test_every_choice_on_its_own_page(market: Market, look: Look) -> None:
    text = look("/my/reasons")
    first, second = text.index("First choice: Course Y"), text.index("Second choice: Course X")
    assert first < second
    assert "You are 2nd on the waiting list, of 2." in text[first:second]
    assert "You got a seat." in text[second:]


def test_confirming(market: Market, app: Flask, client: FlaskClient, look: Look) -> None:
    placement_id, _ = placement_of(app, market, "Zhao", "X")
    for _click in range(2):
        done = client.post(f"/my/placements/{placement_id}/confirm", headers=ENGLISH)
        assert done.status_code == 303
    assert placement_of(app, market, "Zhao", "X")[1] == "confirmed"
    assert "You have told us that you will come." in look("/my")


def test_giving_back_is_asked_once_more(
    market: Market, app: Flask, client: FlaskClient, look: Look
) -> None:
    placement_id, _ = placement_of(app, market, "Zhao", "X")
    address = f"/my/placements/{placement_id}/leave"
    assert "The seat goes to the next in line at once." in look(address)
    assert placement_of(app, market, "Zhao", "X")[1] == "awaiting"
    for _click in range(2):
        assert client.post(address, headers=ENGLISH).status_code == 303
    assert placement_of(app, market, "Zhao", "X")[1] == "declined"
    assert "You have no seat yet, but are waiting for 1 class" in look("/my")
    assert client.get(address).status_code == 303


def test_leaving_a_list(market: Market, app: Flask, client: FlaskClient, look: Look) -> None:
    with app.app_context():
        entry_id = market.entry("Zhao", "Y").id
    address = f"/my/waiting/{entry_id}/leave"
    assert "You are 2nd on the waiting list" in look(address)
    for _click in range(2):
        assert client.post(address, headers=ENGLISH).status_code == 303
    with app.app_context():
        assert db.session.get_one(WaitlistEntry, entry_id).state == "left"
    text = look("/my")
    assert "You have a seat in 1 class" in text
    assert "Your other choices were not used: Course Y, Tuesday (Campus Y)." in text


def test_a_live_offer_comes_first(market: Market, app: Flask, look: Look) -> None:
    with app.app_context():
        market.give_back("n", "Y")
        market.answer("g", "Y", "decline")
    text = look("/my")
    assert "There is a seat for you Course Y, Tuesday A seat has come free here" in text
    assert "Please answer by Wednesday 16 December, 10:00; that is in 2 days" in text
    assert "2nd in line" not in text


def test_answering_an_offer(market: Market, app: Flask, client: FlaskClient, look: Look) -> None:
    with app.app_context():
        market.give_back("n", "Y")
        market.answer("g", "Y", "decline")
        address = f"/my/offers/{market.offer('Zhao', 'Y').id}"
    asked = text_of(client.post(address, data={"answer": "no"}, headers=ENGLISH))
    assert "You do not want this seat?" in asked
    with app.app_context():
        assert market.offer("Zhao", "Y").state == "live"
    assert client.post(address, data={"answer": "perhaps"}).status_code == 303
    for wish in ("no", "no", "yes"):
        done = client.post(f"{address}/answer", data={"answer": wish}, headers=ENGLISH)
        assert done.headers["Location"] == "/my"
    assert "You have answered this already." in look("/my")
    with app.app_context():
        offer = market.offer("Zhao", "Y")
        assert (offer.state, offer.answered_through) == ("declined", "web")


def test_an_offer_that_ran_out_a_moment_ago(
    market: Market, app: Flask, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock has yet to end it: nothing can be answered any more."""
    with app.app_context():
        market.give_back("n", "Y")
        market.answer("g", "Y", "decline")
        ends_at = market.offer("Zhao", "Y").ends_at
    stop_clock(monkeypatch, ends_at - timedelta(minutes=30))
    assert "that is today, in less than an hour" in look("/my")
    stop_clock(monkeypatch, ends_at + timedelta(minutes=1))
    text = look("/my")
    assert "The time to answer is over." in text
    assert "You are still on the waiting list, further back." in text
    assert "Yes, I will come" not in text


def test_a_round_that_was_called_off(market: Market, app: Flask, look: Look) -> None:
    set_round(app, market.world, state="cancelled", published_at=None, cancelled_reason="试")
    assert "This round was called off. Nobody gets a seat in it" in look("/my")


def test_joining(market: Market, app: Flask, client: FlaskClient, look: Look) -> None:
    with app.app_context():
        market.section("Z", 1, weekday=3)
        market.section("V", 5)
    done = client.post(f"/my/join/{market.sections['Z']}", headers=ENGLISH)
    assert done.headers["Location"] == "/my"
    assert "You have a seat in Course Z." in look("/my")
    refused = client.post(f"/my/join/{market.sections['V']}", headers=ENGLISH)
    assert refused.headers["Location"] == f"/courses/{market.sections['V']}"
    assert client.post("/my/join/999999").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "placements/{p}/confirm",
        "placements/{p}/leave",
        "waiting/{e}/leave",
        "offers/{o}",
        "offers/{o}/answer",
    ],
)
def test_somebody_elses_id_is_not_found(
    market: Market, app: Flask, client: FlaskClient, path: str
) -> None:
    with app.app_context():
        ids = {"p": market.placement("n", "Y").id, "e": market.entry("g", "Y").id}
        market.section("Z", 1)
        market.person("m", "Z")
        market.person("k", "Z")
        market.sit("k", "Z")
        market.wait("m", "Z")
        market.give_back("k", "Z")
        ids["o"] = market.offer("m", "Z").id
    address = "/my/" + path.format(**ids)
    assert client.post(address, data={"answer": "yes"}).status_code == 404
    if path.endswith("leave"):
        assert client.get(address).status_code == 404
    with app.app_context():
        assert db.session.get_one(Placement, ids["p"]).state == "confirmed"
        assert db.session.get_one(WaitlistEntry, ids["e"]).state == "waiting"
        assert market.offer("m", "Z").state == "live"


def test_before_publishing_the_application_is_shown(market: Market, app: Flask, look: Look) -> None:
    set_round(app, market.world, state="closed", published_at=None)
    text = look("/my")
    assert "We have your application." in text
    assert "The results come out on" in text
    assert "Course X" not in text


def test_nothing_yet(market: Market, app: Flask, client: FlaskClient, look: Look) -> None:
    sign_in(app, client, market.world.accounts["Li"])
    assert "You have no class and no application yet." in look("/my")
    assert client.get("/my/reasons").headers["Location"] == "/my"


def test_more_choices_take_as_many_queries(market: Market, app: Flask, client: FlaskClient) -> None:
    client.get("/my/reasons")
    with counted_queries(app) as few:
        client.get("/my/reasons")
    with app.app_context():
        for place, code in enumerate("ABCD"):
            market.section(code, 1, weekday=3 + place % 3)
            market.reason("Zhao", code, "enough")
    with counted_queries(app) as many:
        client.get("/my/reasons")
    assert len(many) == len(few)


OWN, LAST = "6a98" + "0" * 60, "0fab" + "0" * 60
REASONS: list[tuple[str, dict[str, Any], str]] = [
    ("placed", {"seat": "open"}, "You got a seat."),
    ("placed", {"seat": "t1"}, "You got one of the seats that are kept for people like you."),
    ("held", {}, "You had this class already."),
    ("closed", {"enrolled": 0, "minimum": 10}, "Too few people asked for this class"),
    ("closed", {"enrolled": 4, "minimum": 10}, "only 4 people would have come, and it needs 10"),
    (
        "below_cutoff",
        {"decided": "level", "key": [1, 2, 1, OWN], "cutoff": [0, 2, 1, LAST]},
        "had fewer classes than you. Everybody is given a first class before anybody is given a",
    ),
    (
        "below_cutoff",
        {"decided": "group", "key": [0, 2, 1, OWN], "cutoff": [0, 1, 1, LAST]},
        "The last seat went to somebody who goes on from the stage before.",
    ),
    (
        "below_cutoff",
        {"decided": "group", "key": [0, 3, 1, OWN], "cutoff": [0, 2, 1, LAST]},
        "The last seat went to somebody who applied in time. You came later.",
    ),
    (
        "below_cutoff",
        {"decided": "distance", "key": [0, 2, 4, OWN], "cutoff": [0, 2, 0, LAST]},
        "The last seat went to somebody who lives up to 1 km away. You live more than 12 km away.",
    ),
    (
        "below_cutoff",
        {"decided": "lottery", "key": [0, 2, 1, OWN], "cutoff": [0, 2, 1, LAST]},
        "lives as far away as you, 1 to 3 km. Their draw number is 0fab, yours is 6a98.",
    ),
    (
        "below_cutoff",
        {"decided": "misses", "key": [0, 2, 0, 0, OWN], "cutoff": [0, 2, 0, -7, LAST]},
        "This year they went without a seat 7 times or more, you 0 times.",
    ),
    (
        "below_cutoff",
        {"decided": "lottery", "key": [0, 2, 0, -1, OWN], "cutoff": [0, 2, 0, -1, LAST]},
        "This year they went without a seat as often as you: 1 time. Their draw number is 0fab",
    ),
    (
        "below_cutoff",
        {"decided": "lottery", "key": [1, 3, 2, -1, OWN], "cutoff": [1, 3, 2, -1, LAST]},
        "applied in time, live nearer, went without a seat more often this year or drew a smaller",
    ),
    ("no_seat", {"round": 1}, "No seat was left in this class that you could have had."),
    ("same_course", {"with": "S"}, "You already got this course: your second choice, Monday."),
    ("clash", {"with": "S"}, "It meets at the same time as Tai chi, which you got."),
    ("enough", {}, "The choices above were enough: you got the 1 class that you wanted."),
    ("no_round_left", {}, "each person could have one class at most, and you have one."),
]


@pytest.mark.parametrize(("code", "facts", "told"), REASONS)
def test_each_reason_in_both_languages(
    app: Flask, code: str, facts: dict[str, Any], told: str
) -> None:
    about = About(seats=30, rules=BANDS, other=Other("Tai chi", "Monday", 2), drawn=1)
    with app.app_context():
        with force_locale("en"):
            assert told in reason_sentence(code, facts, about)
        with force_locale("zh"):
            chinese = reason_sentence(code, facts, About(30, BANDS, Other("太极拳", "星期一", 2)))
    assert chinese.endswith("。")
    assert not re.search(r"[A-Za-z]{2,}", chinese.replace("fab", ""))


def test_nothing_is_said_that_was_not_so(app: Flask) -> None:
    """Who had enough before was given nothing; with one round nobody was given a second class."""
    with app.app_context(), force_locale("en"):
        assert reason_sentence("enough", {}, About(1, BANDS)).startswith("You had as many classes")
        for rounds, most in ((1, "one class at most"), (2, "2 classes at most")):
            about = About(1, {**BANDS, "draw_rounds": rounds}, drawn=1)
            assert most in reason_sentence("no_round_left", {}, about)


@pytest.mark.parametrize("yours", [True, False])
@pytest.mark.parametrize("code", ["placed", "no_seat", "below_cutoff"])
def test_strangers_are_told_the_same_whoever_it_is(app: Flask, code: str, yours: bool) -> None:
    """In the public look-up nothing says whether the person is one of those with kept seats."""
    key = {"decided": "distance", "key": [0, 2, 1, OWN], "cutoff": [0, 2, 0, LAST], "seat": "t1"}

    def said(*, yours: bool, in_public: bool) -> str:
        kept = [Reserved("disability", 2, yours)]
        about = About(2, BANDS, reserved=kept, in_public=in_public)
        return reason_sentence(code, key, about)

    with app.app_context(), force_locale("en"):
        public = said(yours=yours, in_public=True)
        assert "disability" not in public
        assert public == said(yours=not yours, in_public=True)
        assert ("kept seats" if code == "placed" else "kept for some people") in public
        assert ("disability" in said(yours=yours, in_public=False)) == (yours or code != "placed")


def test_an_unknown_reason_is_a_mistake_of_ours(app: Flask) -> None:
    with app.app_context(), pytest.raises(KeyError):
        reason_sentence("because", {}, About(1, BANDS))


def test_distances_of_a_round_on_metres(app: Flask) -> None:
    with app.app_context(), force_locale("en"):
        assert distance_range(1840, {"proximity": "metres"}) == "1.8 km"
