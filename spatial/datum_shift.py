"""Old datums: how far a change to a modern one is known, and by which way to go.

PROJ changes between datums by published transformations where it has one, and otherwise takes the degrees of
the one for those of the other ("ballpark"). Among modern, earth-centred datums (WGS 84, CGCS2000, ETRS89, NAD83) that
is right within a metre or two. From Beijing 1954 or Xian 1980, whose shifts are not published, it is off by up to some
hundred metres, and nothing tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from spatial.errors import LayerError

WGS84 = "OGC:CRS84"
TELLING_M = 5.0
"""A change of datum that is known less well than this is told to the reader: streets are wider."""
_SAME_EARTH_M = 1.0
"""Ellipsoids whose radius differs by less belong to modern datums."""
_WGS84_RADIUS_M = 6378137.0


@dataclass(frozen=True)
class DatumShift:
    """How a change of CRS deals with the datums."""

    known: bool
    """False: PROJ has no transformation, and would leave the shift out."""
    accuracy_m: float = 0.0
    """As published; 0 among modern datums, NaN where a transformation does not say."""
    through_wgs84: bool = False
    """There is a transformation to WGS 84 and none to the target, whose datum agrees with WGS 84."""


def is_modern(crs: CRS) -> bool:
    """Whether its datum agrees with WGS 84 at the scale of streets, told by the size of the earth it goes by."""
    ellipsoid = crs.ellipsoid
    return ellipsoid is not None and abs(ellipsoid.semi_major_metre - _WGS84_RADIUS_M) < _SAME_EARTH_M


def datum_shift(source: CRS, target: CRS, place: tuple[float, float]) -> DatumShift:
    """How well the shift between two datums is known at a place.

    Parameters
    ----------
    place
        x and y in `source`: transformations hold for parts of the world.
    """
    if _same_datum(source, target):
        return DatumShift(known=True)
    direct = _accuracy_m(source, target, place)
    if direct is not None:
        return DatumShift(known=True, accuracy_m=direct)
    first = 0.0 if is_modern(source) else _accuracy_m(source, CRS(WGS84), place)
    if first is None:
        return DatumShift(known=False)
    if is_modern(target):
        return DatumShift(known=True, accuracy_m=first, through_wgs84=True)
    lon, lat = Transformer.from_crs(source, WGS84, always_xy=True).transform(*place)
    second = _accuracy_m(CRS(WGS84), target, (float(lon), float(lat)))
    if second is None:
        return DatumShift(known=False)
    return DatumShift(known=True, accuracy_m=max(first, second), through_wgs84=True)


def check_datum(source: CRS, target: CRS, place: tuple[float, float], what: str) -> DatumShift:
    """Refuse a change of datum whose shift nobody has published.

    Raises
    ------
    LayerError
        What can be had instead.
    """
    shift = datum_shift(source, target, place)
    if shift.known:
        return shift
    old = source if not is_modern(source) else target
    datum = old.name if old.datum is None else old.datum.name
    raise LayerError(
        f"{what}: comes in {old.name!r}, and how the datum {datum} lies to WGS 84 is not known here, so everything "
        "would be off by up to some hundred metres; ask for it in CGCS2000 or WGS 84 (EPSG:4490 or EPSG:4326), or ask "
        'the surveying office for the seven parameters of the place and write them into crs = "+proj=... +ellps=... '
        '+towgs84=dx,dy,dz,rx,ry,rz,ds"'
    )


def moved(shapes: gpd.GeoSeries, target: CRS, what: str) -> gpd.GeoSeries:
    """Shapes in another CRS, by the way on which the shift of the datum is known.

    Raises
    ------
    LayerError
        It is known on none.
    """
    place = middle(shapes)
    if place is None or shapes.crs is None:
        return shapes.to_crs(target)
    shift = check_datum(shapes.crs, target, place, what)
    return shapes.to_crs(WGS84).to_crs(target) if shift.through_wgs84 else shapes.to_crs(target)


def middle(shapes: gpd.GeoSeries) -> tuple[float, float] | None:
    """The middle of the bounds, in the CRS of the shapes; None where they have none."""
    left, bottom, right, top = shapely.total_bounds(shapes.to_numpy())
    x, y = float(left + right) / 2, float(bottom + top) / 2
    return (x, y) if np.isfinite([x, y]).all() else None


def _same_datum(source: CRS, target: CRS) -> bool:
    """Whether nothing has to be shifted: both modern, or the very same."""
    if source.is_bound or target.is_bound:
        return False
    if is_modern(source) and is_modern(target):
        return True
    return source.datum is not None and source.datum == target.datum


def _accuracy_m(source: CRS, target: CRS, place: tuple[float, float]) -> float | None:
    """Stated accuracy of the transformation that PROJ takes at a place; None where it leaves the shift out."""
    across = Transformer.from_crs(source, target, always_xy=True)
    try:
        there = across.transform(*place)
        used = across.get_last_used_operation()
    except ProjError:
        return None
    if not np.isfinite(there).all() or "ballpark" in (used.description or "").lower():
        return None
    return float(used.accuracy) if used.accuracy >= 0 else float("nan")
