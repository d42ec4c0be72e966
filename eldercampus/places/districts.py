"""Setting up the one district of a database: its names, its towns and its communities."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from eldercampus.audit.chain import record
from eldercampus.db import db
from eldercampus.errors import DomainError
from eldercampus.places.geography import load_towns_and_communities
from eldercampus.places.models import District
from eldercampus.places.queries import find_district

_LONGEST = 40


@dataclass(frozen=True)
class DistrictDetails:
    """code: six digits of the statistics bureau; phone as people read it, 0574-0000 1234."""

    code: str
    name: str
    name_en: str
    school: str
    school_en: str
    phone: str


def start_district(details: DistrictDetails, folder: Path, *, now: datetime) -> tuple[int, int]:
    """Writes the district with the towns and communities of `folder`; returns how many of each.

    Raises DomainError: district_exists, district_code, district_text(field), geography_file.
    """
    if there := find_district():
        raise DomainError("district_exists", name=there.name, name_en=there.name_en)
    if not re.fullmatch("[0-9]{6}", details.code):
        raise DomainError("district_code", typed=details.code)
    for field, text in asdict(details).items():
        if not text.strip() or len(text) > (_LONGEST * 2 if field.endswith("_en") else _LONGEST):
            raise DomainError("district_text", field=field.replace("_", "-"))
    names = asdict(details)
    school, school_en = names.pop("school"), names.pop("school_en")
    db.session.add(District(id=1, school_name=school, school_name_en=school_en, **names))
    db.session.flush()
    towns, communities = load_towns_and_communities(folder)
    record(
        "district.create",
        "district:1",
        now=now,
        code=details.code,
        towns=towns,
        communities=communities,
    )
    return towns, communities
