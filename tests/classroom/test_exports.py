"""Files for spreadsheets: nothing in them is ever worked out."""

import csv
import io

import pytest
from openpyxl import load_workbook

from eldercampus.classroom.exports import csv_bytes, xlsx_bytes

HARMFUL = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "＝1+1", "　＠A"]


@pytest.mark.parametrize("text", HARMFUL)
def test_csv_quotes_and_prefixes_what_looks_like_a_formula(text: str) -> None:
    content = csv_bytes(["name"], [[text, 5]])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [["name"], ["'" + text, "5"]]


def test_csv_leaves_plain_cells_alone() -> None:
    rows = csv_bytes(["号"], [["王“小”明", 7], ['a "b", c', -1]]).decode("utf-8-sig")
    assert rows == '"号"\r\n"王“小”明","7"\r\n"a ""b"", c","-1"\r\n'


@pytest.mark.parametrize("text", [*HARMFUL[:4], "#N/A", "2027-01-01", "007"])
def test_workbook_cells_are_texts(text: str) -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes("a/b:c*" + "x" * 40, ["h"], [[text, 12]])))
    sheet = book.active
    assert sheet is not None
    assert sheet.title == "a b c " + "x" * 25
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")
    assert (sheet["B2"].value, sheet["B2"].data_type) == (12, "n")


def test_workbook_leaves_out_signs_that_xml_does_not_know() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes("t", ["h"], [["a\x07b"]]))).active
    assert sheet is not None
    assert sheet["A2"].value == "ab"
