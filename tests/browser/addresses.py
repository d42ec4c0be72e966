"""Every page that somebody can open in the small district, by the address list of the system."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from eldercampus.catalogue.years import load_calendar_year
from eldercampus.db import transaction
from tests.browser.test_main_job import set_clock
from tests.enrolment import steps
from tests.web.samples import Samples, values_for
from tests.web.visiting import sign_in
from tests.world import NOW, World, build_world

WHO = (
    *("nobody", "Zhao", "Qian", "Li", "Sun", "clerk", "officer", "head", "town_officer"),
    *("auditor", "teacher", "monitor"),
)
"""In whose name pages are opened; the first to whom a page opens is the one who sees it in every
way, the others in one."""
WORTH_MORE = {"/my", "/my/reasons", "/apply", "/staff"}
"""Pages that are another for each who opens them."""
BESIDES = [
    ("nobody", "/nowhere"),
    ("Zhao", "/staff"),  # refused
    ("nobody", "/courses?q=xyz"),
    ("nobody", "/courses?town=330213001&community=330213001002"),
    ("nobody", "/courses/map?town=330213001&community=330213001002"),
    ("nobody", "/courses/print?town=330213001&community=330213001002"),
    ("nobody", "/offers/unknown"),
    ("officer", "/staff/calendar?year=2027"),
    ("officer", "/staff/calendar/day?on=2027-02-06"),
]


@dataclass(frozen=True)
class Stop:
    who: str
    path: str


@dataclass
class Stops:
    """first: by who is the first to whom a page opens; others: the rest. unseen: addresses that
    open a page to nobody: they lead elsewhere or hand out a file."""

    first: list[Stop]
    others: list[Stop]
    unseen: list[str]


def open_district(app: Flask) -> World:
    """The small district with its round open, a calendar, and its clock in the midst of it."""
    with app.app_context():
        world = build_world()
        steps.opened(world)
        with transaction():
            load_calendar_year(2027, now=NOW)
        set_clock(NOW)
    return world


def find_stops(app: Flask, world: World, samples: Samples) -> Stops:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    visitors = {who: visitor(app, world, who) for who in WHO}
    stops = Stops([Stop(*one) for one in BESIDES], [], [])
    for path in sorted(set(paths(app, samples))):
        open_to = [who for who, client in visitors.items() if _is_page(client, path)]
        for place, who in enumerate(open_to):
            worth = place == 0 or path in WORTH_MORE
            (stops.first if worth else stops.others).append(Stop(who, path))
        if not open_to:
            stops.unseen.append(path)
    return stops


def visitor(app: Flask, world: World, who: str) -> FlaskClient:
    """Somebody of WHO at a browser, signed in unless nobody."""
    client = app.test_client()
    if who != "nobody":
        sign_in(app, client, world.accounts[who])
    return client


def paths(app: Flask, samples: Samples) -> Iterator[str]:
    """An address of every page and file."""
    adapter = app.url_map.bind("localhost")
    rules: list[Rule] = list(app.url_map.iter_rules())
    for rule in rules:
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            with suppress(KeyError):  # a part without a sample: tests/web/test_routes.py says so
                yield adapter.build(rule.endpoint, values_for(rule, samples), method="GET")


def _is_page(client: FlaskClient, path: str) -> bool:
    """A broken one too: it is worth being seen."""
    answer = client.get(path)
    return answer.status_code >= 500 or (answer.status_code, answer.mimetype) == (200, "text/html")
