"""Keeping what lies around the communities, and letting go of the rest of a larger extract.

Nobody walks farther than the search limit, so what lies beyond it as the crow flies cannot matter.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from layers.types import Area, Basemap
from spatial.network import WalkAreas, WalkWays

SEARCH_LIMIT_M = 5000.0
"""As far as searches for public space go: what lies farther away is out of reach."""
BASEMAP_MARGIN_M = 1000.0
"""The map is drawn this far around the communities."""


def surroundings(communities: Area, margin_m: float) -> Polygon:
    """The upright box around the communities, grown by a margin."""
    left, bottom, right, top = communities.bounds
    return shapely.box(left - margin_m, bottom - margin_m, right + margin_m, top + margin_m)


def near(features: gpd.GeoDataFrame, box: Polygon) -> gpd.GeoDataFrame:
    """Features that touch the box, whole."""
    return features[shapely.intersects(box, features.geometry.to_numpy())]


def near_ways(ways: WalkWays, box: Polygon) -> WalkWays:
    """Ways with a vertex in the box, whole."""
    keep = _any_inside(ways.xy, ways.offset, box)
    if keep.all():
        return ways
    vertices, offset = _slices(ways.offset, keep)
    return replace(
        ways, way_id=ways.way_id[keep], offset=offset, node_id=ways.node_id[vertices], xy=ways.xy[vertices],
        cut=ways.cut[vertices], highway=ways.highway[keep], forward=ways.forward[keep], backward=ways.backward[keep],
        traits=ways.traits.take(keep), vertex_flags=ways.vertex_flags[vertices],
    )  # fmt: skip


def near_squares(squares: WalkAreas, box: Polygon) -> WalkAreas:
    """Squares with a vertex in the box, whole."""
    keep = _any_inside(squares.xy, squares.offset, box)
    if keep.all():
        return squares
    vertices, offset = _slices(squares.offset, keep)
    return replace(
        squares, area_id=squares.area_id[keep], polygon=squares.polygon[keep], offset=offset,
        node_id=squares.node_id[vertices], xy=squares.xy[vertices], ring_start=squares.ring_start[vertices],
    )  # fmt: skip


def near_basemap(basemap: Basemap, box: Polygon) -> Basemap:
    """What the map draws in the box: lines and areas are cut at its edge."""
    return Basemap(
        streets=_cut(basemap.streets, box),
        water=_cut(basemap.water, box),
        green=_cut(basemap.green, box),
        places=near(basemap.places, box),
    )


def _cut(features: gpd.GeoDataFrame, box: Polygon) -> gpd.GeoDataFrame:
    found = near(features, box)
    crossing = ~shapely.contains_properly(box, found.geometry.to_numpy())
    values = found.geometry.to_numpy().copy()
    values[crossing] = shapely.intersection(values[crossing], box)
    cut = found.set_geometry(gpd.GeoSeries(values, index=found.index, crs=features.crs))
    same_dimension = shapely.get_dimensions(values) == shapely.get_dimensions(found.geometry.to_numpy())
    return cut[same_dimension & ~cut.geometry.is_empty.to_numpy()]


def _any_inside(xy: NDArray[np.float64], offset: NDArray[np.int64], box: Polygon) -> NDArray[np.bool_]:
    left, bottom, right, top = box.bounds
    inside = (xy[:, 0] >= left) & (xy[:, 0] <= right) & (xy[:, 1] >= bottom) & (xy[:, 1] <= top)
    seen = np.concatenate([[0], np.cumsum(inside)])
    return seen[offset[1:]] > seen[offset[:-1]]


def _slices(offset: NDArray[np.int64], keep: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which vertices belong to the entries kept, and their new offsets."""
    lengths = np.diff(offset)
    return np.repeat(keep, lengths), np.concatenate([[0], np.cumsum(lengths[keep])]).astype(np.int64)
