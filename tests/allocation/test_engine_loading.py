"""Who loads the engine: whoever draws, and nobody else."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest

from eldercampus.allocation import compiled, solve

HOUSE = Path(solve.__file__).parents[2]
ENGINE = {"arrays", "compiled", "engine", "outcome", "seating", "telling"}


def imported(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_only_solve_imports_the_engine_and_only_when_it_draws() -> None:
    names = {f"eldercampus.allocation.{name}" for name in ENGINE}
    of_the_engine = {HOUSE / (name.replace(".", "/") + ".py") for name in names}
    importers = {
        path
        for path in (HOUSE / "eldercampus").rglob("*.py")
        if imported(ast.parse(path.read_text(encoding="utf-8"))) & names
    }
    assert importers - of_the_engine == {Path(solve.__file__)}


@pytest.mark.parametrize("module", ["wsgi", "eldercampus.allocation.solve"])
def test_a_web_worker_loads_no_numba(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'numba', 'llvmlite'}} & set(sys.modules)))"
    environment = {"SECRET_KEY": "k" * 40, "SEALING_KEY": "k" * 40, "DEMO": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HOUSE, env=environment, capture_output=True, check=True
    )
    assert done.stdout == b"[]\n"


def test_where_nothing_can_be_kept_it_is_compiled_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = numba.njit

    def nowhere(*given: Any, cache: bool = False, **others: Any) -> Callable[..., Any]:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        made: Callable[..., Any] = real(*given, **others)
        return made

    monkeypatch.setattr(numba, "njit", nowhere)

    def double(number: int) -> int:
        return 2 * number

    assert compiled.compiled(double)(21) == 42
    assert compiled.inlined(double)(21) == 42


def half(number: int) -> int:
    return number // 2


Damage = Callable[[Path], object]


def turned(path: Path) -> None:
    """Some bytes in the middle are other ones: of machine code, which would run."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(byte ^ 0x55 for byte in data[middle : middle + 64])
    path.write_bytes(data)


def a_folder(path: Path) -> None:
    """What cannot be opened for writing, whoever asks."""
    path.unlink()
    path.mkdir()
    (path / "full").touch()


DAMAGES: list[tuple[str, Damage]] = [
    ("empty", lambda path: path.write_bytes(b"")),
    ("cut", lambda path: os.truncate(path, path.stat().st_size // 2)),
    ("noise", lambda path: path.write_bytes(os.urandom(5000))),
    ("turned", turned),
    ("folder", a_folder),
    ("gone", Path.unlink),
]


def halved() -> int:
    """How often something was found on disk, by a function that is new to this process."""
    made: Any = compiled.compiled(half)
    assert made(42) == 21
    return sum(made.stats.cache_hits.values())


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize(("name", "damage"), DAMAGES, ids=[name for name, _ in DAMAGES])
def test_what_is_damaged_on_disk_is_compiled_again(
    name: str,
    damage: Damage,
    ending: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One small function stands for all: they are kept in the same way."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiled, "_said", set())
    assert [halved(), halved()] == [0, 1]
    assert caplog.messages == []
    (path,) = tmp_path.rglob(f"*.{ending}")
    damage(path)
    assert [halved(), halved()] == [0, int(name != "folder")]
    assert len(caplog.messages) <= 2
    if name in ("empty", "cut", "noise"):
        assert [line.count("compiled again") for line in caplog.messages] == [1]
