"""What lies inside ground that is closed: points, straight legs, and the places where ways lead in.

To touch such ground is not to be in it: official layers share borders with parks and plots. Where several polygons
cover the ground it is their union that counts, so that their common borders lie inside.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from spatial.line_parts import line_parts

_SAME_SPOT_M = 0.01
"""Coordinates of what was cut agree to this."""
_NO_LENGTH_M = 1e-6
"""What rounding leaves of a length."""


def points_inside(points: NDArray[np.object_], ground: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which points lie inside the union of some polygons, not on its outline.

    Parameters
    ----------
    points : array of Points
    ground : array of polygons
        May overlap.
    """
    inside = np.zeros(len(points), dtype=bool)
    tree = STRtree(points)
    inside[tree.query(ground, predicate="contains_properly")[1]] = True
    polygon, point = tree.query(ground, predicate="intersects")
    for at in np.unique(point[~inside[point]]):
        met = polygon[point == at]
        inside[at] = len(met) > 1 and shapely.contains_properly(shapely.union_all(ground[met]), points[at])
    return inside


def lines_inside(lines: NDArray[np.object_], ground: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Of which lines more than a point lies inside some polygons, their outline included, as of streets.

    A line without length is a point.

    Parameters
    ----------
    lines : array of LineStrings or MultiLineStrings
        Empty ones lie nowhere.
    ground : array of polygons
        May overlap.
    """
    inside = np.zeros(len(lines), dtype=bool)
    part, of = shapely.get_parts(lines, return_index=True)
    length_m = shapely.length(part)
    spot = np.flatnonzero(length_m <= _NO_LENGTH_M)
    inside[of[spot[points_inside(shapely.get_point(part[spot], 0), ground)]]] = True
    polygon, hit = STRtree(part).query(ground, predicate="intersects")
    hit = np.setdiff1d(hit, spot)
    if len(hit):
        cut = line_parts(part[hit], length_m[hit], ground[np.unique(polygon)])
        inside_m = np.bincount(cut.line, weights=(cut.to_m - cut.from_m) * cut.inside, minlength=len(hit))
        inside[of[hit[inside_m > _NO_LENGTH_M]]] = True
    return inside


def pieces_entered(
    outlines: NDArray[np.object_], doors: NDArray[np.object_], pieces: NDArray[np.object_], ground: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which pieces of what lies outside of some ground each way in leads into: those it meets its place at.

    Parameters
    ----------
    outlines : array of shapes
        Of each way in the place that it led into while it was whole.
    doors : array of Points
    pieces : array of shapes
        Of any place.
    ground : array of polygons
        A way in that meets its place inside leads nowhere.

    Returns
    -------
    tuple of int arrays
        Pairs: position of the way in, and of the piece.
    """
    spot = shapely.get_point(shapely.shortest_line(outlines, doors), 0)
    dry = np.flatnonzero(~points_inside(spot, ground))
    door, piece = STRtree(pieces).query(spot[dry], predicate="dwithin", distance=_SAME_SPOT_M)
    return dry[door], piece.astype(np.int64)
