"""Every refusal of a round file with its one line; the checker refuses the same files."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from eldercampus.allocation import problem, verify
from eldercampus.allocation.solve import solve
from tests.allocation.markets import Round
from tests.allocation.whole_round import whole


def remember_misses(frozen: Round) -> Round:
    frozen["rules"]["misses"] = True
    for person in frozen["learners"]:
        person["misses"] = 1
    return frozen


Change = Callable[[Round], object]

REFUSALS: list[tuple[Change, str]] = [
    (lambda r: r.update(format="v2"), 'format: "v2" is not "eldercampus.round.v1"'),
    (lambda r: r.update(extra=1), 'file: unknown key "extra"'),
    (lambda r: r.pop("learners"), "learners: missing"),
    (
        lambda r: r.update(round="spring 1"),
        'round: "spring 1" is not an id of 1 to 64 of A-Z a-z 0-9 . _ -',
    ),
    (lambda r: r.pop("seed"), "seed: missing, and nothing is drawn without it"),
    (lambda r: r.update(seed="AB" * 32), f'seed: "{"AB" * 32}" is not 64 hex digits in lower case'),
    (lambda r: r["rules"].update(rounds=4), "rules.rounds: 4 is not a whole number from 1 to 3"),
    (lambda r: r["rules"].update(rounds=0), "rules.rounds: 0 is not a whole number from 1 to 3"),
    (
        lambda r: r["rules"].update(proximity="x"),
        'rules.proximity: "x" is not "bands" or "metres"',
    ),
    (lambda r: r["rules"].pop("bands_m"), "rules.bands_m: missing"),
    (
        lambda r: r["rules"].update(proximity="metres"),
        "rules.bands_m: not allowed with metres",
    ),
    (
        lambda r: r["rules"].update(bands_m=[1000, 1000]),
        "rules.bands_m[1]: 1000 is not a whole number from 1001 to 2147483647",
    ),
    (lambda r: r["rules"].update(extra=1), 'rules: unknown key "extra"'),
    (lambda r: r["rules"].update(misses=False), "rules.misses: false is not true"),
    (lambda r: r["rules"].update(misses=1), "rules.misses: 1 is not true"),
    (lambda r: r["rules"].update(misses=True), "learners[0].misses: missing"),
    (lambda r: r["learners"][1].update(misses=0), 'learners[1]: unknown key "misses"'),
    (
        lambda r: remember_misses(r)["learners"][1].update(misses=-1),
        "learners[1].misses: -1 is not a whole number from 0 to 2147483647",
    ),
    (lambda r: r.update(sections={}), "sections: an object is not a list"),
    (lambda r: r["sections"].append(7), "sections[2]: 7 is not an object"),
    (
        lambda r: r["sections"].extend(r["sections"][:1] * 4_999),
        "sections: 5001 sections, at most 5000",
    ),
    (lambda r: r["sections"][1].update(id="S-1"), 'sections[1].id: "S-1" stands twice'),
    (lambda r: r["sections"][1].pop("fill"), "sections[1].fill: missing"),
    (
        lambda r: r["sections"][0].update(id="S" * 65),
        f'sections[0].id: "{"S" * 64}\\u2026" is not an id of 1 to 64 of A-Z a-z 0-9 . _ -',
    ),
    (
        lambda r: r["sections"][0].update(course=None),
        "sections[0].course: null is not an id of 1 to 64 of A-Z a-z 0-9 . _ -",
    ),
    (
        lambda r: r["sections"][0].update(capacity=-1),
        "sections[0].capacity: -1 is not a whole number from 0 to 2147483647",
    ),
    (
        lambda r: r["sections"][0].update(capacity=2**31),
        "sections[0].capacity: 2147483648 is not a whole number from 0 to 2147483647",
    ),
    (
        lambda r: r["sections"][0].update(capacity=True),
        "sections[0].capacity: true is not a whole number from 0 to 2147483647",
    ),
    (
        lambda r: r["sections"][0].update(minimum=4),
        "sections[0].minimum: 4 is above the capacity 3",
    ),
    (lambda r: r["sections"][0].update(exempt=0), "sections[0].exempt: 0 is not true or false"),
    (
        lambda r: r["sections"][0].update(sessions=[[480]]),
        "sections[0].sessions[0]: not a start and an end",
    ),
    (
        lambda r: r["sections"][0].update(sessions=[[480, 480]]),
        "sections[0].sessions[0]: ends at 480, not after its start 480",
    ),
    (
        lambda r: r["sections"][0]["seats"][1].update(kind="t1"),
        'sections[0].seats[1].kind: "t1" stands twice',
    ),
    (
        lambda r: r["sections"][0]["seats"][0].update(kind="open"),
        'sections[0].seats[0].kind: a reserve may not be called "open"',
    ),
    (
        lambda r: r["sections"][0]["seats"][0].update(count=3),
        "sections[0].seats: 4 reserved seats, above the capacity 3",
    ),
    (
        lambda r: r["sections"][0]["seats"][0].update(unfilled="x"),
        'sections[0].seats[0].unfilled: "x" is not "release" or "keep"',
    ),
    (
        lambda r: r["sections"][0].update(fill="x"),
        'sections[0].fill: "x" is not "reserved_first" or "open_first"',
    ),
    (lambda r: r["learners"][1].update(id="L-1"), 'learners[1].id: "L-1" stands twice'),
    (
        lambda r: r["learners"][0].update(wants=4),
        "learners[0].wants: 4 is not a whole number from 0 to 3",
    ),
    (
        lambda r: r["learners"][0].update(choices=["S-1", "S-404"]),
        'learners[0].choices[1]: no section "S-404"',
    ),
    (
        lambda r: r["learners"][0].update(choices=["S-1", "S-1"]),
        'learners[0].choices[1]: "S-1" stands twice',
    ),
    (
        lambda r: r["learners"][0].update(choices=["S-1"] * 9),
        "learners[0].choices: 9 choices, at most 8",
    ),
    (
        lambda r: r["learners"][1].update(held=["S-404"]),
        'learners[1].held[0]: no section "S-404"',
    ),
    (
        lambda r: r["learners"][1].update(held=["S-2", "S-2"]),
        'learners[1].held[1]: "S-2" stands twice',
    ),
    (lambda r: r["learners"][1].update(held="S-2"), 'learners[1].held: "S-2" is not a list'),
    (
        lambda r: r["learners"][0].update(tags=["t1", "t1"]),
        'learners[0].tags[1]: "t1" stands twice',
    ),
    (
        lambda r: r["learners"][0]["metres"].pop("campus-S-2"),
        'learners[0].metres: no distance to campus "campus-S-2"',
    ),
    (
        lambda r: r["learners"][0]["metres"].update({"campus-S-2": "near"}),
        'learners[0].metres.campus-S-2: "near" is not a whole number from 0 to 2147483647',
    ),
    (
        lambda r: r["learners"][0].update(groups={"S-404": 1}),
        'learners[0].groups: no section "S-404"',
    ),
    (
        lambda r: r["learners"][0].update(groups={"S-1": 4}),
        "learners[0].groups.S-1: 4 is not a whole number from 1 to 3",
    ),
    (lambda r: r.update(rules=[]), "rules: a list is not an object"),
    (lambda r: r["rules"].pop("rounds"), "rules.rounds: missing"),
    (lambda r: r["rules"].update(bands_m=7), "rules.bands_m: 7 is not a list"),
    (
        lambda r: r["rules"].update(bands_m=[-1]),
        "rules.bands_m[0]: -1 is not a whole number from 0 to 2147483647",
    ),
    (lambda r: r["sections"][0].update(extra=1), 'sections[0]: unknown key "extra"'),
    (
        lambda r: r["sections"][0].update(id=7),
        "sections[0].id: 7 is not an id of 1 to 64 of A-Z a-z 0-9 . _ -",
    ),
    (
        lambda r: r["sections"][0].update(campus=""),
        'sections[0].campus: "" is not an id of 1 to 64 of A-Z a-z 0-9 . _ -',
    ),
    (
        lambda r: r["sections"][0].update(minimum="2"),
        'sections[0].minimum: "2" is not a whole number from 0 to 2147483647',
    ),
    (
        lambda r: r["sections"][0].update(sessions={}),
        "sections[0].sessions: an object is not a list",
    ),
    (
        lambda r: r["sections"][0].update(sessions=[480]),
        "sections[0].sessions[0]: 480 is not a list",
    ),
    (
        lambda r: r["sections"][0].update(sessions=[["8:00", 570]]),
        'sections[0].sessions[0][0]: "8:00" is not a whole number from 0 to 2147483647',
    ),
    (
        lambda r: r["sections"][0].update(sessions=[[day, day + 1] for day in range(401)]),
        "sections[0].sessions: 401 sessions, at most 400",
    ),
    (
        lambda r: r["sections"][0].update(sessions=[[480, 2**31]]),
        "sections[0].sessions[0][1]: 2147483648 is not a whole number from 0 to 2147483647",
    ),
    (lambda r: r["sections"][0].update(seats={}), "sections[0].seats: an object is not a list"),
    (
        lambda r: r["sections"][0].update(seats=["t1"]),
        'sections[0].seats[0]: "t1" is not an object',
    ),
    (lambda r: r["sections"][0]["seats"][0].pop("count"), "sections[0].seats[0].count: missing"),
    (
        lambda r: r["sections"][0]["seats"][0].update(kind="t 1"),
        'sections[0].seats[0].kind: "t 1" is not an id of 1 to 64 of A-Z a-z 0-9 . _ -',
    ),
    (
        lambda r: r["sections"][0]["seats"][0].update(count=-1),
        "sections[0].seats[0].count: -1 is not a whole number from 0 to 2147483647",
    ),
    (
        lambda r: r["sections"][0]["seats"][0].update(extra=1),
        'sections[0].seats[0]: unknown key "extra"',
    ),
    (lambda r: r.update(learners={}), "learners: an object is not a list"),
    (lambda r: r["learners"].insert(0, None), "learners[0]: null is not an object"),
    (lambda r: r["learners"][0].update(extra=1), 'learners[0]: unknown key "extra"'),
    (
        lambda r: r["learners"][0].update(id="L 1"),
        'learners[0].id: "L 1" is not an id of 1 to 64 of A-Z a-z 0-9 . _ -',
    ),
    (
        lambda r: r["learners"][0].update(wants=True),
        "learners[0].wants: true is not a whole number from 0 to 3",
    ),
    (lambda r: r["learners"][0].update(choices="S-1"), 'learners[0].choices: "S-1" is not a list'),
    (
        lambda r: r["learners"][0].update(choices=[["S-1"]]),
        "learners[0].choices[0]: a list is not an id of 1 to 64 of A-Z a-z 0-9 . _ -",
    ),
    (
        lambda r: r["learners"][0].update(tags=["t1", "é"]),
        'learners[0].tags[1]: "\\u00e9" is not an id of 1 to 64 of A-Z a-z 0-9 . _ -',
    ),
    (
        lambda r: r["learners"][0].update(tags=[{}]),
        "learners[0].tags[0]: an object is not an id of 1 to 64 of A-Z a-z 0-9 . _ -",
    ),
    (
        lambda r: r["learners"][0].update(held=[1]),
        "learners[0].held[0]: 1 is not an id of 1 to 64 of A-Z a-z 0-9 . _ -",
    ),
    (lambda r: r["learners"][0].update(metres=[]), "learners[0].metres: a list is not an object"),
    (
        lambda r: r["learners"][0]["metres"].update({"K 1": 7}),
        'learners[0].metres: "K 1" is not an id of 1 to 64 of A-Z a-z 0-9 . _ -',
    ),
    (
        lambda r: r["learners"][0]["metres"].update(elsewhere=-1),
        "learners[0].metres.elsewhere: -1 is not a whole number from 0 to 2147483647",
    ),
    (lambda r: r["learners"][0].update(groups=[]), "learners[0].groups: a list is not an object"),
    (
        lambda r: r["learners"][0].update(groups={"S-1": 0}),
        "learners[0].groups.S-1: 0 is not a whole number from 1 to 3",
    ),
]


@pytest.mark.parametrize(("change", "line"), REFUSALS, ids=[line[:40] for _, line in REFUSALS])
def test_a_fault_is_named_with_its_place(change: Change, line: str) -> None:
    frozen = whole()
    problem.validate(frozen, drawing=True)
    verify.inspect(frozen)
    change(frozen)
    with pytest.raises(problem.RoundFileError) as refusal:
        problem.parse(json.dumps(frozen).encode(), drawing=True)
    assert str(refusal.value) == line
    if "seed: missing" not in line:
        with pytest.raises(verify.Unreadable):
            verify.inspect(frozen)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    steps = range(len(value)) if isinstance(value, list) else value
    for step in steps if isinstance(value, list | dict) else ():
        yield from places(value[step], (*path, step))


ODD = [None, True, -1, 0, 7, 2**31, "", "open", "S-1", "é", [], ["S-1"], [[9, 1]], {}, {"S-1": 2}]


@pytest.mark.parametrize("path", list(places(whole())), ids=lambda p: ".".join(map(str, p)))
def test_both_readers_refuse_the_same_files_and_never_stumble(path: tuple[Any, ...]) -> None:
    """Whatever stands in whichever place: one line from each, or a result from each."""
    for odd in ODD:
        frozen = whole()
        holder: Any = frozen
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = odd
        try:
            ready = problem.validate(frozen, drawing=True)
        except problem.RoundFileError:
            with pytest.raises(verify.Unreadable):
                verify.inspect(frozen)
        else:
            verify.inspect(frozen)
            assert verify.check(ready, solve(ready)) is None


TEXT = json.dumps(whole())

FILES: list[tuple[bytes, str]] = [
    (b"", "line 1 column 1: not JSON (Expecting value)"),
    (b"[]", "file: a list is not an object"),
    (b"{\n]", "line 2 column 1: not JSON (Expecting property name enclosed in double quotes)"),
    (b'{"a": "\xff"}', "byte 7: not ASCII, as everything in a round is"),
    (b'{"format": 1, "format": 2}', 'file: key "format" stands twice'),
    (b"\xef\xbb\xbf" + TEXT.encode(), "byte 0: not ASCII, as everything in a round is"),
    (TEXT.encode("utf-16"), "byte 0: not ASCII, as everything in a round is"),
    (
        TEXT.replace("L-2", "学员").encode(),
        f"byte {TEXT.index('L-2')}: not ASCII, as everything in a round is",
    ),
    (
        TEXT.replace('"campus-S-1": 0', '"campus-S-1": 0, "campus-S-1": 0').encode(),
        'learners[0].metres: key "campus-S-1" stands twice',
    ),
    (
        TEXT.replace('"wants": 2', '"wants": 1e999').encode(),
        "learners[0].wants: 1e999 is not a whole number from 0 to 3",
    ),
    (
        TEXT.replace('"wants": 2', '"wants": Infinity').encode(),
        "learners[0].wants: Infinity is not a whole number from 0 to 3",
    ),
    (TEXT.encode() + b"{}", f"line 1 column {len(TEXT) + 1}: not JSON (Extra data)"),
    (
        TEXT.replace('"wants": 2', '"wants": 2, "wants": 2').encode(),
        'learners[0]: key "wants" stands twice',
    ),
    (
        TEXT.replace('"wants": 2', '"wants": 2.0').encode(),
        "learners[0].wants: 2.0 is not a whole number from 0 to 3",
    ),
    (
        TEXT.replace('"wants": 2', '"wants": NaN').encode(),
        "learners[0].wants: NaN is not a whole number from 0 to 3",
    ),
    (
        TEXT.replace('"wants": 2', '"wants": -Infinity').encode(),
        "learners[0].wants: -Infinity is not a whole number from 0 to 3",
    ),
    (
        TEXT.replace('"wants": 2', '"wants": ' + "9" * 1_000_000).encode(),
        f"learners[0].wants: {'9' * 20}... is not a whole number from 0 to 3",
    ),
    (b"[" * 800_000, "file: nested too deeply"),
    (b'{"a":' * 800_000, "file: nested too deeply"),
    (
        TEXT.replace('"round": "2026-spring"', '"round": "\\ud800"').encode(),
        'round: "\\ud800" is not an id of 1 to 64 of A-Z a-z 0-9 . _ -',
    ),
]


@pytest.mark.parametrize(("data", "line"), FILES, ids=[line[:40] for _, line in FILES])
def test_what_is_no_round_at_all_is_refused_at_once(data: bytes, line: str) -> None:
    begun = time.process_time()
    with pytest.raises(problem.RoundFileError) as refusal:
        problem.parse(data)
    assert str(refusal.value) == line
    assert time.process_time() - begun < 2
