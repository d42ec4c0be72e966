"""What holds inside every round, looked at from outside: from a result, not from the code."""

import copy
from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eldercampus.allocation import lottery, verify
from eldercampus.allocation.choice import Candidate, Reserve, Seats, choose
from eldercampus.allocation.solve import solve
from tests.allocation.markets import Round, markets

Result = dict[str, Any]


class Outcome:
    """A round and its result, as somebody reads them who knows the rules."""

    def __init__(self, frozen: Round) -> None:
        self.frozen = frozen
        self.result = solve(frozen)
        self.sections = {item["id"]: item for item in frozen["sections"]}
        self.learners = {item["id"]: item for item in frozen["learners"]}
        self.closed = {entry["section"] for entry in self.result["closed"]}

    def key(self, name: str, section: str, level: int) -> tuple[int | str, ...]:
        person, rules = self.learners[name], self.frozen["rules"]
        metres = person["metres"][self.sections[section]["campus"]]
        bands = rules.get("bands_m")
        distance = metres if bands is None else len([limit for limit in bands if limit < metres])
        number = lottery.number(self.frozen["seed"], name)
        misses = (max(-7, -person["misses"]),) if rules.get("misses") else ()
        return (level, person["groups"].get(section, 2), distance, *misses, number)

    def held(self, name: str, before: int) -> list[str]:
        """The seats of a learner when a round begins."""
        given = [
            p["section"]
            for p in self.result["placements"]
            if p["learner"] == name and p["round"] < before
        ]
        return [*self.learners[name]["held"], *given]

    def in_the_way(self, one: str, other: str) -> bool:
        a, b = self.sections[one], self.sections[other]
        minutes = {m for start, end in a["sessions"] for m in range(start, end)}
        overlap = any(m in minutes for start, end in b["sessions"] for m in range(start, end))
        return bool(a["course"] == b["course"] or overlap)

    def placed(self, section: str, round_number: int) -> dict[str, str]:
        return {
            p["learner"]: p["seat"]
            for p in self.result["placements"]
            if p["section"] == section and p["round"] == round_number
        }

    def refusals(self) -> Iterator[tuple[int, str, str, int]]:
        """(round, learner, section, level) for all who asked and went away empty-handed."""
        for round_number in range(1, self.frozen["rules"]["rounds"] + 1):
            for name, person in self.learners.items():
                held = self.held(name, round_number)
                if len(held) >= min(person["wants"], round_number):
                    continue
                for section in person["choices"]:
                    if section in self.closed or any(self.in_the_way(section, h) for h in held):
                        continue
                    if name in self.placed(section, round_number):
                        break
                    yield round_number, name, section, len(held)

    def eligible(self, name: str, label: str) -> bool:
        return label == "open" or label in self.learners[name]["tags"]


def with_misses(frozen: Round, misses: list[int]) -> Round:
    for person, count in zip(frozen["learners"], misses, strict=False):
        person["misses"] = count
    return {**frozen, "rules": {**frozen["rules"], "misses": True}}


MISSES = st.lists(st.sampled_from([0, 1, 2, 7, 9]), min_size=8, max_size=8)
games = markets() | st.builds(with_misses, markets(), MISSES)
outcomes = games.map(Outcome)


@given(outcomes)
def test_never_over_capacity_and_reserved_seats_only_for_their_kind(outcome: Outcome) -> None:
    for name, section in outcome.sections.items():
        given_here = [p for p in outcome.result["placements"] if p["section"] == name]
        assert len(given_here) <= section["capacity"]
        counts = {seat["kind"]: seat["count"] for seat in section["seats"]}
        labels = [p["seat"] for p in given_here if p["seat"] != "open"]
        assert all(labels.count(label) <= counts[label] for label in labels)
        assert all(outcome.eligible(p["learner"], p["seat"]) for p in given_here)


@given(outcomes)
def test_nobody_holds_more_than_wanted_or_two_that_do_not_go_together(outcome: Outcome) -> None:
    for name, person in outcome.learners.items():
        mine = [p for p in outcome.result["placements"] if p["learner"] == name]
        assert not mine or len(mine) + len(person["held"]) <= person["wants"]
        assert len({p["round"] for p in mine}) == len(mine)
        for placement in mine:
            assert placement["section"] in person["choices"]
            others = [h for h in outcome.held(name, 4) if h != placement["section"]]
            assert not any(outcome.in_the_way(placement["section"], h) for h in others)


@given(outcomes)
def test_no_justified_envy_inside_a_round(outcome: Outcome) -> None:
    for round_number, name, section, level in outcome.refusals():
        own = outcome.key(name, section, level)
        for other, label in outcome.placed(section, round_number).items():
            if outcome.eligible(name, label):
                theirs = outcome.key(other, section, len(outcome.held(other, round_number)))
                assert theirs < own


@given(outcomes)
def test_no_idle_seat_that_someone_wants(outcome: Outcome) -> None:
    for round_number, name, section, _ in outcome.refusals():
        taken = [
            p["seat"]
            for p in outcome.result["placements"]
            if p["section"] == section and p["round"] <= round_number
        ]
        kept_for_others = sum(
            seat["count"] - taken.count(seat["kind"])
            for seat in outcome.sections[section]["seats"]
            if seat["unfilled"] == "keep" and not outcome.eligible(name, seat["kind"])
        )
        assert outcome.sections[section]["capacity"] - len(taken) <= kept_for_others


@given(outcomes)
def test_no_open_section_is_below_its_minimum(outcome: Outcome) -> None:
    held = {section for person in outcome.learners.values() for section in person["held"]}
    for name, section in outcome.sections.items():
        enrolled = sum(p["section"] == name for p in outcome.result["placements"])
        if name in outcome.closed:
            assert enrolled == 0
            assert not section["exempt"]
            assert name not in held
        elif not section["exempt"] and name not in held:
            assert enrolled >= section["minimum"]


@given(outcomes)
def test_cutoffs_tell_the_worst_key_and_how_many_went_away(outcome: Outcome) -> None:
    refused: dict[tuple[str, int], int] = {}
    for round_number, _, section, _ in outcome.refusals():
        refused[section, round_number] = refused.get((section, round_number), 0) + 1
    expected: dict[tuple[str, int, str], tuple[int | str, ...]] = {}
    for p in outcome.result["placements"]:
        own = outcome.key(p["learner"], p["section"], len(outcome.held(p["learner"], p["round"])))
        place = (p["section"], p["round"], p["seat"])
        expected[place] = max(own, expected.get(place, own))
    assert outcome.result["cutoffs"] == [
        {
            "section": section,
            "round": round_number,
            "seat": seat,
            "key": list(expected[section, round_number, seat]),
            "refused": refused.get((section, round_number), 0),
        }
        for section, round_number, seat in sorted(expected)
    ]


@given(outcomes)
def test_everyone_refused_lost_to_the_key_they_are_shown(outcome: Outcome) -> None:
    first: dict[tuple[str, str], int] = {}
    for round_number, name, section, _ in outcome.refusals():
        first.setdefault((name, section), round_number)
    told = {
        (entry["learner"], entry["section"]): entry["round"]
        for entry in outcome.result["reasons"]
        if entry["code"] in ("below_cutoff", "no_seat")
    }
    later = {(p["learner"], p["section"]) for p in outcome.result["placements"]}
    assert told == {pair: n for pair, n in first.items() if pair not in later}
    for entry in outcome.result["reasons"]:
        if entry["code"] == "below_cutoff":
            assert entry["cutoff"] < entry["key"]


@given(games, st.randoms(use_true_random=False))
def test_input_order_is_irrelevant(frozen: Round, random: Random) -> None:
    shuffled = copy.deepcopy(frozen)
    for items in (shuffled["sections"], shuffled["learners"]):
        random.shuffle(items)
    for person in shuffled["learners"]:
        random.shuffle(person["tags"])
        random.shuffle(person["held"])
    assert solve(shuffled) == solve(frozen)
    # The checker alone, without the order that `solve` brings in.
    assert verify.run(shuffled) == verify.run(frozen)


@given(games)
def test_same_seed_same_result(frozen: Round) -> None:
    before = copy.deepcopy(frozen)
    assert verify.canonical(solve(frozen)) == verify.canonical(solve(frozen))
    assert frozen == before


def rank(frozen: Round, name: str, section: str | None) -> int:
    """How good an outcome is for a learner by the list in `frozen`; 0 is best."""
    choices = next(p["choices"] for p in frozen["learners"] if p["id"] == name)
    return choices.index(section) if section in choices else len(choices)


def seat_of(frozen: Round) -> dict[str, str]:
    return {p["learner"]: p["section"] for p in solve(frozen)["placements"]}


def stable_outcomes(outcome: Outcome) -> Iterator[dict[str, str | None]]:
    """By trying every outcome: the sections agree, and nobody could do better with one."""
    chosen: dict[tuple[str, frozenset[str]], set[str]] = {}

    def pick(section: str, names: frozenset[str]) -> set[str]:
        if (section, names) not in chosen:
            item = outcome.sections[section]
            reserves = tuple(Reserve(s["kind"], s["count"], s["unfilled"]) for s in item["seats"])
            line = [
                Candidate(n, outcome.key(n, section, 0), frozenset(outcome.learners[n]["tags"]))
                for n in names
            ]
            chosen[section, names] = set(
                choose(Seats(item["capacity"], reserves, item["fill"]), line)
            )
        return chosen[section, names]

    names = list(outcome.learners)
    for seats in product(*([*outcome.learners[n]["choices"], None] for n in names)):
        match = dict(zip(names, seats, strict=True))
        groups = {s: frozenset(n for n in names if match[n] == s) for s in outcome.sections}
        if any(pick(s, group) != group for s, group in groups.items()):
            continue
        better = (
            (n, s)
            for n in names
            for s in outcome.learners[n]["choices"][: rank(outcome.frozen, n, match[n])]
        )
        if not any(n in pick(s, groups[s] | {n}) for n, s in better):
            yield match


@given(markets(people=5, classes=3, plain=True).map(Outcome))
def test_the_result_is_the_best_for_the_learners_of_all_stable_outcomes(outcome: Outcome) -> None:
    mine = seat_of(outcome.frozen)
    stable = list(stable_outcomes(outcome))
    assert {name: mine.get(name) for name in outcome.learners} in stable
    for other in stable:
        for name in outcome.learners:
            ours = rank(outcome.frozen, name, mine.get(name))
            assert ours <= rank(outcome.frozen, name, other[name])


plain = markets(people=6, classes=3, plain=True).filter(lambda frozen: frozen["learners"])


@given(plain)
@settings(max_examples=40)
def test_a_false_list_never_helps(frozen: Round) -> None:
    name = frozen["learners"][0]["id"]
    truth = rank(frozen, name, seat_of(frozen).get(name))
    names = [item["id"] for item in frozen["sections"]]
    for length in range(len(names) + 1):
        for false in product(names, repeat=length):
            if len(set(false)) == length:
                told = copy.deepcopy(frozen)
                told["learners"][0]["choices"] = list(false)
                assert truth <= rank(frozen, name, seat_of(told).get(name))


@given(plain, st.data())
def test_a_better_priority_or_a_tag_more_never_hurts(frozen: Round, data: st.DataObject) -> None:
    name = frozen["learners"][0]["id"]
    better = copy.deepcopy(frozen)
    person = better["learners"][0]
    match data.draw(st.sampled_from(["nearer", "group", "tag"])):
        case "nearer":
            person["metres"]["K-1"] = max(0, person["metres"]["K-1"] - 1400)
        case "group":
            person["groups"] = dict.fromkeys(person["choices"], 1)
        case "tag":
            person["tags"] = ["t1", "t2"]
    before = rank(frozen, name, seat_of(frozen).get(name))
    assert rank(frozen, name, seat_of(better).get(name)) <= before


@given(plain, st.data())
def test_a_seat_more_hurts_nobody(frozen: Round, data: st.DataObject) -> None:
    larger = copy.deepcopy(frozen)
    data.draw(st.sampled_from(larger["sections"]))["capacity"] += 1
    before, after = seat_of(frozen), seat_of(larger)
    for person in frozen["learners"]:
        name = person["id"]
        assert rank(frozen, name, after.get(name)) <= rank(frozen, name, before.get(name))
