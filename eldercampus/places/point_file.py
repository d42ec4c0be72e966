"""Reading a table of community points from a CSV or XLSX file that somebody sends.

Columns (in any order, others are ignored): code, longitude, latitude, or 代码, 经度, 纬度. Nothing
here knows the database; eldercampus.places.points judges the rows.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eldercampus.errors import DomainError

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED_BYTES = 30 * 1024 * 1024
MOST_PARTS = 200
MOST_ROWS = 20_000
MOST_COLUMNS = 60

_COLUMNS = {
    "code": {"code", "代码", "编码", "统计代码", "社区代码", "nbs_code12_2023"},
    "longitude": {"longitude", "lon", "lng", "经度", "lon_wgs84"},
    "latitude": {"latitude", "lat", "纬度", "lat_wgs84"},
}


@dataclass(frozen=True)
class PointRow:
    """A row as it stands in the file: number counts from 1, with the heading; texts are trimmed."""

    number: int
    code: str
    longitude: str
    latitude: str


def read_point_file(content: bytes) -> list[PointRow]:
    """The rows of a file; empty ones are left out. What it is, its first bytes say.

    Raises DomainError: file_too_large (megabytes), file_rows (most), file_unreadable, file_columns,
    file_empty.
    """
    if len(content) > MOST_BYTES:
        raise DomainError("file_too_large", megabytes=MOST_BYTES // 1024 // 1024)
    table = _workbook(content) if content.startswith(b"PK") else _text_table(content)
    numbered = enumerate(table, 1)
    heading = next((row for row in numbered if any(row[1])), None)
    if heading is None:
        raise DomainError("file_empty")
    places = _places(heading[1])
    rows = [
        PointRow(number, *(_cell(cells, places[name]) for name in _COLUMNS))
        for number, cells in numbered
    ]
    found = [row for row in rows if row.code or row.longitude or row.latitude]
    if not found:
        raise DomainError("file_empty")
    return found


def _places(heading: Sequence[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in heading]
    places = {
        column: position
        for column, spellings in _COLUMNS.items()
        for position, name in enumerate(names)
        if name in spellings
    }
    if len(places) < len(_COLUMNS):
        raise DomainError("file_columns")
    return places


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""


def _text_table(content: bytes) -> Iterator[list[str]]:
    text = _decode(content)
    if "\0" in text:
        raise DomainError("file_unreadable")
    heading = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t，", key=heading.count)
    try:
        yield from _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise DomainError("file_unreadable") from None


def _decode(content: bytes) -> str:
    """UTF-8, else the encoding of Chinese office programs."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError("file_unreadable")


def _workbook(content: bytes) -> Iterator[list[str]]:
    import openpyxl  # half a second that only an upload should wait for

    _refuse_bomb(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
        yield from _bounded(rows)
    except DomainError:
        raise
    except Exception as error:  # a broken workbook fails in many ways inside openpyxl
        raise DomainError("file_unreadable") from error


def _refuse_bomb(content: bytes) -> None:
    """By the zip directory; zipfile never unpacks more of a part than its directory says."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        raise DomainError("file_unreadable") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise DomainError("file_too_large", megabytes=MOST_UNPACKED_BYTES // 1024 // 1024)


def _bounded(rows: Iterable[Iterable[Any]]) -> Iterator[list[str]]:
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise DomainError("file_rows", most=MOST_ROWS)
        yield [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """A cell as its author meant it: 330213001001.0 is the code 330213001001, １２ is 12."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip()
