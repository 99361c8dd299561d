"""Shapes of public space: what lies on whose grounds, what is cut out, what is one place."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from spatial.geometry import polygon_part

Shapes = NDArray[np.object_]


def on_grounds(
    shapes: Shapes, ids: NDArray[np.object_], grounds: Shapes, ground_ids: NDArray[np.object_]
) -> NDArray[np.int64]:
    """For each shape the ground on which most of it lies, or -1.

    A polygon lies on a ground that holds at least half of its area, a point on one that holds it.
    An element that is a ground itself does not lie on itself.
    """
    found = np.full(len(shapes), -1, dtype=np.int64)
    if not len(shapes) or not len(grounds):
        return found
    shape, ground = STRtree(grounds).query(shapes, predicate="intersects")
    other = ids[shape] != ground_ids[ground]
    shape, ground = shape[other], ground[other]
    area = shapely.area(shapes[shape])
    inside = shapely.area(shapely.intersection(shapes[shape], grounds[ground])) >= 0.5 * area
    found[shape[inside]] = ground[inside]
    return found


def without_holes(
    shapes: Shapes, ids: NDArray[np.object_], holes: Shapes, hole_ids: NDArray[np.object_]
) -> tuple[Shapes, NDArray[np.int64]]:
    """Polygons with the areas cut out that lie at least half inside them, and which holes were cut.

    A hole that covers more than half of a polygon is not inside it but around it, and is left alone.
    """
    cut = shapes.copy()
    if not len(shapes) or not len(holes):
        return cut, np.zeros(0, dtype=np.int64)
    shape, hole = STRtree(holes).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[shape], holes[hole]))
    nested = (shared >= 0.5 * shapely.area(holes[hole])) & (shared <= 0.5 * shapely.area(shapes[shape])) & (shared > 0)
    nested &= ids[shape] != hole_ids[hole]
    shape, hole = shape[nested], hole[nested]
    for i in np.unique(shape):
        cut[i] = polygon_part(shapely.difference(shapes[i], shapely.union_all(holes[hole[shape == i]])))
    return cut, np.unique(hole)


def points_inside(points: Shapes, polygons: Shapes) -> NDArray[np.bool_]:
    """Which points lie in or on one of the polygons."""
    inside = np.zeros(len(points), dtype=bool)
    inside[points_and_polygons(points, polygons)[0]] = True
    return inside


def points_and_polygons(points: Shapes, polygons: Shapes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a point and a polygon in or on which it lies, by number of the point, then of the polygon."""
    if not len(points) or not len(polygons):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    point, polygon = STRtree(polygons).query(points, predicate="intersects")
    order = np.lexsort((polygon, point))
    return point[order], polygon[order]
