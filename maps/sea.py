"""The sea of the basemap: coastlines closed into areas by the border of the data.

OpenStreetMap draws no sea, only coastlines, with land on their left and sea on their right. Cut by a box
and closed along its sides they make areas; which of them are sea the lines themselves say. Nothing is
made up: where they contradict each other, or end in the middle of the map, no sea is drawn.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.types import Basemap

Box = tuple[float, float, float, float]
"""Left, bottom, right, top [m]."""

_INSIDE_M = 1.0
"""The box lies so far within the ends of the lines, so that every line crosses it."""
_BESIDE_M = 0.02
"""So far beside a line its two sides are asked what they are."""
_KEPT_SHARE = 0.5
"""Lines that end in the middle of the map, and would take more of the box than that, close nothing."""
_TOLERATED_SHARE = 0.02
"""At sharp bends a point beside one piece of a line may lie across the next."""


def sea(basemap: Basemap, communities: gpd.GeoSeries) -> gpd.GeoSeries:
    """Areas of sea in the box of the basemap, in its CRS; without any where the coastlines do not close.

    Parameters
    ----------
    basemap
        Its ``water`` holds the coastlines, directed as OpenStreetMap has them.
    communities
        No sea is drawn over them, whatever the coastline says.
    """
    nothing = gpd.GeoSeries([], crs=basemap.water.crs)
    coast = basemap.water.geometry[basemap.water["water_class"] == "coastline"].to_numpy()
    if not len(coast):
        return nothing
    lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.get_parts(coast)), directed=True))
    box = _box(basemap, communities, lines)
    if box is None:
        return nothing
    faces = _faces(lines, box)
    found = faces[_is_sea(faces, shapely.intersection(lines, shapely.box(*box)))]
    if not len(found):
        return nothing
    water = shapely.difference(shapely.union_all(found), shapely.union_all(communities.to_numpy()))
    parts = shapely.get_parts(water)
    return gpd.GeoSeries(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON], crs=basemap.water.crs)


def _box(basemap: Basemap, communities: gpd.GeoSeries, lines: NDArray[np.object_]) -> Box | None:
    """The box of the data, drawn in until no line ends within; None if little would be left."""
    frames = (basemap.streets, basemap.water, basemap.green, communities)
    bounds = np.array([frame.total_bounds for frame in frames if len(frame)])
    whole: Box = (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))
    box = whole
    open_lines = lines[~shapely.is_closed(lines)]
    ends = shapely.get_coordinates([shapely.get_point(open_lines, 0), shapely.get_point(open_lines, -1)])
    for end in ends:
        if _contains(box, end):
            box = max(_without(box, end), key=lambda smaller: _coast_m(lines, smaller))
    return box if _area(box) >= _KEPT_SHARE * _area(whole) else None


def _contains(box: Box, point: NDArray[np.float64]) -> bool:
    left, bottom, right, top = box
    return bool(left < point[0] < right and bottom < point[1] < top)


def _without(box: Box, point: NDArray[np.float64]) -> tuple[Box, Box, Box, Box]:
    """The box with one of its sides moved just past a point."""
    left, bottom, right, top = box
    x, y = point.tolist()
    return (
        (x + _INSIDE_M, bottom, right, top),
        (left, y + _INSIDE_M, right, top),
        (left, bottom, x - _INSIDE_M, top),
        (left, bottom, right, y - _INSIDE_M),
    )


def _coast_m(lines: NDArray[np.object_], box: Box) -> float:
    """Length of coast in a box: the side to move is the one that loses least of it."""
    return float(shapely.length(shapely.intersection(lines, shapely.box(*box))).sum()) if _area(box) else 0.0


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _faces(lines: NDArray[np.object_], box: Box) -> NDArray[np.object_]:
    """The areas into which the lines cut the box."""
    area = shapely.box(*box)
    noded = shapely.union_all([*shapely.intersection(lines, area), shapely.boundary(area)])
    return np.asarray(shapely.get_parts(shapely.polygonize([noded])))


def _is_sea(faces: NDArray[np.object_], lines: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether an area lies to the right of the lines that border it, all but everywhere."""
    right, left = (_beside(lines, side) for side in (1.0, -1.0))
    tree = shapely.STRtree(faces)
    votes = [np.bincount(tree.query(side, predicate="within")[1], minlength=len(faces)) for side in (right, left)]
    return (votes[0] > 0) & (votes[1] <= _TOLERATED_SHARE * votes[0])


def _beside(lines: NDArray[np.object_], side: float) -> NDArray[np.object_]:
    """Points beside the middle of every segment, to its right (1) or its left (-1)."""
    parts = shapely.get_parts(lines)
    xy, line = shapely.get_coordinates(parts[shapely.get_dimensions(parts) == 1], return_index=True)
    start, end = xy[:-1][line[:-1] == line[1:]], xy[1:][line[:-1] == line[1:]]
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])
    start, along, length = start[length > 0], along[length > 0], length[length > 0]
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / length[:, None]
    return np.asarray(shapely.points(start + along / 2 + side * _BESIDE_M * normal))
