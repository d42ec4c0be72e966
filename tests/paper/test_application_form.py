"""The form to apply on paper: two sides each, large type, a square that holds the number alone."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
import segno
from flask import Flask
from flask_babel import force_locale
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import transaction
from eldercampus.enrolment.entry import list_classes_of_term
from eldercampus.enrolment.receipts import receipt_of
from eldercampus.paper.application_form import Sheets, forms_pdf
from eldercampus.paper.slip import Sender
from eldercampus.people.models import Person
from eldercampus.people.queries import get_person
from tests.enrolment import steps
from tests.paper.test_slip import look
from tests.world import NOW, World, build_world

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
NUMBER = "K7MQ-4F2X"
SENDER = Sender("试验老年大学", "0574-0000 5678", "星期一到星期五", "https://x.example", True)


@pytest.fixture
def world(db: SQLAlchemy) -> World:
    """The round is open: 8 choices, up to 2 courses."""
    built = build_world()
    steps.opened(built)
    return built


def printed(
    app: Flask,
    world: World,
    *numbers: str,
    language: str = "zh",
    name: str = "",
    classes: bool = False,
) -> bytes:
    round_ = steps.round_of(world)
    person = get_person(world.people[name]) if name else None
    sections = list_classes_of_term(world.term_id) if classes else []
    with app.test_request_context(), force_locale(language):
        return forms_pdf(Sheets(round_, numbers, person, sections), SENDER, now=NOW)


def text(pdf: bytes, folder: Path) -> str:
    """Without blanks, which Chinese text has none of."""
    return re.sub(r"\s+", "", look(pdf, folder, "pdftotext", "-layout"))


def pages(pdf: bytes, folder: Path) -> int:
    found = re.search(r"Pages:\s+(\d+)", look(pdf, folder, "pdfinfo"))
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["", "Zhao"])
def test_a_form_is_one_sheet(
    app: Flask, world: World, tmp_path: Path, language: str, name: str
) -> None:
    with transaction() as session:  # as long as it may get
        round_ = steps.round_of(world)
        session.merge(round_).rules = {**round_.rules, "courses_per_term": 3}
    pdf = printed(app, world, NUMBER, language=language, name=name)
    assert pages(pdf, tmp_path) == 2
    assert text(pdf, tmp_path).count(NUMBER) == 3  # at the square, and below each side


def test_it_says_until_when_and_whom_to_ring(app: Flask, world: World, tmp_path: Path) -> None:
    found = text(printed(app, world, NUMBER), tmp_path)
    for words in (
        "2027年春季，第一批报名",
        "请在12月6日（星期日）上午10点以前交到任何一个校区",
        "早交晚交，机会一样",
        "0574-00005678",
        "第一志愿",
        "第八志愿",
        "把最不想错过的写在第一",
        "直接给我",
        "告诉家里人",
        "残疾证",
        "签名",
        "收到时间",
        "演示",
    ):
        assert words in found
    assert "第九志愿" not in found
    assert "三门" not in found


def test_as_many_choices_as_the_rules_have(app: Flask, world: World, tmp_path: Path) -> None:
    with transaction() as session:
        round_ = steps.round_of(world)
        session.merge(round_).rules = {**round_.rules, "choices_max": 3, "courses_per_term": 1}
    found = text(printed(app, world, NUMBER), tmp_path)
    assert "第三志愿" in found
    assert "第四志愿" not in found
    assert "两门" not in found


def test_with_a_name_it_shows_no_more_than_is_needed(
    app: Flask, world: World, tmp_path: Path
) -> None:
    with transaction() as session:
        zhao = session.get_one(Person, world.people["Zhao"])
        zhao.name, zhao.id_number_key = "欧阳𬭎·䶮", "k"
    found = text(printed(app, world, NUMBER, name="Zhao"), tmp_path)
    for words in ("欧阳𬭎·䶮", "1954年5月2日", "东街道东一社区", "138****0001"):
        assert words in found
    assert "13800000001" not in found
    assert "身份证号可以不写" not in found


def test_a_name_that_cannot_be_printed_asks_for_a_pen(
    app: Flask, world: World, tmp_path: Path
) -> None:
    with transaction() as session:
        session.get_one(Person, world.people["Zhao"]).name = "赵\U00033479"
    assert "请用笔写上" in text(printed(app, world, NUMBER, name="Zhao"), tmp_path)
    assert "请用笔写上" not in text(printed(app, world, NUMBER), tmp_path)


def test_what_is_markup_elsewhere_is_a_name_here(app: Flask, world: World, tmp_path: Path) -> None:
    hostile = "#panic()$x$*b*@ref"
    with transaction() as session:
        session.get_one(Person, world.people["Zhao"]).name = hostile
    assert hostile in text(printed(app, world, NUMBER, name="Zhao"), tmp_path)


def test_the_classes_come_at_the_end_once(app: Flask, world: World, tmp_path: Path) -> None:
    pdf = printed(app, world, receipt_of(1), receipt_of(2), classes=True)
    assert pages(pdf, tmp_path) == 5
    found = text(pdf, tmp_path)
    assert found.count("S-003") == 1
    assert "S-003太极拳星期四下午2:00–3:30" in found
    assert found.index("东校区") < found.index("S-003") < found.index("西校区")


def test_the_list_alone(app: Flask, world: World, tmp_path: Path) -> None:
    pdf = printed(app, world, language="en", classes=True)
    assert pages(pdf, tmp_path) == 1
    found = text(pdf, tmp_path)
    assert "S-003TaichiThursdays14:00–15:30" in found
    assert not re.search(r"[\u4e00-\u9fff]", found)


def test_the_square_holds_the_number_alone(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, held = segno.make, []

    def make(content: str, **values: Any) -> Any:
        held.append((content, values))
        return real(content, **values)

    monkeypatch.setattr(segno, "make", make)
    printed(app, world, NUMBER, name="Zhao")
    assert held == [(NUMBER, {"error": "m", "micro": False})]


def test_type_is_large(app: Flask, world: World, tmp_path: Path) -> None:
    told = look(printed(app, world, NUMBER, classes=True), tmp_path, "pdftotext", "-bbox")
    heights = [
        float(bottom) - float(top)
        for top, bottom in re.findall(r'yMin="([\d.]+)"[^>]*yMax="([\d.]+)"', told)
    ]
    assert heights
    assert min(heights) > 13.9  # the least type size, 14 pt


def test_two_hundred_are_made_at_once(app: Flask, world: World, tmp_path: Path) -> None:
    numbers = [receipt_of(number * 7919) for number in range(200)]
    began = time.process_time()
    pdf = printed(app, world, *numbers)
    assert time.process_time() - began < 30  # some 2 s; here only so that it cannot run away
    assert pages(pdf, tmp_path) == 400
    assert len(pdf) < 20_000_000


def test_the_same_forms_give_the_same_file(app: Flask, world: World) -> None:
    assert printed(app, world, NUMBER) == printed(app, world, NUMBER)
