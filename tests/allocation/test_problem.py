"""A round that may be drawn: its canonical form and its fingerprint."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercampus.allocation import problem, strict_json, verify
from tests.allocation.markets import Round, markets
from tests.allocation.whole_round import whole


def test_a_file_that_is_too_long_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "MAX_BYTES", 10)
    with pytest.raises(problem.RoundFileError, match="file: longer than 10 bytes"):
        problem.parse(b"[" * 11)


def test_a_round_may_wait_for_its_seed() -> None:
    frozen = whole()
    fingerprint = problem.input_sha256(frozen)
    del frozen["seed"]
    assert problem.input_sha256(problem.validate(frozen)) == fingerprint


def test_a_section_somebody_sits_in_may_have_any_minimum() -> None:
    frozen = whole()
    frozen["sections"][1].update(exempt=False, minimum=9)
    problem.validate(frozen)
    frozen["learners"][1]["held"] = []
    with pytest.raises(problem.RoundFileError, match="above the capacity"):
        problem.validate(frozen)


def test_the_canonical_form() -> None:
    assert problem.canonical({"b": [1, True], "a": "奉化"}) == '{"a":"奉化","b":[1,true]}'.encode()


def test_validating_leaves_the_argument_as_it_was() -> None:
    frozen = whole()
    frozen["learners"].reverse()
    before = copy.deepcopy(frozen)
    assert [p["id"] for p in problem.validate(frozen)["learners"]] == ["L-1", "L-2"]
    assert frozen == before


@given(markets(), st.randoms(use_true_random=False))
def test_the_fingerprint_does_not_depend_on_order(frozen: Round, random: Any) -> None:
    shuffled = copy.deepcopy(frozen)
    for items in (shuffled["sections"], shuffled["learners"]):
        random.shuffle(items)
    for person in shuffled["learners"]:
        random.shuffle(person["tags"])
        random.shuffle(person["held"])
        person["metres"] = dict(reversed(person["metres"].items()))
    assert problem.input_sha256(shuffled) == problem.input_sha256(frozen)
    assert verify.fingerprint(shuffled) == problem.input_sha256(frozen)
    ready = problem.validate(shuffled)
    assert problem.parse(problem.canonical(ready)) == ready
