"""Who loads the engine: whoever draws, and nobody else."""

import ast
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

    def nowhere(*given: Any, cache: bool, **others: Any) -> Callable[..., Any]:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        made: Callable[..., Any] = real(*given, **others)
        return made

    monkeypatch.setattr(numba, "njit", nowhere)

    def double(number: int) -> int:
        return 2 * number

    assert compiled.compiled(double)(21) == 42
    assert compiled.inlined(double)(21) == 42
