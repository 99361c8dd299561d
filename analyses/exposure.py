"""Exposure: who and what lies inside a hazard, by the share of each home and space that does."""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree


def covered_share(shapes: NDArray[np.object_], footprint: NDArray[np.object_]) -> NDArray[np.float64]:
    """The share of each shape that lies inside any polygon of a footprint (0-1).

    Polygons by area, points 0 or 1. Where polygons of the footprint overlap, the ground counts once.
    """
    share: NDArray[np.float64] = np.zeros(len(shapes))
    polygons = shapely.get_parts(np.array([shapely.union_all(footprint)], dtype=object))
    if not len(polygons) or not len(shapes):
        return share
    shape, polygon = STRtree(polygons).query(shapes, predicate="intersects")
    areal = shapely.get_dimensions(shapes[shape]) == 2
    area_m2 = shapely.area(shapely.intersection(shapes[shape[areal]], polygons[polygon[areal]]))
    total_m2 = np.bincount(shape[areal], weights=area_m2, minlength=len(shapes))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.nan_to_num(total_m2 / shapely.area(shapes))
    share[shape[~areal]] = 1.0
    return np.minimum(share, 1.0)


def footprint(hazards: gpd.GeoDataFrame, hazard_ids: Collection[str]) -> NDArray[np.object_]:
    """The polygons of some of the study's hazard layers."""
    chosen = hazards["hazard_id"].isin(hazard_ids).to_numpy(bool)
    polygons: NDArray[np.object_] = hazards.geometry.to_numpy()[chosen]
    return polygons
