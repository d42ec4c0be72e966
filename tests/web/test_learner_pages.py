"""What the pages of learners ask of the database: few questions, however much there is to show."""

import pytest
from flask import Flask

from tests.browser.addresses import paths, visitor
from tests.browser.sights import is_for_learners
from tests.web.samples import Samples, add_samples
from tests.web.visiting import build_open_world, counted_queries
from tests.world import World

MOST = 8
LEARNERS = ("nobody", "Zhao", "Qian", "Li", "Sun")
NOT_ON_THE_WAY = ("/rounds/", "/phone", "/readyz", "/my/data/file.json")
"""Reports and files about a whole round, and what is no page of the journey."""


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    return build_open_world(app, monkeypatch)


@pytest.fixture
def samples(app: Flask, world: World) -> Samples:
    return add_samples(app, world)


def test_a_page_of_the_journey_takes_few_queries(
    app: Flask, world: World, samples: Samples
) -> None:
    journey = [
        path
        for path in sorted(set(paths(app, samples)))
        if is_for_learners(path) and not path.startswith(NOT_ON_THE_WAY)
    ]
    assert len(journey) > 25
    too_many = {}
    for who in LEARNERS:
        client = visitor(app, world, who)
        for path in journey:
            client.get(path)  # what a process remembers, it remembers from now on
            with counted_queries(app) as asked:
                answer = client.get(path)
            if answer.status_code == 200 and len(asked) > MOST:
                too_many[f"{who} {path}"] = len(asked)
    assert not too_many
