"""The receipt on paper: large, whole, rare characters right, the square holds the number alone."""

import re
from pathlib import Path
from typing import Any

import pytest

from eldercampus.paper.typesetting import typeset
from tests.paper.test_slip import HOSTILE, QR, RARE, look
from tests.world import NOW

CHOICES = [
    [f"第{number}志愿", f"国画花鸟 一级，岳林社区学院，星期二上午 {number}:30–{number + 1}:00"]
    for number in range(1, 9)
]
DATES = [["12 月 6 日（星期日）晚上 8 点", "报名截止。在这以前都能改，也能撤回。"]] * 5


def sheet(**changes: Any) -> bytes:
    content = {
        "lang": "zh",
        "region": "cn",
        "foot": "",
        "school": "试验老年大学",
        "printed": "11 月 23 日（星期一）的情形",
        "title": "报名表收到了",
        "who": f"学员{RARE}。",
        "round": "2027 年春季，第一批报名",
        "receipt": "K7MQ-4F2X",
        "qr": QR,
        "about_receipt": "回执号。",
        "wishes": {"title": "您填的志愿", "lines": CHOICES[:2]},
        "dates": {"title": "接下来的事", "lines": DATES},
        "help": "0574-0000 1234",
        **changes,
    }
    return typeset("receipt", content, now=NOW)


def test_a_short_list_is_one_sheet(tmp_path: Path) -> None:
    told = look(sheet(), tmp_path, "pdfinfo")
    assert re.search(r"Pages:\s+1\n", told)
    assert re.search(r"Page size:.*\(A4\)", told)
    assert re.search(r"Tagged:\s+yes", told)


def test_a_full_list_loses_nothing(tmp_path: Path) -> None:
    pdf = sheet(wishes={"title": "您填的志愿", "lines": CHOICES})
    text = re.sub(r"\s+", "", look(pdf, tmp_path, "pdftotext", "-layout"))
    assert all(re.sub(r"\s+", "", words) in text for _, words in CHOICES)
    assert "K7MQ-4F2X" in text
    assert RARE in text
    assert re.search(r"Pages:\s+1\n", look(pdf, tmp_path, "pdfinfo"))


def test_no_letter_is_small(tmp_path: Path) -> None:
    """Sixteen points at least, in each line of the sheet."""
    boxes = look(sheet(), tmp_path, "pdftotext", "-bbox")
    heights = [
        float(bottom) - float(top)
        for top, bottom in re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', boxes)
    ]
    assert len(heights) > 10
    assert min(heights) > 15.99


def test_what_is_markup_elsewhere_stands_as_it_was_written(tmp_path: Path) -> None:
    text = look(sheet(who=HOSTILE, help=HOSTILE), tmp_path, "pdftotext", "-layout")
    assert re.sub(r"\s+", "", text).count(re.sub(r"\s+", "", HOSTILE)) == 2


@pytest.mark.parametrize("lines", [[], DATES])
def test_after_all_is_over(lines: list[list[str]]) -> None:
    """Nothing more to come is no reason for no sheet."""
    assert sheet(dates={"title": "接下来的事", "lines": lines}).startswith(b"%PDF")
