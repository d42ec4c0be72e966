"""The demonstration's points and campuses: towns and communities are real, the rest synthetic."""

import math
import random
from dataclasses import dataclass

from sqlalchemy import select, update

from eldercampus.db import db
from eldercampus.places.models import Campus, Community, Room, Town

SYNTHETIC = "synthetic"
_KM = 1 / 111.2  # degrees of latitude in a kilometre


def _near(chance: random.Random, lon: float, lat: float, km: float) -> tuple[float, float]:
    """A point at most `km` away, evenly over the disc, five decimals (about a metre)."""
    far, turn = km * math.sqrt(chance.random()), chance.random() * math.tau
    north = far * math.cos(turn) * _KM
    east = far * math.sin(turn) * _KM / math.cos(math.radians(lat))
    return round(lon + east, 5), round(lat + north, 5)


def invent_points(chance: random.Random) -> int:
    """Gives every community without a point one inside its town's surroundings; returns how many.

    Settled communities (居委会) lie close to the town's seat, villages up to 6 km away.
    """
    query = (
        select(Community.id, Community.name, Town.longitude, Town.latitude)
        .join(Town)
        .where(Community.longitude.is_(None), Town.longitude.is_not(None))
        .order_by(Community.code)
    )
    rows = []
    for community_id, name, lon, lat in db.session.execute(query):
        assert lon is not None
        assert lat is not None
        new_lon, new_lat = _near(chance, lon, lat, 6.0 if "村" in name else 1.5)
        rows.append(
            {
                "id": community_id,
                "longitude": new_lon,
                "latitude": new_lat,
                "point_source": SYNTHETIC,
            }
        )
    db.session.execute(update(Community), rows)
    return len(rows)


@dataclass(frozen=True)
class _Plan:
    kind: str
    name: str
    name_en: str
    town: str
    rooms: int
    step_free: bool
    bus: str = ""
    bus_en: str = ""


_BIG = [
    _Plan("elder_university", "区老年大学", "District Elder University", "锦屏街道", 12, True),
    _Plan("community_college", "岳林社区学院", "Yuelin Community College", "岳林街道", 8, True),
    _Plan("shared_venue", "区图书馆", "District Library", "锦屏街道", 2, True),
    _Plan("shared_venue", "区文化馆", "District Cultural Centre", "岳林街道", 2, True),
    _Plan("shared_venue", "江口企业职工之家", "Jiangkou Works Club", "江口街道", 2, False),
    _Plan("shared_venue", "溪口文化礼堂", "Xikou Culture Hall", "溪口镇", 2, True),
]
LEARNING_POINTS = 16
_ROOM_PLACES = (24, 30, 36, 40, 45)
_ROOM_WORDS = {"learning_point": ("活动室", "Activity room"), "shared_venue": ("多功能厅", "Hall")}


def build_campuses(chance: random.Random, phone: str) -> list[Campus]:
    """Writes 12 town schools, the two district schools, learning points and shared venues."""
    towns = {town.name: town for town in db.session.scalars(select(Town).order_by(Town.code))}
    campuses = [_campus(chance, plan, towns[plan.town], phone) for plan in _BIG[:2]]
    for town in towns.values():
        short = town.name.removesuffix("街道").removesuffix("镇")
        latin = town.name_en.rsplit(" ", 1)[0]
        plan = _Plan(
            "town_school",
            f"{short}成人学校",
            f"{latin} Adult School",
            town.name,
            4,
            chance.random() < 0.6,
        )
        campuses.append(_campus(chance, plan, town, phone))
    campuses += [_campus(chance, plan, towns[plan.town], phone) for plan in _BIG[2:]]
    campuses += _learning_points(chance, list(towns.values()), phone)
    for number, campus in enumerate(campuses, 1):
        campus.code = f"K-{number:02d}"
    db.session.add_all(campuses)
    db.session.flush()
    return campuses


def _campus(
    chance: random.Random,
    plan: _Plan,
    town: Town,
    phone: str,
    point: tuple[float, float] | None = None,
) -> Campus:
    assert town.longitude is not None
    assert town.latitude is not None
    lon, lat = point or _near(chance, town.longitude, town.latitude, 0.8)
    number = chance.randint(3, 180)
    line = chance.randint(101, 399)
    words, words_en = _ROOM_WORDS.get(plan.kind, ("", ""))
    rooms = [
        Room(
            name=f"{words} {n if plan.rooms > 1 else ''}".strip()
            if words
            else f"{n // 4 + 1}0{n % 4 + 1}",
            name_en=f"{words_en} {n if plan.rooms > 1 else ''}".strip()
            if words
            else f"{n // 4 + 1}0{n % 4 + 1}",
            places=chance.choice(_ROOM_PLACES),
            step_free=plan.step_free,
        )
        for n in range(1 if words else 0, plan.rooms + (1 if words else 0))
    ]
    return Campus(
        kind=plan.kind,
        town_id=town.id,
        name=plan.name,
        name_en=plan.name_en,
        longitude=lon,
        latitude=lat,
        point_source=SYNTHETIC,
        address=f"{town.name}示范路 {number} 号",
        address_en=f"{number} Shifan Road, {town.name_en}",
        phone=phone,
        bus=f"公交 {line} 路，{plan.name}站",
        bus_en=f"Bus {line}, stop {plan.name_en}",
        step_free=plan.step_free,
        access_note="有电梯，进门没有台阶" if plan.step_free else "进门有 3 级台阶",
        access_note_en="Lift, no steps at the door" if plan.step_free else "3 steps at the door",
        rooms=rooms,
    )


def _learning_points(chance: random.Random, towns: list[Town], phone: str) -> list[Campus]:
    """One or two communities of each town lend a room."""
    points: list[Campus] = []
    for number in range(LEARNING_POINTS):
        town = towns[number % len(towns)]
        taken = {campus.name for campus in points}
        communities = [
            community
            for community in db.session.scalars(
                select(Community).where(Community.town_id == town.id).order_by(Community.code)
            )
            if f"{_short(community.name)}学习点" not in taken
        ]
        community = chance.choice(communities)
        assert community.longitude is not None
        assert community.latitude is not None
        short = _short(community.name)
        plan = _Plan(
            "learning_point",
            f"{short}学习点",
            f"{community.name_en} Learning Point",
            town.name,
            1,
            chance.random() < 0.5,
        )
        point = (community.longitude, community.latitude)
        points.append(_campus(chance, plan, town, phone, point))
    return points


def _short(name: str) -> str:
    return name.removesuffix("委会").removesuffix("居民")
