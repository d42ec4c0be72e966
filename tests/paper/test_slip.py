"""The printed slip: fonts inside, rare characters right, nothing taken for markup."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from eldercampus.paper.typesetting import typeset
from tests.world import NOW

HOSTILE = "#panic() $x$ \\ *b* _i_ @ref <label> `r` // /* #let x = 1"
RARE = "王𬭎·孙䶮"


def content(**changes: Any) -> dict[str, Any]:
    one = {
        "school": "试验老年大学",
        "printed": "12 月 7 日",
        "title": f"{RARE}的摇号结果",
        "facts": [["回执号", "K7MQ-4F2X", "只给您自己用"]],
        "choices": [{"heading": "第一志愿：国画", "where": HOSTILE, "said": [HOSTILE]}],
        "next": {"title": "现在要做什么", "steps": [HOSTILE]},
        "help": "0574-0000 1234",
        "number": "您的摇号开头是 5257。",
        "check": {"text": ["谁都可以核对"], "address": "https://x.example/rounds/r", "qr": QR},
        **changes,
    }
    return {"title": "摇号结果", "lang": "zh", "region": "cn", "foot": "", "slips": [one]}


QR = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


def look(pdf: bytes, folder: Path, *command: str) -> str:
    """What a program of poppler says about the file."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    path = folder / "slip.pdf"
    path.write_bytes(pdf)
    line = [*command, str(path), *(["-"] if command[0] == "pdftotext" else [])]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout


def test_what_is_markup_elsewhere_stands_as_it_was_written(tmp_path: Path) -> None:
    text = look(typeset("slip", content(), now=NOW), tmp_path, "pdftotext", "-layout")
    plain = re.sub(r"\s+", "", text)
    assert plain.count(re.sub(r"\s+", "", HOSTILE)) == 3
    assert RARE in plain


def test_every_font_is_inside_the_file(tmp_path: Path) -> None:
    rows = look(typeset("slip", content(), now=NOW), tmp_path, "pdffonts").splitlines()[2:]
    assert {row.split("+")[1].split("-")[0] for row in rows} == {"NotoSansSC", "NotoSerifSC"}
    assert all(re.search(r"\byes yes yes\b", row) for row in rows)


def test_it_is_tagged_and_says_its_language_and_title(tmp_path: Path) -> None:
    pdf = typeset("slip", content(), now=NOW)
    told = look(pdf, tmp_path, "pdfinfo")
    assert re.search(r"Tagged:\s+yes", told)
    assert re.search(r"Title:\s+摇号结果", told)
    assert re.search(r"Page size:.*\(A4\)", told)
    assert b"/Lang(zh-CN)" in pdf


def test_a_slip_a_sheet(tmp_path: Path) -> None:
    both = content()
    both["slips"] *= 2
    assert re.search(r"Pages:\s+2", look(typeset("slip", both, now=NOW), tmp_path, "pdfinfo"))


def test_the_same_content_gives_the_same_file() -> None:
    assert typeset("slip", content(), now=NOW) == typeset("slip", content(), now=NOW)
