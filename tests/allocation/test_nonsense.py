"""Files that are no rounds, as large and as wicked as they come, each read by a process of its own
that may take so much time and memory and no more."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice, product
from pathlib import Path

import pytest

from eldercampus.allocation import verify

HOUSE = Path(verify.__file__).parents[2]
MIB = 2**20
MOST_MEMORY = 1024 * MIB  # of addresses; the worst file below takes some 800 MB
MOST_SECONDS = 20  # of the processor; the worst file below takes 4 s where nothing else runs
LIMITED = f"""
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, ({MOST_MEMORY}, {MOST_MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({MOST_SECONDS}, {MOST_SECONDS}))
"""
DRAW = LIMITED + "runpy.run_module('eldercampus.allocation', run_name='__main__')"
CHECK = LIMITED + "runpy.run_path(sys.argv.pop(1), run_name='__main__')"


def names(count: int) -> Iterator[str]:
    """Texts of five letters, no two the same."""
    return islice(map("".join, product("abcdefghijklmnopqrst", repeat=5)), count)


def round_with(learner: str) -> bytes:
    return (
        '{"format":"eldercampus.round.v1","round":"r","rules":{"rounds":1,"proximity":"metres"},'
        f'"sections":[],"learners":[{learner}]}}'
    ).encode()


def many_keys() -> bytes:
    """As many keys and values, no two the same, as a file may hold."""
    pairs = ",".join(f'"{name}":"x{name}"' for name in names(2_090_000))
    more = ",".join(f'"y{name}"' for name in names(1_200_000))
    return f'{{{pairs},"z":[{more}]}}'.encode()


def many_tags() -> bytes:
    tags = ",".join(f'"{name}"' for name in names(3_000_000))
    twice = f'{tags},"aaaaa"'
    return round_with(
        '{"id":"a","wants":1,"choices":[],"held":[],"metres":{},"groups":{},"tags":[' + twice + "]}"
    )


NONSENSE: list[tuple[str, Callable[[], bytes], str]] = [
    ("noise", lambda: random.Random(1).randbytes(200 * MIB), "file: longer than 50331648 bytes"),
    ("brackets", lambda: b"[" * (200 * MIB), "file: longer than 50331648 bytes"),
    ("short noise", lambda: b"{" + bytes(40 * MIB), "line 1 column 2: not JSON (Expecting "),
    ("fewer brackets", lambda: b"[" * (40 * MIB), "file: more than 900000 objects and lists"),
    ("deep", lambda: b'{"a":[' * 400_000, "file: nested too deeply"),
    ("empty objects", lambda: b"[" + b"{}," * (15 * MIB) + b"{}]", "file: more than 900000 obj"),
    ("ones", lambda: b"[" + b"1," * (20 * MIB) + b"1]", "file: more than 4500000 commas"),
    ("one key", lambda: b"{" + b'"a":1,' * 2_000_000 + b'"a":1}', 'file: key "a" stands twice'),
    ("a long number", lambda: b'{"format":' + b"9" * (40 * MIB) + b"}", "round: missing"),
    ("a long text", lambda: b'["' + b"a" * (40 * MIB) + b'"]', "file: a list is not an object"),
    ("a face", lambda: b'["\xf0\x9f\x98\x80' + b"a" * (40 * MIB) + b'"]', "byte 2: not ASCII"),
    ("many keys", many_keys, "format: missing"),
    ("many tags", many_tags, 'learners[0].tags[3000000]: "aaaaa" stands twice'),
]


def worst_round(sections: int) -> bytes:
    """A round that may be drawn: its classes all meet at one time, and close one after the other,
    each time for everybody to be placed again."""
    classes = ",".join(
        f'{{"id":"S{n:06}","course":"C{n}","campus":"K","capacity":2,"minimum":2,"exempt":false,'
        f'"sessions":[[{n},1000000]],"seats":[],"fill":"open_first"}}'
        for n in range(sections)
    )
    learners = ",".join(
        f'{{"id":"L{n}","wants":3,"choices":["S{n:06}","S{(n + 1) % sections:06}"],"tags":[],'
        '"metres":{"K":0},"groups":{},"held":[]}'
        for n in range(sections)
    )
    return (
        '{"format":"eldercampus.round.v1","round":"r","rules":{"rounds":3,"proximity":"metres"},'
        f'"sections":[{classes}],"learners":[{learners}],"seed":"{"0" * 64}"}}'
    ).encode()


@pytest.fixture
def nonsense(tmp_path: Path) -> Iterator[Path]:
    """Where the file stands; taken away at once, it is large."""
    file = tmp_path / "round.json"
    yield file
    file.unlink()


def said_by(code: str, *arguments: str | Path) -> str:
    """The one line that a limited process says before it ends with 2."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr[-500:]
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 500
    return done.stderr


@pytest.mark.parametrize(
    ("write", "line"), [(w, line) for _, w, line in NONSENSE], ids=[n for n, _, _ in NONSENSE]
)
def test_nonsense_is_refused_in_bounded_time_and_memory(
    nonsense: Path, write: Callable[[], bytes], line: str
) -> None:
    """By the draw with the line given, and by the checker, which may need more than it has."""
    nonsense.write_bytes(write())
    assert said_by(DRAW, nonsense).startswith(line)
    assert said_by(CHECK, verify.__file__, nonsense, nonsense).startswith(f"{nonsense}: ")


def test_the_worst_round_is_drawn_within_the_same_bounds(nonsense: Path) -> None:
    nonsense.write_bytes(worst_round(5_000))
    command = [sys.executable, "-c", DRAW, str(nonsense)]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.count('"enrolled":') > 1_000


def test_one_class_more_is_refused_before_it_is_looked_at(nonsense: Path) -> None:
    nonsense.write_bytes(worst_round(5_001))
    assert said_by(DRAW, nonsense) == "sections: 5001 sections, at most 5000\n"


def test_the_limits_of_these_tests_are_felt(nonsense: Path) -> None:
    """Without the look at size and marks a file that is refused here would not be."""
    nonsense.write_bytes(b"[" + b"{}," * (15 * MIB) + b"{}]")
    code = LIMITED + "import json; json.loads(open(sys.argv[1]).read())"
    done = subprocess.run(
        [sys.executable, "-c", code, nonsense], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "MemoryError" in done.stderr
