"""Coordinates that can hardly be in the CRS that they are said to be in, and what they rather are.

Chinese projected CRS come in two forms: with the number of the zone before the easting (38 500 000 in zone 38) and
without (500 000 at the central meridian); and their official axes are northing first, easting second, which some
programs follow in files. Either lands a layer in the sea. All is told here from bounds alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from spatial.crs import Bounds

_MARGIN_DEG = 4.0
"""Layers are used this far beyond the area that a CRS is made for: a zone more, without harm to the eye."""
_INSIDE_DEG = 0.5
_ZONE_M = 1_000_000.0
_WITH_ZONE = {
    ("cgcs2000", 6): 4491, ("cgcs2000", 3): 4513, ("xian 1980", 6): 2327, ("xian 1980", 3): 2349,
    ("beijing 1954", 6): 21413, ("beijing 1954", 3): 2401,
}  # fmt: skip
"""EPSG code of the first zone, with its number before the easting; the others follow one by one."""
_WITHOUT_ZONE = {
    ("cgcs2000", 6): 4502, ("cgcs2000", 3): 4534, ("xian 1980", 6): 2338, ("xian 1980", 3): 2370,
    ("beijing 1954", 6): 21453, ("beijing 1954", 3): 2422,
}  # fmt: skip
"""The same zones by their central meridian, without the number."""
_DATUMS = ("cgcs2000", "xian 1980", "beijing 1954")
_FIRST = {3: 25, 6: 13}
_LAST = {3: 45, 6: 23}


@dataclass(frozen=True)
class Doubt:
    """Why coordinates cannot be what they are said to be."""

    reason: str
    """A clause that follows the layer's name."""
    remedy: str
    code: str = ""
    """The CRS that would fit, such as ``EPSG:4526``."""


def doubt(bounds: Bounds, crs: CRS) -> Doubt | None:
    """What is wrong with coordinates of these bounds in `crs`; None if they can be right, or nothing fits better.

    Only what lies outside the area that the CRS is made for, with some degrees around it, is doubted, and only if a
    likely mistake would put it inside.
    """
    if not np.isfinite(bounds).all() or _inside(bounds, crs, _MARGIN_DEG):
        return None
    swapped = (bounds[1], bounds[0], bounds[3], bounds[2])
    for other in (None, *_zone_twins(bounds, crs)):
        target = crs if other is None else CRS.from_epsg(other)
        if other is not None and _inside(bounds, target, _INSIDE_DEG):
            return _zone_doubt(bounds, crs, target, other)
        if _inside(swapped, target, _INSIDE_DEG):
            return _order_doubt(crs, other)
    return None


def _order_doubt(crs: CRS, other: int | None) -> Doubt:
    first, second = ("latitude", "longitude") if crs.is_geographic else ("northing", "easting")
    code = "" if other is None else f"EPSG:{other}"
    also = f', and declare crs = "{code}": the easting is written {_how(CRS(code))}' if code else ""
    return Doubt(
        f"its coordinates have the {first} first and the {second} second, although x comes first in files",
        f"exchange x and y (QGIS: Swap X and Y coordinates; of a table, name the columns the other way round){also}",
        code,
    )


def _zone_doubt(bounds: Bounds, crs: CRS, target: CRS, code: int) -> Doubt:
    return Doubt(
        f"its eastings reach {bounds[2]:,.0f} m, which lies outside of {crs.name!r} by far: they are written "
        f"{_how(target)}",
        f'declare crs = "EPSG:{code}" ({target.name})',
        f"EPSG:{code}",
    )


def _how(crs: CRS) -> str:
    return "with the zone before them" if _false_easting_m(crs) > _ZONE_M else "without the zone before them"


def _inside(bounds: Bounds, crs: CRS, margin_deg: float) -> bool:
    """Whether the middle of `bounds` lies in the area that `crs` is made for, grown by a margin."""
    area = crs.area_of_use
    if area is None:
        return True
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    if crs.is_geographic:
        lon, lat = x, y
    elif not _on_the_ground(x, y, crs):
        return False
    else:
        try:
            lon, lat = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform(x, y)
        except ProjError:
            return False
    if not np.isfinite([lon, lat]).all() or abs(lat) > 90:
        return False
    around = (lon - (area.west - margin_deg)) % 360
    wide = (area.east - area.west) % 360 or 360.0
    return around <= wide + 2 * margin_deg and area.south - margin_deg <= lat <= area.north + margin_deg


def _on_the_ground(x: float, y: float, crs: CRS) -> bool:
    """Transverse Mercator is nonsense far from its meridian, and comes back round the earth from there."""
    if not _is_transverse(crs):
        return True
    return abs(x - _false_easting_m(crs)) < 2.5e6 and abs(y) < 1.05e7


def _zone_twins(bounds: Bounds, crs: CRS) -> Iterator[int]:
    """Codes of Chinese zones that the coordinates could belong to instead.

    With the zone before the easting that names it, on whichever axis it stands; else the same meridian without.
    """
    family = next((datum for datum in _DATUMS if crs.name.lower().startswith(datum)), "")
    if not family or not _is_transverse(crs):
        return
    meridian = _parameter(crs, "Longitude of natural origin")
    for width in (3, 6):
        for number in sorted({int(bounds[0] // _ZONE_M), int(bounds[1] // _ZONE_M)}):
            if _FIRST[width] <= number <= _LAST[width]:
                yield _WITH_ZONE[family, width] + number - _FIRST[width]
        for number in range(_FIRST[width], _LAST[width] + 1):
            if _meridian(number, width) == meridian and _false_easting_m(crs) > _ZONE_M:
                yield _WITHOUT_ZONE[family, width] + number - _FIRST[width]


def _meridian(zone: int, width: int) -> float:
    return 3.0 * zone if width == 3 else 6.0 * zone - 3.0


def _is_transverse(crs: CRS) -> bool:
    operation = crs.coordinate_operation
    return operation is not None and "transverse mercator" in operation.method_name.lower()


def _false_easting_m(crs: CRS) -> float:
    return _parameter(crs, "False easting")


def _parameter(crs: CRS, name: str) -> float:
    operation = crs.coordinate_operation
    found = [] if operation is None else [float(p.value) for p in operation.params if p.name == name]
    return found[0] if found else 0.0
