"""WCAG 2.2 A and AA with axe-core, and the contrast of AAA (7:1)."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
_COLOURLESS = {"color-contrast": {"enabled": False}, "target-size": {"enabled": True}}


@cache
def _source() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def axe(page: Page, *, contrast: bool = True) -> list[str]:
    """What is wrong on the page that is open: rule, place and why, one line each; empty is good.
    Without contrast it takes half the time."""
    page.evaluate(_source())
    options = OPTIONS if contrast else {**OPTIONS, "rules": _COLOURLESS}
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{page.url} {rule['id']} {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
