"""Coordinates from Chinese maps to WGS-84 degrees.

Amap and Tencent maps show GCJ-02 (in Fenghua about 500 m off), Baidu BD-09 (about 1 100 m off). The
iterating inverses of prcoords give the WGS-84 point back to within a metre.
"""

from typing import Literal

import prcoords

Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")

_INVERSES = {"gcj02": prcoords.gcj_wgs_bored, "bd09": prcoords.bd_wgs_bored}


def in_china(longitude: float, latitude: float) -> bool:
    """Whether the point lies where the Chinese datums are defined (a box, with room to spare)."""
    return 73 <= longitude <= 135 and 18 <= latitude <= 54


def to_wgs84(longitude: float, latitude: float, datum: str) -> tuple[float, float]:
    """(longitude, latitude) in WGS-84, to seven decimals (about 1 cm).

    Raises ValueError for an unknown datum, or a point that is not in_china().
    """
    if datum not in DATUMS:
        raise ValueError(f"no datum {datum!r}")
    if not in_china(longitude, latitude):
        raise ValueError("a point outside China")
    if datum == "wgs84":
        return longitude, latitude
    point = _INVERSES[datum](prcoords.Coords(lat=latitude, lon=longitude))
    return round(point.lon, 7), round(point.lat, 7)
