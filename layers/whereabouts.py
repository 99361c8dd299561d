"""A layer that lies far from the study: how far, and what it most likely comes from."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from layers.types import Area
from spatial.crs import Bounds, lonlat_centre, suggest_zone
from spatial.errors import LayerError, NotMetric

FAR_M = 50_000.0
"""A layer that ends this far away from the communities is most likely in the wrong CRS."""


def check_near(features: gpd.GeoDataFrame, around: Area, crs: CRS, layer: str, consequence: str) -> None:
    """Refuse a layer of which everything lies far from the study.

    Parameters
    ----------
    features
        As read, in their own CRS.
    around
        The study's communities or more, in `crs`.
    consequence
        What would come of it, as in "it would show nobody exposed".

    Raises
    ------
    LayerError
        Its bounds lie more than `FAR_M` away, or `crs` cannot express them: the distance, and the likely cause.
    """
    bounds = _bounds(features)
    if bounds is None:
        return
    there = _changed(bounds, features.crs, crs)
    if there is None:
        raise LayerError(f"{layer}: cannot be placed in the study's CRS; check the CRS of the file")
    distance_m = float(around.distance(shapely.box(*there)))
    if distance_m > FAR_M:
        raise LayerError(
            f"{layer}: lies {distance_m / 1000:,.0f} km from the communities, so {consequence}; "
            f"{likely_cause(bounds, features.crs, around, crs)}"
        )


def check_order(features: gpd.GeoDataFrame, crs: CRS, layer: str) -> None:
    """Refuse a layer that lies where the study's CRS is not made for, and would lie there with x and y exchanged.

    Raises
    ------
    LayerError
        With what to exchange.
    """
    bounds, area = _bounds(features), crs.area_of_use
    if bounds is None or area is None or area.west > area.east:
        return
    made_for = shapely.box(*area.bounds)
    there, swapped = (
        _changed(box, features.crs, CRS("OGC:CRS84")) for box in (bounds, (bounds[1], bounds[0], bounds[3], bounds[2]))
    )
    if there is not None and made_for.intersects(shapely.box(*there)):
        return
    if swapped is not None and made_for.contains(shapely.box(*swapped)):
        raise LayerError(
            f"{layer}: its coordinates would lie where the study's CRS {crs.name!r} is used with x and y exchanged, so "
            "latitude or northing probably stands first, and everything would lie elsewhere; exchange them in the file "
            "(QGIS: Swap X and Y coordinates)"
        )


def likely_cause(bounds: Bounds, source: CRS, around: Area, crs: CRS) -> str:
    """Why a layer of these bounds lies elsewhere, and what to do: axes, another CRS, or another place.

    Parameters
    ----------
    bounds
        In `source`, the CRS that the layer is said to be in.
    around
        Where it should be, in `crs`.
    """
    swapped = (bounds[1], bounds[0], bounds[3], bounds[2])
    if _is_there(swapped, source, around, crs):
        return "its coordinates would fit with x and y exchanged: exchange them in the file (QGIS: Swap X and Y)"
    for code in _candidates(around, crs):
        other = CRS(code)
        if not other.equals(source, ignore_axis_order=True) and _is_there(bounds, other, around, crs):
            return f'most likely its CRS is declared wrongly: as {other.name} it would fit; write crs = "{code}"'
    place = _changed(bounds, source, CRS("OGC:CRS84"))
    where = (
        ""
        if place is None
        else f" (longitude {(place[0] + place[2]) / 2:.2f}, latitude {(place[1] + place[3]) / 2:.2f})"
    )
    return f"it is of another place{where}, or its CRS is declared wrongly: correct it with crs, or name the right file"


def _is_there(bounds: Bounds, source: CRS, around: Area, crs: CRS) -> bool:
    there = _changed(bounds, source, crs)
    return there is not None and bool(around.intersects(shapely.box(*there)))


def _candidates(around: Area, crs: CRS) -> Iterator[str]:
    """CRS that layers of the place come in: the study's, degrees, its UTM zone and those beside it, mercator."""
    lon, lat = lonlat_centre(around.bounds, crs)
    authority = crs.to_authority(min_confidence=100)
    if authority is not None:
        yield ":".join(authority)
    yield "EPSG:4326"
    for step in (0, -6, 6):
        try:
            yield suggest_zone((lon + step + 180) % 360 - 180, lat)[0]
        except NotMetric:
            continue
    if 73.5 <= lon <= 134.8 and 17 <= lat <= 54:
        for width, plain, zoned in ((3, 4534, 4513), (6, 4502, 4491)):
            zone = int(lon // 6) + 1 if width == 6 else int((lon + 1.5) // 3)
            first = 13 if width == 6 else 25
            yield from (f"EPSG:{start + zone - first}" for start in (plain, zoned))
    yield "EPSG:3857"


def _bounds(features: gpd.GeoDataFrame) -> Bounds | None:
    left, bottom, right, top = (float(v) for v in shapely.total_bounds(features.geometry.to_numpy()))
    return (left, bottom, right, top) if np.isfinite([left, bottom, right, top]).all() else None


def _changed(bounds: Bounds, source: CRS, target: CRS) -> Bounds | None:
    try:
        across = Transformer.from_crs(source, target, always_xy=True)
        left, bottom, right, top = (float(v) for v in across.transform_bounds(*bounds, densify_pts=21))
    except ProjError:
        return None
    fits = np.isfinite([left, bottom, right, top]).all() and left <= right and bottom <= top
    return (left, bottom, right, top) if fits else None
