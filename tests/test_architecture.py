"""The shape of the house: who may import whom, how long files are, which names say nothing."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import QueuePool

from eldercampus.db import db

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "eldercampus"
FORBIDDEN = {
    *("base", "common", "core", "handler", "helper", "manager", "misc", "service", "util"),
}
ONE_FILE_BY_DESIGN = {PACKAGE / "allocation/verify.py"}
"""Auditors download it alone and read it from top to bottom."""
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
"""Without signature and docstring. About 30 is the aim; past 40 a name is missing."""


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and lines of each function, without its docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            yield node.name, node.end_lineno - first.lineno + 1


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_import_contracts_are_kept() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    assert "0 broken" in _run(str(program), "--no-cache")


def test_files_stay_short() -> None:
    modules = set(_modules()) - ONE_FILE_BY_DESIGN
    assert len(modules) > 20
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules}
    long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_FILE}
    assert not long


def test_functions_stay_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{name}": lines
        for path in _modules()
        for name, lines in _functions(path)
        if lines > LONGEST_FUNCTION
    }
    assert not long


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {path.stem.rstrip("s") for path in [*_modules(), *PACKAGE.rglob("*/")]}
    assert not named & FORBIDDEN


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("wsgi", "numba"),
        ("wsgi", "apscheduler"),
        ("wsgi", "pypinyin"),  # half a second in each worker
        ("eldercampus.allocation", "flask"),
    ],
)
def test_nothing_heavy_is_loaded(module: str, absent: str) -> None:
    loaded = _run(sys.executable, "-c", f"import sys, {module}; print(*sys.modules)").split()
    assert module in loaded
    assert absent not in loaded


def test_creating_the_application_opens_no_connection(make_app: Callable[..., Flask]) -> None:
    """gunicorn creates it once and forks: a connection would be shared between its workers."""
    app = make_app()
    with app.app_context():
        pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedin() + pool.checkedout() == 0
