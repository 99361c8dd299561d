"""What of some ground lies near each shape: a home is cut against that, not against a whole city."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

_CORNERS = 128
_SMALLEST_M = 1.0
"""Ground is not halved below this, however many corners it has."""


def near_ground(
    shapes: NDArray[np.object_], polygons: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Which shapes meet any of some polygons, and the ground of the polygons around each of these.

    Parameters
    ----------
    shapes
        Polygons, lines and points, in a metric CRS.
    polygons
        May overlap one another.

    Returns
    -------
    positions : array of int
        Shapes that meet a polygon, rising.
    ground : array of shapely Polygons and MultiPolygons
        For each, what the polygons together have of ground around it, and little beyond: of what lies inside the
        shape it has all. Around a point it is one bit of it.
    """
    bits = in_bits(polygons)
    shape, bit = STRtree(bits).query(shapes, predicate="intersects")
    positions, first, count = np.unique(shape, return_index=True, return_counts=True)
    ground = bits[bit[first]]
    several = (count > 1) & (shapely.get_dimensions(shapes[positions]) > 0)
    if several.any():
        place = np.repeat(np.where(several, np.cumsum(several) - 1, -1), count)
        together = shapely.geometrycollections(bits[bit[place >= 0]], indices=place[place >= 0])
        ground[several] = shapely.union_all(together[:, None], axis=1)
    return positions, ground


def in_bits(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons of few corners each that cover the same ground; they overlap where those do. Large ones are halved."""
    bits, parts = [], shapely.get_parts(polygons)
    while len(parts):
        parts = parts[(shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)]
        left, bottom, right, top = shapely.bounds(parts).T
        large = (shapely.get_num_coordinates(parts) > _CORNERS) & (np.maximum(right - left, top - bottom) > _SMALLEST_M)
        bits.append(parts[~large])
        parts, left, bottom, right, top = (of[large] for of in (parts, left, bottom, right, top))
        wide = right - left > top - bottom
        x, y = np.where(wide, (left + right) / 2, right), np.where(wide, top, (bottom + top) / 2)
        one = shapely.box(left, bottom, x, y)
        other = shapely.box(np.where(wide, x, left), np.where(wide, bottom, y), right, top)
        halves = shapely.intersection(parts, one), shapely.intersection(parts, other)
        parts = shapely.get_parts(np.concatenate(halves))
    return np.concatenate(bits) if bits else np.empty(0, dtype=object)
