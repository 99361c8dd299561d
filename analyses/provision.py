"""Provision: how much public space there is per resident."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.supply import Places


def container_area_m2(units: gpd.GeoDataFrame, places: Places) -> NDArray[np.float64]:
    """Area of the places inside each unit [m2], the container method.

    Standards are written for the area inside the unit per resident of it; the park across the
    street does not count, so small units say little. Places of one supply never overlap, so
    nothing counts twice. Units without any have 0.
    """
    areal = places.geometry[~np.isnan(places.area_m2)]
    shapes = units.geometry.to_numpy()
    if not len(areal):
        return np.zeros(len(shapes))
    unit, place = STRtree(areal).query(shapes, predicate="intersects")
    area_m2 = shapely.area(areal[place])
    shapely.prepare(shapes)
    cut = ~shapely.covers(shapes[unit], areal[place])
    area_m2[cut] = shapely.area(shapely.intersection(shapes[unit[cut]], areal[place[cut]]))
    return np.bincount(unit, weights=area_m2, minlength=len(shapes)).astype(float)
