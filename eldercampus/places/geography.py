"""Loading a district's towns and communities from files, as in data/fenghua."""

import csv
import re
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import select

from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.places.models import Community, Town
from eldercampus.places.romanise import community_in_english, spoken_name, town_in_english

FENGHUA = Path(__file__).parent.parent / "data" / "fenghua"

_TOWN_COLUMNS = {"nbs_code9_2023", "mca_code9_20251231", "name", "lon_wgs84", "lat_wgs84"}
_COMMUNITY_COLUMNS = {"nbs_code12_2023", "name", "town_nbs_code9", "lon_wgs84", "lat_wgs84"}


def load_towns_and_communities(folder: Path) -> tuple[int, int]:
    """Reads towns.csv and communities.csv of `folder`; returns how many of each were added.

    Rows are known by their statistics code: what is there already stays as it is. Columns are those
    of data/fenghua (described in PROVENANCE.md there), points are WGS-84. Raises
    DomainError("geography_file", file, row, problem) before anything is added.
    """
    towns = _read(folder / "towns.csv", _TOWN_COLUMNS, "nbs_code9_2023")
    communities = _read(folder / "communities.csv", _COMMUNITY_COLUMNS, "nbs_code12_2023")
    _check_towns_named(towns, communities)
    added = _add_towns(towns)
    return added, _add_communities(communities)


def _read(file: Path, columns: set[str], code: str) -> list[dict[str, str]]:
    """The file's rows, each right in itself and with a code of its own (in the column `code`)."""
    if not file.is_file():
        raise DomainError("geography_file", file=file.name, row=1, problem="file missing")
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        problem = "the file is not in UTF-8"
        raise DomainError("geography_file", file=file.name, row=1, problem=problem) from error
    reader = csv.DictReader(lines)
    if missing := columns - set(reader.fieldnames or ()):
        problem = f"column missing: {', '.join(sorted(missing))}"
        raise DomainError("geography_file", file=file.name, row=1, problem=problem)
    rows: dict[str, dict[str, str]] = {}
    for row in reader:
        if problem := _problem(row, columns, code, rows):
            raise DomainError(
                "geography_file", file=file.name, row=reader.line_num, problem=problem
            )
        rows[row[code]] = row
    return list(rows.values())


def _problem(row: dict[str, str], columns: set[str], code: str, known: Collection[str]) -> str:
    if any(row[name] is None for name in columns):
        return "the row is too short"
    digits = 9 if code == "nbs_code9_2023" else 12
    if not re.fullmatch(f"[0-9]{{{digits}}}", row[code]):
        return f"{row[code]!r} is not a code of {digits} digits"
    if row[code] in known:
        return f"the code {row[code]} stands here twice"
    if not row["name"]:
        return "name missing"
    try:
        point = [float(row[name]) for name in ("lon_wgs84", "lat_wgs84") if row[name]]
    except ValueError:
        return "longitude or latitude is not a number"
    return "half a point" if len(point) == 1 else ""


def _check_towns_named(towns: list[dict[str, str]], communities: list[dict[str, str]]) -> None:
    known = {row["nbs_code9_2023"] for row in towns}
    for number, row in enumerate(communities, 2):
        if row["town_nbs_code9"] not in known:
            problem = f"town {row['town_nbs_code9']!r} is not in towns.csv"
            raise DomainError("geography_file", file="communities.csv", row=number, problem=problem)


def _add_towns(rows: list[dict[str, str]]) -> int:
    known = set(db.session.scalars(select(Town.code)))
    new = [row for row in rows if row["nbs_code9_2023"] not in known]
    for row in new:
        longitude, latitude = _point(row)
        town = Town(
            code=row["nbs_code9_2023"],
            mca_code=row["mca_code9_20251231"],
            name=row["name"],
            name_en=town_in_english(row["name"]),
            longitude=longitude,
            latitude=latitude,
            point_source=row.get("coord_source", ""),
        )
        db.session.add(town)
    db.session.flush()
    return len(new)


def _add_communities(rows: list[dict[str, str]]) -> int:
    towns = dict(db.session.execute(select(Town.code, Town.id)).tuples().all())
    known = set(db.session.scalars(select(Community.code)))
    new = [row for row in rows if row["nbs_code12_2023"] not in known]
    for row in new:
        longitude, latitude = _point(row)
        community = Community(
            code=row["nbs_code12_2023"],
            town_id=towns[row["town_nbs_code9"]],
            name=spoken_name(row["name"]),
            name_en=community_in_english(row["name"]),
            longitude=longitude,
            latitude=latitude,
            point_source=row.get("coord_source", "") if longitude is not None else "",
        )
        db.session.add(community)
    db.session.flush()
    return len(new)


def _point(row: dict[str, str]) -> tuple[float | None, float | None]:
    if not row["lon_wgs84"]:
        return None, None
    return float(row["lon_wgs84"]), float(row["lat_wgs84"])
