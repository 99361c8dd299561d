"""Where on earth a layer lies: its CRS, and coordinates that can be.

A CRS declared in the study wins over the file's own: a wrong .prj can be put right.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from layers.types import AnyOrigin
from spatial.crs import parse_crs
from spatial.errors import LayerError, MissingCRS

_FARTHEST_M = 1e8
"""No projected coordinate on earth is larger."""


def placed(features: gpd.GeoDataFrame, origin: AnyOrigin, what: str) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """The features with their CRS, and ``crs_overridden`` = 1 where the study's stands in place of the file's.

    Raises
    ------
    MissingCRS
        Neither says which it is.
    """
    if origin.crs is None:
        if features.crs is None:
            raise MissingCRS(
                f"{what}: says nothing about its coordinate reference system, so it cannot be placed; "
                'find out which it is (ask for the .prj) and declare it, such as crs = "EPSG:4326"'
            )
        return features, {}
    declared = parse_crs(origin.crs, what)
    overridden = features.crs is not None and not features.crs.equals(declared, ignore_axis_order=True)
    return features.set_crs(declared, allow_override=True), {"crs_overridden": 1} if overridden else {}


def check_coordinates(features: gpd.GeoDataFrame, what: str) -> None:
    """Refuse coordinates that the CRS cannot have: they tell of a wrong CRS before everything lands in the sea."""
    shapes = features.geometry.to_numpy()
    solid = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    if not len(solid):
        raise LayerError(
            f"{what}: none of its {len(features)} features has a geometry, so it cannot be placed; check the file"
        )
    left, bottom, right, top = (float(v) for v in shapely.total_bounds(solid))
    values = (left, bottom, right, top)
    if not np.isfinite(shapely.get_coordinates(solid)).all():
        raise LayerError(f"{what}: holds coordinates that are no numbers; repair them in the source")
    crs: CRS = features.crs
    if crs.is_geographic and not (-180 <= left <= right <= 360 and -90 <= bottom <= top <= 90):
        raise LayerError(
            f"{what}: coordinates reach {max(values, key=abs):,.0f} although {crs.name!r} counts in degrees, "
            'so they are probably metres; declare the CRS they were made in, such as crs = "EPSG:32628"'
        )
    if max(map(abs, values)) > _FARTHEST_M:
        raise LayerError(
            f"{what}: coordinates reach {max(values, key=abs):,.0f}, which is nowhere on earth; repair them in the "
            "source"
        )
