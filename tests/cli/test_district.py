"""`flask district create`: everything, or nothing and a sentence."""

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from eldercampus.audit.models import AuditEntry
from eldercampus.catalogue.models import CalendarYear
from eldercampus.catalogue.rules import RULES, rules_in_force
from eldercampus.clock import wall_now
from eldercampus.db import db
from eldercampus.places.geography import FENGHUA
from eldercampus.places.models import Community, District, Town

WORDS = {
    "code": "330213",
    "name": "奉化区",
    "name-en": "Fenghua District",
    "school": "奉化老年大学",
    "school-en": "Fenghua Elder University",
    "phone": "0574-0000 1234",
    "geography": str(FENGHUA),
}


def create(app: Flask, **changes: str) -> Result:
    words = {**WORDS, **{name.replace("_", "-"): value for name, value in changes.items()}}
    options = [part for name, value in words.items() for part in (f"--{name}", value)]
    return app.test_cli_runner().invoke(args=["district", "create", *options])


@pytest.fixture
def geography(tmp_path: Path) -> Path:
    """A copy of Fenghua's files that a test may spoil."""
    return Path(shutil.copytree(FENGHUA, tmp_path / "geography"))


def count(app: Flask) -> int:
    """Rows that a refusal must not leave behind."""
    with app.app_context():
        tables = (District, Town, Community, CalendarYear, AuditEntry)
        return sum(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables)


def test_an_empty_district_stands(app: Flask) -> None:
    result = create(app)
    assert result.exit_code == 0, result.output
    assert "Fenghua District is set up: 12 towns, 337 communities." in result.output
    assert "flask account create" in result.output
    year = wall_now().year
    with app.app_context():
        district = db.session.get_one(District, 1)
        assert (district.name, district.clock_shift_s) == ("奉化区", 0)
        assert {year, year + 1} <= set(db.session.scalars(select(CalendarYear.year)))
        rules = rules_in_force(wall_now().date())
        assert rules == {name: spec.default for name, spec in RULES.items()}
        assert "district.create" in db.session.scalars(select(AuditEntry.action)).all()


def test_a_database_is_for_one_district(app: Flask) -> None:
    create(app)
    before = count(app)
    result = create(app, code="330212", name="鄞州区")
    assert result.exit_code == 1
    assert "holds a district already: Fenghua District" in result.output
    assert count(app) == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "33021"}, "33021 is not a district's code"),
        ({"code": "３３０２１３"}, "is not a district's code"),
        ({"name": " "}, "--name is empty or too long"),
        ({"school_en": "x" * 81}, "--school-en is empty or too long"),
    ],
)
def test_wrong_words_are_named(app: Flask, changes: dict[str, str], words: str) -> None:
    result = create(app, **changes)
    assert result.exit_code == 1
    assert words in result.output
    assert count(app) == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("towns.csv", "lon_wgs84", "lon", "towns.csv, row 1: column missing: lon_wgs84"),
        ("towns.csv", "121.40226", "east", "towns.csv, row 2: longitude or latitude is not"),
        ("towns.csv", "121.40226", "", "towns.csv, row 2: half a point"),
        ("towns.csv", "330213002,", "330213001,", "row 3: the code 330213001 stands here twice"),
        ("communities.csv", "330213001002,", "33021300100,", "row 3: '33021300100' is not a code"),
        ("communities.csv", "奉中社区", "", "communities.csv, row 2: name missing"),
        ("communities.csv", ",居委会/社区,330213001,", ",居委会/社区,330213999,", "330213999"),
        ("communities.csv", "330213001001,奉中社区,", "330213001001\n330213001009,x,", "too short"),
    ],
)
def test_a_wrong_file_changes_nothing(
    app: Flask, geography: Path, file: str, old: str, new: str, words: str
) -> None:
    path = geography / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = create(app, geography=str(geography))
    assert result.exit_code == 1
    assert words in result.output
    assert count(app) == 0


def test_a_folder_without_files_is_said_plainly(app: Flask, geography: Path) -> None:
    (geography / "communities.csv").unlink()
    result = create(app, geography=str(geography))
    assert result.exit_code == 1
    assert "communities.csv, row 1: file missing" in result.output
    (geography / "towns.csv").write_bytes("锦屏街道".encode("gbk"))
    result = create(app, geography=str(geography))
    assert "towns.csv, row 1: the file is not in UTF-8" in result.output
    assert count(app) == 0
