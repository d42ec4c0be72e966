"""What docs/checking-a-draw.md tells a stranger to type gives the published result again."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.enrolment import steps
from tests.web.visiting import stop_clock
from tests.world import NOW, build_world

ROOT = Path(__file__).parents[2]


def commands() -> list[str]:
    """The lines to type of the chapter "Drawing it yourself"."""
    page = (ROOT / "docs" / "checking-a-draw.md").read_text(encoding="utf-8")
    chapter = page.partition("## Drawing it yourself")[2]
    return re.findall(r"^    (python .+)$", chapter, re.MULTILINE)


def test_drawing_it_oneself(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stop_clock(monkeypatch, NOW)
    with app.app_context():
        world = build_world()
        steps.opened(world)
        for name in ("Zhao", "Qian", "Sun"):
            steps.applied(world, name, "S-001 S-003", wants=2)
        for take in (steps.closed, steps.frozen, steps.drawn, steps.published):
            take(world)
    for name in ("round.json", "result.json"):
        (tmp_path / name).write_bytes(client.get(f"/rounds/2027-spring-1/{name}").data)
    lines = commands()
    assert len(lines) == 2
    python = tmp_path / "python"  # this one, with what is installed for it
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    at_hand = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    for line in lines:
        subprocess.run(line, shell=True, cwd=tmp_path, env=at_hand, check=True)
    published = json.loads((tmp_path / "result.json").read_bytes())
    del published["lottery"]
    assert json.loads((tmp_path / "again.json").read_bytes()) == published
