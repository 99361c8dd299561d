"""Repairing polygons, and measuring how a set of them covers the plane."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import Geometry, MultiPolygon, Polygon, STRtree


def polygon_part(geometry: Geometry) -> Geometry:
    """Polygons of a geometry; what is line or point in it is left out. An empty polygon if nothing is left."""
    if isinstance(geometry, Polygon | MultiPolygon):
        return geometry
    parts = [p for p in shapely.get_parts(geometry) if isinstance(p, Polygon | MultiPolygon)]
    return shapely.union_all(parts) if parts else Polygon()


def repaired(polygons: gpd.GeoSeries) -> tuple[gpd.GeoSeries, NDArray[np.bool_]]:
    """Make polygons valid.

    Rings that cross themselves keep the area they enclose (GEOS "structure" method: outer rings are
    merged, holes cut out); the "linework" method would turn the overlap of a folded ring into a hole.

    Returns
    -------
    (GeoSeries, array of bool)
        Polygons on the same index, and which of them were invalid. Valid ones are returned as they are.

    Notes
    -----
    Every polygon returned is valid; repairing twice changes nothing more.
    """
    invalid = ~polygons.is_valid.to_numpy() & ~shapely.is_missing(polygons.to_numpy())
    if not invalid.any():
        return polygons.copy(), invalid
    values = polygons.to_numpy().copy()
    fixed = shapely.make_valid(values[invalid], method="structure", keep_collapsed=False)
    values[invalid] = [_one_shape(g) for g in fixed]
    return gpd.GeoSeries(values, index=polygons.index, crs=polygons.crs, name=polygons.name), invalid


def _one_shape(geometry: Geometry) -> Geometry:
    """The polygons of a repaired geometry. GEOS may leave two of them side by side along an edge: they are one."""
    part = polygon_part(geometry)
    return part if part.is_valid else polygon_part(shapely.union_all(shapely.get_parts(part)))


def clipped(features: gpd.GeoDataFrame, area: Polygon | MultiPolygon) -> gpd.GeoDataFrame:
    """Cut polygons to an area; rows of which nothing is left are dropped. Index and columns stay."""
    shapely.prepare(area)
    near = features[shapely.intersects(area, features.geometry.to_numpy())]
    inside = shapely.contains_properly(area, near.geometry.to_numpy())
    values = near.geometry.to_numpy().copy()
    values[~inside] = [polygon_part(g) for g in shapely.intersection(values[~inside], area)]
    cut = near.set_geometry(gpd.GeoSeries(values, index=near.index, crs=features.crs))
    return cut[cut.geometry.area > 0]


def overlap_m2(polygons: gpd.GeoSeries) -> tuple[float, NDArray[np.int64]]:
    """Area that polygons of a metric CRS claim more than once [m2], and the pairs that do.

    Returns
    -------
    (float, array (pairs, 2))
        Sum of the pairwise overlaps, and the positions of the pairs with more than 1 m2, largest first.
    """
    values = polygons.to_numpy()
    left, right = polygons.sindex.query(values, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    area = shapely.area(shapely.intersection(values[left], values[right]))
    order = np.argsort(-area, kind="stable")
    order = order[area[order] > 1.0]
    return float(area[order].sum()), np.column_stack([left[order], right[order]]).astype(np.int64)


def enclosed_gap_m2(polygons: gpd.GeoSeries) -> tuple[float, int]:
    """Area [m2] and number of the holes that a set of polygons leaves between them, of more than 1 m2 each.

    A hole in a single polygon that no other fills counts too: nobody is responsible for it.
    """
    whole = polygons.union_all()
    holes = [Polygon(ring).area for part in shapely.get_parts(whole) for ring in part.interiors]
    counted = [area for area in holes if area > 1.0]
    return float(sum(counted)), len(counted)


def touching_groups(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Numbers the groups of shapes that touch or overlap, from 0 in the order of their first members."""
    if not len(shapes):
        return np.zeros(0, dtype=np.int64)
    left, right = STRtree(shapes).query(shapes, predicate="intersects")
    links = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(len(shapes),) * 2)
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)
