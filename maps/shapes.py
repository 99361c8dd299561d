"""Geometry for the map's page: longitude and latitude as small whole numbers.

A coordinate is written in steps of 0.00001 degrees (about 1 m, finer than a screen shows at the
deepest zoom) and as the difference from the one before, which makes a city's streets a fifth of
their GeoJSON. The page's script undoes it.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

STEPS_PER_DEGREE = 100_000

Ring = list[int]
"""x, y, then differences: dx, dy, dx, dy, ..."""
Polygons = list[list[Ring]]
"""The polygons of one feature: shell and holes of each."""

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7


def polygons(geometry: gpd.GeoSeries, tolerance_m: float = 0.0) -> list[Polygons]:
    """Each feature's polygons, in the order of `geometry`; other parts of a collection are left out.

    Parameters
    ----------
    geometry
        Features in a metric CRS; may hold missing and empty ones, which come back as empty lists.
    tolerance_m
        Simplification [m]. Neighbours are simplified together where they form a valid coverage, so
        that no gap opens between them, and apart from each other where they do not.
    """
    feature, parts = _parts(_simplified(geometry, tolerance_m), (_POLYGON,))
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    encoded = _differences(rings, closed=True)
    shapes: list[Polygons] = [[] for _ in range(len(geometry))]
    last = -1
    for ring, part in zip(encoded, ring_part.tolist(), strict=True):
        shell = part != last
        last = part
        if shell:
            shapes[feature[part]].append([ring])
        elif len(ring) >= 6:
            shapes[feature[part]][-1].append(ring)
    return [[polygon for polygon in shape if len(polygon[0]) >= 6] for shape in shapes]


def lines(geometry: gpd.GeoSeries, tolerance_m: float = 0.0) -> list[Ring]:
    """The lines of all features, and the outlines of polygons among them, as one list."""
    if geometry.empty:
        return []
    simple = geometry.simplify(tolerance_m) if tolerance_m else geometry
    _, parts = _parts(simple, (1, _POLYGON))
    outlines = np.where(shapely.get_type_id(parts) == _POLYGON, shapely.boundary(parts), parts)
    return [line for line in _differences(shapely.get_parts(outlines), closed=False) if len(line) >= 4]


def points(geometry: gpd.GeoSeries) -> Ring:
    """All points as one list of differences, in their order. Polygons count with a point on their surface."""
    if geometry.empty:
        return []
    simple = geometry.where(geometry.geom_type == "Point", geometry.representative_point())
    degrees = _degrees(simple)
    whole = _whole(shapely.get_coordinates(np.asarray(degrees)))
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()


def bounds(geometry: gpd.GeoSeries) -> list[list[float]]:
    """South-west and north-east corner, as Leaflet takes them: [[lat, lon], [lat, lon]]."""
    west, south, east, north = (round(float(value), 5) for value in _degrees(geometry).total_bounds)
    return [[south, west], [north, east]]


def _simplified(geometry: gpd.GeoSeries, tolerance_m: float) -> gpd.GeoSeries:
    if not tolerance_m or geometry.empty:
        return geometry
    plain = np.asarray(geometry)
    areas = np.isin(shapely.get_type_id(plain), (_POLYGON, _MULTIPOLYGON)).all()
    if areas and shapely.coverage_is_valid(plain):
        return gpd.GeoSeries(shapely.coverage_simplify(plain, tolerance_m), index=geometry.index, crs=geometry.crs)
    return geometry.simplify(tolerance_m)


def _parts(geometry: gpd.GeoSeries, wanted: tuple[int, ...]) -> tuple[list[int], NDArray[np.object_]]:
    """Single geometries of the wanted types in degrees, and the position of the feature of each."""
    parts, feature = shapely.get_parts(np.asarray(_degrees(geometry)), return_index=True)
    if (shapely.get_type_id(parts) == _COLLECTION).any() or (shapely.get_type_id(parts) > 3).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        feature = feature[inner]
    keep = np.isin(shapely.get_type_id(parts), wanted) & ~shapely.is_empty(parts)
    return feature[keep].tolist(), parts[keep]


def _degrees(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    return geometry.to_crs("EPSG:4326")


def _whole(coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(coordinates * STEPS_PER_DEGREE).astype(np.int64)


def _differences(paths: NDArray[np.object_], *, closed: bool) -> list[Ring]:
    """Every path as start and differences, without points that fell together; rings without their last point."""
    coordinates, path = shapely.get_coordinates(paths, return_index=True)
    whole = _whole(coordinates)
    counts = np.bincount(path, minlength=len(paths))
    encoded = []
    for piece in np.split(whole, np.cumsum(counts)[:-1]) if len(paths) else []:
        points_ = piece[:-1] if closed else piece
        steps = np.diff(points_, axis=0)
        steps = steps[(steps != 0).any(axis=1)]
        encoded.append(np.concatenate([points_[:1], steps]).ravel().tolist())
    return encoded


def light(frame: gpd.GeoDataFrame, by: str) -> dict[str, gpd.GeoSeries]:
    """The geometry of `frame` by class, in the order of first appearance in the sorted classes."""
    if frame.empty:
        return {}
    grouped = pd.Series(frame[by].astype(str).to_numpy(), index=frame.index)
    return {name: frame.geometry[grouped == name] for name in sorted(grouped.unique())}
