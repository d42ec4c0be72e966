"""No name stops a sheet: signs without a shape are printed as 〓, all others as they are."""

import random
import re
from pathlib import Path

import pytest
from flask import Flask

from eldercampus.db import db, transaction
from eldercampus.paper import signs
from eldercampus.paper.signs import MISSING, lacks_signs, printable
from eldercampus.paper.typesetting import typeset
from eldercampus.people.models import Person
from tests.enrolment import steps
from tests.paper.test_slip import RARE, content, look
from tests.web.visiting import sign_in, stop_clock
from tests.world import NOW, build_world

NAMES = [
    ("张𠮷", "张〓"),
    ("\U00030ede", MISSING),
    ("😀", MISSING),
    ("👩\u200d🌾", MISSING * 2),
    ("\ue000某", "〓某"),
    ("م", MISSING),
    ("བ", MISSING),
    ("王\u202e五\ufeff\u00ad", "王五"),
    ("葛\U000e0100", "葛"),
    ("李\x00\x07\n四\u2028五\t六", "李 四 五 六"),
    ("\ufffe", MISSING),
    ("Zoë Ā", "Zoë Ā"),
    (RARE, RARE),
]


@pytest.mark.parametrize(("name", "printed"), NAMES, ids=[ascii(name) for name, _ in NAMES])
def test_a_name_is_printed(name: str, printed: str, tmp_path: Path) -> None:
    assert printable({"one": [name, ("two", 3)]}) == {"one": [printed, ["two", 3]]}
    assert lacks_signs({"one": [printed]}) == (MISSING in printed)
    pdf = typeset("slip", content(title=f"{name}的结果", help=name), now=NOW)
    text = look(pdf, tmp_path, "pdftotext", "-layout")
    assert re.sub(r"\s", "", f"{printed}的结果") in re.sub(r"\s", "", text)


def test_whatever_is_printed_has_its_shape() -> None:
    """Some of all signs that there are, and of those that our fonts are said to have."""
    chance = random.Random(1)
    anything = "".join(
        chr(chance.randrange(*some)) for some in ((0, 0xD800), (0xE000, 0x110000)) * 1000
    )
    known = "".join(map(chr, chance.sample(sorted(signs._covered()), 2000)))
    assert typeset("slip", content(title=anything, help=known), now=NOW).startswith(b"%PDF")


def test_the_slip_comes_out_and_asks_for_a_pen_only_where_one_is_needed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with app.app_context():
        world = build_world()
        with transaction() as session:
            session.get_one(Person, world.people["Zhao"]).name = "张𠮷"
        steps.opened(world)
        for name in ("Zhao", "Qian"):
            steps.applied(world, name, "S-001")
        for take in (steps.closed, steps.frozen, steps.drawn, steps.published):
            take(world)
        at, code = steps.round_of(world).publishes_at, steps.round_of(world).code
        other = db.session.get_one(Person, world.people["Qian"]).name
        db.session.remove()
    stop_clock(monkeypatch, at)
    client = app.test_client()
    sign_in(app, client, world.accounts["officer"])
    for person, shown, hidden in (("Zhao", "张〓", "张𠮷"), ("Qian", other, MISSING)):
        address = f"/staff/persons/{world.people[person]}/rounds/{code}/slip.pdf"
        response = client.get(address, headers={"Accept-Language": "zh"})
        assert response.status_code == 200
        text = look(response.data, tmp_path, "pdftotext", "-layout")
        assert shown in text
        assert hidden not in text
        assert ("请用笔写上" in text) == (person == "Zhao")
