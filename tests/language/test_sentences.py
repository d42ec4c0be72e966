"""Whatever the domain refuses, there is a sentence for it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import eldercampus
from eldercampus.language import SENTENCES

SOURCES = Path(eldercampus.__file__).parent
REFUSING = {"DomainError", "NotFound"}


def codes_raised() -> Iterator[tuple[str, str]]:
    """(code, where) of each that is written out; one of two (x if … else y) counts as both."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSING:
                for part in _parts(node.args[0]):
                    yield part, f"{path.relative_to(SOURCES)}:{node.lineno}"


def _parts(code: ast.expr) -> Iterator[str]:
    if isinstance(code, ast.IfExp):
        yield from (*_parts(code.body), *_parts(code.orelse))
    elif isinstance(code, ast.Constant):
        yield str(code.value)


def test_every_refusal_has_its_sentence() -> None:
    raised = list(codes_raised())
    assert len({code for code, _ in raised}) > 100
    assert [f"{code} at {where}" for code, where in raised if code not in SENTENCES] == []
