"""Which polygons are wide enough to be a place, and not a median, a verge or a slip of the mapper's hand.

The width of a polygon is the diameter of the largest circle inside it: its widest part, where people
can stay. A park with narrow arms therefore stays a park, and adding land never makes a place narrower;
a share of area that survives an erosion and dilation would have neither property. The middle of a dual
carriageway is not looked for: where it is a boulevard (a rambla), people promenade on it.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.geometry import touching_groups

_TOLERANCE_M = 0.01
"""OSM places nodes to 1e-7 degrees, about a centimetre: no width is known better."""
_CIRCLE_SEGMENTS = 16
"""To a quarter circle: the circle of 4 m is off by 1 cm at most."""


def holds_circle(shapes: NDArray[np.object_], diameter_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a circle of a diameter [m] fits into each polygon.

    Notes
    -----
    The points of a polygon all lie within the radius r of its largest circle from the outline, so that
    its area is at most r times the length of the outline: where area / length reaches the radius, the
    circle fits, and most polygons need no erosion.
    """
    radius = np.maximum(diameter_m / 2 - _TOLERANCE_M / 2, 0.0)
    length = shapely.length(shapes)
    wide: NDArray[np.bool_] = shapely.area(shapes) >= radius * length
    doubtful = np.flatnonzero(~wide)
    if len(doubtful):
        eroded = shapely.buffer(shapes[doubtful], -radius[doubtful], quad_segs=_CIRCLE_SEGMENTS)
        wide[doubtful] = ~shapely.is_empty(eroded)
    return wide


def wide_places(shapes: NDArray[np.object_], min_width_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each polygon, or the place that it makes with those it touches or overlaps, has a least width [m].

    Parameters
    ----------
    shapes
        Polygons of a metric CRS.
    min_width_m
        Of each; 0 where none is asked for.

    Notes
    -----
    Cutting a polygon in two pieces that touch changes nothing.
    """
    wide = holds_circle(shapes, min_width_m)
    if wide.all():
        return wide
    group = touching_groups(shapes)
    known = np.zeros(group.max() + 1)
    np.maximum.at(known, group[wide], min_width_m[wide])
    wide |= known[group] >= min_width_m
    for number in np.unique(group[~wide]):
        members = np.flatnonzero(group == number)
        if len(members) > 1:
            place = shapely.union_all(shapes[members])
            wide[members] |= holds_circle(np.full(len(members), place, dtype=object), min_width_m[members])
    return wide
