"""Taking in community points: files that people send, row by row, all or nothing."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.places import point_file
from eldercampus.places.distances import points_in_use
from eldercampus.places.models import Community
from eldercampus.places.point_file import PointRow, read_point_file
from eldercampus.places.points import PointsRefused, import_points
from tests.world import NOW, build_world

GOOD = "code,longitude,latitude\n330213100201,121.31,29.67\n"


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").replace("\n", "\r\n").encode(),
        "\n名称,统计代码,经度,纬度\n西一村,330213100201,121.31,29.67\n,,,\n".encode("gb18030"),
        "代码,经度,纬度\n３３０２１３１００２０１,１２１.３１,２９.６７\n".encode(),
        workbook(("Code", "Latitude", "Longitude"), (330213100201, 29.67, 121.31)),
        workbook(("code", "lon", "lat"), ("330213100201", "121.31", "29.67"), (None, None, None)),
        workbook(("code", "lon", "lat"), (330213100201.0, 121.31, 29.67)),
    ],
    ids=["plain", "bom", "semicolons", "tabs", "gb18030", "full-width", "xlsx", "texts", "floats"],
)
def test_files_are_read_as_people_save_them(content: bytes) -> None:
    rows = read_point_file(content)
    assert [(row.code, row.longitude, row.latitude) for row in rows] == [
        ("330213100201", "121.31", "29.67")
    ]


def test_rows_keep_their_number_in_the_file() -> None:
    rows = read_point_file(b"code,longitude,latitude\n\n330213100201,121.3,29.6\n")
    assert rows == [PointRow(3, "330213100201", "121.3", "29.6")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"code,longitude,latitude\n", "file_empty"),
        (b"code,east,north\n1,2,3\n", "file_columns"),
        (b"PK\x03\x04 not a workbook", "file_unreadable"),
        (b"\xff\xfe\x00c\x00o", "file_unreadable"),
        (b"\x00\x01\x02", "file_unreadable"),
        (b"x" * (point_file.MOST_BYTES + 1), "file_too_large"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_point_file(content)
    assert refused.value.code == code


def test_a_zip_bomb_is_not_unpacked() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * (point_file.MOST_UNPACKED_BYTES + 1))
    assert len(kept.getvalue()) < 100_000
    with pytest.raises(DomainError, match="file_too_large"):
        read_point_file(kept.getvalue())


def test_a_zip_that_is_no_workbook() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(DomainError, match="file_unreadable"):
        read_point_file(kept.getvalue())


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(point_file, "MOST_ROWS", 3)
    with pytest.raises(DomainError, match="file_rows"):
        read_point_file(b"code,longitude,latitude\n" + b"1,2,3\n" * 3)
    with pytest.raises(DomainError, match="file_rows"):
        read_point_file(workbook(("code", "longitude", "latitude"), *[(1, 2, 3)] * 3))


def test_points_are_converted_and_written(db: SQLAlchemy) -> None:
    world = build_world()
    rows = read_point_file(GOOD.encode())
    with transaction():
        assert import_points(rows, "gcj02", source="points.csv", account_id=None, now=NOW) == 1
    village = db.session.get_one(Community, world.communities["W1"])
    assert village.longitude == pytest.approx(121.3056, abs=0.0005)
    assert village.point_source == "points.csv (gcj02)"
    assert points_in_use()[village.id].origin == "community"


BAD_ROWS = [
    ("330213100201,121.31,29.67", None),
    ("330213100201,121.32,29.67", "point_code_twice"),
    (",121.3,29.6", "point_code_missing"),
    ("3.30213E+11,121.3,29.6", "point_code_rounded"),
    ("330213999999,121.3,29.6", "point_code_unknown"),
    ("330213001001,east,29.6", "point_not_a_number"),
    ("330213001001,121.3,", "point_code_twice"),
    ("330213001002,29.6,121.3", "point_swapped"),
    ("330213001003,2.35,48.85", "point_outside"),
]


def test_each_wrong_row_is_named_and_nothing_is_taken_in(db: SQLAlchemy) -> None:
    world = build_world()
    text = "code,longitude,latitude\n" + "\n".join(row for row, _ in BAD_ROWS)
    with pytest.raises(PointsRefused) as refused, transaction():
        import_points(read_point_file(text.encode()), "wgs84", source="x", account_id=None, now=NOW)
    found = [(problem.number, problem.error.code) for problem in refused.value.problems]
    assert found == [(n, code) for n, (_, code) in enumerate(BAD_ROWS, 2) if code]
    assert db.session.get_one(Community, world.communities["W1"]).longitude is None


@pytest.mark.parametrize(
    "typed", ["", "nan", "inf", "1e2", "121_4", "121.4 E", "121,4", "１２１.x"]
)
def test_only_plain_decimal_degrees_are_numbers(db: SQLAlchemy, typed: str) -> None:
    build_world()
    row = PointRow(2, "330213001001", typed, "29.6")
    with pytest.raises(PointsRefused) as refused:
        import_points([row], "wgs84", source="x", account_id=None, now=NOW)
    assert [problem.error.code for problem in refused.value.problems] == ["point_not_a_number"]


def test_a_point_far_from_its_town_is_refused(db: SQLAlchemy) -> None:
    build_world()
    row = PointRow(2, "330213001001", "120.15", "30.27")  # Hangzhou
    with pytest.raises(PointsRefused) as refused:
        import_points([row], "wgs84", source="x", account_id=None, now=NOW)
    error = refused.value.problems[0].error
    assert error.code == "point_far"
    assert 135 <= error.facts["kilometres"] <= 145


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["places", "import", *arguments])
    return result.exit_code, result.output


def test_the_command_takes_a_file_in(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        build_world()
    file = tmp_path / "points.csv"
    file.write_text(GOOD)
    assert run(app, str(file), "--datum", "bd09") == (0, "Points taken in: 1 (bd09).\n")


def test_the_command_names_each_wrong_row(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        build_world()
    file = tmp_path / "points.csv"
    file.write_text("code,longitude,latitude\n" + "\n".join(row for row, _ in BAD_ROWS))
    code, output = run(app, str(file))
    assert code == 1
    assert output.count("row ") >= 8
    assert 'row 5: The spreadsheet has shortened the code to "3.30213E+11".' in output
    assert "Nothing was taken in" in output
    file.write_bytes(b"PK")
    assert run(app, str(file))[0] == 1
