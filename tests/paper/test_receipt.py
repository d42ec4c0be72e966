"""The receipt on paper: large, whole, rare characters right, the square holds the number alone."""

import re
from pathlib import Path
from typing import Any

import pytest

from eldercampus.paper.typesetting import typeset
from tests.paper.test_slip import HOSTILE, QR, RARE, look
from tests.world import NOW

LONG_CLASS = (
    "新时代手机摄影与短视频制作（提高班） 二级，杨村乡红岩头村老年学习点，"
    "星期二下午 1:30–3:00、星期四上午 9:00–10:30"
)
LONG = [[f"第{number}志愿", LONG_CLASS] for number in range(1, 9)]
CHOICES = [
    [f"第{number}志愿", f"国画花鸟 一级，岳林社区学院，星期二上午 {number}:30–{number + 1}:00"]
    for number in range(1, 9)
]
ABOUT = "回执号。凭它和生日，可以看报名表、改报名表。看结果时再打电话来，我们念六位数字给您。"
ANSWERS = [["想上几门", "两门"], ["以后有了空位", "直接给我留下"]]
DATES = [
    ["2026 年 11 月 23 日（星期一）", "报名表收到了。"],
    ["2026 年 12 月 6 日（星期日）晚上 8 点", "报名截止。在这以前都能改，也能撤回。"],
    ["2026 年 12 月 10 日（星期四）", "公开摇号，您不用来。"],
    ["2026 年 12 月 11 日（星期五）上午 10 点", "出结果。给您打电话，138****0002。"],
    [
        "2026 年 12 月 18 日（星期五）下午 4 点半以前",
        "告诉我们来不来。忘了也不要紧，我们会先打电话问。",
    ],
    ["2027 年 2 月 22 日（星期一）", "开学。"],
]


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
        "about_receipt": ABOUT,
        "code": "您摇号时的代号：L-0123456789ab",
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


def test_three_choices_are_one_sheet(tmp_path: Path) -> None:
    lines = [ANSWERS[0], *CHOICES[:3], ANSWERS[1]]
    pdf = sheet(wishes={"title": "您填的志愿", "lines": lines}, foot="演示：所有的名字都是编的。")
    assert re.search(r"Pages:\s+1\n", look(pdf, tmp_path, "pdfinfo"))
    assert min(heights(pdf, tmp_path)) > 15.99


@pytest.mark.parametrize("choices", [CHOICES, LONG])
def test_eight_choices_are_one_sheet_in_fourteen_points(
    tmp_path: Path, choices: list[list[str]]
) -> None:
    lines = [ANSWERS[0], *choices, ANSWERS[1]]
    pdf = sheet(wishes={"title": "您填的志愿", "lines": lines})
    assert re.search(r"Pages:\s+1\n", look(pdf, tmp_path, "pdfinfo"))
    assert min(heights(pdf, tmp_path)) > 13.99


def test_a_full_list_loses_nothing(tmp_path: Path) -> None:
    pdf = sheet(wishes={"title": "您填的志愿", "lines": CHOICES})
    text = re.sub(r"\s+", "", look(pdf, tmp_path, "pdftotext", "-layout"))
    assert all(re.sub(r"\s+", "", words) in text for _, words in CHOICES)
    assert "K7MQ-4F2X" in text
    assert RARE in text
    assert re.search(r"Pages:\s+1\n", look(pdf, tmp_path, "pdfinfo"))


def test_no_letter_is_small(tmp_path: Path) -> None:
    """Sixteen points at least, in each line of the sheet."""
    told = heights(sheet(), tmp_path)
    assert len(told) > 10
    assert min(told) > 15.99


def heights(pdf: bytes, folder: Path) -> list[float]:
    """Of all words, in points."""
    boxes = look(pdf, folder, "pdftotext", "-bbox")
    found = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', boxes)
    return [float(bottom) - float(top) for top, bottom in found]


def test_what_is_markup_elsewhere_stands_as_it_was_written(tmp_path: Path) -> None:
    text = look(sheet(who=HOSTILE, help=HOSTILE), tmp_path, "pdftotext", "-layout")
    assert re.sub(r"\s+", "", text).count(re.sub(r"\s+", "", HOSTILE)) == 2


@pytest.mark.parametrize("lines", [[], DATES])
def test_after_all_is_over(lines: list[list[str]]) -> None:
    """Nothing more to come is no reason for no sheet."""
    assert sheet(dates={"title": "接下来的事", "lines": lines}).startswith(b"%PDF")
