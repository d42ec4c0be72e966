"""The two commands, each run as a stranger runs it: in a process of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eldercampus.allocation import problem, verify
from eldercampus.allocation.solve import solve
from tests.allocation.markets import game, learner, section

HOUSE = Path(verify.__file__).parents[2]
FROZEN = game([section("X", 1)], [learner("a", "X"), learner("b", "X")])


def run(*arguments: str | Path, folder: Path = HOUSE) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(argument) for argument in arguments], cwd=folder, capture_output=True, check=False
    )


@pytest.fixture
def round_file(tmp_path: Path) -> Path:
    file = tmp_path / "round.json"
    file.write_text(json.dumps(FROZEN, indent=1))
    return file


def test_the_draw_from_a_shell(round_file: Path) -> None:
    done = run(sys.executable, "-m", "eldercampus.allocation", round_file)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == problem.canonical(solve(FROZEN))


def test_a_faulty_file_gives_one_line_and_no_result(round_file: Path) -> None:
    round_file.write_text(json.dumps(FROZEN).replace('["X"]', '["S-404"]', 1))
    done = run(sys.executable, "-m", "eldercampus.allocation", round_file)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b'learners[0].choices[0]: no section "S-404"\n'


@pytest.mark.parametrize("arguments", [[], ["nowhere.json"], ["."]])
def test_no_file_gives_one_line(arguments: list[str]) -> None:
    done = run(sys.executable, "-m", "eldercampus.allocation", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


def test_the_draw_loads_nothing_of_the_application(round_file: Path) -> None:
    code = (
        "import sys; from eldercampus.allocation.__main__ import main; "
        "status = main(sys.argv[1:]); "
        "heavy = {'flask', 'sqlalchemy', 'wtforms', 'flask_babel'}; "
        "print(sorted(heavy & set(sys.modules)), status, file=sys.stderr)"
    )
    done = run(sys.executable, "-c", code, round_file)
    assert done.stderr == b"[] 0\n"


def oldest_python() -> str | None:
    """A Python 3.8, where there is one: the oldest that the checker promises to run on."""
    for found in (shutil.which("python3.8"), *Path.home().glob(".pyenv/versions/3.8.*/bin/python")):
        if found and run(found, "-c", "").returncode == 0:
            return str(found)
    return None


@pytest.mark.parametrize("python", [sys.executable, oldest_python()], ids=["this", "3.8"])
def test_the_checker_runs_alone_where_nothing_is_installed(
    round_file: Path, tmp_path: Path, python: str | None
) -> None:
    if python is None:
        pytest.skip("no Python 3.8 here")
    alone = shutil.copy(verify.__file__, tmp_path / "verify.py")
    result_file = tmp_path / "result.json"
    result_file.write_bytes(problem.canonical(solve(FROZEN)))
    done = run(python, "-I", "-S", alone, round_file, result_file, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "全部正确" in done.stdout.decode("utf-8") or b"Everything is right. ?" in done.stdout
    result_file.write_bytes(problem.canonical({**solve(FROZEN), "placements": []}))
    done = run(python, "-I", "-S", alone, round_file, result_file, folder=tmp_path)
    assert done.returncode == 1
    assert b": placements[0]" in done.stdout
