"""The checker finds every change of a result, and says the first one."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from eldercampus.allocation import lottery, problem, verify
from eldercampus.allocation.solve import solve
from tests.allocation.markets import Round, game, learner, markets, reserve, section

SECRET = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)
BEACON = "03 07 12 19 25 31 + 08"


def drawn() -> tuple[Round, dict[str, Any]]:
    """A small round with something of everything, and its result with the ceremony."""
    frozen = game(
        [
            section("X", 2, seats=[reserve("t1", 1)]),
            section("Y", 1),
            section("Z", 5, minimum=3),
        ],
        [
            learner("L-1", "X Y", 2, tags=["t1"]),
            learner("L-2", "X Y Z"),
            learner("L-3", "Y X"),
            learner("L-4", "X Z"),
            learner("L-5", "Z X Y", 2),
        ],
    )
    roster = [person["id"] for person in frozen["learners"]]
    frozen["seed"] = lottery.seed(frozen["round"], roster, SECRET, BEACON)
    told = {
        "commit": lottery.commit(SECRET),
        "secret": SECRET.hex(),
        "beacon": BEACON,
        "source": "双色球 2026142",
    }
    return frozen, {**solve(frozen), "lottery": told}


FROZEN, RESULT = drawn()


def test_the_result_changed_below_has_something_of_everything() -> None:
    assert len(RESULT["placements"]) >= 3
    assert len(RESULT["closed"]) == 1
    assert {entry["code"] for entry in RESULT["reasons"]} >= {"placed", "closed", "below_cutoff"}
    assert any(len(names) > 1 for names in RESULT["waitlists"].values())


def test_a_right_result_is_found_right_part_by_part() -> None:
    said: list[str] = []
    assert verify.check(FROZEN, RESULT, said.append) is None
    assert len(said) == 1 + len(verify.PARTS)
    assert all(line.startswith("right 正确: ") for line in said)


def test_without_a_ceremony_the_checker_says_what_it_cannot_prove() -> None:
    result = {name: value for name, value in RESULT.items() if name != "lottery"}
    said: list[str] = []
    assert verify.check(FROZEN, result, said.append) is None
    assert said[0].startswith("note 注意: ")


def test_the_file_published_at_the_freezing_has_no_seed_and_can_be_checked() -> None:
    frozen = {name: value for name, value in FROZEN.items() if name != "seed"}
    assert verify.check(frozen, RESULT) is None
    fault = verify.check(frozen, {**RESULT, "seed": "0" * 64})
    assert fault is not None
    assert fault.startswith("seed\n")


@given(markets())
@settings(max_examples=30)
def test_every_result_drawn_is_found_right(frozen: Round) -> None:
    assert verify.check(frozen, solve(frozen)) is None


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, (*path, i))
    else:
        yield path


def parent(result: dict[str, Any], path: tuple[Any, ...]) -> Any:
    found: Any = result
    for step in path[:-1]:
        found = found[step]
    return found


def other(value: str | int) -> str | int:
    if isinstance(value, int):
        return value + 1
    return value[:-1] + ("0" if value[-1] != "0" else "1")


# The source is a human's note on the beacon; nothing can be worked out from it.
CHECKED = [path for path in leaves(RESULT) if path != ("lottery", "source")]


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: ".".join(map(str, path)))
def test_every_single_fact_changed_is_found(path: tuple[Any, ...]) -> None:
    changed = copy.deepcopy(RESULT)
    holder = parent(changed, path)
    holder[path[-1]] = other(holder[path[-1]])
    assert verify.check(FROZEN, changed) is not None


def swap_two_placements(result: dict[str, Any]) -> None:
    one, two = result["placements"][:2]
    one["section"], two["section"] = two["section"], one["section"]


def turn_a_waiting_list_round(result: dict[str, Any]) -> None:
    next(names for names in result["waitlists"].values() if len(names) > 1).reverse()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (swap_two_placements, "placements[0]"),
        (turn_a_waiting_list_round, "waitlists.X[0]"),
        (lambda r: r["placements"].pop(), "placements[2]"),
        (lambda r: r["placements"].append(r["placements"][0]), "placements"),
        (lambda r: r["placements"][0].update(round=True), "placements[0]"),
        (lambda r: r["reasons"].reverse(), "reasons[0]"),
        (lambda r: r["reasons"][0].pop("code"), "reasons[0]"),
        (lambda r: r["reasons"][0].update(note="x"), "reasons[0]"),
        (lambda r: r["cutoffs"].clear(), "cutoffs[0]"),
        (lambda r: r["closed"].clear(), "closed[0]"),
        (lambda r: r["waitlists"].pop("X"), "waitlists.X[0]"),
        (lambda r: r["waitlists"].update(Q=[]), "waitlists"),
        (lambda r: r["waitlists"].update(X={}), "waitlists.X[0]"),
        (lambda r: r.update(waitlists=[]), "waitlists.X[0]"),
        (lambda r: r.update(placements={}), "placements[0]"),
        (lambda r: r.update(format="v2"), "format"),
        (lambda r: r.update(round=7), "round"),
        (lambda r: r["lottery"].update(secret="0" * 64), "lottery.commit"),
        (lambda r: r["lottery"].update(beacon="another"), "seed"),
    ],
)
def test_the_first_difference_is_named(change: Callable[[Any], object], place: str) -> None:
    changed = copy.deepcopy(RESULT)
    change(changed)
    fault = verify.check(FROZEN, changed)
    assert fault is not None
    where, right, told = fault.split("\n")
    assert where == place
    assert right.removeprefix("  should be 应当是: ") != told.removeprefix("  there is 写的是:  ")


def test_a_difference_says_what_should_be_there_and_what_is() -> None:
    changed = copy.deepcopy(RESULT)
    gone = changed["placements"].pop()
    assert verify.check(FROZEN, changed) == (
        "placements[2]\n"
        f"  should be 应当是: {verify.canonical(gone)}\n"
        "  there is 写的是:  nothing 没有"
    )


@pytest.mark.parametrize(
    ("right", "told"),
    [([], {}), ({}, []), ({"a": []}, {}), ({}, {"a": {}}), ([[]], [{}]), (1, True), ("1", 1)],
)
def test_nothing_is_not_the_same_as_nothing_else(right: Any, told: Any) -> None:
    assert verify.first_difference("x", right, told)
    assert verify.first_difference("x", told, right)
    assert verify.first_difference("x", right, copy.deepcopy(right)) is None


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda r: r.pop("cutoffs"), "result: no cutoffs"),
        (lambda r: r.update(extra=1), "result: extra may not stand here"),
        (lambda r: r.update(seed=7), "result.seed: this may not stand here: 7"),
        (lambda r: r.update(lottery=[]), "result.lottery: this may not stand here: []"),
        (lambda r: r["lottery"].pop("beacon"), "result.lottery: no beacon"),
        (lambda r: r["lottery"].update(source=1), "result.lottery.source: this may not"),
        (lambda r: r["lottery"].update(secret="x"), "result.lottery.secret: this may not"),
        (lambda r: r["lottery"].update(beacon="\ud800"), "result.lottery.beacon: this may not"),
    ],
)
def test_what_is_no_result_is_not_compared(
    files: list[str],
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Any], object],
    line: str,
) -> None:
    changed = copy.deepcopy(RESULT)
    change(changed)
    Path(files[1]).write_text(json.dumps(changed))
    assert verify.main(files) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{files[1]}: {line}")
    assert said.err.count("\n") == 1


def test_a_result_of_a_changed_round_is_found() -> None:
    frozen = copy.deepcopy(FROZEN)
    frozen["learners"][0]["metres"]["campus-X"] += 1
    fault = verify.check(frozen, RESULT)
    assert fault is not None
    assert fault.startswith("input_sha256\n")


def write(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [
        write(tmp_path, "round.json", problem.canonical(problem.validate(FROZEN))),
        write(tmp_path, "result.json", problem.canonical(RESULT)),
    ]


def test_the_program_says_that_all_is_right(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify.main(files) == 0
    said = capsys.readouterr().out
    for to_compare in (problem.input_sha256(FROZEN), RESULT["lottery"]["commit"], BEACON):
        assert to_compare in said
    assert said.splitlines()[-1] == "Everything is right. 全部正确。"


def test_the_program_says_what_is_wrong(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    changed = copy.deepcopy(RESULT)
    swap_two_placements(changed)
    Path(files[1]).write_bytes(problem.canonical(changed))
    assert verify.main(files) == 1
    where, right, told = capsys.readouterr().out.splitlines()[-3:]
    assert where == "WRONG 不对: placements[0]"
    assert verify.canonical(RESULT["placements"][0]) in right
    assert verify.canonical(changed["placements"][0]) in told


@pytest.mark.parametrize(("name", "counts"), [("r.dry", 0), ("r.dry-12", 0), ("r.dryness", 1)])
def test_a_dry_run_is_called_one(
    files: list[str], capsys: pytest.CaptureFixture[str], name: str, counts: bool
) -> None:
    frozen = {**FROZEN, "round": name}
    Path(files[0]).write_bytes(problem.canonical(frozen))
    Path(files[1]).write_bytes(problem.canonical(solve(frozen)))
    assert verify.main(files) == 0
    said = capsys.readouterr().out
    assert ("dry run and does not count" in said) != bool(counts)


def test_a_replay_is_called_one(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    frozen = {**FROZEN, "round": FROZEN["round"] + ".replay"}
    Path(files[0]).write_bytes(problem.canonical(frozen))
    Path(files[1]).write_bytes(problem.canonical(solve(frozen)))
    assert verify.main(files) == 0
    said = capsys.readouterr().out
    assert "replay with other facts; it does not count" in said
    assert "compare it with the one published" not in said


@pytest.mark.parametrize("part", ["beacon", "source"])
@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\x07", "\n", "\u00a0", "\ue000", "\ufeff"])
def test_what_nobody_sees_is_named(
    files: list[str], capsys: pytest.CaptureFixture[str], part: str, unseen: str
) -> None:
    """Else the same number on the screen could stand for many draws."""
    told = {**RESULT["lottery"], part: f"1{unseen}2"}
    roster = [person["id"] for person in FROZEN["learners"]]
    seed = lottery.seed(FROZEN["round"], roster, SECRET, told["beacon"])
    frozen = {**FROZEN, "seed": seed}
    Path(files[0]).write_bytes(problem.canonical(frozen))
    Path(files[1]).write_bytes(problem.canonical({**solve(frozen), "lottery": told}))
    assert verify.main(files) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"WRONG 不对: lottery.{part}: holds signs that nobody sees")
    assert ascii(unseen)[1:-1] in last


def test_a_number_that_is_not_plain_is_shown_sign_by_sign(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = {**RESULT["lottery"], "beacon": "０１ 02"}
    roster = [person["id"] for person in FROZEN["learners"]]
    frozen = {**FROZEN, "seed": lottery.seed(FROZEN["round"], roster, SECRET, told["beacon"])}
    Path(files[0]).write_bytes(problem.canonical(frozen))
    Path(files[1]).write_bytes(problem.canonical({**solve(frozen), "lottery": told}))
    assert verify.main(files) == 0
    assert "\\uff10\\uff11 02" in capsys.readouterr().out


def test_a_seed_of_ones_choice_has_the_last_word(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever tries seeds until they like one can say only that the seats follow from it."""
    frozen = {**FROZEN, "seed": "ab" * 32}
    Path(files[0]).write_bytes(problem.canonical(frozen))
    Path(files[1]).write_bytes(problem.canonical(solve(frozen)))
    assert verify.main(files) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert "nothing proves where the seed is from" in last
    assert "总号从哪里来，证明不了" in last


@pytest.mark.parametrize(
    ("broken", "data", "said"),
    [
        (0, b"", "Expecting value"),
        (0, b"{}", "round: no format"),
        (0, b"[" * 100_000, ""),
        (0, b'{"a": 1, "a": 2}', "a name stands twice"),
        (0, b'{"a": 1.5}', "1.5 is not a whole number"),
        (0, b'{"a": NaN}', "NaN is not a whole number"),
        (0, b"9" * 5000, "a number that is too long"),
        (1, b"\xff", "utf-8"),
        (1, b"[]", "not an object"),
    ],
)
def test_a_file_that_cannot_be_read(
    files: list[str], capsys: pytest.CaptureFixture[str], broken: int, data: bytes, said: str
) -> None:
    Path(files[broken]).write_bytes(data)
    assert verify.main(files) == 2
    line = capsys.readouterr().err
    assert line.startswith(files[broken])
    assert said in line
    assert line.count("\n") == 1


def test_a_file_that_is_not_there_and_a_word_too_few(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify.main([files[0], files[1] + ".no"]) == 2
    assert verify.main(files[:1]) == 2
    assert "python verify.py ROUND.json RESULT.json" in capsys.readouterr().err


def test_results_are_plain_json() -> None:
    assert json.loads(problem.canonical(RESULT)) == RESULT
