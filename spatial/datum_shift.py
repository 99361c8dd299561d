"""Old datums: how far a change to a modern one is known, and by which way to go.

PROJ changes between datums by published transformations where it has one, and otherwise takes the degrees of
the one for those of the other ("ballpark"). Among modern, earth-centred datums (WGS 84, CGCS2000, ETRS89, NAD83) that
is right within a metre or two. From Beijing 1954 or Xian 1980, whose shifts are not published, it is off by up to some
hundred metres, and nothing tells.

PROJ also chooses anew at every coordinate, so that half a layer may be shifted and the other half not. Here one
transformation is chosen for a whole layer, and holds for all of it or is not used.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.enums import TransformDirection
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from spatial.crs import Bounds
from spatial.errors import LayerError

WGS84 = "OGC:CRS84"
TELLING_M = 5.0
"""A change of datum that is known less well than this is told to the reader: streets are wider."""
_SAME_EARTH_M = 1.0
"""Ellipsoids whose radius differs by less belong to modern datums."""
_WGS84_RADIUS_M = 6378137.0
_RIM_DEG = 0.1
"""A transformation is used this far beyond the box that it is published for: cities lie on its rim."""

XY = NDArray[np.float64]
Way = Callable[[ArrayLike, ArrayLike], tuple[XY, XY]]


@dataclass(frozen=True)
class DatumShift:
    """The way from one CRS to another on which the shift of the datum is known: the same for all coordinates."""

    steps: tuple[Transformer, ...]
    """One, or two that meet in WGS 84."""
    accuracy_m: float = 0.0
    """As published; 0 among modern datums, NaN where a transformation does not say."""

    def there(self, x: ArrayLike, y: ArrayLike) -> tuple[XY, XY]:
        """Coordinates of the source in the target; inf where it has none for them."""
        across, along = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        for step in self.steps:
            across, along = step.transform(across, along)
        return across, along

    def back(self, x: ArrayLike, y: ArrayLike) -> tuple[XY, XY]:
        """Coordinates of the target in the source, by the same way."""
        across, along = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        for step in reversed(self.steps):
            across, along = step.transform(across, along, direction=TransformDirection.INVERSE)
        return across, along

    def bounds_there(self, bounds: Bounds) -> Bounds:
        """Bounds in the target that hold `bounds` of the source, edges followed (they bend)."""
        for step in self.steps:
            left, bottom, right, top = step.transform_bounds(*bounds, densify_pts=21)
            bounds = float(left), float(bottom), float(right), float(top)
        return bounds


def is_modern(crs: CRS) -> bool:
    """Whether its datum agrees with WGS 84 at the scale of streets, told by the size of the earth it goes by."""
    ellipsoid = crs.ellipsoid
    return ellipsoid is not None and abs(ellipsoid.semi_major_metre - _WGS84_RADIUS_M) < _SAME_EARTH_M


def known_shift(source: CRS, target: CRS, bounds: Bounds) -> DatumShift | None:
    """The way between two CRS for a layer of these bounds; None where PROJ would leave the shift out.

    Parameters
    ----------
    bounds
        In `source`: transformations hold for parts of the world, and this one has to hold for all of them.
    """
    if _same_datum(source, target):
        return DatumShift((Transformer.from_crs(source, target, always_xy=True),))
    place, wgs84 = _lonlat_bounds(bounds, source), CRS(WGS84)
    if place is None:
        return None
    direct = _published(source, target, place)
    if direct is not None:
        return direct
    first, second = _published(source, wgs84, place), _published(wgs84, target, place)
    if first is None or second is None:
        return None
    return DatumShift((*first.steps, *second.steps), max(first.accuracy_m, second.accuracy_m))


def datum_shift(source: CRS, target: CRS, bounds: Bounds, what: str) -> DatumShift:
    """The way between two CRS for a layer of these bounds, which are in `source`.

    Raises
    ------
    LayerError
        Nobody has published the shift of the datum, or not for all of the bounds: what can be had instead.
    """
    shift = known_shift(source, target, bounds)
    if shift is not None:
        return shift
    old = source if not is_modern(source) else target
    datum = old.name if old.datum is None else old.datum.name
    raise LayerError(
        f"{what}: comes in {old.name!r}, and how the datum {datum} lies to WGS 84 is not known here"
        f"{_all_over(bounds, source)}, so everything would be off by up to some hundred metres; ask for it in CGCS2000 "
        "or WGS 84 (EPSG:4490 or EPSG:4326), or ask the surveying office for the seven parameters of the place and "
        'write them into crs = "+proj=... +ellps=... +towgs84=dx,dy,dz,rx,ry,rz,ds"'
    )


def moved(shapes: gpd.GeoSeries, target: CRS, what: str) -> gpd.GeoSeries:
    """Shapes in another CRS, all by the one way on which the shift of the datum is known.

    Raises
    ------
    LayerError
        It is known on none, or not for all of the shapes.
    """
    bounds = whole_bounds(shapes)
    if bounds is None or shapes.crs is None or _same_datum(shapes.crs, target):
        return shapes.to_crs(target)
    return shifted(shapes, datum_shift(shapes.crs, target, bounds, what).there, target)


def shifted(shapes: gpd.GeoSeries, way: Way, target: CRS) -> gpd.GeoSeries:
    """Shapes in `target`, by a way that leads there: a shift's `there` or `back`."""

    def change(points: XY) -> XY:
        return np.column_stack(way(points[:, 0], points[:, 1]))

    return gpd.GeoSeries(shapely.transform(shapes.to_numpy(), change), index=shapes.index, crs=target)


def whole_bounds(shapes: gpd.GeoSeries) -> Bounds | None:
    """The bounds of all shapes in their own CRS; None where there are none, or not all are numbers."""
    if not len(shapes):
        return None
    left, bottom, right, top = (float(v) for v in shapely.total_bounds(shapes.to_numpy()))
    return (left, bottom, right, top) if np.isfinite([left, bottom, right, top]).all() else None


def _same_datum(source: CRS, target: CRS) -> bool:
    """Whether nothing has to be shifted: both modern, or the very same."""
    if source.is_bound or target.is_bound:
        return False
    if is_modern(source) and is_modern(target):
        return True
    return source.datum is not None and source.datum == target.datum


def _published(source: CRS, target: CRS, place: Bounds) -> DatumShift | None:
    """The best transformation that PROJ has and that holds for all of a place, in degrees."""
    if _same_datum(source, target):
        return DatumShift((Transformer.from_crs(source, target, always_xy=True),))
    for step in _candidates(source, target, place):
        area = step.area_of_use
        if area is None or _holds((area.west, area.south, area.east, area.north), place):
            return DatumShift((step,), float(step.accuracy) if step.accuracy >= 0 else float("nan"))
    return None


def _candidates(source: CRS, target: CRS, place: Bounds) -> Iterator[Transformer]:
    area = AreaOfInterest(*place)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that better ones would need a grid that is not there
        group = TransformerGroup(
            source,
            target,
            always_xy=True,
            allow_ballpark=False,
            area_of_interest=area,  # type: ignore[arg-type]  # pyproj names a class here that does not exist
        )
    return (step for step in group.transformers if "ballpark" not in step.description.lower())


def _holds(area: Bounds, place: Bounds) -> bool:
    """Whether a box of degrees holds another, its rim included; either may lie across the date line."""
    start = (place[0] - area[0] + _RIM_DEG) % 360
    wide = (area[2] - area[0]) % 360 or 360.0
    along = area[1] - _RIM_DEG <= place[1] <= place[3] <= area[3] + _RIM_DEG
    return along and (wide == 360 or start + (place[2] - place[0]) % 360 <= wide + 2 * _RIM_DEG)


def _lonlat_bounds(bounds: Bounds, crs: CRS) -> Bounds | None:
    """In degrees, the datum's shift left out: good enough to tell the part of the world."""
    across = Transformer.from_crs(crs, WGS84, always_xy=True)
    try:
        left, bottom, right, top = (float(v) for v in across.transform_bounds(*bounds, densify_pts=21))
    except ProjError:
        return None
    plain = np.isfinite([left, bottom, right, top]).all() and bottom <= top and abs(bottom) <= 90 and abs(top) <= 90
    return (left, bottom, right, top) if plain else None


def _all_over(bounds: Bounds, crs: CRS) -> str:
    place = _lonlat_bounds(bounds, crs)
    if place is None:
        return ""
    left, bottom, right, top = place
    return f", or not all over longitude {left:.2f} to {right:.2f}, latitude {bottom:.2f} to {top:.2f}"
